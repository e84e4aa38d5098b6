"""HL7's enhanced mode: a listener keeps a message at once, and says later what its application makes of it."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import hl7
import pytest

from extractor.delivery import Destination, MllpReceiver
from extractor.delivery.acknowledgments import taking_acknowledgments
from extractor.errors import UsageError
from extractor.store import interventions
from extractor.store.database import Database
from extractor.store.outbox import ItemState
from models.stages.options import DeliveryOptions, ReceiverOptions
from tests.faults.delivery_certificates import make_authority
from tests.faults.delivery_servers import END, ENOUGH, MllpSystem, acknowledgment
from tests.faults.delivery_world import (
    Dying,
    HandClock,
    Killed,
    approve,
    deliver,
    deliver_until_quiet,
    destination,
    items,
    make_referral,
    states,
)

PARTS = ["r-1 1 referral", "r-1 1 order", "r-1 1 labs"]
PATIENCE = 3600.0
"""Seconds for which an application's word is awaited."""


def enhanced(system: MllpSystem, *, is_deduplicating: bool = False) -> Destination:
    options = ReceiverOptions(
        kind="mllp",
        host="127.0.0.1",
        port=system.port,
        timeout_seconds=ENOUGH,
        application_ack_seconds=PATIENCE,
        is_deduplicating=is_deduplicating,
    )
    made = destination(MllpReceiver(options), "hl7")
    return Destination(made.receiver, made.exporter, made.sender, is_enhanced=True)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def door(database: Database, clock: HandClock) -> Iterator[int]:
    """The port at which late acknowledgments are taken."""
    with taking_acknowledgments(database, clock, DeliveryOptions(ack_port=0, retry_seconds=60)) as port:
        assert port is not None
        yield port


def tell(port: int, code: str, system: MllpSystem, count: int = 1) -> list[str]:
    """Acknowledge the system's last message on a connection of its own; how each was acknowledged in turn."""
    with socket.create_connection(("127.0.0.1", port), timeout=ENOUGH) as connection:
        connection.sendall(acknowledgment(code, system.last_id) * count)
        received = b""
        while received.count(END) < count:
            received += connection.recv(65536)
    answers = [hl7.parse(frame[1:].decode()) for frame in received.split(END)[:-1]]
    assert {str(answer.segment("MSA")[2]) for answer in answers} == {f"A{system.last_id}"}
    return [str(answer.segment("MSA")[1]) for answer in answers]


@pytest.mark.parametrize(("last", "state"), [("AA", "delivered"), ("AE", "failed"), ("AR", "waiting")])
def test_both_acknowledgments_on_one_connection(database: Database, clock: HandClock, last: str, state: str) -> None:
    with MllpSystem(knows_ids=False) as system:
        system.script = ["CA,AA", "CA,AA", f"CA,{last}"]
        approve(database, make_referral("r-1"), "his")
        deliver(database, clock, {"his": enhanced(system)})
        (item,) = items(database)
        assert (item.state, item.last_code, item.unsure_part) == (ItemState(state), f"ack_{last.lower()}", None)
        assert len(system.messages) == 3
        header = hl7.parse(system.messages[0]).segment("MSH")
        assert (str(header[15]), str(header[16])) == ("AL", "AL")


def test_each_part_waits_for_the_word_on_the_one_before(database: Database, clock: HandClock, door: int) -> None:
    with MllpSystem(knows_ids=False) as system:
        system.script = ["CA"] * 3
        to = {"his": enhanced(system)}
        approve(database, make_referral("r-1"), "his")
        for done in range(1, 4):
            assert deliver(database, clock, to).awaiting == 1
            assert deliver(database, clock, to).total == 0
            assert len(system.messages) == done
            assert tell(door, "AA", system, count=2) == ["CA", "CA"]  # and a duplicate
        assert deliver(database, clock, to).delivered == 1
        assert system.kept == PARTS


def test_a_revision_waits_for_the_word_on_the_one_before(database: Database, clock: HandClock, door: int) -> None:
    with MllpSystem(knows_ids=False) as system:
        system.script = ["AA", "AA", "CA"]
        to = {"his": enhanced(system)}
        approve(database, make_referral("r-1"), "his")
        assert deliver(database, clock, to).awaiting == 1
        approve(database, make_referral("r-1", 2), "his")
        assert deliver(database, clock, to).total == 0
        assert tell(door, "AA", system) == ["CA"]
        deliver_until_quiet(database, clock, to)
        assert system.kept == [*PARTS, "r-1 2 referral", "r-1 2 order", "r-1 2 labs"]


def test_an_application_that_refuses_or_is_busy(database: Database, clock: HandClock, door: int) -> None:
    with MllpSystem(knows_ids=True) as system:
        system.script = ["CA"]
        to = {"his": enhanced(system)}
        approve(database, make_referral("r-1", labs=0), "his")
        deliver(database, clock, to)
        assert tell(door, "AR", system) == ["CA"]
        assert deliver(database, clock, to).total == 0
        clock.turn(seconds=60)
        system.script = ["CA"]
        assert deliver(database, clock, to).awaiting == 1
        assert system.messages[0] == system.messages[1]
        assert tell(door, "AE", system) == ["CA"]
        (item,) = items(database)
        assert (item.state, item.last_code, item.unsure_part) == (ItemState.FAILED, "ack_ae", None)


def test_what_is_kept_is_never_sent_again_by_itself(database: Database, clock: HandClock, door: int) -> None:
    with MllpSystem(knows_ids=True) as system:
        system.script = ["CA"]
        to = {"his": enhanced(system, is_deduplicating=True)}
        approve(database, make_referral("r-1"), "his")
        deliver(database, clock, to)
        clock.turn(seconds=PATIENCE - 1)
        assert deliver(database, clock, to).total == 0
        clock.turn(seconds=1)
        assert deliver(database, clock, to).needs_check == 1
        assert items(database)[0].last_code == "ack_late" and len(system.messages) == 1
        assert tell(door, "AA", system) == ["CA"]  # it comes after all
        deliver_until_quiet(database, clock, to)
        assert system.kept == PARTS and states(database) == {("r-1", 1): ItemState.DELIVERED}


def test_a_person_need_not_wait_for_it(database: Database, clock: HandClock) -> None:
    with MllpSystem(knows_ids=False) as system:
        system.script = ["CA"]
        to = {"his": enhanced(system)}
        approve(database, make_referral("r-1"), "his")
        deliver(database, clock, to)
        with database.begin() as connection:
            interventions.confirm(connection, items(database)[0].item_id, now=clock())
        deliver_until_quiet(database, clock, to)
        assert system.kept == PARTS


def test_the_word_may_come_while_its_sender_is_dead(database: Database, clock: HandClock, door: int) -> None:
    with MllpSystem(knows_ids=False) as system:
        system.script = ["CA"]
        whole = enhanced(system)
        approve(database, make_referral("r-1"), "his")
        with pytest.raises(Killed):
            dying = Destination(Dying(whole.receiver, "after"), whole.exporter, whole.sender, is_enhanced=True)
            deliver(database, clock, {"his": dying})
        assert items(database)[0].state is ItemState.SENDING
        assert tell(door, "AA", system) == ["CA"]
        deliver_until_quiet(database, clock, {"his": whole})
        assert system.kept == PARTS


def test_a_word_about_nothing_that_waits_changes_nothing(database: Database, clock: HandClock, door: int) -> None:
    with MllpSystem(knows_ids=False) as system:
        approve(database, make_referral("r-1"), "his")
        deliver_until_quiet(database, clock, {"his": enhanced(system)})
        before = items(database)
        assert [tell(door, code, system) for code in ("AA", "AE", "CA")] == [["CA"]] * 3
        assert items(database) == before


def test_the_door_speaks_tls_where_it_has_a_certificate(database: Database, clock: HandClock, tmp_path: Path) -> None:
    authority, _ = make_authority(tmp_path / "trusted")
    certificate = str(tmp_path / "trusted" / "server.pem")
    options = DeliveryOptions(ack_port=0, ack_certificate=certificate)
    context = ssl.create_default_context(cafile=str(authority))
    with taking_acknowledgments(database, clock, options) as port, MllpSystem(knows_ids=False) as system:
        system.script = ["CA"]
        approve(database, make_referral("r-1", labs=0), "his")
        to = {"his": enhanced(system)}
        deliver(database, clock, to)
        with socket.create_connection(("127.0.0.1", port), timeout=ENOUGH) as plain:
            plain.sendall(acknowledgment("AE", system.last_id))
            with suppress(ConnectionError):
                assert END not in plain.recv(65536)
        with (
            socket.create_connection(("127.0.0.1", port), timeout=ENOUGH) as plain,
            context.wrap_socket(plain, server_hostname="127.0.0.1") as secured,
        ):
            secured.sendall(acknowledgment("AA", system.last_id))
            assert b"MSA|CA|" in secured.recv(65536)
        assert deliver(database, clock, to).delivered == 1


def test_the_door_is_open_to_this_machine_only_or_has_a_certificate(database: Database, clock: HandClock) -> None:
    for wrong in ({"ack_host": "0.0.0.0"}, {"ack_certificate": "no such file"}):
        options = DeliveryOptions.model_validate({"ack_port": 0, **wrong})
        with pytest.raises(UsageError), taking_acknowledgments(database, clock, options):
            pass
    with socket.create_server(("127.0.0.1", 0)) as taken:
        options = DeliveryOptions(ack_port=taken.getsockname()[1])
        with pytest.raises(UsageError, match="another process"), taking_acknowledgments(database, clock, options):
            pass
