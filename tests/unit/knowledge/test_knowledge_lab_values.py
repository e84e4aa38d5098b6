"""Numbers, ranges, units and words as laboratory reports print them."""

import pytest

from extractor.knowledge.lab_values import mend_range, read_number, read_range
from extractor.knowledge.lab_words import (
    collected_label,
    near_date_label,
    near_unit,
    near_word,
    read_absence,
    read_flag,
    read_head,
    read_report_status,
    read_specimen,
    read_unit,
    read_word,
)


@pytest.mark.parametrize(
    ("printed", "value", "flag", "is_repaired"),
    [
        ("6.12", "6.12", "", False),
        ("< 0.35", "<0.35", "", False),
        ("> OR = 60", ">=60", "", False),
        ("\u2265 90", "\u226590", "", False),
        ("6.2H", "6.2", "H", False),
        ("145 High", "145", "High", False),
        ("H 6.2", "6.2", "H", False),
        ("5,018", "5,018", "", False),
        ("1:80", "1:80", "", False),
        ("-0.03", "-0.03", "", False),
        ("O.5", "0.5", "", True),
        ("6,2", "6.2", "", True),
        ("6. 2", "6.2", "", True),
    ],
)
def test_numbers(printed: str, value: str, flag: str, is_repaired: bool) -> None:
    reading = read_number(printed)
    assert reading is not None
    assert (reading.value, reading.flag, reading.is_repaired) == (value, flag, is_repaired)


@pytest.mark.parametrize("printed", ["H", "12.3.4", "2021-04-05", "3.4-10.8", "mg/dL", ""])
def test_what_is_no_number(printed: str) -> None:
    assert read_number(printed) is None


@pytest.mark.parametrize(
    ("printed", "text", "low", "high", "unit"),
    [
        ("3.4-10.8", "3.4-10.8", 3.4, 10.8, None),
        ("(3.4 - 10.8)", "3.4 - 10.8", 3.4, 10.8, None),
        ("<200 mg/dL", "<200", None, 200.0, "mg/dL"),
        ("> OR = 60", "> OR = 60", 60.0, None, None),
        ("Reference Range: 70-99 mg/dL", "70-99", 70.0, 99.0, "mg/dL"),
        ("Not Estab.", "Not Estab.", None, None, None),
        ("Non Reactive", "Non Reactive", None, None, None),
    ],
)
def test_ranges(printed: str, text: str, low: float | None, high: float | None, unit: str | None) -> None:
    reading = read_range(printed)
    assert reading is not None
    assert (reading.text, reading.low, reading.high, reading.unit) == (text, low, high, unit)


def test_a_range_says_on_which_side_a_number_lies() -> None:
    span, below, least = read_range("3.4-10.8"), read_range("<5.0"), read_range(">=60")
    assert span is not None and below is not None and least is not None
    assert [span.excludes(number) for number in (3.3, 3.4, 10.8, 10.9)] == ["L", "", "", "H"]
    assert [below.excludes(number) for number in (4.9, 5.0)] == ["", "H"]
    assert [least.excludes(number) for number in (59, 60)] == ["L", ""]


@pytest.mark.parametrize(
    ("printed", "text", "is_guess"),
    [
        ("3.5.5.2", "3.5-5.2", False),
        ("79 97", "79-97", False),
        ("586:1602", "586-1602", False),
        ("79.97", "79-97", True),
    ],
)
def test_ranges_whose_dash_was_misread(printed: str, text: str, is_guess: bool) -> None:
    reading = mend_range(printed)
    assert reading is not None
    assert (reading.text, reading.is_guess, reading.is_repaired) == (text, is_guess, True)


@pytest.mark.parametrize("printed", ["97.79", "3410.8", "032", "1.47.0", "97 79"])
def test_ranges_that_cannot_be_mended(printed: str) -> None:
    assert mend_range(printed) is None


@pytest.mark.parametrize(
    ("printed", "ucum"),
    [
        ("K/uL", "10*3/uL"),
        ("x10E3/uL", "10*3/uL"),
        ("10^3/uL", "10*3/uL"),
        ("thou/mcL", "10*3/uL"),
        ("Thousand/uL", "10*3/uL"),
        ("x10(3)/mcL", "10*3/uL"),
        ("x10^9/L", "10*9/L"),
        ("Million/uL", "10*6/uL"),
        ("cells/uL", "{cells}/uL"),
        ("cells/mcL", "{cells}/uL"),
        ("/cumm", "/mm3"),
        ("mg/dL", "mg/dL"),
        ("MG/DL", "mg/dL"),
        ("IU/L", "[IU]/L"),
        ("U/L", "U/L"),
        ("mIU/L", "m[IU]/L"),
        ("uIU/mL", "u[IU]/mL"),
        ("\u00b5IU/mL", "u[IU]/mL"),
        ("mcg/dL", "ug/dL"),
        ("mm/hr", "mm/h"),
        ("mL/min/1.73m2", "mL/min/{1.73_m2}"),
        ("mL/min/1.73 m\u00b2", "mL/min/{1.73_m2}"),
        ("index", "{index}"),
        ("%", "%"),
        ("/HPF", "/[HPF]"),
        ("U/g Hgb", "U/g{Hb}"),
        ("xlOE3/uL", "10*3/uL"),
        ("lU/L", "[IU]/L"),
    ],
)
def test_units(printed: str, ucum: str) -> None:
    reading = read_unit(printed)
    assert reading is not None and reading.ucum == ucum


@pytest.mark.parametrize("printed", ["rng", "ig/dL", "xg/mL", "01", "High", "3.4-10.8", "."])
def test_what_is_no_unit(printed: str) -> None:
    assert read_unit(printed) is None


def test_a_misread_unit_is_never_the_nearest_of_several() -> None:
    assert near_unit("X10F3/uL", ("10*3/uL",)) == "10*3/uL"
    assert near_unit("ig/dL", ("mg/dL",)) is None
    assert near_unit("xg/mL", ("ng/mL",)) is None
    assert near_unit("%6", ("%",)) == "%"
    assert near_unit("%6", ("mg/dL",)) is None


@pytest.mark.parametrize(
    ("printed", "word"),
    [
        ("NON-REACTIVE", "non-reactive"),
        ("Nonreactive", "non-reactive"),
        ("Non Reactive", "non-reactive"),
        ("Neg", "negative"),
        ("Not Detected", "not detected"),
        ("POSITIVE", "positive"),
        ("None seen", "none seen"),
    ],
)
def test_words(printed: str, word: str) -> None:
    assert read_word(printed) == word


def test_misread_words_keep_their_meaning() -> None:
    assert near_word("Negauve") == "negative"
    assert near_word("Non Resctive") == "non-reactive"
    assert near_word("Resctive") == "reactive"
    assert near_word("Non") is None
    assert near_word("Detective") is None or near_word("Detective") == "detected"


@pytest.mark.parametrize(
    ("printed", "flag"),
    [
        ("H", "H"),
        ("Low", "L"),
        ("(H)", "H"),
        ("*", "A"),
        ("!", "A"),
        ("HH", "HH"),
        ("Critical Low", "LL"),
        ("Normal", ""),
    ],
)
def test_flags(printed: str, flag: str) -> None:
    assert read_flag(printed) == flag


def test_absences_heads_headings_and_statuses() -> None:
    assert [read_absence(text) for text in ("TNP", "Pending", "See note", "Negative")] == [
        "cancelled",
        "pending",
        "see_note",
        None,
    ]
    assert read_head("Previous Result and Date") == "previous"
    assert read_head("REFERENCE INTERVAI") == "range"
    assert read_head("Sodium") is None
    assert read_specimen("Urinalysis, Complete") == "urine"
    assert read_specimen("Hepatitis panel") == "blood"
    assert read_specimen("Sodium") is None
    assert read_report_status("Report status: PRELIMINARY") == "preliminary"
    assert read_report_status("Status of the patient") is None


@pytest.mark.parametrize(
    ("text", "is_collected"),
    [
        ("Date collected", True),
        ("COLLECTED:", True),
        ("Date of collection", True),
        ("Date received", False),
        ("DOB", False),
    ],
)
def test_labels_of_dates(text: str, is_collected: bool) -> None:
    found = collected_label().search(text)
    assert found is not None and (found["yes"] is not None) is is_collected


def test_misread_labels_of_dates() -> None:
    assert near_date_label("Oate colected:") is True
    assert near_date_label("Date rereived:") is False
    assert near_date_label("Patient name") is None
