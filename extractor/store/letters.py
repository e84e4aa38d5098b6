"""Letters that asked an office for what was missing: which referral the random id in each one's code stands for."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, Index, Integer, String, Table, select
from sqlalchemy.engine import Connection

from extractor.store import audit
from extractor.store.metadata import METADATA, Instant
from models.record import Value

LETTERS = Table(
    "letters",
    METADATA,
    Column("letter_id", String(16), primary_key=True),
    Column("referral_id", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("written_at", Instant, nullable=False),
    Index(None, "referral_id"),
)


class WrittenLetter(Value):
    """A letter that ``actor`` wrote about one revision of a referral; the time is UTC."""

    letter_id: str
    referral_id: str
    revision: int
    actor: str
    written_at: datetime


def add_letter(connection: Connection, letter: WrittenLetter) -> None:
    """Keep what a letter's id stands for, and note in the audit that health information was disclosed with it."""
    connection.execute(LETTERS.insert().values(**letter.model_dump()))
    audit.append(
        connection,
        at=letter.written_at,
        actor=letter.actor,
        action="disclose",
        referral_id=letter.referral_id,
        revision=letter.revision,
        code=letter.letter_id,
    )


def find_letters(connection: Connection, letter_ids: Iterable[str]) -> tuple[WrittenLetter, ...]:
    """The letters with these ids that this store knows, by id."""
    rows = connection.execute(
        select(LETTERS).where(LETTERS.c.letter_id.in_(sorted(set(letter_ids)))).order_by(LETTERS.c.letter_id)
    )
    return tuple(WrittenLetter.model_validate(dict(row)) for row in rows.mappings())


def list_letters(connection: Connection, referral_id: str) -> tuple[WrittenLetter, ...]:
    """The letters about a referral, the oldest first."""
    rows = connection.execute(
        select(LETTERS).where(LETTERS.c.referral_id == referral_id).order_by(LETTERS.c.written_at, LETTERS.c.letter_id)
    )
    return tuple(WrittenLetter.model_validate(dict(row)) for row in rows.mappings())
