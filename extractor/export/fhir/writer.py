"""FHIR JSON as text. A decimal is written digit for digit: in FHIR 4.0 says more than 4 (datatypes.html#decimal)."""

import json
from collections.abc import Mapping
from decimal import Decimal

from extractor.export.fhir.elements import Json

_plain = json.JSONEncoder(ensure_ascii=False).encode


def to_json(value: Json) -> str:
    """Compact JSON, keys in their order."""
    if value is None or isinstance(value, str | bool | int):
        return _plain(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return "{" + ",".join([f"{_plain(key)}:{to_json(part)}" for key, part in value.items()]) + "}"
    return "[" + ",".join([to_json(part) for part in value]) + "]"
