"""Incoming files by sha256: where each stands on its way, every time it arrived, and what was read of it.

``received`` -> ``reading`` -> ``read`` | ``quarantined``. A file that arrives again is one document with one more
arrival. ``round`` counts planned retries (a retryable error), ``tries`` every time a reading began in this round.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    String,
    Table,
    Text,
    case,
    func,
    select,
    text,
    update,
)
from sqlalchemy.engine import Connection, RowMapping

from extractor.errors import StoreConflict
from extractor.store import arrivals
from extractor.store.arrivals import ARRIVALS, Arrival
from extractor.store.metadata import METADATA, Instant
from models.record import Extraction, Value


class DocumentState(StrEnum):
    """Where a document is. ``received`` waits to be read, also for a planned retry."""

    RECEIVED = "received"
    READING = "reading"
    READ = "read"
    QUARANTINED = "quarantined"


DOCUMENTS = Table(
    "documents",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("size", Integer, nullable=False),
    Column("priority", String(8), nullable=False),
    Column("code", String(64)),
    Column("reason", Text),
    Column("round", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("job_id", String(80)),
    Column("due_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("extraction", Text),
    Index(None, "state", "due_at"),
)
_RANK = case({"stat": 0, "urgent": 1}, value=DOCUMENTS.c.priority, else_=2)
_COLUMNS = [column for column in DOCUMENTS.c if column.name != "extraction"]


class StoredDocument(Value):
    """A document without what was read of it. ``size`` in bytes; ``due_at``: not to be read before; times are UTC."""

    sha256: str
    state: DocumentState
    size: int
    priority: str
    code: str | None
    reason: str | None
    round: int
    tries: int
    job_id: str | None
    due_at: datetime
    received_at: datetime
    changed_at: datetime


def receive(
    connection: Connection,
    *,
    arrival_id: str,
    sha256: str,
    size: int,
    filename: str,
    source: str,
    now: datetime,
    priority: str = "routine",
    place: str | None = None,
) -> bool:
    """Note that a file came, whose bytes are kept already; whether the document is new.

    ``arrival_id`` makes the call repeatable: the same one again changes nothing.
    """
    is_new = find(connection, sha256) is None
    if is_new:
        connection.execute(
            DOCUMENTS.insert().values(
                sha256=sha256,
                state=DocumentState.RECEIVED.value,
                size=size,
                priority=priority,
                round=0,
                tries=0,
                due_at=now,
                received_at=now,
                changed_at=now,
            )
        )
    arrivals.add(
        connection,
        Arrival(
            arrival_id=arrival_id,
            document_sha256=sha256,
            source=source,
            filename=filename,
            place=place,
            arrived_at=now,
        ),
    )
    return is_new


def lock(connection: Connection, sha256: str) -> None:
    """Hold the name of a document to the end of the transaction, known or not: its bytes neither come nor go meanwhile.

    SQLite needs no such lock: its writing transactions run one at a time.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": sha256})


def find(connection: Connection, sha256: str) -> StoredDocument | None:
    """One document, None where it is unknown."""
    row = connection.execute(select(*_COLUMNS).where(DOCUMENTS.c.sha256 == sha256)).mappings().one_or_none()
    return None if row is None else _document(row)


def find_extraction(connection: Connection, sha256: str) -> Extraction | None:
    """What was read of the document, None where nothing was (yet)."""
    kept = connection.execute(select(DOCUMENTS.c.extraction).where(DOCUMENTS.c.sha256 == sha256)).scalar_one_or_none()
    return None if kept is None else Extraction.model_validate_json(kept)


def list_by_state(
    connection: Connection, states: Iterable[DocumentState], *, limit: int = 100, offset: int = 0
) -> tuple[StoredDocument, ...]:
    """Documents in these states, the oldest first."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(DOCUMENTS.c.state.in_([state.value for state in states]))
        .order_by(DOCUMENTS.c.received_at, DOCUMENTS.c.sha256)
        .limit(limit)
        .offset(offset)
    )
    return tuple(_document(row) for row in rows.mappings())


def list_due(connection: Connection, now: datetime, limit: int) -> tuple[StoredDocument, ...]:
    """Documents that wait to be read and have no job yet, STAT first, then the longest due."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(
            DOCUMENTS.c.state == DocumentState.RECEIVED.value, DOCUMENTS.c.due_at <= now, DOCUMENTS.c.job_id.is_(None)
        )
        .order_by(_RANK, DOCUMENTS.c.due_at, DOCUMENTS.c.sha256)
        .limit(limit)
    )
    return tuple(_document(row) for row in rows.mappings())


def list_with_job(connection: Connection, before: datetime, limit: int) -> tuple[StoredDocument, ...]:
    """Documents that were given to a job and have not changed since ``before``, the longest first."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(
            DOCUMENTS.c.state.in_([DocumentState.RECEIVED.value, DocumentState.READING.value]),
            DOCUMENTS.c.job_id.is_not(None),
            DOCUMENTS.c.changed_at < before,
        )
        .order_by(DOCUMENTS.c.changed_at)
        .limit(limit)
    )
    return tuple(_document(row) for row in rows.mappings())


def count_with_job(connection: Connection) -> int:
    """How many documents were given to a job that has not ended."""
    asked = select(func.count()).where(
        DOCUMENTS.c.state.in_([DocumentState.RECEIVED.value, DocumentState.READING.value]),
        DOCUMENTS.c.job_id.is_not(None),
    )
    return int(connection.execute(asked).scalar_one())


def note_job(connection: Connection, document: StoredDocument, job_id: str, *, now: datetime) -> bool:
    """Note which job will read the document; False where it has one already or is in another round."""
    done = connection.execute(
        update(DOCUMENTS)
        .where(
            DOCUMENTS.c.sha256 == document.sha256,
            DOCUMENTS.c.state == DocumentState.RECEIVED.value,
            DOCUMENTS.c.round == document.round,
            DOCUMENTS.c.job_id.is_(None),
        )
        .values(job_id=job_id, changed_at=now)
    )
    return done.rowcount == 1


def touch(connection: Connection, sha256: str, *, now: datetime) -> None:
    """Somebody looked after the document."""
    connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.sha256 == sha256).values(changed_at=now))


def begin_reading(connection: Connection, sha256: str, job_id: str, *, now: datetime) -> StoredDocument | None:
    """Count one more try of the job that the document waits for; None where it is not this job's to read any more."""
    done = connection.execute(
        update(DOCUMENTS)
        .where(
            DOCUMENTS.c.sha256 == sha256,
            DOCUMENTS.c.job_id == job_id,
            DOCUMENTS.c.state.in_([DocumentState.RECEIVED.value, DocumentState.READING.value]),
        )
        .values(state=DocumentState.READING.value, tries=DOCUMENTS.c.tries + 1, changed_at=now)
    )
    return find(connection, sha256) if done.rowcount else None


def retry_later(
    connection: Connection, sha256: str, job_id: str, *, due_at: datetime, code: str, reason: str, now: datetime
) -> None:
    """Back to ``received`` without a job, in the next round, because of ``code``; no longer ours is no error."""
    connection.execute(
        update(DOCUMENTS)
        .where(*_unfinished(sha256, job_id))
        .values(
            state=DocumentState.RECEIVED.value,
            job_id=None,
            round=DOCUMENTS.c.round + 1,
            tries=0,
            due_at=due_at,
            code=code,
            reason=reason,
            changed_at=now,
        )
    )


def keep_extraction(connection: Connection, sha256: str, job_id: str, extraction: Extraction, *, now: datetime) -> bool:
    """Keep what was read; False where the document is not this job's any more."""
    done = connection.execute(
        update(DOCUMENTS)
        .where(*_unfinished(sha256, job_id))
        .values(extraction=extraction.model_dump_json(), changed_at=now)
    )
    return done.rowcount == 1


def finish_reading(connection: Connection, sha256: str, job_id: str, *, now: datetime) -> bool:
    """``read``; False where the document is not this job's any more."""
    done = connection.execute(
        update(DOCUMENTS)
        .where(*_unfinished(sha256, job_id))
        .values(state=DocumentState.READ.value, code=None, reason=None, changed_at=now)
    )
    return done.rowcount == 1


def quarantine(connection: Connection, sha256: str, *, code: str, reason: str, now: datetime) -> bool:
    """``quarantined`` with a stable code and a readable reason; False where it was read or quarantined before."""
    done = connection.execute(
        update(DOCUMENTS)
        .where(
            DOCUMENTS.c.sha256 == sha256,
            DOCUMENTS.c.state.in_([DocumentState.RECEIVED.value, DocumentState.READING.value]),
        )
        .values(state=DocumentState.QUARANTINED.value, code=code, reason=reason, changed_at=now)
    )
    return done.rowcount == 1


def list_quarantined(connection: Connection, code: str) -> tuple[str, ...]:
    """The sha256 of all documents that this code put into quarantine, the oldest first."""
    query = select(DOCUMENTS.c.sha256).where(
        DOCUMENTS.c.state == DocumentState.QUARANTINED.value, DOCUMENTS.c.code == code
    )
    return tuple(str(sha256) for sha256 in connection.execute(query.order_by(DOCUMENTS.c.received_at)).scalars())


def release(connection: Connection, sha256: str, *, now: datetime) -> None:
    """Out of quarantine, to be read afresh; ``StoreConflict`` where it is not there."""
    done = connection.execute(
        update(DOCUMENTS)
        .where(DOCUMENTS.c.sha256 == sha256, DOCUMENTS.c.state == DocumentState.QUARANTINED.value)
        .values(
            state=DocumentState.RECEIVED.value,
            job_id=None,
            round=DOCUMENTS.c.round + 1,
            tries=0,
            due_at=now,
            code=None,
            reason=None,
            changed_at=now,
        )
    )
    if done.rowcount != 1:
        raise StoreConflict("This document is not in quarantine: look at its state again.")


def list_misplaced(connection: Connection, source: str, limit: int) -> tuple[tuple[Arrival, StoredDocument], ...]:
    """Arrivals of quarantined documents whose original does not lie in quarantine yet."""
    rows = connection.execute(
        select(ARRIVALS, *[column.label(f"of_{column.name}") for column in _COLUMNS])
        .join(DOCUMENTS, ARRIVALS.c.document_sha256 == DOCUMENTS.c.sha256)
        .where(
            DOCUMENTS.c.state == DocumentState.QUARANTINED.value,
            ARRIVALS.c.source == source,
            ARRIVALS.c.place.like("processed/%"),
        )
        .order_by(ARRIVALS.c.arrived_at)
        .limit(limit)
    )
    return tuple(
        (
            Arrival.model_validate({column.name: row[column.name] for column in ARRIVALS.c}),
            StoredDocument.model_validate({column.name: row[f"of_{column.name}"] for column in _COLUMNS}),
        )
        for row in rows.mappings()
    )


def count_by_state(connection: Connection) -> dict[str, int]:
    """How many documents are in each state; a state without any is left out."""
    rows = connection.execute(select(DOCUMENTS.c.state, func.count()).group_by(DOCUMENTS.c.state))
    return {str(state): int(count) for state, count in rows}


def count_by_code(connection: Connection) -> dict[str, int]:
    """How many quarantined documents each code stopped."""
    rows = connection.execute(
        select(DOCUMENTS.c.code, func.count())
        .where(DOCUMENTS.c.state == DocumentState.QUARANTINED.value)
        .group_by(DOCUMENTS.c.code)
    )
    return {str(code): int(count) for code, count in rows}


def oldest(connection: Connection, states: Iterable[DocumentState]) -> datetime | None:
    """When the oldest document in these states was received, None where there is none."""
    query = select(func.min(DOCUMENTS.c.received_at)).where(DOCUMENTS.c.state.in_([state.value for state in states]))
    found: datetime | None = connection.execute(query).scalar_one()
    return found


def _unfinished(sha256: str, job_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        DOCUMENTS.c.sha256 == sha256,
        DOCUMENTS.c.job_id == job_id,
        DOCUMENTS.c.state.in_([DocumentState.RECEIVED.value, DocumentState.READING.value]),
    )


def _document(row: RowMapping) -> StoredDocument:
    return StoredDocument.model_validate({column.name: row[column.name] for column in _COLUMNS})
