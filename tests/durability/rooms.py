"""A store, an office and jobs that run at once, with the clock in hand."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from extractor.isolation import WorkerPool
from extractor.jobs.worker import READ
from extractor.pipeline import Result, start_pool
from extractor.store import documents, referrals
from extractor.store.documents import StoredDocument
from extractor.store.opening import Store, open_store
from extractor.workflow import Office, make_jobs, take_in
from models.stages.options import JobOptions, OcrOptions, Options, PoolOptions, StoreOptions
from tests.durability.moments import NOON
from tests.durability.tiny_faxes import draw_fax

OPTIONS = Options(ocr=OcrOptions(engine="embedded"), pool=PoolOptions(processes=1))
JOBS = JobOptions(max_tries=2, max_rounds=1, delay_seconds=30)
Extract = Callable[..., Result]


class Room:
    """A store, an office, and jobs that run at once."""

    def __init__(self, store: Store, pool: WorkerPool) -> None:
        self.store = store
        self.now = NOON
        self.office = Office(store, OPTIONS, JOBS, pool, now=lambda: self.now)

    def take(self, path: Path, arrival_id: str = "a-1") -> str:
        return self.note(self.store.originals.put_file(path), arrival_id, path.name)

    def note(self, sha256: str, arrival_id: str, name: str = "a fax.pdf") -> str:
        take_in(self.store, sha256, arrival_id=arrival_id, filename=name, source="test", now=self.now)
        return sha256

    def give_job(self, sha256: str) -> str:
        with self.store.database.begin() as connection:
            (due,) = documents.list_due(connection, self.now, 10)
            job_id = f"{sha256}-{due.round}"
            assert documents.note_job(connection, due, job_id, now=self.now)
        return job_id

    def run(self, sha256: str, job_id: str) -> str:
        return make_jobs(self.office)[READ](lambda name, function: function(), sha256, job_id)

    def read(self, sha256: str) -> str:
        return self.run(sha256, self.give_job(sha256))

    def document(self, sha256: str) -> StoredDocument:
        with self.store.database.read() as connection:
            found = documents.find(connection, sha256)
        assert found is not None
        return found

    def states(self) -> dict[str, int]:
        with self.store.database.read() as connection:
            return referrals.count_by_state(connection)


@pytest.fixture(scope="session")
def pool() -> Iterator[WorkerPool]:
    with start_pool(OPTIONS) as made:
        yield made


@pytest.fixture
def room(database_url: str, tmp_path: Path, pool: WorkerPool) -> Iterator[Room]:
    store = open_store(StoreOptions(folder=str(tmp_path / "store"), database_url=database_url))
    yield Room(store, pool)
    store.close()


@pytest.fixture
def sqlite_room(tmp_path: Path, pool: WorkerPool) -> Iterator[Room]:
    store = open_store(StoreOptions(folder=str(tmp_path), database_url=f"sqlite:///{tmp_path}/store.db"))
    yield Room(store, pool)
    store.close()


@pytest.fixture
def fax(tmp_path: Path) -> Path:
    return draw_fax(tmp_path / "a fax.pdf", 1)
