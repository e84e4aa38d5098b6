"""The outbox: what has to reach which receiver, kept in the same transaction as the approval that caused it.

One item is one revision of one referral for one receiver. Its states:

    waiting -> sending -> delivered | failed | needs_check, or back to waiting to try again later
    sending -> awaiting -> waiting | failed | needs_check   kept by the receiver, whose application answers later
    waiting -> superseded   a newer revision was approved before anything of this one left

A worker claims an item for a limited time (a lease) and passes its claim with every change it makes: who lost the
claim changes nothing. ``unsure_part`` is written before the first byte of a part leaves and taken away when its fate is
known; an item whose worker died in between says by it what may have arrived. ``interventions`` is what a person may do.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Connection, RowMapping

from extractor.errors import StoreConflict
from extractor.store.metadata import METADATA, Instant
from models.record import Value


class ItemState(StrEnum):
    """Where an item is."""

    WAITING = "waiting"
    SENDING = "sending"
    AWAITING = "awaiting"
    DELIVERED = "delivered"
    NEEDS_CHECK = "needs_check"
    FAILED = "failed"
    SUPERSEDED = "superseded"


UNSETTLED = (ItemState.WAITING, ItemState.SENDING, ItemState.AWAITING, ItemState.NEEDS_CHECK)
"""States that hold back later revisions: what the receiver has of this one is not final."""

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("item_id", Integer, primary_key=True),
    Column("referral_id", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("receiver", String(64), nullable=False),
    Column("idempotency_key", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("last_code", String(64)),
    Column("accepted_parts", Text, nullable=False),
    Column("unsure_part", String(32)),
    Column("claim", String(32)),
    Column("lease_until", Instant),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("referral_id", "revision", "receiver"),
    Index(None, "state", "next_try_at"),
)

PAUSES = Table(
    "outbox_pauses",
    METADATA,
    Column("receiver", String(64), primary_key=True),
    Column("paused_at", Instant, nullable=False),
)


class OutboxItem(Value):
    """One row. ``attempts`` counts claims; ``accepted_parts`` are the parts that the receiver has for certain."""

    item_id: int
    referral_id: str
    revision: int
    receiver: str
    idempotency_key: str
    state: ItemState
    attempts: int
    next_try_at: datetime
    last_code: str | None
    accepted_parts: tuple[str, ...]
    unsure_part: str | None
    claim: str | None
    lease_until: datetime | None
    changed_at: datetime


def idempotency_key(referral_id: str, revision: int, receiver: str) -> str:
    """Stable for a revision and a receiver, and says nothing: 32 hexadecimal digits."""
    return hashlib.sha256(f"{referral_id}\n{revision}\n{receiver}".encode()).hexdigest()[:32]


def enqueue(
    connection: Connection, referral_id: str, revision: int, receivers: Iterable[str], *, now: datetime
) -> tuple[int, ...]:
    """One item for each receiver, in the caller's transaction; the new item ids.

    Idempotent: a receiver that has its item already gets none. Older revisions of which nothing has left are
    superseded. Raises ``StoreConflict`` where the receiver already has an item of a later revision.
    """
    made = []
    for receiver in sorted(set(receivers)):
        stream = _lock_stream(connection, referral_id, receiver)
        if any(item.revision == revision for item in stream):
            continue
        if any(item.revision > revision for item in stream):
            raise StoreConflict("A later revision of this referral is in the outbox already: approve that one.")
        for item in stream:
            if item.state is ItemState.WAITING and not item.accepted_parts and item.unsure_part is None:
                change(connection, item, now, state=ItemState.SUPERSEDED)
        made.append(_insert(connection, referral_id, revision, receiver, now))
    return tuple(made)


def claim_next(
    connection: Connection, receivers: Collection[str], *, now: datetime, lease: timedelta
) -> OutboxItem | None:
    """Take the item that is due longest, or None where nothing is due.

    Due: waiting (or awaiting an answer) and its time has come, or its worker's lease has run out; the receiver is not
    paused; and no earlier revision for the same receiver is unsettled. Compare and set, so one worker gets it;
    PostgreSQL passes over rows that another worker is just claiming.
    """
    earlier = OUTBOX.alias("earlier")
    is_held_back = exists().where(
        earlier.c.referral_id == OUTBOX.c.referral_id,
        earlier.c.receiver == OUTBOX.c.receiver,
        earlier.c.revision < OUTBOX.c.revision,
        earlier.c.state.in_([state.value for state in UNSETTLED]),
    )
    is_due = or_(
        and_(
            OUTBOX.c.state.in_([ItemState.WAITING.value, ItemState.AWAITING.value]),
            OUTBOX.c.next_try_at <= now,
        ),
        and_(OUTBOX.c.state == ItemState.SENDING.value, OUTBOX.c.lease_until <= now),
    )
    row = (
        connection.execute(
            select(OUTBOX)
            .where(
                OUTBOX.c.receiver.in_(receivers),
                is_due,
                ~is_held_back,
                OUTBOX.c.receiver.not_in(select(PAUSES.c.receiver)),
            )
            .order_by(OUTBOX.c.next_try_at, OUTBOX.c.item_id)
            .limit(1)
            .with_for_update(skip_locked=True, of=OUTBOX)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        return None
    item = to_item(row)
    return change(
        connection,
        item,
        now,
        state=ItemState.SENDING,
        claim=secrets.token_hex(16),
        lease_until=now + lease,
        attempts=item.attempts + 1,
    )


def begin_part(connection: Connection, item: OutboxItem, part: str, *, now: datetime, lease: timedelta) -> OutboxItem:
    """Say, before the first byte leaves, that ``part`` may from now on be with the receiver; renews the lease."""
    return change(connection, item, now, unsure_part=part, lease_until=now + lease)


def accept_part(connection: Connection, item: OutboxItem, part: str, *, now: datetime) -> OutboxItem:
    """The receiver has ``part`` for certain."""
    return change(connection, item, now, unsure_part=None, accepted_parts=(*item.accepted_parts, part))


def deny_part(connection: Connection, item: OutboxItem, *, now: datetime) -> OutboxItem:
    """The receiver does not have the part that was in doubt."""
    return change(connection, item, now, unsure_part=None)


def retry_later(connection: Connection, item: OutboxItem, code: str, *, at: datetime, now: datetime) -> OutboxItem:
    """Give the claim back until ``at``; what was unsure stays so."""
    return change(
        connection, item, now, state=ItemState.WAITING, next_try_at=at, last_code=code, claim=None, lease_until=None
    )


def await_answer(connection: Connection, item: OutboxItem, code: str, *, until: datetime, now: datetime) -> OutboxItem:
    """The receiver keeps the part in doubt; what its application makes of it is awaited ``until`` then."""
    return change(
        connection,
        item,
        now,
        state=ItemState.AWAITING,
        next_try_at=until,
        last_code=code,
        claim=None,
        lease_until=None,
    )


def list_unsure(connection: Connection) -> tuple[OutboxItem, ...]:
    """The items with a part of which nobody knows for certain what became of it."""
    return _select(connection, OUTBOX.c.unsure_part.is_not(None))


def settle(
    connection: Connection, item: OutboxItem, state: ItemState, code: str | None, *, now: datetime
) -> OutboxItem:
    """The end of the worker's part: ``delivered``, ``failed`` or ``needs_check``."""
    return change(connection, item, now, state=state, last_code=code, claim=None, lease_until=None)


def find_item(connection: Connection, item_id: int) -> OutboxItem | None:
    """One item, None where there is none."""
    row = connection.execute(select(OUTBOX).where(OUTBOX.c.item_id == item_id)).mappings().one_or_none()
    return None if row is None else to_item(row)


def list_items(
    connection: Connection, states: Iterable[ItemState] = tuple(ItemState), *, limit: int = 1000
) -> tuple[OutboxItem, ...]:
    """The items in these states, the newest first."""
    is_wanted = OUTBOX.c.state.in_([state.value for state in states])
    rows = connection.execute(select(OUTBOX).where(is_wanted).order_by(OUTBOX.c.item_id.desc()).limit(limit))
    return tuple(to_item(row) for row in rows.mappings())


def list_stream(connection: Connection, referral_id: str, receiver: str) -> tuple[OutboxItem, ...]:
    """All revisions of a referral for one receiver, in their order."""
    return _select(connection, OUTBOX.c.referral_id == referral_id, OUTBOX.c.receiver == receiver)


def lock_revision(connection: Connection, referral_id: str, revision: int) -> tuple[OutboxItem, ...]:
    """The items of one revision for all receivers, locked until the transaction ends."""
    return _select(connection, OUTBOX.c.referral_id == referral_id, OUTBOX.c.revision == revision, is_locking=True)


def change(connection: Connection, item: OutboxItem, now: datetime, **columns: object) -> OutboxItem:
    """Compare and set on state and claim; the item as it is now.

    Raises ``StoreConflict`` where somebody else changed it since it was read: a lease that ran out, or a person.
    """
    changed = item.model_copy(update={**columns, "changed_at": now})
    row = {name: getattr(changed, name) for name in (*columns, "changed_at")}
    if "state" in row:
        row["state"] = changed.state.value
    if "accepted_parts" in row:
        row["accepted_parts"] = " ".join(changed.accepted_parts)
    done = connection.execute(
        update(OUTBOX)
        .where(
            OUTBOX.c.item_id == item.item_id,
            OUTBOX.c.state == item.state.value,
            OUTBOX.c.claim.is_not_distinct_from(item.claim),
        )
        .values(**row)
    )
    if done.rowcount != 1:
        raise StoreConflict("Somebody else has this delivery now: read it again.")
    return changed


def to_item(row: RowMapping) -> OutboxItem:
    """A row as a value."""
    return OutboxItem.model_validate({**row, "accepted_parts": tuple(row["accepted_parts"].split())})


def _insert(connection: Connection, referral_id: str, revision: int, receiver: str, now: datetime) -> int:
    done = connection.execute(
        OUTBOX.insert()
        .values(
            referral_id=referral_id,
            revision=revision,
            receiver=receiver,
            idempotency_key=idempotency_key(referral_id, revision, receiver),
            state=ItemState.WAITING.value,
            attempts=0,
            next_try_at=now,
            accepted_parts="",
            changed_at=now,
        )
        .returning(OUTBOX.c.item_id)
    )
    return int(done.scalar_one())


def _lock_stream(connection: Connection, referral_id: str, receiver: str) -> tuple[OutboxItem, ...]:
    return _select(connection, OUTBOX.c.referral_id == referral_id, OUTBOX.c.receiver == receiver, is_locking=True)


def _select(connection: Connection, *where: ColumnElement[bool], is_locking: bool = False) -> tuple[OutboxItem, ...]:
    query = select(OUTBOX).where(*where).order_by(OUTBOX.c.revision, OUTBOX.c.receiver)
    if is_locking:
        query = query.with_for_update()
    return tuple(to_item(row) for row in connection.execute(query).mappings())
