"""A small IMAP server on loopback for the tests: as much of RFC 9051 as a client needs that empties a mailbox."""

import re
import socketserver
import threading
from dataclasses import dataclass, field
from typing import Self

_LITERAL = re.compile(rb"\{(\d+)\}$")


@dataclass
class Account:
    """``folders`` hold messages by their uid; ``can_move``: whether the server knows MOVE and UIDPLUS."""

    user: str = "fax"
    password: str = "a long password"
    can_move: bool = True
    folders: dict[str, dict[int, bytes]] = field(default_factory=lambda: {"INBOX": {}})
    deleted: set[int] = field(default_factory=set)
    logins: int = 0
    fail_at: str = ""

    def add(self, message: bytes) -> None:
        """A message comes into the inbox."""
        self.folders["INBOX"][max((uid for box in self.folders.values() for uid in box), default=0) + 1] = message

    def count(self) -> dict[str, int]:
        return {name: len(box) for name, box in self.folders.items()}


class ImapServer:
    """Serves one account while the context lasts; ``port`` is free when it starts."""

    def __init__(self, account: Account) -> None:
        class Handler(_Session):
            kept = account

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Session(socketserver.StreamRequestHandler):
    kept: Account
    box: dict[int, bytes]

    def handle(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline():
            tag, command, *words = self._words(line.rstrip(b"\r\n"))
            name = command.upper()
            if name == "UID":
                name, words = f"UID {words[0].upper()}", words[1:]
            if name == self.kept.fail_at:
                return  # the connection is lost in the middle
            answer = getattr(self, "_" + name.lower().replace(" ", "_"))(*words)
            self._say(f"{tag} {answer or 'OK done'}")
            if name == "LOGOUT":
                return

    def _words(self, line: bytes) -> list[str]:
        if _LITERAL.search(line):
            raise AssertionError("the client sends no literals")
        return [word.strip('"') for word in re.findall(r'"(?:[^"\\]|\\.)*"|\([^)]*\)|\S+', line.decode())]

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def _capability(self) -> None:
        self._say("* CAPABILITY IMAP4rev1" + (" MOVE UIDPLUS" if self.kept.can_move else ""))

    def _login(self, user: str, password: str) -> str | None:
        self.kept.logins += 1
        is_right = (user, password) == (self.kept.user, self.kept.password)
        return None if is_right else "NO [AUTHENTICATIONFAILED] wrong"

    def _logout(self) -> None:
        self._say("* BYE")

    def _create(self, name: str) -> str | None:
        if name in self.kept.folders:
            return "NO [ALREADYEXISTS] there"
        self.kept.folders[name] = {}
        return None

    def _select(self, name: str) -> str | None:
        if name not in self.kept.folders:
            return "NO no such folder"
        self.box = self.kept.folders[name]
        self._say(f"* {len(self.box)} EXISTS")
        self._say("* OK [UIDVALIDITY 7] valid")
        return "OK [READ-WRITE] open"

    def _uid_search(self, *_: str) -> None:
        self._say("* SEARCH " + " ".join(str(uid) for uid in self.box if uid not in self.kept.deleted))

    def _uid_fetch(self, uid: str, what: str) -> None:
        message = self.box.get(int(uid))
        if message is None:
            return
        if "SIZE" in what:
            self._say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(message)})")
            return
        self.wfile.write(f"* 1 FETCH (UID {uid} BODY[] {{{len(message)}}}\r\n".encode() + message + b")\r\n")

    def _uid_move(self, uid: str, folder: str) -> str | None:
        assert self.kept.can_move
        self._uid_copy(uid, folder)
        del self.box[int(uid)]
        return None

    def _uid_copy(self, uid: str, folder: str) -> None:
        self.kept.folders[folder][int(uid)] = self.box[int(uid)]

    def _uid_store(self, uid: str, *_: str) -> None:
        self.kept.deleted.add(int(uid))

    def _uid_expunge(self, uid: str) -> None:
        del self.box[int(uid)]

    def _expunge(self) -> None:
        for uid in self.kept.deleted & set(self.box):
            del self.box[uid]
