"""MLLP under faults: three messages a referral, each once, in order, or left to a person."""

import hl7
import pytest

from extractor.delivery import MllpReceiver, Recovery
from extractor.errors import UsageError
from extractor.store import interventions
from extractor.store.database import Database
from extractor.store.outbox import ItemState
from models.stages.options import ReceiverOptions
from tests.faults.delivery_servers import ENOUGH, MllpSystem, closed_port
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


def mllp(system: MllpSystem, fault: str = "", **changes: object) -> MllpReceiver:
    patience = 0.5 if fault.startswith("silent") else ENOUGH
    told = {"kind": "mllp", "host": "127.0.0.1", "port": system.port, "timeout_seconds": patience}
    return MllpReceiver(ReceiverOptions.model_validate(told | changes))


@pytest.mark.parametrize("script", [[], ["CA", "AA"], ["twice", "foreign", "slow"], ["noise", "twice", "foreign"]])
def test_each_message_is_sent_once_whatever_the_acknowledgment_looks_like(
    database: Database, script: list[str]
) -> None:
    clock = HandClock()
    with MllpSystem(knows_ids=False) as system:
        system.script = list(script)
        approve(database, make_referral("r-1"), "his")
        assert deliver(database, clock, {"his": destination(mllp(system), "hl7")}).delivered == 1
        assert system.kept == PARTS and len(system.messages) == 3


@pytest.mark.parametrize("fault", ["reset", "reset+", "silent", "silent+"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_listener_that_knows_message_ids_gets_everything_once(database: Database, fault: str, place: int) -> None:
    clock = HandClock()
    with MllpSystem(knows_ids=True) as system:
        system.script = [*["AA"] * place, fault, fault]
        to = {"his": destination(mllp(system, fault, is_deduplicating=True), "hl7")}
        approve(database, make_referral("r-1"), "his")
        deliver_until_quiet(database, clock, to)
        assert states(database) == {("r-1", 1): ItemState.DELIVERED}
        assert system.kept == PARTS
        assert len(system.messages) == 5
        assert system.messages[place] == system.messages[place + 1] == system.messages[place + 2]


@pytest.mark.parametrize("fault", ["reset", "reset+", "silent", "silent+"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_any_other_listener_is_left_to_a_person_who_goes_on_where_it_stopped(
    database: Database, fault: str, place: int
) -> None:
    clock = HandClock()
    with MllpSystem(knows_ids=False) as system:
        system.script = [*["AA"] * place, fault]
        to = {"his": destination(mllp(system, fault), "hl7")}
        approve(database, make_referral("r-1"), "his")
        assert deliver(database, clock, to).needs_check == 1
        deliver_until_quiet(database, clock, to)
        (item,) = items(database)
        assert item.state is ItemState.NEEDS_CHECK and len(system.messages) == place + 1
        with database.begin() as connection:
            settle = interventions.confirm if len(system.kept) == place + 1 else interventions.resend
            settle(connection, item.item_id, now=clock())
        deliver_until_quiet(database, clock, to)
        assert states(database) == {("r-1", 1): ItemState.DELIVERED}
        assert system.kept == PARTS


@pytest.mark.parametrize(("code", "state"), [("AE", "failed"), ("CR", "failed"), ("AR", "waiting"), ("CE", "waiting")])
def test_negative_acknowledgments(database: Database, code: str, state: str) -> None:
    clock = HandClock()
    with MllpSystem(knows_ids=False) as system:
        system.script = ["AA", code]
        to = {"his": destination(mllp(system), "hl7")}
        approve(database, make_referral("r-1"), "his")
        deliver(database, clock, to)
        (item,) = items(database)
        assert (item.state, item.last_code) == (ItemState(state), f"ack_{code.lower()}")
        assert (item.accepted_parts, item.unsure_part) == (("referral",), None)
        if item.state is ItemState.FAILED:
            with database.begin() as connection:
                interventions.resend(connection, item.item_id, now=clock())
        deliver_until_quiet(database, clock, to)
        assert system.kept == PARTS


def test_a_correction_is_an_update_of_what_the_listener_has(database: Database) -> None:
    clock = HandClock()
    with MllpSystem(knows_ids=False) as system:
        to = {"his": destination(mllp(system), "hl7")}
        approve(database, make_referral("r-1", labs=2), "his")
        deliver_until_quiet(database, clock, to)
        approve(database, make_referral("r-1", 2, "rituximab", labs=1), "his", now=clock())
        deliver_until_quiet(database, clock, to)
        assert system.kept == [*PARTS, "r-1 2 referral", "r-1 2 order", "r-1 2 labs"]
        first, second = ([hl7.parse(text) for text in system.messages[place : place + 3]] for place in (0, 3))
        assert [str(m[0].segment("MSH")[9]) for m in (first, second)] == ["REF^I12^REF_I12", "REF^I13^REF_I12"]
        assert first[0].segment("RF1")[6] == second[0].segment("RF1")[6]
        assert [str(m[1].segment("ORC")[1]) for m in (first, second)] == ["NW", "XO"]
        labs = [str(line[11]) for line in second[2].segments("OBX") if "STATE" not in str(line[3])]
        assert labs == ["C", "D"]


def test_after_a_refused_part_only_what_arrived_is_updated(database: Database) -> None:
    clock = HandClock()
    with MllpSystem(knows_ids=False) as system:
        system.script = ["AA", "AE"]
        to = {"his": destination(mllp(system), "hl7")}
        approve(database, make_referral("r-1"), "his")
        deliver_until_quiet(database, clock, to)
        approve(database, make_referral("r-1", 2), "his", now=clock())
        deliver_until_quiet(database, clock, to)
        sent = [hl7.parse(text) for text in system.messages[2:]]
        assert str(sent[0].segment("MSH")[9]) == "REF^I13^REF_I12"
        assert str(sent[1].segment("ORC")[1]) == "NW"


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("recovery", [Recovery.RESEND, Recovery.PERSON])
def test_a_worker_that_dies_with_a_message_under_way(database: Database, moment: str, recovery: Recovery) -> None:
    clock = HandClock()
    is_deduplicating = recovery is Recovery.RESEND
    with MllpSystem(knows_ids=is_deduplicating) as system:
        receiver = mllp(system, is_deduplicating=is_deduplicating)
        approve(database, make_referral("r-1"), "his")
        with pytest.raises(Killed):
            deliver(database, clock, {"his": destination(Dying(receiver, moment), "hl7")})
        clock.turn(seconds=301)
        deliver_until_quiet(database, clock, {"his": destination(receiver, "hl7")})
        if is_deduplicating:
            assert system.kept == PARTS
        else:
            assert states(database) == {("r-1", 1): ItemState.NEEDS_CHECK}
            assert system.kept == ([] if moment == "before" else PARTS[:1])


def test_a_listener_that_is_down_is_tried_again(database: Database) -> None:
    clock = HandClock()
    with closed_port() as port, MllpSystem(knows_ids=False) as system:
        approve(database, make_referral("r-1"), "his")
        assert deliver(database, clock, {"his": destination(mllp(system, port=port), "hl7")}).retried == 1
        assert items(database)[0].last_code == "not_reached"
        clock.turn(hours=1)
        assert deliver(database, clock, {"his": destination(mllp(system), "hl7")}).delivered == 1
        assert system.kept == PARTS


def test_a_listener_without_tls_gets_nothing_from_a_sender_that_wants_it(database: Database) -> None:
    """It hears the handshake, which is no frame, and hangs up."""
    clock = HandClock()
    with MllpSystem(knows_ids=False) as system:
        receiver = mllp(system, is_tls=True, connect_seconds=0.2)
        approve(database, make_referral("r-1"), "his")
        assert deliver(database, clock, {"his": destination(receiver, "hl7")}).retried == 1
        assert system.messages == []
    with pytest.raises(UsageError):
        mllp(system, is_tls=True, ca_file="no such file")
