"""Who is taken for dead, told by a clock in hand."""

import subprocess
import sys
from pathlib import Path

import pytest

from extractor.errors import StoreConflict
from extractor.jobs.liveness import Liveness
from extractor.store import leases
from extractor.store.database import Database
from tests.durability.moments import NOON


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watcher(database: Database, clock: Clock) -> Liveness:
    made = Liveness(database, dead_seconds=30, clock=clock)
    made.start()
    return made


def _elsewhere(database: Database, name: str = "far") -> None:
    """A process of another machine, of which only the beats are seen."""
    with database.begin() as connection:
        leases.open_lease(connection, name, "another machine", "1:1", now=NOON)


def _beat(database: Database, name: str = "far") -> None:
    with database.begin() as connection:
        leases.beat(connection, name, now=NOON)


def _dead_after(watcher: Liveness, clock: Clock, seconds: int) -> list[str]:
    found: list[str] = []
    for _ in range(seconds // 5):
        clock.seconds += 5
        found = [lease.executor_id for lease in watcher.find_dead()]
    return found


def test_silence_for_long_enough_is_death(database: Database, watcher: Liveness, clock: Clock) -> None:
    _elsewhere(database)
    assert _dead_after(watcher, clock, 30) == []
    _beat(database)
    assert _dead_after(watcher, clock, 30) == []
    assert _dead_after(watcher, clock, 10) == ["far"]


def test_a_watcher_that_was_away_itself_starts_counting_again(
    database: Database, watcher: Liveness, clock: Clock
) -> None:
    _elsewhere(database)
    assert _dead_after(watcher, clock, 20) == []
    clock.seconds += 1000
    assert watcher.find_dead() == ()
    assert _dead_after(watcher, clock, 25) == []
    assert _dead_after(watcher, clock, 10) == ["far"]


def test_a_dead_process_of_this_machine_is_known_at_once(database: Database, watcher: Liveness) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    from extractor.jobs.liveness import _process

    with database.begin() as connection:
        leases.open_lease(connection, "child", watcher.machine, _process(child.pid), now=NOON)
    assert watcher.find_dead() == ()
    child.communicate(b"\n")
    assert [lease.executor_id for lease in watcher.find_dead()] == ["child"]


def test_one_heir_only_and_another_when_the_heir_dies(database: Database, clock: Clock, tmp_path: Path) -> None:
    first, second = (Liveness(database, dead_seconds=30, clock=clock) for _ in range(2))
    _elsewhere(database)
    _elsewhere(database, "heir")
    first.start()
    second.start()
    for _ in range(8):
        clock.seconds += 5
        for live in (first, second):
            live.beat()
            live.find_dead()
    (lease, other) = first.find_dead()
    assert first.inherit(lease)
    assert not second.inherit(lease), "it is no longer as it was seen"
    with pytest.raises(StoreConflict):
        _beat(database)
    with database.begin() as connection:
        assert leases.take_over(connection, other.model_copy(update={"beats": 0}), "nobody")
    # ``second`` sees that ``first`` lives, so ``far`` has a living heir; the heir of ``heir`` was never there.
    assert [found.executor_id for found in second.find_dead()] == ["heir"]
    assert {found.executor_id for found in first.find_dead()} == {"far", "heir"}
    first.bury("far")
    assert [found.executor_id for found in first.find_dead()] == ["heir"]


def test_a_process_that_was_buried_learns_it_at_its_next_beat(watcher: Liveness) -> None:
    watcher.beat()
    watcher.bury(watcher.executor_id)
    with pytest.raises(StoreConflict, match="taken for dead"):
        watcher.beat()
