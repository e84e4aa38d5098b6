"""A real FHIR server takes the bundles: sent twice nothing is there twice, a revision updates what it replaces."""

import json
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import definitions
import pytest

from extractor.export import ExportContext, exporters
from models.record import Referral
from samples.hostile_record import EXTRACTION, REFERRAL, said

pytestmark = pytest.mark.skipif(
    not definitions.is_installed(), reason="no FHIR server here: python tests/fhir/definitions.py fetches it"
)
Node = dict
PATIENT = REFERRAL.patient.model_copy(update={"last_name": said("Voss")})
SECOND = REFERRAL.model_copy(update={"revision": 2, "labs": REFERRAL.labs[:2], "patient": PATIENT})
NAMESAKE = REFERRAL.model_copy(update={"referral_id": "0badc0de-8"})


def bundle(folder: Path, name: str, referral: Referral, earlier: Referral | None = None) -> Path:
    context = ExportContext(extraction=EXTRACTION, earlier={} if earlier is None else {"record": earlier})
    (written,) = exporters.get("fhir").export(referral, context)
    path = folder / name
    path.write_bytes(written.content)
    return path


def post(files: Sequence[Path]) -> list[Node]:
    script = Path(__file__).with_name("medplum_server.mjs")
    done = subprocess.run(
        ["node", str(script), str(definitions.FOLDER), *map(str, files)], check=True, capture_output=True, text=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def kinds(answer: Node) -> Counter[str]:
    return Counter(resource["resourceType"] for resource in answer["stored"])


def test_twice_makes_nothing_twice_and_a_revision_updates(tmp_path: Path) -> None:
    first = bundle(tmp_path, "1.json", REFERRAL)
    second = bundle(tmp_path, "2.json", SECOND, earlier=REFERRAL)
    created, again, revised, once_more, late = post([first, first, second, second, first])
    assert created["outcome"] == again["outcome"] == revised["outcome"] == "ok"
    assert set(created["statuses"]) == {"201"}
    assert set(again["statuses"]) == {"200"}
    assert kinds(again) == kinds(created)
    assert kinds(created)["Patient"] == kinds(created)["ServiceRequest"] == 1

    added = kinds(revised) - kinds(created)
    assert set(added) == {"Provenance"}
    assert kinds(once_more) == kinds(late) == kinds(revised)
    for answer in (revised, once_more, late):
        (patient,) = (one for one in answer["stored"] if one["resourceType"] == "Patient")
        assert patient["name"][0]["family"] == "Voss"
        taken_back = [one for one in answer["stored"] if one.get("status") == "entered-in-error"]
        assert {"Observation"} <= {one["resourceType"] for one in taken_back}
        observations = [one for one in answer["stored"] if one["resourceType"] == "Observation"]
        assert len(observations) == len(REFERRAL.labs) + 2


def test_the_same_name_and_birth_date_is_another_patient(tmp_path: Path) -> None:
    both = post([bundle(tmp_path, "1.json", REFERRAL), bundle(tmp_path, "2.json", NAMESAKE)])
    assert kinds(both[-1])["Patient"] == 2
    assert kinds(both[-1])["ServiceRequest"] == 2
