"""The outbox worker: takes what is due, sends it part by part, and writes down what is known after each step.

Before the first byte of a part leaves, the outbox says that it may be with the receiver; so a worker that dies at any
point leaves behind how much is certain, and the next one asks, sends again where that is harmless, or leaves it to a
person (``needs_check``).
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NoReturn

from extractor.delivery import progress
from extractor.delivery.acknowledgments import taking_acknowledgments
from extractor.delivery.base import Answer, Clock, Outcome, Receiver, Recovery, Sent, Shipment, try_again, unknown
from extractor.delivery.destinations import Destination
from extractor.delivery.shipments import Originals, build_shipments
from extractor.errors import ExtractorError, StoreConflict, StoreUnavailable
from extractor.store import outbox
from extractor.store.database import Connection, Database
from extractor.store.metadata import utc_now
from extractor.store.outbox import ItemState, OutboxItem
from models.stages.options import DeliveryOptions

log = logging.getLogger(__name__)

COMMITTED = "ack_ca"
"""The last code of an item whose receiver keeps it and answers later."""


@dataclass
class Counts:
    """What became of the items that were due. ``lost``: another worker or a person took the item in between.

    ``awaiting``: kept by the receiver, whose application has not answered yet.
    """

    delivered: int = 0
    awaiting: int = 0
    retried: int = 0
    failed: int = 0
    needs_check: int = 0
    lost: int = 0

    @property
    def total(self) -> int:
        """How many items were taken."""
        return self.delivered + self.awaiting + self.retried + self.failed + self.needs_check + self.lost


class _Stopped(Exception):
    """The item's turn is over before all its parts are with the receiver."""


def deliver_due(
    database: Database,
    destinations: Mapping[str, Destination],
    clock: Clock = utc_now,
    *,
    options: DeliveryOptions = DeliveryOptions(),  # noqa: B008 - a frozen value
    originals: Originals | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Counts:
    """Deliver everything that is due now; each item is tried once. Raises ``StoreUnavailable`` only."""
    counts = Counts()
    lease = timedelta(seconds=options.lease_seconds)
    while destinations and not should_stop():
        with database.begin() as connection:
            item = outbox.claim_next(connection, tuple(destinations), now=clock(), lease=lease)
        if item is None:
            break
        delivery = _Delivery(database, destinations[item.receiver], clock, options, item, counts)
        try:
            with database.begin() as connection:
                progress.follow(connection, item, now=clock())
            delivery.run(originals)
        except StoreConflict:
            counts.lost += 1
        except _Stopped:
            pass
        done = delivery.item
        log.info("outbox item %s for %s: %s (%s)", done.item_id, done.receiver, done.state, done.last_code)
    return counts


def keep_delivering(
    database: Database,
    destinations: Mapping[str, Destination],
    stop: threading.Event,
    *,
    options: DeliveryOptions,
    originals: Originals | None = None,
) -> None:
    """Deliver what becomes due until ``stop`` is set; an item that is being sent is sent to its end.

    Late acknowledgments are taken meanwhile, where the settings name a port for them; raises ``UsageError`` where that
    cannot be opened.
    """
    with taking_acknowledgments(database, utc_now, options):
        while not stop.is_set():
            try:
                deliver_due(database, destinations, options=options, originals=originals, should_stop=stop.is_set)
            except StoreUnavailable as error:
                log.warning("%s: %s", error.code, error.message)
            stop.wait(options.poll_seconds)


@dataclass
class _Delivery:
    """One turn of one item; ``item`` is what the outbox holds of it."""

    database: Database
    destination: Destination
    clock: Clock
    options: DeliveryOptions
    item: OutboxItem
    counts: Counts = field(default_factory=Counts)

    @property
    def receiver(self) -> Receiver:
        return self.destination.receiver

    def run(self, originals: Originals | None) -> None:
        """Every part that the receiver does not have yet, in their order."""
        shipments = self._build(originals)
        if self.item.unsure_part not in {None, *(shipment.part for shipment in shipments)}:
            self._give_up("format_changed")  # in doubt is a part of the format that was spoken before
        for shipment in shipments:
            if shipment.part not in self.item.accepted_parts:
                self._deliver(shipment)
        self._end(ItemState.DELIVERED, self.item.last_code)

    def _build(self, originals: Originals | None) -> tuple[Shipment, ...]:
        try:
            with self.database.read() as connection:
                if progress.is_approved(connection, self.item):
                    return build_shipments(connection, self.item, self.destination, originals)
        except StoreUnavailable:
            raise
        except ExtractorError as error:
            if error.retryable:
                self._retry(try_again(error.code))
            self._give_up(error.code)
        except Exception as error:  # noqa: BLE001 - one referral that cannot be written must not hold up the others
            log.warning("outbox item %s cannot be exported: %s", self.item.item_id, type(error).__name__)
            self._give_up("export_error")
        self._retry(try_again("not_approved"))

    def _deliver(self, shipment: Shipment) -> None:
        """Returns once the receiver has the part for certain."""
        if self.item.unsure_part == shipment.part and self._is_there(shipment):
            return
        waiting = self.receiver.prepare(shipment)
        if waiting is not None:
            self._retry(waiting)
        is_repeated = self.item.unsure_part == shipment.part
        self._begin(shipment.part)
        sent = _send(self.receiver, shipment)
        if sent.outcome is Outcome.ACCEPTED:
            self._accept(shipment, sent.code)
            return
        if sent.outcome is Outcome.COMMITTED:
            self._await(sent)
        if sent.outcome is Outcome.UNKNOWN:
            if self.receiver.recovery is Recovery.PERSON:
                self._give_up(sent.code)
            self._retry(sent)
        if not is_repeated:
            # Where it is, a try before this one may have arrived although this one was turned away.
            self._write(lambda c: outbox.deny_part(c, self.item, now=self.clock()))
        if sent.outcome is Outcome.REFUSED:
            self._give_up(sent.code)
        self._retry(sent)

    def _begin(self, part: str) -> None:
        """The last moment at which a hold stops it: whoever holds locks the items too, so the one sees the other."""
        lease = timedelta(seconds=self.options.lease_seconds)
        with self.database.begin() as connection:
            outbox.lock_revision(connection, self.item.referral_id, self.item.revision)
            is_approved = progress.is_approved(connection, self.item)
            if is_approved:
                self.item = outbox.begin_part(connection, self.item, part, now=self.clock(), lease=lease)
        if not is_approved:
            self._retry(try_again("not_approved"))

    def _is_there(self, shipment: Shipment) -> bool:
        """What to do about a part in doubt. False: it may be sent, again or for the first time."""
        if self.item.last_code == COMMITTED:
            self._give_up("ack_late")
        if self.receiver.recovery is Recovery.RESEND:
            return False
        if self.receiver.recovery is Recovery.PERSON:
            self._give_up("interrupted")
        answer = self.receiver.ask(shipment)
        if answer is Answer.SILENT:
            self._retry(unknown("not_answered"))
        if answer is Answer.HAS:
            self._accept(shipment, "found_there")
            return True
        self._write(lambda c: outbox.deny_part(c, self.item, now=self.clock()))
        return False

    def _accept(self, shipment: Shipment, code: str) -> None:
        self._write(lambda c: outbox.accept_part(c, self.item, shipment.part, now=self.clock()))
        self.item = self.item.model_copy(update={"last_code": code})

    def _await(self, sent: Sent) -> NoReturn:
        """The receiver keeps it, so it is never sent again by itself: its application's word is awaited."""
        now = self.clock()
        until = now + timedelta(seconds=sent.after or 0.0)
        self._write(lambda c: outbox.await_answer(c, self.item, COMMITTED, until=until, now=now))
        self.counts.awaiting += 1
        raise _Stopped

    def _retry(self, sent: Sent) -> NoReturn:
        """Later, with growing distance; after the last try a person has to look."""
        if self.item.attempts >= self.options.max_tries:
            self._give_up(sent.code)
        now = self.clock()
        at = now + timedelta(seconds=max(_backoff(self.item.attempts, self.options), sent.after or 0.0))
        self._write(lambda c: outbox.retry_later(c, self.item, sent.code, at=at, now=now))
        self.counts.retried += 1
        raise _Stopped

    def _give_up(self, code: str) -> NoReturn:
        """A person has to look: ``needs_check`` where the receiver may have a part in doubt, else ``failed``."""
        self._end(ItemState.NEEDS_CHECK if self.item.unsure_part else ItemState.FAILED, code)
        raise _Stopped

    def _end(self, state: ItemState, code: str | None) -> None:
        self._write(lambda c: progress.settle(c, self.item, state, code, now=self.clock()))
        self.counts.delivered += state is ItemState.DELIVERED
        self.counts.failed += state is ItemState.FAILED
        self.counts.needs_check += state is ItemState.NEEDS_CHECK

    def _write(self, change: Callable[[Connection], OutboxItem]) -> None:
        with self.database.begin() as connection:
            self.item = change(connection)


def _send(receiver: Receiver, shipment: Shipment) -> Sent:
    try:
        return receiver.send(shipment)
    except Exception as error:  # noqa: BLE001 - a plug-in that breaks its Protocol may have sent it all the same
        log.warning("receiver broke its Protocol: %s", type(error).__name__)
        return unknown("receiver_error")


def _backoff(attempts: int, options: DeliveryOptions) -> float:
    """Seconds until the next try: doubled each time."""
    return float(min(options.longest_retry_seconds, options.retry_seconds * 2.0 ** min(attempts - 1, 30)))
