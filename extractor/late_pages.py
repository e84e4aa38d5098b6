"""Pages that came late for an open referral: read again together with it, they become its next revision.

Only where nothing is left to doubt: names and date of birth are sure on both sides and agree, the late pages belong to
exactly one open referral, and nobody has begun to work on it. Otherwise the link alone tells the human. The joined file
is a document of its own, so that its pages, their boxes and what a receiver gets are of one piece.
"""

import hashlib
from datetime import datetime

from extractor.errors import ExtractorError, InputError
from extractor.ingest.join import JoinRequest, join_files
from extractor.isolation import Task, WorkerPool
from extractor.jobs.journal import log
from extractor.store import arrivals, audit, claims, corrections, documents, drafts, joins, page_changes, referrals
from extractor.store.database import Connection
from extractor.store.joins import Join
from extractor.store.links import Relation, list_links
from extractor.store.opening import Store
from extractor.store.referrals import ReferralState, StoredReferral
from models.record import Extraction, Referral, ReferralKind, Text
from models.record.field import HAS_VALUE
from models.record.normalise import same_text
from models.stages.options import Options

SOURCE = "joined"


def join_late_pages(store: Store, sha256: str, options: Options, pool: WorkerPool | None, *, now: datetime) -> bool:
    """Make the joined document of a document that only holds late pages; whether one was made.

    A file that cannot be joined is no error: the late pages stay a referral of their own, with their link.
    """
    with store.database.read() as connection:
        pair = _find_pair(connection, sha256, now)
    if pair is None or pool is None:
        return False
    earlier, later = pair
    files = tuple(str(store.originals.path(one.summary.document_sha256)) for one in (earlier, later))
    task = Task(JoinRequest(files, options.ingest.max_pages), page_no=None, seconds=options.pool.open_seconds)
    (_, outcome), *_ = pool.run(join_files, [task])
    if isinstance(outcome, ExtractorError):
        if outcome.retryable and not isinstance(outcome, InputError):
            raise outcome
        log("not_joined", document=sha256, code=outcome.code)
        return False
    joined = store.originals.put(outcome)
    with store.database.begin() as connection:
        documents.lock(connection, joined)
        corrections.lock_review(connection, earlier.record.referral_id)
        if _find_pair(connection, sha256, now) != pair:
            return False
        came = arrivals.list_arrivals(connection, earlier.summary.document_sha256)
        documents.receive(
            connection,
            arrival_id=hashlib.sha256(f"{SOURCE}\n{earlier.record.referral_id}\n{joined}".encode()).hexdigest(),
            sha256=joined,
            size=len(outcome),
            filename=came[0].filename if came else joined[:12],
            source=SOURCE,
            now=now,
            priority=earlier.summary.priority,
        )
        joins.add_join(
            connection,
            Join(
                document_sha256=joined,
                referral_id=earlier.record.referral_id,
                revision=earlier.record.revision,
                supplement_id=later.record.referral_id,
            ),
        )
        _note(connection, "join", earlier, joined, now)
    return True


def attach(connection: Connection, extraction: Extraction, join: Join, *, now: datetime) -> bool:
    """The next revision of the referral, from the joined document; whether it is one.

    False where somebody began to work on the referral meanwhile, or what was read says no longer that it is of the
    same patient: then all stays as it was, with the link.
    """
    corrections.lock_review(connection, join.referral_id)
    earlier = referrals.latest(connection, join.referral_id)
    later = referrals.latest(connection, join.supplement_id)
    if earlier is None or later is None or len(extraction.referrals) != 1:
        return False
    (record,) = extraction.referrals
    is_unchanged = earlier.record.revision == join.revision and _is_untouched(connection, earlier, now)
    if not (is_unchanged and _is_untouched(connection, later, now) and _is_surely_same(record, earlier.record)):
        return False
    review, closed = ReferralState.REVIEW, ReferralState.CLOSED
    for old in (earlier, later):
        referrals.set_state(connection, old.record.referral_id, old.record.revision, review, closed, now=now)
    renamed = record.model_copy(update={"referral_id": join.referral_id, "revision": join.revision + 1})
    referrals.add_revision(
        connection,
        renamed,
        document_sha256=join.document_sha256,
        received_at=earlier.summary.received_at,
        now=now,
    )
    attached = referrals.latest(connection, join.referral_id)
    assert attached is not None
    _note(connection, "attach", attached, join.document_sha256, now)
    _note(connection, closed.value, later, join.document_sha256, now)
    return True


def _find_pair(connection: Connection, sha256: str, now: datetime) -> tuple[StoredReferral, StoredReferral] | None:
    """The open referral and the late pages that are surely its own; None where anything is in doubt."""
    later = _only_one(connection, sha256)
    if later is None or later.record.kind is not ReferralKind.SUPPLEMENT or not _is_untouched(connection, later, now):
        return None
    about = [
        link.earlier_id
        for link in list_links(connection, later.record.referral_id)
        if link.referral_id == later.record.referral_id and link.relation in {Relation.SUPPLEMENT, Relation.REPLY}
    ]
    found = [stored for one in set(about) if (stored := referrals.latest(connection, one)) is not None]
    is_open = [stored for stored in found if stored.summary.state is ReferralState.REVIEW]
    if len(is_open) != 1:
        return None
    (earlier,) = is_open
    is_alone = _only_one(connection, earlier.summary.document_sha256) is not None
    is_free = _is_untouched(connection, earlier, now) and not joins.is_being_joined(
        connection, earlier.record.referral_id, earlier.record.revision
    )
    if not (is_alone and is_free and earlier.record.kind is ReferralKind.REFERRAL):
        return None
    return (earlier, later) if _is_surely_same(later.record, earlier.record) else None


def _only_one(connection: Connection, sha256: str) -> StoredReferral | None:
    """The referral of a document that gave one only, if it still stands on that document."""
    ids = {line.referral_id for line in referrals.list_by_document(connection, sha256)}
    stored = referrals.latest(connection, ids.pop()) if len(ids) == 1 else None
    return stored if stored is not None and stored.summary.document_sha256 == sha256 else None


def _is_untouched(connection: Connection, stored: StoredReferral, now: datetime) -> bool:
    """In review, and nobody has answered, typed, changed a page, or taken it."""
    referral_id, revision = stored.record.referral_id, stored.record.revision
    return (
        stored.summary.state is ReferralState.REVIEW
        and not corrections.version(connection, referral_id, revision)
        and not drafts.has_drafts(connection, referral_id, revision)
        and not page_changes.list_changes(connection, stored.summary.document_sha256)
        and claims.find_claim(connection, referral_id, now=now) is None
    )


def _is_surely_same(one: Referral, other: Referral) -> bool:
    return all(
        _agree(getattr(one.patient, name), getattr(other.patient, name))
        for name in ("last_name", "first_name", "date_of_birth")
    )


def _agree(one: Text, other: Text) -> bool:
    if one.value is None or other.value is None:
        return False
    return one.state in HAS_VALUE and other.state in HAS_VALUE and same_text(one.value, other.value)


def _note(connection: Connection, action: str, stored: StoredReferral, sha256: str, now: datetime) -> None:
    audit.append(
        connection,
        at=now,
        actor=audit.SYSTEM,
        action=action,
        referral_id=stored.record.referral_id,
        revision=stored.record.revision,
        document_sha256=sha256,
        code=SOURCE,
    )
