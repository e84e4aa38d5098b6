"""The work list: what waits for a person, the most urgent first, with who holds it and how much is left to answer."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    Integer,
    Join,
    Select,
    String,
    Table,
    and_,
    case,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy import delete as remove
from sqlalchemy.engine import Connection

from extractor.store.claims import CLAIMS
from extractor.store.links import LINKS, Relation
from extractor.store.metadata import METADATA
from extractor.store.referrals import OPEN, REFERRALS, ReferralState, ReferralSummary, count_by_state
from models.record import Value

PROGRESS = Table(
    "review_progress",
    METADATA,
    Column("referral_id", String(64), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("needs_human", Integer, nullable=False),
    Column("verdict", String(16)),
)
"""What people's answers made of the counts of the revision that they work on."""

_ORDER = (REFERRALS.c.rank, REFERRALS.c.received_at, REFERRALS.c.referral_id)
_ORDER_OF_FEW = (REFERRALS.c.rank + 0, *_ORDER[1:])
"""The same order, of few rows that another index finds: no index gives them in it, so none is walked for its sake."""
_NEEDS = func.coalesce(PROGRESS.c.needs_human, REFERRALS.c.needs_human)
_VERDICT = case((PROGRESS.c.needs_human.is_not(None), PROGRESS.c.verdict), else_=REFERRALS.c.verdict)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NPI = re.compile(r"\d{10}")


_ANSWER = (
    select(func.max(LINKS.c.relation))
    .where(
        or_(LINKS.c.referral_id == REFERRALS.c.referral_id, LINKS.c.earlier_id == REFERRALS.c.referral_id),
        LINKS.c.relation.in_([Relation.REPLY.value, Relation.UNSURE_REPLY.value]),
    )
    .correlate(REFERRALS)
    .scalar_subquery()
)
"""Whether a letter was answered; of several answers the one that nobody can be sure of."""


class Wanted(Value):
    """Which lines are asked for; ``search`` is words of a name or a drug, a date of birth, or an NPI."""

    states: tuple[ReferralState, ...] = OPEN
    search: str = ""
    priority: str | None = None
    drug: str | None = None
    verdict: str | None = None
    limit: int = 100
    offset: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether everything in ``states`` is asked for."""
        return not (self.search.strip() or self.priority or self.drug or self.verdict)


class Line(ReferralSummary):
    """One referral of the list; ``needs_human`` counts what is left to answer, ``verdict`` is as it stands now.

    ``holder`` works on it. ``answer``: it answers one of our letters, or its letter was answered; None where neither is
    so.
    """

    holder: str | None
    answer: Relation | None = None


_COLUMNS = (
    *(
        REFERRALS.c[name]
        for name in Line.model_fields
        if name in REFERRALS.c and name not in {"needs_human", "verdict"}
    ),
    _NEEDS.label("needs_human"),
    _VERDICT.label("verdict"),
    CLAIMS.c.holder,
    _ANSWER.label("answer"),
)


def list_work(connection: Connection, wanted: Wanted, *, now: datetime) -> tuple[Line, ...]:
    """The lines that are asked for: STAT first, then the oldest first."""
    # The lines are chosen among the referrals alone, by index; only what is shown is joined with the rest.
    shown = [row.referral_id for row in connection.execute(_choose(wanted))]
    rows = connection.execute(
        select(REFERRALS.c.is_latest, *_COLUMNS)
        .select_from(_joined(now))
        # By key alone: told that only the latest are wanted, a database may look through all that are.
        .where(REFERRALS.c.referral_id.in_(shown))
        .order_by(*_ORDER_OF_FEW)
    )
    found = (dict(row) for row in rows.mappings())
    return tuple(Line.model_validate(row) for row in found if row.pop("is_latest"))


def _choose(wanted: Wanted) -> Select[tuple[str]]:
    """The ids of the lines in order. State by state, because an index gives the order within one, not of several: no
    database then has to sort all that waits to show the first page of it."""
    columns = (REFERRALS.c.referral_id, REFERRALS.c.rank, REFERRALS.c.received_at)
    parts = [
        select(*columns)
        .select_from(_counted(wanted))
        .where(*_conditions(wanted.model_copy(update={"states": (state,)})))
        .order_by(*_order(wanted))
        .limit(wanted.offset + wanted.limit)
        .subquery()
        for state in dict.fromkeys(wanted.states)
    ]
    found = union_all(*(select(part) for part in parts)).subquery()
    ordered = select(found.c.referral_id).order_by(*(found.c[column.name] for column in _ORDER))
    return ordered.limit(wanted.limit).offset(wanted.offset)


def count_work(connection: Connection, wanted: Wanted) -> int:
    """How many lines there are in all, whatever ``limit`` says."""
    if wanted.is_plain:
        by_state = count_by_state(connection)
        return sum(by_state.get(state.value, 0) for state in set(wanted.states))
    asked = select(func.count()).select_from(_counted(wanted)).where(*_conditions(wanted))
    return int(connection.execute(asked).scalar_one())


def list_drugs(connection: Connection, states: Sequence[ReferralState] = OPEN) -> tuple[str, ...]:
    """The drugs that stand in the list, by name."""
    found = {str(drug) for state in states for drug in connection.execute(_drugs_in(state)).scalars()}
    return tuple(sorted(found))


def _drugs_in(state: ReferralState) -> Select[tuple[str]]:
    """From each drug to the next one, by index: there are few drugs, and as many rows as referrals."""
    following = select(func.min(REFERRALS.c.drug).label("drug")).where(
        REFERRALS.c.is_latest, REFERRALS.c.state == state
    )
    walk = following.cte("walk", recursive=True)
    after = following.where(REFERRALS.c.drug > walk.c.drug).correlate(walk).scalar_subquery()
    walk = walk.union_all(select(after).where(walk.c.drug.is_not(None)))
    return select(walk.c.drug).where(walk.c.drug.is_not(None))


def find_next(connection: Connection, holder: str, *, now: datetime, after: str | None = None) -> str | None:
    """The first referral in review that nobody else holds, other than ``after``; None where nothing is left."""
    is_free = or_(CLAIMS.c.holder.is_(None), CLAIMS.c.holder == holder)
    asked = (
        select(REFERRALS.c.referral_id)
        .select_from(_joined(now))
        .where(*_conditions(Wanted(states=(ReferralState.REVIEW,))), is_free)
        .order_by(*_ORDER)
        .limit(2)
    )
    found = [str(one) for one in connection.execute(asked).scalars() if one != after]
    return found[0] if found else None


def note_progress(
    connection: Connection, referral_id: str, revision: int, needs_human: int, verdict: str | None
) -> None:
    """Keep what is left to answer, and the verdict as it stands now."""
    connection.execute(remove(PROGRESS).where(PROGRESS.c.referral_id == referral_id))
    row = {"referral_id": referral_id, "revision": revision, "needs_human": needs_human, "verdict": verdict}
    connection.execute(PROGRESS.insert().values(**row))


def find_verdict(connection: Connection, referral_id: str) -> str | None:
    """The verdict that the work list shows for a referral."""
    asked = select(_VERDICT).select_from(REFERRALS.outerjoin(PROGRESS, _of_progress()))
    found: str | None = connection.execute(
        asked.where(REFERRALS.c.referral_id == referral_id, REFERRALS.c.is_latest)
    ).scalar_one_or_none()
    return found


def _order(wanted: Wanted) -> tuple[ColumnElement[object], ...]:
    """By index where many match, by sorting where a number or a day finds few."""
    is_exact = any(_DAY.fullmatch(word) or _NPI.fullmatch(word) for word in wanted.search.split())
    return _ORDER_OF_FEW if is_exact else _ORDER


def _counted(wanted: Wanted) -> FromClause:
    """The referrals, with their progress only where the verdict is asked for."""
    return REFERRALS.outerjoin(PROGRESS, _of_progress()) if wanted.verdict else REFERRALS


def _joined(now: datetime) -> Join:
    held = and_(CLAIMS.c.referral_id == REFERRALS.c.referral_id, CLAIMS.c.expires_at > now)
    return REFERRALS.outerjoin(PROGRESS, _of_progress()).outerjoin(CLAIMS, held)


def _of_progress() -> ColumnElement[bool]:
    return and_(PROGRESS.c.referral_id == REFERRALS.c.referral_id, PROGRESS.c.revision == REFERRALS.c.revision)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [REFERRALS.c.is_latest, REFERRALS.c.state.in_(wanted.states)]
    if wanted.priority:
        found.append(REFERRALS.c.priority == wanted.priority)
    if wanted.drug:
        found.append(REFERRALS.c.drug == wanted.drug)
    if wanted.verdict:
        found.append(_VERDICT.in_([wanted.verdict]))
    return found + [_matches(word) for word in wanted.search.split()[:6]]


def _matches(word: str) -> ColumnElement[bool]:
    """Whether a line holds the word: a day is a date of birth, ten digits are an NPI, else a part of a name or drug."""
    if _DAY.fullmatch(word):
        return REFERRALS.c.date_of_birth == word
    if _NPI.fullmatch(word):
        return REFERRALS.c.npi == word
    return REFERRALS.c.sought.contains(word.casefold(), autoescape=True)
