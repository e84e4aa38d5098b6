"""What somebody types, kept before it is saved, so that a page that is loaded again still has it."""

from fastapi import APIRouter, Response

from extractor.store import drafts
from extractor.store.drafts import Draft
from extractor.web import messages
from extractor.web.access import load_for_change
from extractor.web.guard import AtDesk, Writer
from extractor.web.reviewing import demand_open

router = APIRouter(prefix="/api/referrals/{referral_id}")


@router.put("/draft", status_code=204)
def keep(referral_id: str, typed: messages.Drafting, desk: AtDesk, session: Writer) -> Response:
    """Keep what one types in a field in place of what one typed before; it is nobody's answer yet."""
    now, actor = desk.clock(), session.account.name
    with desk.database.begin() as connection:
        review = load_for_change(connection, desk, referral_id, typed.revision)
        demand_open(review, connection, actor, now)
        if typed.text is None:
            drafts.drop_drafts(connection, referral_id, typed.revision, actor=actor, path=typed.path)
        else:
            draft = Draft(path=typed.path, text=typed.text, page_no=typed.page_no, bbox=typed.bbox)
            drafts.keep_draft(connection, referral_id, typed.revision, actor, draft, now=now)
    return Response(status_code=204)
