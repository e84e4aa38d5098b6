"""The outbox on both databases: one claim at a time, revisions in order, and what a person may do."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from extractor.delivery import Destination, Recovery, Sent, Shipment, deliver_due
from extractor.delivery.base import Answer, accepted
from extractor.errors import StoreConflict
from extractor.export import Party, exporters
from extractor.store import audit, interventions, outbox
from extractor.store.database import Database
from extractor.store.outbox import ItemState, OutboxItem
from extractor.store.referrals import ReferralState
from tests.durability.moments import NOON
from tests.faults.delivery_world import approve, make_referral, state_of

LEASE = timedelta(minutes=5)
HOUR = timedelta(hours=1)


def put(database: Database, referral_id: str = "r-1", revision: int = 1, *receivers: str) -> tuple[int, ...]:
    with database.begin() as connection:
        return outbox.enqueue(connection, referral_id, revision, receivers or ("his",), now=NOON)


def claim(database: Database, *receivers: str, now: object = NOON) -> OutboxItem | None:
    with database.begin() as connection:
        return outbox.claim_next(connection, receivers or ("his",), now=now, lease=LEASE)


def taken(database: Database, **when: object) -> OutboxItem:
    item = claim(database, **when)
    assert item is not None
    return item


def settle(database: Database, item: OutboxItem, state: ItemState = ItemState.DELIVERED) -> None:
    with database.begin() as connection:
        outbox.settle(connection, item, state, None, now=NOON)


def states(database: Database) -> list[tuple[int, ItemState]]:
    with database.read() as connection:
        return sorted((item.revision, item.state) for item in outbox.list_items(connection))


def test_an_item_is_made_once_for_each_receiver(database: Database) -> None:
    assert len(put(database, "r-1", 1, "his", "drop", "his")) == 2
    assert put(database, "r-1", 1, "his", "drop") == ()
    assert len(put(database, "r-1", 1, "his", "hook")) == 1
    with database.read() as connection:
        keys = {item.idempotency_key for item in outbox.list_items(connection)}
    assert len(keys) == 3
    assert keys == {outbox.idempotency_key("r-1", 1, name) for name in ("his", "drop", "hook")}


def test_what_is_rolled_back_is_never_delivered(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as connection:
        outbox.enqueue(connection, "r-1", 1, ["his"], now=NOON)
        raise ZeroDivisionError
    assert claim(database) is None


def test_many_workers_take_every_item_once(database: Database) -> None:
    for number in range(24):
        put(database, f"r-{number}")
    got: list[int] = []
    start = threading.Barrier(6)

    def work() -> None:
        start.wait()
        while (item := claim(database)) is not None:
            got.append(item.item_id)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # A worker may stop while others are still claiming, so what is left is due as well.
    while (item := claim(database)) is not None:
        got.append(item.item_id)
    assert len(got) == 24 and max(Counter(got).values()) == 1


def test_revisions_go_one_after_the_other_for_each_receiver(database: Database) -> None:
    put(database)
    first = taken(database)
    put(database, "r-1", 2)
    put(database, "r-2", 1)
    assert taken(database).referral_id == "r-2"
    assert claim(database) is None
    settle(database, first, ItemState.NEEDS_CHECK)
    assert claim(database) is None
    with database.begin() as connection:
        interventions.resend(connection, first.item_id, now=NOON)
    assert taken(database).revision == 2
    assert (1, ItemState.SUPERSEDED) in states(database)


def test_what_the_receiver_keeps_waits_for_its_word_and_holds_back_what_follows(database: Database) -> None:
    put(database)
    item = taken(database)
    with database.begin() as connection:
        item = outbox.begin_part(connection, item, "referral", now=NOON, lease=LEASE)
        outbox.await_answer(connection, item, "ack_ca", until=NOON + HOUR, now=NOON)
        assert [one.item_id for one in outbox.list_unsure(connection)] == [item.item_id]
    put(database, "r-1", 2)
    assert states(database) == [(1, ItemState.AWAITING), (2, ItemState.WAITING)]
    assert claim(database) is None
    late = taken(database, now=NOON + HOUR)
    assert (late.revision, late.unsure_part, late.last_code) == (1, "referral", "ack_ca")
    with pytest.raises(StoreConflict), database.begin() as connection:
        outbox.await_answer(connection, item, "ack_ca", until=NOON, now=NOON)  # the claim is another's by now


def test_a_revision_of_which_nothing_has_left_is_superseded(database: Database) -> None:
    put(database)
    put(database, "r-1", 2)
    assert states(database) == [(1, ItemState.SUPERSEDED), (2, ItemState.WAITING)]
    item = taken(database)
    with database.begin() as connection:
        item = outbox.begin_part(connection, item, "referral", now=NOON, lease=LEASE)
        outbox.retry_later(connection, item, "no_answer", at=NOON + HOUR, now=NOON)
    put(database, "r-1", 3)
    assert states(database)[1:] == [(2, ItemState.WAITING), (3, ItemState.WAITING)]
    assert claim(database) is None
    again = taken(database, now=NOON + HOUR)
    assert (again.revision, again.unsure_part, again.attempts) == (2, "referral", 2)


def test_an_older_revision_cannot_follow_a_newer_one(database: Database) -> None:
    put(database, "r-1", 2)
    with pytest.raises(StoreConflict):
        put(database, "r-1", 1)


def test_a_lease_that_ran_out_takes_the_right_to_write(database: Database) -> None:
    put(database)
    slow = taken(database)
    with database.begin() as connection:
        slow = outbox.begin_part(connection, slow, "record", now=NOON, lease=LEASE)
    assert claim(database, now=NOON + LEASE - timedelta(seconds=1)) is None
    quick = taken(database, now=NOON + LEASE)
    assert quick.unsure_part == "record"
    for change in (outbox.accept_part, outbox.begin_part):
        with pytest.raises(StoreConflict), database.begin() as connection:
            change(connection, slow, "record", now=NOON, **({"lease": LEASE} if change is outbox.begin_part else {}))
    with pytest.raises(StoreConflict):
        settle(database, slow)
    settle(database, quick)
    assert states(database) == [(1, ItemState.DELIVERED)]


def test_a_paused_receiver_gets_nothing_until_it_is_resumed(database: Database) -> None:
    put(database, "r-1", 1, "his", "drop")
    with database.begin() as connection:
        interventions.pause(connection, "his", now=NOON)
        interventions.pause(connection, "his", now=NOON)
    put(database, "r-2")
    first = claim(database, "his", "drop")
    assert first is not None and first.receiver == "drop"
    assert claim(database, "his", "drop") is None
    with database.begin() as connection:
        assert interventions.list_pauses(connection) == ("his",)
        interventions.resume(connection, "his")
    assert taken(database).receiver == "his"


@pytest.mark.parametrize(
    ("state", "parts"),
    [(ItemState.DELIVERED, ()), (ItemState.FAILED, ("referral",)), (ItemState.NEEDS_CHECK, ("referral",))],
)
def test_resending_repeats_only_what_is_not_there(database: Database, state: ItemState, parts: tuple[str, ...]) -> None:
    (number,) = put(database)
    with pytest.raises(StoreConflict), database.begin() as connection:
        interventions.resend(connection, number, now=NOON)
    item = taken(database)
    with database.begin() as connection:
        item = outbox.accept_part(connection, item, "referral", now=NOON)
        item = outbox.begin_part(connection, item, "order", now=NOON, lease=LEASE)
    settle(database, item, state)
    with database.begin() as connection:
        interventions.resend(connection, number, now=NOON)
    again = taken(database)
    assert (again.accepted_parts, again.unsure_part, again.attempts) == (parts, None, 1)
    with pytest.raises(StoreConflict), database.begin() as connection:
        interventions.resend(connection, number, now=NOON)


def test_confirming_counts_the_part_in_doubt_as_there(database: Database) -> None:
    (number,) = put(database)
    with pytest.raises(StoreConflict), database.begin() as connection:
        interventions.confirm(connection, number, now=NOON)
    item = taken(database)
    with database.begin() as connection:
        item = outbox.begin_part(connection, item, "referral", now=NOON, lease=LEASE)
    settle(database, item, ItemState.NEEDS_CHECK)
    with database.begin() as connection:
        interventions.confirm(connection, number, now=NOON)
    assert taken(database).accepted_parts == ("referral",)
    with pytest.raises(StoreConflict), database.begin() as connection:
        interventions.confirm(connection, 4711, now=NOON)


def test_a_delivered_revision_is_not_sent_again_after_a_later_one(database: Database) -> None:
    (number,) = put(database)
    settle(database, taken(database))
    put(database, "r-1", 2)
    with pytest.raises(StoreConflict), database.begin() as connection:
        interventions.resend(connection, number, now=NOON)


class Counting:
    """Takes everything and counts it."""

    recovery = Recovery.PERSON

    def __init__(self) -> None:
        self.kept: list[str] = []

    def prepare(self, shipment: Shipment) -> Sent | None:
        return None

    def send(self, shipment: Shipment) -> Sent:
        self.kept.append(shipment.key)
        return accepted("taken")

    def ask(self, shipment: Shipment) -> Answer:
        raise AssertionError("nothing is in doubt")


def test_workers_side_by_side_deliver_everything_once_and_agree_on_the_state(database: Database) -> None:
    receivers = {name: Counting() for name in ("his", "drop", "hook")}
    sender = Party(application="referral-extractor")
    to = {name: Destination(receiver, exporters.get("json"), sender) for name, receiver in receivers.items()}
    for number in range(8):
        approve(database, make_referral(f"r-{number}"), *receivers)
    start = threading.Barrier(4)

    def work() -> int:
        start.wait()
        return deliver_due(database, to, lambda: NOON).delivered

    with ThreadPoolExecutor(4) as pool:
        delivered = sum(future.result() for future in [pool.submit(work) for _ in range(4)])
    assert delivered + deliver_due(database, to, lambda: NOON).delivered == 24
    for receiver in receivers.values():
        assert len(receiver.kept) == len(set(receiver.kept)) == 8
    assert {state_of(database, f"r-{number}") for number in range(8)} == {ReferralState.DELIVERED}
    with database.read() as connection:
        assert audit.first_broken(connection) is None
        told = Counter((line.action, line.code) for line in audit.list_lines(connection))
    assert told == {("delivery_delivered", name): 8 for name in receivers}
