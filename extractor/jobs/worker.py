"""A process that works on jobs: its engine, its heart, and the round that gives documents to jobs.

The table of documents is the truth; a job only reads one. So the engine's database can be lost: whatever is not read
gets a job again.
"""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from extractor.errors import ExtractorError, StoreConflict
from extractor.jobs.engine import Engine, Job, JobState
from extractor.jobs.journal import Trouble, log
from extractor.jobs.liveness import Liveness
from extractor.store import documents, leases
from extractor.store.database import Connection, Database
from extractor.store.documents import StoredDocument
from models.stages.options import JobOptions

READ = "read"
"""The kind of the job that reads a document; its key is the sha256."""

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_HEAD_START = {"stat": timedelta(hours=8), "urgent": timedelta(hours=2)}
_BATCH = 100
_WINDOW = 200
"""Jobs that wait or run, on all machines: more than there are workers, fewer than would cost to look after."""
_LONGEST_DELAY = timedelta(minutes=15)
_JOBS_KEPT = timedelta(days=7)
"""What ended longer ago is of no use: the document says what became of it."""
_FORGET_EVERY = timedelta(minutes=10)


class Worker:
    """``start`` it, ``wake`` it when a document came, ``close`` it. ``lost`` is set when it has to end."""

    def __init__(self, database: Database, jobs_url: str, jobs: Mapping[str, Job], options: JobOptions) -> None:
        self._database = database
        self._options = options
        self._liveness = Liveness(database, dead_seconds=options.dead_seconds)
        self._engine = Engine(jobs_url, self._liveness.executor_id, jobs, poll_seconds=options.poll_seconds)
        self._stop = threading.Event()
        self._woken = threading.Event()
        self._threads = [
            threading.Thread(target=self._beat, name="heart", daemon=True),
            threading.Thread(target=self._hand_out, name="dispatcher", daemon=True),
        ]
        self.lost = threading.Event()

    def start(self) -> None:
        """Begin to beat and to take jobs."""
        self._liveness.start()
        self._engine.launch()
        for thread in self._threads:
            thread.start()
        log("worker_started", executor=self._liveness.executor_id)

    def wake(self) -> None:
        """Look for documents now."""
        self._woken.set()

    def close(self) -> None:
        """Finish the running job, if it does not take too long; another process takes up what is left."""
        self._stop.set()
        self._woken.set()
        self._engine.close(self._options.grace_seconds)
        for thread in self._threads:
            if thread.is_alive():
                thread.join(self._options.beat_seconds)
        log("worker_stopped", executor=self._liveness.executor_id)

    def _beat(self) -> None:
        trouble = Trouble("heart_failed")
        while not self._stop.is_set():
            try:
                self._liveness.beat()
                self._move_from_dead()
                trouble.clear()
            except StoreConflict as error:
                log("taken_for_dead", executor=self._liveness.executor_id, code=error.code, is_problem=True)
                self.lost.set()
                return
            except ExtractorError as error:
                trouble.note(error.code)
            self._stop.wait(self._options.beat_seconds)

    def _move_from_dead(self) -> None:
        for lease in self._liveness.find_dead():
            if self._liveness.inherit(lease):
                count = self._engine.move_jobs(lease.executor_id)
                self._liveness.bury(lease.executor_id)
                log("jobs_moved", executor=lease.executor_id, count=count)

    def _hand_out(self) -> None:
        trouble = Trouble("dispatch_failed")
        forget_at = datetime.now(UTC)
        while not self._stop.is_set():
            count, now = 0, datetime.now(UTC)
            try:
                count = submit_due(self._database, self._engine, now)
                recheck(self._database, self._engine, self._options, now)
                if now >= forget_at:
                    self._engine.forget_ended(now - _JOBS_KEPT)
                    forget_at = now + _FORGET_EVERY
                trouble.clear()
            except ExtractorError as error:
                trouble.note(error.code)
            if count < _BATCH:
                self._woken.wait(self._options.poll_seconds)
                self._woken.clear()


def rank(priority: str, received_at: datetime) -> int:
    """The lower, the sooner. STAT goes before all that came up to 8 hours earlier, urgent 2 hours: none starves."""
    return max(1, int((received_at - _HEAD_START.get(priority, timedelta()) - _EPOCH).total_seconds()))


def submit_due(database: Database, engine: Engine, now: datetime) -> int:
    """Give a job to documents that wait for one; how many. The job's id follows from the document and its round, so
    that doing it twice, or two processes doing it at once, makes one job.

    Only so many have one at a time (``_WINDOW``): every job that waits is looked after again and again.
    """
    with database.read() as connection:
        room = _WINDOW - documents.count_with_job(connection)
        due = documents.list_due(connection, now, min(room, _BATCH)) if room > 0 else ()
    for document in due:
        job_id = f"{document.sha256}-{document.round}"
        # Noted first: a job may begin at once, and begins only what is noted.
        with database.begin() as connection:
            is_noted = documents.note_job(connection, document, job_id, now=now)
        if is_noted:
            _submit(engine, document, job_id)
    return len(due)


def recheck(database: Database, engine: Engine, options: JobOptions, now: datetime) -> None:
    """Look after documents whose job has not moved for a while: submit a lost job again, retry a failed one.

    A process that was taken for dead may still have taken a job before it noticed; when it is gone, nobody has a lease
    to inherit, and the job is moved here.
    """
    with database.read() as connection:
        still = documents.list_with_job(connection, now - timedelta(seconds=options.dead_seconds), _BATCH)
        known = {lease.executor_id for lease in leases.list_leases(connection)} if still else set()
    for document in still:
        job_id = document.job_id or ""
        state = engine.state(job_id)
        with database.begin() as connection:
            documents.touch(connection, document.sha256, now=now)
            if state in (JobState.DONE, JobState.FAILED):
                code, reason = "job_failed", "Reading this file failed for an unforeseen reason."
                give_up_or_retry(connection, document, job_id, options, code=code, reason=reason, now=now)
        if state is None:
            _submit(engine, document, job_id)
        elif state is JobState.RUNNING and engine.owner(job_id) not in {None, *known}:
            engine.move_job(job_id)
            log("job_moved", document=document.sha256)


def give_up_or_retry(
    connection: Connection,
    document: StoredDocument,
    job_id: str,
    options: JobOptions,
    *,
    code: str,
    reason: str,
    now: datetime,
) -> bool:
    """Plan the next round after an error that may pass, or put the document into quarantine; whether it is retried."""
    if document.round >= options.max_rounds:
        documents.quarantine(connection, document.sha256, code=code, reason=reason, now=now)
        return False
    due_at = now + min(timedelta(seconds=options.delay_seconds * 4 ** min(document.round, 5)), _LONGEST_DELAY)
    documents.retry_later(connection, document.sha256, job_id, due_at=due_at, code=code, reason=reason, now=now)
    return True


def _submit(engine: Engine, document: StoredDocument, job_id: str) -> None:
    engine.submit(READ, document.sha256, job_id=job_id, rank=rank(document.priority, document.received_at))
