"""Pages that a person turns, calls something else, or gives to another patient; and what becomes of the referrals.

A change puts every referral that it touches together anew, from the pages as they were read; one that was turned is
read again as it lies now. Each gets a new revision, on which the answers stand that still hold. One that no page is
left of is closed.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from extractor.errors import StoreConflict
from extractor.readiness import assess_readiness
from extractor.resolve.carrying import carry_answers
from extractor.store import audit, claims, corrections, page_changes, referrals
from extractor.store.database import Connection
from extractor.store.referrals import ReferralState
from extractor.web.desk import Desk
from extractor.web.reviewing import Review, as_arranged, demand_open, load_review, note_progress
from models.record import PageType, Referral
from models.record.arrangement import Arrangement, PageChange, Turn, arrange
from models.record.review import to_redo, to_undo

NEW = "new"
"""Stands for the referral that pages are split off into."""
_CHANGEABLE = (ReferralState.REVIEW, ReferralState.HELD)


@dataclass(frozen=True, slots=True)
class Planned:
    """A change before it is kept, with what it makes of the file: worked out without holding up anybody else.

    ``before`` and ``after``: the ids of the referrals that have pages; ``made``: those that are put together anew.
    """

    change: PageChange
    said: Arrangement
    before: tuple[str, ...]
    after: tuple[str, ...]
    made: Mapping[str, Referral]


def say(
    review: Review,
    *,
    actor: str,
    now: datetime,
    types: Mapping[int, PageType] | None = None,
    owners: Mapping[int, str | None] | None = None,
    turns: Mapping[int, Turn] | None = None,
) -> PageChange:
    """The change that a person asks for; ``NEW`` among the owners becomes the id of a new referral."""
    new = str(uuid.uuid4())
    return PageChange(
        number=_next(review.page_changes),
        document_sha256=review.stored.summary.document_sha256,
        types=dict(types or {}),
        owners={page: new if name == NEW else name for page, name in (owners or {}).items()},
        turns=dict(turns or {}),
        actor=actor,
        at=now,
    )


def take_back(review: Review, *, is_redo: bool, actor: str, now: datetime) -> PageChange:
    """The change that undoes one's own last one, or redoes it; ``StoreConflict`` where there is none."""
    found = to_redo(review.page_changes, actor) if is_redo else to_undo(review.page_changes, actor)
    if found is None:
        raise StoreConflict(f"There is nothing to {'redo' if is_redo else 'undo'} on the pages of this file.")
    return PageChange(
        number=_next(review.page_changes),
        document_sha256=review.stored.summary.document_sha256,
        withdraws=found.number,
        actor=actor,
        at=now,
    )


def plan(desk: Desk, review: Review, change: PageChange) -> Planned:
    """What a change makes of the file. Raises ``StoreConflict`` for a page or an owner that is none."""
    extraction = review.extraction
    if extraction is None:
        raise StoreConflict("What was read of this file is not kept any more: its pages cannot be changed.")
    found = {one.referral_id: one.pages for one in extraction.referrals}
    was, before = arrange(found, review.page_changes)
    said, after = arrange(found, (*review.page_changes, change))
    numbers = {page.page_no for page in extraction.document.pages}
    given = {name for name in change.owners.values() if name is not None}
    if (set(change.types) | set(change.owners) | set(change.turns)) - numbers:
        raise StoreConflict("There is no such page: load the referral again.")
    if len(given - {*found, *before}) > 1:
        raise StoreConflict("There is no such referral: load the referral again.")
    if not after:
        raise StoreConflict("A page has to be left: close the referral where none is anybody's.")
    changed = {page for page in numbers if _of_page(was, page) != _of_page(said, page)}
    if not changed and before == after:
        return Planned(change, said, tuple(before), tuple(after), {})
    again = desk.pages.extract(change.document_sha256, said.model_copy(update={"people": tuple(after.values())}))
    made = {
        name: record
        for (name, pages), record in zip(after.items(), again.referrals, strict=True)
        if before.get(name) != pages or changed.intersection(pages)
    }
    return Planned(change, said, tuple(before), tuple(after), made)


def carry_out(connection: Connection, desk: Desk, review: Review, planned: Planned) -> str:
    """Keep the change and what it makes of ``review``, as it is now; the id of the referral to go on with.

    Raises ``StoreConflict`` where the pages were changed since ``plan``, or another referral of them is in other hands.
    """
    change = planned.change
    demand_open(review, connection, change.actor, change.at)
    if _next(review.page_changes) != change.number:
        raise StoreConflict("Somebody changed the pages in the meantime: load the referral again.")
    emptied = [name for name in planned.before if name not in planned.after]
    reviews = {name: _lock(connection, desk, name, change) for name in sorted({*planned.made, *emptied})}
    page_changes.add_change(connection, change)
    summary = review.stored.summary
    is_turn = change.turns and not (change.types or change.owners)
    _note(connection, "turn_page" if is_turn else "arrange_pages", change, summary.referral_id, summary.revision)
    for name in emptied:
        _close(connection, reviews[name], change)
    for name in planned.made:
        _revise(connection, desk, review, name, reviews=reviews, planned=planned)
    return summary.referral_id if summary.referral_id in planned.after else planned.after[0]


def _lock(connection: Connection, desk: Desk, referral_id: str, change: PageChange) -> Review | None:
    """The review of a referral that is to change; None for one that is only now made."""
    corrections.lock_review(connection, referral_id)
    found = load_review(connection, referral_id, change.at, desk.policy)
    if found is None:
        return None
    held = claims.find_claim(connection, referral_id, now=change.at)
    if held is not None and held.holder != change.actor:
        raise StoreConflict("Somebody works on the other referral of these pages: ask them to let go of it first.")
    summary = found.stored.summary
    if summary.state not in _CHANGEABLE and not (summary.state is ReferralState.CLOSED and found.is_emptied):
        raise StoreConflict("Another referral of these pages is on its way out already, or closed: its pages stay.")
    return found


def _close(connection: Connection, review: Review | None, change: PageChange) -> None:
    assert review is not None
    summary = review.stored.summary
    _set_closed(connection, review, change)
    _note(connection, "set_closed", change, summary.referral_id, summary.revision)


def _set_closed(connection: Connection, review: Review, change: PageChange) -> None:
    summary, closed = review.stored.summary, ReferralState.CLOSED
    if summary.state is not closed:
        referrals.set_state(connection, summary.referral_id, summary.revision, summary.state, closed, now=change.at)


def _revise(
    connection: Connection,
    desk: Desk,
    review: Review,
    referral_id: str,
    *,
    reviews: Mapping[str, Review | None],
    planned: Planned,
) -> None:
    """A new revision of one referral, with the answers that still hold."""
    before, now = reviews[referral_id], planned.change.at
    revision = 1 if before is None else before.stored.summary.revision + 1
    made = planned.made[referral_id].model_copy(
        update={"referral_id": referral_id, "revision": revision, "created_at": now}
    )
    told = as_arranged(review.extraction, planned.said)
    document, failures = (None, ()) if told is None else (told.document, told.failures)
    made = made.model_copy(update={"readiness": assess_readiness(made, now.date(), desk.book, document, failures)})
    answers = () if before is None else carry_answers(before.record, made, before.standing)
    others = [other for other in reviews.values() if other is not None and other is not before]
    for other in others:
        answers += carry_answers(other.record, made, other.standing, with_added=False)
    if before is not None:
        _set_closed(connection, before, planned.change)
    summary = review.stored.summary
    is_held = before is not None and before.stored.summary.state is ReferralState.HELD
    referrals.add_revision(
        connection,
        made,
        document_sha256=summary.document_sha256,
        received_at=summary.received_at,
        now=now,
        state=ReferralState.HELD if is_held else ReferralState.REVIEW,
    )
    turned = planned.said.turns.items() ^ review.arrangement[0].turns.items()
    for answer in answers:
        # A box on a page that lies otherwise now is somewhere else on it.
        box = {"bbox": None} if answer.page_no in dict(turned) else {}
        corrections.add_correction(connection, answer.model_copy(update={"referral_id": referral_id, **box}))
    _note(connection, "rearranged", planned.change, referral_id, revision)
    after = load_review(connection, referral_id, now, desk.policy)
    assert after is not None
    note_progress(connection, after, after.readiness(desk.book))


def _of_page(said: Arrangement, page: int) -> tuple[PageType | None, Turn]:
    return said.types.get(page), said.turns.get(page, 0)


def _next(known: tuple[PageChange, ...]) -> int:
    return max((change.number for change in known), default=0) + 1


def _note(connection: Connection, action: str, change: PageChange, referral_id: str, revision: int) -> None:
    audit.append(
        connection,
        at=change.at,
        actor=change.actor,
        action=action,
        referral_id=referral_id,
        revision=revision,
        document_sha256=change.document_sha256,
    )
