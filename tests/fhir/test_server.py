"""A FHIR server takes the bundles: sent twice nothing is there twice, a revision updates what it replaces."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from extractor.delivery import FhirServerReceiver
from extractor.export import ExportContext, exporters
from extractor.store.database import Database
from extractor.store.outbox import ItemState
from models.record import Referral
from models.stages.options import ReceiverOptions
from samples.hostile_record import EXTRACTION, REFERRAL, said
from tests.faults.delivery_servers import HttpSystem
from tests.faults.delivery_world import (
    HandClock,
    approve,
    deliver,
    deliver_until_quiet,
    destination,
    make_referral,
    states,
)
from tests.fhir import definitions
from tests.fhir.server import PATIENCE, FhirServer

pytestmark = pytest.mark.skipif(
    not definitions.is_installed(), reason="no FHIR server here: python tests/fhir/definitions.py fetches it"
)
Node = dict
PATIENT = REFERRAL.patient.model_copy(update={"last_name": said("Voss")})
SECOND = REFERRAL.model_copy(update={"revision": 2, "labs": REFERRAL.labs[:2], "patient": PATIENT})
NAMESAKE = REFERRAL.model_copy(update={"referral_id": "0badc0de-8"})


def bundle(referral: Referral, earlier: Referral | None = None) -> bytes:
    context = ExportContext(extraction=EXTRACTION, earlier={} if earlier is None else {"record": earlier})
    (written,) = exporters.get("fhir").export(referral, context)
    return written.content


class Faulty(HttpSystem):
    """What stands between the worker and the server: it passes on what its script lets it take."""

    def __init__(self, server: FhirServer) -> None:
        super().__init__(knows_keys=True, is_fhir=True)
        self._fhir = server
        self._reply = (200, b"")

    def take(self, headers: dict[str, str], body: bytes) -> None:
        try:
            answer = self._fhir.post(body)
        except httpx.ConnectError:
            self._reply = (502, b"")
        else:
            self._reply = (answer.status_code, answer.content)

    def answer(self, status: int) -> tuple[int, bytes]:
        return self._reply if status == 200 else (status, b"")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FhirServer]:
    made = FhirServer(tmp_path_factory.mktemp("fhir"))
    made.start()
    yield made
    made.kill()


def counts(held: dict[str, list[Node]]) -> Counter[str]:
    return Counter({kind: len(found) for kind, found in held.items()})


def statuses(server: FhirServer, content: bytes) -> set[str]:
    answer = server.post(content)
    assert answer.status_code == 200 and answer.json()["type"] == "transaction-response"
    return {entry["response"]["status"] for entry in answer.json()["entry"]}


def test_the_life_of_a_referral_on_a_server(server: FhirServer) -> None:
    first, second = bundle(REFERRAL), bundle(SECOND, earlier=REFERRAL)
    assert statuses(server, first) == {"201"}
    created = server.stored()
    assert sum(counts(created).values()) == len(json.loads(first)["entry"])
    assert statuses(server, first) == {"200"}
    assert counts(server.stored()) == counts(created)
    (request,) = created["ServiceRequest"]
    (patient,) = created["Patient"]
    assert request["subject"]["reference"] == f"Patient/{patient['id']}"
    assert "urn:uuid:" not in json.dumps(created["Observation"])

    assert statuses(server, second) <= {"200", "201"}
    revised = server.stored()
    assert set(counts(revised) - counts(created)) == {"Provenance"}
    for content in (second, first):  # a repetition, and one that comes late
        assert statuses(server, content) == {"200"}
        assert counts(server.stored()) == counts(revised)
        (patient,) = server.find("Patient", identifier="urn:referral-extractor:referral|0badc0de-7/patient")
        assert patient["name"][0]["family"] == "Voss"
        taken_back = server.find("Observation", status="entered-in-error")
        assert len(taken_back) == len(REFERRAL.labs) - 2
        assert len(server.find("Observation")) == len(REFERRAL.labs) + 2

    assert statuses(server, bundle(NAMESAKE)) == {"201"}  # of the same name and birth date
    assert counts(server.stored())["Patient"] == counts(server.stored())["ServiceRequest"] == 2


def test_a_transaction_is_all_or_nothing(server: FhirServer) -> None:
    other = REFERRAL.model_copy(update={"referral_id": "0badc0de-9"})
    before = counts(server.stored())
    spoilt = json.loads(bundle(other))
    del next(one for one in spoilt["entry"] if one["resource"]["resourceType"] == "Coverage")["resource"]["payor"]
    assert server.post(json.dumps(spoilt).encode()).status_code == 422
    assert counts(server.stored()) == before

    own = {"system": "urn:referral-extractor:referral", "value": "0badc0de-9/patient"}
    twin = json.dumps({"resourceType": "Patient", "identifier": [own]}).encode()
    assert server.post(twin, "Patient").status_code == server.post(twin, "Patient").status_code == 201
    assert server.post(bundle(other)).status_code == 412
    assert counts(server.stored()) - before == {"Patient": 2}


def test_what_is_delivered_through_faults_and_a_restart_is_there_once(server: FhirServer, tmp_path: Path) -> None:
    clock, database = HandClock(), Database.open(f"sqlite:///{tmp_path}/store.db")
    before = counts(server.stored())
    with Faulty(server) as between:
        options = ReceiverOptions(kind="fhir", url=between.url, timeout_seconds=PATIENCE)
        to = {"ehr": destination(FhirServerReceiver(options, None), "fhir")}
        between.script = ["reset", "reset+", "500+", "slow+", "409"]
        for name in ("r-1", "r-2"):
            approve(database, make_referral(name, labs=2), "ehr")
        deliver_until_quiet(database, clock, to)
        server.kill()
        approve(database, make_referral("r-1", 2, "rituximab", labs=1), "ehr", now=clock())
        assert deliver(database, clock, to).retried == 1
        server.start()
        between.script = ["reset+"]
        deliver_until_quiet(database, clock, to)
    assert set(states(database).values()) == {ItemState.DELIVERED} and len(states(database)) == 3
    database.close()
    added = counts(server.stored()) - before
    assert (added["ServiceRequest"], added["Patient"], added["Observation"], added["Provenance"]) == (2, 2, 4, 3)
    orders = {
        order["medicationCodeableConcept"]["text"] for order in server.find("MedicationRequest", status="unknown")
    }
    assert {"ocrelizumab", "rituximab"} <= orders
    (request,) = server.find("ServiceRequest", identifier="urn:referral-extractor:referral|r-1")
    revision = next(one for one in request["extension"] if one["url"].endswith(":revision"))
    assert revision["valuePositiveInt"] == 2
