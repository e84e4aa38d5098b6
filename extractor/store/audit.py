"""Who did what to which document or referral: append only, each line bound to the one before by a hash.

Identifiers and codes only, never values: the audit outlives what it tells of. A changed or removed line breaks the
chain from there on (``first_broken``); cutting off the end shows only against a hash that was noted elsewhere.
"""

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy import Column, Index, Integer, String, Table, func, select, text
from sqlalchemy.engine import Connection, RowMapping

from extractor.store.metadata import METADATA, Instant
from models.record import Value

AUDIT = Table(
    "audit",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("referral_id", String(64)),
    Column("revision", Integer),
    Column("document_sha256", String(64)),
    Column("code", String(64)),
    Column("hash", String(64), nullable=False),
    Index(None, "referral_id"),
    Index(None, "document_sha256"),
)
SYSTEM = "system"
"""The actor of what the program does by itself."""

_START = "0" * 64
_LOCK = 7_316_204_419
_PAGE = 1000


class AuditLine(Value):
    """One line. ``actor``: an account or ``system``; ``action``: a verb such as ``approve``; ``code``: a detail."""

    number: int
    at: datetime
    actor: str
    action: str
    referral_id: str | None = None
    revision: int | None = None
    document_sha256: str | None = None
    code: str | None = None
    hash: str


def append(
    connection: Connection,
    *,
    at: datetime,
    actor: str,
    action: str,
    referral_id: str | None = None,
    revision: int | None = None,
    document_sha256: str | None = None,
    code: str | None = None,
) -> int:
    """Add a line inside the caller's transaction; its number, from 1 without a gap."""
    if connection.dialect.name == "postgresql":
        # One writer at a time: the next line needs the hash of the last. SQLite has one writer anyhow.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = connection.execute(
        select(AUDIT.c.number, AUDIT.c.hash).order_by(AUDIT.c.number.desc()).limit(1)
    ).one_or_none()
    number, previous = (1, _START) if last is None else (last.number + 1, last.hash)
    row: dict[str, object] = {
        "number": number,
        "at": at,
        "actor": actor,
        "action": action,
        "referral_id": referral_id,
        "revision": revision,
        "document_sha256": document_sha256,
        "code": code,
    }
    connection.execute(AUDIT.insert().values(**row, hash=_digest(previous, row)))
    return number


def list_lines(
    connection: Connection, *, referral_id: str | None = None, document_sha256: str | None = None, limit: int = 1000
) -> tuple[AuditLine, ...]:
    """The lines of a referral or a document (or of everything), oldest first, the newest ``limit`` of them."""
    query = select(AUDIT).order_by(AUDIT.c.number.desc()).limit(limit)
    if referral_id is not None:
        query = query.where(AUDIT.c.referral_id == referral_id)
    if document_sha256 is not None:
        query = query.where(AUDIT.c.document_sha256 == document_sha256)
    rows = connection.execute(query).mappings().all()
    return tuple(AuditLine.model_validate(dict(row)) for row in reversed(rows))


def first_broken(connection: Connection) -> int | None:
    """The number of the first line that does not follow from the one before; None where the chain holds."""
    previous, expected = _START, 1
    total = connection.execute(select(func.coalesce(func.max(AUDIT.c.number), 0))).scalar_one()
    while expected <= total:
        page = select(AUDIT).where(AUDIT.c.number >= expected).order_by(AUDIT.c.number).limit(_PAGE)
        for row in connection.execute(page).mappings():
            if row["number"] != expected or row["hash"] != _digest(previous, row):
                return expected
            previous, expected = row["hash"], expected + 1
    return None


def _digest(previous: str, row: RowMapping | dict[str, object]) -> str:
    told = {name: _plain(row[name]) for name in AUDIT.c.keys() if name != "hash"}  # noqa: SIM118 - columns, not names
    return hashlib.sha256((previous + json.dumps(told, sort_keys=True)).encode()).hexdigest()


def _plain(value: object) -> object:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
