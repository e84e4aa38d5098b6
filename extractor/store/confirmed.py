"""Documents of which people confirmed everything: every referral approved without an override, or closed."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from extractor.store import documents, referrals
from extractor.store.approvals import APPROVALS
from extractor.store.referrals import REFERRALS, ReferralState
from models.record import Document, Referral, Value


class Confirmed(Value):
    """A document as it was read, with its approved referrals in the order of their first pages."""

    document: Document
    referrals: tuple[Referral, ...]


def list_confirmed(connection: Connection, *, since: datetime | None = None) -> Iterator[Confirmed]:
    """Documents with an approved referral, the ones approved first first; ``since``: approved from then on."""
    latest = (REFERRALS.c.referral_id == APPROVALS.c.referral_id) & (REFERRALS.c.revision == APPROVALS.c.revision)
    asked = (
        select(REFERRALS.c.document_sha256)
        .join(APPROVALS, latest)
        .where(REFERRALS.c.is_latest)
        .group_by(REFERRALS.c.document_sha256)
        .order_by(func.max(APPROVALS.c.at), REFERRALS.c.document_sha256)
    )
    if since is not None:
        asked = asked.having(func.max(APPROVALS.c.at) >= since)
    for sha256 in connection.execute(asked).scalars().all():
        extraction = documents.find_extraction(connection, sha256)
        found = _approved(connection, sha256)
        if extraction is not None and found:
            yield Confirmed(document=extraction.document, referrals=found)


def _approved(connection: Connection, sha256: str) -> tuple[Referral, ...]:
    """The approved records of a document; none at all where a person has not decided about each of its referrals."""
    rows = connection.execute(
        select(REFERRALS.c.referral_id, REFERRALS.c.revision, REFERRALS.c.state, APPROVALS.c.open_critical)
        .outerjoin(
            APPROVALS,
            (REFERRALS.c.referral_id == APPROVALS.c.referral_id) & (REFERRALS.c.revision == APPROVALS.c.revision),
        )
        .where(REFERRALS.c.document_sha256 == sha256, REFERRALS.c.is_latest)
    ).all()
    kept = [row for row in rows if row.state != ReferralState.CLOSED.value]
    if any(row.open_critical is None or row.open_critical > 0 or row.state == ReferralState.HELD.value for row in kept):
        return ()
    found = [referrals.find(connection, row.referral_id, row.revision) for row in kept]
    records = [one.record for one in found if one is not None]
    return tuple(sorted(records, key=lambda record: min(record.pages, default=0)))
