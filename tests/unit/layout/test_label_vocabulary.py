"""The label vocabulary: exact for short labels, tolerant for long ones, one key a variant."""

import pytest

from extractor.knowledge.labels import (
    fold_label,
    load_vocabulary,
    match_column,
    match_label,
    match_section,
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Patient's Name:", "patient.name"),
        ("PatientName", "patient.name"),
        ("D0B:", "patient.date_of_birth"),
        ("NPl #", "npi"),
        ("Group NPI #", "group_npi"),
        ("Prescriber NPI", "prescriber.npi"),
        ("Physicion Signature:", "prescriber.signature"),
        ("Date of Birth (MM/DD/YYYY)", "patient.date_of_birth"),
        ("Member #", "coverage.member_id"),
        ("Member", "patient.name"),
        ("City, State, Zip", "city_state_zip"),
        ("# of pages", "cover.pages"),
    ],
)
def test_labels_are_known_under_noise(text: str, key: str) -> None:
    found = match_label(text)
    assert found is not None
    assert found[0] == key


@pytest.mark.parametrize("text", ["Fex", "Box", "NBI", "Saxx", "No", "Vial", "", "12345", "Nurse phone extension line"])
def test_short_or_foreign_texts_match_nothing(text: str) -> None:
    assert match_label(text) is None


def test_doubted_text_needs_a_clear_lead() -> None:
    assert match_label("Prenedaaion") is None
    assert match_label("Premedcaion", is_doubted=True) is not None
    assert match_label("Xyzzyplughqwerty", is_doubted=True) is None


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("A. PATIENT INFORMATION", "patient"),
        ("Step 1: Patient information", "patient"),
        ("Section B: Insurance Information", "coverage"),
        ("3 Prescriber", "prescriber"),
        ("DIAGNOSIS AND ORDER", "diagnosis"),
    ],
)
def test_section_titles(title: str, key: str) -> None:
    found = match_section(title)
    assert found is not None
    assert found[0] == key


def test_column_heads() -> None:
    assert [
        found[0] for text in ("Reference Interval", "Previous Result and Date", "Flag") if (found := match_column(text))
    ] == [
        "reference",
        "previous",
        "flag",
    ]


def test_no_variant_has_two_keys() -> None:
    vocabulary = load_vocabulary()
    seen: dict[str, str] = {}
    for entry in vocabulary.labels:
        for variant in entry.variants:
            if "{" not in variant:
                assert seen.setdefault(fold_label(variant.replace("No~", "No")), entry.key) == entry.key, variant
