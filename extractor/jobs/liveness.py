"""Who is alive: every process beats, everybody watches, and one heir moves the jobs of a dead one.

No clocks of two machines are compared. A watcher remembers when, by its own monotonic clock, it first saw a counter
stand still; after ``dead_seconds`` the process is dead. On one machine the process table tells at once. A watcher that
was away itself (frozen, or the store was) forgets what it saw, because then all counters stood still for it.
"""

import os
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from extractor.store import leases
from extractor.store.database import Database
from extractor.store.leases import Lease


class Liveness:
    """The lease of this process, and its look at the others. Not to be shared between threads."""

    def __init__(self, database: Database, *, dead_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.machine, self.process = _machine(), _process(os.getpid())
        self.executor_id = f"{os.getpid()}-{uuid.uuid4().hex[:16]}"
        self._database = database
        self._dead_seconds = dead_seconds
        self._clock = clock
        self._seen: dict[str, tuple[int, float]] = {}
        self._looked_at: float | None = None

    def start(self) -> None:
        """Open the lease; before this process takes its first job."""
        with self._database.begin() as connection:
            leases.open_lease(connection, self.executor_id, self.machine, self.process, now=datetime.now(UTC))

    def beat(self) -> None:
        """Still alive. ``StoreConflict``: others took this process for dead, it has to end."""
        with self._database.begin() as connection:
            leases.beat(connection, self.executor_id, now=datetime.now(UTC))

    def find_dead(self) -> tuple[Lease, ...]:
        """Processes that have died and left work, also such whose heir has died; to be called at every beat."""
        with self._database.read() as connection:
            found = leases.list_leases(connection)
        now = self._clock()
        if self._looked_at is None or now - self._looked_at > self._dead_seconds / 2:
            self._seen.clear()
        self._looked_at = now
        gone = {lease.executor_id for lease in found if self._is_gone(lease, now)}
        known = {lease.executor_id for lease in found}
        self._seen = {name: seen for name, seen in self._seen.items() if name in known}
        return tuple(lease for lease in found if lease.executor_id in gone and self._is_free(lease, gone, known))

    def inherit(self, lease: Lease) -> bool:
        """Become the heir of a dead process; False where somebody else is, or it lives after all."""
        with self._database.begin() as connection:
            return leases.take_over(connection, lease, self.executor_id)

    def bury(self, executor_id: str) -> None:
        """All jobs of a process are moved or done."""
        with self._database.begin() as connection:
            leases.close_lease(connection, executor_id)

    def _is_gone(self, lease: Lease, now: float) -> bool:
        if lease.executor_id == self.executor_id:
            return False
        if lease.state == leases.TAKEN:
            return True
        if lease.machine == self.machine and not _is_running(lease.process):
            return True
        beats, since = self._seen.get(lease.executor_id, (-1, now))
        if beats != lease.beats:
            self._seen[lease.executor_id] = (lease.beats, now)
            return False
        return now - since >= self._dead_seconds

    def _is_free(self, lease: Lease, gone: set[str], known: set[str]) -> bool:
        """Whether nobody alive is moving its jobs already."""
        if lease.state != leases.TAKEN or lease.heir == self.executor_id:
            return True
        return lease.heir in gone or lease.heir not in known


def _machine() -> str:
    """The same for processes that see each other: this start of the kernel, and this space of process numbers."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}-{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return f"{os.uname().nodename}-{uuid.getnode()}-{threading.get_native_id()}"


def _process(number: int) -> str:
    """Number and start time: a number alone is used again."""
    try:
        # The second field is the program's name in brackets and may hold spaces; the start time is the 22nd.
        fields = Path(f"/proc/{number}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return f"{number}:{fields[19]}" if fields[0] not in "ZX" else f"{number}:dead"
    except (OSError, IndexError):
        return f"{number}:none"


def _is_running(process: str) -> bool:
    return _process(int(process.partition(":")[0])) == process
