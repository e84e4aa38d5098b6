"""Sessions: the browser holds a random token, the store its hash, so that a copy of the store lets nobody in."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Column, ForeignKey, String, Table, delete, select, update
from sqlalchemy.engine import Connection

from extractor.store.accounts import ACCOUNTS, Account, find_account
from extractor.store.metadata import METADATA, Instant
from models.record import Value

_TOUCH_EVERY = timedelta(seconds=30)
"""How exactly the last use is known: not every request writes."""

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("account", String(40), ForeignKey(ACCOUNTS.c.name), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=False),
)


class Session(Value):
    """Somebody who is logged in. ``csrf`` must come back with whatever changes something."""

    account: Account
    csrf: str
    opened_at: datetime
    used_at: datetime


def open_session(connection: Connection, account: Account, *, now: datetime) -> str:
    """Start a session; returns its token, which is kept nowhere else."""
    token = secrets.token_urlsafe(32)
    row = {"account": account.name, "csrf": secrets.token_urlsafe(32), "opened_at": now, "used_at": now}
    connection.execute(SESSIONS.insert().values(token_hash=_digest(token), **row))
    return token


def find_session(
    connection: Connection, token: str, *, now: datetime, idle: timedelta, longest: timedelta
) -> Session | None:
    """The session of a token; None where there is none, it lay idle or lasted too long, or its account is shut."""
    row = connection.execute(select(SESSIONS).where(SESSIONS.c.token_hash == _digest(token))).mappings().one_or_none()
    if row is None or now - row["used_at"] >= idle or now - row["opened_at"] >= longest:
        return None
    account = find_account(connection, row["account"])
    if account is None:
        return None
    return Session(account=account, csrf=row["csrf"], opened_at=row["opened_at"], used_at=row["used_at"])


def touch_session(connection: Connection, token: str, *, now: datetime) -> None:
    """Note that the session was used."""
    connection.execute(update(SESSIONS).where(SESSIONS.c.token_hash == _digest(token)).values(used_at=now))


def needs_touch(session: Session, now: datetime) -> bool:
    """Whether the last noted use is old enough to note another."""
    return now - session.used_at >= _TOUCH_EVERY


def close_session(connection: Connection, token: str) -> None:
    """End a session at once."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.token_hash == _digest(token)))


def close_sessions_of(connection: Connection, name: str) -> None:
    """End every session of an account: it was shut, or has another password."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.account == name))


def drop_ended(connection: Connection, *, now: datetime, idle: timedelta) -> None:
    """Forget sessions that lay idle too long."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.used_at <= now - idle))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
