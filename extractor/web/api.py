"""The REST API: everything the review page does. Each function is one request, most of them one transaction."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BeforeValidator

from extractor.errors import InvalidEntry, StoreConflict
from extractor.resolve.correcting import as_text
from extractor.resolve.entries import read_entry
from extractor.store import audit, claims, corrections, referrals, worklist
from extractor.store.database import Connection
from extractor.store.referrals import ReferralState
from extractor.store.sessions import Session
from extractor.web import messages, reviewing, screens
from extractor.web.access import load, load_for_change, note_page
from extractor.web.approval import approve
from extractor.web.desk import Desk
from extractor.web.guard import Admin, AtDesk, ByHand, Lead, Member, Writer
from extractor.web.registered import tell_registered
from extractor.web.reviewing import Review, note
from extractor.web.views import view_history
from models.record.arrangement import Turn
from models.record.paths import walk_fields

router = APIRouter(prefix="/api")
MOST_LINES = 200
AsTurned = Annotated[Turn, BeforeValidator(int), Query()]


@router.post("/work")
def list_work(asked: messages.WorkAsked, desk: AtDesk, session: Writer, is_by_hand: ByHand) -> messages.WorkAnswer:
    """The work list: STAT first, then the oldest first. What is searched for stands in the body: it is patient data.

    A list that somebody asked for is an audit line; what the page asks by itself, every few seconds, is none.
    """
    if is_by_hand:
        with desk.database.begin() as connection:
            action = "search" if asked.search.strip() else "view_list"
            audit.append(connection, at=desk.clock(), actor=session.account.name, action=action)
    return screens.work(desk, worklist.Wanted(**asked.model_dump(), limit=MOST_LINES))


@router.get("/referrals/{referral_id}")
def show_review(referral_id: str, desk: AtDesk, session: Member) -> messages.ReviewAnswer:
    """One referral with every field, and what is left to answer. Each view is an audit line."""
    with desk.database.begin() as connection:
        review = load(connection, desk, referral_id)
        note(connection, review, "view", actor=session.account.name, now=desk.clock())
        return screens.review(connection, desk, review, session.account)


@router.post("/referrals/{referral_id}/answers")
def save_answer(referral_id: str, said: messages.Said, desk: AtDesk, session: Writer) -> messages.ChangeAnswer:
    """Save one answer. What others answered in other fields meanwhile comes back with it."""
    saying = reviewing.Saying(said.path, said.action, said.text, said.value, said.page_no, said.bbox)
    return _change(referral_id, said, desk, session, partial(reviewing.answer, saying=saying))


@router.post("/referrals/{referral_id}/undo")
def undo(referral_id: str, seen: messages.Seen, desk: AtDesk, session: Writer) -> messages.ChangeAnswer:
    """Take back one's own last answer."""
    return _change(referral_id, seen, desk, session, reviewing.undo)


@router.post("/referrals/{referral_id}/redo")
def redo(referral_id: str, seen: messages.Seen, desk: AtDesk, session: Writer) -> messages.ChangeAnswer:
    """Give back what one undid last."""
    return _change(referral_id, seen, desk, session, reviewing.redo)


@router.post("/referrals/{referral_id}/approve")
def approve_referral(referral_id: str, seen: messages.Approving, desk: AtDesk, session: Writer) -> messages.Approved:
    """Approve: refused while a critical field needs a person."""
    return _approve(referral_id, seen, desk, session.account.name, None)


@router.post("/referrals/{referral_id}/override")
def override(referral_id: str, order: messages.Override, desk: AtDesk, session: Lead) -> messages.Approved:
    """Approve over open critical fields, with a reason."""
    return _approve(referral_id, order, desk, session.account.name, order.reason)


@router.post("/referrals/{referral_id}/claim")
def claim(referral_id: str, claiming: messages.Claiming, desk: AtDesk, session: Writer) -> messages.ClaimAnswer:
    """Claim a referral or renew one's claim; the answer says who holds it, which may be somebody else."""
    now, actor = desk.clock(), session.account.name
    with desk.database.begin() as connection:
        review = load(connection, desk, referral_id)
        corrections.lock_review(connection, referral_id)
        before = claims.find_claim(connection, referral_id, now=now)
        held = claims.claim(
            connection, referral_id, actor, now=now, lasts=desk.claim_lasts, takes_over=claiming.take_over
        )
        if held.holder == actor and (before is None or before.holder != actor):
            note(connection, review, "claim" if before is None else "take_over", actor=actor, now=now)
    return messages.ClaimAnswer(holder=held.holder, until=held.expires_at)


@router.delete("/referrals/{referral_id}/claim")
def release(referral_id: str, desk: AtDesk, session: Writer) -> messages.Released:
    """Let go of one's own claim: others may take the referral, what was answered stays."""
    now, actor = desk.clock(), session.account.name
    with desk.database.begin() as connection:
        held = claims.find_claim(connection, referral_id, now=now)
        if held is not None and held.holder == actor:
            claims.release(connection, referral_id, actor)
            note(connection, load(connection, desk, referral_id), "release", actor=actor, now=now)
            held = None
        next_id = worklist.find_next(connection, actor, now=now, after=referral_id)
    return messages.Released(holder=None if held is None else held.holder, next_id=next_id)


@router.post("/referrals/{referral_id}/state")
def change_state(referral_id: str, change: messages.StateChange, desk: AtDesk, session: Lead) -> messages.StateChange:
    """Hold a referral back, close what is none, or put one back to work."""
    now = desk.clock()
    with desk.database.begin() as connection:
        review = load_for_change(connection, desk, referral_id, change.revision)
        before, after = review.stored.summary.state, ReferralState(change.state)
        if before not in {ReferralState.REVIEW, ReferralState.HELD, ReferralState.CLOSED}:
            raise StoreConflict("This referral is on its way out already.")
        referrals.set_state(connection, referral_id, change.revision, before, after, now=now)
        note(connection, review, f"set_{after.value}", actor=session.account.name, now=now)
    return change


@router.get("/referrals/{referral_id}/history")
def show_history(
    referral_id: str,
    desk: AtDesk,
    session: Member,
    path: Annotated[str, Query(max_length=200)],
) -> messages.History:
    """Everything that happened to one field."""
    with desk.database.begin() as connection:
        review = load(connection, desk, referral_id)
        note(connection, review, "view_history", actor=session.account.name, now=desk.clock())
    if path in review.checks.open:
        return messages.History(lines=())
    read = dict(walk_fields(review.record)).get(path)
    return messages.History(lines=view_history(path, read, review.changes))


@router.get("/referrals/{referral_id}/pages/{page_no}/picture", response_class=Response)
def show_page(referral_id: str, page_no: int, desk: AtDesk, session: Member, turn: AsTurned = 0) -> Response:
    """The upright page as PNG; ``turn``: as a person turned it, which is how its boxes are told."""
    sha256 = note_page(desk, session, "view_page", referral_id, page_no)
    return Response(desk.pages.picture(sha256, page_no, turn), media_type="image/png")


@router.get("/referrals/{referral_id}/pages/{page_no}/words")
def show_words(
    referral_id: str, page_no: int, desk: AtDesk, session: Member, turn: AsTurned = 0
) -> tuple[messages.WordView, ...]:
    """The words of a page with their boxes, so that a click can put one into a field."""
    sha256 = note_page(desk, session, "view_words", referral_id, page_no)
    words = desk.pages.words(sha256, page_no, turn)
    return tuple(messages.WordView(text=word.text, box=word.bbox) for word in words)


@router.post("/entries/check")
def check_entry(tried: messages.Tried, desk: AtDesk, session: Writer) -> messages.TryAnswer:  # noqa: ARG001
    """What a text would be as a field's value, and what is known of that, while it is being typed; nothing is saved."""
    try:
        value = read_entry(tried.path, tried.text, desk.clock().date())
    except InvalidEntry as problem:
        return messages.TryAnswer(text=None, problem=problem.message)
    is_npi = tried.path == "prescriber.npi"
    told = tell_registered(as_text(value), desk.site.npi_index) if is_npi else None
    return messages.TryAnswer(text=as_text(value), problem=None, told=told)


@router.get("/audit")
def show_audit(desk: AtDesk, session: Admin) -> messages.AuditAnswer:  # noqa: ARG001
    """The newest lines of the audit, and whether its chain holds."""
    with desk.database.read() as connection:
        lines = audit.list_lines(connection, limit=MOST_LINES)
        broken = audit.first_broken(connection)
    return messages.AuditAnswer(lines=tuple(line.model_dump(mode="json") for line in lines), first_broken=broken)


def _change(
    referral_id: str, seen: messages.Seen, desk: Desk, session: Session, act: Callable[..., Review]
) -> messages.ChangeAnswer:
    """One change of a review by somebody who saw a version of it."""
    now, actor = desk.clock(), session.account.name
    with desk.database.begin() as connection:
        review = load_for_change(connection, desk, referral_id, seen.revision)
        after = act(connection, review, seen=seen.seen, actor=actor, now=now)
        return _settle(connection, desk, after, actor, seen.seen)


def _settle(connection: Connection, desk: Desk, review: Review, actor: str, seen: int) -> messages.ChangeAnswer:
    """Renew the claim, keep the progress, and tell what changed on the screen."""
    claims.claim(connection, review.stored.summary.referral_id, actor, now=desk.clock(), lasts=desk.claim_lasts)
    readiness = review.readiness(desk.book)
    reviewing.note_progress(connection, review, readiness)
    return screens.change(review, readiness, actor, seen)


def _approve(
    referral_id: str, seen: messages.Approving, desk: Desk, actor: str, reason: str | None
) -> messages.Approved:
    now = desk.clock()
    with desk.database.begin() as connection:
        review = load_for_change(connection, desk, referral_id, seen.revision)
        revision = approve(
            connection,
            desk,
            review,
            seen=seen.seen,
            actor=actor,
            now=now,
            reason=reason,
            is_sent_again=seen.is_refax_confirmed,
        )
        next_id = worklist.find_next(connection, actor, now=now, after=referral_id)
    return messages.Approved(revision=revision, next_id=next_id)
