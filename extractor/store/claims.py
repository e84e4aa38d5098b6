"""Who works on which referral: a claim that ends by itself, and that another person may take over."""

from datetime import datetime, timedelta

from sqlalchemy import Column, String, Table, delete, select
from sqlalchemy.engine import Connection

from extractor.store.metadata import METADATA, Instant
from models.record import Value

CLAIMS = Table(
    "claims",
    METADATA,
    Column("referral_id", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("since", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)


class Claim(Value):
    """``holder`` works on the referral until ``expires_at`` (UTC) unless they renew it."""

    referral_id: str
    holder: str
    since: datetime
    expires_at: datetime


def find_claim(connection: Connection, referral_id: str, *, now: datetime) -> Claim | None:
    """The claim that holds now, None where nobody holds the referral."""
    row = (
        connection.execute(select(CLAIMS).where(CLAIMS.c.referral_id == referral_id, CLAIMS.c.expires_at > now))
        .mappings()
        .one_or_none()
    )
    return None if row is None else Claim.model_validate(dict(row))


def claim(
    connection: Connection,
    referral_id: str,
    holder: str,
    *,
    now: datetime,
    lasts: timedelta,
    takes_over: bool = False,
) -> Claim:
    """Claim a free referral or renew one's own claim; returns the claim that holds afterwards.

    It is another person's where they hold the referral and ``takes_over`` is not said.
    """
    held = find_claim(connection, referral_id, now=now)
    if held is not None and held.holder != holder and not takes_over:
        return held
    since = held.since if held is not None and held.holder == holder else now
    mine = Claim(referral_id=referral_id, holder=holder, since=since, expires_at=now + lasts)
    connection.execute(delete(CLAIMS).where(CLAIMS.c.referral_id == referral_id))
    connection.execute(CLAIMS.insert().values(**mine.model_dump()))
    return mine


def release(connection: Connection, referral_id: str, holder: str) -> None:
    """Let go of one's own claim; nothing happens where it is none."""
    connection.execute(delete(CLAIMS).where(CLAIMS.c.referral_id == referral_id, CLAIMS.c.holder == holder))
