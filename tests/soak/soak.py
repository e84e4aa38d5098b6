"""The chaos run in larger figures: ``python tests/soak/soak.py [--faxes N] [--kills N] ...``; prints what was counted.

Ends with 1 where a fax was lost or read into two records, or a file that is no poison went into quarantine.
"""

import argparse
import json
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.durability.chaos import Chaos, Plan, Report
from tests.durability.postgres import PostgresServer


def run(kind: str, plan: Plan, folder: Path) -> Report:
    """One run on one kind of database, in a new folder."""
    if kind == "sqlite":
        files = (folder / "store" / "store.db", folder / "store" / "jobs.db")
        urls = (f"sqlite:///{files[0]}", f"sqlite:///{files[1]}")
        return Chaos(plan, folder, urls, lambda: _lock(files[1])).run()
    with PostgresServer() as server:
        url = server.create_database()
        return Chaos(plan, folder, (url, url), _restart(server)).run()


def is_good(plan: Plan, report: Report) -> bool:
    """Nothing lost, nothing doubled, nobody innocent put away."""
    return (
        report.distinct == plan.faxes + plan.poison
        and report.read == report.records == plan.faxes
        and report.records_doubled == 0
        and report.quarantined == ({"reader_died": plan.poison} if plan.poison else {})
        and report.arrivals == plan.faxes + plan.poison + plan.duplicates
        and report.left_in_inbox == 0
        and report.audit_broken_at is None
    )


def _restart(server: PostgresServer) -> Callable[[], None]:
    def restart() -> None:
        server.stop(signal.SIGQUIT)
        time.sleep(5)
        server.start()

    return restart


def _lock(file: Path) -> None:
    """Nobody else can write for a while."""
    connection = sqlite3.connect(file, timeout=30, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    time.sleep(5)
    connection.execute("ROLLBACK")
    connection.close()


def main() -> int:
    """Run the plan on each database that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faxes", type=int, default=200)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--border-chance", type=int, default=2, help="percent, at each border of steps")
    parser.add_argument("--freezes", type=int, default=2)
    parser.add_argument("--outages", type=int, default=2)
    parser.add_argument("--poison", type=int, default=2)
    parser.add_argument("--duplicates", type=int, default=10)
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--patience", type=float, default=3600.0, help="seconds for one run")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    told = vars(parser.parse_args())
    database = told.pop("database")
    plan = Plan(max_tries=5, **told)
    kinds = ("sqlite", "postgresql") if database == "both" else (database,)
    results = []
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder:
            report = run(kind, plan, Path(folder) / "run")
        results.append(is_good(plan, report))
        print(json.dumps({"database": kind, "is_good": results[-1], **report.as_dict()}, indent=2))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
