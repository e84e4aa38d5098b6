"""``extractor serve``, ``watch``, ``work``, ``status``, ``retry``: the inbox, in one process or in several."""

import contextlib
import json
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.cli.terminal import console, errors_shown
from extractor.errors import StoreConflict

if TYPE_CHECKING:
    from extractor.jobs.worker import Worker
    from extractor.settings import Settings
    from extractor.store.opening import Store
    from extractor.web.desk import Desk

Inbox = Annotated[Path, typer.Option("--inbox", help="The folder that faxes land in; stat/ and urgent/ below it.")]
_JOIN_SECONDS = 10.0


def serve(inbox: Inbox) -> None:
    """Watch a folder, read what comes, show the review page and deliver what is approved: all in one process."""
    with errors_shown(), _service() as (settings, store, stop):
        from extractor.web.renewal import keep_renewing
        from extractor.web.server import check_options, make_server

        check_options(settings.web)
        watch_on = _watcher(settings, store, inbox, stop)
        with _worker(settings, store) as worker, _page_desk(settings, store, worker) as desk:
            server = make_server(desk)
            threads = [
                _start("inbox", lambda: watch_on(worker.wake), stop),
                *_fetchers(settings, store, stop, worker.wake),
                _start("outbox", _deliverer(settings, store, stop), stop),
                _start("upkeep", _keeper(settings, store, inbox, stop), stop),
                _start("verdicts", lambda: keep_renewing(desk, stop), stop),
                _start("web", server.run, stop),
            ]
            console.print(f"Watching {inbox}; the review page is at {_address(settings)}", highlight=False)
            _wait(stop, worker)
            server.should_exit = True
            for thread in threads:
                thread.join(_JOIN_SECONDS)


def watch(inbox: Inbox) -> None:
    """Only take files in; extractor work, also on other machines, reads them."""
    with errors_shown(), _service() as (settings, store, stop):
        watch_on = _watcher(settings, store, inbox, stop)
        threads = [_start("upkeep", _keeper(settings, store, inbox, stop), stop)]
        threads += _fetchers(settings, store, stop, lambda: None)
        watch_on(lambda: None)
        for thread in threads:
            thread.join(_JOIN_SECONDS)


def work() -> None:
    """Only read what was taken in; start as many of these as the machines can bear."""
    with errors_shown(), _service() as (settings, store, stop), _worker(settings, store) as worker:
        _wait(stop, worker)


def status(
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Show how much is where, how old it is, and what failed."""
    with errors_shown():
        from extractor.settings import load_settings
        from extractor.store.figures import collect
        from extractor.store.opening import open_store

        store = open_store(load_settings().store_options())
        with store.database.read() as connection:
            figures = collect(connection, datetime.now(UTC))
        store.close()
        if as_json:
            sys.stdout.write(json.dumps(figures.model_dump(mode="json"), indent=2) + "\n")
            return
        for name, value in figures.model_dump(mode="json").items():
            counts = value if isinstance(value, dict) else {"": value}
            for key, count in sorted(counts.items()):
                sys.stdout.write(f"{name}{'.' if key else ''}{key}\t{'-' if count is None else count}\n")


def retry(
    code: Annotated[str, typer.Option("--code", help="What stopped them, as extractor status says under failures.")],
) -> None:
    """Read the files in quarantine again that CODE stopped, after what was wrong is put right."""
    with errors_shown():
        from extractor.settings import load_settings
        from extractor.store import audit, documents
        from extractor.store.opening import open_store

        store, now = open_store(load_settings().store_options()), datetime.now(UTC)
        with store.database.begin() as connection:
            found = documents.list_quarantined(connection, code)
            for sha256 in found:
                documents.release(connection, sha256, now=now)
                audit.append(
                    connection, at=now, actor="command-line", action="release", document_sha256=sha256, code=code
                )
        store.close()
        console.print(f"{len(found)} files will be read again.")


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (serve, watch, work, status, retry):
        app.command()(command)


@contextlib.contextmanager
def _service() -> "Iterator[tuple[Settings, Store, threading.Event]]":
    """What a process that stays needs: nothing it writes is for others, no core dump, a stop in order by signal."""
    from extractor.jobs.journal import write_to_stderr
    from extractor.settings import load_settings
    from extractor.store.opening import open_store

    os.umask(0o077)
    _forbid_core_dumps()
    settings, stop = load_settings(), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    write_to_stderr()
    store = open_store(settings.store_options())
    try:
        yield settings, store, stop
    finally:
        store.close()


def _forbid_core_dumps() -> None:
    """Neither of this process nor of its children: memory holds what faxes say.

    A program that takes dumps through a pipe is not bound by the limit (core(5)), so nothing of the memory may be
    in one either: that setting goes over to children, through exec too.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        Path("/proc/self/coredump_filter").write_text("0", encoding="ascii")


@contextlib.contextmanager
def _worker(settings: "Settings", store: "Store") -> "Iterator[Worker]":
    from extractor.jobs.engine import threads
    from extractor.jobs.worker import Worker
    from extractor.pipeline import start_pool
    from extractor.workflow import Office, make_jobs

    options = settings.options()
    with start_pool(options) as pool:
        office = Office(store, options, settings.jobs, pool)
        worker = Worker(store.database, settings.store_options().jobs_url, make_jobs(office), settings.jobs)
        worker.start()
        try:
            yield worker
        finally:
            worker.close()
            if threads():
                # A file takes longer than a stop may: its pages are kept, and the next process goes on with it.
                os._exit(0)


@contextlib.contextmanager
def _page_desk(settings: "Settings", store: "Store", worker: "Worker") -> "Iterator[Desk]":
    from extractor.knowledge.protocols import load_protocols
    from extractor.resolve.policy import load_policy
    from extractor.web.desk import Desk
    from extractor.web.pages import PageShelf
    from extractor.web.reception import Reception
    from extractor.web.sign_on import Provider

    told, options = settings.web.sign_on, settings.options()
    yield Desk(
        database=store.database,
        pages=PageShelf(store.originals, options, store.readings),
        book=load_protocols(settings.site.protocols),
        options=settings.web,
        site=options.site,
        policy=load_policy(settings.policy),
        receivers=tuple(sorted(settings.delivery.receivers)),
        provider=None if told is None else Provider(told, settings.secrets.get("sign_on")),
        reception=Reception(
            store=store,
            max_bytes=settings.ingest.max_bytes,
            token=settings.secrets.get("upload"),
            metrics_token=settings.secrets.get("metrics"),
            on_taken=worker.wake,
        ),
    )


def _watcher(
    settings: "Settings", store: "Store", inbox: Path, stop: threading.Event
) -> Callable[[Callable[[], None]], None]:
    from extractor.intake.folder import InboxFolder, keep_watching

    folder = InboxFolder(inbox, store, settings.intake)
    return lambda on_taken: keep_watching(folder, stop, settings.intake.scan_seconds, on_taken)


def _fetchers(
    settings: "Settings", store: "Store", stop: threading.Event, on_taken: Callable[[], None]
) -> list[threading.Thread]:
    """The thread that empties the mailbox; none where no mailbox is set."""
    from extractor.intake.mailbox import Mailbox, keep_fetching

    told = settings.mailbox
    if not told.host:
        return []
    mailbox = Mailbox(told, settings.secrets.get("mailbox"), store, max_bytes=settings.ingest.max_bytes)
    return [_start("mailbox", lambda: keep_fetching(mailbox, stop, told.poll_seconds, on_taken), stop)]


def _keeper(settings: "Settings", store: "Store", inbox: Path, stop: threading.Event) -> Callable[[], None]:
    from extractor.intake.upkeep import keep_clean

    return lambda: keep_clean(store, settings.retention, inbox, stop)


def _deliverer(settings: "Settings", store: "Store", stop: threading.Event) -> Callable[[], None]:
    from extractor.delivery import keep_delivering, open_destinations

    destinations = open_destinations(settings.delivery, settings.secrets)
    return lambda: keep_delivering(
        store.database,
        destinations,
        stop,
        options=settings.delivery,
        originals=lambda sha256: store.originals.path(sha256).read_bytes(),
    )


def _start(name: str, function: Callable[[], None], stop: threading.Event) -> threading.Thread:
    """A part of the service; when it ends, all end, because a service without one of its parts only looks alive."""

    def run() -> None:
        try:
            function()
        finally:
            stop.set()

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread


def _wait(stop: threading.Event, worker: "Worker") -> None:
    while not stop.wait(1.0):
        if worker.lost.is_set():
            raise StoreConflict("This process was taken for dead and its jobs were given to another: start it again.")


def _address(settings: "Settings") -> str:
    return f"{'https' if settings.web.tls_cert else 'http'}://{settings.web.host}:{settings.web.port}/"
