"""What a person may do to deliveries: pause and resume a receiver, send again, or say that something has arrived."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from extractor.errors import StoreConflict
from extractor.store.outbox import (
    PAUSES,
    ItemState,
    OutboxItem,
    change,
    find_item,
    list_stream,
    lock_revision,
)

_IN_DOUBT = frozenset({ItemState.NEEDS_CHECK, ItemState.AWAITING})


def pause(connection: Connection, receiver: str, *, now: datetime) -> None:
    """Hold back everything for ``receiver``, also what is still to come; what is being sent is sent to its end."""
    if receiver not in list_pauses(connection):
        connection.execute(PAUSES.insert().values(receiver=receiver, paused_at=now))


def resume(connection: Connection, receiver: str) -> None:
    """Let deliveries to ``receiver`` go on."""
    connection.execute(delete(PAUSES).where(PAUSES.c.receiver == receiver))


def list_pauses(connection: Connection) -> tuple[str, ...]:
    """The receivers that are paused, sorted."""
    return tuple(connection.execute(select(PAUSES.c.receiver).order_by(PAUSES.c.receiver)).scalars())


def resend(connection: Connection, item_id: int, *, now: datetime) -> OutboxItem:
    """Send again, because a person has seen that the receiver does not have it.

    Parts that were accepted for certain are not sent again, except where the whole item was delivered. Where a later
    revision waits, that one goes instead. Raises ``StoreConflict`` for an unknown item, one that is on its way, and one
    after which a later revision has left.
    """
    item = _locked(connection, item_id)
    later = [
        other for other in list_stream(connection, item.referral_id, item.receiver) if other.revision > item.revision
    ]
    if item.state in {ItemState.SENDING, ItemState.WAITING, ItemState.SUPERSEDED}:
        raise StoreConflict(f"Item {item_id} is {item.state}: only what is settled or in doubt can be sent again.")
    if later:
        if item.state not in _IN_DOUBT:
            raise StoreConflict(f"A later revision has followed item {item_id}: send that one again.")
        state = ItemState.FAILED if item.accepted_parts else ItemState.SUPERSEDED
        return change(connection, item, now, state=state, unsure_part=None, last_code="later_revision")
    parts = () if item.state is ItemState.DELIVERED else item.accepted_parts
    return change(
        connection,
        item,
        now,
        state=ItemState.WAITING,
        next_try_at=now,
        attempts=0,
        accepted_parts=parts,
        unsure_part=None,
        last_code="resend",
    )


def confirm(connection: Connection, item_id: int, *, now: datetime) -> OutboxItem:
    """A person has seen that the receiver has the part that was in doubt: go on with the next one.

    Raises ``StoreConflict`` for an item that is not in doubt.
    """
    item = _locked(connection, item_id)
    if item.state not in _IN_DOUBT or item.unsure_part is None:
        raise StoreConflict(f"Item {item_id} is {item.state}: only what is in doubt can be confirmed.")
    return change(
        connection,
        item,
        now,
        state=ItemState.WAITING,
        next_try_at=now,
        accepted_parts=(*item.accepted_parts, item.unsure_part),
        unsure_part=None,
        last_code="confirmed",
    )


def _locked(connection: Connection, item_id: int) -> OutboxItem:
    item = find_item(connection, item_id)
    if item is None:
        raise StoreConflict(f"There is no item {item_id} in the outbox: see extractor deliver list.")
    # All of the revision, in the order in which everybody locks them.
    return next(one for one in lock_revision(connection, item.referral_id, item.revision) if one.item_id == item_id)
