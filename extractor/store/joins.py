"""Documents that were joined of a referral's pages and pages that came late, and what becomes of them."""

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint, select
from sqlalchemy.engine import Connection

from extractor.store.metadata import METADATA
from models.record import Value

JOINS = Table(
    "joins",
    METADATA,
    Column("document_sha256", String(64), primary_key=True),
    Column("referral_id", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("supplement_id", String(64), nullable=False),
    UniqueConstraint("referral_id", "revision"),
)


class Join(Value):
    """A document whose reading becomes the revision after ``revision`` of a referral, in place of ``supplement_id``."""

    document_sha256: str
    referral_id: str
    revision: int
    supplement_id: str


def add_join(connection: Connection, join: Join) -> None:
    """Note it; ``StoreConflict`` (from the transaction) where that revision is being joined already."""
    connection.execute(JOINS.insert().values(**join.model_dump()))


def find_join(connection: Connection, document_sha256: str) -> Join | None:
    """What a document was joined for; None for one that came from outside."""
    row = connection.execute(select(JOINS).where(JOINS.c.document_sha256 == document_sha256)).mappings().one_or_none()
    return None if row is None else Join.model_validate(dict(row))


def is_being_joined(connection: Connection, referral_id: str, revision: int) -> bool:
    """Whether late pages of this revision are being read with it, or were."""
    asked = select(JOINS.c.document_sha256).where(JOINS.c.referral_id == referral_id, JOINS.c.revision == revision)
    return connection.execute(asked).first() is not None
