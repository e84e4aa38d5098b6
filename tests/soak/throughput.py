"""Faxes a second with several workers: ``python tests/soak/throughput.py [--faxes N] [--workers 1 2 4]``.

The faxes hold their own text, so that what is measured is the machinery and not the reading. All lie in the watched
folder when it starts. With ``--until taken`` it ends when all are in the store: for thousands of files at once.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from extractor.store import documents
from extractor.store.database import Database
from tests.durability.postgres import PostgresServer
from tests.durability.processes import start_process
from tests.durability.tiny_faxes import draw_fax
from tests.soak.vitals import look_at

_POINTS = 8
"""How often on its way the watcher is looked at."""


def run(folder: Path, url: str, workers: int, faxes: int, until: str) -> dict[str, object]:
    """Drop the faxes, then start a watcher and the workers; until all have ended or, said so, are taken."""
    inbox = folder / "inbox"
    inbox.mkdir(parents=True)
    _draw(inbox, faxes)
    told = {
        "EXTRACTOR_STORE__FOLDER": str(folder / "store"),
        "EXTRACTOR_STORE__DATABASE_URL": url,
        "EXTRACTOR_STORE__JOBS_URL": url.replace("store.db", "jobs.db"),
        "EXTRACTOR_OCR__ENGINE": "embedded",
        "EXTRACTOR_POOL__PROCESSES": "1",
        "EXTRACTOR_INTAKE__SETTLE_SECONDS": "0.5",
        "EXTRACTOR_INTAKE__SCAN_SECONDS": "0.5",
        "EXTRACTOR_JOBS__POLL_SECONDS": "0.2",
        "EXTRACTOR_CONFIG": "",
    }
    database, log, begun = Database.open(url), folder / "processes.log", time.monotonic()
    commands = [("-m", "extractor", "watch", "--inbox", str(inbox)), *[("-m", "extractor", "work")] * workers]
    processes = [start_process(*command, log=log, **told) for command in commands]
    first_read, first_taken, most_memory, done = 0.0, 0.0, [0] * len(processes), 0
    on_the_way: list[tuple[int, int, int]] = []
    try:
        while done < faxes or not first_read:
            time.sleep(0.2)
            with database.read() as connection:
                counts = documents.count_by_state(connection)
            now = time.monotonic() - begun
            ended = counts.get("read", 0) + counts.get("quarantined", 0)
            first_taken = first_taken or (now if counts else 0.0)
            first_read = first_read or (now if ended else 0.0)
            done = ended if until == "read" else sum(counts.values())
            vitals = [look_at(one.pid) for one in processes]
            most_memory = [max(most, one.resident_bytes) for most, one in zip(most_memory, vitals, strict=True)]
            if done * _POINTS >= faxes * (len(on_the_way) + 1):
                on_the_way.append((done, vitals[0].resident_bytes // 2**20, vitals[0].handles))
            if any(one.poll() is not None for one in processes):
                raise SystemExit(f"a process ended: {log.read_text()[-2000:]}")
        seconds = time.monotonic() - begun
        while any(path.is_file() for path in inbox.iterdir()):
            time.sleep(0.2)
    finally:
        for process in processes:
            process.terminate()
        spent = [os.wait4(process.pid, 0)[2] for process in processes]
    with database.read() as connection:
        counts = documents.count_by_state(connection)
        failures = documents.count_by_code(connection)
    database.close()
    moved = sum(path.is_file() for path in (inbox / "processed").rglob("*"))
    if failures or sum(counts.values()) != faxes or moved != faxes:
        raise SystemExit(f"not all are accounted for: {counts}, {failures}, {moved} moved")
    return {
        "workers": workers,
        "faxes": faxes,
        "documents": counts,
        "seconds": round(seconds, 1),
        "first_taken_seconds": round(first_taken, 1),
        "first_read_seconds": round(first_read, 1),
        f"{until}_a_second": round(faxes / seconds, 2),
        "watcher_cpu_seconds": round(spent[0].ru_utime + spent[0].ru_stime, 1),
        "workers_cpu_seconds": round(sum(one.ru_utime + one.ru_stime for one in spent[1:]), 1),
        "watcher_megabytes": most_memory[0] // 2**20,
        "worker_megabytes": max(most_memory[1:], default=0) // 2**20,
        "watcher_at_count_megabytes_handles": on_the_way,
        "moved": moved,
    }


def _draw(inbox: Path, faxes: int) -> None:
    """More than there are patients: a comment at the end makes another file of the same page."""
    for number in range(faxes):
        path = draw_fax(inbox / f"fax{number:05}.pdf", number % 4000)
        if number >= 4000:
            path.write_bytes(path.read_bytes() + f"% {number}\n".encode())


def main() -> None:
    """One line of JSON for each run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faxes", type=int, default=200)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--until", choices=("read", "taken"), default="read")
    parser.add_argument("--database", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    told = parser.parse_args()
    for kind in told.database:
        for workers in told.workers:
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                if kind == "sqlite":
                    found = run(folder, f"sqlite:///{folder}/store/store.db", workers, told.faxes, told.until)
                else:
                    with PostgresServer() as server:
                        found = run(folder, server.create_database(), workers, told.faxes, told.until)
            print(json.dumps({"database": kind, **found}), flush=True)


if __name__ == "__main__":
    main()
