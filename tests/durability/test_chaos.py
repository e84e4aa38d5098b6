"""Nothing is lost and nothing is doubled, whatever dies; ``make soak`` runs the same with larger figures."""

import signal
import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.durability.chaos import Chaos, Plan
from tests.durability.moments import SECRET_NAMES
from tests.durability.postgres import PostgresServer

# As many tries as the plan can take from one document: chance may hit the same innocent one every time.
PLAN = Plan(faxes=10, workers=2, kills=3, freezes=1, outages=1, duplicates=1, poison=1, max_tries=5)


def test_nothing_is_lost_or_doubled(
    database_url: str, jobs_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    def outage() -> None:
        if database_url.startswith("sqlite"):
            for file in (database_url, jobs_url):
                _hold(Path(file.removeprefix("sqlite:///")), 1.0)
            return
        server = request.getfixturevalue("postgres")
        assert isinstance(server, PostgresServer)
        server.stop(signal.SIGQUIT)
        time.sleep(2.0)
        server.start()

    # On PostgreSQL as many workers as several machines would bring.
    plan = PLAN if database_url.startswith("sqlite") else replace(PLAN, workers=4)
    report = Chaos(plan, tmp_path / "chaos", (database_url, jobs_url), outage).run()
    log = (tmp_path / "chaos" / "processes.log").read_text()
    assert (report.killed_by_us, report.frozen, report.outages) == (3, 1, 1), log
    assert (report.distinct, report.read, report.left_in_inbox) == (11, 10, 0), log
    assert (report.records, report.records_doubled, report.arrivals) == (10, 0, 12)
    assert report.quarantined == {"reader_died": 1}
    assert report.most_tries == PLAN.max_tries + 1
    assert report.audit_broken_at is None
    assert [name for name in SECRET_NAMES if name in log] == []


def _hold(file: Path, seconds: float) -> None:
    """Nobody else can write for a while."""
    connection = sqlite3.connect(file, timeout=30, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    time.sleep(seconds)
    connection.execute("ROLLBACK")
    connection.close()
