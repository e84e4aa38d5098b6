"""Fingerprints of pages, by which a second transmission of a page is known (``extractor.image.page_print``)."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Integer, String, Table, Text, and_, select, true
from sqlalchemy import delete as remove
from sqlalchemy.engine import Connection

from extractor.store.documents import DOCUMENTS, DocumentState
from extractor.store.metadata import METADATA
from extractor.store.referrals import REFERRALS
from models.record import PageType, Value

PRINTS = Table(
    "page_prints",
    METADATA,
    Column("document_sha256", String(64), primary_key=True),
    Column("page_no", Integer, primary_key=True),
    Column("page_type", String(32), nullable=False),
    Column("page_print", Text, nullable=False),
)


_KEYS = REFERRALS.c.date_of_birth, REFERRALS.c.patient_last_name, REFERRALS.c.npi
_IS_UNREAD = and_(REFERRALS.c.patient_last_name.is_(None), REFERRALS.c.date_of_birth.is_(None))


class StoredPrint(Value):
    """The fingerprint of one page."""

    document_sha256: str
    page_no: int
    page_type: PageType
    page_print: str


def keep_prints(connection: Connection, sha256: str, prints: Iterable[StoredPrint]) -> None:
    """Keep the fingerprints of a document, in place of those that were kept before."""
    connection.execute(remove(PRINTS).where(PRINTS.c.document_sha256 == sha256))
    rows = [one.model_dump(mode="json") for one in prints]
    if rows:
        connection.execute(PRINTS.insert(), rows)


def list_prints(connection: Connection, sha256: str) -> tuple[StoredPrint, ...]:
    """The fingerprints of a document, by page."""
    asked = select(PRINTS).where(PRINTS.c.document_sha256 == sha256).order_by(PRINTS.c.page_no)
    return tuple(StoredPrint.model_validate(dict(row)) for row in connection.execute(asked).mappings())


def list_similar_documents(connection: Connection, sha256: str, since: datetime, limit: int) -> tuple[str, ...]:
    """Documents that this one may be a second transmission of, the newest first.

    ``limit`` of those that came after ``since`` of which a referral shares the date of birth, the last name or the
    prescriber with one of this document; then ``limit`` of those that share nothing because hardly anything could be
    read: of this document (then they are the newest of all), or of theirs. None for a document without a referral.
    """
    asked = select(*_KEYS).where(REFERRALS.c.document_sha256 == sha256, REFERRALS.c.is_latest)
    own = connection.execute(asked).all()
    shared = [key == value for row in own for key, value in zip(_KEYS, row, strict=True) if value is not None]
    is_unread = [row.date_of_birth is None and row.patient_last_name is None for row in own]
    unread = [true() if any(is_unread) else _IS_UNREAD] if own else []
    found: dict[str, None] = {}
    for conditions in (shared, unread):
        # One question for each key, because each has an index of its own.
        rows = [row for one in conditions for row in _list_newest(connection, sha256, one, since, limit)]
        found |= dict.fromkeys(name for _, name in sorted(rows, reverse=True)[:limit])
    return tuple(found)


def _list_newest(
    connection: Connection, sha256: str, condition: ColumnElement[bool], since: datetime, limit: int
) -> list[tuple[datetime, str]]:
    asked = (
        select(REFERRALS.c.received_at, REFERRALS.c.document_sha256)
        .join(DOCUMENTS, REFERRALS.c.document_sha256 == DOCUMENTS.c.sha256)
        .where(
            condition,
            REFERRALS.c.is_latest,
            REFERRALS.c.received_at > since,
            REFERRALS.c.document_sha256 != sha256,
            DOCUMENTS.c.state == DocumentState.READ.value,
        )
        .order_by(REFERRALS.c.received_at.desc())
        .limit(limit)
    )
    return [(row.received_at, row.document_sha256) for row in connection.execute(asked)]
