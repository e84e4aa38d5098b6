"""Answers to fields that were accepted without a person and shown all the same, to measure machine and review.

The machine's value stands in the record; ``answer`` is another one that a person gave.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, ColumnElement, Index, Integer, String, Table, Text, UniqueConstraint, select, update
from sqlalchemy.engine import Connection

from extractor.store.metadata import METADATA, Instant
from models.record import Value


class CheckKind(StrEnum):
    """``blind``: the value is not shown. ``seeded``: another, wrong value is shown in its place."""

    BLIND = "blind"
    SEEDED = "seeded"


class Outcome(StrEnum):
    """``agreed``: a person gave the machine's value; ``missed``: they confirmed the wrong one that was planted;
    ``unreadable``: they could not read it; ``differed``: they gave another answer, and the field asks who is right, the
    machine (``slip``) or the person (``machine_wrong``)."""

    AGREED = "agreed"
    MISSED = "missed"
    UNREADABLE = "unreadable"
    DIFFERED = "differed"
    SLIP = "slip"
    MACHINE_WRONG = "machine_wrong"


QUALITY_CHECKS = Table(
    "quality_checks",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("referral_id", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("path", String(200), nullable=False),
    Column("field", String(200), nullable=False),
    Column("tier", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("answer", Text),
    Column("actor", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("referral_id", "revision", "path"),
    Index(None, "at"),
)


class Check(Value):
    """One answer. ``field`` is ``path`` without places (``labs[].result``), ``tier`` the quality of its page."""

    referral_id: str
    revision: int
    path: str
    field: str
    tier: str
    kind: CheckKind
    outcome: Outcome
    answer: str | None = None
    actor: str
    at: datetime


def add_check(connection: Connection, check: Check) -> None:
    """Keep an answer; ``StoreConflict`` (from the transaction) where that field was answered already."""
    row = check.model_dump() | {"kind": check.kind.value, "outcome": check.outcome.value}
    connection.execute(QUALITY_CHECKS.insert().values(**row))


def decide(connection: Connection, referral_id: str, revision: int, path: str, outcome: Outcome) -> None:
    """Who was right, where a person and the machine differed."""
    connection.execute(
        update(QUALITY_CHECKS)
        .where(
            QUALITY_CHECKS.c.referral_id == referral_id,
            QUALITY_CHECKS.c.revision == revision,
            QUALITY_CHECKS.c.path == path,
        )
        .values(outcome=outcome.value)
    )


def list_answered(connection: Connection, referral_id: str, revision: int) -> tuple[Check, ...]:
    """The answers on one revision."""
    return _list(connection, QUALITY_CHECKS.c.referral_id == referral_id, QUALITY_CHECKS.c.revision == revision)


def list_checks(connection: Connection, *, since: datetime) -> tuple[Check, ...]:
    """Every answer from a moment on, oldest first."""
    return _list(connection, QUALITY_CHECKS.c.at >= since)


def _list(connection: Connection, *where: ColumnElement[bool]) -> tuple[Check, ...]:
    columns = [QUALITY_CHECKS.c[name] for name in Check.model_fields]
    rows = connection.execute(select(*columns).where(*where).order_by(QUALITY_CHECKS.c.number))
    return tuple(Check.model_validate(dict(row)) for row in rows.mappings())
