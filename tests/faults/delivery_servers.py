"""Receiving systems on loopback that count what they take and misbehave as their script says, one entry a message."""

import json
import re
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import hl7

START, END = b"\x0b", b"\x1c\x0d"
ENOUGH = 20.0
"""Seconds in which something must happen; nothing waits that long when it works."""


class HttpSystem:
    """Takes POSTs. ``kept``: ``referral revision part`` of all it took; a known key is taken once, if it knows keys.

    Script: ``ok``, a status with or without taking it (``500``, ``500+``), ``reset`` before and ``reset+`` after taking
    it, ``silent`` and ``silent+``: no answer until the sender hangs up, ``slow+``: an answer in many pieces.
    """

    def __init__(self, *, knows_keys: bool, is_fhir: bool = False, tls: ssl.SSLContext | None = None) -> None:
        self.script: list[str] = []
        self.kept: list[str] = []
        self.bundles: list[str] = []
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.asked = 0
        self._keys: set[str] = set()
        self._knows_keys = knows_keys
        self._is_fhir = is_fhir
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        if tls is not None:
            # The handshake happens with the first read, in the request's own thread.
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"http{'' if tls is None else 's'}://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> "HttpSystem":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self, headers: dict[str, str], body: bytes) -> None:
        if self._is_fhir:
            self._store(json.loads(body))
            return
        key, name = headers["idempotency-key"], headers["x-extractor-referral"]
        if not (self._knows_keys and key in self._keys):
            self.kept.append(re.sub(r";\w+=", " ", name))
        self._keys.add(key)

    def has(self, key: str) -> bool:
        return key in self._keys

    def answer(self, status: int) -> tuple[int, bytes]:
        """Status and body of an answer that the script wants to be ``status``."""
        done = {
            "resourceType": "Bundle",
            "type": "transaction-response",
            "entry": [{"response": {"status": "201 Created"}}],
        }
        return status, json.dumps(done).encode() if self._is_fhir and status == 200 else b""

    def _store(self, bundle: dict[str, Any]) -> None:
        """A server's transaction: an entry makes a resource where none fulfils its condition; ``kept`` has its type,
        ``bundles`` the revisions in the order in which they came first.
        """
        assert bundle["type"] == "transaction"
        name = bundle["identifier"]["value"]
        if name not in self.bundles:
            self.bundles.append(name)
        for entry in bundle["entry"]:
            request = entry["request"]
            condition = request.get("ifNoneExist") or request["url"].partition("?")[2]
            assert condition, "an entry without a condition would be made twice"
            key = f"{entry['resource']['resourceType']}?{condition}"
            if key not in self._keys:
                self.kept.append(key)
            self._keys.add(key)

    def _handler(system) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle(self) -> None:
                with suppress(ssl.SSLError, ConnectionError):
                    super().handle()

            def finish(self) -> None:
                with suppress(ssl.SSLError, ConnectionError):
                    super().finish()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with system._lock:
                    system.requests.append((self.path, headers, body))
                    step = system.script.pop(0) if system.script else "ok"
                    if step == "ok" or step.endswith("+"):
                        system.take(headers, body)
                step = step.rstrip("+")
                if step == "reset":
                    _reset(self.connection)
                    self.close_connection = True
                elif step == "silent":
                    self.connection.settimeout(ENOUGH)
                    assert self.connection.recv(1) == b""
                    self.close_connection = True
                else:
                    self._answer(200 if step in {"ok", "slow"} else int(step), is_slow=step == "slow")

            def do_GET(self) -> None:
                system.asked += 1
                self._answer(200 if system.has(self.path.rpartition("/")[2]) else 404)

            def _answer(self, asked: int, *, is_slow: bool = False) -> None:
                status, body = system.answer(asked)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Connection", "close")
                if status in {301, 302, 307, 308}:
                    self.send_header("Location", f"{system.url}/elsewhere")
                if status == 429:
                    self.send_header("Retry-After", "7200")
                if not is_slow:
                    self.end_headers()
                    self.wfile.write(body)
                    return
                head, self._headers_buffer = b"".join(self._headers_buffer) + b"\r\n", []
                whole = head + body
                piece = len(whole) // 50 + 1
                for place in range(0, len(whole), piece):
                    self.wfile.write(whole[place : place + piece])

            def log_message(self, *_: object) -> None:
                pass

        return Handler


class MllpSystem:
    """Takes frames. ``kept``: ``referral revision part``; a known MSH-10 is taken once, if it knows them.

    Script: an acknowledgment code (``AA`` and ``CA`` take the message, others do not) or several, joined by commas, of
    which the last counts; ``reset``/``reset+``, ``silent``/``silent+``, ``twice`` (two acknowledgments), ``foreign``
    (another message's first), ``slow`` (byte by byte), ``noise`` (a frame that is no HL7 first).
    """

    def __init__(self, *, knows_ids: bool, tls: ssl.SSLContext | None = None) -> None:
        self.script: list[str] = []
        self.kept: list[str] = []
        self.messages: list[str] = []
        self._ids: set[str] = set()
        self._knows_ids = knows_ids
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve)
        self.last_id = "NOBODY"
        self._tls = tls

    def __enter__(self) -> "MllpSystem":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(ENOUGH)
            with connection, suppress(ssl.SSLError):
                if self._tls is None:
                    self._converse(connection)
                    continue
                with self._tls.wrap_socket(connection, server_side=True) as secured:
                    self._converse(secured)

    def _converse(self, connection: socket.socket) -> None:
        received = b""
        while not received.endswith(END):
            chunk = connection.recv(65536)
            if not chunk:
                return
            received += chunk
        assert received.startswith(START)
        text = received[1:-2].decode()
        message = hl7.parse(text)
        control = str(message.segment("MSH")[10])
        self.messages.append(text)
        step = self.script.pop(0) if self.script else "AA"
        if step.rpartition(",")[2] not in {"AE", "AR", "CE", "CR", "reset", "silent"}:
            if not (self._knows_ids and control in self._ids):
                self.kept.append(_name(message))
            self._ids.add(control)
        if step.startswith("reset"):
            _reset(connection)
        elif step.startswith("silent"):
            assert connection.recv(1) == b""
        else:
            for answer in self._answers(step, control):
                connection.sendall(answer)
        self.last_id = control

    def _answers(self, step: str, control: str) -> Iterator[bytes]:
        if "," in step:
            yield from (acknowledgment(code, control) for code in step.split(","))
            return
        right = acknowledgment(step if len(step) == 2 else "AA", control)
        if step == "noise":
            yield START + b"hello" + END
        if step == "foreign":
            yield acknowledgment("AE", self.last_id)
        if step == "slow":
            yield from (right[place : place + 1] for place in range(len(right)))
            return
        yield right
        if step == "twice":
            yield right


def acknowledgment(code: str, control: str) -> bytes:
    """A frame; its sender wants to hear that it arrived."""
    lines = (
        f"MSH|^~\\&|RECEIVER||referral-extractor||20261123120000||ACK|A{control}|P|2.5.1|||AL|NE",
        f"MSA|{code}|{control}",
    )
    return START + ("\r".join(lines) + "\r").encode() + END


def _name(message: hl7.Message) -> str:
    part = {"REF": "referral", "OMP": "order", "ORU": "labs"}[str(message.segment("MSH")[9][0][0])]
    identifier = str(message.segment("PID")[3][0][0])
    stamp = str(message.segment("MSH")[7])  # the time of the revision, a minute each
    return f"{identifier} {int(stamp[10:12])} {part}"


def _reset(connection: socket.socket) -> None:
    """Close with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@contextmanager
def closed_port() -> Iterator[int]:
    """A port of loopback at which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])
