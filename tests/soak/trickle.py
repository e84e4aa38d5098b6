"""A day's faxes one after the other: ``python tests/soak/trickle.py [--faxes 1440] [--database sqlite|postgresql]``.

One ``extractor serve`` with all its parts; the faxes hold their own text. The day is driven by its count, not by the
clock: the next fax comes when the one before is read, so that 1440 of them are a day with one a minute. The clean-up
runs every ``--sweep-seconds`` instead of every hour, and a monitor and a browser ask after each fax. Memory and handles
of the process with all its children are looked at after each; the first two fifths are the warming up.

Prints one line of JSON; ends with 1 where a fax is missing, handles grew, or memory grew by more than ``--most-growth``
percent from the third fifth to the last.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from extractor.store import documents
from extractor.store.database import Database
from tests.durability.postgres import PostgresServer
from tests.durability.processes import start_process
from tests.durability.tiny_faxes import draw_fax
from tests.soak.vitals import Vitals, look_at

_PORT = 18431
_TOKEN = "0123456789abcdef" * 2
_PATIENCE = 300.0
_MORE_HANDLES = 4
"""A pool of connections may open one more, of two files each."""


@dataclass(frozen=True)
class Plan:
    """What is asked for."""

    faxes: int
    sweep_seconds: float
    most_growth: float


def run(plan: Plan, folder: Path, url: str) -> dict[str, object]:
    """Start the service, give it one fax after the other, and say how memory and handles went."""
    inbox = folder / "inbox"
    inbox.mkdir(parents=True)
    told = {
        "EXTRACTOR_STORE__FOLDER": str(folder / "store"),
        "EXTRACTOR_STORE__DATABASE_URL": url,
        "EXTRACTOR_OCR__ENGINE": "embedded",
        "EXTRACTOR_POOL__PROCESSES": "1",
        "EXTRACTOR_WEB__PORT": str(_PORT),
        "EXTRACTOR_SECRETS__METRICS": _TOKEN,
        "EXTRACTOR_INTAKE__SETTLE_SECONDS": "0.2",
        "EXTRACTOR_INTAKE__SCAN_SECONDS": "0.2",
        "EXTRACTOR_JOBS__POLL_SECONDS": "0.2",
        "EXTRACTOR_RETENTION__SWEEP_MINUTES": str(plan.sweep_seconds / 60),
        "EXTRACTOR_RETENTION__MOVED_DAYS": "1",
        "EXTRACTOR_RETENTION__READINGS_DAYS": "1",
        "EXTRACTOR_CONFIG": "",
    }
    database, log, begun = Database.open(url), folder / "process.log", time.monotonic()
    process = start_process("-m", "extractor", "serve", "--inbox", str(inbox), log=log, **told)
    seen: list[Vitals] = []
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{_PORT}", timeout=60) as client:
            for number in range(plan.faxes):
                draw_fax(folder / "next.pdf", number % 4000).replace(inbox / f"fax{number:05}.pdf")
                _await_read(database, number + 1, process, log)
                _look(client)
                seen.append(look_at(process.pid))
                if number % 50 == 49:
                    print(json.dumps({"faxes": number + 1, **_line(seen[-1])}), file=sys.stderr, flush=True)
    finally:
        process.terminate()
        code = process.wait(60)
    with database.read() as connection:
        counts = documents.count_by_state(connection)
    database.close()
    return {
        "faxes": plan.faxes,
        "documents": counts,
        "seconds": round(time.monotonic() - begun),
        "sweeps": int((time.monotonic() - begun) / plan.sweep_seconds),
        "exit_code": code,
        "problems": sum('"warning"' in line for line in log.read_text(encoding="utf-8").splitlines()),
        **_growth(seen),
    }


def is_good(plan: Plan, found: dict[str, object]) -> bool:
    """All read, nothing grown."""
    growth, early, late = found["growth_percent"], found["handles_early"], found["handles_late"]
    assert isinstance(growth, float)
    return (
        found["documents"] == {"read": min(plan.faxes, 4000)}
        and growth <= plan.most_growth
        and isinstance(early, int)
        and isinstance(late, int)
        and late - early <= _MORE_HANDLES
    )


def _await_read(database: Database, count: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        with database.read() as connection:
            if documents.count_by_state(connection).get("read", 0) >= count:
                return
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"fax {count} was not read: {log.read_text(encoding='utf-8')[-2000:]}")
        time.sleep(0.1)


def _look(client: httpx.Client) -> None:
    """As a monitor and a browser do."""
    client.get("/health").raise_for_status()
    client.get("/metrics", headers={"authorization": f"Bearer {_TOKEN}"}).raise_for_status()
    client.get("/")


def _growth(seen: list[Vitals]) -> dict[str, object]:
    fifth = max(1, len(seen) // 5)
    early, late = seen[2 * fifth : 3 * fifth], seen[-fifth:]
    memory = [statistics.median(one.resident_bytes for one in part) for part in (early, late)]
    handles = [round(statistics.median(one.handles for one in part)) for part in (early, late)]
    threads = [round(statistics.median(one.threads for one in part)) for part in (early, late)]
    return {
        "megabytes_early": round(memory[0] / 2**20, 1),
        "megabytes_late": round(memory[1] / 2**20, 1),
        "megabytes_most": max(one.resident_bytes for one in seen) // 2**20,
        "growth_percent": round(100 * (memory[1] / memory[0] - 1), 2),
        "handles_early": handles[0],
        "handles_late": handles[1],
        "threads_early": threads[0],
        "threads_late": threads[1],
    }


def _line(vitals: Vitals) -> dict[str, int]:
    return {
        "megabytes": vitals.resident_bytes // 2**20,
        "handles": vitals.handles,
        "threads": vitals.threads,
    }


def main() -> int:
    """One line of JSON for each run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faxes", type=int, default=1440)
    parser.add_argument("--sweep-seconds", type=float, default=20.0)
    parser.add_argument("--most-growth", type=float, default=5.0)
    parser.add_argument("--database", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite"])
    told = vars(parser.parse_args())
    kinds = told.pop("database")
    plan, results = Plan(**told), []
    for kind in kinds:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            if kind == "sqlite":
                found = run(plan, folder, f"sqlite:///{folder}/store/store.db")
            else:
                with PostgresServer() as server:
                    found = run(plan, folder, server.create_database())
        results.append(is_good(plan, found))
        print(json.dumps({"database": kind, "is_good": results[-1], **found}), flush=True)
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
