"""Allergies: one entry each, without reactions; none known is NKDA; no drug that somebody takes."""

import pytest

from extractor.knowledge.allergies import read_allergies


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Penicillin (hives, rash), sulfa", ["Penicillin", "sulfa"]),
        ("Codeine; Latex and Iodinated contrast", ["Codeine", "Latex", "Iodinated contrast"]),
        ("PCN - anaphylaxis", ["PCN"]),
        ("Sulfa: rash, hives", ["Sulfa"]),
        ("Yes, list: Bactrim", ["Bactrim"]),
        ("Amoxicillin/clavulanate", ["Amoxicillin/clavulanate"]),
        ("NKDA", ["NKDA"]),
        ("No known drug allergies", ["NKDA"]),
        ("none", ["NKDA"]),
        ("see attached", []),
        ("unknown", []),
        ("Lisinopril 10 mg PO daily", []),
        ("yes", []),
        ("", []),
    ],
)
def test_entries(text: str, values: list[str]) -> None:
    assert [reading.value for reading in read_allergies(text)] == values


def test_a_misread_entry_is_mended_and_marked() -> None:
    (reading,) = read_allergies("Sheltfish")
    assert (reading.value, reading.read) == ("Shellfish", "Sheltfish")
    assert reading.score < 0.6
    (none,) = read_allergies("No known drug allergles")
    assert (none.value, none.read) == ("NKDA", "No known drug allergles")


def test_an_unknown_allergen_is_kept_as_printed() -> None:
    (reading,) = read_allergies("Zorblax")
    assert reading.value == "Zorblax"
    assert reading.read is None
