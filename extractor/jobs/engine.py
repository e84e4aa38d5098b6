"""The job engine: the only file that knows DBOS.

DBOS keeps jobs and the results of their steps in a database (SQLite or PostgreSQL). How it is used here, and why:

- Every process has an ``executor_id`` of its own. With the default one, two processes would each restart the other's
  jobs and run them twice.
- ``application_version`` is fixed. The automatic one is a hash of code, and jobs of an older hash are never picked up.
- A SQLite file is put into write-ahead mode first; DBOS itself leaves the rollback journal.
- Only texts that are keys are recorded, never a pickle; an error is recorded as its code.
- Nobody notices a dead process by itself: ``move_jobs`` gives its jobs to the living (see ``liveness``).
- A step runs at least once: what it does must be harmless to do again. Jobs that were moved away from a process that
  still runs are fenced: it can record no further step.
- No service is asked over the network: no conductor, no telemetry.
"""

import contextlib
import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn

from dbos import DBOS, DBOSConfig, Serializer, SetEnqueueOptions, SetWorkflowID
from dbos._error import DBOSException, DBOSNonExistentWorkflowError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from extractor.errors import ExtractorError, JobFailed, StoreUnavailable

Step = Callable[[str, Callable[[], str]], str]
"""``step(name, function)``: the function's text, from the record where this job ran the step before."""
Job = Callable[[Step, str, str], str]
"""``job(step, key, job_id)``: does the work for ``key`` in steps; its text is the job's result."""

NAME = "referral-extractor"
VERSION = "1"
"""Raise it only when running jobs cannot go on with new code: those of another version are not picked up."""
_QUEUE = "documents"
_WORKFLOW = "job"
_FORGET = 500
_STEP_TRIES = 9
_STEP_SECONDS = 0.5
"""A step whose store is away is tried for about two minutes (0.5 s, doubled each time)."""


class JobState(StrEnum):
    """What became of a job."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


_STATES = {
    "ENQUEUED": JobState.WAITING,
    "DELAYED": JobState.WAITING,
    "PENDING": JobState.RUNNING,
    "SUCCESS": JobState.DONE,
}


class Engine:
    """Jobs of one process: one at a time, so that a file that ends the process takes no other with it.

    There is one engine a process. Raises ``StoreUnavailable`` where its database cannot be used.
    """

    def __init__(
        self,
        url: str,
        executor_id: str,
        jobs: Mapping[str, Job],
        *,
        poll_seconds: float,
        takes_jobs: bool = True,
    ) -> None:
        if url.startswith("sqlite"):
            _write_ahead(url)
        else:
            url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._poll_seconds = poll_seconds
        self._takes_jobs = takes_jobs

        @DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=None)
        def run(kind: str, key: str, job_id: str) -> str:
            return _guarded(lambda: jobs[kind](_step, key, job_id))

        self._run = run
        _quiet()
        DBOS(
            config=DBOSConfig(
                name=NAME,
                system_database_url=url,
                executor_id=executor_id,
                application_version=VERSION,
                serializer=_KeysOnly(),
                enable_otlp=False,
                log_level="ERROR",
                # Only jobs use threads, and one job runs at a time; some more for those that wait for their fence.
                max_executor_threads=8,
                notification_listener_polling_interval_sec=max(poll_seconds, 1.0),
            )
        )

    def launch(self) -> None:
        """Begin to take jobs, unless ``takes_jobs`` is False: then it only submits and asks."""
        with _translated():
            if not self._takes_jobs:
                DBOS.listen_queues([])
            DBOS.launch()
            DBOS.register_queue(
                _QUEUE, worker_concurrency=1, polling_interval_sec=self._poll_seconds, on_conflict="always_update"
            )

    def submit(self, kind: str, key: str, *, job_id: str, rank: int) -> None:
        """Add a job; the same ``job_id`` again is the same job. The lowest ``rank`` (1 to 2**31 - 1) goes first."""
        with _translated(), SetWorkflowID(job_id), SetEnqueueOptions(priority=rank):
            DBOS.enqueue_workflow(_QUEUE, self._run, kind, key, job_id)

    def state(self, job_id: str) -> JobState | None:
        """What became of a job, None where it is unknown."""
        with _translated():
            found = DBOS.list_workflows(workflow_ids=[job_id], load_input=False, load_output=False)
        return _STATES.get(found[0].status, JobState.FAILED) if found else None

    def running(self, executor_id: str) -> tuple[str, ...]:
        """The jobs that this process took and has not finished."""
        with _translated():
            found = DBOS.list_workflows(status="PENDING", executor_id=executor_id, load_input=False, load_output=False)
        return tuple(job.workflow_id for job in found)

    def owner(self, job_id: str) -> str | None:
        """The process that took a job which is running, None where the job is not."""
        with _translated():
            found = DBOS.list_workflows(workflow_ids=[job_id], status="PENDING", load_input=False, load_output=False)
        return found[0].executor_id if found else None

    def move_job(self, job_id: str) -> None:
        """Queue a job again whose process is gone."""
        with _translated(), contextlib.suppress(DBOSNonExistentWorkflowError):
            DBOS.resume_workflow(job_id, queue_name=_QUEUE)

    def move_jobs(self, executor_id: str) -> int:
        """Queue the jobs of a dead process again; how many. Finished steps stay finished.

        Only for the one heir of a dead process (``leases.take_over``): moving twice could restart a job that runs.
        """
        jobs = self.running(executor_id)
        for job_id in jobs:
            self.move_job(job_id)
        return len(jobs)

    def forget_ended(self, before: datetime) -> int:
        """Delete ended jobs that were submitted before then, up to ``_FORGET`` of them, with their steps; how many."""
        with _translated():
            ended = DBOS.list_workflows(
                status=["SUCCESS", "ERROR", "CANCELLED"],
                end_time=before.isoformat(),
                limit=_FORGET,
                load_input=False,
                load_output=False,
            )
            if ended:
                DBOS.delete_workflows([job.workflow_id for job in ended])
        return len(ended)

    def close(self, grace_seconds: float) -> None:
        """Take no more jobs and wait for the running one; after ``grace_seconds`` it is left for the next process."""
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=round(grace_seconds))


def _step(name: str, function: Callable[[], str]) -> str:
    return DBOS.run_step(
        {
            "name": name,
            "retries_allowed": True,
            "max_attempts": _STEP_TRIES,
            "interval_seconds": _STEP_SECONDS,
            "backoff_rate": 2.0,
            "should_retry": lambda error: isinstance(error, StoreUnavailable),
        },
        _guarded,
        function,
    )


def _guarded(function: Callable[[], str]) -> str:
    """Errors that leave a job are recorded: of a stranger's only the type, its text may quote the document."""
    try:
        return function()
    except (ExtractorError, DBOSException):
        raise
    except Exception as error:  # noqa: BLE001  whatever a library raises
        raise JobFailed(f"A job failed ({type(error).__name__}): it is tried again.") from None


class _KeysOnly(Serializer):
    """Texts as JSON; anything else has no business in the engine's tables and is refused."""

    def serialize(self, data: Any) -> str:
        """``TypeError`` for anything but texts, None, and lists and mappings of them."""
        return json.dumps(_keys(data), sort_keys=True)

    def deserialize(self, serialized_data: str) -> Any:
        """What went in; a recorded error as ``JobFailed``."""
        data = json.loads(serialized_data)
        if isinstance(data, dict) and set(data) == {"error"}:
            return JobFailed(f"A job failed before ({data['error']}).")
        return data

    def name(self) -> str:
        """How the tables call this format."""
        return "keys"


def _keys(data: object) -> object:
    if isinstance(data, ExtractorError):
        return {"error": data.code}
    if isinstance(data, BaseException):
        return {"error": type(data).__name__}
    if data is None or type(data) is str:
        return data
    if isinstance(data, list | tuple):
        return [_keys(item) for item in data]
    if isinstance(data, dict):
        return {str(name): _keys(item) for name, item in data.items()}
    raise TypeError(f"jobs pass texts only, not {type(data).__name__}")


class _translated:  # noqa: N801 - reads as a statement
    """Errors of the engine's database as ours."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, SQLAlchemyError):
            _unavailable(error)


def _unavailable(error: Exception) -> NoReturn:
    raise StoreUnavailable(
        f"The job engine's database cannot be used ({type(error).__name__}): see that it runs and has space."
    ) from None


def _write_ahead(url: str) -> None:
    """Make the file, for its owner only, and set its journal mode, which stays with the file."""
    file = Path(make_url(url).database or "")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        connection = sqlite3.connect(file, timeout=30)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        finally:
            connection.close()
    except (OSError, sqlite3.Error) as error:
        _unavailable(error)


def _quiet() -> None:
    """What DBOS logs may quote errors of libraries: its lines go out as the name of their place only."""
    logger = logging.getLogger("dbos")
    if not any(isinstance(handler, _Places) for handler in logger.handlers):
        logger.handlers[:] = [_Places()]
        logger.propagate = False


class _Places(logging.Handler):
    """Passes on where in DBOS something was logged, and the type of its exception; not the text."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line of ours for one of theirs."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        logging.getLogger("extractor.jobs").warning(
            "engine", extra={"code": kind, "place": f"{record.module}.{record.funcName}"}
        )


def threads() -> tuple[str, ...]:
    """The names of threads that are still running jobs, after ``close``."""
    return tuple(thread.name for thread in threading.enumerate() if thread.name.startswith("dbos-executor"))
