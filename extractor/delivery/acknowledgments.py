"""Application acknowledgments that come late: on a connection of the receiver's own, minutes or hours after the commit.

A receiver in HL7's enhanced mode keeps a message (CA) and sends what its application makes of it (AA, AE, AR) as a
message of its own. Which delivery it is about follows from the id of the acknowledged message (MSA-2), which follows
from referral, revision and part; so nothing has to be remembered for it. Each is answered: CA once it is in the store
(or is about nothing that waits: a repetition), CE where the store cannot be reached. Source: HL7 version 2.5.1,
chapter 2, section 2.9.3.
"""

import contextlib
import logging
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta

from extractor.delivery import progress
from extractor.delivery.base import Clock, Outcome, Sent
from extractor.delivery.http import is_loopback
from extractor.delivery.mllp import judge_code
from extractor.delivery.mllp_frames import Acknowledgment, commit_of, read_acknowledgment, receive_frame
from extractor.errors import StoreConflict, StoreUnavailable, UsageError
from extractor.export.hl7v2 import control_id
from extractor.store import audit, outbox
from extractor.store.database import Connection, Database
from extractor.store.outbox import ItemState, OutboxItem
from models.stages.options import DeliveryOptions

log = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds in which a connection has to say something."""
_APPLICATION = frozenset({"AA", "AE", "AR"})


def take_acknowledgment(database: Database, told: Acknowledgment, clock: Clock, options: DeliveryOptions) -> bool:
    """Write down what a receiver's application made of a message; whether any delivery waited for it.

    Raises ``StoreUnavailable`` and ``StoreConflict``: then it has to come again.
    """
    if told.code not in _APPLICATION:
        return False
    with database.begin() as connection:
        item = next((one for one in outbox.list_unsure(connection) if _is_about(told, one)), None)
        if item is None:
            return False
        _settle(connection, item, judge_code(told.code), clock, options)
    return True


def _is_about(told: Acknowledgment, item: OutboxItem) -> bool:
    part = item.unsure_part
    return part is not None and told.of == control_id(item.referral_id, item.revision, part)


def _settle(connection: Connection, item: OutboxItem, sent: Sent, clock: Clock, options: DeliveryOptions) -> None:
    """The item's turn is taken from whoever has it: the next one goes on from what is certain now."""
    now = clock()
    outbox.lock_revision(connection, item.referral_id, item.revision)
    changes: dict[str, object] = {"state": ItemState.WAITING, "next_try_at": now, "unsure_part": None}
    if sent.outcome is Outcome.ACCEPTED and item.unsure_part is not None:
        changes["accepted_parts"] = (*item.accepted_parts, item.unsure_part)
    elif sent.outcome is Outcome.REFUSED:
        changes["state"] = ItemState.FAILED
    else:
        changes["next_try_at"] = now + timedelta(seconds=options.retry_seconds)
    changed = outbox.change(connection, item, now, last_code=sent.code, claim=None, lease_until=None, **changes)
    progress.note(connection, changed, audit.SYSTEM, sent.code, now=now)


@contextlib.contextmanager
def taking_acknowledgments(database: Database, clock: Clock, options: DeliveryOptions) -> Iterator[int | None]:
    """Listen at ``ack_port`` meanwhile; the port, None where the settings name none.

    Raises ``UsageError`` where the address is taken or would be open without TLS.
    """
    if options.ack_port is None:
        yield None
        return
    with _open(database, clock, options) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - the parent's signature
        log.warning("a connection for acknowledgments broke off")


def _open(database: Database, clock: Clock, options: DeliveryOptions) -> _Server:
    tls = _tls(options)

    class Conversation(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(PATIENCE)
            if tls is None:
                _converse(self.request, database, clock, options)
                return
            with tls.wrap_socket(self.request, server_side=True) as secured:
                _converse(secured, database, clock, options)

    try:
        return _Server((options.ack_host, options.ack_port or 0), Conversation)
    except OSError as error:
        raise UsageError(
            f"Acknowledgments cannot be taken at delivery.ack_port ({error.strerror}): another process has it, or the "
            "address is not this machine's."
        ) from error


def _tls(options: DeliveryOptions) -> ssl.SSLContext | None:
    if options.ack_certificate is None:
        if not is_loopback(options.ack_host):
            raise UsageError("delivery.ack_host off this machine needs delivery.ack_certificate: set it and its key.")
        return None
    try:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.ack_certificate, options.ack_certificate_key)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(f"delivery.ack_certificate cannot be used ({type(error).__name__}): check it.") from None
    return context


def _converse(connection: socket.socket, database: Database, clock: Clock, options: DeliveryOptions) -> None:
    """Every acknowledgment of one connection, each answered before the next."""
    received = b""
    while True:
        try:
            frame, received = receive_frame(connection, received)
        except (OSError, ValueError):
            return
        if not frame:
            return
        told = read_acknowledgment(frame)
        if told is None:
            return
        try:
            is_known = take_acknowledgment(database, told, clock, options)
        except (StoreUnavailable, StoreConflict):
            connection.sendall(commit_of(told, "CE"))
            continue
        if not is_known:
            log.info("an acknowledgment that no delivery waits for: a repetition, or another system's")
        connection.sendall(commit_of(told))
