"""Plain names of fields: what a person reads instead of a path of the record."""

from collections.abc import Mapping

from models.record import Referral
from models.record.list_places import leaf_name, unplaced

SECTIONS: Mapping[str, str] = {
    "patient": "Patient",
    "patient.allergies": "Allergies",
    "orders": "Orders",
    "diagnoses": "Diagnoses",
    "prescriber": "Prescriber",
    "coverages": "Coverage",
    "prior_therapies": "Prior therapies",
    "labs": "Laboratory results",
}
"""The parts of the screen in their order, each by the path that its fields begin with."""

ADDED_BY: Mapping[str, tuple[str, str]] = {
    "patient.allergies": ("", "Add an allergy"),
    "orders": (".drug", "Add an order"),
    "diagnoses": (".code", "Add a diagnosis"),
    "coverages": (".payer", "Add a coverage"),
    "prior_therapies": (".drug", "Add a therapy"),
    "labs": (".test", "Add a result"),
}
"""The field through which an item is added to each list, behind the item's path, and what the button says."""

_ITEMS = {
    "orders": "Order",
    "diagnoses": "Diagnosis",
    "coverages": "Coverage",
    "prior_therapies": "Therapy",
    "labs": "Result",
}
_COUNTED = {
    "allergies": "patient.allergies",
    "premedications": "orders",
}
_LEAVES = {
    "date_of_birth": "Date of birth",
    "mrn": "MRN",
    "height_cm": "Height (cm)",
    "weight_kg": "Weight (kg)",
    "npi": "NPI",
    "bin": "BIN",
    "pcn": "PCN",
    "hcpcs": "HCPCS code",
    "loinc": "LOINC",
    "line1": "Street",
    "line2": "Street, line 2",
    "email": "E-mail",
    "allergies": "Allergy",
    "premedications": "Premedication",
    "signature_present": "Signed",
    "signature_date": "Signature date",
    "member_id": "Member ID",
    "postal_code": "Postal code",
}
_PLACES = {
    "orders[].date": "Order date",
    "diagnoses[].code": "ICD-10-CM code",
    "labs[].status": "Status",
    "prior_therapies[].drug": "Drug tried",
}
_SOURCES = {
    "staff": "answered by a person",
    "embedded": "the file's own text",
    "derived": "worked out from other fields",
}


def label_of(path: str) -> str:
    """``patient.date_of_birth`` is ``Date of birth``; a list's count asks whether the list is complete."""
    if path.startswith("lists."):
        return f"All {leaf_name(path).replace('_', ' ')} listed"
    leaf = leaf_name(path)
    plain = leaf.replace("_", " ")
    return _PLACES.get(unplaced(path)) or _LEAVES.get(leaf) or plain[0].upper() + plain[1:]


def section_of(path: str) -> str:
    """The part of the screen that a field stands in, a key of ``SECTIONS``."""
    if path.startswith("lists."):
        name = leaf_name(path)
        return _COUNTED.get(name, name)
    if path.startswith("patient.allergies"):
        return "patient.allergies"
    return unplaced(path).partition(".")[0].removesuffix("[]")


def item_of(path: str, referral: Referral) -> str | None:
    """The list item a field belongs to, by number and name: ``Result 3 · WBC``; None outside of lists."""
    head, place, _ = path.partition("]")
    name, _, index = head.partition("[")
    if not place or name not in _ITEMS:
        return None
    number = int(index)
    items = getattr(referral, name)
    said = _name(name, items[number]) if number < len(items) else None
    return f"{_ITEMS[name]} {number + 1}" + (f" · {said}" if said else "")


def source_of(source: str | None) -> str:
    """Where a value comes from, in words."""
    if source is None:
        return "nothing was read"
    if source.startswith("ocr:"):
        return "read from the picture"
    return _SOURCES.get(source, source)


def _name(name: str, item: object) -> str | None:
    leaf = {"orders": "drug", "diagnoses": "code", "coverages": "payer", "prior_therapies": "drug", "labs": "test"}[
        name
    ]
    value = getattr(item, leaf).value
    return None if value is None else str(value)
