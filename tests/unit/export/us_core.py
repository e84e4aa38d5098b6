"""What US Core makes mandatory in the profiles that the bundles claim, as facts, to hold resources against.

Source: HL7 US Core Implementation Guide 5.0.1 (Coverage: 6.1.0), elements with a minimum of one and invariants of
severity error, from the StructureDefinitions at http://hl7.org/fhir/us/core (CC0-1.0), looked up on 2026-11-23. An
element counts as there when an extension says why its value is absent (general requirements, "Missing Data").
"""

from collections.abc import Callable, Iterator, Mapping

Node = dict
PROFILES = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
ENDED = frozenset({"partial", "preliminary", "final", "amended", "corrected", "appended"})

REQUIRED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "patient": ("Patient", ("identifier", "identifier.system", "identifier.value", "name", "gender")),
    "practitioner": (
        "Practitioner",
        ("identifier", "identifier.system", "identifier.value", "name", "name.family"),
    ),
    "practitionerrole": ("PractitionerRole", ("telecom", "telecom.system", "telecom.value", "practitioner")),
    "organization": ("Organization", ("active", "name")),
    "condition-problems-health-concerns": ("Condition", ("category", "code", "subject")),
    "allergyintolerance": ("AllergyIntolerance", ("code", "patient")),
    "medicationrequest": (
        "MedicationRequest",
        ("status", "intent", "medicationCodeableConcept", "subject", "authoredOn", "requester"),
    ),
    "servicerequest": ("ServiceRequest", ("status", "intent", "code", "subject")),
    "observation-lab": ("Observation", ("status", "category", "code", "subject")),
    "body-height": ("Observation", ("status", "category", "code", "subject", "effectiveDateTime")),
    "body-weight": ("Observation", ("status", "category", "code", "subject", "effectiveDateTime")),
    "diagnosticreport-lab": ("DiagnosticReport", ("status", "category", "code", "subject")),
    "documentreference": (
        "DocumentReference",
        ("status", "type", "category", "subject", "content", "content.attachment"),
    ),
    "coverage": ("Coverage", ("status", "beneficiary", "relationship", "payor", "subscriberId")),
}
"""Profile: the type it is of, and the elements that each resource must have, inside of lists in each item."""


def _codes(resource: Node, name: str) -> set[str]:
    return {coding["code"] for concept in resource[name] for coding in concept.get("coding", ())}


def _is_measured(resource: Node) -> bool:
    quantity = resource.get("valueQuantity", {})
    whole = {"value", "unit", "system", "code"} <= quantity.keys() and quantity["code"] in {"cm", "kg"}
    return whole or "dataAbsentReason" in resource


def _is_lab(resource: Node) -> bool:
    quantity = resource.get("valueQuantity", {})
    return (
        "laboratory" in _codes(resource, "category")
        and len(resource.get("effectiveDateTime", "2026-11-23")) >= 10
        and any(name.startswith("value") or name == "dataAbsentReason" for name in resource)
        and quantity.get("system") in {None, "http://unitsofmeasure.org"}
    )


RULES: Mapping[str, Callable[[Node], bool]] = {
    "practitioner": lambda one: all(is_npi(each) for each in one["identifier"] if each["system"].endswith("us-npi")),
    "condition-problems-health-concerns": lambda one: "problem-list-item" in _codes(one, "category"),
    "observation-lab": _is_lab,
    "body-height": lambda one: "vital-signs" in _codes(one, "category") and _is_measured(one),
    "body-weight": lambda one: "vital-signs" in _codes(one, "category") and _is_measured(one),
    "diagnosticreport-lab": lambda one: (
        "LAB" in _codes(one, "category")
        and (one["status"] not in ENDED or ({*map(_plain, one)} >= {"effectiveDateTime", "issued"}))
    ),
    "documentreference": lambda one: all({"url", "data"} & content["attachment"].keys() for content in one["content"]),
    "coverage": lambda one: len(one["payor"]) == 1,
}
"""The invariants us-core-1, -2, -3, -6, -8, -9, -15, -16, -17 and those of the vital signs."""


def is_npi(identifier: Node) -> bool:
    """Ten digits whose check digit is right (us-core-16, us-core-17)."""
    value = identifier.get("value", "")
    if len(value) != 10 or not value.isdecimal():
        return False
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(value)]
    return (24 + sum(number // 10 + number % 10 for number in doubled)) % 10 == 0


def _plain(name: str) -> str:
    return name.removeprefix("_")


def misses(resource: Node, profile: str) -> list[str]:
    """What a resource is short of in a profile, by element; ``rule`` for its invariants."""
    kind, elements = REQUIRED[profile]
    if resource["resourceType"] != kind:
        return ["type"]
    missing = [element for element in elements if not _has(resource, element.split("."))]
    if not missing and profile in RULES and not RULES[profile](resource):
        missing = ["rule"]
    return missing


def _has(node: Node, path: list[str]) -> bool:
    """Whether the element is there: in each item, where it lies in a list."""
    found = [part for name, part in node.items() if _plain(name) == path[0]]
    if not found or len(path) == 1:
        return bool(found)
    items = found[0] if isinstance(found[0], list) else [found[0]]
    return all(_has(item, path[1:]) for item in items)


def claims(resource: Node) -> Iterator[str]:
    """The US Core profiles that a resource claims, by their short names."""
    for url in resource.get("meta", {}).get("profile", ()):
        yield url.removeprefix(PROFILES)
