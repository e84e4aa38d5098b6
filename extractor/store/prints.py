"""Fingerprints of pages, by which a second transmission of a page is known (``extractor.image.page_print``)."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, Integer, String, Table, Text, or_, select
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
    """Documents that this one may be a second transmission of, the likeliest first.

    ``limit`` of those read after ``since`` of which a referral shares the date of birth, the last name, the
    prescriber or the drug with one of this document, the newest first; then ``limit`` of the newest of all, because a
    page that could hardly be read shares nothing that was.
    """
    own = REFERRALS.alias("own")
    shared = (
        select(DOCUMENTS.c.sha256)
        .join(REFERRALS, REFERRALS.c.document_sha256 == DOCUMENTS.c.sha256)
        .join(own, own.c.document_sha256 == sha256)
        .where(
            REFERRALS.c.is_latest,
            or_(
                REFERRALS.c.date_of_birth == own.c.date_of_birth,
                REFERRALS.c.patient_last_name == own.c.patient_last_name,
                REFERRALS.c.npi == own.c.npi,
            ),
        )
    )
    newest = select(DOCUMENTS.c.sha256)
    found: dict[str, None] = {}
    for asked in (shared, newest):
        ordered = asked.where(
            DOCUMENTS.c.received_at > since,
            DOCUMENTS.c.state == DocumentState.READ.value,
            DOCUMENTS.c.sha256 != sha256,
        ).order_by(DOCUMENTS.c.received_at.desc(), DOCUMENTS.c.sha256)
        found |= dict.fromkeys(connection.execute(ordered.limit(limit)).scalars())
    return tuple(found)
