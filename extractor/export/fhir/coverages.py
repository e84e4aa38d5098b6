"""Insurance: a Coverage and its payer's Organization for each policy."""

from extractor.export.fhir import terms
from extractor.export.fhir.elements import Element, coding, concept, phone, primitive, us_core
from extractor.export.fhir.resource import Shelf
from models.record import Coverage, Field

_CLASSES = (("group_number", "group"), ("plan", "plan"), ("bin", "rxbin"), ("pcn", "rxpcn"))
_LEAVES = ("rank", "plan", "member_id", "group_number", "bin", "pcn", "subscriber_name", "relationship")


def add_coverages(shelf: Shelf) -> None:
    """A Coverage for each policy, with its payer."""
    for index, coverage in enumerate(shelf.referral.coverages):
        path, key = f"coverages[{index}]", f"coverages/{index}"
        shelf.add(
            "Organization",
            f"{key}/payer",
            {
                **us_core("organization"),
                "active": True,
                "type": [concept(None, coding(f"{terms.TERMINOLOGY}/organization-type", "pay"))],
                **primitive("name", coverage.payer, is_required=True),
                "telecom": [phone(coverage.payer_phone, "phone", "work")],
            },
            (f"{path}.payer", f"{path}.payer_phone"),
        )
        shelf.add("Coverage", key, _coverage(shelf, coverage, key), [f"{path}.{leaf}" for leaf in _LEAVES])


def _coverage(shelf: Shelf, coverage: Coverage, key: str) -> Element:
    """``status`` is required: the policy is taken to be active, nobody has checked it with the payer."""
    named = coverage.subscriber_name.value
    relationship = coverage.relationship.value
    return {
        **us_core("coverage", is_met=coverage.member_id.value is not None and relationship is not None),
        "status": "active",
        "subscriber": None if named is None else {"display": named},
        **primitive("subscriberId", coverage.member_id),
        "beneficiary": shelf.refer("patient"),
        "relationship": None
        if relationship is None
        else concept(relationship, coding(f"{terms.TERMINOLOGY}/subscriber-relationship", relationship)),
        "payor": [shelf.refer(f"{key}/payer")],
        "class": [_class(getattr(coverage, leaf), code) for leaf, code in _CLASSES],
        "order": terms.RANKS.get(coverage.rank.value),
    }


def _class(field: Field[str], code: str) -> Element:
    """Empty without a value, which FHIR requires: why there is none is in the Provenance."""
    if field.value is None:
        return {}
    return {"type": concept(None, coding(f"{terms.TERMINOLOGY}/coverage-class", code)), "value": field.value}
