"""The letter about a referral on the screen: written from what people made of it, known to the store, downloaded."""

from collections.abc import Mapping

from fastapi import APIRouter, Response

from extractor.letter import Place, find_places, make_request, write_letter
from extractor.store.letters import WrittenLetter, add_letter
from extractor.web.access import NotThere
from extractor.web.desk import Desk
from extractor.web.guard import AtDesk, Writer
from extractor.web.reviewing import Review, load_review
from models.record import Referral

router = APIRouter(prefix="/api")


@router.post("/referrals/{referral_id}/letter", response_class=Response)
def write(referral_id: str, desk: AtDesk, session: Writer) -> Response:
    """The letter as PDF, with an id of its own in its name. Nothing is sent: a person prints or faxes it.

    It holds the prescriber's fax number only where a person confirmed that, and is noted as a disclosure.
    """
    now = desk.clock()
    request = make_request(desk.site, now.date())
    with desk.database.read() as connection:
        review = load_review(connection, referral_id, now, desk.policy)
    if review is None:
        raise NotThere
    referral = review.result.model_copy(update={"readiness": review.readiness(desk.book)})
    letter = write_letter(referral, request, _cut(desk, review, referral))
    with desk.database.begin() as connection:
        written = WrittenLetter(
            letter_id=letter.letter_id,
            referral_id=referral_id,
            revision=referral.revision,
            actor=session.account.name,
            written_at=now,
        )
        add_letter(connection, written)
    name = f'attachment; filename="{letter.filename}"'
    return Response(letter.content, media_type="application/pdf", headers={"Content-Disposition": name})


def _cut(desk: Desk, review: Review, referral: Referral) -> Mapping[Place, bytes]:
    """Pictures of what could not be read, from pages that no other referral of the file claims."""
    if review.extraction is None:
        return {}
    said, owners = review.arrangement
    others = (own for name, own in owners.items() if name != referral.referral_id)
    places = find_places(referral, {page for own in others for page in own})
    return desk.pages.cut(review.stored.summary.document_sha256, places, said.turns)
