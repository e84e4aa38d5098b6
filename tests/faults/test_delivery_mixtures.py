"""Every transport under a mixture of faults, dead workers and corrections: what counts is what the receiver has."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr

from extractor.delivery import FhirServerReceiver, FolderReceiver, MllpReceiver, Receiver, WebhookReceiver
from extractor.store.database import Database
from extractor.store.outbox import ItemState
from models.record import Extraction
from models.stages.options import ReceiverOptions
from tests.faults.delivery_servers import ENOUGH, HttpSystem, MllpSystem
from tests.faults.delivery_world import (
    Dying,
    HandClock,
    Killed,
    approve,
    deliver,
    deliver_until_quiet,
    destination,
    make_referral,
    repeated,
    revisions,
    states,
)

SECRET = SecretStr("a secret of both sides")
HTTP_FAULTS = ("ok", "500", "500+", "503", "409", "reset", "reset+", "slow+")


@dataclass
class Transport:
    """A receiver, the script that its system misbehaves by, and what the system has (``r-1 2 part``)."""

    receiver: Receiver
    format_name: str
    faults: Sequence[str]
    kept: list[str]
    script: list[str] = field(default_factory=list)
    bundles: list[str] | None = None

    def revisions(self) -> dict[str, list[int]]:
        """By referral, in the order in which the system took them."""
        if self.bundles is None:
            return revisions(self.kept)
        return revisions([" ".join((*name.rsplit("-r", 1), "record")) for name in self.bundles])


@contextmanager
def _webhook(clock: HandClock, _: Path) -> Iterator[Transport]:
    with HttpSystem(knows_keys=False) as system:
        told = {"kind": "webhook", "url": system.url, "ask_url": f"{system.url}/asks", "timeout_seconds": ENOUGH}
        receiver = WebhookReceiver(ReceiverOptions.model_validate(told), SECRET, clock)
        yield Transport(receiver, "json", HTTP_FAULTS, system.kept, system.script)


@contextmanager
def _keyed_webhook(clock: HandClock, _: Path) -> Iterator[Transport]:
    with HttpSystem(knows_keys=True) as system:
        told = {"kind": "webhook", "url": system.url, "is_deduplicating": True, "timeout_seconds": ENOUGH}
        receiver = WebhookReceiver(ReceiverOptions.model_validate(told), SECRET, clock)
        yield Transport(receiver, "csv", HTTP_FAULTS, system.kept, system.script)


@contextmanager
def _fhir(_: HandClock, __: Path) -> Iterator[Transport]:
    with HttpSystem(knows_keys=True, is_fhir=True) as system:
        receiver = FhirServerReceiver(
            ReceiverOptions(kind="fhir", url=system.url, timeout_seconds=ENOUGH), SecretStr("s")
        )
        yield Transport(receiver, "fhir", HTTP_FAULTS, system.kept, system.script, system.bundles)


@contextmanager
def _mllp(_: HandClock, __: Path) -> Iterator[Transport]:
    faults = ("AA", "CA", "AR", "CE", "reset", "reset+", "twice", "foreign", "slow", "noise")
    with MllpSystem(knows_ids=True) as system:
        options = ReceiverOptions(
            kind="mllp", host="127.0.0.1", port=system.port, timeout_seconds=ENOUGH, is_deduplicating=True
        )
        yield Transport(MllpReceiver(options), "hl7", faults, system.kept, system.script)


class EmptiedFolder(FolderReceiver):
    """A folder whose reader takes every file at once, and that goes away and comes back as its script says."""

    def __init__(self, folder: Path, script: list[str], kept: list[str]) -> None:
        super().__init__(folder)
        self.place, self.script, self.kept = folder, script, kept

    def prepare(self, shipment):
        is_away = bool(self.script) and self.script.pop(0) == "away"
        away = self.place.with_name("away")
        if is_away:
            self.place.rename(away)
        try:
            return super().prepare(shipment)
        finally:
            if is_away:
                away.rename(self.place)

    def send(self, shipment):
        sent = super().send(shipment)
        for file in self.place.glob("*.json"):
            (referral,) = Extraction.model_validate_json(file.read_bytes()).referrals
            self.kept.append(f"{referral.referral_id} {referral.revision} record")
            file.unlink()
        return sent


@contextmanager
def _folder(_: HandClock, place: Path) -> Iterator[Transport]:
    folder, script, kept = place / "drop", [], []
    folder.mkdir()
    yield Transport(EmptiedFolder(folder, script, kept), "json", ("ok", "away"), kept, script)


TRANSPORTS = {"folder": _folder, "webhook": _webhook, "keyed webhook": _keyed_webhook, "fhir": _fhir, "mllp": _mllp}


@pytest.mark.parametrize("name", TRANSPORTS)
def test_each_referral_once_and_in_order_of_revision(database: Database, tmp_path: Path, name: str) -> None:
    deliver_a_mixture(database, tmp_path, name, seed=0)


def deliver_a_mixture(database: Database, tmp_path: Path, name: str, seed: int) -> int:
    """Approve, correct, deliver and die as ``seed`` says; how many revisions the system took."""
    clock, draw = HandClock(), random.Random(f"{name} {seed}")
    with TRANSPORTS[name](clock, tmp_path) as transport:
        transport.script += draw.choices(transport.faults, k=24)
        newest = dict.fromkeys((f"r-{number}" for number in range(4)), 0)
        for _ in range(10):
            referral_id = draw.choice(sorted(newest))
            if newest[referral_id] < 3:
                newest[referral_id] += 1
                drug = ("ocrelizumab", "rituximab", "natalizumab")[newest[referral_id] - 1]
                approve(database, make_referral(referral_id, newest[referral_id], drug), "there", now=clock())
            moment = draw.choice(["never", "never", "before", "after"])
            with suppress(Killed):
                worker = Dying(transport.receiver, moment)
                deliver(database, clock, {"there": destination(worker, transport.format_name)})
            clock.turn(seconds=draw.choice([1, 70, 400]))
        deliver_until_quiet(database, clock, {"there": destination(transport.receiver, transport.format_name)})
        assert repeated(transport.kept) == {}
        taken, done = transport.revisions(), states(database)
        for referral_id, last in newest.items():
            numbers = taken.get(referral_id, [])
            assert numbers == sorted(numbers) and numbers[-1:] == ([last] if last else [])
            for revision in range(1, last + 1):
                assert (done[referral_id, revision] is ItemState.DELIVERED) == (revision in numbers)
        return sum(map(len, taken.values()))
