"""The first admin is made by command; what a command does to accounts is in the audit, which a command checks."""

import sqlite3
from pathlib import Path

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from extractor.cli import app
from extractor.store import accounts, audit
from extractor.store.accounts import Role
from extractor.store.database import Database

PASSWORD = "correct horse battery"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("EXTRACTOR_STORE__FOLDER", str(tmp_path / "store"))
    return f"sqlite:///{tmp_path / 'store' / 'store.db'}"


def run(*arguments: str, given: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(app, arguments, input=given)
    return done.exit_code, done.stdout


def test_accounts_from_first_admin_to_shut(url: str) -> None:
    assert run("users", "add", "ada", "--role", "admin", "--password-stdin", given=PASSWORD + "\n")[0] == 0
    assert run("users", "add", "ada", "--password-stdin", given=PASSWORD + "\n")[0] == 41
    assert run("users", "add", "bob", "--password-stdin", given="short\n")[0] == 2
    assert run("users", "add", "bob", "--role", "king", "--password-stdin", given=PASSWORD + "\n")[0] == 2
    assert run("users", "list") == (0, "ada\tadmin\topen\n")
    assert run("users", "password", "ada", "--password-stdin", given="another horse battery\n")[0] == 0
    assert run("users", "shut", "ada")[0] == 0
    assert run("users", "shut", "eve")[0] == 2
    assert run("users", "list") == (0, "ada\tadmin\tshut\n")
    assert run("users", "open", "ada")[0] == 0
    database = Database.open(url)
    with database.read() as connection:
        account = accounts.check_password(connection, "ada", "another horse battery")
        assert accounts.check_password(connection, "ada", PASSWORD) is None
        actions = [line.action for line in audit.list_lines(connection)]
    database.close()
    assert account is not None
    assert account.role is Role.ADMIN
    assert actions == ["add_account", "set_password", "shut_account", "open_account"]


def test_a_changed_audit_line_is_found(url: str) -> None:
    run("users", "add", "ada", "--password-stdin", given=PASSWORD + "\n")
    run("users", "shut", "ada")
    code, shown = run("check-audit")
    assert (code, shown[:2]) == (0, "2\t")
    database = Database.open(url)
    with database.begin() as connection:
        connection.execute(text("UPDATE audit SET actor = 'bob' WHERE number = 1"))
    database.close()
    assert run("check-audit")[0] == 30


def test_others_write_while_a_password_is_asked_for(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run("users", "add", "ada", "--password-stdin", given=PASSWORD + "\n")
    asked = []

    def type_slowly(prompt: str, **told: object) -> str:
        other = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=0)
        other.execute("BEGIN IMMEDIATE")
        other.close()
        asked.append((prompt, told["hide_input"]))
        return "another horse battery"

    monkeypatch.setattr(typer, "prompt", type_slowly)
    assert run("users", "add", "bob")[0] == 0
    assert run("users", "password", "ada")[0] == 0
    assert asked == [("Password", True)] * 2
