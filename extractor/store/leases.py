"""Which processes work on jobs, and which of them are dead.

Clocks of machines differ, so none is compared: a live process raises its counter of ``beats``, and whoever sees the
same counter for long enough by its own clock calls it dead (``extractor.jobs.liveness``).
"""

from datetime import datetime

from sqlalchemy import Column, Integer, String, Table, delete, select, update
from sqlalchemy.engine import Connection

from extractor.errors import StoreConflict
from extractor.store.metadata import METADATA, Instant
from models.record import Value

LEASES = Table(
    "leases",
    METADATA,
    Column("executor_id", String(128), primary_key=True),
    Column("machine", String(128), nullable=False),
    Column("process", String(64), nullable=False),
    Column("beats", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("heir", String(128)),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)
LIVE, TAKEN = "live", "taken"


class Lease(Value):
    """A process: ``machine`` and ``process`` say where it runs, so that its neighbours see at once when it ends.

    ``state``: ``live``, or ``taken``: it is dead and ``heir`` moves its jobs.
    """

    executor_id: str
    machine: str
    process: str
    beats: int
    state: str
    heir: str | None
    started_at: datetime
    seen_at: datetime


def open_lease(connection: Connection, executor_id: str, machine: str, process: str, *, now: datetime) -> None:
    """A process starts; ``StoreConflict`` (from the transaction) where another has the same id."""
    connection.execute(
        LEASES.insert().values(
            executor_id=executor_id,
            machine=machine,
            process=process,
            beats=0,
            state=LIVE,
            started_at=now,
            seen_at=now,
        )
    )


def beat(connection: Connection, executor_id: str, *, now: datetime) -> None:
    """Still alive; ``StoreConflict`` where others took it for dead: its jobs are theirs now."""
    done = connection.execute(
        update(LEASES)
        .where(LEASES.c.executor_id == executor_id, LEASES.c.state == LIVE)
        .values(beats=LEASES.c.beats + 1, seen_at=now)
    )
    if done.rowcount != 1:
        raise StoreConflict("This process was taken for dead and its jobs were given to another: start it again.")


def list_leases(connection: Connection) -> tuple[Lease, ...]:
    """All processes that live, or whose jobs are not moved yet."""
    rows = connection.execute(select(LEASES).order_by(LEASES.c.executor_id)).mappings()
    return tuple(Lease.model_validate(dict(row)) for row in rows)


def take_over(connection: Connection, lease: Lease, heir: str) -> bool:
    """Become the one who moves a dead process's jobs, if it is still as ``lease`` says; compare and set."""
    done = connection.execute(
        update(LEASES)
        .where(
            LEASES.c.executor_id == lease.executor_id,
            LEASES.c.state == lease.state,
            LEASES.c.beats == lease.beats,
            LEASES.c.heir == lease.heir if lease.heir is not None else LEASES.c.heir.is_(None),
        )
        .values(state=TAKEN, heir=heir)
    )
    return done.rowcount == 1


def close_lease(connection: Connection, executor_id: str) -> None:
    """Its jobs were moved; should it live after all, its next beat fails."""
    connection.execute(delete(LEASES).where(LEASES.c.executor_id == executor_id))
