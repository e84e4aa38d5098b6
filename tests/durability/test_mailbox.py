"""A mailbox as a source, against a server on loopback that speaks the protocol."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from pydantic import SecretStr

from extractor.errors import FileUnavailable, StoreUnavailable, UsageError
from extractor.intake import mailbox as mailbox_module
from extractor.intake.mailbox import Mailbox
from extractor.store import arrivals, documents
from extractor.store.documents import DocumentState
from models.stages.options import MailboxOptions
from tests.durability.imap_server import Account, ImapServer
from tests.durability.moments import NOON
from tests.durability.rooms import Room
from tests.durability.tiny_faxes import draw_fax

MOST = 200_000


@pytest.fixture(params=[True, False], ids=["move", "copy and delete"])
def account(request: pytest.FixtureRequest) -> Account:
    return Account(can_move=request.param)


@pytest.fixture
def mailbox(account: Account, sqlite_room: Room) -> Iterator[Mailbox]:
    with ImapServer(account) as server:
        options = MailboxOptions(host="127.0.0.1", port=server.port, user="fax", is_tls=False, timeout_seconds=20)
        yield Mailbox(options, SecretStr(account.password), sqlite_room.store, max_bytes=MOST, now=lambda: NOON)


def _mail(*files: Path, text: str = "You have received a fax.", logo: bytes = b"") -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Fax from 3035550147", "fax@example.org", "in@example.org"
    message.set_content(text)
    if logo:
        message.add_alternative("<p>You have received a fax.</p>", subtype="html")
        html = message.get_payload()[1]  # type: ignore[index]
        html.add_related(logo, "image", "png", cid="<logo>")  # type: ignore[union-attr]
    for file in files:
        kind, name = ("application", "pdf") if file.suffix == ".pdf" else ("image", "tiff")
        message.add_attachment(file.read_bytes(), kind, name, filename=file.name)
    return message.as_bytes()


def _counts(room: Room) -> dict[str, int]:
    with room.store.database.read() as connection:
        return documents.count_by_state(connection)


def test_attachments_are_taken_once_and_the_message_is_moved(
    account: Account, mailbox: Mailbox, sqlite_room: Room, tmp_path: Path
) -> None:
    first, second = (draw_fax(tmp_path / f"{number}.pdf", number) for number in (1, 2))
    account.add(_mail(first, second, logo=b"\x89PNG not a fax"))
    account.add(_mail(text="No fax at all."))
    assert mailbox.scan() == 2
    assert account.count() == {"INBOX": 0, "Processed": 1, "Problems": 1}
    assert mailbox.scan() == 0
    assert _counts(sqlite_room) == {"received": 2}
    with sqlite_room.store.database.read() as connection:
        (one, _) = documents.list_by_state(connection, (DocumentState.RECEIVED,))
        (came,) = arrivals.list_arrivals(connection, one.sha256)
    assert (came.source, came.filename in {"1.pdf", "2.pdf"}) == ("mailbox", True)
    assert sqlite_room.store.originals.path(one.sha256).read_bytes() in {first.read_bytes(), second.read_bytes()}


@pytest.mark.parametrize("fail_at", ["UID MOVE", "UID COPY", "UID STORE"])
def test_a_connection_that_is_lost_before_the_move_changes_nothing(
    account: Account, mailbox: Mailbox, sqlite_room: Room, fax: Path, fail_at: str
) -> None:
    account.add(_mail(fax))
    account.fail_at = fail_at
    if account.can_move == (fail_at == "UID MOVE"):
        with pytest.raises(FileUnavailable, match="tried again"):
            mailbox.scan()
        account.fail_at = ""
        assert account.count()["INBOX"] == 1
        assert mailbox.scan() == 1
    else:
        assert mailbox.scan() == 1
    assert _counts(sqlite_room) == {"received": 1}
    with sqlite_room.store.database.read() as connection:
        (one,) = documents.list_by_state(connection, (DocumentState.RECEIVED,))
        assert len(arrivals.list_arrivals(connection, one.sha256)) == 1


def test_what_is_not_whole_or_too_large_or_breaks_the_parser_is_put_apart(
    account: Account, mailbox: Mailbox, sqlite_room: Room, fax: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = fax.with_name("cut.pdf")
    cut.write_bytes(fax.read_bytes()[:-30])
    account.add(_mail(cut))
    large = fax.with_name("large.pdf")
    large.write_bytes(fax.read_bytes() + b"\n" * MOST * 2)
    account.add(_mail(large))
    assert mailbox.scan() == 1
    assert account.count() == {"INBOX": 0, "Processed": 1, "Problems": 1}
    assert _counts(sqlite_room) == {"quarantined": 1}

    def stumble(raw: bytes) -> None:
        raise IndexError("Quarterman")

    monkeypatch.setattr(mailbox_module, "_find_faxes", stumble)
    account.add(_mail(fax))
    assert mailbox.scan() == 0
    assert account.count()["Problems"] == 2


def test_a_store_that_is_away_leaves_the_message(
    account: Account, mailbox: Mailbox, fax: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise StoreUnavailable("Wait.")

    monkeypatch.setattr(mailbox_module, "take_in", away)
    account.add(_mail(fax))
    with pytest.raises(StoreUnavailable):
        mailbox.scan()
    assert account.count()["INBOX"] == 1


def test_a_wrong_password_is_told_without_it(account: Account, sqlite_room: Room) -> None:
    with ImapServer(account) as server:
        options = MailboxOptions(host="127.0.0.1", port=server.port, user="fax", is_tls=False)
        wrong = Mailbox(options, SecretStr("hunter2"), sqlite_room.store, max_bytes=MOST)
        with pytest.raises(FileUnavailable, match="check the settings under mailbox") as told:
            wrong.scan()
    assert "hunter2" not in told.value.message


@pytest.mark.parametrize(
    ("options", "password"),
    [
        (MailboxOptions(host="mail.example.org", user="fax"), None),
        (MailboxOptions(host="mail.example.org", user="fax", is_tls=False), SecretStr("x")),
    ],
)
def test_a_mailbox_without_password_or_encryption_is_refused(
    sqlite_room: Room, options: MailboxOptions, password: SecretStr | None
) -> None:
    with pytest.raises(UsageError):
        Mailbox(options, password, sqlite_room.store, max_bytes=MOST)
