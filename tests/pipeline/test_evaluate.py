"""``extractor evaluate`` on a real fax, and readings that are kept from one run to the next."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from extractor.artifacts import FolderArtifacts
from extractor.cli import app
from extractor.pipeline import extract_file, start_pool
from extractor.reading import KeptReadings, reading_version
from models.record import Page
from models.stages.document import IncomingDocument, IncomingPage, MediaType
from models.stages.layout import Layout, PageReading
from models.stages.options import ImageOptions, OcrOptions, Options, PoolOptions
from models.stages.text import Words

FAXES = Path(__file__).resolve().parents[2] / "samples" / "faxes"
NAME = "08_label_below_bad_npi"
FAX = FAXES / f"{NAME}.tif"
OPTIONS = Options(ocr=OcrOptions(engine="ppocr"))


def test_a_reading_that_was_kept_is_the_reading(tmp_path: Path) -> None:
    kept = FolderArtifacts(tmp_path / "readings")
    with start_pool(OPTIONS) as pool:
        read = extract_file(FAX, OPTIONS, pool=pool, artifacts=kept)
    # The pool is closed: what comes now can only be from before.
    seen: list[tuple[int, int]] = []
    other = tmp_path / "another name.tif"
    shutil.copy(FAX, other)
    again = extract_file(other, OPTIONS, pool=pool, artifacts=kept, progress=lambda *one: seen.append(one))
    assert again.readings == read.readings
    assert [one.model_dump_json() for one in again.readings] == [one.model_dump_json() for one in read.readings]
    assert read.readings[0].words.words
    assert again.extraction.document.filename == "another name.tif"
    (first,), (second,) = (one.extraction.referrals for one in (read, again))
    assert second.model_copy(update={"created_at": first.created_at}) == first
    assert (tmp_path / "readings").stat().st_mode & 0o777 == 0o700


def test_a_damaged_reading_is_none() -> None:
    document = IncomingDocument(
        path="a",
        sha256="0" * 64,
        filename="a",
        media_type=MediaType.TIFF,
        pages=(IncomingPage(page_no=1, width=9, height=9),),
    )
    reading = PageReading(
        page=Page(page_no=1), words=Words(page_no=1, engine="null", version="1"), layout=Layout(page_no=1)
    )
    store = Memory()
    kept = KeptReadings(store, OPTIONS)
    kept.keep_page(document, reading)
    assert kept.find_page(document, 1) == reading
    assert kept.find_page(document, 2) is None
    (key,) = store.kept
    store.kept[key] = store.kept[key][:20]
    assert kept.find_page(document, 1) is None


class Memory:
    """Artifacts that are not on a disk."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.kept.get(key)

    def put(self, key: str, data: bytes) -> None:
        self.kept[key] = data


def test_what_changes_a_reading_changes_its_version() -> None:
    version = reading_version(OPTIONS)
    assert reading_version(Options()) != version
    assert reading_version(OPTIONS.model_copy(update={"image": ImageOptions(max_skew=1)})) != version
    same = {"pool": PoolOptions(processes=3), "keep_images": True}
    assert reading_version(OPTIONS.model_copy(update=same)) == version


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(app, ["evaluate", *map(str, arguments)])


def test_the_command_on_a_folder_of_values_alone(tmp_path: Path, run: Callable[..., Result]) -> None:
    folder = tmp_path / "faxes"
    folder.mkdir()
    shutil.copy(FAXES / "10_steps_acroform.pdf", folder / "own.pdf")
    truth = json.loads((FAXES / "10_steps_acroform.truth.json").read_text(encoding="utf-8"))
    # A site that knows the patient and nothing else, and has the first name in another spelling.
    patient = truth["referrals"][0]["patient"] | {"first_name": "Zzyzx"}
    (folder / "own.truth.json").write_text(json.dumps({"referrals": [{"patient": patient}]}), encoding="utf-8")
    done = run(folder, "--json", "figures.json", "--html", "page.html", "--field", "patient.")
    assert done.exit_code == 0, done.stderr
    assert done.stderr == ""
    assert "digital (as read)" in done.stdout
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    (reader,) = figures["readers"]
    assert reader["faxes"] == 1
    assert reader["total"]["counts"]["correct"] > 5
    assert reader["total"]["counts"]["wrong"] == 1
    assert all(line["name"].startswith("patient.") for line in reader["groups"]["field"])
    assert "Zzyzx" not in json.dumps(figures)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Zzyzx" in page
    assert "data:image/png;base64," in page
    assert (tmp_path / "build" / "readings").is_dir()


def test_the_command_says_what_is_wrong_with_a_folder(tmp_path: Path, run: Callable[..., Result]) -> None:
    done = run(tmp_path)
    assert done.exit_code == 15
    assert "truth.json" in done.stderr
    (tmp_path / "own.tif").write_bytes(b"II*\0")
    (tmp_path / "own.truth.json").write_text('{"referrals": [{"patient": {"name": "Ana"}}]}', encoding="utf-8")
    done = run(tmp_path)
    assert done.exit_code == 30
    assert "referrals[0].patient" in done.stderr.replace("\n", "")
    assert "Ana" not in done.stderr
