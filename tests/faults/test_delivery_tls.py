"""Only a receiver that can prove who it is gets a referral."""

import ssl
from pathlib import Path

import pytest
from pydantic import SecretStr

from extractor.delivery import MllpReceiver, Receiver, WebhookReceiver
from extractor.store.database import Database
from extractor.store.outbox import ItemState
from models.stages.options import ReceiverOptions
from tests.faults.delivery_certificates import make_authority
from tests.faults.delivery_servers import HttpSystem, MllpSystem
from tests.faults.delivery_world import HandClock, approve, deliver, destination, items, make_referral, states


def mllp(system: MllpSystem, authority: Path) -> Receiver:
    return MllpReceiver(
        ReceiverOptions(kind="mllp", host="127.0.0.1", port=system.port, is_tls=True, ca_file=str(authority))
    )


def webhook(system: HttpSystem, authority: Path, clock: HandClock) -> Receiver:
    options = ReceiverOptions(kind="webhook", url=system.url, ca_file=str(authority))
    return WebhookReceiver(options, SecretStr("s"), clock)


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """An authority that signed nothing here."""
    return make_authority(tmp_path / "stranger")[0]


@pytest.fixture
def trusted(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    return make_authority(tmp_path / "trusted")


def test_mllp_over_tls(database: Database, trusted: tuple[Path, ssl.SSLContext], stranger: Path) -> None:
    clock = HandClock()
    with MllpSystem(knows_ids=False, tls=trusted[1]) as system:
        approve(database, make_referral("r-1"), "his")
        assert deliver(database, clock, {"his": destination(mllp(system, stranger), "hl7")}).retried == 1
        assert (items(database)[0].last_code, items(database)[0].unsure_part) == ("not_reached", None)
        assert system.messages == []
        clock.turn(hours=1)
        assert deliver(database, clock, {"his": destination(mllp(system, trusted[0]), "hl7")}).delivered == 1
        assert len(system.kept) == 3


def test_a_webhook_over_tls(database: Database, trusted: tuple[Path, ssl.SSLContext], stranger: Path) -> None:
    clock = HandClock()
    with HttpSystem(knows_keys=False, tls=trusted[1]) as system:
        approve(database, make_referral("r-1"), "hook")
        assert system.url.startswith("https://")
        assert deliver(database, clock, {"hook": destination(webhook(system, stranger, clock), "json")}).retried == 1
        assert states(database) == {("r-1", 1): ItemState.WAITING} and system.requests == []
        clock.turn(hours=1)
        to = {"hook": destination(webhook(system, trusted[0], clock), "json")}
        assert deliver(database, clock, to).delivered == 1
        assert system.kept == ["r-1 1 record"]
