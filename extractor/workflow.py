"""The durable story of one fax: taken in, read, and put before a human.

Every step may run twice, so each is harmless to repeat: originals lie by their hash, rows are written once, and the
pages that were read are kept. The story ends in ``review``: what a human approves there goes out through the outbox.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from extractor.errors import EngineError, EngineUnavailable, ExtractorError, InputError, StoreConflict, StoreError
from extractor.isolation import WorkerPool
from extractor.jobs.engine import Job, Step
from extractor.jobs.journal import log
from extractor.jobs.worker import READ, give_up_or_retry
from extractor.late_pages import attach, join_late_pages
from extractor.pipeline import extract_file
from extractor.replies import link_replies
from extractor.resends import link_resent
from extractor.store import arrivals, audit, documents, joins, outbox, prints, referrals
from extractor.store.blobs import lost
from extractor.store.database import Connection
from extractor.store.documents import StoredDocument
from extractor.store.links import Link, Relation, add_link, list_links
from extractor.store.metadata import utc_now
from extractor.store.opening import Store
from extractor.store.prints import StoredPrint
from extractor.store.referrals import ReferralState, ReferralSummary
from models.record import DocumentKind, Extraction, Referral, ReferralKind
from models.record.normalise import same_text
from models.stages.options import JobOptions, Options

_READ, _GONE, _LATER, _QUARANTINED, _ATTACHED = "read", "gone", "later", "quarantined", "attached"
_RELATED_WITHIN = timedelta(days=60)
_CROSSED_WITHIN = timedelta(days=1)
"""A cancellation may come in, or be read, this long before the referral that it is about."""
_CAN_BE_STOPPED = (
    ReferralState.REVIEW,
    ReferralState.APPROVED,
    ReferralState.DELIVERING,
    ReferralState.NEEDS_CHECK,
)
"""As long as nothing of it left: what a receiver may have cannot be called back from here."""
_PAGE_ERRORS_THAT_PASS = {"page_timeout", "engine_crashed", "page_memory"}


@dataclass(frozen=True, slots=True)
class Office:
    """What the story needs. ``pool`` serves one file at a time."""

    store: Store
    options: Options
    jobs: JobOptions
    pool: WorkerPool | None = None
    now: Callable[[], datetime] = utc_now
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was taken in. ``is_new`` is False for one whose bytes came before; ``place``: see ``take_in``."""

    sha256: str
    is_new: bool
    place: str | None


def take_in(
    store: Store,
    sha256: str,
    *,
    arrival_id: str,
    filename: str,
    source: str,
    now: datetime,
    priority: str = "routine",
    place: str | None = None,
    quarantine: ExtractorError | None = None,
    actor: str = audit.SYSTEM,
) -> Taken:
    """Note that a file came whose bytes ``store.originals`` keeps; a worker reads it soon.

    ``arrival_id`` (at most 64 characters) makes it repeatable: the same one again changes nothing, and the first
    ``place`` (where the caller will move the original) stays. With ``quarantine`` it is not read, for that reason.
    Raises ``FileUnavailable`` or ``StoreUnavailable``; then nothing was noted.
    """
    with store.database.begin() as connection:
        # Looked at under the lock: the same bytes, kept for long, may be deleted at this moment.
        documents.lock(connection, sha256)
        size = store.originals.size(sha256)
        if size is None:
            raise lost()
        known = arrivals.find_arrival(connection, arrival_id)
        if known is not None:
            return Taken(known.document_sha256, False, known.place)
        is_new = documents.receive(
            connection,
            arrival_id=arrival_id,
            sha256=sha256,
            size=size,
            filename=filename,
            source=source,
            now=now,
            priority=priority,
            place=place,
        )
        action = "receive" if is_new else "receive_again"
        audit.append(connection, at=now, actor=actor, action=action, document_sha256=sha256, code=source)
        if quarantine is not None and is_new:
            _quarantine(connection, sha256, quarantine.code, quarantine.message, now)
    log("received" if is_new else "received_again", document=sha256, code=quarantine.code if quarantine else None)
    return Taken(sha256, is_new, place)


def make_jobs(office: Office) -> dict[str, Job]:
    """The jobs that a worker can do."""
    return {READ: lambda step, sha256, job_id: _read_fax(office, step, sha256, job_id)}


def _read_fax(office: Office, step: Step, sha256: str, job_id: str) -> str:
    begun: list[bool] = []
    outcome = step("read", lambda: _read(office, sha256, job_id, begun))
    if outcome == _READ:
        outcome = step("record", lambda: _record(office, sha256, job_id))
    if outcome == _READ:
        step("resent", lambda: str(link_resent(office.store.database, sha256, now=office.now())))
        step("join", lambda: str(_join(office, sha256)))
    return outcome


def _read(office: Office, sha256: str, job_id: str, begun: list[bool]) -> str:
    """Read the file and keep what was read. The try is counted before anything can die of the file."""
    database, now = office.store.database, office.now()
    with database.begin() as connection:
        document = documents.find(connection, sha256)
        if not begun and document is not None:
            # Not counted again where this step is only repeated because the store was away.
            document = documents.begin_reading(connection, sha256, job_id, now=now)
        if document is None:
            return _GONE
        if document.tries > office.jobs.max_tries:
            reason = (
                f"Reading this file ended the program {office.jobs.max_tries} times: look at it by hand, or ask the "
                "sender for it in another format."
            )
            _quarantine(connection, sha256, "reader_died", reason, now)
            return _QUARANTINED
        came = arrivals.list_arrivals(connection, sha256)
    begun.append(True)
    try:
        extraction, pages = _extract(office, sha256, came[0].filename if came else sha256)
    except StoreError:
        raise
    except ExtractorError as error:
        return _fail(office, sha256, job_id, error)
    except Exception as error:  # noqa: BLE001  a fault of this program must not stop the queue
        failed = StoreConflict(f"The program failed on this file ({type(error).__name__}): look at it by hand.")
        return _fail(office, sha256, job_id, failed, code="internal_error")
    with database.begin() as connection:
        if extraction.status == "partial" and document.round == 0 and _may_pass(extraction):
            reason = "Some pages could not be read; they are tried once more."
            give_up_or_retry(connection, document, job_id, office.jobs, code="pages_failed", reason=reason, now=now)
            return _LATER
        is_ours = documents.keep_extraction(connection, sha256, job_id, extraction, now=office.now())
        if is_ours:
            prints.keep_prints(connection, sha256, pages)
    return _READ if is_ours else _GONE


def _extract(office: Office, sha256: str, filename: str) -> tuple[Extraction, tuple[StoredPrint, ...]]:
    file = office.store.originals.path(sha256)
    with office.lock:
        result = extract_file(file, office.options, pool=office.pool, artifacts=office.store.readings)
    document = result.extraction.document.model_copy(update={"filename": filename})
    pages = tuple(
        StoredPrint(
            document_sha256=sha256,
            page_no=reading.page.page_no,
            page_type=reading.page.type,
            page_print=reading.page_print,
        )
        for reading in result.readings
        if reading.page_print
    )
    return result.extraction.model_copy(update={"document": document}), pages


def _join(office: Office, sha256: str) -> bool:
    with office.lock:
        return join_late_pages(office.store, sha256, office.options, office.pool, now=office.now())


def _may_pass(extraction: Extraction) -> bool:
    return any(failure.code in _PAGE_ERRORS_THAT_PASS for failure in extraction.failures)


def _fail(office: Office, sha256: str, job_id: str, error: ExtractorError, *, code: str | None = None) -> str:
    """Retry what may pass, quarantine what is the file's fault, wait where the installation is at fault.

    An error that nobody foresaw may come from a broken installation as well: it is retried before it is given up.
    """
    now, code = office.now(), code or error.code
    is_files_fault = isinstance(error, InputError | EngineError) and not isinstance(error, EngineUnavailable)
    with office.store.database.begin() as connection:
        document = documents.find(connection, sha256)
        if document is None:
            return _GONE
        if is_files_fault and not error.retryable:
            _quarantine(connection, sha256, code, error.message, now)
            is_retried = False
        else:
            is_bounded = is_files_fault or code == "internal_error"
            jobs = office.jobs if is_bounded else office.jobs.model_copy(update={"max_rounds": document.round + 1})
            is_retried = give_up_or_retry(connection, document, job_id, jobs, code=code, reason=error.message, now=now)
    log("read_later" if is_retried else "quarantined", document=sha256, code=code, is_problem=True)
    return _LATER if is_retried else _QUARANTINED


def _record(office: Office, sha256: str, job_id: str) -> str:
    """The referrals and the document's state in one transaction."""
    now = office.now()
    try:
        with office.store.database.begin() as connection:
            extraction = documents.find_extraction(connection, sha256)
            document = documents.find(connection, sha256)
            if extraction is None or document is None:
                return _GONE
            if not extraction.referrals:
                reason = "No referral was found in this file: look at it by hand."
                _quarantine(connection, sha256, "nothing_found", reason, now)
                return _QUARANTINED
            if not documents.finish_reading(connection, sha256, job_id, now=now):
                return _GONE
            join = joins.find_join(connection, sha256)
            if join is not None:
                is_attached = attach(connection, extraction, join, now=now)
                log("attached" if is_attached else "not_attached", document=sha256, referral_id=join.referral_id)
                return _ATTACHED
            is_stop = extraction.document.kind is DocumentKind.CANCELLATION
            audit.append(connection, at=now, actor=audit.SYSTEM, action="read", document_sha256=sha256)
            if not is_stop:
                link_replies(connection, extraction, now=now)
            for record in extraction.referrals:
                stops = () if is_stop else _find_cancellations(connection, record, document)
                state = ReferralState.HELD if is_stop or stops else ReferralState.REVIEW
                referrals.add_revision(
                    connection,
                    record,
                    document_sha256=sha256,
                    received_at=document.received_at,
                    now=now,
                    state=state,
                )
                for stop in stops:
                    _link(connection, stop.referral_id, record.referral_id, Relation.CANCELLATION, now)
                _relate(connection, record, sha256, is_stop=is_stop, now=now)
                audit.append(
                    connection,
                    at=now,
                    actor=audit.SYSTEM,
                    action=state.value,
                    referral_id=record.referral_id,
                    revision=record.revision,
                    document_sha256=sha256,
                    code=Relation.CANCELLATION.value if stops else None,
                )
    except StoreConflict as error:
        return _fail(office, sha256, job_id, error, code="internal_error")
    for record in extraction.referrals:
        log("in_review", document=sha256, referral_id=record.referral_id)
    return _READ


def _relate(connection: Connection, record: Referral, sha256: str, *, is_stop: bool, now: datetime) -> None:
    """Link a referral to earlier ones of the same patient that it may be about; a cancellation holds those up.

    Only a proposal to the human who looks: nothing is merged, and a referral that is held goes on with a click.
    """
    born = record.patient.date_of_birth.value
    if born is None:
        return
    linked = {link.referral_id for link in list_links(connection, record.referral_id)}
    for earlier in referrals.list_by_birth(connection, born, now - _RELATED_WITHIN):
        if earlier.document_sha256 == sha256 or not _is_same_patient(record, earlier):
            continue
        relation = _relation(record, earlier, is_stop)
        if relation is None or earlier.referral_id in linked - {record.referral_id}:
            continue
        _link(connection, record.referral_id, earlier.referral_id, relation, now)
        if is_stop:
            _hold(connection, earlier, sha256, now)


def _hold(connection: Connection, earlier: ReferralSummary, sha256: str, now: datetime) -> None:
    """Stop a referral that a cancellation names, unless a receiver has, or may have, a part of it.

    Its deliveries are locked first, as who delivers does: so none leaves, and its state stays as it is read here.
    """
    items = outbox.lock_revision(connection, earlier.referral_id, earlier.revision)
    found = referrals.find(connection, earlier.referral_id, earlier.revision)
    has_left = any(item.unsure_part is not None or item.accepted_parts for item in items)
    if has_left or found is None or found.summary.state not in _CAN_BE_STOPPED:
        return
    held, state = ReferralState.HELD, found.summary.state
    referrals.set_state(connection, earlier.referral_id, earlier.revision, state, held, now=now)
    audit.append(
        connection,
        at=now,
        actor=audit.SYSTEM,
        action=held.value,
        referral_id=earlier.referral_id,
        revision=earlier.revision,
        document_sha256=sha256,
        code=Relation.CANCELLATION.value,
    )


def _find_cancellations(
    connection: Connection, record: Referral, document: StoredDocument
) -> tuple[ReferralSummary, ...]:
    """Cancellations of this patient that were read before this record and may be about it.

    Those that came in after it are, and of those before it the recent ones that named no other referral.
    """
    born, came = record.patient.date_of_birth.value, document.received_at
    if born is None:
        return ()
    return tuple(
        other
        for other in referrals.list_by_birth(connection, born, came - _CROSSED_WITHIN)
        if other.document_sha256 != document.sha256
        and _is_same_patient(record, other)
        and _is_cancellation(connection, other)
        and (other.received_at >= came or not _cancels_another(connection, other.referral_id))
    )


def _is_cancellation(connection: Connection, summary: ReferralSummary) -> bool:
    extraction = documents.find_extraction(connection, summary.document_sha256)
    return extraction is not None and extraction.document.kind is DocumentKind.CANCELLATION


def _cancels_another(connection: Connection, referral_id: str) -> bool:
    links = list_links(connection, referral_id)
    return any(link.referral_id == referral_id and link.relation is Relation.CANCELLATION for link in links)


def _link(connection: Connection, later: str, earlier: str, relation: Relation, now: datetime) -> None:
    add_link(connection, Link(referral_id=later, earlier_id=earlier, relation=relation, linked_at=now))


def _is_same_patient(record: Referral, earlier: ReferralSummary) -> bool:
    """The last name agrees, and the first one where both are known; the date of birth does already."""
    first, last = record.patient.first_name.value, record.patient.last_name.value
    if last is None or not same_text(last, earlier.patient_last_name):
        return False
    return first is None or earlier.patient_first_name is None or same_text(first, earlier.patient_first_name)


def _relation(record: Referral, earlier: ReferralSummary, is_stop: bool) -> Relation | None:
    if is_stop:
        return Relation.CANCELLATION
    if record.kind is ReferralKind.SUPPLEMENT:
        return Relation.SUPPLEMENT
    drugs = {order.drug.value for order in record.orders}
    return Relation.REFAX if earlier.drug is not None and earlier.drug in drugs else None


def _quarantine(connection: Connection, sha256: str, code: str, reason: str, now: datetime) -> None:
    if documents.quarantine(connection, sha256, code=code, reason=reason, now=now):
        audit.append(connection, at=now, actor=audit.SYSTEM, action="quarantine", document_sha256=sha256, code=code)
