"""How complete each list is: a List a list of the record, so that a missed allergy never looks like no allergy."""

from collections.abc import Mapping

from extractor.export.fhir import terms
from extractor.export.fhir.elements import Element, coding, concept, extension
from extractor.export.fhir.resource import Resource, Shelf
from models.record import Count, Lists

_TITLES: Mapping[str, tuple[str, str | None]] = {
    "allergies": ("Allergies", "48765-2"),
    "coverages": ("Insurance policies", None),
    "orders": ("Orders", None),
    "premedications": ("Premedications", None),
    "diagnoses": ("Diagnoses", None),
    "prior_therapies": ("Prior therapies", None),
    "labs": ("Laboratory results", None),
}
"""Title and, where there is one, the LOINC code of each list."""


def add_lists(shelf: Shelf) -> None:
    """The seven lists of the record with their items; an empty one says why it is empty."""
    for name in Lists.model_fields:
        stated: Count = getattr(shelf.referral.lists, name)
        title, loinc = _TITLES[name]
        items = [one.key for one in shelf.resources() if _is_item(one, name)]
        shelf.add(
            "List",
            f"lists/{name}",
            {
                "extension": [
                    extension("count", "valueUnsignedInt", stated.value),
                    extension("state", "valueCode", stated.state.value),
                ],
                "status": "current",
                "mode": "snapshot",
                "title": title,
                "code": concept(title, coding(terms.LIST_NAME, name), coding(terms.LOINC, loinc)),
                "subject": shelf.refer("patient"),
                "date": shelf.referral.created_at.isoformat(),
                "entry": [{"item": shelf.refer(key)} for key in items],
                "emptyReason": None if items else _why_empty(stated),
            },
            (f"lists.{name}",),
        )


def _is_item(one: Resource, name: str) -> bool:
    parts = one.key.split("/")
    if name == "premedications":
        return len(parts) == 4
    return len(parts) == 2 and parts[0] == name


def _why_empty(stated: Count) -> Element:
    """``nilknown`` only where the form says that there is none."""
    is_none = stated.value == 0
    code = "nilknown" if is_none else terms.EMPTY_LIST.get(stated.state, "unavailable")
    return concept(stated.state.value, coding(f"{terms.TERMINOLOGY}/list-empty-reason", code))
