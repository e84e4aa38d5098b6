"""Entities in running text."""

import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.ner import find_entities
from models.stages.entities import EntityLabel

TODAY = date(2026, 11, 22)

NOTE = """Patient tried and failed Avonex. Start Ocrevus 300 mg IV day 1 and day 15, then 600 mg every 6 months.
Each vial contains 300mg/10ml. Diagnosis: G35.A, ICD-10 K5090. DOB 01/02/1980
NPI: 1234567893 Phone: (303) 555-0147 Fax 303-555-0148 ext 4
Electronically signed by: Amy R. Boyle, M.D. on 11/02/2026 10:31
under direction of Dr. Jan van der Berg"""


def found(label: EntityLabel, text: str = NOTE) -> list[tuple[str, str | None]]:
    return [(entity.text, entity.value) for entity in find_entities(text, today=TODAY) if entity.label is label]


@pytest.mark.parametrize(
    ("label", "entities"),
    [
        (EntityLabel.DRUG, [("Avonex", "interferon beta-1a"), ("Ocrevus", "ocrelizumab")]),
        (EntityLabel.DOSE, [("300 mg", "300 mg"), ("600 mg", "600 mg")]),
        (EntityLabel.STRENGTH, [("300mg/10ml", "300 mg/10 mL")]),
        (EntityLabel.FREQUENCY, [("day 1 and day 15", "day 1 and day 15"), ("every 6 months", "every 6 months")]),
        (EntityLabel.ROUTE, [("IV", "IV")]),
        (EntityLabel.ICD10, [("G35.A", "G35.A"), ("K5090", "K50.90")]),
        (EntityLabel.DATE, [("01/02/1980", "1980-01-02"), ("11/02/2026", "2026-11-02")]),
        (EntityLabel.NPI, [("1234567893", "1234567893")]),
        (EntityLabel.PHONE, [("(303) 555-0147", "+13035550147"), ("303-555-0148 ext 4", "+13035550148;ext=4")]),
        (EntityLabel.PERSON, [("Amy R. Boyle, M.D.", "Amy R Boyle"), ("Dr. Jan van der Berg", "Jan van der Berg")]),
    ],
)
def test_every_label(label: EntityLabel, entities: list[tuple[str, str]]) -> None:
    assert found(label) == entities


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Dr. Kim will follow up.", "Kim"),
        ("Seen by Jane Doe, PA-C today", "Jane Doe"),
        ("Boyle, Amy R., MD", "Amy R Boyle"),
        ("Dictated by Carlos Lopez Jr.", "Carlos Lopez Jr"),
    ],
)
def test_people(text: str, value: str) -> None:
    assert [person for _, person in found(EntityLabel.PERSON, text)] == [value]


@pytest.mark.parametrize("text", ["The patient is well.", "Physician Signature", "MD", "Take with food, MD to review"])
def test_no_people(text: str) -> None:
    assert found(EntityLabel.PERSON, text) == []


def test_an_npi_that_fails_its_check_stays_but_is_doubtful() -> None:
    (entity,) = find_entities("NPI# 1234567890", today=TODAY)
    assert (entity.label, entity.value) == (EntityLabel.NPI, "1234567890")
    assert entity.score < 0.5


def test_importing_does_not_load_spacy() -> None:
    code = "import sys, extractor.ner; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_empty() -> None:
    assert find_entities("") == ()
    assert find_entities(" \n\t ") == ()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120) | st.lists(st.sampled_from([*NOTE.split(), "\n", ".", ":"]), max_size=40).map(" ".join))
def test_any_text_is_answered_in_order(text: str) -> None:
    entities = find_entities(text, today=TODAY)
    assert [entity.start for entity in entities] == sorted(entity.start for entity in entities)
    assert all(text[entity.start : entity.end] == entity.text for entity in entities)
