"""``extractor letter``: a folder gets one page whose name says nothing."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pytest
from click.testing import Result
from lettered import read_text, referral, text, unread
from typer.testing import CliRunner

from extractor.cli import app
from extractor.settings import load_settings
from extractor.store import audit
from extractor.store.letters import list_letters
from extractor.store.opening import open_store
from models.record import (
    BBox,
    Document,
    Extraction,
    Prescriber,
    Referral,
    ReferralKind,
    Software,
    Status,
)

FAX = Path(__file__).resolve().parents[3] / "samples" / "faxes" / "04_grid_acroform.pdf"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EXTRACTOR_SITE__FAX", "+13035550150")
    monkeypatch.setenv("EXTRACTOR_OCR__ENGINE", "null")
    monkeypatch.setenv("EXTRACTOR_STORE__FOLDER", str(tmp_path / "store"))
    return lambda *arguments: CliRunner().invoke(app, ["letter", *map(str, arguments)])


def record(folder: Path, *referrals: Referral, of: Path = FAX) -> Path:
    sha256 = hashlib.sha256(of.read_bytes()).hexdigest()
    extraction = Extraction(
        document=Document(sha256=sha256, filename=of.name, media_type=None),
        status=Status.COMPLETE,
        software=Software(version="1"),
        referrals=referrals,
    )
    path = folder / "record.json"
    path.write_text(extraction.model_dump_json(), encoding="utf-8")
    return path


def sample() -> Referral:
    npi = unread(bbox=BBox(60, 100, 300, 120))
    prescriber = Prescriber(first_name=text("Ada"), last_name=text("Brennick"), npi=npi)
    return referral(pages=(1,), prescriber=prescriber)


def test_it_writes_one_page_with_crops_from_the_original(run: Callable[..., Result], tmp_path: Path) -> None:
    done = run(record(tmp_path, sample()), "--fax", FAX, "--out", tmp_path / "letters")
    assert done.exit_code == 0, done.output
    (path,) = (tmp_path / "letters").iterdir()
    assert str(path) in done.stdout
    assert "confirmed" in done.stderr
    with pdfplumber.open(path) as pdf:
        assert len(pdf.pages) == 1
        assert len(pdf.pages[0].images) == 1
    said = read_text(path.read_bytes())
    assert "Prescriber's NPI: the NPI on page 1 of your fax" in said
    assert "Marisol Quintero" in said
    for private in ("marisol", "quintero", "1984", "brennick", "r1"):
        assert private not in path.stem.lower()
        assert private not in done.output.lower().replace(str(tmp_path).lower(), "")


def test_two_letters_do_not_share_an_id_and_both_are_known(run: Callable[..., Result], tmp_path: Path) -> None:
    path = record(tmp_path, sample())
    for _ in range(2):
        assert run(path, "--out", tmp_path / "letters").exit_code == 0
    names = {one.stem for one in (tmp_path / "letters").iterdir()}
    store = open_store(load_settings().store_options())
    with store.database.read() as connection:
        assert {one.letter_id for one in list_letters(connection, "r1")} == names
        lines = audit.list_lines(connection, referral_id="r1")
    store.close()
    assert {(one.action, one.actor, one.code) for one in lines} == {
        ("disclose", "command-line", name) for name in names
    }
    assert len(names) == 2


def test_another_file_is_refused(run: Callable[..., Result], tmp_path: Path) -> None:
    other = FAX.with_name("10_steps_acroform.pdf")
    done = run(record(tmp_path, sample(), of=other), "--fax", FAX, "--out", tmp_path / "letters")
    assert done.exit_code == 2
    assert "not the file" in done.stderr
    assert not (tmp_path / "letters").exists()


def test_a_page_of_two_patients_is_not_shown(run: Callable[..., Result], tmp_path: Path) -> None:
    done = run(record(tmp_path, sample(), sample()), "--referral", 2, "--fax", FAX, "--out", tmp_path / "letters")
    assert done.exit_code == 0, done.output
    (path,) = (tmp_path / "letters").iterdir()
    with pdfplumber.open(path) as pdf:
        assert pdf.pages[0].images == []


def test_one_of_several_referrals_has_to_be_named(run: Callable[..., Result], tmp_path: Path) -> None:
    path = record(tmp_path, sample(), sample())
    for more in ((), ("--referral", 3)):
        done = run(path, *more, "--out", tmp_path / "letters")
        assert done.exit_code == 2
        assert "--referral" in done.stderr


def test_what_gives_no_letter_says_why(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = ("--out", tmp_path / "letters")
    assert run(tmp_path / "none.json", *out).exit_code == 15
    (tmp_path / "broken.json").write_text("{}", encoding="utf-8")
    assert run(tmp_path / "broken.json", *out).exit_code == 30
    stray = sample().model_copy(update={"kind": ReferralKind.STRAY})
    assert run(record(tmp_path, stray), *out).exit_code == 30
    monkeypatch.delenv("EXTRACTOR_SITE__FAX")
    done = run(record(tmp_path, sample()), *out)
    assert done.exit_code == 2
    assert "site.fax" in done.stderr
