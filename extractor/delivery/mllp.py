"""HL7 v2 over MLLP: one connection a message, one frame out, and the acknowledgment that names it.

    AA      accepted                         AE, CR  refused: the same again would be refused again
    CA      kept for certain (committed)     AR, CE  not taken for reasons of the receiver's own: later may do

Where the settings say how long the application's own acknowledgment is awaited (enhanced mode), ``CA`` is only the
first: AA, AE or AR follows, on the same connection or on one of the receiver's (``acknowledgments``). Otherwise ``CA``
counts as accepted. An acknowledgment of another message (MSA-2) or a second one is passed over. Source: HL7 version
2.5.1, chapter 2, section 2.9.
"""

import contextlib
import socket
import ssl
import time

from pydantic import SecretStr

from extractor.delivery.base import (
    Answer,
    Clock,
    Outcome,
    Recovery,
    Sent,
    Shipment,
    accepted,
    committed,
    receivers,
    refused,
    try_again,
    unknown,
)
from extractor.delivery.http import is_loopback, tls_context
from extractor.delivery.mllp_frames import commit_of, control_id, framed, read_acknowledgment, receive_frame
from extractor.errors import UsageError
from models.stages.options import ReceiverOptions


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
                connection.sendall(framed(shipment.content))
            except OSError:
                return try_again("not_sent")
            return self._wait(connection, control_id(shipment.content))

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
        """The acknowledgment of one message. What it is short of after a commit is told later."""
        deadline = time.monotonic() + self._options.timeout_seconds
        received, said = b"", None
        try:
            while True:
                connection.settimeout(max(0.001, deadline - time.monotonic()))
                frame, received = receive_frame(connection, received)
                if not frame:
                    return said or unknown("connection_lost")
                told = read_acknowledgment(frame)
                if told is None or told.of != wanted:
                    continue
                said = self._judge(told.code)
                if said.outcome is not Outcome.COMMITTED:
                    if told.wants_commit:
                        with contextlib.suppress(OSError):
                            connection.sendall(commit_of(told))
                    return said
        except ValueError:
            return said or unknown("answer_too_long")
        except TimeoutError:
            return said or unknown("no_answer")
        except OSError:
            return said or unknown("connection_lost")

    def _judge(self, code: str) -> Sent:
        if code == "CA" and self._options.application_ack_seconds is not None:
            return committed("ack_ca", after=self._options.application_ack_seconds)
        return judge_code(code)


def judge_code(code: str) -> Sent:
    """What an acknowledgment's code (MSA-1) means where nothing else is to come."""
    if code in {"AA", "CA"}:
        return accepted(f"ack_{code.lower()}")
    if code in {"AE", "CR"}:
        return refused(f"ack_{code.lower()}")
    return try_again(f"ack_{code.lower()}") if code in {"AR", "CE"} else unknown("ack_unknown")


@receivers.register("mllp")
def _open_mllp(options: ReceiverOptions, secret: SecretStr | None, clock: Clock) -> MllpReceiver:  # noqa: ARG001
    return MllpReceiver(options)
