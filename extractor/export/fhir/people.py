"""Who: Patient, and of the prescriber Practitioner, Organization and PractitionerRole."""

from uuid import NAMESPACE_URL, uuid5

from extractor.export.fhir import terms
from extractor.export.fhir.elements import (
    Element,
    Json,
    absence,
    address,
    coding,
    concept,
    date,
    identifier,
    phone,
    primitive,
    us_core,
)
from extractor.export.fhir.resource import Shelf
from extractor.knowledge.npi import is_valid_npi
from models.record import Field, Patient, Prescriber, State
from models.record.normalise import plain_text
from models.record.paths import walk_fields

GENDERS = frozenset({"female", "male", "other", "unknown"})


def add_people(shelf: Shelf) -> None:
    """Patient, Practitioner, Organization and PractitionerRole."""
    _add_patient(shelf)
    _add_prescriber(shelf)


def _add_patient(shelf: Shelf) -> None:
    patient = shelf.referral.patient
    own = tuple(path for path, _ in walk_fields(shelf.referral) if path.startswith("patient."))
    elsewhere = ("patient.allergies", "patient.height_cm", "patient.weight_kg")
    body: dict[str, Json] = {
        **us_core("patient"),
        "identifier": [_record_number(shelf, patient)],
        "name": [_name(patient.first_name, patient.middle_name, patient.last_name, patient.suffix)],
        "telecom": [
            phone(patient.home_phone, "phone", "home"),
            phone(patient.mobile_phone, "phone", "mobile"),
            phone(patient.work_phone, "phone", "work"),
            phone(patient.email, "email"),
        ],
        **_gender(patient.sex),
        **date("birthDate", patient.date_of_birth, is_required=True),
        "address": [address(patient.address)],
    }
    shelf.add("Patient", "patient", body, tuple(path for path in own if not path.startswith(elsewhere)))


def _record_number(shelf: Shelf, patient: Patient) -> Element:
    """A record number means nothing without who gave it: the practice is its assigner.

    Nobody knows the clinic's own system of numbers, so each practice gets a made one (UUID version 5 of its name and
    postal code as read; of the referral where no name is): numbers of two practices never meet in one system.
    """
    if patient.mrn.value is None:
        return {}
    return {
        "type": concept(None, coding(terms.IDENTIFIER_TYPE, "MR")),
        "system": f"{terms.BASE}:mrn:{uuid5(NAMESPACE_URL, _practice(shelf))}",
        "value": patient.mrn.value,
        "assigner": shelf.refer("practice", shelf.referral.prescriber.practice.value),
    }


def _practice(shelf: Shelf) -> str:
    prescriber = shelf.referral.prescriber
    name, postal_code = prescriber.practice.value, prescriber.address.postal_code.value
    return plain_text(f"{name} {postal_code or ''}") if name else shelf.referral.referral_id


def _name(first: Field[str], middle: Field[str], last: Field[str], suffix: Field[str] | None = None) -> Element:
    given: dict[str, Json] = {}
    if first.value is not None:
        given = {"given": [first.value, middle.value] if middle.value is not None else [first.value]}
    elif middle.value is not None:
        given = {
            "given": [middle.value],
            "_given": [{"extension": [{"url": terms.extension_url("middle"), "valueBoolean": True}]}],
        }
    elif first.state is not State.NOT_ON_FORM:
        given = {"_given": [{"extension": absence(first)}]}
    return {
        **primitive("family", last, is_required=True),
        **given,
        "suffix": [suffix.value] if suffix is not None and suffix.value is not None else [],
    }


def _gender(sex: Field[str]) -> Element:
    """US Core wants a code: ``unknown`` where the record has none, with the reason beside it."""
    if sex.value in GENDERS:
        return {"gender": sex.value}
    return {"gender": "unknown", "_gender": {"extension": absence(sex)}}


def _add_prescriber(shelf: Shelf) -> None:
    person = shelf.referral.prescriber
    shelf.add(
        "Practitioner",
        "prescriber",
        {
            **us_core("practitioner"),
            "identifier": [_npi(person)],
            "name": [
                {
                    **_name(person.first_name, Field[str](), person.last_name),
                    "suffix": [person.credentials.value] if person.credentials.value is not None else [],
                }
            ],
        },
        ("prescriber.first_name", "prescriber.last_name", "prescriber.credentials", "prescriber.npi"),
    )
    shelf.add(
        "Organization",
        "practice",
        {
            **us_core("organization"),
            "active": True,
            **primitive("name", person.practice, is_required=True),
            "address": [address(person.address)],
        },
        (
            "prescriber.practice",
            *(f"prescriber.address.{part}" for part in ("line1", "line2", "city", "state", "postal_code")),
        ),
    )
    shelf.add(
        "PractitionerRole",
        "role",
        {
            **us_core("practitionerrole", is_met=has_contact(person)),
            "practitioner": shelf.refer("prescriber"),
            "organization": shelf.refer("practice"),
            "telecom": [phone(person.phone, "phone", "work"), phone(person.fax, "fax", "work")],
        },
        ("prescriber.phone", "prescriber.fax"),
    )


def has_contact(person: Prescriber) -> bool:
    """Whether anything says how to reach the prescriber, which US Core's role requires."""
    return person.phone.value is not None or person.fax.value is not None


def _npi(person: Prescriber) -> Element:
    """Empty without a number, as US Core requires of identifiers: why there is none is in the Provenance."""
    value = person.npi.value
    return identifier(terms.NPI if value is not None and is_valid_npi(value) else terms.UNCHECKED_NPI, value)
