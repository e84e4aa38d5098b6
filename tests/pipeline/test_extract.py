"""The main job on real sample files: real engines, real processes."""

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result as CommandResult
from typer.testing import CliRunner

from extractor.artifacts import FolderArtifacts
from extractor.cli import app
from extractor.errors import UnsupportedMediaType
from extractor.ocr import unpack_probabilities
from extractor.pipeline import Result, extract_file, failed_extraction, start_pool
from models.record import Extraction, PageStatus, State, Status
from models.stages.options import IngestOptions, OcrOptions, Options
from tests.sample_readings import extract_sample, find_fax

OPTIONS = Options()


def fax(number: int) -> Path:
    return find_fax(f"{number:02d}_")


@pytest.fixture(scope="module")
def probabilities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("artifacts")


@pytest.fixture(scope="module")
def results(probabilities: Path) -> dict[int, Result]:
    """Read here, whatever was read of these faxes elsewhere."""
    options = OPTIONS.model_copy(update={"artifact_dir": str(probabilities)})
    with start_pool(options) as pool:
        return {number: extract_file(fax(number), options, pool=pool) for number in (1, 3)}


def fields_of(value: object, path: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    if isinstance(value, dict):
        if "state" in value and "reasons" in value:
            yield path, value
            return
        for key, inner in value.items():
            yield from fields_of(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from fields_of(inner, f"{path}[{index}]")


def test_the_first_fields_of_a_digital_order_are_right(results: dict[int, Result]) -> None:
    extraction = results[3].extraction
    truth = json.loads(fax(3).with_suffix("").with_suffix(".truth.json").read_text())["referrals"][0]
    (referral,) = extraction.referrals
    assert extraction.status is Status.COMPLETE
    assert referral.patient.last_name.value == truth["patient"]["last_name"]
    assert referral.patient.date_of_birth.value == truth["patient"]["date_of_birth"]
    assert referral.prescriber.npi.value == truth["prescriber"]["npi"]
    assert referral.orders[0].drug.value == truth["orders"][0]["drug"]


def test_every_value_says_where_it_stands(results: dict[int, Result]) -> None:
    checked = 0
    for result in results.values():
        pages = {page.page_no: page for page in result.extraction.document.pages}
        for referral in result.extraction.model_dump(mode="json")["referrals"]:
            for path, field in fields_of(referral):
                if field["value"] is None or path.startswith(".lists"):
                    continue
                checked += 1
                # A signature is ink, not text.
                assert field["raw"] or path.endswith("signature_present"), path
                assert field["source"], path
                assert field["reasons"], path
                assert isinstance(field["page_no"], int), path
                page = pages[field["page_no"]]
                x0, top, x1, bottom = field["bbox"]  # type: ignore[misc]
                assert 0 <= x0 < x1 <= (page.width or 0) + 1, path
                assert 0 <= top < bottom <= (page.height or 0) + 1, path
    assert checked >= 10


def test_the_record_survives_json(results: dict[int, Result]) -> None:
    for result in results.values():
        text = result.extraction.model_dump_json()
        assert Extraction.model_validate_json(text) == result.extraction


def test_reading_twice_gives_the_same_record(results: dict[int, Result]) -> None:
    again = extract_sample("03_").extraction.referrals[0]
    first = results[3].extraction.referrals[0]
    assert again.model_copy(update={"created_at": first.created_at}) == first


def test_a_reader_that_sees_nothing_claims_nothing() -> None:
    options = Options(ocr=OcrOptions(engine="null"))
    extraction = extract_file(fax(1), options).extraction
    for referral in extraction.model_dump(mode="json")["referrals"]:
        for path, field in fields_of(referral):
            assert field["state"] not in {State.FOUND, State.NOT_ON_FORM}, path


def test_a_file_that_is_no_fax_raises_and_has_a_failed_record(tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    path.write_bytes(b"From: somebody\n\nhello")
    with pytest.raises(UnsupportedMediaType) as caught:
        extract_file(path, OPTIONS)
    extraction = failed_extraction(path, caught.value, OPTIONS)
    assert extraction.status is Status.FAILED
    assert extraction.failures[0].code == "unsupported_media_type"
    assert extraction.document.sha256


def test_a_page_over_a_limit_costs_that_file_only_a_typed_failure() -> None:
    options = Options(ingest=IngestOptions(max_page_pixels=1000))
    try:
        extraction = extract_file(fax(1), options).extraction
    except Exception as error:  # noqa: BLE001 - whatever comes has to be the typed one
        assert getattr(error, "code", None) == "limit_exceeded"
    else:
        assert {page.status for page in extraction.document.pages} == {PageStatus.FAILED}


def run(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "extractor", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload, no-any-return]


def test_the_command_prints_one_line_a_file_and_the_worst_exit_code(tmp_path: Path) -> None:
    bad, missing = tmp_path / "bad.tif", tmp_path / "missing.tif"
    bad.write_bytes(b"")
    done = run("extract", fax(3), bad, missing, "--engine", "embedded")
    records = [Extraction.model_validate_json(line) for line in done.stdout.splitlines()]
    assert [record.status for record in records] == [Status.COMPLETE, Status.FAILED, Status.FAILED]
    assert [record.failures[0].code for record in records[1:]] == ["damaged_document", "file_unavailable"]
    assert done.returncode == 15


def test_the_command_writes_json_and_overlay(tmp_path: Path) -> None:
    written = ("--out", tmp_path / "out", "--overlay", tmp_path / "overlay.pdf")
    done = run("extract", fax(3), *written, "--engine", "embedded")
    assert (done.returncode, done.stdout) == (0, "")
    (written,) = (tmp_path / "out").iterdir()
    assert Extraction.model_validate_json(written.read_text()).document.filename == fax(3).name
    assert (tmp_path / "overlay.pdf").read_bytes().startswith(b"%PDF-")


def test_wrong_usage_says_what_to_do(tmp_path: Path) -> None:
    def ask(*arguments: str | Path) -> CommandResult:
        return CliRunner().invoke(app, ["extract", *map(str, arguments)])

    assert ask(fax(1), "--engine", "nonsense").exit_code == 2
    assert ask(fax(1), fax(1), "--out", tmp_path).exit_code == 2
    done = ask(fax(1), fax(3), "--overlay", tmp_path / "o.pdf")
    assert done.exit_code == 2
    assert "one FILE" in done.stderr


def test_doctor_names_every_engine_and_what_is_missing(tmp_path: Path) -> None:
    done = run("doctor", env={"PATH": str(tmp_path), "HOME": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert "ppocr" in done.stdout
    assert "tesseract" in done.stdout
    assert "MISSING" in done.stdout
    assert "tesseract-ocr" in done.stdout


def test_class_probabilities_outlive_the_process_that_read_the_page(
    results: dict[int, Result], probabilities: Path
) -> None:
    (reading, *_) = results[1].readings
    assert reading.words.probabilities is not None
    data = FolderArtifacts(probabilities).get(reading.words.probabilities)
    assert data is not None
    matrices, alphabet = unpack_probabilities(data)
    assert alphabet[0] == ""
    word = max(reading.words.words, key=lambda one: one.confidence or 0.0)
    assert word.steps is not None
    rows = matrices[word.steps.line][word.steps.first : word.steps.last]
    read = [alphabet[column] for column in rows.argmax(axis=1)]
    collapsed = "".join(letter for letter, _ in itertools.groupby(read))
    assert word.text.replace(" ", "")[0] in collapsed
    assert rows.sum(axis=1) == pytest.approx(1.0, abs=0.02)
