"""The job engine's known traps with real processes; those that turn on the database's own ways, on both kinds."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from extractor.errors import StoreUnavailable
from extractor.jobs.engine import VERSION, Engine, JobState
from tests.durability.engine_process import SECRET
from tests.durability.processes import ROOT, Start, wait_until

Run = Callable[..., "subprocess.Popen[bytes]"]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what the engine does alike on both: each process costs seconds."""


@pytest.fixture
def client(jobs_url: str) -> Iterator[Engine]:
    """An engine that is asked but takes no job."""
    engine = Engine(jobs_url, "client", {}, poll_seconds=0.1, takes_jobs=False)
    engine.launch()
    yield engine
    engine.close(0)


@pytest.fixture
def run(start: Start, jobs_url: str, tmp_path: Path) -> Run:
    """Starts a process with an engine and waits until it takes jobs."""

    def run_one(executor_id: str, *dead: str) -> "subprocess.Popen[bytes]":
        process = start("-m", "tests.durability.engine_process", jobs_url, executor_id, str(tmp_path), *dead)
        wait_until(lambda: (tmp_path / f"ready-{executor_id}").exists() or process.poll() is not None, "a start")
        assert process.poll() is None, (tmp_path / "processes.log").read_text()
        return process

    return run_one


def _steps(folder: Path) -> list[str]:
    file = folder / "steps"
    return file.read_text().splitlines() if file.exists() else []


def _is_done(client: Engine, *jobs: str) -> Callable[[], bool]:
    return lambda: all(client.state(job) is JobState.DONE for job in jobs)


def test_the_jobs_of_a_dead_process_move_and_finished_steps_stay(client: Engine, run: Run, tmp_path: Path) -> None:
    (tmp_path / "hold-a").touch()
    first = run("first")
    client.submit("count", "a", job_id="job-a", rank=1)
    wait_until(lambda: "first two a" in _steps(tmp_path), "the second step")
    first.kill()
    first.wait()
    assert client.running("first") == ("job-a",)
    (tmp_path / "hold-a").unlink()
    run("second", "first")
    wait_until(_is_done(client, "job-a"), "the job")
    assert _steps(tmp_path) == ["first one a", "first two a", "second moved 1", "second two a", "second three a"]
    # Ended jobs do not pile up: they are forgotten by age, and no other.
    assert client.forget_ended(datetime.now(UTC) - timedelta(hours=1)) == 0
    assert client.forget_ended(datetime.now(UTC) + timedelta(hours=1)) == 1
    assert client.state("job-a") is None


@on_sqlite
def test_a_second_process_leaves_the_jobs_of_the_first_alone(client: Engine, run: Run, tmp_path: Path) -> None:
    (tmp_path / "hold-a").touch()
    run("first")
    client.submit("count", "a", job_id="job-a", rank=1)
    wait_until(lambda: "first two a" in _steps(tmp_path), "the second step")
    run("second")
    client.submit("count", "b", job_id="job-b", rank=1)
    wait_until(_is_done(client, "job-b"), "the other job")
    (tmp_path / "hold-a").unlink()
    wait_until(_is_done(client, "job-a"), "the job")
    assert sorted(_steps(tmp_path)) == sorted(
        f"{executor} {step} {key}"
        for executor, key in (("first", "a"), ("second", "b"))
        for step in ("one", "two", "three")
    )


def test_a_frozen_process_whose_job_moved_records_nothing_more(client: Engine, run: Run, tmp_path: Path) -> None:
    (tmp_path / "hold-a").touch()
    frozen = run("frozen")
    client.submit("count", "a", job_id="job-a", rank=1)
    wait_until(lambda: "frozen two a" in _steps(tmp_path), "the second step")
    frozen.send_signal(signal.SIGSTOP)
    run("heir", "frozen")
    wait_until(lambda: "heir two a" in _steps(tmp_path), "the heir")
    (tmp_path / "hold-a").unlink()
    wait_until(_is_done(client, "job-a"), "the job")
    frozen.send_signal(signal.SIGCONT)
    client.submit("count", "b", job_id="job-b", rank=1)
    client.submit("count", "c", job_id="job-c", rank=1)
    wait_until(_is_done(client, "job-b", "job-c"), "work after the thaw")
    assert "frozen three a" not in _steps(tmp_path)
    assert _steps(tmp_path).count("heir three a") == 1


@on_sqlite
def test_the_same_job_twice_is_one_and_the_lowest_rank_goes_first(client: Engine, run: Run, tmp_path: Path) -> None:
    for key, rank in (("routine", 500), ("late", 900), ("stat", 7)):
        for _ in range(2):
            client.submit("count", key, job_id=f"job-{key}", rank=rank)
    assert client.state("job-stat") is JobState.WAITING
    assert client.state("unheard") is None
    run("only")
    wait_until(_is_done(client, "job-late", "job-routine", "job-stat"), "three jobs")
    assert [line.split()[2] for line in _steps(tmp_path)] == ["stat"] * 3 + ["routine"] * 3 + ["late"] * 3


@on_sqlite
def test_a_stop_in_order_finishes_the_running_job(client: Engine, run: Run, tmp_path: Path) -> None:
    (tmp_path / "hold-a").touch()
    process = run("first")
    client.submit("count", "a", job_id="job-a", rank=1)
    wait_until(lambda: "first two a" in _steps(tmp_path), "the second step")
    (tmp_path / "stop").touch()
    (tmp_path / "hold-a").unlink()
    assert process.wait(60) == 0
    assert client.state("job-a") is JobState.DONE


@on_sqlite
def test_the_tables_hold_keys_only_and_errors_as_codes(client: Engine, run: Run, jobs_url: str, tmp_path: Path) -> None:
    for key in ("ours", "strange"):
        client.submit("fail", key, job_id=f"job-{key}", rank=1)
    client.submit("count", "a", job_id="job-a", rank=1)
    run("first")
    wait_until(lambda: client.state("job-strange") is JobState.FAILED, "the strange failure")
    wait_until(lambda: client.state("job-ours") is JobState.FAILED, "our failure")
    wait_until(_is_done(client, "job-a"), "the job")
    rows = _all_rows(jobs_url)
    formats = {row["serialization"] for row in rows if "serialization" in row}
    assert formats - {None} == {"keys"}
    texts = [str(value) for row in rows for value in row.values()]
    assert any("damaged_document" in told for told in texts)
    assert any("job_failed" in told for told in texts)
    assert not any(SECRET in told or "Send it again" in told for told in texts)
    assert SECRET not in (tmp_path / "processes.log").read_text()
    assert {row["application_version"] for row in rows if "application_version" in row} == {VERSION}


def test_a_sqlite_file_is_in_write_ahead_mode_and_private(tmp_path: Path) -> None:
    file = tmp_path / "private" / "jobs.db"
    engine = Engine(f"sqlite:///{file}", "client", {}, poll_seconds=0.1)
    engine.launch()
    engine.close(0)
    assert sqlite3.connect(file).execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_made_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable):
        Engine(f"sqlite:///{tmp_path}/file/jobs.db", "client", {}, poll_seconds=0.1)


def test_nothing_is_asked_over_the_network(tmp_path: Path) -> None:
    program = f"""
import socket, sys
def look(event, arguments):
    if event == "socket.getaddrinfo" or event == "socket.connect" and not isinstance(arguments[1], str):
        sys.stderr.write(f"NETWORK {{event}} {{arguments}}\\n")
sys.addaudithook(look)
from extractor.jobs.engine import Engine, JobState
engine = Engine("sqlite:///{tmp_path}/jobs.db", "only", {{"k": lambda step, key, job: step("s", lambda: key)}},
                poll_seconds=0.1)
engine.launch()
engine.submit("k", "a", job_id="a", rank=1)
import time
while engine.state("a") is not JobState.DONE:
    time.sleep(0.05)
engine.close(1)
try:
    socket.getaddrinfo("localhost", 1)
finally:
    sys.stderr.write("END\\n")
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stderr
    said = [line.split()[:2] for line in done.stderr.splitlines() if line.startswith(("NETWORK", "END"))]
    assert said == [["NETWORK", "socket.getaddrinfo"], ["END"]], "only what the test itself asks"


def _all_rows(url: str) -> list[dict[str, object]]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    schema = "dbos" if "postgresql" in url else None
    with engine.connect() as connection:
        names = inspect(engine).get_table_names(schema=schema)
        rows = [
            dict(row)
            for name in names
            for row in connection.execute(text(f"SELECT * FROM {schema + '.' if schema else ''}{name}")).mappings()
        ]
    engine.dispose()
    return rows
