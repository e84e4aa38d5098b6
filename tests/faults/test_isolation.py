import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import page_work
import pytest

from extractor.errors import DamagedDocument, EngineCrashed, ExtractorError, PageMemory, PageTimeout, UsageError
from extractor.isolation import Task, WorkerPool

ROOT = Path(__file__).parents[2]
MEGABYTE = 2**20
ENOUGH = 60.0
"""Seconds in which something must happen; nothing waits that long when it works."""


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(2, 250 * MEGABYTE, page_work.remember, "set up") as workers:
        yield workers


def misbehave(pool: WorkerPool, how: str, seconds: float = ENOUGH) -> object:
    ((index, outcome),) = pool.run(page_work.misbehave, [Task(how, 3, seconds)])
    assert index == 0
    return outcome


def test_every_task_is_answered_once(pool: WorkerPool) -> None:
    tasks = [Task(number, number, ENOUGH) for number in range(20)]
    assert dict(pool.run(page_work.double, tasks)) == {number: 2 * number for number in range(20)}
    assert list(pool.run(page_work.double, [])) == []


def test_each_child_is_prepared_once(pool: WorkerPool) -> None:
    assert [outcome for _, outcome in pool.run(page_work.recall, [Task(None, 1, ENOUGH)] * 4)] == ["set up"] * 4


@pytest.mark.parametrize(
    ("how", "seconds", "expected"),
    [
        ("abort", ENOUGH, EngineCrashed),
        ("segfault", ENOUGH, EngineCrashed),
        ("exit", ENOUGH, EngineCrashed),
        ("kill", ENOUGH, PageMemory),
        ("hang", 0.3, PageTimeout),
        ("spin", 0.3, PageTimeout),
        ("creep", ENOUGH, PageMemory),
        ("gulp", ENOUGH, PageMemory),
        ("burst", ENOUGH, PageMemory),
        ("lambda", ENOUGH, EngineCrashed),
    ],
)
def test_a_bad_page_costs_that_page_only(
    pool: WorkerPool, how: str, seconds: float, expected: type[ExtractorError]
) -> None:
    tasks = [Task("fine", number, ENOUGH) for number in range(1, 7)]
    tasks[2] = Task(how, 3, seconds)
    outcomes = dict(pool.run(page_work.misbehave, tasks))
    bad = outcomes.pop(2)
    assert type(bad) is expected
    assert outcomes == dict.fromkeys([0, 1, 3, 4, 5], "fine")
    if how != "lambda":
        assert isinstance(bad, ExtractorError)
        assert bad.page_no == 3


def test_an_error_of_ours_passes_as_it_is(pool: WorkerPool) -> None:
    outcome = misbehave(pool, "refuse")
    assert isinstance(outcome, DamagedDocument)
    assert (outcome.message, outcome.page_no) == ("Page 7 is damaged: send it again.", 7)


def test_a_strange_error_tells_its_type_and_no_text(pool: WorkerPool) -> None:
    outcome = misbehave(pool, "raise")
    assert isinstance(outcome, EngineCrashed)
    assert "ValueError" in outcome.message
    assert "Jane" not in outcome.message


def test_what_a_library_prints_stays_inside(pool: WorkerPool, capfd: pytest.CaptureFixture[str]) -> None:
    assert misbehave(pool, "noise") == "noise"
    assert capfd.readouterr() == ("", "")


def test_children_dump_no_core_and_leave_control_c_to_the_parent(pool: WorkerPool) -> None:
    assert list(pool.run(page_work.guards, [Task(None, 1, ENOUGH)])) == [(0, (0, True, 0))]


def test_a_dead_child_is_replaced_and_a_good_one_kept() -> None:
    with WorkerPool(1, 250 * MEGABYTE, None, None) as pool:
        pids = [next(pool.run(page_work.get_pid, [Task(None, 1, ENOUGH)]))[1] for _ in range(2)]
        assert pids[0] == pids[1]
        misbehave(pool, "abort")
        assert next(pool.run(page_work.get_pid, [Task(None, 1, ENOUGH)]))[1] != pids[0]


def test_what_a_child_collects_is_no_pages_fault() -> None:
    """Eight times 40 MB are more than a child may hold; none of the eight pages is near it."""
    tasks = [Task(40 * MEGABYTE, page, ENOUGH) for page in range(8)]
    with WorkerPool(1, 200 * MEGABYTE, None, None) as pool:
        pids = [pid for _, pid in pool.run(page_work.hoard, tasks)]
    assert all(isinstance(pid, int) for pid in pids), pids
    assert 1 < len(set(pids)) < 8


def test_a_child_killed_while_idle_costs_nothing() -> None:
    with WorkerPool(1, 250 * MEGABYTE, None, None) as pool:
        pid = next(pool.run(page_work.get_pid, [Task(None, 1, ENOUGH)]))[1]
        assert isinstance(pid, int)
        watched = os.pidfd_open(pid)
        os.kill(pid, signal.SIGKILL)
        assert select.select([watched], [], [], ENOUGH)[0]
        os.close(watched)
        assert list(pool.run(page_work.double, [Task(4, 1, ENOUGH)])) == [(0, 8)]


def test_answers_to_an_abandoned_run_do_not_reach_the_next(pool: WorkerPool) -> None:
    for _ in pool.run(page_work.double, [Task(number, 1, ENOUGH) for number in range(6)]):
        break
    assert sorted(pool.run(page_work.double, [Task(100, 1, ENOUGH), Task(200, 2, ENOUGH)])) == [(0, 200), (1, 400)]


def test_a_worker_that_cannot_start_answers_every_task() -> None:
    with WorkerPool(2, 250 * MEGABYTE, page_work.fail_to_start, None) as pool:
        outcomes = dict(pool.run(page_work.double, [Task(number, 1, ENOUGH) for number in range(5)]))
    assert sorted(outcomes) == [0, 1, 2, 3, 4]
    assert {type(outcome) for outcome in outcomes.values()} == {DamagedDocument}


def test_what_cannot_be_pickled_is_a_usage_error(pool: WorkerPool) -> None:
    with pytest.raises(UsageError):
        next(pool.run(lambda number: number, [Task(1, 1, ENOUGH)]))


def test_what_a_hanging_child_started_ends_with_it(pool: WorkerPool, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    running = pool.run(page_work.hold_with_a_child, [Task(str(fifo), 1, 0.5)])
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    ((_, outcome),) = running
    pid = int(os.read(reader, 100))
    os.close(reader)
    assert isinstance(outcome, PageTimeout)
    with contextlib.suppress(ProcessLookupError):
        # Not yet collected by init: its end shows on the descriptor.
        watched = os.pidfd_open(pid)
        assert select.select([watched], [], [], ENOUGH)[0]
        os.close(watched)


SCRIPT = """
import sys
sys.path[:0] = {path!r}
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
import page_work
from extractor.isolation import Task, WorkerPool
with WorkerPool(2, 2**28, None, None) as pool:
    for index, outcome in pool.run(page_work.{function}, [Task({argument!r}, 1, 60.0)]):
        print(index, outcome, flush=True)
"""


def start_script(tmp_path: Path, function: str, argument: object) -> subprocess.Popen[str]:
    """A script with no ``if __name__`` guard."""
    script = tmp_path / "script.py"
    path = [str(ROOT), str(Path(__file__).parent)]
    script.write_text(SCRIPT.format(path=path, function=function, argument=argument))
    return subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    )


def test_it_works_at_the_top_level_of_a_script(tmp_path: Path) -> None:
    with start_script(tmp_path, "double", 21) as script:
        assert script.communicate(timeout=ENOUGH) == ("0 42\n", "")
    assert script.returncode == 0


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_child_outlives_the_parent(tmp_path: Path, how: signal.Signals) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with start_script(tmp_path, "hold", str(fifo)) as script:
        with fifo.open() as handle:
            child = os.pidfd_open(int(handle.readline()))
            script.send_signal(how)
            # The child holds the pipe open as long as it lives.
            assert handle.read() == ""
        script.communicate(timeout=ENOUGH)
    assert select.select([child], [], [], ENOUGH)[0]
    os.close(child)
    assert script.returncode != 0
