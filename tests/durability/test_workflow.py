"""The story of one fax, step by step in one process; the clock is in hand."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from extractor import workflow
from extractor.errors import EncryptedDocument, EngineUnavailable, ExtractorError, PageTimeout, StoreUnavailable
from extractor.isolation import WorkerPool
from extractor.jobs.engine import JobState
from extractor.jobs.worker import READ, rank, recheck, submit_due
from extractor.pipeline import Result, start_pool
from extractor.store import audit, documents, outbox, referrals
from extractor.store.documents import DocumentState, StoredDocument
from extractor.store.links import Relation, list_links
from extractor.store.opening import Store, open_store
from extractor.store.referrals import ReferralState
from extractor.workflow import Office, make_jobs, take_in
from models.record import DocumentKind, Failure, ReferralKind, Status
from models.record.difference import Change, changes
from models.stages.options import JobOptions, OcrOptions, Options, PoolOptions, StoreOptions
from tests.durability.moments import NOON
from tests.durability.tiny_faxes import draw_fax

OPTIONS = Options(ocr=OcrOptions(engine="embedded"), pool=PoolOptions(processes=1))
JOBS = JobOptions(max_tries=2, max_rounds=1, delay_seconds=30)
Extract = Callable[..., Result]


class Room:
    """A store, an office, and jobs that run at once."""

    def __init__(self, store: Store, pool: WorkerPool) -> None:
        self.store = store
        self.now = NOON
        self.office = Office(store, OPTIONS, JOBS, pool, now=lambda: self.now)

    def take(self, path: Path, arrival_id: str = "a-1") -> str:
        sha256 = self.store.originals.put_file(path)
        take_in(self.store, sha256, arrival_id=arrival_id, filename=path.name, source="test", now=self.now)
        return sha256

    def give_job(self, sha256: str) -> str:
        with self.store.database.begin() as connection:
            (due,) = documents.list_due(connection, self.now, 10)
            job_id = f"{sha256}-{due.round}"
            assert documents.note_job(connection, due, job_id, now=self.now)
        return job_id

    def run(self, sha256: str, job_id: str) -> str:
        return make_jobs(self.office)[READ](lambda name, function: function(), sha256, job_id)

    def read(self, sha256: str) -> str:
        return self.run(sha256, self.give_job(sha256))

    def document(self, sha256: str) -> StoredDocument:
        with self.store.database.read() as connection:
            found = documents.find(connection, sha256)
        assert found is not None
        return found

    def states(self) -> dict[str, int]:
        with self.store.database.read() as connection:
            return referrals.count_by_state(connection)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with start_pool(OPTIONS) as made:
        yield made


@pytest.fixture
def room(database_url: str, tmp_path: Path, pool: WorkerPool) -> Iterator[Room]:
    store = open_store(StoreOptions(folder=str(tmp_path / "store"), database_url=database_url))
    yield Room(store, pool)
    store.close()


@pytest.fixture
def sqlite_room(tmp_path: Path, pool: WorkerPool) -> Iterator[Room]:
    store = open_store(StoreOptions(folder=str(tmp_path), database_url=f"sqlite:///{tmp_path}/store.db"))
    yield Room(store, pool)
    store.close()


@pytest.fixture
def fax(tmp_path: Path) -> Path:
    return draw_fax(tmp_path / "a fax.pdf", 1)


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
    assert [step() for step in steps] == ["gone", "gone"]
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


def _turned(monkeypatch: pytest.MonkeyPatch, kind: DocumentKind, referral_kind: ReferralKind) -> None:
    """What is read from now on is of this kind."""
    real = workflow.extract_file

    def extract(*arguments: object, **named: object) -> Result:
        result = real(*arguments, **named)  # type: ignore[arg-type]
        document = result.extraction.document.model_copy(update={"kind": kind})
        records = tuple(one.model_copy(update={"kind": referral_kind}) for one in result.extraction.referrals)
        changed = result.extraction.model_copy(update={"document": document, "referrals": records})
        return Result(changed, result.readings, result.images)

    monkeypatch.setattr(workflow, "extract_file", extract)


def _only_referral(room: Room, sha256: str) -> referrals.ReferralSummary:
    with room.store.database.read() as connection:
        (summary,) = referrals.list_by_document(connection, sha256)
    return summary


def test_a_cancellation_stops_the_referral_that_it_names_and_asks(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = room.take(draw_fax(tmp_path / "first.pdf", 1))
    other = room.take(draw_fax(tmp_path / "other.pdf", 2), "a-2")
    for sha256 in (first, other):
        with room.store.database.begin() as connection:
            document = documents.find(connection, sha256)
            assert document is not None
            documents.note_job(connection, document, sha256, now=NOON)
        assert room.run(sha256, sha256) == "read"
    _turned(monkeypatch, DocumentKind.CANCELLATION, ReferralKind.SUPPLEMENT)
    stop = room.take(draw_fax(tmp_path / "stop.pdf", 1, dose="none"), "a-3")
    assert room.read(stop) == "read"
    stopped, left, asking = (_only_referral(room, sha256) for sha256 in (first, other, stop))
    assert (stopped.state, left.state, asking.state) == ("held", "review", "held")
    with room.store.database.read() as connection:
        (link,) = list_links(connection, stopped.referral_id)
        lines = audit.list_lines(connection, referral_id=stopped.referral_id)
        assert list_links(connection, left.referral_id) == ()
    assert (link.referral_id, link.relation) == (asking.referral_id, Relation.CANCELLATION)
    assert (lines[-1].action, lines[-1].code, lines[-1].document_sha256) == ("held", "cancellation", stop)


def _to_receiver(room: Room, sha256: str, *, has_left: bool) -> None:
    """Approved and on its way: the receiver is down, or has one part already."""
    summary = _only_referral(room, sha256)
    with room.store.database.begin() as connection:
        key = summary.referral_id, summary.revision
        referrals.set_state(connection, *key, ReferralState.REVIEW, ReferralState.DELIVERING, now=room.now)
        outbox.enqueue(connection, *key, ["his"], now=room.now)
        item = outbox.claim_next(connection, ["his"], now=room.now, lease=timedelta(minutes=5))
        assert item is not None
        item = outbox.begin_part(connection, item, "referral", now=room.now, lease=timedelta(minutes=5))
        if has_left:
            item = outbox.accept_part(connection, item, "referral", now=room.now)
        else:
            item = outbox.deny_part(connection, item, now=room.now)
        outbox.retry_later(connection, item, "not_reached", at=room.now, now=room.now)


@pytest.mark.parametrize("has_left", [False, True])
def test_a_cancellation_stops_what_waits_for_a_receiver_that_is_down(
    sqlite_room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_left: bool
) -> None:
    room = sqlite_room
    first = room.take(draw_fax(tmp_path / "first.pdf", 1))
    assert room.read(first) == "read"
    _to_receiver(room, first, has_left=has_left)
    _turned(monkeypatch, DocumentKind.CANCELLATION, ReferralKind.SUPPLEMENT)
    stop = room.take(draw_fax(tmp_path / "stop.pdf", 1, dose="none"), "a-2")
    assert room.read(stop) == "read"
    assert _only_referral(room, first).state == ("delivering" if has_left else "held")


@pytest.mark.parametrize(
    ("hours", "state"), [(-2, "held"), (0, "held"), (2, "held"), (30, "review")], ids=["later", "same", "day", "old"]
)
def test_a_cancellation_that_is_read_first_stops_the_referral_too(
    sqlite_room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int, state: str
) -> None:
    """``hours``: how long before the referral the cancellation came in."""
    room = sqlite_room
    with monkeypatch.context() as inner:
        _turned(inner, DocumentKind.CANCELLATION, ReferralKind.SUPPLEMENT)
        stop = room.take(draw_fax(tmp_path / "stop.pdf", 1, dose="none"))
        assert room.read(stop) == "read"
    room.now += timedelta(hours=hours)
    first = room.take(draw_fax(tmp_path / "first.pdf", 1), "a-2")
    other = room.take(draw_fax(tmp_path / "other.pdf", 2), "a-3")
    room.now += timedelta(hours=72)
    for sha256 in (first, other):
        with room.store.database.begin() as connection:
            document = documents.find(connection, sha256)
            assert document is not None
            documents.note_job(connection, document, sha256, now=room.now)
        assert room.run(sha256, sha256) == "read"
    stopped = _only_referral(room, first)
    assert (stopped.state, _only_referral(room, other).state) == (state, "review")
    if state == "held":
        with room.store.database.read() as connection:
            (link,) = list_links(connection, stopped.referral_id)
            line = audit.list_lines(connection, referral_id=stopped.referral_id)[-1]
        assert (link.earlier_id, link.relation) == (stopped.referral_id, Relation.CANCELLATION)
        assert (line.action, line.code) == ("held", "cancellation")


def test_a_cancellation_that_named_its_referral_does_not_stop_the_next_one(
    sqlite_room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = sqlite_room
    first = room.take(draw_fax(tmp_path / "first.pdf", 1))
    assert room.read(first) == "read"
    with monkeypatch.context() as inner:
        _turned(inner, DocumentKind.CANCELLATION, ReferralKind.SUPPLEMENT)
        stop = room.take(draw_fax(tmp_path / "stop.pdf", 1, dose="none"), "a-2")
        assert room.read(stop) == "read"
    room.now += timedelta(hours=1)
    again = room.take(draw_fax(tmp_path / "again.pdf", 1, dose="300 mg"), "a-3")
    assert room.read(again) == "read"
    assert (_only_referral(room, first).state, _only_referral(room, again).state) == ("held", "review")


@pytest.mark.parametrize(
    ("kind", "relation"), [(ReferralKind.REFERRAL, Relation.REFAX), (ReferralKind.SUPPLEMENT, Relation.SUPPLEMENT)]
)
def test_a_second_transmission_and_late_pages_are_linked(
    sqlite_room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: ReferralKind, relation: Relation
) -> None:
    room = sqlite_room
    first = room.take(draw_fax(tmp_path / "first.pdf", 1))
    assert room.read(first) == "read"
    _turned(monkeypatch, DocumentKind.REFERRAL, kind)
    again = room.take(draw_fax(tmp_path / "again.pdf", 1, dose="300 mg"), "a-2")
    assert room.read(again) == "read"
    with room.store.database.read() as connection:
        (link,) = list_links(connection, _only_referral(room, again).referral_id)
        before, after = (referrals.latest(connection, one) for one in (link.earlier_id, link.referral_id))
    assert (link.earlier_id, link.relation) == (_only_referral(room, first).referral_id, relation)
    assert room.states() == {"review": 2}
    assert before is not None and after is not None
    assert changes(before.record, after.record) == (Change(path="orders[0].dose", before="600 mg", after="300 mg"),)


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
