"""Faxes through real processes that are killed, frozen, and cut off from their database; then everything is counted."""

import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from extractor.errors import StoreError
from extractor.store import arrivals, audit, documents
from extractor.store.database import Database
from extractor.store.documents import DOCUMENTS, DocumentState
from extractor.store.referrals import REFERRALS
from tests.durability.processes import start_process
from tests.durability.tiny_faxes import draw_fax
from tests.durability.worker_process import POISON

_LOOK = 0.1
_DEAD_SECONDS = 3.0


@dataclass(frozen=True)
class Plan:
    """What happens. ``kills``: by us, while something is read; ``border_chance``: percent at each border of steps."""

    faxes: int
    workers: int
    kills: int
    border_chance: int = 0
    freezes: int = 0
    outages: int = 0
    duplicates: int = 1
    poison: int = 1
    max_tries: int = 3
    seed: int = 20261123
    patience: float = 150.0


@dataclass
class Report:
    """What was counted at the end."""

    seconds: float = 0.0
    killed_by_us: int = 0
    died_by_themselves: int = 0
    frozen: int = 0
    fenced: int = 0
    outages: int = 0
    distinct: int = 0
    read: int = 0
    quarantined: dict[str, int] = field(default_factory=dict)
    most_tries: int = 0
    most_tries_of_innocents: int = 0
    records: int = 0
    records_doubled: int = 0
    arrivals: int = 0
    left_in_inbox: int = 0
    audit_broken_at: int | None = None

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


class Chaos:
    """One run in ``folder``; ``outage`` takes the database away for a while."""

    def __init__(self, plan: Plan, folder: Path, urls: tuple[str, str], outage: Callable[[], None]) -> None:
        self.plan = plan
        self.folder = folder
        self.inbox = folder / "inbox"
        self.inbox.mkdir(parents=True)
        self._outage = outage
        self._dice = random.Random(plan.seed)
        self._report = Report()
        self._environment = {
            "EXTRACTOR_STORE__FOLDER": str(folder / "store"),
            "EXTRACTOR_STORE__DATABASE_URL": urls[0],
            "EXTRACTOR_STORE__JOBS_URL": urls[1],
            "EXTRACTOR_OCR__ENGINE": "embedded",
            "EXTRACTOR_POOL__PROCESSES": "1",
            "EXTRACTOR_INTAKE__SCAN_SECONDS": "0.2",
            "EXTRACTOR_INTAKE__SETTLE_SECONDS": "0.4",
            "EXTRACTOR_JOBS__BEAT_SECONDS": "0.5",
            "EXTRACTOR_JOBS__DEAD_SECONDS": str(_DEAD_SECONDS),
            "EXTRACTOR_JOBS__POLL_SECONDS": "0.2",
            "EXTRACTOR_JOBS__DELAY_SECONDS": "0.5",
            "EXTRACTOR_JOBS__MAX_TRIES": str(plan.max_tries),
            "EXTRACTOR_JOBS__GRACE_SECONDS": "10",
        }
        self._workers: list[subprocess.Popen[bytes]] = []
        self._watcher: subprocess.Popen[bytes] | None = None
        self._started = 0
        self._database = Database.open(urls[0])

    def run(self) -> Report:
        """Until every document has come to an end; raises ``AssertionError`` when it takes too long."""
        begun = time.monotonic()
        self._drop_files()
        outages = [self.plan.faxes * (number + 1) // (self.plan.outages + 1) for number in range(self.plan.outages)]
        try:
            while (ended := self._count_ended()) < self.plan.faxes + self.plan.poison:
                assert time.monotonic() - begun < self.plan.patience, f"{ended} documents after all that time"
                self._keep_running()
                if outages and ended >= outages[0]:
                    outages.pop(0)
                    self._outage()
                    self._report.outages += 1
                elif self._is_reading():
                    self._hurt()
                time.sleep(_LOOK)
            self._settle_inbox(begun)
            self._stop()
        finally:
            for process in (*self._workers, *([self._watcher] if self._watcher else [])):
                process.kill()
                process.wait()
        self._report.seconds = round(time.monotonic() - begun, 1)
        self._count()
        self._database.close()
        return self._report

    def _drop_files(self) -> None:
        for number in range(self.plan.faxes):
            draw_fax(self.inbox / f"fax{number:04}.pdf", number)
        for number in range(self.plan.duplicates):
            shutil.copy(self.inbox / f"fax{number:04}.pdf", self.inbox / f"again{number:04}.pdf")
        for number in range(self.plan.poison):
            path = draw_fax(self.inbox / f"poison{number}.pdf", 4000 - number)
            path.write_bytes(path.read_bytes() + b"\n" + POISON + b"\n")

    def _keep_running(self) -> None:
        for process in list(self._workers):
            if process.poll() is not None:
                self._workers.remove(process)
                # 41: taken for dead and fenced (StoreConflict's exit code).
                self._report.fenced += process.returncode == 41
                self._report.died_by_themselves += process.returncode == -signal.SIGKILL
        while len(self._workers) < self.plan.workers:
            self._started += 1
            chance = str(self.plan.border_chance)
            self._workers.append(
                self._start("-m", "tests.durability.worker_process", str(self.plan.seed + self._started), chance)
            )
        if self._watcher is None or self._watcher.poll() is not None:
            self._watcher = self._start("-m", "extractor", "watch", "--inbox", str(self.inbox))

    def _start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        return start_process(*arguments, log=self.folder / "processes.log", **self._environment)

    def _hurt(self) -> None:
        """Freeze or kill a process while something is read, until the plan is fulfilled."""
        if self._report.frozen < self.plan.freezes and len(self._workers) > 1:
            victim = self._dice.choice(self._workers)
            victim.send_signal(signal.SIGSTOP)
            time.sleep(_DEAD_SECONDS * 2)
            victim.send_signal(signal.SIGCONT)
            self._report.frozen += 1
        elif self._report.killed_by_us < self.plan.kills:
            victims = [*self._workers, *([self._watcher] if self._watcher else [])]
            victim = self._dice.choice(victims)
            victim.kill()
            victim.wait()
            self._report.killed_by_us += 1
            # Counted here, not as a death of its own.
            self._workers = [process for process in self._workers if process is not victim]

    def _settle_inbox(self, begun: float) -> None:
        """All documents may be read while a copy of one of them still waits in the folder."""
        while any(path.is_file() for path in self.inbox.iterdir()):
            assert time.monotonic() - begun < self.plan.patience, "files stay in the inbox"
            self._keep_running()
            time.sleep(_LOOK)

    def _stop(self) -> None:
        processes = [*self._workers, *([self._watcher] if self._watcher else [])]
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(60)

    def _count_ended(self) -> int:
        return sum(self._states().get(state, 0) for state in ("read", "quarantined"))

    def _is_reading(self) -> bool:
        return self._states().get("reading", 0) > 0

    def _states(self) -> dict[str, int]:
        try:
            with self._database.read() as connection:
                return documents.count_by_state(connection)
        except StoreError:
            return {}

    def _count(self) -> None:
        report = self._report
        with self._database.read() as connection:
            found = documents.list_by_state(connection, tuple(DocumentState), limit=100_000)
            innocents = [one.tries for one in found if one.code != "reader_died"]
            report.distinct = len(found)
            report.read = sum(one.state is DocumentState.READ for one in found)
            report.quarantined = dict(Counter(str(one.code) for one in found if one.state is DocumentState.QUARANTINED))
            report.most_tries = max(one.tries for one in found)
            report.most_tries_of_innocents = max(innocents)
            per_document = connection.execute(
                select(REFERRALS.c.document_sha256, func.count()).group_by(REFERRALS.c.document_sha256)
            ).all()
            report.records = sum(count for _, count in per_document)
            report.records_doubled = sum(count > 1 for _, count in per_document)
            report.arrivals = sum(len(arrivals.list_arrivals(connection, one.sha256)) for one in found)
            report.audit_broken_at = audit.first_broken(connection)
            extracted = connection.execute(
                select(func.count()).select_from(DOCUMENTS).where(DOCUMENTS.c.extraction.is_not(None))
            ).scalar_one()
            assert extracted == report.read
        report.left_in_inbox = sum(path.is_file() for path in self.inbox.iterdir())
