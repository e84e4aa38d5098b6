"""``extractor users``: the accounts of the review page; the first admin is made here."""

import contextlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.cli.terminal import errors_shown

if TYPE_CHECKING:
    from extractor.store.database import Connection, Database

users = typer.Typer(no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="What the person logs in with: lower-case letters, digits, dots, dashes.")]
FromInput = Annotated[
    bool, typer.Option("--password-stdin", help="Take the password from standard input instead of asking for it.")
]


@users.command()
def add(
    name: Name,
    *,
    role: Annotated[str, typer.Option(help="reviewer; lead (may override); admin (may do all).")] = "reviewer",
    password_stdin: FromInput = False,
) -> None:
    """Make an account. Its password has 12 characters or more and is asked for."""
    with errors_shown():
        from extractor.errors import UsageError
        from extractor.store import accounts, audit

        if role not in set(accounts.Role):
            raise UsageError(f"A role is one of: {', '.join(accounts.Role)}.")
        given = _password(password_stdin)
        with _transaction() as connection:
            now = datetime.now(UTC)
            accounts.add_account(connection, name, accounts.Role(role), given, now=now)
            audit.append(connection, at=now, actor=audit.SYSTEM, action="add_account", code=name)


@users.command()
def password(name: Name, *, password_stdin: FromInput = False) -> None:
    """Give an account another password, and end its sessions."""
    with errors_shown():
        from extractor.store import accounts, audit, sessions

        given = _password(password_stdin)
        with _transaction() as connection:
            accounts.set_password(connection, name, given)
            sessions.close_sessions_of(connection, name)
            audit.append(connection, at=datetime.now(UTC), actor=audit.SYSTEM, action="set_password", code=name)


@users.command()
def shut(name: Name) -> None:
    """Shut an account at once; what it did stays in the history."""
    _set_active(name, is_active=False)


@users.command("open")
def open_account(name: Name) -> None:
    """Open an account again that was shut."""
    _set_active(name, is_active=True)


@users.command("list")
def list_accounts() -> None:
    """Show every account with its role."""
    with errors_shown(), _reading() as connection:
        from extractor.store import accounts

        for account in accounts.list_accounts(connection):
            sys.stdout.write(f"{account.name}\t{account.role}\t{'open' if account.is_active else 'shut'}\n")


def check_audit() -> None:
    """Check that no line of the audit was changed or taken out.

    Prints how many lines there are and the last line's hash: noted elsewhere, it also shows whether the end was cut
    off. Exit code: 0 the chain holds, 30 it is broken.
    """
    with errors_shown(), _reading() as connection:
        from extractor.errors import RecordError
        from extractor.store import audit

        broken = audit.first_broken(connection)
        if broken is not None:
            raise RecordError(f"The audit is broken from line {broken} on: compare it with a backup.")
        last = audit.list_lines(connection, limit=1)
        sys.stdout.write(f"{last[0].number}\t{last[0].hash}\n" if last else "0\n")


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.add_typer(users, name="users", help="Accounts of the review page: add, list, password, shut, open.")
    app.command("check-audit")(check_audit)


def _set_active(name: str, *, is_active: bool) -> None:
    with errors_shown(), _transaction() as connection:
        from extractor.store import accounts, audit, sessions

        accounts.set_active(connection, name, is_active=is_active)
        sessions.close_sessions_of(connection, name)
        action = "open_account" if is_active else "shut_account"
        audit.append(connection, at=datetime.now(UTC), actor=audit.SYSTEM, action=action, code=name)


def _password(is_from_input: bool) -> str:
    """Asked for outside any transaction: a person at a prompt must keep nobody else from writing."""
    if is_from_input:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


@contextlib.contextmanager
def _transaction() -> "Iterator[Connection]":
    with _database() as database, database.begin() as connection:
        yield connection


@contextlib.contextmanager
def _reading() -> "Iterator[Connection]":
    with _database() as database, database.read() as connection:
        yield connection


@contextlib.contextmanager
def _database() -> "Iterator[Database]":
    from extractor.settings import load_settings
    from extractor.store.opening import open_store

    store = open_store(load_settings().store_options())
    try:
        yield store.database
    finally:
        store.close()
