"""What must fit together in one referral; what does not is shown to a person, never changed."""

import re
from collections.abc import Sequence
from datetime import date

from rapidfuzz import fuzz

from extractor.knowledge.dates import age_on
from extractor.knowledge.drugs import find_drugs, is_usual_dose, products, products_by_hcpcs
from extractor.knowledge.icd10cm import describe
from extractor.packet import Answer, Role
from extractor.resolve.absence import BESIDE_CODE
from models.record import Diagnosis, Order, Patient, Prescriber, PriorTherapy, Reason, State, Text
from models.record.normalise import plain_text, same_text

_DRUG_UNSURE = "the drug it belongs to is not sure"

NO_KNOWN_ALLERGIES = "NKDA"

_ALIKE = 60.0
"""Token similarity (0-100, normalised InDel) below which two descriptions have no word in common, misread or not."""


def doubt(field: Text, code: str, text: str) -> Text:
    """The field with a reason more, and never better than ``needs_review``."""
    if field.value is None or any(reason.code == code for reason in field.reasons):
        return field
    state = State.NEEDS_REVIEW if field.state is State.FOUND else field.state
    confidence = None if field.confidence is None else min(field.confidence, 0.5)
    return field.model_copy(
        update={"state": state, "confidence": confidence, "reasons": (*field.reasons, Reason(code=code, text=text))}
    )


def check_patient(patient: Patient, prescriber: Prescriber, answers: Sequence[Answer], today: date) -> Patient:
    """Age against date of birth, patient against prescriber, and names that are none."""
    patient = patient.model_copy(update=_check_names(patient))
    birth = patient.date_of_birth
    ages = _stated_ages(answers)
    if birth.value is not None and ages:
        age = age_on(date.fromisoformat(birth.value), today)
        # A page may be some months old, and its age with it.
        if all(not age - 2 <= stated <= age + 1 for stated in ages):
            birth = doubt(birth, "age_disagrees", "the stated age does not fit the date of birth")
    updates: dict[str, Text] = {"date_of_birth": birth}
    if _is_same_person(patient, prescriber):
        for name in ("first_name", "last_name"):
            updates[name] = doubt(
                getattr(patient, name), "same_as_prescriber", "the same name stands for the prescriber"
            )
    for name in ("home_phone", "mobile_phone", "work_phone"):
        phone: Text = getattr(patient, name)
        if phone.value is not None and phone.value in {prescriber.phone.value, prescriber.fax.value}:
            updates[name] = doubt(phone, "same_as_prescriber", "the same number stands for the prescriber")
    return patient.model_copy(update=updates)


def check_prescriber(prescriber: Prescriber, patient: Patient) -> Prescriber:
    """The prescriber's name is a name, and not the patient's."""
    prescriber = prescriber.model_copy(update=_check_names(prescriber))
    if not _is_same_person(patient, prescriber):
        return prescriber
    updates = {
        name: doubt(getattr(prescriber, name), "same_as_patient", "the same name stands for the patient")
        for name in ("first_name", "last_name")
    }
    return prescriber.model_copy(update=updates)


def _check_names(person: Patient | Prescriber) -> dict[str, Text]:
    """A lone word or a drug under a name's label is more often something else that stands near it."""
    checked: dict[str, Text] = {}
    for name in ("first_name", "last_name"):
        field: Text = getattr(person, name)
        if any(reason.code == "single_word" for reason in field.reasons):
            field = doubt(field, "lone_word", "one word alone was taken for a whole name")
        if field.value is not None and find_drugs(field.value):
            field = doubt(field, "names_a_drug", "this is the name of a drug")
        checked[name] = field
    return checked


def check_drug(order: Order) -> Order:
    """A dose says nothing without its drug: where the drug is unsure, what is ordered of it is unsure too."""
    if order.drug.state is State.FOUND:
        return order
    names = ("brand", "dose", "route", "frequency", "date")
    return order.model_copy(update={name: _doubt_part(getattr(order, name)) for name in names})


def _doubt_part(part: Text) -> Text:
    if part.value is not None:
        return doubt(part, "drug_unsure", _DRUG_UNSURE)
    if part.state is not State.NOT_ON_FORM:
        return part
    return Text(state=State.NEEDS_REVIEW, reasons=(Reason(code="drug_unsure", text=_DRUG_UNSURE),))


def check_code(order: Order) -> Order:
    """A HCPCS code of another product than the drug, even of its originator or biosimilar: one of them is misread."""
    if order.drug.value is None or order.hcpcs.value is None:
        return order
    coded = {product.generic for product in products_by_hcpcs(order.hcpcs.value)}
    if not coded or order.drug.value in coded:
        return order
    return order.model_copy(
        update={
            "drug": doubt(order.drug, "code_disagrees", "the HCPCS code is another product's"),
            "hcpcs": doubt(order.hcpcs, "drug_disagrees", "the code is of another product than the drug"),
        }
    )


def check_therapy(therapy: PriorTherapy) -> PriorTherapy:
    """When and why an earlier therapy ended says nothing without its drug."""
    if therapy.drug.state is State.FOUND:
        return therapy
    names = ("start", "stop", "outcome")
    return therapy.model_copy(update={name: _doubt_part(getattr(therapy, name)) for name in names})


def check_dose(order: Order) -> Order:
    """A dose that is none of the usual ones of its drug is shown to a person: a lost letter makes grams of milligrams.

    A drug whose usual doses are not known proves nothing either way.
    """
    if order.drug.value is None or order.dose.value is None:
        return order
    if is_usual_dose(order.drug.value, order.dose.value) is not False:
        return order
    return order.model_copy(update={"dose": doubt(order.dose, "unusual_dose", "this is no usual dose of the drug")})


def check_diagnoses(diagnoses: Sequence[Diagnosis], orders: Sequence[Order]) -> tuple[Diagnosis, ...]:
    """Where no code is a usual reason for any ordered drug, one digit of the right one may be misread: a person looks.

    Drugs without known indications say nothing; other codes beside a usual one are other problems of the patient.
    """
    diagnoses = tuple(_check_description(diagnosis) for diagnosis in diagnoses)
    named = [order.drug.value for order in orders if order.drug.value is not None]
    usual = tuple(code for drug in named for product in products(drug) for code in product.icd10)
    codes = [diagnosis.code.value for diagnosis in diagnoses if diagnosis.code.value is not None]
    if not usual or not codes or any(code.startswith(usual) for code in codes):
        return diagnoses
    said = "no code given is a usual reason for the ordered drug"
    return tuple(d.model_copy(update={"code": doubt(d.code, "unusual_for_drug", said)}) for d in diagnoses)


def _check_description(diagnosis: Diagnosis) -> Diagnosis:
    """Words that share nothing with what the code means may belong to another code; none found proves none absent."""
    description, code = diagnosis.description, diagnosis.code.value
    if description.value is None and description.state is State.NOT_ON_FORM:
        update = {"state": State.NEEDS_REVIEW, "reasons": (BESIDE_CODE,)}
        return diagnosis.model_copy(update={"description": description.model_copy(update=update)})
    meaning = None if code is None else describe(code)
    if description.value is None or meaning is None:
        return diagnosis
    alike = max(fuzz.partial_token_set_ratio(plain_text(description.value), plain_text(meaning)), 0.0)
    if alike >= _ALIKE:
        return diagnosis
    said = "these words do not say what the code means"
    return diagnosis.model_copy(update={"description": doubt(description, "differs_from_code", said)})


def check_allergies(allergies: Sequence[Text]) -> tuple[Text, ...]:
    """No known allergies beside an allergy: one of them is wrong, and a person says which."""
    has_none = any(field.value == NO_KNOWN_ALLERGIES for field in allergies)
    if not has_none or len(allergies) < 2:
        return tuple(allergies)
    said = "the pages state both no known allergies and an allergy"
    return tuple(doubt(field, "allergies_disagree", said) for field in allergies)


def check_order(order: Order, patient: Patient, today: date) -> Order:
    """An order is written after the patient's birth and not in the future."""
    written = order.date
    if written.value is not None:
        if written.value > today.isoformat():
            written = doubt(written, "in_the_future", "the order date lies in the future")
        birth = patient.date_of_birth.value
        if written.value is not None and birth is not None and written.value <= birth:
            written = doubt(written, "before_birth", "the order date does not follow the date of birth")
    return order.model_copy(update={"date": written})


def _is_same_person(patient: Patient, prescriber: Prescriber) -> bool:
    if patient.first_name.value is None or patient.last_name.value is None:
        return False
    return same_text(patient.first_name.value, prescriber.first_name.value) and same_text(
        patient.last_name.value, prescriber.last_name.value
    )


def _stated_ages(answers: Sequence[Answer]) -> list[int]:
    ages: list[int] = []
    for answer in answers:
        if answer.attribute == "age" and answer.role in {Role.PATIENT, None}:
            match = re.match(r"\D{0,3}(\d{1,3})\b(?!\s*(?:mo|wk|day))", answer.text)
            if match is not None:
                ages.append(int(match.group(1)))
    return ages
