"""Referrals as records: every revision kept as JSON, with the columns that a work list is made of.

A revision is never changed once written; what changes is its state, by compare and set. ``is_latest`` marks the one
revision of a referral that is worked on. Records lie in a table of their own, so that the work list reads short rows.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    func,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.engine import Connection, RowMapping

from extractor.errors import StoreConflict
from extractor.store.metadata import METADATA, Instant
from models.record import ASKS, Field, Referral, Value


class ReferralState(StrEnum):
    """Where a referral is on its way out. Every fresh one starts in ``review``."""

    REVIEW = "review"
    APPROVED = "approved"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    NEEDS_CHECK = "needs_check"
    HELD = "held"
    CLOSED = "closed"


OPEN = (ReferralState.REVIEW, ReferralState.HELD)
"""The states in which a human still decides."""

_MOST_SOUGHT = 400

PRIORITIES = ("stat", "urgent", "routine")
"""First first."""

REFERRALS = Table(
    "referrals",
    METADATA,
    Column("referral_id", String(64), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("is_latest", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("document_sha256", String(64), nullable=False),
    Column("priority", String(8), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("patient_last_name", Text),
    Column("patient_first_name", Text),
    Column("date_of_birth", String(10)),
    Column("drug", Text),
    Column("npi", Text),
    Column("sought", Text, nullable=False),
    Column("verdict", String(16)),
    Column("needs_human", Integer, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    # The work list in its order, and what it is searched by, without a look at the rows themselves.
    Index("ix_referrals_worklist", "is_latest", "state", "rank", "received_at", "referral_id", "sought"),
    Index(None, "is_latest", "state", "drug"),
    Index(None, "npi", "is_latest", "state"),
    Index(None, "document_sha256"),
    Index(None, "date_of_birth", "is_latest", "state"),
    # Where second transmissions are looked for: of a name, and the newest of all.
    Index(None, "patient_last_name", "received_at"),
    Index(None, "received_at"),
)
RECORDS = Table(
    "referral_records",
    METADATA,
    Column("referral_id", String(64), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("record", Text, nullable=False),
    ForeignKeyConstraint(["referral_id", "revision"], ["referrals.referral_id", "referrals.revision"]),
)

_SUMMARY = [column for column in REFERRALS.c if column.name not in ("rank", "npi", "sought", "is_latest")]


class ReferralSummary(Value):
    """One line of a work list. ``needs_human`` counts the fields that ask for a person; times are UTC."""

    referral_id: str
    revision: int
    state: ReferralState
    kind: str
    document_sha256: str
    priority: str
    patient_last_name: str | None
    patient_first_name: str | None
    date_of_birth: str | None
    drug: str | None
    verdict: str | None
    needs_human: int
    received_at: datetime
    changed_at: datetime


class StoredReferral(Value):
    """A revision with its record."""

    summary: ReferralSummary
    record: Referral


def add_revision(
    connection: Connection,
    record: Referral,
    *,
    document_sha256: str,
    received_at: datetime,
    now: datetime,
    state: ReferralState = ReferralState.REVIEW,
) -> bool:
    """Store ``record`` as the latest revision of its referral; False where exactly this revision is there already.

    Adding the same revision of the same document twice is no error, because a job may run its step twice. Raises
    ``StoreConflict`` where the revision holds something else, or is not the next one.
    """
    known = connection.execute(
        select(REFERRALS.c.document_sha256).where(*_key(record.referral_id, record.revision))
    ).one_or_none()
    if known is not None:
        if known.document_sha256 == document_sha256:
            return False
        raise StoreConflict(f"Revision {record.revision} of this referral exists already: read the latest one again.")
    last = _last_revision(connection, record.referral_id)
    if record.revision != last + 1:
        raise StoreConflict(f"The next revision of this referral is {last + 1}: read the latest one again.")
    connection.execute(
        update(REFERRALS)
        .where(REFERRALS.c.referral_id == record.referral_id, REFERRALS.c.is_latest)
        .values(is_latest=False)
    )
    row = {
        "referral_id": record.referral_id,
        "revision": record.revision,
        "is_latest": True,
        "state": state.value,
        "document_sha256": document_sha256,
        "received_at": received_at,
        "changed_at": now,
    }
    connection.execute(REFERRALS.insert().values(**row, **_columns(record)))
    key = {"referral_id": record.referral_id, "revision": record.revision}
    connection.execute(RECORDS.insert().values(**key, record=record.model_dump_json()))
    return True


def find(connection: Connection, referral_id: str, revision: int) -> StoredReferral | None:
    """One revision, None where there is none."""
    return _one(connection, *_key(referral_id, revision))


def latest(connection: Connection, referral_id: str) -> StoredReferral | None:
    """The revision that is worked on, None where the referral is unknown."""
    return _one(connection, REFERRALS.c.referral_id == referral_id, REFERRALS.c.is_latest)


def set_state(
    connection: Connection,
    referral_id: str,
    revision: int,
    expected: ReferralState,
    new: ReferralState,
    *,
    now: datetime,
) -> None:
    """Compare and set: ``StoreConflict`` where the revision is not in ``expected`` (or is not there)."""
    done = connection.execute(
        update(REFERRALS)
        .where(*_key(referral_id, revision), REFERRALS.c.state == expected.value)
        .values(state=new.value, changed_at=now)
    )
    if done.rowcount != 1:
        raise StoreConflict(f"This referral is no longer in state {expected.value}: read it again.")


def list_referrals(
    connection: Connection,
    states: Iterable[ReferralState] = OPEN,
    *,
    limit: int = 100,
    offset: int = 0,
) -> tuple[ReferralSummary, ...]:
    """The latest revisions in these states, the most urgent first, then the oldest first."""
    rows = connection.execute(
        select(*_SUMMARY)
        .where(REFERRALS.c.is_latest, REFERRALS.c.state.in_([state.value for state in states]))
        .order_by(REFERRALS.c.rank, REFERRALS.c.received_at, REFERRALS.c.referral_id)
        .limit(limit)
        .offset(offset)
    )
    return tuple(_summary(row) for row in rows.mappings())


def list_by_document(connection: Connection, document_sha256: str) -> tuple[ReferralSummary, ...]:
    """Every revision that this document gave, in order of id and revision."""
    rows = connection.execute(
        select(*_SUMMARY)
        .where(REFERRALS.c.document_sha256 == document_sha256)
        .order_by(REFERRALS.c.referral_id, REFERRALS.c.revision)
    )
    return tuple(_summary(row) for row in rows.mappings())


def list_by_birth(connection: Connection, date_of_birth: str, since: datetime) -> tuple[ReferralSummary, ...]:
    """The latest revisions of patients born on that day that were received after ``since``, the newest first."""
    rows = connection.execute(
        select(*_SUMMARY)
        .where(REFERRALS.c.is_latest, REFERRALS.c.date_of_birth == date_of_birth, REFERRALS.c.received_at > since)
        .order_by(REFERRALS.c.received_at.desc(), REFERRALS.c.referral_id)
    )
    return tuple(_summary(row) for row in rows.mappings())


def count_by_state(connection: Connection) -> dict[str, int]:
    """How many latest revisions are in each state; a state without any is left out."""
    # One count a state, each by index: grouping takes a look at every row and may sort them all.
    counts = (
        select(literal(state.value), func.count()).where(REFERRALS.c.is_latest, REFERRALS.c.state == state)
        for state in ReferralState
    )
    return {str(state): int(count) for state, count in connection.execute(union_all(*counts)) if count}


def priority_of(record: Referral) -> str:
    """The most urgent priority that any order names, confirmed or not; ``routine`` where none does."""
    told = {order.priority.value for order in record.orders}
    return next((name for name in PRIORITIES if name in told), PRIORITIES[-1])


def sought_text(*words: str | None) -> str:
    """Names and drugs as they are searched for: one text, whatever the case, short enough for an index."""
    return " ".join(word for word in words if word).casefold()[:_MOST_SOUGHT]


def count_needs_human(record: Referral) -> int:
    """How many fields a person has to look at."""
    return sum(field.state in ASKS for field in _fields(record))


def _fields(value: object) -> Iterable[Field[str] | Field[float] | Field[bool] | Field[int]]:
    if isinstance(value, Field):
        yield value
    elif isinstance(value, Value):
        for name in type(value).model_fields:
            yield from _fields(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _fields(item)


def _columns(record: Referral) -> dict[str, object]:
    drugs = [order.drug.value for order in record.orders if order.drug.value]
    priority = priority_of(record)
    return {
        "kind": record.kind.value,
        "priority": priority,
        "rank": PRIORITIES.index(priority),
        "patient_last_name": record.patient.last_name.value,
        "patient_first_name": record.patient.first_name.value,
        "date_of_birth": record.patient.date_of_birth.value,
        "drug": drugs[0] if drugs else None,
        "npi": record.prescriber.npi.value,
        "sought": sought_text(record.patient.last_name.value, record.patient.first_name.value, *drugs),
        "verdict": None if record.readiness is None else record.readiness.verdict.value,
        "needs_human": count_needs_human(record),
    }


def _key(referral_id: str, revision: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return REFERRALS.c.referral_id == referral_id, REFERRALS.c.revision == revision


def _last_revision(connection: Connection, referral_id: str) -> int:
    asked = select(func.coalesce(func.max(REFERRALS.c.revision), 0)).where(REFERRALS.c.referral_id == referral_id)
    return int(connection.execute(asked).scalar_one())


def _one(connection: Connection, *where: ColumnElement[bool]) -> StoredReferral | None:
    asked = select(*_SUMMARY, RECORDS.c.record).join_from(REFERRALS, RECORDS).where(*where)
    row = connection.execute(asked).mappings().one_or_none()
    if row is None:
        return None
    return StoredReferral(summary=_summary(row), record=Referral.model_validate_json(row["record"]))


def _summary(row: RowMapping) -> ReferralSummary:
    return ReferralSummary.model_validate({column.name: row[column.name] for column in _SUMMARY})
