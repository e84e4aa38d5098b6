"""Webhook and FHIR server under faults: each referral exactly once, in order of revision, or left to a person."""

import pytest
from pydantic import SecretStr

from extractor.delivery import FhirServerReceiver, Recovery, WebhookReceiver
from extractor.delivery.webhook import SIGNATURE, verify
from extractor.store import interventions
from extractor.store.database import Database
from extractor.store.outbox import ItemState
from extractor.store.referrals import ReferralState
from models.stages.options import ReceiverOptions
from tests.faults.delivery_servers import ENOUGH, HttpSystem, closed_port
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
    repeated,
    revisions,
    state_of,
    states,
)

SECRET = SecretStr("a secret of both sides")
FAULTS = ["500", "500+", "503", "429", "reset", "reset+", "silent", "silent+", "409", "502+", "slow+"]


def patience(fault: str) -> float:
    return 0.5 if fault.startswith("silent") else ENOUGH


def webhook(
    system: HttpSystem, clock: HandClock, recovery: Recovery, fault: str = "", **changes: object
) -> WebhookReceiver:
    told = {
        "kind": "webhook",
        "url": f"{system.url}/referrals",
        "ask_url": f"{system.url}/asks" if recovery is Recovery.ASK else None,
        "is_deduplicating": recovery is Recovery.RESEND,
        "timeout_seconds": patience(fault),
    }
    return WebhookReceiver(ReceiverOptions.model_validate(told | changes), SECRET, clock)


@pytest.mark.parametrize("recovery", [Recovery.RESEND, Recovery.ASK])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_webhook_gets_each_revision_once_and_in_order(database: Database, recovery: Recovery, fault: str) -> None:
    clock = HandClock()
    with HttpSystem(knows_keys=recovery is Recovery.RESEND) as system:
        system.script = [fault, fault, "ok", fault]
        to = {"hook": destination(webhook(system, clock, recovery, fault), "json")}
        approve(database, make_referral("r-1"), "hook")
        approve(database, make_referral("r-2"), "hook")
        deliver(database, clock, to)
        approve(database, make_referral("r-1", 2, "rituximab"), "hook", now=clock())
        deliver_until_quiet(database, clock, to)
        assert repeated(system.kept) == {}
        order = revisions(system.kept)
        assert order["r-1"] in ([1, 2], [2]) and order["r-2"] == [1]
        done = states(database)
        assert done["r-1", 2] is done["r-2", 1] is ItemState.DELIVERED
        assert (done["r-1", 1] is ItemState.DELIVERED) == (1 in order["r-1"])
        assert state_of(database, "r-1", 2) is ReferralState.DELIVERED


@pytest.mark.parametrize("fault", ["500", "500+", "503+", "408+", "reset", "reset+", "silent", "silent+", "409"])
def test_a_webhook_that_nobody_can_ask_is_left_to_a_person(database: Database, fault: str) -> None:
    clock = HandClock()
    with HttpSystem(knows_keys=False) as system:
        system.script = [fault]
        to = {"hook": destination(webhook(system, clock, Recovery.PERSON, fault), "json")}
        approve(database, make_referral("r-1"), "hook")
        deliver_until_quiet(database, clock, to)
        assert states(database) == {("r-1", 1): ItemState.NEEDS_CHECK}
        assert state_of(database, "r-1") is ReferralState.NEEDS_CHECK
        approve(database, make_referral("r-1", 2), "hook", now=clock())
        assert deliver(database, clock, to).total == 0
        assert len(system.requests) == 1
        with database.begin() as connection:
            number = next(item.item_id for item in items(database) if item.revision == 1)
            if system.kept:
                interventions.confirm(connection, number, now=clock())
            else:
                interventions.resend(connection, number, now=clock())
        deliver_until_quiet(database, clock, to)
        assert system.kept == (["r-1 1 record", "r-1 2 record"] if fault.endswith("+") else ["r-1 2 record"])


@pytest.mark.parametrize(
    ("status", "code"), [("400", "http_400"), ("401", "http_401"), ("422", "http_422"), ("302", "http_302")]
)
def test_what_the_receiver_will_never_take_is_not_repeated(database: Database, status: str, code: str) -> None:
    clock = HandClock()
    with HttpSystem(knows_keys=True) as system:
        system.script = [status]
        to = {"hook": destination(webhook(system, clock, Recovery.RESEND), "json")}
        approve(database, make_referral("r-1"), "hook")
        deliver_until_quiet(database, clock, to)
        assert [(item.state, item.last_code) for item in items(database)] == [(ItemState.FAILED, code)]
        assert [path for path, _, _ in system.requests] == ["/referrals"]
        with database.begin() as connection:
            interventions.resend(connection, items(database)[0].item_id, now=clock())
        assert deliver(database, clock, to).delivered == 1


def test_the_receiver_says_how_long_to_wait(database: Database) -> None:
    clock = HandClock()
    with HttpSystem(knows_keys=True) as system:
        system.script = ["429"]
        to = {"hook": destination(webhook(system, clock, Recovery.RESEND), "json")}
        approve(database, make_referral("r-1"), "hook")
        deliver(database, clock, to)
        clock.turn(seconds=7199)
        assert deliver(database, clock, to).total == 0
        clock.turn(seconds=1)
        assert deliver(database, clock, to).delivered == 1


def test_every_request_is_signed_with_its_key_and_time(database: Database) -> None:
    clock = HandClock()
    with HttpSystem(knows_keys=True) as system:
        approve(database, make_referral("r-1"), "hook")
        deliver(database, clock, {"hook": destination(webhook(system, clock, Recovery.RESEND), "json")})
        _, headers, body = system.requests[0]
        key, signature, now = headers["idempotency-key"], headers[SIGNATURE.lower()], int(clock().timestamp())
        assert verify(SECRET, key, body, signature, now=now)
        assert not verify(SECRET, key, body + b" ", signature, now=now)
        assert not verify(SECRET, key + "x", body, signature, now=now)
        assert not verify(SecretStr("another"), key, body, signature, now=now)
        assert not verify(SECRET, key, body, signature, now=now + 301)
        assert SECRET.get_secret_value() not in str(headers)


@pytest.mark.parametrize("recovery", [Recovery.RESEND, Recovery.ASK, Recovery.PERSON])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_that_dies_leaves_enough_to_go_on(database: Database, recovery: Recovery, moment: str) -> None:
    clock = HandClock()
    with HttpSystem(knows_keys=recovery is Recovery.RESEND) as system:
        receiver = webhook(system, clock, recovery)
        approve(database, make_referral("r-1"), "hook")
        with pytest.raises(Killed):
            deliver(database, clock, {"hook": destination(Dying(receiver, moment), "json")})
        to = {"hook": destination(receiver, "json")}
        assert deliver(database, clock, to).total == 0  # the dead worker's lease holds
        clock.turn(seconds=301)
        deliver_until_quiet(database, clock, to)
        expected = ItemState.NEEDS_CHECK if recovery is Recovery.PERSON else ItemState.DELIVERED
        assert states(database) == {("r-1", 1): expected}
        assert system.kept == ([] if recovery is Recovery.PERSON and moment == "before" else ["r-1 1 record"])


def test_a_receiver_that_is_down_is_tried_again_and_in_the_end_given_to_a_person(database: Database) -> None:
    clock = HandClock()
    with closed_port() as port, HttpSystem(knows_keys=False) as system:
        down = webhook(system, clock, Recovery.PERSON, url=f"http://127.0.0.1:{port}/")
        approve(database, make_referral("r-1"), "hook")
        waits = []
        for _ in range(5):
            assert deliver(database, clock, {"hook": destination(down, "json")}).retried == 1
            waits.append((items(database)[0].next_try_at - clock()).total_seconds())
            clock.now = items(database)[0].next_try_at
        assert waits == [60, 120, 240, 480, 600]
        up = {"hook": destination(webhook(system, clock, Recovery.PERSON), "json")}
        assert deliver(database, clock, up).delivered == 1
        assert system.kept == ["r-1 1 record"]


@pytest.mark.parametrize("fault", ["500", "500+", "503", "409", "204", "reset", "reset+", "silent", "silent+"])
def test_a_fhir_server_gets_each_bundle_until_it_says_so(database: Database, fault: str) -> None:
    clock = HandClock()
    with HttpSystem(knows_keys=True, is_fhir=True) as system:
        system.script = [fault, fault]
        options = ReceiverOptions(kind="fhir", url=system.url, timeout_seconds=patience(fault))
        to = {"ehr": destination(FhirServerReceiver(options, SECRET), "fhir")}
        approve(database, make_referral("r-1"), "ehr")
        deliver_until_quiet(database, clock, to)
        assert states(database) == {("r-1", 1): ItemState.DELIVERED}
        assert len({body for _, _, body in system.requests}) == 1 and len(system.requests) == 3
        approve(database, make_referral("r-1", 2, "rituximab"), "ehr", now=clock())
        deliver_until_quiet(database, clock, to)
        assert len(system.requests) == 4
        assert repeated(system.kept) == {}
        assert len([key for key in system.kept if key.startswith(("ServiceRequest", "Patient"))]) == 2
        assert system.requests[0][1]["authorization"] == f"Bearer {SECRET.get_secret_value()}"


@pytest.mark.parametrize("status", ["400", "412", "422"])
def test_a_fhir_server_that_refuses_is_left_to_a_person(database: Database, status: str) -> None:
    clock = HandClock()
    with HttpSystem(knows_keys=True, is_fhir=True) as system:
        system.script = [status]
        options = ReceiverOptions(kind="fhir", url=system.url, timeout_seconds=5)
        approve(database, make_referral("r-1"), "ehr")
        deliver_until_quiet(database, clock, {"ehr": destination(FhirServerReceiver(options, None), "fhir")})
        assert states(database) == {("r-1", 1): ItemState.FAILED}
        assert len(system.requests) == 1


def test_what_is_in_doubt_in_one_format_is_not_sent_in_another(database: Database) -> None:
    clock = HandClock()
    with HttpSystem(knows_keys=True) as system:
        receiver = webhook(system, clock, Recovery.RESEND)
        approve(database, make_referral("r-1"), "hook")
        with pytest.raises(Killed):
            deliver(database, clock, {"hook": destination(Dying(receiver, "after"), "json")})
        clock.turn(seconds=301)
        assert deliver(database, clock, {"hook": destination(receiver, "hl7")}).needs_check == 1
        assert system.kept == ["r-1 1 record"]
