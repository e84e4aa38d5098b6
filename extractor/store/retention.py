"""Deleting what is over: rows, originals, readings and pictures. The audit's lines stay, for they hold no values.

What belongs together goes together: the documents of a referral's revisions, and the referrals of those documents. The
rows of one such family and its originals go in one transaction; the file is unlinked before the commit, so that a crash
leaves at most rows without bytes, which the next look deletes. Readings that a crash leaves belong to no document, and
go then too.

Rows are found by the names of columns, in every table there is: one that is added later is covered by itself.
"""

import itertools
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.engine import Connection

from extractor.store import audit, corrections, documents
from extractor.store.arrivals import ARRIVALS
from extractor.store.audit import AUDIT
from extractor.store.documents import DOCUMENTS, DocumentState
from extractor.store.metadata import load_tables
from extractor.store.opening import Store
from extractor.store.outbox import OUTBOX, UNSETTLED
from extractor.store.referrals import REFERRALS, ReferralState
from models.record import Value
from models.stages.options import RetentionOptions

T = TypeVar("T")

OF_REFERRAL = frozenset({"referral_id", "earlier_id"})
OF_DOCUMENT = frozenset({"sha256", "document_sha256"})
"""How columns are called that say whose a row is."""

_SETTLED = (ReferralState.DELIVERED.value, ReferralState.CLOSED.value)
_BATCH = 500
_HALF_WRITTEN_SECONDS = 3600.0
_FEW_STRAYS, _STRAY_SHARE = 10, 0.02
_STRAY_SECONDS = 86400.0
"""A file that no row knows for so long was left by a process that died; a younger one may be on its way in."""


class Purged(Value):
    """What was deleted: ``documents`` with all that came of them, ``files`` of readings, pictures and leavings.

    ``is_foreign``: so many originals are unknown to the database that it cannot be theirs; they were left alone.
    """

    documents: int
    files: int
    is_foreign: bool = False


@dataclass(frozen=True, slots=True)
class _Family:
    """Documents and referrals that stand and fall together."""

    documents: frozenset[str]
    referrals: frozenset[str]


def purge(store: Store, options: RetentionOptions, *, now: datetime) -> Purged:
    """Delete what the rule no longer keeps, and what died processes left; may be run by several processes at once.

    Raises ``StoreUnavailable`` in the middle where the store goes away; the next run does the rest.
    """
    gone: set[str] = set()
    for is_over in _rules(options, now):
        after = ""
        while found := _list_over(store, is_over, after):
            for sha256 in found:
                gone |= _forget(store, sha256, is_over, now)
            after = found[-1]
    strays = _find_strays(store)
    files = _sweep_readings(store, options, gone) + _delete_strays(store, strays or [])
    if gone:
        store.database.forget_deleted()
    return Purged(documents=len(gone), files=files, is_foreign=strays is None)


def _rules(options: RetentionOptions, now: datetime) -> Iterable[ColumnElement[bool]]:
    if options.settled_days is not None:
        yield _is_settled(now - timedelta(days=options.settled_days))
    if options.quarantined_days is not None:
        yield _is_in_quarantine(now - timedelta(days=options.quarantined_days))


def _is_settled(before: datetime) -> ColumnElement[bool]:
    """Read, and each of its referrals delivered or closed since before then, with no delivery on its way."""
    of_document = select(REFERRALS.c.referral_id).where(REFERRALS.c.document_sha256 == DOCUMENTS.c.sha256)
    newest = REFERRALS.alias("newest")
    is_open = exists(
        select(newest.c.referral_id).where(
            newest.c.referral_id.in_(of_document.correlate(DOCUMENTS)),
            newest.c.is_latest,
            or_(newest.c.state.not_in(_SETTLED), newest.c.changed_at >= before),
        )
    )
    is_on_its_way = exists(
        select(OUTBOX.c.item_id).where(
            OUTBOX.c.referral_id.in_(of_document.correlate(DOCUMENTS)), OUTBOX.c.state.in_(UNSETTLED)
        )
    )
    is_read = and_(DOCUMENTS.c.state == DocumentState.READ.value, DOCUMENTS.c.changed_at < before)
    return and_(is_read, ~_came_since(before), ~is_open, ~is_on_its_way)


def _is_in_quarantine(before: datetime) -> ColumnElement[bool]:
    is_put_away = and_(DOCUMENTS.c.state == DocumentState.QUARANTINED.value, DOCUMENTS.c.changed_at < before)
    return and_(is_put_away, ~_came_since(before))


def _came_since(before: datetime) -> ColumnElement[bool]:
    return exists(
        select(ARRIVALS.c.arrival_id).where(
            ARRIVALS.c.document_sha256 == DOCUMENTS.c.sha256, ARRIVALS.c.arrived_at >= before
        )
    )


def _list_over(store: Store, is_over: ColumnElement[bool], after: str) -> list[str]:
    """The next documents that are over, in the order of their names."""
    with store.database.read() as connection:
        asked = select(DOCUMENTS.c.sha256).where(is_over, DOCUMENTS.c.sha256 > after).order_by(DOCUMENTS.c.sha256)
        return list(connection.execute(asked.limit(_BATCH)).scalars())


def _forget(store: Store, sha256: str, is_over: ColumnElement[bool], now: datetime) -> set[str]:
    """Delete a document's family, if all of it is over still; the documents that are gone."""
    with store.database.begin() as connection:
        family = _find_family(connection, sha256)
        for name in sorted(family.documents):
            documents.lock(connection, name)
        for referral_id in sorted(family.referrals):
            corrections.lock_review(connection, referral_id)
        over = connection.execute(select(DOCUMENTS.c.sha256).where(DOCUMENTS.c.sha256.in_(family.documents), is_over))
        if set(over.scalars()) != family.documents or _find_family(connection, sha256) != family:
            return set()
        for name in sorted(family.documents):
            audit.append(connection, at=now, actor=audit.SYSTEM, action="purge", document_sha256=name)
        _delete_rows(connection, family)
        for name in family.documents:
            store.originals.delete(name)
    return set(family.documents)


def _find_family(connection: Connection, sha256: str) -> _Family:
    found, referral_ids = {sha256}, set[str]()
    while True:
        more = select(REFERRALS.c.referral_id, REFERRALS.c.document_sha256).where(
            or_(REFERRALS.c.document_sha256.in_(found), REFERRALS.c.referral_id.in_(referral_ids))
        )
        rows = connection.execute(more).all()
        wider = found | {row.document_sha256 for row in rows}, referral_ids | {row.referral_id for row in rows}
        if wider == (found, referral_ids):
            return _Family(frozenset(found), frozenset(referral_ids))
        found, referral_ids = wider


def _delete_rows(connection: Connection, family: _Family) -> None:
    for table in reversed(load_tables().sorted_tables):
        if table is AUDIT:
            continue
        of_whom = [column.in_(family.referrals) for column in table.c if column.name in OF_REFERRAL]
        of_whom += [column.in_(family.documents) for column in table.c if column.name in OF_DOCUMENT]
        if of_whom:
            connection.execute(delete(table).where(or_(*of_whom)))


def _sweep_readings(store: Store, options: RetentionOptions, gone: set[str]) -> int:
    """Readings and pictures of documents that are gone, that are old, or that nobody finished writing."""
    now, count = time.time(), 0
    oldest = None if options.readings_days is None else now - options.readings_days * 86400
    for part in _chunks(store.readings.list_all()):
        strays = _unknown(store, {_owner(key) for key, made_at in part if made_at < now - _STRAY_SECONDS} - {""})
        for key, made_at in part:
            is_old = oldest is not None and made_at < oldest
            is_half_written = not _owner(key) and made_at < now - _HALF_WRITTEN_SECONDS
            if is_old or is_half_written or _owner(key) in gone or _owner(key) in strays:
                store.readings.delete(key)
                count += 1
    return count


def _owner(key: str) -> str:
    """The sha256 that the key of a reading begins with; empty for one that is still being written."""
    sha256, dash, _ = key.partition("-")
    return sha256 if dash else ""


def _find_strays(store: Store) -> list[str] | None:
    """Originals that no row knows: their process died before it could note them, and the file was sent again.

    None where they are too many for that: then it is the database that is another one, or an older one.
    """
    strays, total = list[str](), 0
    for part in _chunks(store.originals.list_all(time.time() - _STRAY_SECONDS)):
        total += len(part)
        strays += _unknown(store, set(part))
    return strays if len(strays) <= max(_FEW_STRAYS, total * _STRAY_SHARE) else None


def _delete_strays(store: Store, strays: list[str]) -> int:
    count = store.originals.delete_partials(time.time() - _HALF_WRITTEN_SECONDS)
    for sha256 in strays:
        with store.database.begin() as connection:
            documents.lock(connection, sha256)
            if documents.find(connection, sha256) is None:
                store.originals.delete(sha256)
                count += 1
    return count


def _unknown(store: Store, names: set[str]) -> set[str]:
    """Those of some documents that the store does not know."""
    with store.database.read() as connection:
        found = connection.execute(select(DOCUMENTS.c.sha256).where(DOCUMENTS.c.sha256.in_(names)))
        return names - set(found.scalars())


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while part := list(itertools.islice(rest, _BATCH)):
        yield part
