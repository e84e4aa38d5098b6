"""FHIR's data types from fields of the record, as plain JSON values without empty parts."""

import datetime as calendar
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from extractor.export.fhir import terms
from models.record import Address, Field, State

Json: TypeAlias = "str | bool | int | Decimal | Sequence[Json] | Mapping[str, Json] | None"
Element: TypeAlias = Mapping[str, "Json"]

_DATE = re.compile(r"[1-9]\d{3}(-(0[1-9]|1[0-2])(-\d{2})?)?")
_DAY = len("2026-11-23")
_DECIMAL = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_QUANTITY = re.compile(r"(?P<value>(?:0|[1-9]\d*)(?:\.\d+)?) (?P<unit>mg|mcg|g|mL)(?P<per>/kg|/m2)?")
_UCUM_UNITS = {"mg": "mg", "mcg": "ug", "g": "g", "mL": "mL"}


def pruned(value: Element) -> Element:
    """``value`` without None, empty lists and empty objects, at any depth (FHIR allows none of them)."""
    kept = {key: _pruned(part) for key, part in value.items()}
    return {key: part for key, part in kept.items() if not _is_empty(part)}


def _pruned(value: Json) -> Json:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return pruned(value)
    if isinstance(value, Sequence):
        return [part for part in map(_pruned, value) if not _is_empty(part)]
    return value


def _is_empty(value: Json) -> bool:
    return value is None or (isinstance(value, str | Mapping | Sequence) and len(value) == 0)


def absence(field: Field[str] | Field[float] | Field[bool] | Field[int]) -> Sequence[Element]:
    """The extensions that say why a value is not there: FHIR's code, and the record's own state."""
    return (
        {"url": terms.DATA_ABSENT_EXTENSION, "valueCode": terms.ABSENT.get(field.state, "unknown")},
        {"url": terms.extension_url("state"), "valueCode": field.state.value},
    )


def primitive(name: str, field: Field[str], *, is_required: bool = False) -> Element:
    """``{name: value}``, or ``{_name: why it is absent}``.

    What no form asked for is left out, unless the element is required.
    """
    if field.value is not None:
        return {name: field.value}
    if field.state is State.NOT_ON_FORM and not is_required:
        return {}
    return {f"_{name}": {"extension": absence(field)}}


def date(name: str, field: Field[str], *, is_required: bool = False) -> Element:
    """A date or a partial one (``2024``, ``2024-05``); text that is no date is kept as stated."""
    if field.value is not None and not _is_date(field.value):
        return {f"_{name}": {"extension": [extension("stated", "valueString", field.value)]}}
    return primitive(name, field, is_required=is_required)


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        calendar.date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


def is_day(text: str) -> bool:
    """Whether it is a whole date, or no date at all (which is kept as stated, and then is no date of the resource)."""
    return not _is_date(text) or len(text) == _DAY


def us_core(profile: str, *, is_met: bool = True) -> Element:
    """The claim that a resource conforms to a US Core profile; none where it does not."""
    return {"meta": {"profile": [f"{terms.US_CORE}/us-core-{profile}"]}} if is_met else {}


def extension(name: str, kind: str, value: Json) -> Element:
    """One of the program's own extensions; an empty one where there is no value."""
    return {"url": terms.extension_url(name), kind: value} if value is not None else {}


def concept(text: str | None, *codings: Element) -> Element:
    """A CodeableConcept."""
    return {"coding": codings, "text": text}


def coding(system: str, code: str | None, display: str | None = None) -> Element:
    """A Coding; empty without a code."""
    return {"system": system, "code": code, "display": display} if code is not None else {}


def text_concept(field: Field[str], *codings: Element) -> Element:
    """A CodeableConcept whose text is the field, or says why there is none."""
    if field.value is None:
        return {"coding": codings, "_text": {"extension": absence(field)}}
    return concept(field.value, *codings)


def identifier(system: str, value: str | None) -> Element:
    """An Identifier; empty without a value."""
    return {"system": system, "value": value} if value is not None else {}


def phone(field: Field[str], system: str, use: str | None = None) -> Element:
    """A ContactPoint of system ``phone``, ``fax`` or ``email``, with the number as the record writes it.

    Empty without a value, which US Core requires: why there is none is in the Provenance.
    """
    return {"system": system, "use": use, "value": field.value} if field.value is not None else {}


def address(value: Address) -> Element:
    """An Address; the second line only behind a first one that is at least marked absent."""
    lines: list[Json] = [value.line1.value] if value.line1.value else []
    if value.line2.value is not None:
        lines.append(value.line2.value)
    parts = {
        "line": lines,
        **primitive("city", value.city),
        **primitive("state", value.state),
        **primitive("postalCode", value.postal_code),
    }
    return {**parts, "country": "US"} if pruned(parts) else {}


def decimal(text: str) -> Decimal | None:
    """The number that ``text`` is, digit for digit (``4.0`` stays ``4.0``); None where it is no plain number."""
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def quantity(value: Decimal, unit: str | None, comparator: str | None = None) -> Element:
    """A Quantity with a UCUM unit; without a unit a bare number."""
    system = None if unit is None else terms.UCUM
    return {"value": value, "comparator": comparator, "unit": unit, "system": system, "code": unit}


def dose_quantity(text: str) -> Element | None:
    """``5 mg/kg`` as a Quantity with a UCUM unit; None for another wording."""
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return None
    per = found["per"] or ""
    return {
        "value": Decimal(found["value"]),
        "unit": found["unit"] + per,
        "system": terms.UCUM,
        "code": _UCUM_UNITS[found["unit"]] + per,
    }
