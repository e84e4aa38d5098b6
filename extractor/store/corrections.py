"""People's answers, kept in the order they came: only ever added to, so that history is complete.

The number of the last change is the version of a referral's review: who saves says which one they saw.
"""

import json
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, func, select
from sqlalchemy.engine import Connection, RowMapping

from extractor.store.metadata import METADATA, Instant
from extractor.store.referrals import REFERRALS
from models.record import BBox
from models.record.review import Change, Correction

CORRECTIONS = Table(
    "corrections",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("referral_id", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("path", String(200)),
    Column("action", String(16)),
    Column("value", Text),
    Column("page_no", Integer),
    Column("bbox", Text),
    Column("withdraws", Integer, ForeignKey("corrections.number")),
    Column("actor", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "referral_id", "revision"),
)


def lock_review(connection: Connection, referral_id: str) -> None:
    """Hold the referral's row to the end of the transaction, so that two people save one after the other.

    SQLite needs no such lock: its writing transactions run one at a time.
    """
    asked = select(REFERRALS.c.revision).where(REFERRALS.c.referral_id == referral_id, REFERRALS.c.is_latest)
    connection.execute(asked.with_for_update()).all()


def history(connection: Connection, referral_id: str, revision: int) -> tuple[Change, ...]:
    """Every change to one revision, oldest first."""
    rows = connection.execute(
        select(CORRECTIONS)
        .where(CORRECTIONS.c.referral_id == referral_id, CORRECTIONS.c.revision == revision)
        .order_by(CORRECTIONS.c.number)
    )
    return tuple(_change(row) for row in rows.mappings())


def version(connection: Connection, referral_id: str, revision: int) -> int:
    """The number of the last change, 0 before the first."""
    asked = select(func.coalesce(func.max(CORRECTIONS.c.number), 0)).where(
        CORRECTIONS.c.referral_id == referral_id, CORRECTIONS.c.revision == revision
    )
    return int(connection.execute(asked).scalar_one())


def add_correction(connection: Connection, correction: Correction) -> int:
    """Keep an answer; returns its number."""
    row = {
        "referral_id": correction.referral_id,
        "revision": correction.revision,
        "path": correction.path,
        "action": correction.action.value,
        "value": None if correction.value is None else json.dumps(correction.value),
        "page_no": correction.page_no,
        "bbox": None if correction.bbox is None else json.dumps(correction.bbox),
        "actor": correction.actor,
        "at": correction.at,
    }
    return _insert(connection, row)


def withdraw(connection: Connection, referral_id: str, revision: int, number: int, *, actor: str, now: datetime) -> int:
    """Keep that ``actor`` took back change ``number``, an answer or a taking back; returns the new change's number."""
    row = {"referral_id": referral_id, "revision": revision, "withdraws": number, "actor": actor, "at": now}
    return _insert(connection, row)


def _insert(connection: Connection, row: dict[str, object]) -> int:
    (number,) = connection.execute(CORRECTIONS.insert().values(**row)).inserted_primary_key or (0,)
    return int(number)


def _change(row: RowMapping) -> Change:
    if row["withdraws"] is not None:
        return Change(number=row["number"], withdraws=row["withdraws"], actor=row["actor"], at=row["at"])
    correction = Correction(
        referral_id=row["referral_id"],
        revision=row["revision"],
        path=row["path"],
        action=row["action"],
        value=None if row["value"] is None else json.loads(row["value"]),
        page_no=row["page_no"],
        bbox=None if row["bbox"] is None else BBox(*json.loads(row["bbox"])),
        actor=row["actor"],
        at=row["at"],
    )
    return Change(number=row["number"], correction=correction, actor=row["actor"], at=row["at"])
