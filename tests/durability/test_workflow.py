"""The story of one fax, step by step in one process; the clock is in hand."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from extractor import workflow
from extractor.errors import EncryptedDocument, EngineUnavailable, ExtractorError, PageTimeout, StoreUnavailable
from extractor.isolation import WorkerPool
from extractor.jobs import worker
from extractor.jobs.engine import JobState
from extractor.jobs.worker import READ, rank, recheck, submit_due
from extractor.pipeline import Result
from extractor.store import audit, documents, referrals
from extractor.store.documents import DocumentState
from extractor.workflow import Office, make_jobs
from models.record import Failure, Status
from tests.durability.moments import NOON
from tests.durability.rooms import JOBS, OPTIONS, Room
from tests.durability.tiny_faxes import draw_fax


def _fail_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*arguments: object, **named: object) -> Result:
        raise error

    monkeypatch.setattr(workflow, "extract_file", fail)


def test_a_fax_ends_in_review_with_its_record(room: Room, fax: Path) -> None:
    sha256 = room.take(fax)
    assert room.read(sha256) == "read"
    assert room.document(sha256).state is DocumentState.READ
    assert room.states() == {"review": 1}
    with room.store.database.read() as connection:
        (summary,) = referrals.list_referrals(connection)
        extraction = documents.find_extraction(connection, sha256)
        lines = [line.action for line in audit.list_lines(connection, document_sha256=sha256)]
    assert (summary.document_sha256, summary.drug) == (sha256, "ocrelizumab")
    assert extraction is not None and extraction.document.filename == "a fax.pdf"
    assert lines == ["receive", "read", "review"]


def test_every_step_may_run_twice(room: Room, fax: Path) -> None:
    sha256 = room.take(fax)
    job_id = room.give_job(sha256)
    steps: list[Callable[[], str]] = []

    def twice(name: str, function: Callable[[], str]) -> str:
        steps.append(function)
        function()
        return function() if name == "read" else "read"

    assert make_jobs(room.office)[READ](twice, sha256, job_id) == "read"
    assert [step() for step in steps] == ["gone", "gone", "0", "False"]
    assert room.states() == {"review": 1}
    assert room.document(sha256).tries == 1


def test_the_pages_are_not_read_again_after_a_crash(
    sqlite_room: Room, fax: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = sqlite_room
    sha256 = room.take(fax)
    job_id = room.give_job(sha256)
    with monkeypatch.context() as inner:
        inner.setattr(documents, "keep_extraction", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            room.run(sha256, job_id)

    class NoPool:
        def run(self, function: object, tasks: list[object]) -> Iterator[tuple[int, object]]:
            assert not tasks, "a page would be read again"
            return iter(())

    assert isinstance(room.office.pool, WorkerPool)
    room.office = Office(room.store, OPTIONS, JOBS, NoPool(), now=lambda: room.now)  # type: ignore[arg-type]
    assert room.run(sha256, job_id) == "read"
    assert room.document(sha256).tries == 2


def test_what_cannot_be_read_goes_into_quarantine_at_once(sqlite_room: Room, tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    path.write_bytes(b"PK\x03\x04 no fax")
    sha256 = sqlite_room.take(path)
    assert sqlite_room.read(sha256) == "quarantined"
    document = sqlite_room.document(sha256)
    assert (document.state, document.code) == (DocumentState.QUARANTINED, "unsupported_media_type")
    assert "print it to PDF" in (document.reason or "")


@pytest.mark.parametrize(
    ("error", "ends"),
    [
        (PageTimeout("Slow."), "quarantined"),
        (EncryptedDocument("Ask without a password."), "quarantined"),
        (EngineUnavailable("Install it."), "received"),
        (ValueError("Quarterman"), "quarantined"),
    ],
)
def test_what_may_pass_is_retried_and_what_is_not_the_files_fault_is_never_given_up(
    sqlite_room: Room, fax: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, ends: str
) -> None:
    room = sqlite_room
    _fail_with(monkeypatch, error)
    sha256 = room.take(fax)
    outcomes = []
    for _ in range(4):
        outcomes.append(room.read(sha256))
        document = room.document(sha256)
        assert "Quarterman" not in f"{document.reason}"
        if outcomes[-1] == "quarantined":
            break
        assert document.due_at > room.now
        room.now = document.due_at
    assert room.document(sha256).state == ends
    is_passing = not isinstance(error, ExtractorError) or error.retryable
    assert len(outcomes) == (2 if is_passing else 4 if ends == "received" else 1)


def test_a_store_that_is_away_counts_no_try(sqlite_room: Room, fax: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = sqlite_room
    sha256 = room.take(fax)
    job_id = room.give_job(sha256)

    def patient(name: str, function: Callable[[], str]) -> str:
        """As the engine does: a step whose store is away is tried again."""
        while True:
            try:
                return function()
            except StoreUnavailable:
                monkeypatch.undo()

    def away(*arguments: object, **named: object) -> bool:
        raise StoreUnavailable("away")

    monkeypatch.setattr(documents, "keep_extraction", away)
    assert make_jobs(room.office)[READ](patient, sha256, job_id) == "read"
    assert room.document(sha256).tries == 1


def test_a_file_whose_reader_dies_again_and_again_is_given_up(sqlite_room: Room, fax: Path) -> None:
    room = sqlite_room
    sha256 = room.take(fax)
    job_id = room.give_job(sha256)
    with room.store.database.begin() as connection:
        for _ in range(JOBS.max_tries):
            documents.begin_reading(connection, sha256, job_id, now=NOON)
    assert room.run(sha256, job_id) == "quarantined"
    assert room.document(sha256).code == "reader_died"


def _changed(monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
    real = workflow.extract_file

    def extract(*arguments: object, **named: object) -> Result:
        result = real(*arguments, **named)  # type: ignore[arg-type]
        return Result(result.extraction.model_copy(update=changes), result.readings, result.images)

    monkeypatch.setattr(workflow, "extract_file", extract)


def test_a_file_without_a_referral_is_shown_to_somebody(
    sqlite_room: Room, fax: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _changed(monkeypatch, referrals=())
    sha256 = sqlite_room.take(fax)
    assert sqlite_room.read(sha256) == "quarantined"
    assert sqlite_room.document(sha256).code == "nothing_found"


def test_pages_that_failed_for_a_passing_reason_are_tried_once_more(
    sqlite_room: Room, fax: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = sqlite_room
    failure = Failure(stage="read", code="page_timeout", page_no=2, message="Slow.")
    _changed(monkeypatch, status=Status.PARTIAL, failures=(failure,))
    sha256 = room.take(fax)
    assert room.read(sha256) == "later"
    assert room.states() == {}
    room.now += timedelta(minutes=10)
    assert room.read(sha256) == "read"
    assert room.states() == {"review": 1}


def test_stat_goes_first_but_not_for_ever() -> None:
    assert rank("stat", NOON) < rank("urgent", NOON) < rank("routine", NOON)
    assert rank("routine", NOON) < rank("stat", NOON + timedelta(hours=9))
    assert rank("stat", NOON) < rank("routine", NOON - timedelta(hours=7))
    assert 1 <= rank("stat", datetime(2019, 1, 1, tzinfo=NOON.tzinfo)) < rank("routine", NOON) < 2**31


class Asked:
    """An engine that only answers: what it was given, and what it says of a job."""

    def __init__(self, state: object = None, owner: str | None = None) -> None:
        self.said, self.by = state, owner
        self.submitted: list[str] = []
        self.moved: list[str] = []

    def submit(self, kind: str, key: str, *, job_id: str, rank: int) -> None:
        self.submitted.append(job_id)

    def state(self, job_id: str) -> object:
        return self.said

    def owner(self, job_id: str) -> str | None:
        return self.by

    def move_job(self, job_id: str) -> None:
        self.moved.append(job_id)


@pytest.mark.parametrize(
    ("said", "owner", "is_submitted", "is_moved", "state"),
    [
        (None, None, True, False, DocumentState.RECEIVED),
        (JobState.WAITING, None, False, False, DocumentState.RECEIVED),
        (JobState.RUNNING, "nobody alive", False, True, DocumentState.RECEIVED),
        (JobState.FAILED, None, False, False, DocumentState.RECEIVED),
    ],
)
def test_a_job_that_was_lost_or_orphaned_or_failed_is_found(
    sqlite_room: Room,
    fax: Path,
    said: JobState | None,
    owner: str | None,
    is_submitted: bool,
    is_moved: bool,
    state: DocumentState,
) -> None:
    room, engine = sqlite_room, Asked(said, owner)
    sha256 = room.take(fax)
    assert submit_due(room.store.database, engine, NOON) == 1  # type: ignore[arg-type]
    assert submit_due(room.store.database, engine, NOON) == 0  # type: ignore[arg-type]
    assert engine.submitted == [f"{sha256}-0"]
    recheck(room.store.database, engine, JOBS, NOON + timedelta(seconds=5))  # type: ignore[arg-type]
    assert (engine.submitted, engine.moved) == ([f"{sha256}-0"], [])
    recheck(room.store.database, engine, JOBS, NOON + timedelta(seconds=60))  # type: ignore[arg-type]
    assert (len(engine.submitted) == 2, len(engine.moved) == 1) == (is_submitted, is_moved)
    document = room.document(sha256)
    assert (document.state, document.round) == (state, 1 if said is JobState.FAILED else 0)


def test_only_so_many_documents_have_a_job_at_a_time(
    sqlite_room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, engine = sqlite_room, Asked(JobState.WAITING, None)
    monkeypatch.setattr(worker, "_WINDOW", 2)
    for number in range(3):
        room.take(draw_fax(tmp_path / f"{number}.pdf", number), f"a-{number}")
    assert [submit_due(room.store.database, engine, NOON) for _ in range(2)] == [2, 0]  # type: ignore[arg-type]
    assert room.run(engine.submitted[0][:64], engine.submitted[0]) == "read"
    assert submit_due(room.store.database, engine, NOON) == 1  # type: ignore[arg-type]
    assert len(set(engine.submitted)) == 3
