"""What people did to the pages of files, kept in the order it came: only ever added to."""

import json
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, select
from sqlalchemy.engine import Connection, RowMapping

from extractor.store.metadata import METADATA, Instant
from models.record.arrangement import PageChange

PAGE_CHANGES = Table(
    "page_changes",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("document_sha256", String(64), nullable=False),
    Column("said", Text, nullable=False),
    Column("withdraws", Integer, ForeignKey("page_changes.number")),
    Column("actor", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "document_sha256"),
)
_SAID = {"types", "owners", "turns"}


def list_changes(connection: Connection, document_sha256: str) -> tuple[PageChange, ...]:
    """Every change to the pages of one file, oldest first."""
    rows = connection.execute(
        select(PAGE_CHANGES).where(PAGE_CHANGES.c.document_sha256 == document_sha256).order_by(PAGE_CHANGES.c.number)
    )
    return tuple(_change(row) for row in rows.mappings())


def add_change(connection: Connection, change: PageChange) -> None:
    """Keep a change; its number is given by the store, whatever it says."""
    row = {
        "document_sha256": change.document_sha256,
        "said": change.model_dump_json(include=_SAID),
        "withdraws": change.withdraws,
        "actor": change.actor,
        "at": change.at,
    }
    connection.execute(PAGE_CHANGES.insert().values(**row))


def _change(row: RowMapping) -> PageChange:
    told: dict[str, object] = {name: row[name] for name in ("number", "document_sha256", "withdraws", "actor")}
    at: datetime = row["at"]
    return PageChange.model_validate({**json.loads(row["said"]), **told, "at": at})
