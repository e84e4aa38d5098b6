"""How an item's fate becomes the referral's state and a line of the audit, in one transaction."""

from datetime import datetime

from extractor.store import audit, outbox, referrals
from extractor.store.database import Connection
from extractor.store.outbox import ItemState, OutboxItem
from extractor.store.referrals import ReferralState

_ON_ITS_WAY = {
    ReferralState.APPROVED,
    ReferralState.DELIVERING,
    ReferralState.DELIVERED,
    ReferralState.NEEDS_CHECK,
}


def is_approved(connection: Connection, item: OutboxItem) -> bool:
    """Whether the revision may leave: a person may have held it since it was approved."""
    stored = referrals.find(connection, item.referral_id, item.revision)
    return stored is not None and stored.summary.state in _ON_ITS_WAY


def settle(
    connection: Connection, item: OutboxItem, state: ItemState, code: str | None, *, now: datetime
) -> OutboxItem:
    """End the worker's part of an item.

    All items of the revision are locked first and in one order: two workers that end its items at the same time would
    else each wait for the other, or each not see what the other did.
    """
    outbox.lock_revision(connection, item.referral_id, item.revision)
    settled = outbox.settle(connection, item, state, code, now=now)
    note(connection, settled, audit.SYSTEM, state.value, now=now)
    return settled


def note(connection: Connection, item: OutboxItem, actor: str, action: str, *, now: datetime) -> None:
    """Bring the referral's state in line with its items, and say in the audit who did what."""
    follow(connection, item, now=now)
    audit.append(
        connection,
        at=now,
        actor=actor,
        action=f"delivery_{action}",
        referral_id=item.referral_id,
        revision=item.revision,
        code=item.receiver,
    )


def follow(connection: Connection, item: OutboxItem, *, now: datetime) -> None:
    """Set the state of the item's revision to what its items make it; a human's hold is left alone."""
    items = outbox.lock_revision(connection, item.referral_id, item.revision)
    stored = referrals.find(connection, item.referral_id, item.revision)
    if stored is None or stored.summary.state not in _ON_ITS_WAY:
        return
    wanted = _state_of({other.state for other in items})
    if wanted is not None and wanted is not stored.summary.state:
        referrals.set_state(connection, item.referral_id, item.revision, stored.summary.state, wanted, now=now)


def _state_of(states: set[ItemState]) -> ReferralState | None:
    """None where nothing is on its way: all was superseded."""
    if states & {ItemState.NEEDS_CHECK, ItemState.FAILED}:
        return ReferralState.NEEDS_CHECK
    if states & {ItemState.WAITING, ItemState.SENDING, ItemState.AWAITING}:
        return ReferralState.DELIVERING
    return ReferralState.DELIVERED if ItemState.DELIVERED in states else None
