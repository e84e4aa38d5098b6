"""The published definitions of the program's extensions: FHIR StructureDefinitions for whoever imports its bundles.

``python -m extractor.export.fhir.definitions`` writes them into ``extensions.json`` beside this file.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from extractor.export.fhir import terms
from extractor.export.fhir.elements import Element, Json
from extractor.export.fhir.writer import to_json

FILE = Path(__file__).with_name("extensions.json")

SIMPLE: Mapping[str, tuple[str, str, str]] = {
    "state": ("code", "Element", "The record's state of a value that is not there: blank, not_on_form, illegible, ..."),
    "stated": ("string", "Element", "The record's own text of a value that the element's type cannot hold"),
    "middle": ("boolean", "HumanName.given", "The given name is a middle name; a first one is not known"),
    "brand": ("string", "MedicationRequest", "The brand that the order names"),
    "last-treatment": ("string", "MedicationRequest", "When the drug was last given"),
    "unit": ("string", "Observation", "The unit (UCUM) of a result that is no number or is not there yet"),
    "revision": ("positiveInt", "ServiceRequest", "The revision of the record"),
    "supersedes": ("string", "ServiceRequest", "The record that this one replaces"),
    "count": ("unsignedInt", "List", "How many items the list is said to have"),
    "page": ("positiveInt", "DocumentReference", "A page of the file that is the patient's, 1-based"),
    "severity": ("code", "Task.output", "Whether the rule is required or advisory"),
}
"""Name: the type of its value, the element it stands on, what it says."""

NESTED: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "signature": (
        "ServiceRequest",
        "Whether the order is signed, and the date beside the signature",
        {"present": "boolean", "date": "string"},
    ),
    "field": (
        "Provenance.target",
        "One field of the record: where it was read and how sure it is",
        {
            "path": "string",
            "state": "code",
            "confidence": "decimal",
            "source": "string",
            "page": "positiveInt",
            "box": "string",
        },
    ),
}
"""Name: the element it stands on, what it says, and the type of each part."""


def extension_definitions() -> Sequence[Element]:
    """A StructureDefinition (FHIR 4.0.1) for each extension."""
    simple = [_definition(name, on, says, _value_elements(kind)) for name, (kind, on, says) in SIMPLE.items()]
    nested = [_definition(name, on, says, _part_elements(parts)) for name, (on, says, parts) in NESTED.items()]
    return [*simple, *nested]


def _definition(name: str, on: str, says: str, elements: Sequence[Element]) -> Element:
    whole: Element = {"id": "Extension", "path": "Extension", "short": says, "definition": says, "min": 0, "max": "*"}
    url: Element = {
        "id": "Extension.url",
        "path": "Extension.url",
        "min": 1,
        "max": "1",
        "fixedUri": terms.extension_url(name),
    }
    every: Sequence[Json] = [whole, *elements, url]
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "url": terms.extension_url(name),
        "version": "1",
        "name": "".join(part.capitalize() for part in name.split("-")),
        "status": "active",
        "description": says,
        "fhirVersion": "4.0.1",
        "kind": "complex-type",
        "abstract": False,
        "context": [{"type": "element", "expression": on}],
        "type": "Extension",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
        "derivation": "constraint",
        "snapshot": {"element": every},
        "differential": {"element": every},
    }


def _value_elements(kind: str) -> Sequence[Element]:
    path = "Extension.value[x]"
    return [
        {"id": "Extension.extension", "path": "Extension.extension", "min": 0, "max": "0"},
        {"id": path, "path": path, "min": 1, "max": "1", "type": [{"code": kind}]},
    ]


def _part_elements(parts: Mapping[str, str]) -> Sequence[Element]:
    elements: list[Element] = [
        {
            "id": "Extension.extension",
            "path": "Extension.extension",
            "slicing": {"discriminator": [{"type": "value", "path": "url"}], "rules": "closed"},
            "min": 1,
            "max": "*",
            "type": [{"code": "Extension"}],
        }
    ]
    for name, kind in parts.items():
        inside = f"Extension.extension:{name}"
        path = "Extension.extension"
        elements += [
            {"id": inside, "path": path, "sliceName": name, "min": 0, "max": "1", "type": [{"code": "Extension"}]},
            {"id": f"{inside}.url", "path": f"{path}.url", "min": 1, "max": "1", "fixedUri": name},
            {
                "id": f"{inside}.value[x]",
                "path": f"{path}.value[x]",
                "min": 1,
                "max": "1",
                "type": [{"code": kind}],
            },
        ]
    return [*elements, {"id": "Extension.value[x]", "path": "Extension.value[x]", "min": 0, "max": "0"}]


def definitions_text() -> str:
    """The committed file's text: a Bundle of type collection."""
    entries: Json = [{"resource": definition} for definition in extension_definitions()]
    return to_json({"resourceType": "Bundle", "type": "collection", "entry": entries}) + "\n"


if __name__ == "__main__":
    FILE.write_text(definitions_text(), encoding="utf-8")
