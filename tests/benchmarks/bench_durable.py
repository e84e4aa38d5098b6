"""What durability costs: CPU seconds a fax read as a job, over the same faxes read plainly.

``python tests/benchmarks/bench_durable.py [--faxes N] [--database sqlite|postgresql]``. The faxes are one-page PDFs
with their own text, the cheapest there are; a page that is a picture costs some ten times as much, plus the same.
"""

import argparse
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from extractor.jobs.worker import Worker
from extractor.pipeline import extract_file, start_pool
from extractor.store import documents
from extractor.store.opening import open_store
from extractor.workflow import Office, make_jobs, take_in
from models.stages.options import JobOptions, OcrOptions, Options, PoolOptions, StoreOptions
from tests.durability.postgres import PostgresServer
from tests.durability.tiny_faxes import draw_fax

OPTIONS = Options(ocr=OcrOptions(engine="embedded"), pool=PoolOptions(processes=1))


def cpu_seconds() -> float:
    """Of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def read_plainly(files: list[Path]) -> float:
    """CPU seconds without a store."""
    begun = cpu_seconds()
    with start_pool(OPTIONS) as pool:
        for file in files:
            extract_file(file, OPTIONS, pool=pool)
    return cpu_seconds() - begun


def read_durably(files: list[Path], folder: Path, urls: tuple[str, str]) -> tuple[float, float]:
    """CPU seconds and seconds by the clock as jobs, with taking the files in, without the start of the engine."""
    store = open_store(StoreOptions(folder=str(folder), database_url=urls[0]))
    with start_pool(OPTIONS) as pool:
        jobs = JobOptions(poll_seconds=0.2)
        worker = Worker(store.database, urls[1], make_jobs(Office(store, OPTIONS, jobs, pool)), jobs)
        worker.start()
        begun, since = cpu_seconds(), time.monotonic()
        for number, file in enumerate(files):
            sha256 = store.originals.put_file(file)
            take_in(store, sha256, arrival_id=str(number), filename=file.name, source="bench", now=datetime.now(UTC))
        worker.wake()
        counted: dict[str, int] = {}
        while counted != {"read": len(files)}:
            time.sleep(0.2)
            with store.database.read() as connection:
                counted = documents.count_by_state(connection)
        seconds = time.monotonic() - since
        worker.close()
    store.close()
    return cpu_seconds() - begun, seconds


def main() -> None:
    """Both ways, one after the other, after a first fax that loads everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faxes", type=int, default=30)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [draw_fax(folder / f"fax{number}.pdf", number) for number in range(told.faxes)]
        read_plainly(files[:1])
        plain = read_plainly(files)
        if told.database == "sqlite":
            durable, seconds = read_durably(
                files, folder / "store", (f"sqlite:///{folder}/store/store.db", f"sqlite:///{folder}/store/jobs.db")
            )
        else:
            with PostgresServer() as server:
                url = server.create_database()
                durable, seconds = read_durably(files, folder / "store", (url, url))
    more = (durable - plain) / told.faxes
    print(f"{told.database}: plain {plain / told.faxes:.3f} CPU s a fax, as a job {durable / told.faxes:.3f}")
    print(f"durability costs {more * 1000:.0f} CPU ms a fax; {told.faxes / seconds * 3600:.0f} faxes an hour here")


if __name__ == "__main__":
    main()
