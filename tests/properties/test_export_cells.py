"""Whatever was read: a table and a bundle give it back as it was, and no cell begins like a formula."""

from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.export import ExportContext, exporters
from models.record import Patient, State, Text
from samples.hostile_record import EXTRACTION, REFERRAL
from samples.importers.csv_import import read_tables
from samples.importers.fhir_import import read_bundle

CONTEXT = ExportContext(extraction=EXTRACTION)
PRINTED = st.text(st.characters(exclude_categories=("C", "Zl", "Zp", "Zs"), include_characters=" "), min_size=1).filter(
    lambda text: text == text.strip() and text != "NKDA"
)
ANY = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1)


def with_texts(first: str, second: str) -> Patient:
    name = Text(value=first, confidence=0.9, state=State.FOUND)
    allergy = Text(value=second, confidence=0.9, state=State.FOUND)
    return REFERRAL.patient.model_copy(update={"last_name": name, "allergies": (allergy,)})


@settings(max_examples=60, deadline=None)
@given(ANY, ANY)
def test_a_table_gives_back_every_text(first: str, second: str) -> None:
    referral = REFERRAL.model_copy(update={"patient": with_texts(first, second)})
    referrals, labs = exporters.get("csv").export(referral, CONTEXT)
    (read,) = read_tables(referrals.content, labs.content)
    assert read.values["patient.last_name"] == first
    assert read.values["patient.allergies[0]"] == second


@settings(max_examples=25, deadline=None)
@given(PRINTED, PRINTED)
def test_a_bundle_gives_back_every_printed_text(first: str, second: str) -> None:
    referral = REFERRAL.model_copy(update={"patient": with_texts(first, second), "labs": (), "orders": ()})
    (written,) = exporters.get("fhir").export(referral, CONTEXT)
    read = read_bundle(written.content)
    assert read.values["patient.last_name"] == first
    assert read.values["patient.allergies[0]"] == second
