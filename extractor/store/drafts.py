"""What somebody typed and did not save yet: kept here, so that it outlives the page and never lies in a browser.

One text a field, person and revision; it goes when the field is answered, when it is dropped, or when the revision is
approved.
"""

import json
from datetime import datetime

from sqlalchemy import Column, Integer, String, Table, Text, delete, select
from sqlalchemy.engine import Connection

from extractor.store.metadata import METADATA, Instant
from models.record import BBox, Value

DRAFTS = Table(
    "drafts",
    METADATA,
    Column("referral_id", String(64), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("actor", String(64), primary_key=True),
    Column("path", String(200), primary_key=True),
    Column("text", Text, nullable=False),
    Column("page_no", Integer),
    Column("bbox", Text),
    Column("at", Instant, nullable=False),
)


class Draft(Value):
    """A text as typed; ``page_no`` and ``bbox`` (points on the upright page) say where it was taken from, if so."""

    path: str
    text: str
    page_no: int | None = None
    bbox: BBox | None = None


def keep_draft(
    connection: Connection, referral_id: str, revision: int, actor: str, draft: Draft, *, now: datetime
) -> None:
    """Keep a text in place of the one before."""
    drop_drafts(connection, referral_id, revision, actor=actor, path=draft.path)
    row = {
        "referral_id": referral_id,
        "revision": revision,
        "actor": actor,
        "path": draft.path,
        "text": draft.text,
        "page_no": draft.page_no,
        "bbox": None if draft.bbox is None else json.dumps(draft.bbox),
        "at": now,
    }
    connection.execute(DRAFTS.insert().values(**row))


def list_drafts(connection: Connection, referral_id: str, revision: int, actor: str) -> tuple[Draft, ...]:
    """What one person typed on one revision, in the order in which it was typed."""
    asked = select(DRAFTS).where(
        DRAFTS.c.referral_id == referral_id, DRAFTS.c.revision == revision, DRAFTS.c.actor == actor
    )
    rows = connection.execute(asked.order_by(DRAFTS.c.at, DRAFTS.c.path)).mappings()
    return tuple(
        Draft(
            path=row["path"],
            text=row["text"],
            page_no=row["page_no"],
            bbox=None if row["bbox"] is None else BBox(*json.loads(row["bbox"])),
        )
        for row in rows
    )


def has_drafts(connection: Connection, referral_id: str, revision: int) -> bool:
    """Whether anybody typed anything on a revision that is not saved yet."""
    asked = select(DRAFTS.c.path).where(DRAFTS.c.referral_id == referral_id, DRAFTS.c.revision == revision)
    return connection.execute(asked.limit(1)).first() is not None


def drop_drafts(
    connection: Connection, referral_id: str, revision: int, *, actor: str | None = None, path: str | None = None
) -> None:
    """Forget the texts of one field and person, or all of a revision."""
    gone = delete(DRAFTS).where(DRAFTS.c.referral_id == referral_id, DRAFTS.c.revision == revision)
    gone = gone if actor is None else gone.where(DRAFTS.c.actor == actor)
    connection.execute(gone if path is None else gone.where(DRAFTS.c.path == path))
