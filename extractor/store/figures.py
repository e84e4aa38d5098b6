"""What is seen from outside: how much is where, how old, and what failed; counts and codes only."""

from datetime import datetime, timedelta

from sqlalchemy import case, exists, func, select
from sqlalchemy.engine import Connection

from extractor.store import documents, leases, referrals
from extractor.store.approvals import APPROVALS
from extractor.store.corrections import CORRECTIONS
from extractor.store.documents import DOCUMENTS, DocumentState
from extractor.store.outbox import OUTBOX, ItemState
from extractor.store.referrals import OPEN, REFERRALS
from models.record import Value
from models.record.review import Answer

_ALIVE = timedelta(minutes=2)
_TOUCHLESS_OVER = timedelta(days=30)


class Figures(Value):
    """Counts by state; ages in seconds (None where there is nothing); ``failures``: quarantined documents by code.

    ``read_last_hour``, ``read_last_day``: documents whose reading ended then; ``delivered_last_day``: deliveries.
    ``touchless_share``: of the referrals approved in the last 30 days, those of which nobody changed a field, 0 to 1
    (None where none was approved); a person looked at them all the same. ``processes``: workers that gave a sign of
    late.
    """

    documents: dict[str, int]
    referrals: dict[str, int]
    deliveries: dict[str, int]
    failures: dict[str, int]
    oldest_unread_seconds: float | None
    oldest_in_review_seconds: float | None
    read_last_hour: int
    read_last_day: int
    delivered_last_day: int
    touchless_share: float | None
    processes: int


def collect(connection: Connection, now: datetime) -> Figures:
    """The figures as of ``now``."""
    unread = documents.oldest(connection, (DocumentState.RECEIVED, DocumentState.READING))
    waiting: datetime | None = connection.execute(
        select(func.min(REFERRALS.c.received_at)).where(
            REFERRALS.c.is_latest, REFERRALS.c.state.in_([state.value for state in OPEN])
        )
    ).scalar_one()
    deliveries = connection.execute(select(OUTBOX.c.state, func.count()).group_by(OUTBOX.c.state))
    return Figures(
        documents=documents.count_by_state(connection),
        referrals=referrals.count_by_state(connection),
        deliveries={str(state): int(count) for state, count in deliveries},
        failures=documents.count_by_code(connection),
        oldest_unread_seconds=_age(unread, now),
        oldest_in_review_seconds=_age(waiting, now),
        read_last_hour=_count_read(connection, now - timedelta(hours=1)),
        read_last_day=_count_read(connection, now - timedelta(days=1)),
        delivered_last_day=_count_delivered(connection, now - timedelta(days=1)),
        touchless_share=_touchless_share(connection, now - _TOUCHLESS_OVER),
        processes=sum(now - lease.seen_at < _ALIVE for lease in leases.list_leases(connection)),
    )


def _count_read(connection: Connection, since: datetime) -> int:
    asked = select(func.count()).where(DOCUMENTS.c.state == DocumentState.READ.value, DOCUMENTS.c.changed_at > since)
    return int(connection.execute(asked).scalar_one())


def _count_delivered(connection: Connection, since: datetime) -> int:
    asked = select(func.count()).where(OUTBOX.c.state == ItemState.DELIVERED.value, OUTBOX.c.changed_at > since)
    return int(connection.execute(asked).scalar_one())


def _touchless_share(connection: Connection, since: datetime) -> float | None:
    """Answers stand at the revision that was read, the approval at the one that they made: so by referral."""
    changed = exists(
        select(CORRECTIONS.c.number).where(
            CORRECTIONS.c.referral_id == APPROVALS.c.referral_id, CORRECTIONS.c.action != Answer.CONFIRM.value
        )
    )
    asked = select(func.count(), func.sum(case((changed, 0), else_=1))).where(APPROVALS.c.at > since)
    count, untouched = connection.execute(asked).one()
    return round(int(untouched) / int(count), 4) if count else None


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
        ("documents_read_last_day", figures.read_last_day),
        ("deliveries_last_day", figures.delivered_last_day),
        ("worker_processes", figures.processes),
    ):
        lines += [f"# TYPE extractor_{name} gauge", f"extractor_{name} {value}"]
    if figures.touchless_share is not None:
        lines += ["# TYPE extractor_touchless_share gauge", f"extractor_touchless_share {figures.touchless_share}"]
    return "\n".join(lines) + "\n"


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max(0.0, (now - moment).total_seconds())
