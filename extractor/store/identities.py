"""People whom the site's own provider vouches for: which account each of them is here."""

import re
from datetime import datetime

from sqlalchemy import Column, ForeignKey, String, Table, select, update
from sqlalchemy.engine import Connection

from extractor.errors import StoreConflict, UsageError
from extractor.store import audit, sessions
from extractor.store.accounts import ACCOUNTS, NO_PASSWORD, Account, Role, find_account, has_name
from extractor.store.metadata import METADATA
from models.record import Value

LONGEST = 255
_NO_PART = re.compile(r"[^a-z0-9._-]+")

IDENTITIES = Table(
    "identities",
    METADATA,
    Column("issuer", String(LONGEST), primary_key=True),
    Column("subject", String(LONGEST), primary_key=True),
    Column("account", String(40), ForeignKey(ACCOUNTS.c.name), nullable=False, unique=True),
)


class Identity(Value):
    """Whom a provider vouched for. Only ``issuer`` and ``subject`` tell people apart (OpenID Connect Core 1.0, 5.7);
    ``name`` is what the person is called, which may change or be given to somebody else.
    """

    issuer: str
    subject: str
    name: str
    role: Role


def find_person(connection: Connection, identity: Identity, *, now: datetime) -> Account:
    """The account of a person, made at their first login, with the role that the provider gives them now.

    Another role ends the sessions that were opened with the old one. Raises ``StoreConflict`` where the account is
    shut, or where somebody else has that name here: an account of a password is nobody's by its name alone.
    """
    asked = select(IDENTITIES.c.account).where(
        IDENTITIES.c.issuer == identity.issuer, IDENTITIES.c.subject == identity.subject
    )
    known = connection.execute(asked).scalar_one_or_none()
    if known is None:
        return _add(connection, identity, now)
    account = find_account(connection, str(known))
    if account is None:
        raise StoreConflict("This account is shut: ask an admin.")
    if account.role is not identity.role:
        connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.name == account.name).values(role=identity.role.value))
        sessions.close_sessions_of(connection, account.name)
        audit.append(connection, at=now, actor=audit.SYSTEM, action="set_role", code=account.name)
    return account.model_copy(update={"role": identity.role})


def _add(connection: Connection, identity: Identity, now: datetime) -> Account:
    name = _NO_PART.sub("-", identity.name.partition("@")[0].casefold())[:40]
    if not has_name(name):
        raise UsageError("The provider gives no name that can be an account's: ask an admin to check web.sign_on.")
    if connection.execute(select(ACCOUNTS.c.name).where(ACCOUNTS.c.name == name)).first() is not None:
        raise StoreConflict("Somebody else has this name here already: ask an admin.")
    account = Account(name=name, role=identity.role, is_active=True, created_at=now)
    connection.execute(ACCOUNTS.insert().values(**account.model_dump(), password_hash=NO_PASSWORD))
    connection.execute(
        IDENTITIES.insert().values(issuer=identity.issuer, subject=identity.subject, account=account.name)
    )
    audit.append(connection, at=now, actor=audit.SYSTEM, action="add_account", code=account.name)
    return account
