"""What is seen from outside: how much is where, how old, and what failed; counts and codes only."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from extractor.store import documents, leases, referrals
from extractor.store.documents import DOCUMENTS, DocumentState
from extractor.store.outbox import OUTBOX
from extractor.store.referrals import OPEN, REFERRALS
from models.record import Value

_ALIVE = timedelta(minutes=2)


class Figures(Value):
    """Counts by state; ages in seconds (None where there is nothing); ``failures``: quarantined documents by code.

    ``read_last_hour``: documents whose reading ended in the last hour; ``processes``: workers that gave a sign of late.
    """

    documents: dict[str, int]
    referrals: dict[str, int]
    deliveries: dict[str, int]
    failures: dict[str, int]
    oldest_unread_seconds: float | None
    oldest_in_review_seconds: float | None
    read_last_hour: int
    processes: int


def collect(connection: Connection, now: datetime) -> Figures:
    """The figures as of ``now``."""
    unread = documents.oldest(connection, (DocumentState.RECEIVED, DocumentState.READING))
    waiting: datetime | None = connection.execute(
        select(func.min(REFERRALS.c.received_at)).where(
            REFERRALS.c.is_latest, REFERRALS.c.state.in_([state.value for state in OPEN])
        )
    ).scalar_one()
    read = connection.execute(
        select(func.count())
        .select_from(DOCUMENTS)
        .where(DOCUMENTS.c.state == DocumentState.READ.value, DOCUMENTS.c.changed_at > now - timedelta(hours=1))
    ).scalar_one()
    deliveries = connection.execute(select(OUTBOX.c.state, func.count()).group_by(OUTBOX.c.state))
    return Figures(
        documents=documents.count_by_state(connection),
        referrals=referrals.count_by_state(connection),
        deliveries={str(state): int(count) for state, count in deliveries},
        failures=documents.count_by_code(connection),
        oldest_unread_seconds=_age(unread, now),
        oldest_in_review_seconds=_age(waiting, now),
        read_last_hour=int(read),
        processes=sum(now - lease.seen_at < _ALIVE for lease in leases.list_leases(connection)),
    )


def prometheus_text(figures: Figures) -> str:
    """The figures in Prometheus' text format (version 0.0.4)."""
    lines: list[str] = []
    for name, label, counts in (
        ("documents", "state", figures.documents),
        ("referrals", "state", figures.referrals),
        ("deliveries", "state", figures.deliveries),
        ("quarantined_documents", "code", figures.failures),
    ):
        lines.append(f"# TYPE extractor_{name} gauge")
        lines += [f'extractor_{name}{{{label}="{key}"}} {count}' for key, count in sorted(counts.items())]
    for name, value in (
        ("oldest_unread_seconds", figures.oldest_unread_seconds or 0.0),
        ("oldest_in_review_seconds", figures.oldest_in_review_seconds or 0.0),
        ("documents_read_last_hour", figures.read_last_hour),
        ("worker_processes", figures.processes),
    ):
        lines += [f"# TYPE extractor_{name} gauge", f"extractor_{name} {value}"]
    return "\n".join(lines) + "\n"


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max(0.0, (now - moment).total_seconds())
