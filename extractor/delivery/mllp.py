"""HL7 v2 over MLLP: one connection a message, one frame out, and the acknowledgment that names it.

    frame   0x0B message 0x1C 0x0D
    AA, CA  accepted                         AE, CR  refused: the same again would be refused again
    AR, CE  not taken for reasons of the receiver's own (busy, storage, sequence): later may do

An acknowledgment of another message (MSA-2) or a second one is passed over. Source: HL7 version 2.5.1, chapter 2,
section 2.9; MLLP release 1.
"""

import socket
import ssl
import time

from pydantic import SecretStr

from extractor.delivery.base import (
    Answer,
    Clock,
    Recovery,
    Sent,
    Shipment,
    accepted,
    receivers,
    refused,
    try_again,
    unknown,
)
from extractor.delivery.http import is_loopback, tls_context
from extractor.errors import UsageError
from models.stages.options import ReceiverOptions

START, END = b"\x0b", b"\x1c\x0d"
_LONGEST_ANSWER = 2**20


class MllpReceiver:
    """One listener. Whether it drops a message whose MSH-10 it has seen is for the settings to say."""

    def __init__(self, options: ReceiverOptions) -> None:
        if not options.host or not options.port:
            raise UsageError("A receiver of kind mllp needs its listener: set its entries host and port.")
        if not (options.is_tls or options.is_plain_allowed or is_loopback(options.host)):
            raise UsageError(
                "A receiver of kind mllp off this machine needs is_tls, for patient data travels encrypted; set "
                "is_plain_allowed only where the way there is a tunnel."
            )
        self.recovery = Recovery.RESEND if options.is_deduplicating else Recovery.PERSON
        self._options = options
        self._address = (options.host, options.port)
        self._tls = tls_context(options) if options.is_tls else None

    def prepare(self, shipment: Shipment) -> Sent | None:  # noqa: ARG002 - the Protocol's signature
        """Nothing to prepare."""
        return None

    def send(self, shipment: Shipment) -> Sent:
        """Send the frame and wait for its acknowledgment.

        A frame whose end could not be handed over is no message, so that is safe to try again; after it, silence and a
        lost connection leave it open.
        """
        try:
            connection = self._connect()
        except OSError:
            return try_again("not_reached")
        with connection:
            try:
                connection.settimeout(self._options.timeout_seconds)
                connection.sendall(START + shipment.content + END)
            except OSError:
                return try_again("not_sent")
            try:
                return self._wait(connection, control_id(shipment.content))
            except TimeoutError:
                return unknown("no_answer")
            except OSError:
                return unknown("connection_lost")

    def ask(self, shipment: Shipment) -> Answer:  # noqa: ARG002 - the Protocol's signature
        """MLLP has no question."""
        return Answer.SILENT

    def _connect(self) -> socket.socket:
        plain = socket.create_connection(self._address, timeout=self._options.connect_seconds)
        if self._tls is None:
            return plain
        try:
            return self._tls.wrap_socket(plain, server_hostname=self._address[0])
        except (OSError, ssl.SSLError):
            plain.close()
            raise

    def _wait(self, connection: socket.socket, wanted: str) -> Sent:
        deadline = time.monotonic() + self._options.timeout_seconds
        received = b""
        while len(received) <= _LONGEST_ANSWER:
            while END in received:
                frame, _, received = received.partition(END)
                code = _acknowledgment(frame, wanted)
                if code is not None:
                    return _judge(code)
            connection.settimeout(max(0.001, deadline - time.monotonic()))
            chunk = connection.recv(65536)
            if not chunk:
                return unknown("connection_lost")
            received += chunk
        return unknown("answer_too_long")


def control_id(content: bytes) -> str:
    """MSH-10 of a message."""
    return _field(content, b"MSH", 10)


def _acknowledgment(frame: bytes, wanted: str) -> str | None:
    """MSA-1 where the frame acknowledges the wanted message, else None."""
    message = frame[frame.rfind(START) + 1 :]
    return _field(message, b"MSA", 1) if _field(message, b"MSA", 2) == wanted else None


def _field(message: bytes, name: bytes, number: int) -> str:
    """A field of the first segment of that name, by the message's own separator; empty where there is none."""
    separator = message[3:4]
    for line in message.replace(b"\n", b"\r").split(b"\r"):
        parts = line.split(separator) if separator else [line]
        place = number - 1 if name == b"MSH" else number
        if parts[0] == name and place < len(parts):
            return parts[place].decode("ascii", "replace").strip()
    return ""


def _judge(code: str) -> Sent:
    known = code.upper()
    if known in {"AA", "CA"}:
        return accepted(f"ack_{known.lower()}")
    if known in {"AE", "CR"}:
        return refused(f"ack_{known.lower()}")
    return try_again(f"ack_{known.lower()}") if known in {"AR", "CE"} else unknown("ack_unknown")


@receivers.register("mllp")
def _open_mllp(options: ReceiverOptions, secret: SecretStr | None, clock: Clock) -> MllpReceiver:  # noqa: ARG001
    return MllpReceiver(options)
