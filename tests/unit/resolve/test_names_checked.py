"""Names that may be none."""

from datetime import date

from extractor.resolve.checks import check_patient, check_prescriber
from models.record import Patient, Prescriber, Reason, State, Text

LONE = Reason(code="single_word", text="Only one word of a name.")


def text(value: str, *reasons: Reason) -> Text:
    return Text(
        value=value, confidence=0.95, state=State.FOUND, raw=value, page_no=1, source="embedded", reasons=reasons
    )


def test_a_drug_or_a_lone_word_is_no_sure_name() -> None:
    prescriber = Prescriber(first_name=text("acetaminophen"), last_name=text("Carrasco", LONE))
    checked = check_prescriber(prescriber, Patient())
    assert checked.first_name.state is State.NEEDS_REVIEW
    assert checked.last_name.state is State.NEEDS_REVIEW
    patient = check_patient(Patient(first_name=text("Harriet")), Prescriber(), [], date(2026, 11, 20))
    assert patient.first_name.state is State.FOUND
