"""Measurements: an Observation a laboratory row, a DiagnosticReport a collection day, and height and weight."""

import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from extractor.export.fhir import terms
from extractor.export.fhir.elements import (
    Element,
    coding,
    concept,
    date,
    decimal,
    extension,
    is_day,
    quantity,
    text_concept,
    us_core,
)
from extractor.export.fhir.resource import Shelf
from models.record import Lab, Number, State

_COMPARED = re.compile(r"(?P<comparator><=|>=|<|>)\s?(?P<number>\S+)")
_RANGE = re.compile(r"(?P<low>\d+(?:\.\d+)?)\s?-\s?(?P<high>\d+(?:\.\d+)?)")
_WORDS = frozenset({"negative", "non-reactive", "positive", "reactive", "indeterminate", "detected", "not detected"})
_VITALS = (
    ("height_cm", "body-height", "vitals/height", "8302-2", "Body height", "cm"),
    ("weight_kg", "body-weight", "vitals/weight", "29463-7", "Body weight", "kg"),
)


def add_labs(shelf: Shelf) -> None:
    """The laboratory rows, a report for each day they were collected on, height and weight."""
    days: dict[str | None, list[int]] = defaultdict(list)
    for index, lab in enumerate(shelf.referral.labs):
        path = f"labs[{index}]"
        fields = [f"{path}.{leaf}" for leaf in Lab.model_fields]
        shelf.add("Observation", f"labs/{index}", _observation(shelf, lab), fields)
        days[lab.collected.value].append(index)
    for day, indices in days.items():
        shelf.add("DiagnosticReport", f"reports/{day or 'undated'}", _report(shelf, indices))
    for leaf, profile, key, code, title, unit in _VITALS:
        field: Number = getattr(shelf.referral.patient, leaf)
        if field.value is not None or field.state is not State.NOT_ON_FORM:
            body = _vital(shelf, field, concept(title, coding(terms.LOINC, code)), unit)
            shelf.add("Observation", key, {**us_core(profile), **body}, (f"patient.{leaf}",))


def _category(code: str) -> Element:
    return concept(None, coding(f"{terms.TERMINOLOGY}/observation-category", code))


def _observation(shelf: Shelf, lab: Lab) -> Element:
    return {
        **us_core("observation-lab", is_met=lab.collected.value is None or is_day(lab.collected.value)),
        "status": terms.LAB_STATUS.get(lab.status.value, "unknown"),
        "category": [_category("laboratory")],
        "code": text_concept(lab.test, coding(terms.LOINC, lab.loinc.value)),
        "subject": shelf.refer("patient"),
        **date("effectiveDateTime", lab.collected),
        **_result(lab),
        "extension": [extension("unit", "valueString", None if _number(lab) else lab.unit.value)],
        "interpretation": [concept(None, coding(terms.INTERPRETATION, lab.flag.value))],
        "referenceRange": [_range(lab)],
    }


def _result(lab: Lab) -> Element:
    """A number with its comparator, a word as a concept, anything else as text; or why there is none."""
    text = lab.result.value
    if text is None:
        reason = terms.NO_RESULT.get(lab.status.value) or terms.ABSENT.get(lab.result.state, "unknown")
        absent = concept(None, coding(terms.DATA_ABSENT, reason))
        stated = {"url": terms.extension_url("state"), "valueCode": lab.result.state.value}
        return {"dataAbsentReason": {"extension": [stated], **absent}}
    measured = _number(lab)
    if measured is not None:
        return {"valueQuantity": measured}
    return {"valueCodeableConcept": concept(text)} if text in _WORDS else {"valueString": text}


def _number(lab: Lab) -> Element | None:
    found = _COMPARED.fullmatch(lab.result.value or "")
    number = decimal(found["number"] if found else lab.result.value or "")
    return None if number is None else quantity(number, lab.unit.value, found["comparator"] if found else None)


def _range(lab: Lab) -> Element:
    text = lab.reference_range.value
    if text is None:
        return {}
    found = _RANGE.fullmatch(text)
    if found is None:
        return {"text": text}
    low, high = (quantity(Decimal(found[side]), lab.unit.value) for side in ("low", "high"))
    return {"low": low, "high": high, "text": text}


def _report(shelf: Shelf, indices: Sequence[int]) -> Element:
    """When the laboratory issued it no form says: US Core wants at least to read that."""
    labs = [shelf.referral.labs[index] for index in indices]
    return {
        **us_core("diagnosticreport-lab"),
        "status": _report_status({lab.status.value for lab in labs}),
        "category": [concept(None, coding(f"{terms.TERMINOLOGY}/v2-0074", "LAB"))],
        "code": concept("Laboratory report", coding(terms.LOINC, "11502-2")),
        "subject": shelf.refer("patient"),
        **date("effectiveDateTime", labs[0].collected, is_required=True),
        "_issued": {"extension": [{"url": terms.DATA_ABSENT_EXTENSION, "valueCode": "unknown"}]},
        "result": [shelf.refer(f"labs/{index}") for index in indices],
    }


def _report_status(said: set[str | None]) -> str:
    if said == {"cancelled"}:
        return "cancelled"
    if None in said:
        return "unknown"
    if said <= {"final", "cancelled"}:
        return "final"
    if said <= {"pending", "cancelled"}:
        return "registered"
    return "partial" if "pending" in said else "preliminary"


def _vital(shelf: Shelf, field: Number, code: Element, unit: str) -> Element:
    """The forms do not say when it was measured, so its time is marked as unknown."""
    measured: Element
    if field.value is None:
        measured = {
            "dataAbsentReason": {
                "extension": [{"url": terms.extension_url("state"), "valueCode": field.state.value}],
                **concept(None, coding(terms.DATA_ABSENT, terms.ABSENT.get(field.state, "unknown"))),
            }
        }
    else:
        measured = {"valueQuantity": quantity(Decimal(str(field.value)), unit)}
    return {
        "status": "final",
        "category": [_category("vital-signs")],
        "code": code,
        "subject": shelf.refer("patient"),
        "_effectiveDateTime": {"extension": [{"url": terms.DATA_ABSENT_EXTENSION, "valueCode": "unknown"}]},
        **measured,
    }
