"""Who may get in: accounts with a role and an Argon2id hash of their password, and the count of failed logins."""

import hashlib
import re
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Boolean, Column, Index, Integer, String, Table, delete, func, select, update
from sqlalchemy.engine import Connection

from extractor.errors import UsageError
from extractor.store.metadata import METADATA, Instant
from models.record import Value


class Role(StrEnum):
    """What a person may do: a lead may also override the gate, an admin may also manage accounts."""

    REVIEWER = "reviewer"
    LEAD = "lead"
    ADMIN = "admin"


SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256
"""Characters (OWASP ASVS 5.0, 6.2: length over composition)."""
FAILURES_WINDOW = timedelta(minutes=15)
MOST_FAILURES_OF_NAME, MOST_FAILURES_OF_ADDRESS = 5, 50
NO_PASSWORD = ""
"""In place of a hash: nobody gets in with a password."""
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
_HASHER = PasswordHasher()

ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
)
LOGIN_FAILURES = Table(
    "login_failures",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("subject", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "subject", "at"),
)


class Account(Value):
    """A person; ``name`` is what they log in with and what history shows."""

    name: str
    role: Role
    is_active: bool
    created_at: datetime


def add_account(connection: Connection, name: str, role: Role, password: str, *, now: datetime) -> Account:
    """Make an account. ``UsageError`` for a name or a password that will not do, ``StoreConflict`` for a taken name."""
    if not has_name(name):
        raise UsageError("A name is 2 to 40 lower-case letters, digits, dots or dashes and begins with a letter.")
    account = Account(name=name, role=role, is_active=True, created_at=now)
    connection.execute(ACCOUNTS.insert().values(**account.model_dump(), password_hash=hash_password(password)))
    return account


def has_name(name: str) -> bool:
    """Whether an account can be called so."""
    return _NAME.fullmatch(name) is not None


def set_password(connection: Connection, name: str, password: str) -> None:
    """Give an account another password; ``UsageError`` where there is none of that name."""
    changed = connection.execute(
        update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(password_hash=hash_password(password))
    )
    if changed.rowcount != 1:
        raise UsageError("There is no account of that name: `extractor users list` shows them.")


def set_active(connection: Connection, name: str, *, is_active: bool) -> None:
    """Shut an account or open it again; ``UsageError`` where there is none of that name."""
    changed = connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(is_active=is_active))
    if changed.rowcount != 1:
        raise UsageError("There is no account of that name: `extractor users list` shows them.")


def list_accounts(connection: Connection) -> tuple[Account, ...]:
    """Every account by name."""
    rows = connection.execute(select(*_SHOWN).order_by(ACCOUNTS.c.name)).mappings()
    return tuple(Account.model_validate(dict(row)) for row in rows)


def find_account(connection: Connection, name: str) -> Account | None:
    """An account that may get in; None where there is none or it is shut."""
    asked = select(*_SHOWN).where(ACCOUNTS.c.name == name, ACCOUNTS.c.is_active)
    row = connection.execute(asked).mappings().one_or_none()
    return None if row is None else Account.model_validate(dict(row))


def check_password(connection: Connection, name: str, password: str) -> Account | None:
    """The account, where the password is its own; None without telling which of the two is wrong."""
    account = find_account(connection, name)
    asked = select(ACCOUNTS.c.password_hash).where(ACCOUNTS.c.name == name)
    known = NO_PASSWORD if account is None else str(connection.execute(asked).scalar_one())
    try:
        _HASHER.verify(known or _nobody(), password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return None
    # What nobody's password is compared with lets nobody in.
    return account if known else None


@cache
def _nobody() -> str:
    """What a name that nobody has is compared with, so that it takes as long; made when first asked for."""
    return _HASHER.hash("nobody has this password")


def is_barred(connection: Connection, name: str, address: str, *, now: datetime) -> bool:
    """Whether too many logins of this name, or from this address, failed lately."""
    limits = ((f"name {name}", MOST_FAILURES_OF_NAME), (f"address {address}", MOST_FAILURES_OF_ADDRESS))
    return any(_failures(connection, subject, now) >= most for subject, most in limits)


def note_failure(connection: Connection, name: str, address: str, *, now: datetime) -> None:
    """Count a failed login; what is too old to count goes. Names and addresses are kept as hashes only."""
    connection.execute(delete(LOGIN_FAILURES).where(LOGIN_FAILURES.c.at <= now - FAILURES_WINDOW))
    for subject in (f"name {name}", f"address {address}"):
        connection.execute(LOGIN_FAILURES.insert().values(subject=_digest(subject), at=now))


def forgive(connection: Connection, name: str) -> None:
    """Forget the failed logins of a name, after a good one."""
    connection.execute(delete(LOGIN_FAILURES).where(LOGIN_FAILURES.c.subject == _digest(f"name {name}")))


def hash_password(password: str) -> str:
    """An Argon2id hash (RFC 9106, the library's default cost); ``UsageError`` where the password is too short."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise UsageError(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    return _HASHER.hash(password)


_SHOWN = (ACCOUNTS.c.name, ACCOUNTS.c.role, ACCOUNTS.c.is_active, ACCOUNTS.c.created_at)


def _failures(connection: Connection, subject: str, now: datetime) -> int:
    asked = select(func.count()).where(
        LOGIN_FAILURES.c.subject == _digest(subject), LOGIN_FAILURES.c.at > now - FAILURES_WINDOW
    )
    return int(connection.execute(asked).scalar_one())


def _digest(subject: str) -> str:
    return hashlib.sha256(subject.encode()).hexdigest()
