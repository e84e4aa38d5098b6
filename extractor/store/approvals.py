"""Who approved which revision, and why a lead did so over open critical fields."""

from datetime import datetime

from sqlalchemy import Column, Integer, String, Table, Text, select
from sqlalchemy.engine import Connection

from extractor.store.metadata import METADATA, Instant
from models.record import Value

APPROVALS = Table(
    "approvals",
    METADATA,
    Column("referral_id", String(64), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("actor", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("open_critical", Integer, nullable=False),
    Column("override_reason", Text),
)


class Approval(Value):
    """``open_critical`` counts the critical fields that still waited for a person; then there is a reason."""

    referral_id: str
    revision: int
    actor: str
    at: datetime
    open_critical: int
    override_reason: str | None


def add_approval(connection: Connection, approval: Approval) -> None:
    """Keep it; ``StoreConflict`` (from the transaction) where that revision is approved already."""
    connection.execute(APPROVALS.insert().values(**approval.model_dump()))


def find_approval(connection: Connection, referral_id: str, revision: int) -> Approval | None:
    """Who approved a revision, None where nobody did."""
    asked = select(APPROVALS).where(APPROVALS.c.referral_id == referral_id, APPROVALS.c.revision == revision)
    row = connection.execute(asked).mappings().one_or_none()
    return None if row is None else Approval.model_validate(dict(row))
