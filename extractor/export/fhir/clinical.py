"""What is known of the patient: Conditions, AllergyIntolerances, MedicationStatements of earlier therapies."""

from extractor.export.fhir import terms
from extractor.export.fhir.elements import Element, coding, concept, date, text_concept, us_core
from extractor.export.fhir.resource import Shelf
from models.record import Diagnosis, PriorTherapy, Text

NO_ALLERGIES = "NKDA"


def add_clinical(shelf: Shelf) -> None:
    """Diagnoses, allergies, earlier therapies."""
    for index, diagnosis in enumerate(shelf.referral.diagnoses):
        path = f"diagnoses[{index}]"
        shelf.add(
            "Condition", f"diagnoses/{index}", _condition(shelf, diagnosis), (f"{path}.code", f"{path}.description")
        )
    for index, allergy in enumerate(shelf.referral.patient.allergies):
        shelf.add(
            "AllergyIntolerance", f"allergies/{index}", _allergy(shelf, allergy), (f"patient.allergies[{index}]",)
        )
    for index, therapy in enumerate(shelf.referral.prior_therapies):
        path = f"prior_therapies[{index}]"
        leaves = [f"{path}.{leaf}" for leaf in PriorTherapy.model_fields]
        shelf.add("MedicationStatement", f"prior_therapies/{index}", _therapy(shelf, therapy), leaves)


def _status(system: str, code: str) -> Element:
    return concept(None, coding(f"{terms.TERMINOLOGY}/{system}", code))


def _condition(shelf: Shelf, diagnosis: Diagnosis) -> Element:
    """No ``verificationStatus``: the order names the diagnosis as its reason and does not say how it was made."""
    return {
        **us_core("condition-problems-health-concerns"),
        "clinicalStatus": _status("condition-clinical", "active"),
        "category": [_status("condition-category", "problem-list-item")],
        "code": text_concept(diagnosis.description, coding(terms.ICD10CM, diagnosis.code.value)),
        "subject": shelf.refer("patient"),
    }


def _allergy(shelf: Shelf, allergy: Text) -> Element:
    """``NKDA`` is the coded absence of known drug allergies, never an allergy to something of that name."""
    is_none = allergy.value == NO_ALLERGIES
    stated = coding(terms.SNOMED, terms.NO_KNOWN_DRUG_ALLERGY, "No known drug allergy") if is_none else {}
    return {
        **us_core("allergyintolerance"),
        "clinicalStatus": _status("allergyintolerance-clinical", "active"),
        "verificationStatus": _status("allergyintolerance-verification", "unconfirmed"),
        "code": text_concept(allergy, stated),
        "patient": shelf.refer("patient"),
    }


def _therapy(shelf: Shelf, therapy: PriorTherapy) -> Element:
    """``stopped`` where a stop or an outcome is stated; else nobody says whether it goes on."""
    is_over = therapy.stop.value is not None or therapy.outcome.value is not None
    return {
        "status": "stopped" if is_over else "unknown",
        "statusReason": [concept(therapy.outcome.value)],
        "medicationCodeableConcept": text_concept(therapy.drug),
        "subject": shelf.refer("patient"),
        "effectivePeriod": {**date("start", therapy.start), **date("end", therapy.stop)},
    }
