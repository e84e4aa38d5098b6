"""A mailbox as a source (fax to e-mail): attachments go into the store by the same way as files of a watched folder.

As with the folder a scan is the truth, and its order of steps makes a crash harmless: bytes into the store, rows under
an arrival that follows from the message's unique identifier (RFC 9051, 2.3.1.1), and only then the message is moved to
another folder of the mailbox. A message that is still there is taken again, which changes nothing. Messages without a
fax, and those that are too large, are moved apart for a person to look at; none is deleted.
"""

import email
import email.policy
import hashlib
import imaplib
import re
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr

from extractor.errors import DamagedDocument, ExtractorError, FileUnavailable, UsageError
from extractor.ingest.wholeness import is_whole
from extractor.jobs.journal import Trouble, log
from extractor.store.metadata import utc_now
from extractor.store.opening import Store
from extractor.workflow import take_in
from models.stages.options import MailboxOptions

T = TypeVar("T")

SOURCE = "mailbox"
_BATCH = 50
_LONGEST_NAME = 200
_FAXES = {"application/pdf", "image/tiff", "image/tif", "image/x-tiff", "application/x-pdf"}
_PICTURES = {"image/png", "image/jpeg", "image/jpg"}
_SUFFIXES = {".pdf", ".tif", ".tiff"}
_ENCODING_SHARE = 1.4
"""Base64 with its line breaks makes 78 bytes of 57."""


class Mailbox:
    """One folder of one account. ``scan`` is called again and again; every scan is a connection of its own.

    Raises ``UsageError`` where the account's secret is missing or would be sent in the clear.
    """

    def __init__(
        self,
        options: MailboxOptions,
        password: SecretStr | None,
        store: Store,
        *,
        max_bytes: int,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        if password is None:
            raise UsageError("The mailbox has no password: set EXTRACTOR_SECRETS__MAILBOX.")
        if not options.is_tls and options.host not in {"localhost", "127.0.0.1", "::1"}:
            raise UsageError("mailbox.is_tls is off: faxes and the password would travel unencrypted. Set it.")
        self._options = options
        self._password = password
        self._store = store
        self._max_bytes = max_bytes
        self._now = now

    def scan(self) -> int:
        """Take the attachments of every message that is there, up to ``_BATCH`` messages; how many files.

        Raises ``FileUnavailable`` where the mailbox cannot be used, ``StoreUnavailable`` where the store cannot;
        whatever was not moved is there still.
        """
        taken = 0
        with self._connected() as server:
            for folder in (self._options.done, self._options.problems):
                # It is there already where this is refused.
                server.create(_quoted(folder))
            _demand(server.select(_quoted(self._options.folder)), "opened")
            _, validity = server.response("UIDVALIDITY")
            found = _demand(server.uid("SEARCH", "UNDELETED"), "searched")
            for uid in _words(found)[:_BATCH]:
                count = self._take_message(server, uid, " ".join(_words(validity)))
                _move(server, uid, self._options.done if count else self._options.problems)
                taken += count
        return taken

    def _take_message(self, server: imaplib.IMAP4, uid: str, validity: str) -> int:
        """The number of files in a message; 0 for one without, or one that is too large to be fetched."""
        size = _size(server, uid)
        if size > self._max_bytes * _ENCODING_SHARE:
            log("message_put_aside", code="limit_exceeded", is_problem=True)
            return 0
        # PEEK: whoever looks into the mailbox sees what nobody has read.
        answer = _demand(server.uid("FETCH", uid, "(BODY.PEEK[])"), "read")
        parts = [item[1] for item in answer if isinstance(item, tuple)]
        try:
            found = list(_find_faxes(parts[0])) if parts else []
        except Exception as error:  # noqa: BLE001  a message can break the parser, and must not stop the others
            log("message_put_aside", code=type(error).__name__, is_problem=True)
            return 0
        for number, (filename, data) in enumerate(found):
            self._take(f"{self._options.host}\n{self._options.user}\n{validity}\n{uid}\n{number}", filename, data)
        if not found:
            log("message_put_aside", code="no_fax", is_problem=True)
        return len(found)

    def _take(self, name: str, filename: str, data: bytes) -> None:
        sha256 = self._store.originals.put(data)
        broken = None
        if not is_whole(self._store.originals.path(sha256)):
            broken = DamagedDocument("The attachment is not whole: ask the sender to send the fax again.")
        take_in(
            self._store,
            sha256,
            arrival_id=hashlib.sha256(f"{name}\n{sha256}".encode()).hexdigest(),
            filename=filename[-_LONGEST_NAME:],
            source=SOURCE,
            now=self._now(),
            quarantine=broken,
        )

    @contextmanager
    def _connected(self) -> Iterator[imaplib.IMAP4]:
        told = self._options
        try:
            if told.is_tls:
                context = ssl.create_default_context(cafile=told.ca_file)
                server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                    told.host, told.port, ssl_context=context, timeout=told.timeout_seconds
                )
            else:
                server = imaplib.IMAP4(told.host, told.port, timeout=told.timeout_seconds)
            try:
                server.login(told.user, self._password.get_secret_value())
                # Many servers say what they can only to who is logged in; the library asks before.
                server.capabilities = tuple(word.upper() for word in _words(_demand(server.capability(), "asked")))
                yield server
            finally:
                # The library leaves its socket open where the server is gone.
                with suppress(imaplib.IMAP4.error, OSError):
                    server.logout()
                with suppress(OSError):
                    server.shutdown()
        except (imaplib.IMAP4.error, OSError) as error:
            # The server's words may quote what it was sent.
            raise FileUnavailable(
                f"The mailbox cannot be used ({type(error).__name__}): check the settings under mailbox, the password "
                "and the server; it is tried again."
            ) from None


def keep_fetching(mailbox: Mailbox, stop: threading.Event, poll_seconds: float, on_taken: Callable[[], None]) -> None:
    """Scan until ``stop`` is set; ``on_taken`` is called after each scan that took something."""
    trouble = Trouble("mailbox_failed")
    while not stop.is_set():
        taken = 0
        try:
            taken = mailbox.scan()
            trouble.clear()
        except ExtractorError as error:
            trouble.note(error.code)
        if taken:
            on_taken()
        else:
            stop.wait(poll_seconds)


def _find_faxes(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every part that may be a fax, also in forwarded messages; pictures in the text are none."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    for part in message.walk():
        if part.is_multipart() or not isinstance(part, EmailMessage):
            continue
        kind, filename = part.get_content_type(), part.get_filename() or ""
        is_in_text = part.get("Content-ID") is not None and part.get_content_disposition() != "attachment"
        is_fax = kind in _FAXES or Path(filename).suffix.lower() in _SUFFIXES
        if not is_fax and (kind not in _PICTURES or is_in_text):
            continue
        data = part.get_payload(decode=True)
        if isinstance(data, bytes) and data:
            yield filename or f"attachment.{kind.rpartition('/')[2]}", data


def _size(server: imaplib.IMAP4, uid: str) -> int:
    told = " ".join(_words(_demand(server.uid("FETCH", uid, "(RFC822.SIZE)"), "read")))
    found = re.search(r"RFC822\.SIZE (\d+)", told, re.IGNORECASE)
    return int(found[1]) if found else 0


def _move(server: imaplib.IMAP4, uid: str, folder: str) -> None:
    """MOVE (RFC 6851) where the server can, else copy, mark and expunge that one message (or all marked, RFC 4315)."""
    if "MOVE" in server.capabilities:
        _demand(server.uid("MOVE", uid, _quoted(folder)), "moved")
        return
    _demand(server.uid("COPY", uid, _quoted(folder)), "moved")
    _demand(server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"), "moved")
    with suppress(imaplib.IMAP4.error):
        if "UIDPLUS" in server.capabilities:
            server.uid("EXPUNGE", uid)
        else:
            server.expunge()


def _demand(answer: tuple[str, T], done: str) -> T:
    status, data = answer
    if status != "OK":
        raise FileUnavailable(f"The mailbox cannot be {done}: check mailbox.folder and the account's rights.")
    return data


def _words(answer: Iterable[object]) -> list[str]:
    """The words of an answer's lines; what is no line is left out."""
    return [word for line in answer if isinstance(line, bytes) for word in line.decode("ascii", "replace").split()]


def _quoted(name: str) -> str:
    """A mailbox name as a quoted string (RFC 9051, 4.3)."""
    return '"' + name.replace("\\", r"\\").replace('"', r"\"") + '"'
