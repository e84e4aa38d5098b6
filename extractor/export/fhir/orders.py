"""What is ordered: MedicationRequests, premedications among them, and the ServiceRequest that is the referral."""

import re
from collections.abc import Sequence

from extractor.export.fhir import terms
from extractor.export.fhir.elements import (
    Element,
    Json,
    absence,
    coding,
    concept,
    date,
    dose_quantity,
    extension,
    text_concept,
    us_core,
)
from extractor.export.fhir.people import has_contact
from extractor.export.fhir.resource import Shelf
from models.record import Field, Order, State

_PERIOD = re.compile(r"(?P<value>[1-9]\d*) (?P<unit>day|week|month|year)s?")
_EVERY = re.compile(r"every (?P<value>[1-9]\d*) (?P<unit>hour|day|week|month|year)s")
_UNITS = {"hour": "h", "day": "d", "week": "wk", "month": "mo", "year": "a"}
_RATES = {"daily": "d", "weekly": "wk", "monthly": "mo", "once yearly": "a"}
_ROUTES = frozenset({"IV", "SC", "IM", "PO"})
_PRIORITIES = ("stat", "urgent", "routine")
_LEAVES = tuple(name for name in Order.model_fields if name != "premedications")


def add_orders(shelf: Shelf) -> None:
    """A MedicationRequest for each order and each premedication, and the referral itself."""
    for index, order in enumerate(shelf.referral.orders):
        path, key = f"orders[{index}]", f"orders/{index}"
        shelf.add("MedicationRequest", key, _request(shelf, order), [f"{path}.{leaf}" for leaf in _LEAVES])
        for place, premedication in enumerate(order.premedications):
            shelf.add(
                "MedicationRequest",
                f"{key}/premedications/{place}",
                {
                    **_head(shelf),
                    "medicationCodeableConcept": text_concept(premedication),
                    "basedOn": [shelf.refer(key)],
                    **_tail(shelf, order),
                    "reasonCode": [{"text": "premedication"}],
                },
                (f"{path}.premedications[{place}]",),
            )
    _add_referral(shelf)


def order_status(shelf: Shelf) -> str:
    """An order without a signature is a draft; one whose signature is not known is of unknown status."""
    signed = shelf.referral.prescriber.signature_present.value
    return "unknown" if signed is None else "active" if signed else "draft"


def _head(shelf: Shelf) -> Element:
    return {
        **us_core("medicationrequest"),
        "status": order_status(shelf),
        "intent": "order",
        "reportedBoolean": False,
    }


def _tail(shelf: Shelf, order: Order) -> Element:
    return {
        "subject": shelf.refer("patient"),
        **date("authoredOn", order.date, is_required=True),
        "requester": shelf.refer("prescriber"),
        "groupIdentifier": {"system": terms.REFERRAL_ID, "value": shelf.referral.referral_id},
    }


def _request(shelf: Shelf, order: Order) -> Element:
    return {
        **_head(shelf),
        "extension": [
            extension("brand", "valueString", order.brand.value),
            extension("last-treatment", "valueString", order.last_treatment_date.value),
        ],
        "priority": order.priority.value if order.priority.value in _PRIORITIES else None,
        "medicationCodeableConcept": text_concept(order.drug, coding(terms.HCPCS, order.hcpcs.value)),
        **_tail(shelf, order),
        "reasonReference": [shelf.refer(f"diagnoses/{index}") for index in range(len(shelf.referral.diagnoses))],
        "insurance": [shelf.refer(f"coverages/{index}") for index in range(len(shelf.referral.coverages))],
        "courseOfTherapyType": None if order.course.value is None else concept(order.course.value),
        "dosageInstruction": [_dosage(order)],
        "dispenseRequest": _dispense(order),
    }


def _dosage(order: Order) -> Element:
    """The line a person reads, and beside it dose, route and scheme each in its own place."""
    said = [part.value for part in (order.dose, order.route, order.frequency, order.duration) if part.value]
    route = order.route.value
    return {
        "text": " ".join(said) or None,
        "timing": _timing(order),
        "route": concept(route, coding(terms.ROUTES, route if route in _ROUTES else None))
        if route is not None
        else _unstated(order.route),
        "doseAndRate": [_dose(order.dose)],
    }


def _unstated(field: Field[str]) -> Element | None:
    return None if field.state is State.NOT_ON_FORM else {"extension": absence(field)}


def _dose(dose: Field[str]) -> Element | None:
    if dose.value is None:
        return _unstated(dose)
    amount = dose_quantity(dose.value)
    if amount is None:
        return {"extension": [extension("stated", "valueString", dose.value)]}
    return {"doseQuantity": amount}


def _timing(order: Order) -> Element:
    """``code.text`` holds the whole scheme as the record words it; ``repeat`` only what one sentence says in full."""
    bounds: dict[str, Json] = {}
    if order.duration.value is not None:
        period = _PERIOD.fullmatch(order.duration.value)
        if period is None:
            bounds = {"extension": [extension("stated", "valueString", order.duration.value)]}
        else:
            unit = _UNITS[period["unit"]]
            bounds = {
                "boundsDuration": {
                    "value": int(period["value"]),
                    "unit": period["unit"],
                    "system": terms.UCUM,
                    "code": unit,
                }
            }
    scheme = order.frequency.value
    code: Element | None = None
    if scheme is not None:
        code = concept(scheme)
    elif order.frequency.state is not State.NOT_ON_FORM:
        code = text_concept(order.frequency)
    return {"repeat": {**bounds, **_repeat(scheme)}, "code": code}


def _repeat(scheme: str | None) -> Element:
    if scheme is None:
        return {}
    if scheme == "once":
        return {"count": 1}
    if scheme in _RATES:
        return {"frequency": 1, "period": 1, "periodUnit": _RATES[scheme]}
    every = _EVERY.fullmatch(scheme)
    if every is None:
        return {}
    return {"frequency": 1, "period": int(every["value"]), "periodUnit": _UNITS[every["unit"]]}


def _dispense(order: Order) -> Element:
    """``validityPeriod`` begins on the day the order asks to start."""
    refills = order.refills.value
    is_number = refills is not None and refills.isdecimal() and str(int(refills)) == refills
    return {
        "extension": [extension("stated", "valueString", None if is_number else refills)],
        "numberOfRepeatsAllowed": int(refills) if refills is not None and is_number else None,
        "validityPeriod": date("start", order.start_date),
    }


def _add_referral(shelf: Shelf) -> None:
    referral, orders = shelf.referral, shelf.referral.orders
    said = {order.priority.value for order in orders}
    shelf.add(
        "ServiceRequest",
        "",
        {
            **us_core("servicerequest", is_met=has_contact(referral.prescriber)),
            "extension": [
                extension("revision", "valuePositiveInt", referral.revision),
                extension("supersedes", "valueString", referral.supersedes),
                _signature(shelf),
            ],
            "status": order_status(shelf),
            "intent": "order",
            "priority": next((priority for priority in _PRIORITIES if priority in said), None),
            "code": concept("Infusion therapy referral"),
            "subject": shelf.refer("patient"),
            **(date("authoredOn", orders[0].date) if orders else {}),
            "requester": shelf.refer("role"),
            "reasonReference": [shelf.refer(f"diagnoses/{index}") for index in range(len(referral.diagnoses))],
            "insurance": [shelf.refer(f"coverages/{index}") for index in range(len(referral.coverages))],
            "supportingInfo": _supporting(shelf),
        },
        ("prescriber.signature_present", "prescriber.signature_date"),
    )


def _supporting(shelf: Shelf) -> Sequence[Element]:
    kinds = {"MedicationRequest", "DiagnosticReport", "AllergyIntolerance", "MedicationStatement", "List"}
    made = [shelf.refer(one.key) for one in shelf.resources() if one.kind in kinds]
    return [*made, shelf.refer("document")]


def _signature(shelf: Shelf) -> Element:
    person = shelf.referral.prescriber
    present, signed_on = person.signature_present, person.signature_date
    parts: list[Json] = []
    if present.value is not None:
        parts.append({"url": "present", "valueBoolean": present.value})
    if signed_on.value is not None:
        parts.append({"url": "date", "valueString": signed_on.value})
    return {"url": terms.extension_url("signature"), "extension": parts} if parts else {}
