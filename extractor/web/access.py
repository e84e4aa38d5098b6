"""How a request gets at a referral: to look at it, to change it, or to look at one of its pages."""

from extractor.errors import StoreConflict
from extractor.store import audit, corrections, referrals
from extractor.store.database import Connection
from extractor.store.sessions import Session
from extractor.web.desk import Desk
from extractor.web.reviewing import Review, load_review

LAST_PAGE = 10_000


class NotThere(Exception):
    """There is no such referral or page."""


def load(connection: Connection, desk: Desk, referral_id: str) -> Review:
    """The review as it stands; ``NotThere`` where there is none."""
    review = load_review(connection, referral_id, desk.clock(), desk.policy, desk.choose_checks)
    if review is None:
        raise NotThere
    return review


def load_for_change(connection: Connection, desk: Desk, referral_id: str, revision: int) -> Review:
    """The review, with nobody else changing it until the transaction ends."""
    corrections.lock_review(connection, referral_id)
    review = load(connection, desk, referral_id)
    if review.stored.summary.revision != revision:
        raise StoreConflict("A newer revision of this referral is there: load it again.")
    return review


def note_page(desk: Desk, session: Session, action: str, referral_id: str, page_no: int) -> str:
    """Note who looks at a page; the sha256 of the document that it is in."""
    with desk.database.begin() as connection:
        stored = referrals.latest(connection, referral_id)
        if stored is None:
            raise NotThere
        sha256 = stored.summary.document_sha256
        audit.append(
            connection,
            at=desk.clock(),
            actor=session.account.name,
            action=action,
            referral_id=referral_id,
            document_sha256=sha256,
            code=str(page_no)[:64],
        )
    if not 1 <= page_no <= LAST_PAGE:
        raise NotThere
    return sha256
