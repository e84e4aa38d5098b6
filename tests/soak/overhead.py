"""What the durable path costs over plain extraction: ``python tests/soak/overhead.py FAX...``.

Each way runs in a process of its own over the same files, with one page process and a fresh store; what is compared is
the CPU time of that process and its children (user and system), less that of the same process with the first file only,
in which everything is loaded. The PostgreSQL server's own CPU time is counted with it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from extractor.jobs.worker import Worker
from extractor.pipeline import extract_file, start_pool
from extractor.settings import load_settings
from extractor.store import documents
from extractor.store.metadata import utc_now
from extractor.store.opening import open_store
from extractor.workflow import Office, make_jobs, take_in
from models.stages.options import Options, PoolOptions, StoreOptions
from tests.durability.postgres import PostgresServer

WAYS = ("plain", "sqlite", "postgresql")


def run_plain(files: list[Path], options: Options) -> None:
    """As the command does."""
    with start_pool(options) as pool:
        for file in files:
            extract_file(file, options, pool=pool)


def run_durable(files: list[Path], options: Options, folder: Path, url: str) -> None:
    """Taken in, read as durable jobs, recorded."""
    told = StoreOptions(folder=str(folder), database_url=url, jobs_url=url.replace("store.db", "jobs.db"))
    store = open_store(told)
    with start_pool(options) as pool:
        settings = load_settings().jobs
        worker = Worker(store.database, told.jobs_url, make_jobs(Office(store, options, settings, pool)), settings)
        worker.start()
        for number, file in enumerate(files):
            sha256 = store.originals.put_file(file)
            take_in(store, sha256, arrival_id=str(number), filename=file.name, source="bench", now=utc_now())
        worker.wake()
        while files:
            with store.database.read() as connection:
                counts = documents.count_by_state(connection)
            if counts.get("read", 0) + counts.get("quarantined", 0) == len(set(files)):
                break
            time.sleep(1.0)
        worker.close()
    store.close()


def measure(way: str, files: list[Path]) -> float:
    """CPU seconds of one way over the files, the server's included."""
    with tempfile.TemporaryDirectory() as folder:
        if way == "postgresql":
            with PostgresServer() as server:
                before = server.cpu_seconds()
                return _spend(way, files, Path(folder), server.create_database()) + server.cpu_seconds() - before
        return _spend(way, files, Path(folder), f"sqlite:///{folder}/store.db")


def _spend(way: str, files: list[Path], folder: Path, url: str) -> float:
    command = [sys.executable, __file__, "--child", way, "--folder", str(folder), "--url", url, *map(str, files)]
    process = subprocess.Popen(command)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{way} ended with {status}")
    return used.ru_utime + used.ru_stime


def main() -> None:
    """One line of JSON for each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--child", choices=WAYS)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--url", default="")
    told = parser.parse_args()
    options = load_settings().options().model_copy(update={"pool": PoolOptions(processes=1)})
    if told.child == "plain":
        run_plain(told.files, options)
    elif told.child:
        run_durable(told.files, options, told.folder, told.url)
    if told.child:
        return
    start, spent = dict.fromkeys(told.ways, 0.0), dict.fromkeys(told.ways, 0.0)
    for _ in range(told.rounds):
        for way in told.ways:
            first = measure(way, told.files[:1])
            start[way] += first
            spent[way] += measure(way, told.files) - first
    for way in told.ways:
        over = spent[way] / spent[told.ways[0]] - 1
        line = {"way": way, "cpu_seconds": round(spent[way], 2), "files": (len(told.files) - 1) * told.rounds}
        print(
            json.dumps(line | {"over_first_percent": round(100 * over, 2), "start_cpu_seconds": round(start[way], 2)})
        )


if __name__ == "__main__":
    main()
