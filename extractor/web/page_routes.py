"""What people do to pages: turn one, call it something else, give it to another patient, read a box of it again."""

import contextlib
from collections.abc import Callable

from fastapi import APIRouter

from extractor.errors import ExtractorError, InvalidEntry
from extractor.resolve.correcting import as_text
from extractor.resolve.entries import read_entry
from extractor.store import claims, worklist
from extractor.store.sessions import Session
from extractor.web import messages
from extractor.web.access import load, load_for_change, note_page
from extractor.web.arranging import carry_out, plan, say, take_back
from extractor.web.desk import Desk
from extractor.web.guard import AtDesk, Writer
from extractor.web.reviewing import Review
from models.record.arrangement import PageChange

router = APIRouter(prefix="/api/referrals/{referral_id}/pages")
ahead = APIRouter(prefix="/api")
_EDGES = " :;|_"
"""What a box that is drawn by hand takes along from the label and the line."""


@router.post("")
def arrange(referral_id: str, wanted: messages.Arranging, desk: AtDesk, session: Writer) -> messages.Arranged:
    """Say what kinds of pages these are, whose they are, or how they lie; all at once, and undone at once.

    What was put together from them is put together anew: every referral that it touches gets a new revision.
    """
    now, actor = desk.clock(), session.account.name
    return _do(
        referral_id,
        wanted.revision,
        desk,
        session,
        lambda review: say(review, actor=actor, now=now, types=wanted.types, owners=wanted.owners, turns=wanted.turns),
    )


@router.post("/undo")
def undo(referral_id: str, seen: messages.AtRevision, desk: AtDesk, session: Writer) -> messages.Arranged:
    """Take back what one did last to the pages of this file."""
    now, actor = desk.clock(), session.account.name
    return _do(
        referral_id, seen.revision, desk, session, lambda review: take_back(review, is_redo=False, actor=actor, now=now)
    )


@router.post("/redo")
def redo(referral_id: str, seen: messages.AtRevision, desk: AtDesk, session: Writer) -> messages.Arranged:
    """Give back what one undid last on the pages of this file."""
    now, actor = desk.clock(), session.account.name
    return _do(
        referral_id, seen.revision, desk, session, lambda review: take_back(review, is_redo=True, actor=actor, now=now)
    )


@router.post("/{page_no}/reading")
def read_again(
    referral_id: str, page_no: int, box: messages.Boxed, desk: AtDesk, session: Writer
) -> messages.BoxReading:
    """Read a box of a page again, as the value of a field; nothing is saved."""
    sha256 = note_page(desk, session, "read_box", referral_id, page_no)
    with desk.database.read() as connection:
        turns = load(connection, desk, referral_id).arrangement[0].turns
    text = desk.pages.read_box(sha256, page_no, box.bbox, turns.get(page_no, 0)).strip(_EDGES)
    try:
        read = as_text(read_entry(box.path, text, desk.clock().date())) if text else None
    except InvalidEntry as problem:
        return messages.BoxReading(text=text, value=None, problem=problem.message)
    return messages.BoxReading(text=text, value=read, problem=None if text else "Nothing could be read there.")


@ahead.post("/ahead")
def draw_ahead(asked: messages.Ahead, desk: AtDesk, session: Writer) -> messages.Drawn:
    """Draw the pages of the referral that is next in line, so that they are there when somebody opens it.

    Nothing of them is told, so that nobody has looked at them.
    """
    with desk.database.read() as connection:
        name = worklist.find_next(connection, session.account.name, now=desk.clock(), after=asked.after)
        review = None if name is None else load(connection, desk, name)
    if review is None or review.extraction is None:
        return messages.Drawn(pages=0)
    sha256, turns = review.stored.summary.document_sha256, review.arrangement[0].turns
    numbers = [page.page_no for page in review.extraction.document.pages if page.page_no in review.record.pages]
    for number in numbers:
        # Whoever opens it is told what is wrong with a page.
        with contextlib.suppress(ExtractorError):
            desk.pages.picture(sha256, number, turns.get(number, 0))
    return messages.Drawn(pages=len(numbers))


def _do(
    referral_id: str, revision: int, desk: Desk, session: Session, ask: Callable[[Review], PageChange]
) -> messages.Arranged:
    """Work out what a change makes while nobody waits, then keep it where nothing happened in between."""
    with desk.database.read() as connection:
        review = load(connection, desk, referral_id)
    planned = plan(desk, review, ask(review))
    with desk.database.begin() as connection:
        review = load_for_change(connection, desk, referral_id, revision)
        follow = carry_out(connection, desk, review, planned)
        if follow != referral_id:
            claims.release(connection, referral_id, session.account.name)
    return messages.Arranged(referral_id=follow, remade=tuple(planned.made))
