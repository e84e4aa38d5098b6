"""Referrals, documents and the audit, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from extractor.errors import StoreConflict
from extractor.store import arrivals, audit, documents, referrals
from extractor.store.database import Connection, Database
from extractor.store.documents import DocumentState
from extractor.store.referrals import ReferralState
from models.record import Document, Extraction, Referral, ReferralKind, Software, Status
from tests.durability.moments import NOON, SHA, make_referral


def _add(connection: Connection, record: Referral, **changes: object) -> bool:
    told = {"document_sha256": SHA, "received_at": NOON, "now": NOON} | changes
    return referrals.add_revision(connection, record, **told)  # type: ignore[arg-type]


def _receive(connection: Connection, arrival_id: str = "a-1", sha256: str = SHA) -> bool:
    return documents.receive(
        connection, arrival_id=arrival_id, sha256=sha256, size=10, filename="x.pdf", source="folder", now=NOON
    )


def test_a_record_comes_back_as_it_went_in(database: Database) -> None:
    record = make_referral()
    with database.begin() as connection:
        assert _add(connection, record)
    with database.read() as connection:
        stored = referrals.latest(connection, "r-1")
    assert stored is not None and stored.record == record
    summary = stored.summary
    assert (summary.state, summary.priority, summary.drug) == (ReferralState.REVIEW, "stat", "ocrelizumab")
    assert (summary.patient_last_name, summary.date_of_birth, summary.needs_human) == ("Quarterman", "1961-04-09", 1)
    assert summary.received_at == NOON


def test_adding_the_same_revision_twice_keeps_one(database: Database) -> None:
    with database.begin() as connection:
        assert _add(connection, make_referral())
        assert not _add(connection, make_referral())
        assert referrals.count_by_state(connection) == {"review": 1}


def test_revisions_follow_each_other_and_the_last_counts(database: Database) -> None:
    with database.begin() as connection:
        _add(connection, make_referral())
        with pytest.raises(StoreConflict, match="next revision of this referral is 2"):
            _add(connection, make_referral(revision=3))
        _add(connection, make_referral(revision=2), document_sha256="cd" * 32)
        with pytest.raises(StoreConflict, match="exists already"):
            _add(connection, make_referral(revision=2))
        latest = referrals.latest(connection, "r-1")
        assert latest is not None and latest.summary.revision == 2
        assert [item.revision for item in referrals.list_referrals(connection)] == [2]
        first = referrals.find(connection, "r-1", 1)
        assert first is not None and first.record.revision == 1
        assert referrals.find(connection, "r-1", 3) is None


def test_a_state_is_compared_before_it_is_set(database: Database) -> None:
    with database.begin() as connection:
        _add(connection, make_referral())
        referrals.set_state(connection, "r-1", 1, ReferralState.REVIEW, ReferralState.APPROVED, now=NOON)
        with pytest.raises(StoreConflict, match="no longer in state review"):
            referrals.set_state(connection, "r-1", 1, ReferralState.REVIEW, ReferralState.APPROVED, now=NOON)
        assert referrals.count_by_state(connection) == {"approved": 1}


def test_the_most_urgent_comes_first_then_the_oldest(database: Database) -> None:
    routine = make_referral("old", orders=())
    with database.begin() as connection:
        _add(connection, routine, received_at=NOON - timedelta(hours=2))
        _add(connection, routine.model_copy(update={"referral_id": "older"}), received_at=NOON - timedelta(hours=3))
        _add(connection, make_referral("stat"))
        assert [item.referral_id for item in referrals.list_referrals(connection)] == ["stat", "older", "old"]
        assert [item.referral_id for item in referrals.list_referrals(connection, limit=1, offset=1)] == ["older"]
        assert referrals.list_referrals(connection, [ReferralState.CLOSED]) == ()
        assert len(referrals.list_by_document(connection, SHA)) == 3


def test_one_file_that_comes_twice_is_one_document(database: Database) -> None:
    with database.begin() as connection:
        assert _receive(connection)
        assert not _receive(connection, "a-2")
        assert not _receive(connection, "a-2")
        assert len(arrivals.list_arrivals(connection, SHA)) == 2
        assert documents.count_by_state(connection) == {"received": 1}


def test_the_way_of_a_document(database: Database) -> None:
    with database.begin() as connection:
        _receive(connection)
        (due,) = documents.list_due(connection, NOON, 10)
        assert documents.note_job(connection, due, "job-0", now=NOON)
        assert not documents.note_job(connection, due, "another", now=NOON)
        assert documents.list_due(connection, NOON, 10) == ()
        assert documents.begin_reading(connection, SHA, "another job", now=NOON) is None
        reading = documents.begin_reading(connection, SHA, "job-0", now=NOON)
        assert reading is not None and (reading.state, reading.tries) == (DocumentState.READING, 1)
        later = NOON + timedelta(minutes=1)
        documents.retry_later(connection, SHA, "job-0", due_at=later, code="page_timeout", reason="Slow.", now=NOON)
        assert documents.list_due(connection, NOON, 10) == ()
        (due,) = documents.list_due(connection, later, 10)
        assert (due.round, due.tries, due.code) == (1, 0, "page_timeout")
        assert documents.note_job(connection, due, "job-1", now=NOON)
        documents.begin_reading(connection, SHA, "job-1", now=NOON)
        extraction = Extraction(
            document=Document(sha256=SHA, filename="x.pdf", media_type=None),
            status=Status.COMPLETE,
            software=Software(version="1"),
            referrals=(make_referral(kind=ReferralKind.STRAY),),
        )
        assert not documents.keep_extraction(connection, SHA, "job-0", extraction, now=NOON)
        assert documents.keep_extraction(connection, SHA, "job-1", extraction, now=NOON)
        assert not documents.finish_reading(connection, SHA, "job-0", now=NOON)
        assert documents.finish_reading(connection, SHA, "job-1", now=NOON)
        assert documents.find_extraction(connection, SHA) == extraction
        assert not documents.quarantine(connection, SHA, code="c", reason="r", now=NOON)
        assert documents.count_by_state(connection) == {"read": 1}


def test_quarantine_and_release(database: Database) -> None:
    with database.begin() as connection:
        _receive(connection)
        assert documents.quarantine(connection, SHA, code="damaged_document", reason="Send it again.", now=NOON)
        assert documents.count_by_code(connection) == {"damaged_document": 1}
        documents.release(connection, SHA, now=NOON)
        with pytest.raises(StoreConflict):
            documents.release(connection, SHA, now=NOON)
        (due,) = documents.list_due(connection, NOON, 10)
        assert (due.code, due.tries, due.round) == (None, 0, 1)


def test_the_audit_is_one_unbroken_chain(database: Database) -> None:
    with database.begin() as connection:
        for number in range(1, 6):
            told = audit.append(connection, at=NOON, actor="system", action="read", document_sha256=SHA, code="ok")
            assert told == number
        assert audit.first_broken(connection) is None
        assert [line.number for line in audit.list_lines(connection, document_sha256=SHA, limit=2)] == [4, 5]
        assert audit.list_lines(connection, referral_id="r-1") == ()


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("UPDATE audit SET actor = 'somebody' WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 2", 2),
        ("UPDATE audit SET number = 9 WHERE number = 3", 3),
    ],
)
def test_a_changed_line_breaks_the_chain(database: Database, change: str, broken: int) -> None:
    with database.begin() as connection:
        for _ in range(3):
            audit.append(connection, at=NOON, actor="system", action="read", document_sha256=SHA)
        connection.execute(text(change))
        assert audit.first_broken(connection) == broken


def test_writers_at_the_same_time_wait_for_each_other(database: Database) -> None:
    def write(number: int) -> None:
        with database.begin() as connection:
            _receive(connection, f"a-{number}", f"{number % 3:064x}")
            audit.append(connection, at=NOON, actor="system", action="receive", code=str(number))

    with database.begin() as connection:
        for number in range(3):
            _receive(connection, f"first-{number}", f"{number:064x}")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(20)))
    with database.read() as connection:
        assert audit.first_broken(connection) is None
        assert len(audit.list_lines(connection)) == 20
