"""The last look at a Bundle before it leaves: ``fhir.resources`` has to accept it.

The extension ``field``, which tells of one field of the record, stands in a Bundle some hundred times. It is held
against its published definition here, for the general classes spend most of their time on it.
"""

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from fhir.resources.R4B.bundle import Bundle
from pydantic import ValidationError

from extractor.errors import RecordError
from extractor.export.fhir import terms
from extractor.export.fhir.definitions import NESTED

_FIELD = "field"
_CODE = re.compile(r"\S+(\s\S+)*")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


IS_OF: Mapping[str, Callable[[object], bool]] = MappingProxyType(
    {
        "string": lambda value: isinstance(value, str) and value.strip() != "",
        "code": lambda value: isinstance(value, str) and _CODE.fullmatch(value) is not None,
        "decimal": _is_number,
        "positiveInt": lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0,
    }
)
"""FHIR's types of the parts of ``field`` (https://hl7.org/fhir/R4/datatypes.html)."""


def check_bundle(content: bytes) -> None:
    """Nothing where the Bundle is valid; a ``RecordError`` names its wrong elements, without their values."""
    bundle = json.loads(content)
    wrong = set()
    for place, entry in enumerate(bundle["entry"]):
        if entry["resource"]["resourceType"] == "Provenance":
            wrong |= {f"entry.{place}.resource.target.{path}" for path in _take_fields(entry["resource"]["target"])}
    try:
        Bundle.model_validate(bundle)
    except ValidationError as error:
        wrong |= {".".join(map(str, each["loc"])) for each in error.errors()}
    if wrong:
        raise RecordError(
            f"The referral does not make a valid FHIR Bundle ({', '.join(sorted(wrong)[:5])}): correct these fields in "
            "review."
        )


def _take_fields(targets: list[dict[str, object]]) -> set[str]:
    """Take the extensions ``field`` that are as published out of ``targets``; the places of those that are not."""
    wrong = set()
    for place, target in enumerate(targets):
        told = target.get("extension")
        if isinstance(told, list):
            wrong |= {f"{place}.extension.{number}" for number, one in enumerate(told) if not _is_field(one)}
            del target["extension"]
    return wrong


def _is_field(extension: object) -> bool:
    """Whether it is the extension ``field`` with parts of the published names, once each, and of their types."""
    if not isinstance(extension, dict) or extension.keys() != {"url", "extension"}:
        return False
    parts = extension["extension"]
    if extension["url"] != terms.extension_url(_FIELD) or not isinstance(parts, list) or not parts:
        return False
    names = [part.get("url") for part in parts if isinstance(part, dict)]
    return len(names) == len(parts) == len(set(names)) and all(map(_is_part, parts))


def _is_part(part: Mapping[str, object]) -> bool:
    kind = NESTED[_FIELD][2].get(str(part.get("url")))
    if kind is None:
        return False
    key = f"value{kind[0].upper()}{kind[1:]}"
    return part.keys() == {"url", key} and IS_OF[kind](part[key])
