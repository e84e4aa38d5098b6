"""Searching codes, what follows on retired ones, and laying a release of CMS over the book."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

import pytest

from extractor.errors import DamagedDocument, UsageError
from extractor.knowledge import icd10cm
from extractor.knowledge.code_book import CodeBook, Entry, write_book
from extractor.knowledge.code_release import load_release
from extractor.knowledge.icd10cm import is_billable, search_codes
from extractor.knowledge.succession import find_succession

TODAY = date(2026, 11, 23)


@pytest.fixture
def own_book() -> Iterator[Callable[[Path], None]]:
    yield icd10cm.use_book
    icd10cm.use_book(None)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("RRMS", "G35.A"),
        ("relapsing ms", "G35.A"),
        ("relaps remit", "G35.A"),
        ("G35", "G35"),
        ("g35.b", "G35.B"),
        ("crohn's disease small intestine without compl", "K50.00"),
        ("myasthenia gravis exacerb", "G70.01"),
    ],
)
def test_codes_are_found_by_words_and_by_code(text: str, first: str) -> None:
    assert search_codes(text)[0][0] == first


@pytest.mark.parametrize("text", ["", "x", "no such illness", '"', "*", "G99999", "-- ;"])
def test_what_finds_nothing_is_no_error(text: str) -> None:
    assert search_codes(text) == ()


def test_billable_codes_come_first_and_no_more_than_asked() -> None:
    found = search_codes("rheumatoid arthritis", 5)
    assert len(found) == 5
    assert all(is_billable(code) for code, _ in found)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("RRMS", "G35.A"),
        ("Relapsing-Remitting MS", "G35.A"),
        ("Secondary progressive MS", "G35.C0"),
        ("active SPMS", "G35.C1"),
        ("non-active SPMS", "G35.C2"),
        ("Multiple sclerosis", None),
        ("RRMS or PPMS", None),
        ("", None),
        (None, None),
    ],
)
def test_the_words_beside_a_retired_code_name_its_successor(words: str | None, named: str | None) -> None:
    found = find_succession("G35", words, TODAY)
    assert found is not None
    assert found.named == named
    assert len(found.successors) == 8
    assert named in {None, found.successors[0]}


def test_a_code_that_was_valid_on_the_day_has_no_successor() -> None:
    assert find_succession("G35", "RRMS", date(2025, 9, 30)) is None
    assert find_succession("G35.A", "RRMS", TODAY) is None
    assert find_succession("K50", "Crohn's", TODAY) is None
    assert find_succession("no code", "RRMS", TODAY) is None


def order_file(entries: Iterable[Entry]) -> str:
    """The fixed columns of the yearly file."""
    return "".join(
        f"{number:05} {one.code:<7} {int(one.flag == 'B')} {one.description[:60]:<60} {one.description}\n"
        for number, one in enumerate(entries, 1)
    )


CMS_ZIP = {
    "Code Descriptions/icd10cm-order-2027.txt": "",
    "Code Descriptions/icd10cm-order-addenda-2027.txt": "Add:         00007 K50901  1 Invented disease\r\n"
    "Delete:      00003 A000    1 Cholera due to Vibrio cholerae 01, biovar cholerae\r\n",
    "Code Descriptions/icd10cm-codes-2027.txt": "A001    Cholera due to Vibrio cholerae 01, biovar eltor\r\n",
    "Code Descriptions/icd10cm-codes-addenda-2027.txt": "Add:         K50901  Invented disease\r\n",
    "Code Descriptions/icd10OrderFiles.pdf": "%PDF-1.4",
    "__MACOSX/Code Descriptions/._icd10cm-order-2027.txt": "\x00\x05\x16\x07",
}
"""What a year's zip of code descriptions in tabular order holds; the order file is filled in."""


def test_a_release_begins_and_ends_codes(tmp_path: Path, own_book: Callable[[Path], None]) -> None:
    some = [one for one in icd10cm.load() if one.code.startswith(("A00", "G35", "K50"))]
    write_book(tmp_path / "base.db", icd10cm.load().header, some)
    base = CodeBook(tmp_path / "base.db")
    current = [one for one in base if one.flag != "D" and one.code != "A000"]
    current = [one._replace(flag="H") if one.code == "K5090" else one for one in current]
    new = [Entry("K50901", "B", "", "", "Invented disease"), Entry("A00", "B", "", "", "Cholera")]
    kept = [one for one in current if one.code != "A00"]
    release = order_file(sorted((*kept, *new), key=lambda one: one.code))
    with zipfile.ZipFile(tmp_path / "2027.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in CMS_ZIP.items():
            archive.writestr(name, content or release)
    target = tmp_path / "codes.db"
    report = load_release(tmp_path / "2027.zip", target, base, fewest=10)
    assert (report.begun, report.ended, report.effective) == (2, 2, date(2026, 10, 1))
    assert report.codes == sum(1 for _ in base) + 1
    own_book(target)
    before, after = date(2026, 9, 30), date(2026, 10, 1)
    assert [is_billable("K50.90", day) for day in (before, after)] == [True, False]
    assert [is_billable("A00.0", day) for day in (before, after)] == [True, False]
    assert [is_billable("K50.901", day) for day in (before, after)] == [False, True]
    assert [is_billable("G35", day) for day in (date(2025, 9, 30), before)] == [True, False]
    assert icd10cm.describe("K50.901") == "Invented disease"
    assert search_codes("invented disease") == (("K50.901", "Invented disease"),)
    found = find_succession("K50.90", "", after)
    assert found is not None and found.successors == ("K50.901",)
    assert "in force from 2026-10-01" in icd10cm.load().header["source"]


def test_what_is_no_release_is_refused(tmp_path: Path) -> None:
    base, target = icd10cm.load(), tmp_path / "codes.db"
    few = tmp_path / "icd10cm_order_2027.txt"
    few.write_text(order_file([Entry("A00", "H", "", "", "Cholera")]))
    other = tmp_path / "icd10cm-order-April-2027.txt"
    other.write_text("A00 Cholera\n")
    changes = tmp_path / "icd10cm-order-addenda-2027.txt"
    changes.write_text(CMS_ZIP["Code Descriptions/icd10cm-order-addenda-2027.txt"])
    unnamed = tmp_path / "codes.txt"
    unnamed.write_text(few.read_text())
    for path, error, said in (
        (few, DamagedDocument, "few"),
        (other, UsageError, "columns"),
        (changes, UsageError, "every code"),
        (unnamed, UsageError, "day|when"),
    ):
        with pytest.raises(error, match=said):
            load_release(path, target, base)
    assert not target.exists()


def test_a_book_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database")
    with pytest.raises(UsageError):
        CodeBook(tmp_path / "text.db")
    with pytest.raises(UsageError):
        CodeBook(tmp_path / "none.db")


def test_the_same_entries_give_the_same_bytes_and_their_order_is_that_of_codes(tmp_path: Path) -> None:
    entries = [Entry(code, "B", "", "", f"Words of {code}") for code in ("A01", "A000", "A00", "Z99", "A0001A", "A001")]
    for name, order in (("one.db", entries), ("two.db", entries[::-1])):
        assert write_book(tmp_path / name, {"source": "invented"}, order) == 6
    assert (tmp_path / "one.db").read_bytes() == (tmp_path / "two.db").read_bytes()
    book = CodeBook(tmp_path / "one.db")
    assert [one.code for one in book] == sorted(one.code for one in entries)
    assert [one.code for one in book.below("A00")] == ["A00", "A000", "A0001A", "A001"]
