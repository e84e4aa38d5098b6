"""ICD-10-CM."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.knowledge import icd10cm
from extractor.knowledge.icd10cm import (
    describe,
    find_codes,
    is_billable,
    is_code,
    normalise_code,
    not_billable_since,
    ocr_variants,
    successors,
)

BEFORE, AFTER = date(2025, 9, 30), date(2025, 10, 1)


def test_the_data_says_where_it_is_from() -> None:
    header = icd10cm.load().header
    assert {"source", "licence", "date"} <= header.keys()


def test_multiple_sclerosis_was_split_in_october_2025() -> None:
    assert is_code("G35")
    assert not is_billable("G35")
    assert is_billable("G35", on=BEFORE)
    assert not is_billable("G35", on=AFTER)
    assert not_billable_since("G35") == AFTER
    assert successors("G35") == ("G35.A", "G35.B0", "G35.B1", "G35.B2", "G35.C0", "G35.C1", "G35.C2", "G35.D")
    assert describe("G35.A") == "Relapsing-remitting multiple sclerosis"
    assert not is_billable("G35.A", on=BEFORE)
    assert is_billable("G35.A", on=AFTER)


@pytest.mark.parametrize(
    "code", ["M05.79", "K50.90", "G70.01", "D80.0", "E11.9", "S72.001A", "Z99.89", "A00.0", "U07.1"]
)
def test_codes_of_every_chapter(code: str) -> None:
    assert is_code(code)
    assert is_billable(code)
    assert describe(code)
    assert successors(code) == ()


@pytest.mark.parametrize("code", ["M05.7", "K50", "G70.0"])
def test_headings_exist_but_are_not_billable(code: str) -> None:
    assert is_code(code)
    assert not is_billable(code)
    assert not_billable_since(code) is None
    assert all(is_billable(below) for below in successors(code))


@pytest.mark.parametrize("code", ["", "340", "714.0", "G99.9X", "Z99.99", "M05.791", "ABC", "G35.E", "J1745", "Q5103"])
def test_what_is_no_code(code: str) -> None:
    assert not is_code(code)
    assert not is_billable(code)
    assert describe(code) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("g35a", "G35.A"),
        ("G35.A", "G35.A"),
        (" m05 .79 ", "M05.79"),
        ("M05,79", "M05.79"),
        ("M0579", "M05.79"),
        ("(G35)", "G35"),
        ("S72.001A", "S72.001A"),
        ("M 0 5 . 7 9", "M05.79"),
        ("M05 79", "M05.79"),
        ("G35 A", None),
        ("G35 RRMS", None),
        ("340", None),
        ("MO5.79", None),
        ("", None),
        ("G35.ABCDE", None),
        ("G", None),
    ],
)
def test_normalise(text: str, code: str | None) -> None:
    assert normalise_code(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("635", "G35"),
        ("M0S.79", "M05.79"),
        ("K5O.9O", "K50.90"),
        ("G70.0l", "G70.01"),
        ("MO5.79", "M05.79"),
        ("D8O.O", "D80.0"),
    ],
)
def test_misread_codes_are_alternatives(text: str, code: str) -> None:
    assert ocr_variants(text)[0] == code


@given(st.text(max_size=12) | st.from_regex(r"[A-Z0-9]{3}\.?[A-Z0-9]{0,4}", fullmatch=True))
def test_any_text_is_answered(text: str) -> None:
    normal = normalise_code(text)
    if normal is not None:
        assert normalise_code(normal) == normal
    variants = ocr_variants(text)
    assert all(is_code(variant) for variant in variants)
    assert normal not in variants
    assert is_billable(text) <= is_code(text)


def test_codes_in_running_text() -> None:
    text = "Dx: G35.A RRMS, ICD-10 K5090; HCPCS J1745 Q5103, vitamin B12, ICD-9 340, page P01"
    found = find_codes(text)
    assert [(mention.code, mention.is_certain) for mention in found] == [
        ("G35.A", True),
        ("K50.90", True),
        ("P01", True),
    ]
    assert text[found[1].start : found[1].end] == "K5090"
    assert not find_codes("Tray G35")[0].is_certain
