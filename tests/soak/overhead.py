"""What the durable path costs over plain extraction: ``python tests/soak/overhead.py [FAX...]``.

Without a FAX the samples that are pictures are read; ``--drawn N`` reads N one-page PDFs with their own text instead,
the cheapest faxes there are (with ``EXTRACTOR_OCR__ENGINE=embedded``). Two runs of the same reading differ by more CPU
time than is sought, so both are counted in one run: *plain* is what this process spends inside extraction, without the
keeping of readings, and the page process; *over* is all else that the process spends after the first file (taking in,
jobs, records, comparing), the keeping of readings, and the PostgreSQL server's time. What both spend while they wait is
told apart, for it goes by the clock and not by the fax.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from extractor import workflow
from extractor.jobs.worker import Worker
from extractor.pipeline import Result, extract_file, start_pool
from extractor.settings import load_settings
from extractor.store import documents
from extractor.store.metadata import utc_now
from extractor.store.opening import Readings, Store, open_store
from models.stages.options import Options, PoolOptions, StoreOptions
from tests.durability.postgres import PostgresServer, server_cpu_seconds
from tests.durability.tiny_faxes import draw_fax

_IDLE_SECONDS = 10.0
SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "faxes"


class Meter:
    """CPU seconds of this thread inside extraction, and of these inside the keeping of readings."""

    def __init__(self) -> None:
        self.extracting = self.keeping = 0.0

    def extract_file(self, *arguments: object, **named: object) -> Result:
        since = time.thread_time()
        try:
            return extract_file(*arguments, **named)  # type: ignore[arg-type]
        finally:
            self.extracting += time.thread_time() - since


class MeteredReadings:
    """``Readings`` whose costs are counted: plain extraction keeps none."""

    def __init__(self, readings: Readings, meter: Meter) -> None:
        self._readings, self._meter = readings, meter

    def get(self, key: str) -> bytes | None:
        since = time.thread_time()
        try:
            return self._readings.get(key)
        finally:
            self._meter.keeping += time.thread_time() - since

    def put(self, key: str, data: bytes) -> None:
        since = time.thread_time()
        try:
            self._readings.put(key, data)
        finally:
            self._meter.keeping += time.thread_time() - since

    def list_all(self) -> Iterator[tuple[str, float]]:
        return self._readings.list_all()

    def delete(self, key: str) -> None:
        self._readings.delete(key)


def read_durably(
    files: list[Path], options: Options, folder: Path, url: str, server: int | None = None
) -> dict[str, float]:
    """Taken in, read as durable jobs, recorded. All costs after the first file, in which everything is loaded."""
    told = StoreOptions(folder=str(folder), database_url=url, jobs_url=url.replace("store.db", "jobs.db"))
    opened, meter = open_store(told), Meter()
    store = Store(opened.database, opened.originals, MeteredReadings(opened.readings, meter))
    workflow.extract_file = meter.extract_file  # type: ignore[assignment]
    with start_pool(options) as pool:
        settings = load_settings().jobs
        office = workflow.Office(store, options, settings, pool)
        worker = Worker(store.database, told.jobs_url, workflow.make_jobs(office), settings)
        worker.start()
        _read(store, worker, files[:1], 0)
        since = time.monotonic(), _own_seconds(server)
        time.sleep(_IDLE_SECONDS)
        idle = (_own_seconds(server) - since[1]) / (time.monotonic() - since[0])
        before = time.monotonic(), _own_seconds(server), meter.extracting, meter.keeping
        _read(store, worker, files[1:], 1)
        after = time.monotonic(), _own_seconds(server), meter.extracting, meter.keeping
        worker.close()
    seconds, own, extracting, keeping = (now - then for now, then in zip(after, before, strict=True))
    store.close()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    pages = (used.ru_utime + used.ru_stime) * (len(files) - 1) / len(files)
    return {
        "plain": extracting - keeping + pages,
        "over": own - extracting + keeping - idle * seconds,
        "idle": idle,
    }


def _read(store: Store, worker: Worker, files: list[Path], known: int) -> None:
    for number, file in enumerate(files, known):
        sha256 = store.originals.put_file(file)
        workflow.take_in(store, sha256, arrival_id=str(number), filename=file.name, source="bench", now=utc_now())
    worker.wake()
    while True:
        with store.database.read() as connection:
            counts = documents.count_by_state(connection)
        if counts.get("read", 0) + counts.get("quarantined", 0) == known + len(files):
            return
        time.sleep(1.0)


def _own_seconds(server: int | None) -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime + (server_cpu_seconds(server) if server is not None else 0.0)


def measure(kind: str, files: list[Path]) -> dict[str, float]:
    """One run in a process and on a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            return _spend(files, Path(folder), f"sqlite:///{folder}/store.db")
        with PostgresServer() as server:
            return _spend(files, Path(folder), server.create_database(), "--server", str(server.pid))


def _spend(files: list[Path], folder: Path, url: str, *more: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--child", "--folder", str(folder), "--url", url, *more, *map(str, files)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """One line of JSON for each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--drawn", type=int, default=0)
    parser.add_argument("--database", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--child", action="store_true")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--url", default="")
    parser.add_argument("--server", type=int)
    told = parser.parse_args()
    if told.child:
        options = load_settings().options().model_copy(update={"pool": PoolOptions(processes=1)})
        print(json.dumps(read_durably(told.files, options, told.folder, told.url, told.server)))
        return
    with tempfile.TemporaryDirectory() as folder:
        drawn = [draw_fax(Path(folder) / f"{number}.pdf", number) for number in range(told.drawn)]
        files = drawn or told.files or sorted(SAMPLES.glob("*.tif"))
        for kind in told.database:
            found, count = measure(kind, files), len(files) - 1
            line = {
                "database": kind,
                "faxes": count,
                "plain_cpu_seconds_a_fax": round(found["plain"] / count, 3),
                "over_cpu_seconds_a_fax": round(found["over"] / count, 3),
                "over_percent": round(100 * found["over"] / found["plain"], 2),
                "waiting_cpu_ms_a_second": round(1000 * found["idle"], 1),
            }
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
