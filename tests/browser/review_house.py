"""A store with sample referrals, and the review page over it on a port of this machine."""

import atexit
import contextlib
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright

from extractor.artifacts import FolderArtifacts
from extractor.knowledge.protocols import load_protocols
from extractor.resolve.settling import replace_fields
from extractor.settings import load_settings
from extractor.store import accounts, documents, referrals
from extractor.store.accounts import Role
from extractor.store.blobs import FolderBlobs
from extractor.store.database import Database
from extractor.web.desk import Desk
from extractor.web.pages import PageShelf
from extractor.web.server import make_server
from models.record import ASKS, Extraction, Referral, State
from models.record.paths import walk_fields
from models.stages.options import Options, SiteOptions, WebOptions
from tests.sample_readings import FAXES, KEPT, extract_sample, find_fax

SAMPLES = FAXES
PASSWORD = "correct horse battery"
PEOPLE = {"ada": Role.REVIEWER, "bob": Role.REVIEWER, "lea": Role.LEAD, "max": Role.ADMIN}


@dataclass
class Clock:
    """The moment that tests set."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 23, 8, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        """Let time go by."""
        self.now += timedelta(**time)


@dataclass(frozen=True)
class Read:
    """A sample fax as it was read, and the folder where its reading is kept."""

    path: Path
    extraction: Extraction
    kept: Path


@dataclass
class House:
    """A store of its own with its desk, and the clock that both go by."""

    desk: Desk
    blobs: FolderBlobs
    clock: Clock
    url: str = ""
    app: FastAPI | None = None

    def change_desk(self, **entries: object) -> None:
        """Another setting of the server that runs."""
        assert self.app is not None
        self.app.state.desk = self.desk = replace(self.desk, **entries)  # type: ignore[arg-type]


def options() -> Options:
    """The defaults, with one process for pages."""
    found = load_settings().options()
    return found.model_copy(update={"pool": found.pool.model_copy(update={"processes": 1})})


def read_sample(name: str) -> Read:
    """Read one of the sample faxes."""
    return Read(find_fax(name), extract_sample(name, options()).extraction, KEPT)


def open_house(folder: Path, kept: Path, **web: object) -> House:
    """A store with four accounts and nothing else."""
    (folder / "store").mkdir(parents=True)
    shutil.copy(_empty_store(), folder / "store" / "store.db")
    blobs, clock = FolderBlobs(folder / "blobs"), Clock()
    desk = Desk(
        database=Database.open(f"sqlite:///{folder / 'store' / 'store.db'}"),
        pages=PageShelf(blobs, options(), FolderArtifacts(kept)),
        book=load_protocols(None),
        options=WebOptions.model_validate({"port": 0, "check_share": 0, **web}),
        site=SiteOptions(names=("Alpine Infusion Center",), fax="+13035550150"),
        receivers=("referral-system",),
        clock=clock,
    )
    return House(desk, blobs, clock)


@cache
def _empty_store() -> Path:
    """Made once, because hashing a password takes its time on purpose."""
    file = Path(tempfile.mkdtemp(prefix="review-")) / "store.db"
    database = Database.open(f"sqlite:///{file}")
    with database.begin() as connection:
        for name, role in PEOPLE.items():
            accounts.add_account(connection, name, role, PASSWORD, now=Clock().now)
    database.close()
    atexit.register(shutil.rmtree, file.parent, ignore_errors=True)
    return file


def add_referral(house: House, read: Read, referral: Referral | None = None, *, minutes_ago: int = 30) -> str:
    """Put a document and one of its referrals into the store, as a job does; returns the referral's id."""
    now = house.clock.now - timedelta(minutes=minutes_ago)
    referral = referral or read.extraction.referrals[0]
    with house.desk.database.begin() as connection:
        sha256 = house.blobs.put_file(read.path)
        told = {"sha256": sha256, "size": read.path.stat().st_size, "filename": read.path.name}
        if documents.receive(connection, arrival_id=f"a-{sha256[:8]}", source="test", now=now, **told):
            document = documents.find(connection, sha256)
            assert document is not None
            documents.note_job(connection, document, "job", now=now)
            documents.begin_reading(connection, sha256, "job", now=now)
            documents.keep_extraction(connection, sha256, "job", read.extraction, now=now)
            documents.finish_reading(connection, sha256, "job", now=now)
        referrals.add_revision(connection, referral, document_sha256=sha256, received_at=now, now=now)
    return referral.referral_id


def asking_only(referral: Referral, asked: Mapping[str, Mapping[str, object]]) -> Referral:
    """The referral with a person needed for these fields only; each is changed as given."""
    fields = {}
    for path, one in walk_fields(referral):
        if path in asked:
            fields[path] = one.model_copy(update={"state": State.NEEDS_REVIEW, **asked[path]})
        elif one.state in ASKS:
            state = State.BLANK if one.value is None else State.FOUND
            fields[path] = one.model_copy(update={"state": state})
    return replace_fields(referral, fields)


@contextlib.contextmanager
def served(house: House) -> Iterator[House]:
    """The review page on a free port of this machine."""
    server = make_server(house.desk)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the server did not start")
            thread.join(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        house.url = f"http://127.0.0.1:{port}"
        app = server.config.app
        assert isinstance(app, FastAPI)
        house.app = app
        yield house
    finally:
        server.should_exit = True
        thread.join(20)
        house.desk.database.close()


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """A Chromium without a window."""
    with sync_playwright() as driver:
        # Without a user of its own (in a container) Chromium's sandbox cannot be set up.
        found = driver.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield found
        found.close()


def log_in(page: Page, url: str, name: str) -> None:
    """By the form; the page is the work list then."""
    page.goto(url)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_selector("#counts")


def open_review(page: Page, url: str, referral_id: str) -> None:
    """Open a review and wait until its first field can be answered."""
    page.goto(f"{url}/referrals/{referral_id}")
    page.wait_for_selector(".field.selected[data-seen]")


def find_chromium() -> str:
    """The browser of this machine; without one the tests fail with what to install."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise RuntimeError("No Chromium is installed, which the browser tests drive: apt-get install chromium")
    return found
