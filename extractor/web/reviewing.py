"""A review as it stands, and everything that changes it; each function runs inside the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from extractor.errors import InvalidEntry, StaleAnswer, StoreConflict
from extractor.knowledge.protocols import ProtocolBook
from extractor.readiness import assess_readiness
from extractor.resolve.correcting import (
    Answered,
    answer_fields,
    apply_corrections,
    check_correction,
    original_paths,
)
from extractor.resolve.entries import Entered, read_entry
from extractor.resolve.policy import Policy
from extractor.store import audit, checks, claims, corrections, documents, drafts, page_changes, referrals, worklist
from extractor.store.checks import Check, CheckKind, Outcome
from extractor.store.database import Connection
from extractor.store.referrals import ReferralState, StoredReferral
from extractor.web.checking import NO_CHECKS, Checks, Chooser, choose_none
from extractor.web.views import FieldView, view_fields
from models.record import BBox, Extraction, Page, Readiness, Referral
from models.record.arrangement import Arrangement, PageChange, arrange
from models.record.list_places import unplaced
from models.record.paths import walk_fields
from models.record.review import HAS_VALUE, Answer, Change, Correction, standing, to_redo, to_undo


@dataclass(frozen=True)
class Review:
    """One revision with the answers on it. ``version`` is the number of the last change, 0 before the first.

    What follows from these is worked out once: a save asks for it again and again, and somebody waits for the save.

    ``extraction`` is the whole file with the kinds of pages that people gave; ``page_changes`` what they did to them;
    ``checks`` are the accepted fields that are shown all the same; ``policy`` says which fields are critical.
    """

    stored: StoredReferral
    extraction: Extraction | None
    changes: tuple[Change, ...]
    today: date
    policy: Policy
    page_changes: tuple[PageChange, ...] = ()
    checks: Checks = NO_CHECKS

    @cached_property
    def answered(self) -> Answered:
        """The answers laid on, with every item at its place."""
        return answer_fields(self.record, self.standing)

    @cached_property
    def record(self) -> Referral:
        """The revision as stored; where a check found that a person reads another value, the field asks."""
        return self.checks.doubted(self.stored.record)

    @property
    def standing(self) -> tuple[Correction, ...]:
        """The answers that hold."""
        return tuple(change.correction for change in standing(self.changes) if change.correction is not None)

    @property
    def version(self) -> int:
        """What a save is checked against."""
        return max((change.number for change in self.changes), default=0)

    @cached_property
    def fields(self) -> tuple[FieldView, ...]:
        """Every field as the screen shows it."""
        return view_fields(self.answered, self.changes, self.checks.open, self.policy)

    def before(self, version: int) -> "Review":
        """The review as it stood at an earlier version."""
        if version >= self.version:
            return self
        return self.with_changes(tuple(change for change in self.changes if change.number <= version))

    def with_changes(self, changes: tuple[Change, ...]) -> "Review":
        """The same revision with other changes."""
        return replace(self, changes=changes)

    @property
    def arrangement(self) -> tuple[Arrangement, Mapping[str, tuple[int, ...]]]:
        """What people say of the file's pages, and the pages of each of its referrals."""
        made = () if self.extraction is None else self.extraction.referrals
        return arrange({one.referral_id: one.pages for one in made}, self.page_changes)

    @property
    def is_emptied(self) -> bool:
        """Whether all its pages were given to other referrals."""
        return bool(self.page_changes) and self.stored.summary.referral_id not in self.arrangement[1]

    @cached_property
    def result(self) -> Referral:
        """The referral as the answers make it, without its readiness."""
        return apply_corrections(self.record, self.standing)

    def readiness(self, book: ProtocolBook) -> Readiness:
        """The verdict as it stands with the answers."""
        document = None if self.extraction is None else self.extraction.document
        failures = () if self.extraction is None else self.extraction.failures
        return assess_readiness(self.result, self.today, book, document, failures)

    @cached_property
    def screen_paths(self) -> dict[str, str]:
        """Each path of ``result`` with its path on the screen, where removed items keep their place."""
        return dict(original_paths(self.answered))

    def blocking(self) -> tuple[str, ...]:
        """Critical fields that still wait for a person: with one of them nothing is approved."""
        fields = [(path, one) for path, one in walk_fields(self.result) if self.policy.is_critical(path)]
        paths = self.screen_paths
        return tuple(paths[path] for path, one in fields if one.needs_person)


@dataclass(frozen=True, slots=True)
class Saying:
    """What a person says of a field: ``text`` as typed, or ``value`` as it was shown to them."""

    path: str
    action: Answer
    text: str | None = None
    value: Entered | None = None
    page_no: int | None = None
    bbox: BBox | None = None


def load_review(
    connection: Connection, referral_id: str, now: datetime, policy: Policy, choose: Chooser = choose_none
) -> Review | None:
    """The latest revision of a referral with its answers; None where it is unknown.

    ``choose``: which accepted fields are shown all the same.
    """
    stored = referrals.latest(connection, referral_id)
    if stored is None:
        return None
    changes = corrections.history(connection, referral_id, stored.summary.revision)
    sha256 = stored.summary.document_sha256
    arranged = page_changes.list_changes(connection, sha256)
    said, _ = arrange({}, arranged)
    extraction = as_arranged(documents.find_extraction(connection, sha256), said)
    chosen = choose(stored.record, now.date()) if stored.summary.state is ReferralState.REVIEW else {}
    checked = Checks(chosen, checks.list_answered(connection, referral_id, stored.summary.revision))
    return Review(stored, extraction, changes, now.date(), policy, arranged, checked)


def as_arranged(extraction: Extraction | None, said: Arrangement) -> Extraction | None:
    """The file with the kinds of pages that people gave, and its pages as high and wide as they are turned."""
    if extraction is None or not (said.types or said.turns):
        return extraction
    pages = tuple(_as_said(page, said) for page in extraction.document.pages)
    return extraction.model_copy(update={"document": extraction.document.model_copy(update={"pages": pages})})


def _as_said(page: Page, said: Arrangement) -> Page:
    is_across = said.turns.get(page.page_no, 0) % 180 != 0
    size = {"width": page.height, "height": page.width} if is_across else {}
    return page.model_copy(update={"type": said.types.get(page.page_no, page.type), **size})


def answer(connection: Connection, review: Review, saying: Saying, *, seen: int, actor: str, now: datetime) -> Review:
    """Save one answer of a person who saw version ``seen``; others' answers to other fields stay as they are.

    Raises ``StaleAnswer`` where this field changed since, ``InvalidEntry`` for what cannot be its value.
    """
    demand_open(review, connection, actor, now)
    before = review.before(seen)
    if before is not review and _shown(before, saying.path) != _shown(review, saying.path):
        raise StaleAnswer("Somebody answered this field in the meantime: look at it again.")
    if saying.action not in HAS_VALUE and (saying.text is not None or saying.value is not None):
        raise InvalidEntry("This answer leaves no value: send it without one, or answer with the value.")
    value = read_entry(saying.path, saying.text, review.today) if saying.text is not None else saying.value
    if saying.path in review.checks.open:
        return _answer_check(connection, review, saying, value, actor=actor, now=now)
    if value is None and saying.action in HAS_VALUE:
        raise InvalidEntry("Nothing is entered: type a value, or answer blank, illegible or not on form.")
    correction = Correction(
        referral_id=review.stored.summary.referral_id,
        revision=review.stored.summary.revision,
        path=saying.path,
        action=saying.action,
        value=value,
        page_no=saying.page_no,
        bbox=saying.bbox,
        actor=actor,
        at=now,
    )
    check_correction(review.record, review.standing, correction, review.today)
    number = corrections.add_correction(connection, correction)
    drafts.drop_drafts(connection, correction.referral_id, correction.revision, actor=actor, path=saying.path)
    note(connection, review, "answer", actor=actor, now=now, code=saying.path)
    if saying.path in review.checks.differing:
        was = dict(walk_fields(review.stored.record))[saying.path].value
        outcome = Outcome.SLIP if value == was else Outcome.MACHINE_WRONG
        checks.decide(connection, correction.referral_id, correction.revision, saying.path, outcome)
    added = Change(number=number, correction=correction, actor=actor, at=now)
    return review.with_changes((*review.changes, added))


def _answer_check(
    connection: Connection, review: Review, saying: Saying, value: Entered | None, *, actor: str, now: datetime
) -> Review:
    """Keep what a person says of an accepted field; one that reads other than was accepted asks from now on."""
    summary, accepted = review.stored.summary, dict(walk_fields(review.stored.record))[saying.path]
    planted = review.checks.open[saying.path]
    if value is not None and planted is not None and value == planted:
        outcome = Outcome.MISSED
    elif value == accepted.value:
        outcome = Outcome.AGREED
    else:
        outcome = Outcome.UNREADABLE if saying.action is Answer.ILLEGIBLE else Outcome.DIFFERED
    page = next((page for page in _pages(review) if page.page_no == accepted.page_no), None)
    check = Check(
        referral_id=summary.referral_id,
        revision=summary.revision,
        path=saying.path,
        field=unplaced(saying.path),
        tier="unknown" if page is None or page.quality is None else page.quality.value,
        kind=CheckKind.BLIND if planted is None else CheckKind.SEEDED,
        outcome=outcome,
        answer=str(value) if outcome is Outcome.DIFFERED and value is not None else None,
        actor=actor,
        at=now,
    )
    checks.add_check(connection, check)
    drafts.drop_drafts(connection, summary.referral_id, summary.revision, actor=actor, path=saying.path)
    note(connection, review, "check", actor=actor, now=now, code=saying.path)
    return replace(review, checks=replace(review.checks, answered=(*review.checks.answered, check)))


def _pages(review: Review) -> tuple[Page, ...]:
    return () if review.extraction is None else review.extraction.document.pages


def undo(connection: Connection, review: Review, *, seen: int, actor: str, now: datetime) -> Review:
    """Take back the last answer of ``actor``; ``StoreConflict`` where there is none."""
    return _withdraw(connection, review, to_undo(review.changes, actor), "undo", seen=seen, actor=actor, now=now)


def redo(connection: Connection, review: Review, *, seen: int, actor: str, now: datetime) -> Review:
    """Give back what ``actor`` undid last; ``StoreConflict`` where there is nothing."""
    return _withdraw(connection, review, to_redo(review.changes, actor), "redo", seen=seen, actor=actor, now=now)


def note_progress(connection: Connection, review: Review, readiness: Readiness) -> None:
    """Keep for the work list what is left to answer."""
    summary = review.stored.summary
    left = sum(view.needs for view in review.fields)
    worklist.note_progress(connection, summary.referral_id, summary.revision, left, readiness.verdict.value)


def changed_fields(review: Review, was: Review) -> tuple[FieldView, ...]:
    """The fields that look other than they did."""
    before = {view.path: view for view in was.fields}
    # An answered check is no change of the review, so it looks as it did: it is told all the same.
    checked = {check.path for check in review.checks.answered}
    return tuple(view for view in review.fields if before.get(view.path) != view or view.path in checked)


def _withdraw(
    connection: Connection,
    review: Review,
    change: Change | None,
    action: str,
    *,
    seen: int,
    actor: str,
    now: datetime,
) -> Review:
    demand_open(review, connection, actor, now)
    if change is None:
        raise StoreConflict(f"There is nothing to {action}.")
    if seen != review.version:
        raise StaleAnswer("The referral was changed in the meantime: look at it again.")
    summary = review.stored.summary
    number = corrections.withdraw(
        connection, summary.referral_id, summary.revision, change.number, actor=actor, now=now
    )
    note(connection, review, action, actor=actor, now=now)
    added = Change(number=number, withdraws=change.number, actor=actor, at=now)
    return review.with_changes((*review.changes, added))


def demand_open(review: Review, connection: Connection, actor: str, now: datetime) -> None:
    """Only a referral in review changes, and only by who holds it."""
    summary = review.stored.summary
    if summary.state is not ReferralState.REVIEW:
        raise StoreConflict("This referral is not in review any more: load it again.")
    held = claims.find_claim(connection, summary.referral_id, now=now)
    if held is None or held.holder != actor:
        raise StoreConflict("You do not hold this referral any more: take it over to go on.")


def _shown(review: Review, path: str) -> object:
    """What stands at a path; for a whole item whether it is removed."""
    for view in review.fields:
        if view.path == path:
            return view.value, view.state, view.answered_by, view.removed
        if view.head == path:
            return view.removed
    return None


def note(
    connection: Connection, review: Review, action: str, *, actor: str, now: datetime, code: str | None = None
) -> None:
    """An audit line of what somebody did with a referral in the revision that was loaded."""
    summary = review.stored.summary
    audit.append(
        connection,
        at=now,
        actor=actor,
        action=action,
        referral_id=summary.referral_id,
        revision=summary.revision,
        code=None if code is None else code[:64],
    )
