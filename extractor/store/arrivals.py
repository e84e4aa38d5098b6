"""Every time that a file came: one document may arrive often, under many names."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, select, update
from sqlalchemy.engine import Connection

from extractor.store.metadata import METADATA, Instant
from models.record import Value

ARRIVALS = Table(
    "arrivals",
    METADATA,
    Column("arrival_id", String(64), primary_key=True),
    Column("document_sha256", String(64), ForeignKey("documents.sha256"), nullable=False),
    Column("source", String(16), nullable=False),
    Column("filename", Text, nullable=False),
    Column("place", Text),
    Column("arrived_at", Instant, nullable=False),
    Index(None, "document_sha256"),
)


class Arrival(Value):
    """One time that a document came. ``filename`` as the sender named it (may hold a patient's name); ``place``: where
    the original lies below its inbox, None where there is none."""

    arrival_id: str
    document_sha256: str
    source: str
    filename: str
    place: str | None
    arrived_at: datetime


def add(connection: Connection, arrival: Arrival) -> None:
    """Note an arrival; one with the same id changes nothing."""
    if find_arrival(connection, arrival.arrival_id) is None:
        connection.execute(ARRIVALS.insert().values(**arrival.model_dump()))


def find_arrival(connection: Connection, arrival_id: str) -> Arrival | None:
    """One arrival, None where it is unknown."""
    row = connection.execute(select(ARRIVALS).where(ARRIVALS.c.arrival_id == arrival_id)).mappings().one_or_none()
    return None if row is None else Arrival.model_validate(dict(row))


def list_arrivals(connection: Connection, sha256: str) -> tuple[Arrival, ...]:
    """Every time that the document came, the first first."""
    query = select(ARRIVALS).where(ARRIVALS.c.document_sha256 == sha256)
    rows = connection.execute(query.order_by(ARRIVALS.c.arrived_at, ARRIVALS.c.arrival_id)).mappings()
    return tuple(Arrival.model_validate(dict(row)) for row in rows)


def note_place(connection: Connection, arrival_id: str, place: str) -> None:
    """Note where the original lies below its inbox."""
    connection.execute(update(ARRIVALS).where(ARRIVALS.c.arrival_id == arrival_id).values(place=place))
