"""A store with approved referrals, a clock that is turned by hand, and what delivering comes to."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from extractor.delivery import Counts, Destination, Receiver, Sent, Shipment, deliver_due
from extractor.export import Party, exporters
from extractor.store import documents, outbox, referrals
from extractor.store.database import Database
from extractor.store.outbox import ItemState, OutboxItem
from extractor.store.referrals import ReferralState
from models.record import (
    Diagnosis,
    Document,
    Extraction,
    Field,
    Lab,
    Order,
    Patient,
    Prescriber,
    Referral,
    ReferralKind,
    Software,
    State,
    Status,
)
from models.stages.options import DeliveryOptions

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SHA = "ab" * 32
OPTIONS = DeliveryOptions(lease_seconds=300, retry_seconds=60, longest_retry_seconds=600)


class HandClock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **span: float) -> None:
        self.now += timedelta(**span)


def found(value: str) -> Field[str]:
    return Field[str](value=value, confidence=0.99, state=State.FOUND)


def make_referral(referral_id: str, revision: int = 1, drug: str = "ocrelizumab", labs: int = 1) -> Referral:
    return Referral(
        referral_id=referral_id,
        revision=revision,
        created_at=NOON + timedelta(minutes=revision),
        kind=ReferralKind.REFERRAL,
        pages=(1,),
        patient=Patient(first_name=found("Odile"), last_name=found("Quarterman"), date_of_birth=found("1961-04-09")),
        prescriber=Prescriber(last_name=found("Abelard"), npi=found("1234567893")),
        diagnoses=(Diagnosis(code=found("G35.A")),),
        orders=(Order(drug=found(drug), dose=found("300 mg"), route=found("IV")),),
        labs=tuple(Lab(test=found(f"WBC{n}"), result=found("6.1"), status=found("final")) for n in range(labs)),
    )


def approve(database: Database, referral: Referral, *receivers: str, now: datetime = NOON) -> None:
    """What approving does: the revision approved and one item for each receiver, in one transaction."""
    with database.begin() as connection:
        if documents.find_extraction(connection, SHA) is None:
            _take_in(connection)
        referrals.add_revision(
            connection,
            referral,
            document_sha256=SHA,
            received_at=now,
            now=now,
            state=ReferralState.APPROVED,
        )
        outbox.enqueue(connection, referral.referral_id, referral.revision, receivers, now=now)


def _take_in(connection: documents.Connection) -> None:
    documents.receive(connection, arrival_id="a-1", sha256=SHA, size=1, filename="fax.tif", source="folder", now=NOON)
    document = documents.find(connection, SHA)
    assert document is not None
    documents.note_job(connection, document, "job", now=NOON)
    record = Extraction(
        document=Document(sha256=SHA, filename="fax.tif", media_type="image/tiff", page_count=1),
        status=Status.COMPLETE,
        software=Software(version="0"),
    )
    assert documents.keep_extraction(connection, SHA, "job", record, now=NOON)
    documents.finish_reading(connection, SHA, "job", now=NOON)


def destination(receiver: Receiver, format_name: str) -> Destination:
    return Destination(receiver, exporters.get(format_name), Party(application="referral-extractor"))


def deliver(database: Database, clock: HandClock, destinations: Mapping[str, Destination]) -> Counts:
    return deliver_due(database, destinations, clock, options=OPTIONS)


def deliver_until_quiet(database: Database, clock: HandClock, destinations: Mapping[str, Destination]) -> int:
    """Turn the clock on until nothing is due any more; how many turns had something to do."""
    for turn in range(30):
        if not deliver(database, clock, destinations).total and not _waiting(database):
            return turn
        clock.turn(hours=1)
    raise AssertionError("never quiet")


def _waiting(database: Database) -> bool:
    """Whether an item waits for its time, or for a lease to run out."""
    blocked = set()
    for item in sorted(items(database), key=lambda one: one.revision):
        stream = (item.referral_id, item.receiver)
        if item.state in {ItemState.WAITING, ItemState.SENDING} and stream not in blocked:
            return True
        if item.state is ItemState.NEEDS_CHECK:
            blocked.add(stream)
    return False


def items(database: Database) -> tuple[OutboxItem, ...]:
    with database.read() as connection:
        return outbox.list_items(connection)


def states(database: Database) -> dict[tuple[str, int], ItemState]:
    """By referral and revision, for tests with one receiver."""
    return {(item.referral_id, item.revision): item.state for item in items(database)}


def state_of(database: Database, referral_id: str, revision: int = 1) -> ReferralState:
    with database.read() as connection:
        stored = referrals.find(connection, referral_id, revision)
    assert stored is not None
    return stored.summary.state


class Killed(BaseException):
    """The worker ends here; nothing after it happens."""


class Dying:
    """A receiver at which the worker dies: ``before`` the first byte leaves, or ``after`` the receiver answered."""

    def __init__(self, inner: Receiver, moment: str) -> None:
        self.inner, self.moment = inner, moment
        self.recovery = inner.recovery
        self.ask = inner.ask

    def prepare(self, shipment: Shipment) -> Sent | None:
        done = self.inner.prepare(shipment)
        if self.moment == "prepared":
            raise Killed
        return done

    def send(self, shipment: Shipment) -> Sent:
        if self.moment == "before":
            raise Killed
        sent = self.inner.send(shipment)
        if self.moment == "after":
            raise Killed
        return sent


def repeated(kept: list[str]) -> dict[str, int]:
    """What was taken more than once."""
    return {key: count for key, count in Counter(kept).items() if count > 1}


def revisions(kept: list[str]) -> dict[str, list[int]]:
    """By referral the revisions in the order in which they were taken; ``kept`` like ``r-1 2 record``."""
    order: dict[str, list[int]] = {}
    for name in kept:
        referral_id, revision = re.split(r"\s", name)[:2]
        taken = order.setdefault(referral_id, [])
        if int(revision) not in taken:
            taken.append(int(revision))
    return order
