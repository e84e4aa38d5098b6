"""Two independent validators accept what is exported and refuse what is wrong.

They need the definitions that ``python tests/fhir/definitions.py`` fetches with npm; without Node these tests are
skipped, and what remains is the check of every bundle by ``fhir.resources`` before it leaves (tests/unit/export).
"""

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import definitions
import pytest

from extractor.export import ExportContext, exporters
from models.record import Extraction, Referral, State
from samples import hostile_record
from samples.truth_records import FAXES, record_of

pytestmark = [
    pytest.mark.skipif(
        not definitions.is_installed(), reason="no FHIR definitions here: python tests/fhir/definitions.py fetches them"
    ),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
Node = dict


def bundle_of(referral: Referral, extraction: Extraction) -> Node:
    (written,) = exporters.get("fhir").export(referral, ExportContext(extraction=extraction))
    return json.loads(written.content)


def packet() -> tuple[Referral, Extraction]:
    """The largest packet with three laboratory rows of another."""
    extraction = record_of(FAXES / "12_packet_six_pages.truth.json")
    labs = record_of(FAXES / "03_ehr_digital.truth.json").referrals[0].labs[:3]
    return extraction.referrals[0].model_copy(update={"labs": labs}), extraction


def only(bundle: Node, kind: str) -> Node:
    """The bundle with its first resource of one kind alone, and whatever else it needs to be a transaction."""
    entry = next(entry for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind)
    return copy.deepcopy({**bundle, "entry": [entry]})


def without(name: str) -> Callable[[Node], object]:
    return lambda resource: resource.pop(name)


def having(**parts: object) -> Callable[[Node], object]:
    return lambda resource: resource.update(parts)


ABSENT = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}]}
BAD: Mapping[str, tuple[str, Callable[[Node], object], str]] = {
    "no status": ("Observation", without("status"), "both"),
    "no payer": ("Coverage", without("payor"), "both"),
    "unknown element": ("Patient", having(shoeSize=44), "both"),
    "date of a form": ("Patient", having(birthDate="11/04/1999"), "both"),
    "list for one": ("Patient", having(birthDate=["1999-11-04"]), "both"),
    "no subject": ("MedicationRequest", without("subject"), "both"),
    "US Core: no requester": ("MedicationRequest", without("requester"), "both"),
    "US Core: no name": ("Patient", without("name"), "both"),
    "number as text": ("Observation", lambda resource: resource["valueQuantity"].update(value="13.2"), "both"),
    "unknown resource": ("Observation", having(resourceType="Labs"), "both"),
    "no such day": ("Patient", having(birthDate="2026-13-40"), "medplum"),
    "code of no value set": ("Observation", having(status="done"), "pyrofile"),
    "comparator": ("Observation", lambda resource: resource["valueQuantity"].update(comparator="=<"), "pyrofile"),
    "gender": ("Patient", having(gender="F"), "pyrofile"),
    "value and its absence": ("Observation", having(dataAbsentReason=ABSENT), "pyrofile"),
    "two values": ("Observation", having(valueString="x"), "pyrofile"),
    "allergy without status": ("AllergyIntolerance", without("clinicalStatus"), "pyrofile"),
}
"""Kind of resource, what is done to it, and who has to notice."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("validators")


def test_what_is_exported_is_valid_to_both(folder: Path) -> None:
    from validators import errors, medplum_issues, pyrofile_issues, unexplained

    referral, extraction = packet()
    hard = hostile_record.REFERRAL
    update = hard.model_copy(update={"revision": 2, "labs": hard.labs[1:]})
    context = ExportContext(extraction=hostile_record.EXTRACTION, earlier={"record": hard}, original=b"II*\0")
    (written,) = exporters.get("fhir").export(update, context)
    nothing = bundle_of(hostile_record.absent_everywhere(State.BLANK), hostile_record.EXTRACTION)
    bundles = [bundle_of(referral, extraction), json.loads(written.content), nothing]
    for bundle, said in zip(bundles, medplum_issues(bundles, folder), strict=True):
        assert errors(said) == []
        assert unexplained(said) == []
        also = pyrofile_issues(bundle, folder)
        assert errors(also) == []
        assert unexplained(also) == []


def test_an_output_without_a_value_is_an_error_all_the_same(folder: Path) -> None:
    from validators import errors, pyrofile_issues

    task = only(bundle_of(hostile_record.REFERRAL, hostile_record.EXTRACTION), "Task")
    del task["entry"][0]["resource"]["output"][1]["valueDate"]
    assert any("Task.output[1].value[x]" in issue.path for issue in errors(pyrofile_issues(task, folder)))


def test_what_is_wrong_is_refused(folder: Path) -> None:
    from validators import errors, medplum_issues, pyrofile_issues

    good = bundle_of(*packet())
    whole = {kind: only(good, kind) for kind in {kind for kind, _, _ in BAD.values()}}
    for kind, bundle in whole.items():
        assert [issue for issue in errors(pyrofile_issues(bundle, folder)) if "reference" not in issue.text] == [], kind
    broken = []
    for kind, spoil, _ in BAD.values():
        broken.append(copy.deepcopy(whole[kind]))
        spoil(broken[-1]["entry"][0]["resource"])
    assert [errors(said) for said in medplum_issues(list(whole.values()), folder)] == [[]] * len(whole)
    medplum = [bool(errors(said)) for said in medplum_issues(broken, folder)]
    pyrofile = [
        any("reference" not in issue.text for issue in errors(pyrofile_issues(bundle, folder))) for bundle in broken
    ]
    for (name, (_, _, who)), by_medplum, by_pyrofile in zip(BAD.items(), medplum, pyrofile, strict=True):
        assert by_medplum or who == "pyrofile", f"@medplum/core passes over: {name}"
        assert by_pyrofile or who == "medplum", f"pyrofile passes over: {name}"
