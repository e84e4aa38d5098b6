"""FHIR JSON as text. A decimal is written digit for digit: in FHIR 4.0 says more than 4 (datatypes.html#decimal)."""

import json
from collections.abc import Mapping
from decimal import Decimal

from extractor.export.fhir.elements import Json


def to_json(value: Json) -> str:
    """Compact JSON, keys in their order."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(key)}:{to_json(part)}" for key, part in value.items()) + "}"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    return "[" + ",".join(map(to_json, value)) + "]"
