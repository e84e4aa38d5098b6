"""US Core is claimed where a resource conforms, and nowhere else."""

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from extractor.export import ExportContext, exporters
from models.record import Extraction, Referral, ReferralKind, State
from samples import hostile_record
from samples.truth_records import all_records
from tests.unit.export.us_core import PROFILES, REQUIRED, claims, is_npi, misses

Node = dict
VITALS = {"8302-2": "body-height", "29463-7": "body-weight"}
OF_TYPE = {kind: name for name, (kind, _) in REQUIRED.items() if kind != "Observation"}


def bundled(referral: Referral, extraction: Extraction) -> list[Node]:
    (written,) = exporters.get("fhir").export(referral, ExportContext(extraction=extraction))
    return [entry["resource"] for entry in json.loads(written.content)["entry"]]


def everything() -> Iterator[Node]:
    """Resources of the samples, and of records whose every field is hard, or absent in each way."""
    for record in list(all_records())[:8]:
        for referral in record.referrals:
            if referral.kind is ReferralKind.REFERRAL:
                yield from bundled(referral, record)
    yield from bundled(hostile_record.REFERRAL, hostile_record.EXTRACTION)
    for state in (State.BLANK, State.NOT_ON_FORM, State.CONFLICTING):
        yield from bundled(hostile_record.absent_everywhere(state), hostile_record.EXTRACTION)


@pytest.fixture(scope="module")
def resources() -> list[Node]:
    return list(everything())


def profile_of(resource: Node) -> str | None:
    """The profile that a resource could claim."""
    if resource["resourceType"] != "Observation":
        return OF_TYPE.get(resource["resourceType"])
    codes = {coding["code"] for coding in resource["code"].get("coding", ())}
    return next((name for code, name in VITALS.items() if code in codes), "observation-lab")


def test_what_claims_a_profile_has_all_that_it_makes_mandatory(resources: list[Node]) -> None:
    claimed: Counter[str] = Counter()
    for resource in resources:
        for name in claims(resource):
            claimed[name] += 1
            assert misses(resource, name) == [], name
    assert claimed.keys() == REQUIRED.keys()


def test_what_could_claim_a_profile_and_does_not_is_short_of_something(resources: list[Node]) -> None:
    silent: Counter[str] = Counter()
    for resource in resources:
        name = profile_of(resource)
        if name is not None and not list(claims(resource)):
            # a referral whose requester is no role of US Core's is none either
            assert name == "servicerequest" or misses(resource, name), name
            silent[name] += 1
    assert silent.keys() == {"practitionerrole", "servicerequest", "coverage"}


@pytest.mark.parametrize("name", REQUIRED)
def test_the_check_bites(resources: list[Node], name: str) -> None:
    good = next(one for one in resources if name in claims(one))
    for element in REQUIRED[name][1]:
        if "." not in element:
            spoilt = {key: part for key, part in good.items() if key.removeprefix("_") != element}
            assert misses(spoilt, name)[:1] == [element]
    assert PROFILES + name in good["meta"]["profile"]


def test_a_partial_date_of_collection_is_no_us_core_result() -> None:
    lab = hostile_record.REFERRAL.labs[0].model_copy(update={"collected": hostile_record.said("2026-11")})
    referral = hostile_record.REFERRAL.model_copy(update={"labs": (lab,)})
    (made,) = (
        one
        for one in bundled(referral, hostile_record.EXTRACTION)
        if one["resourceType"] == "Observation" and profile_of(one) == "observation-lab"
    )
    assert list(claims(made)) == [] and misses(made, "observation-lab") == ["rule"]


def test_check_digits_of_npis() -> None:
    assert is_npi({"value": "1234567893"}) and not is_npi({"value": "1234567890"}) and not is_npi({"value": "12"})
