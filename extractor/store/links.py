"""Which referrals belong together: a second transmission, late pages, a cancellation, or an answer."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Index, String, Table, case, or_, select
from sqlalchemy.engine import Connection

from extractor.store.metadata import METADATA, Instant
from extractor.store.referrals import REFERRALS, ReferralState, latest
from models.record import Value
from models.record.difference import Change, changes


class Relation(StrEnum):
    """What the later referral is to the earlier one."""

    REFAX = "refax"
    SUPPLEMENT = "supplement"
    CANCELLATION = "cancellation"
    REPLY = "reply"
    """It came back behind our letter, and the patient is the same."""
    UNSURE_REPLY = "unsure_reply"
    """It came back behind our letter, but does not say that it is of the same patient: a person decides."""


_ON_ITS_WAY = (
    ReferralState.APPROVED,
    ReferralState.DELIVERING,
    ReferralState.DELIVERED,
    # Nobody knows whether it arrived: it may have.
    ReferralState.NEEDS_CHECK,
)

LINKS = Table(
    "links",
    METADATA,
    Column("referral_id", String(64), primary_key=True),
    Column("earlier_id", String(64), primary_key=True),
    Column("relation", String(16), nullable=False),
    Column("linked_at", Instant, nullable=False),
    Index(None, "earlier_id"),
)


class Linked(Value):
    """The other referral of a link as it stands now; ``is_later``: it came after the one that was asked about.

    ``changes``: what the later transmission says otherwise than the earlier one, field by field.
    """

    referral_id: str
    relation: Relation
    is_later: bool
    state: ReferralState
    received_at: datetime
    changes: tuple[Change, ...] = ()


class Link(Value):
    """``referral_id`` came later and is, as ``relation`` says, about ``earlier_id``."""

    referral_id: str
    earlier_id: str
    relation: Relation
    linked_at: datetime


def add_link(connection: Connection, link: Link) -> bool:
    """Note a link and say whether it is new; between the same two the first one stays."""
    known = select(LINKS.c.relation).where(
        LINKS.c.referral_id == link.referral_id, LINKS.c.earlier_id == link.earlier_id
    )
    if connection.execute(known).one_or_none() is not None:
        return False
    connection.execute(LINKS.insert().values(**link.model_dump(exclude={"relation"}), relation=link.relation.value))
    return True


def list_links(connection: Connection, referral_id: str) -> tuple[Link, ...]:
    """The links of a referral, as the later or as the earlier one, the oldest first."""
    rows = connection.execute(
        select(LINKS)
        .where(or_(LINKS.c.referral_id == referral_id, LINKS.c.earlier_id == referral_id))
        .order_by(LINKS.c.linked_at, LINKS.c.referral_id, LINKS.c.earlier_id)
    )
    return tuple(Link.model_validate(dict(row)) for row in rows.mappings())


def list_linked(connection: Connection, referral_id: str) -> tuple[Linked, ...]:
    """What a referral is linked with, in the order of ``list_links``."""
    found = []
    for link in list_links(connection, referral_id):
        other = link.referral_id if link.earlier_id == referral_id else link.earlier_id
        asked = select(REFERRALS.c.state, REFERRALS.c.received_at).where(
            REFERRALS.c.referral_id == other, REFERRALS.c.is_latest
        )
        row = connection.execute(asked).one_or_none()
        if row is not None:
            found.append(
                Linked(
                    referral_id=other,
                    relation=link.relation,
                    is_later=other == link.referral_id,
                    state=row.state,
                    received_at=row.received_at,
                    changes=_difference(connection, link) if link.relation is Relation.REFAX else (),
                )
            )
    return tuple(found)


def _difference(connection: Connection, link: Link) -> tuple[Change, ...]:
    before, after = latest(connection, link.earlier_id), latest(connection, link.referral_id)
    return changes(before.record, after.record) if before is not None and after is not None else ()


def open_refax(connection: Connection, referral_id: str) -> str | None:
    """The other transmission of this referral that was approved already, so that this one would go out a second time.

    Either of the two may have come first. None where there is none, or it still waits for a person.
    """
    other = case((LINKS.c.referral_id == referral_id, LINKS.c.earlier_id), else_=LINKS.c.referral_id)
    asked = (
        select(REFERRALS.c.referral_id)
        .join(LINKS, REFERRALS.c.referral_id == other)
        .where(
            or_(LINKS.c.referral_id == referral_id, LINKS.c.earlier_id == referral_id),
            LINKS.c.relation == Relation.REFAX.value,
            REFERRALS.c.state.in_(_ON_ITS_WAY),
        )
        .order_by(LINKS.c.linked_at, REFERRALS.c.referral_id)
        .limit(1)
    )
    found: str | None = connection.execute(asked).scalar_one_or_none()
    return found
