"""Reads a transaction Bundle back: what a receiving system's import has to understand, element by element.

Numbers are read as they are written (``4.0`` stays ``4.0``), so they are parsed as text.
"""

import json
from collections.abc import Callable, Iterator

from samples.importers import Imported, Scalar

SYSTEM = "urn:referral-extractor:referral"
EXTENSION = "urn:referral-extractor:extension:"
NPI_SYSTEMS = {"http://hl7.org/fhir/sid/us-npi", "urn:referral-extractor:npi-as-printed"}
STATUS = {"final": "final", "preliminary": "preliminary", "registered": "pending", "cancelled": "cancelled"}
CLASSES = {"group": "group_number", "plan": "plan", "rxbin": "bin", "rxpcn": "pcn"}
RANKS = {1: "primary", 2: "secondary", 3: "tertiary"}
UCUM_SHOWN = {"ug": "mcg"}
PERIODS = {"d": "day", "wk": "week", "mo": "month", "a": "year"}

Node = dict
Put = Callable[[str, object], None]


class Number(str):
    """A JSON number, digit for digit."""


def read_bundle(content: bytes) -> Imported:
    """The referral of a Bundle."""
    bundle = json.loads(content, parse_float=Number)
    if bundle["type"] != "transaction":
        raise ValueError("this is no transaction")
    referral_id, _, revision = bundle["identifier"]["value"].rpartition("-r")
    values: dict[str, Scalar] = {}

    def put(path: str, value: object) -> None:
        if value is not None:
            values[path] = value

    states: dict[str, str] = {}
    for entry in bundle["entry"]:
        resource = entry["resource"]
        kind = resource["resourceType"]
        if kind == "Provenance":
            states |= dict(_states(resource))
        elif not _is_withdrawn(resource):
            key = _key(resource, referral_id)
            READERS.get(kind, _pass)(resource, _place(key), put)
    for path in [path for path in values if path in ABSENT_CODES and states.get(path) in ABSENT_STATES]:
        del values[path]
    return Imported(referral_id, int(revision), values, states)


ABSENT_CODES = {"patient.sex"}
"""Where the element is required, its code says ``unknown`` for what the record does not have."""
ABSENT_STATES = {"blank", "illegible", "conflicting", "not_on_form"}


def _key(resource: Node, referral_id: str) -> str:
    own = next(one["value"] for one in resource["identifier"] if one["system"] == SYSTEM)
    return own.removeprefix(referral_id).removeprefix("/")


def _place(key: str) -> str:
    """``orders/0/premedications/1`` gives ``orders[0].premedications[1]``."""
    path = ""
    for part in key.split("/"):
        path += f"[{part}]" if part.isdecimal() else f".{part}" if path else part
    return path


def _is_withdrawn(resource: Node) -> bool:
    verification = _code(resource.get("verificationStatus"))
    return "entered-in-error" in {resource.get("status"), verification} or resource.get("active") is False


def _states(provenance: Node) -> Iterator[tuple[str, str]]:
    for target in provenance["target"]:
        for told in target.get("extension", ()):
            parts = {
                part["url"]: next(value for name, value in part.items() if name != "url") for part in told["extension"]
            }
            if parts["state"] not in {"found", "not_on_form"}:
                yield parts["path"], parts["state"]


def _code(concept: Node | None) -> str | None:
    return next((coding.get("code") for coding in (concept or {}).get("coding", ())), None)


def _coded(concept: Node | None, system: str) -> str | None:
    return next((one.get("code") for one in (concept or {}).get("coding", ()) if one.get("system") == system), None)


def _text(concept: Node | None) -> str | None:
    return (concept or {}).get("text")


def _own(node: Node | None, name: str) -> Node:
    return next((one for one in (node or {}).get("extension", ()) if one["url"] == EXTENSION + name), {})


def _date(node: Node, name: str) -> str | None:
    return node.get(name) or _own(node.get(f"_{name}"), "stated").get("valueString")


def _pass(resource: Node, path: str, put: Put) -> None:
    """Resources that only repeat what others say."""


def _patient(resource: Node, _: str, put: Put) -> None:
    _human(resource, "patient", put)
    put("patient.suffix", next(iter(resource.get("name", [{}])[0].get("suffix", ())), None))
    if "data-absent-reason" not in json.dumps(resource.get("_gender", {})):
        put("patient.sex", resource.get("gender"))
    put("patient.date_of_birth", _date(resource, "birthDate"))
    put("patient.mrn", next((one["value"] for one in resource["identifier"] if _code(one.get("type")) == "MR"), None))
    for point in resource.get("telecom", ()):
        name = "email" if point["system"] == "email" else f"{point['use']}_phone"
        put(f"patient.{name}", point.get("value"))
    _address(resource, "patient", put)


def _human(resource: Node, path: str, put: Put) -> None:
    name = (resource.get("name") or [{}])[0]
    given = list(name.get("given", ()))
    if given and _own((name.get("_given") or [{}])[0], "middle"):
        given.insert(0, None)
    put(f"{path}.last_name", name.get("family"))
    put(f"{path}.first_name", given[0] if given else None)
    put(f"{path}.middle_name", given[1] if len(given) > 1 else None)


def _address(resource: Node, path: str, put: Put) -> None:
    for address in resource.get("address", ()):
        for place, line in enumerate(address.get("line", ()), start=1):
            put(f"{path}.address.line{place}", line)
        for theirs, ours in (("city", "city"), ("state", "state"), ("postalCode", "postal_code")):
            put(f"{path}.address.{ours}", address.get(theirs))


def _practitioner(resource: Node, _: str, put: Put) -> None:
    _human(resource, "prescriber", put)
    put("prescriber.credentials", next(iter(resource.get("name", [{}])[0].get("suffix", ())), None))
    put(
        "prescriber.npi",
        next((one.get("value") for one in resource["identifier"] if one["system"] in NPI_SYSTEMS), None),
    )


def _role(resource: Node, _: str, put: Put) -> None:
    for point in resource.get("telecom", ()):
        put(f"prescriber.{point['system']}", point.get("value"))


def _organization(resource: Node, path: str, put: Put) -> None:
    if path == "practice":
        put("prescriber.practice", resource.get("name"))
        _address(resource, "prescriber", put)
        return
    put(path, resource.get("name"))
    put(f"{path}_phone", next((point.get("value") for point in resource.get("telecom", ())), None))


def _coverage(resource: Node, path: str, put: Put) -> None:
    put(f"{path}.rank", RANKS.get(resource.get("order")))
    put(f"{path}.member_id", resource.get("subscriberId"))
    put(f"{path}.subscriber_name", resource.get("subscriber", {}).get("display"))
    put(f"{path}.relationship", _text(resource.get("relationship")))
    for one in resource.get("class", ()):
        put(f"{path}.{CLASSES[_code(one['type'])]}", one.get("value"))


def _condition(resource: Node, path: str, put: Put) -> None:
    put(f"{path}.code", _coded(resource["code"], "http://hl7.org/fhir/sid/icd-10-cm"))
    put(f"{path}.description", _text(resource["code"]))


def _allergy(resource: Node, path: str, put: Put) -> None:
    none_known = _coded(resource["code"], "http://snomed.info/sct") == "409137002"
    put(f"patient.{path}", "NKDA" if none_known else _text(resource["code"]))


def _statement(resource: Node, path: str, put: Put) -> None:
    put(f"{path}.drug", _text(resource["medicationCodeableConcept"]))
    put(f"{path}.outcome", next((_text(reason) for reason in resource.get("statusReason", ())), None))
    period = resource.get("effectivePeriod", {})
    put(f"{path}.start", _date(period, "start"))
    put(f"{path}.stop", _date(period, "end"))


def _request(resource: Node, path: str, put: Put) -> None:
    if "premedications" in path:
        put(path, _text(resource["medicationCodeableConcept"]))
        return
    put(f"{path}.drug", _text(resource["medicationCodeableConcept"]))
    put(f"{path}.hcpcs", _code(resource["medicationCodeableConcept"]))
    put(f"{path}.brand", _own(resource, "brand").get("valueString"))
    put(f"{path}.last_treatment_date", _own(resource, "last-treatment").get("valueString"))
    put(f"{path}.priority", resource.get("priority"))
    put(f"{path}.date", _date(resource, "authoredOn"))
    put(f"{path}.course", _text(resource.get("courseOfTherapyType")))
    dispense = resource.get("dispenseRequest", {})
    refills = dispense.get("numberOfRepeatsAllowed")
    put(f"{path}.refills", _own(dispense, "stated").get("valueString") if refills is None else str(refills))
    put(f"{path}.start_date", _date(dispense.get("validityPeriod", {}), "start"))
    dosage = (resource.get("dosageInstruction") or [{}])[0]
    put(f"{path}.route", _text(dosage.get("route")))
    timing = dosage.get("timing", {})
    put(f"{path}.frequency", _text(timing.get("code")))
    put(f"{path}.duration", _duration(timing.get("repeat", {})))
    put(f"{path}.dose", _dose((dosage.get("doseAndRate") or [{}])[0]))


def _duration(repeat: Node) -> str | None:
    bounds = repeat.get("boundsDuration")
    if bounds is None:
        return _own(repeat, "stated").get("valueString")
    return f"{bounds['value']} {PERIODS[bounds['code']]}{'' if str(bounds['value']) == '1' else 's'}"


def _dose(dose: Node) -> str | None:
    amount = dose.get("doseQuantity")
    if amount is None:
        return _own(dose, "stated").get("valueString")
    head, slash, per = amount["code"].partition("/")
    return f"{amount['value']} {UCUM_SHOWN.get(head, head)}{slash}{per}"


def _referral(resource: Node, _: str, put: Put) -> None:
    for part in _own(resource, "signature").get("extension", ()):
        is_date = part["url"] == "date"
        put(
            "prescriber.signature_date" if is_date else "prescriber.signature_present",
            part["valueString"] if is_date else part["valueBoolean"],
        )


def _observation(resource: Node, path: str, put: Put) -> None:
    quantity = resource.get("valueQuantity", {})
    if path.startswith("vitals."):
        leaf = {"vitals.height": "height_cm", "vitals.weight": "weight_kg"}[path]
        put(f"patient.{leaf}", float(quantity["value"]) if quantity else None)
        return
    put(f"{path}.test", _text(resource["code"]))
    put(f"{path}.loinc", _coded(resource["code"], "http://loinc.org"))
    put(f"{path}.status", STATUS.get(resource["status"]))
    put(f"{path}.collected", _date(resource, "effectiveDateTime"))
    put(f"{path}.flag", next((_code(one) for one in resource.get("interpretation", ())), None))
    put(f"{path}.reference_range", next((_text(one) for one in resource.get("referenceRange", ())), None))
    put(f"{path}.unit", quantity.get("code") or _own(resource, "unit").get("valueString"))
    if quantity:
        put(f"{path}.result", f"{quantity.get('comparator', '')}{quantity['value']}")
    else:
        put(f"{path}.result", _text(resource.get("valueCodeableConcept")) or resource.get("valueString"))


def _list(resource: Node, path: str, put: Put) -> None:
    put(path, _own(resource, "count").get("valueUnsignedInt"))


READERS: dict[str, Callable[[Node, str, Put], None]] = {
    "Patient": _patient,
    "Practitioner": _practitioner,
    "PractitionerRole": _role,
    "Organization": _organization,
    "Coverage": _coverage,
    "Condition": _condition,
    "AllergyIntolerance": _allergy,
    "MedicationStatement": _statement,
    "MedicationRequest": _request,
    "ServiceRequest": _referral,
    "Observation": _observation,
    "List": _list,
}
