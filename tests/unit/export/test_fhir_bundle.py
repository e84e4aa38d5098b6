"""The transaction Bundle: identities, conditional requests, what is coded how, what an update takes back."""

import base64
import json
from urllib.parse import unquote

import pytest

from extractor.errors import RecordError
from extractor.export import ExportContext, exporters
from extractor.export.fhir.checking import check_bundle
from extractor.export.fhir.definitions import FILE, SIMPLE, definitions_text
from extractor.export.fhir.resource import full_url, search
from models.record import Prescriber, Referral
from samples.hostile_record import EXTRACTION, REFERRAL, said

CONTEXT = ExportContext(extraction=EXTRACTION)
OWN = "urn:referral-extractor:referral"
Node = dict


def bundle_of(referral: Referral = REFERRAL, context: ExportContext = CONTEXT) -> Node:
    (written,) = exporters.get("fhir").export(referral, context)
    return json.loads(written.content)


def resources(bundle: Node, kind: str) -> list[Node]:
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def with_key(bundle: Node, key: str) -> Node:
    value = f"{REFERRAL.referral_id}/{key}"
    for entry in bundle["entry"]:
        if {"system": OWN, "value": value} in entry["resource"].get("identifier", ()):
            return entry
    raise AssertionError(key)


def walk(part: object) -> list[Node]:
    if isinstance(part, dict):
        return [part, *(node for inner in part.values() for node in walk(inner))]
    return [node for inner in part for node in walk(inner)] if isinstance(part, list) else []


def test_every_reference_resolves_inside_the_bundle() -> None:
    bundle = bundle_of()
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(urls)) == len(urls)
    told = {node["reference"] for node in walk(bundle) if "reference" in node}
    assert told
    assert told <= set(urls)


def test_the_first_revision_creates_only_what_is_not_there() -> None:
    for entry in bundle_of()["entry"]:
        request, resource = entry["request"], entry["resource"]
        assert request["method"] == "POST" and request["url"] == resource["resourceType"]
        parameter, _, token = unquote(request["ifNoneExist"]).partition("=")
        system, _, value = token.partition("|")
        if resource["resourceType"] == "Provenance":
            assert parameter == "_tag"
            assert {"system": system, "code": value} in resource["meta"]["tag"]
        else:
            assert parameter == "identifier"
            assert {"system": system, "value": value} in resource["identifier"]


def test_a_patient_is_found_by_our_identifier_alone() -> None:
    request = with_key(bundle_of(), "patient")["request"]
    assert unquote(request["ifNoneExist"]) == f"identifier={OWN}|{REFERRAL.referral_id}/patient"


def test_a_later_revision_updates_under_the_same_identities() -> None:
    first, second = bundle_of(), bundle_of(REFERRAL.model_copy(update={"revision": 2}))
    kept = [entry for entry in second["entry"] if entry["resource"]["resourceType"] != "Provenance"]
    assert {entry["fullUrl"] for entry in kept} <= {entry["fullUrl"] for entry in first["entry"]}
    for entry in kept:
        kind, _, query = unquote(entry["request"]["url"]).partition("?")
        assert entry["request"]["method"] == "PUT"
        assert kind == entry["resource"]["resourceType"]
        assert query.startswith(f"identifier={OWN}|{REFERRAL.referral_id}")
    assert first["identifier"] != second["identifier"]


def test_what_a_later_revision_no_longer_has_is_taken_back() -> None:
    fewer = REFERRAL.model_copy(
        update={
            "revision": 2,
            "labs": REFERRAL.labs[:1],
            "patient": REFERRAL.patient.model_copy(update={"allergies": ()}),
        }
    )
    bundle = bundle_of(fewer, CONTEXT.model_copy(update={"earlier": {"record": REFERRAL}}))
    assert with_key(bundle, "labs/3")["resource"]["status"] == "entered-in-error"
    allergy = with_key(bundle, "allergies/0")["resource"]
    assert allergy["verificationStatus"]["coding"][0]["code"] == "entered-in-error"
    assert "clinicalStatus" not in allergy
    assert with_key(bundle, "labs/0")["resource"]["status"] == "final"
    (alone,) = exporters.get("fhir").export(fewer, CONTEXT)
    assert "revision" in {loss.path for loss in alone.losses}


def test_no_known_allergies_is_coded_and_a_missed_allergy_never_looks_like_it() -> None:
    none_known = REFERRAL.patient.model_copy(update={"allergies": (said("NKDA"),)})
    bundle = bundle_of(REFERRAL.model_copy(update={"patient": none_known}))
    (allergy,) = resources(bundle, "AllergyIntolerance")
    assert allergy["code"]["coding"] == [
        {"system": "http://snomed.info/sct", "code": "409137002", "display": "No known drug allergy"}
    ]
    unread = REFERRAL.patient.model_copy(update={"allergies": ()})
    bundle = bundle_of(REFERRAL.model_copy(update={"patient": unread}))
    assert resources(bundle, "AllergyIntolerance") == []
    listed = with_key(bundle, "lists/allergies")["resource"]
    assert listed["emptyReason"]["coding"][0]["code"] == "unavailable"


def test_results_keep_comparator_digits_and_absence() -> None:
    bundle = bundle_of()
    first = with_key(bundle, "labs/0")["resource"]
    assert first["valueQuantity"] == {
        "value": 0.35,
        "comparator": "<",
        "unit": "{index}",
        "system": "http://unitsofmeasure.org",
        "code": "{index}",
    }
    (written,) = exporters.get("fhir").export(REFERRAL, CONTEXT)
    assert b'"value":6.10,' in written.content
    pending = with_key(bundle, "labs/3")["resource"]
    assert pending["status"] == "registered"
    assert pending["dataAbsentReason"]["coding"][0]["code"] == "temp-unknown"
    assert not any(name.startswith("value") for name in pending)


def test_why_a_value_is_absent_stands_beside_it() -> None:
    patient = with_key(bundle_of(), "patient")["resource"]
    told = {one["url"].rpartition(":")[2]: one["valueCode"] for one in patient["_gender"]["extension"]}
    assert patient["gender"] == "unknown"
    assert told["state"] == "blank"
    assert "asked-unknown" in told.values()


def test_a_record_number_names_who_gave_it_and_npis_are_checked() -> None:
    bundle = bundle_of()
    number = with_key(bundle, "patient")["resource"]["identifier"][1]
    assert number["assigner"]["reference"] == with_key(bundle, "practice")["fullUrl"]
    assert number["system"].startswith("urn:referral-extractor:mrn:")
    systems = {one["system"] for one in with_key(bundle, "prescriber")["resource"]["identifier"]}
    assert "http://hl7.org/fhir/sid/us-npi" not in systems
    valid = REFERRAL.prescriber.model_copy(update={"npi": said("1234567893")})
    bundle = bundle_of(REFERRAL.model_copy(update={"prescriber": valid}))
    assert {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"} in with_key(bundle, "prescriber")[
        "resource"
    ]["identifier"]


def test_an_unsigned_order_is_a_draft() -> None:
    assert {one["status"] for one in resources(bundle_of(), "MedicationRequest")} == {"draft"}
    unknown = REFERRAL.model_copy(update={"prescriber": Prescriber()})
    assert {one["status"] for one in resources(bundle_of(unknown), "ServiceRequest")} == {"unknown"}


def test_provenance_names_page_box_confidence_and_who() -> None:
    machine, staff = resources(bundle_of(), "Provenance")

    def fields(provenance: Node) -> dict[str, Node]:
        told = {}
        for target in provenance["target"]:
            for one in target.get("extension", ()):
                parts = {part["url"]: next(v for k, v in part.items() if k != "url") for part in one["extension"]}
                told[parts["path"]] = parts
        return told

    assert fields(machine)["labs[0].result"] == {
        "path": "labs[0].result",
        "state": "found",
        "confidence": 0.9375,
        "source": "ocr:ppocr",
        "page": 1,
        "box": "72.0 100.0 180.5 112.2",
    }
    assert set(fields(staff)) == {"patient.last_name"}
    assert machine["entity"][0]["what"]["reference"] == with_key(bundle_of(), "document")["fullUrl"]


def test_a_value_that_waits_for_a_human_marks_its_resource() -> None:
    bundle = bundle_of()
    tag = {"system": "urn:referral-extractor:check", "code": "needs_review"}
    assert tag in with_key(bundle, "coverages/0")["resource"]["meta"]["tag"]
    assert "meta" not in with_key(bundle, "coverages/1")["resource"]


def test_the_original_travels_only_without_strangers() -> None:
    all_pages = REFERRAL.model_copy(update={"pages": (1, 2, 3, 4)})
    whole = EXTRACTION.model_copy(update={"referrals": (all_pages,)})
    enclosed = ExportContext(extraction=whole, original=b"II*\0fax")
    attachment = with_key(bundle_of(context=enclosed), "document")["resource"]["content"][0]["attachment"]
    assert base64.b64decode(attachment["data"]) == b"II*\0fax"
    two = whole.model_copy(update={"referrals": (REFERRAL, REFERRAL.model_copy(update={"referral_id": "x"}))})
    (written,) = exporters.get("fhir").export(REFERRAL, enclosed.model_copy(update={"extraction": two}))
    assert b'"data":' not in written.content
    assert "document" in {loss.path for loss in written.losses}
    assert len(REFERRAL.pages) < EXTRACTION.document.page_count  # the third page is nobody's
    (written,) = exporters.get("fhir").export(REFERRAL, enclosed.model_copy(update={"extraction": EXTRACTION}))
    assert b'"data":' not in written.content
    assert "document" in {loss.path for loss in written.losses}
    named = with_key(bundle_of(), "document")["resource"]
    assert {"system": "urn:referral-extractor:sha256", "value": "ab" * 32} in named["identifier"]


def test_a_value_that_fhir_cannot_hold_is_a_typed_error_without_the_value() -> None:
    broken = REFERRAL.orders[0].model_copy(update={"hcpcs": said("Q 5103 ")})
    with pytest.raises(RecordError) as caught:
        bundle_of(REFERRAL.model_copy(update={"orders": (broken,)}))
    assert "medicationCodeableConcept" in caught.value.message
    assert "5103" not in caught.value.message


SPOILT = {
    "an unknown part": lambda parts: parts.append({"url": "mood", "valueString": "good"}),
    "a part twice": lambda parts: parts.append(parts[0]),
    "a part of another type": lambda parts: parts[0].update(url="page"),
    "a page that is none": lambda parts: parts.append({"url": "page", "valuePositiveInt": 0}),
    "a code with a space at its end": lambda parts: parts[1].update(valueCode="found "),
    "an empty text": lambda parts: parts[0].update(valueString=" "),
    "a number as text": lambda parts: parts.append({"url": "confidence", "valueDecimal": "0.9"}),
    "nothing": lambda parts: parts.clear(),
}


@pytest.mark.parametrize("how", SPOILT)
def test_what_is_told_of_a_field_is_held_against_its_definition(how: str) -> None:
    bundle = bundle_of()
    check_bundle(json.dumps(bundle).encode())
    provenance = next(one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "Provenance")
    parts = next(target for target in provenance["target"] if "extension" in target)["extension"][0]["extension"]
    parts[:] = [part for part in parts if part["url"] in {"path", "state"}]
    SPOILT[how](parts)
    with pytest.raises(RecordError, match=r"resource\.target\.\d+\.extension"):
        check_bundle(json.dumps(bundle).encode())


def test_dates_that_are_none_stay_text() -> None:
    odd = REFERRAL.patient.model_copy(update={"date_of_birth": said("2026-13-40")})
    patient = with_key(bundle_of(REFERRAL.model_copy(update={"patient": odd})), "patient")["resource"]
    assert "birthDate" not in patient
    assert patient["_birthDate"]["extension"][0]["valueString"] == "2026-13-40"


def test_the_published_definitions_are_those_of_the_code() -> None:
    assert FILE.read_text(encoding="utf-8") == definitions_text()
    used = {node["url"] for node in walk(bundle_of()) if str(node.get("url", "")).startswith("urn:referral-extractor:")}
    published = {entry["resource"]["url"] for entry in json.loads(definitions_text())["entry"]}
    assert used <= published
    assert len(published) > len(SIMPLE)


def test_identities_never_change_between_versions_of_the_program() -> None:
    assert full_url("0badc0de-7", "patient") == "urn:uuid:3c798fa8-6908-59e1-bd97-49f56aa93bbd"
    assert full_url("0badc0de-7", "") == "urn:uuid:e6449e33-d5fd-5ea5-afd7-4e8496699649"
    assert search(OWN, "0badc0de-7/labs/3") == f"identifier={OWN}%7C0badc0de-7%2Flabs%2F3"
