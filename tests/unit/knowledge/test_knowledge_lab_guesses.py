"""Badly misread names of tests: the likeliest one where there is one, and lost spaces."""

import pytest

from extractor.knowledge.lab_guesses import GUESS, guess_test
from extractor.knowledge.lab_tests import EXACT, match_test, space_out
from extractor.knowledge.lab_words import known_units, likeliest_unit, near_absence, near_date_label


@pytest.mark.parametrize(
    ("printed", "unit", "is_number", "key"),
    [
        ("Bilirubin, Totai", "mg/dL", True, "bilirubin_total"),
        ("ImnunaglobulinA, Qn, Serum", "mg/dL", True, "iga"),
        ("Hep B Eurfaoo Ab", None, False, "hbsab"),
        ("HBC", "10*6/uL", True, "rbc"),
        ("NCV", "fL", True, "mcv"),
        ("Albuhin", "g/dL", True, "albumin"),
    ],
)
def test_the_nearest_test_that_comes_in_the_unit_is_guessed(
    printed: str, unit: str | None, is_number: bool, key: str
) -> None:
    found = guess_test(printed, unit, is_number)
    assert found is not None and found.score == GUESS
    assert key in {test.key for test in found.tests}


@pytest.mark.parametrize(
    ("printed", "unit"),
    [
        ("HBC", None),
        ("T8", "ng/dL"),
        ("AXT", "U/L"),
        ("Medication", "mg/dL"),
        ("Immunoglobulin X, Qn, Serum", "mg/dL"),
        ("Comment", None),
        ("", "mg/dL"),
    ],
)
def test_nothing_is_guessed_where_several_are_as_near_or_none_is(printed: str, unit: str | None) -> None:
    assert guess_test(printed, unit, True) is None


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("HEPATITISB SURFACEANTIGEN", "HEPATITIS B SURFACE ANTIGEN"),
        ("QuantiFERON-TBGold Plus", "QuantiFERON-TB Gold Plus"),
        ("ImmunoglobulinA,Qn,Serum", "Immunoglobulin A, Qn, Serum"),
        ("WHITEBLOODCELLCOUNT", "WHITE BLOOD CELL COUNT"),
        ("Hemoglobin", "Hemoglobin"),
    ],
)
def test_lost_spaces_are_put_back(read: str, printed: str) -> None:
    match, spaced = match_test(read), match_test(printed)
    assert match is not None and spaced is not None and match.score == EXACT
    assert match.tests == spaced.tests
    assert space_out(read) == printed


@pytest.mark.parametrize("word", ["calciumsupplement", "hemoglobinopathy", "ironing"])
def test_other_words_do_not_fall_apart(word: str) -> None:
    match = match_test(word)
    assert match is None or match.score < EXACT


def test_misread_labels_and_absences() -> None:
    assert near_date_label("Date co1lected") is True
    assert near_date_label("Date rece1ved") is False
    assert near_date_label("10/12/2026") is None
    assert near_absence("Pendng") == "pending"
    assert near_absence("Positive") is None


def test_the_likeliest_unit_shows_in_the_text() -> None:
    assert likeliest_unit("x10C3AL", ("10*3/uL", "10*9/L")) == "10*3/uL"
    assert likeliest_unit("mgUL", ("mg/dL", "mmol/L")) == "mg/dL"
    assert likeliest_unit("10", ("mg/dL",)) is None
    assert likeliest_unit("zzz", ("mg/dL",)) is None
    assert {"mg/dL", "%"} <= set(known_units())
