"""Pages that came back behind one of our letters: which referral they answer, and whether that is certain.

The code says which letter was answered. Whose pages lie behind it says only what stands on them: the office may have
put another patient's there. So they are filed by themselves only where both names and the date of birth agree.
"""

from collections.abc import Iterator
from datetime import datetime

from extractor.resolve.correcting import apply_corrections
from extractor.store import audit, corrections, referrals
from extractor.store.database import Connection
from extractor.store.letters import find_letters
from extractor.store.links import Link, Relation, add_link
from extractor.store.referrals import ReferralSummary, StoredReferral
from models.record import Extraction, Patient, Referral, State, Text
from models.record.normalise import same_text
from models.record.review import standing


def link_replies(connection: Connection, extraction: Extraction, *, now: datetime) -> None:
    """Link every referral of a file that holds letters of ours with the referral it answers.

    ``Relation.REPLY`` where the patient agrees with exactly one of the letters' patients (``REFAX`` where the order
    came again, so that it does not go out twice), else ``UNSURE_REPLY`` with each, for a person to decide. The letters'
    own pages are no evidence: nothing is read from them.
    """
    asked = tuple(_find_asked(connection, extraction))
    for record in extraction.referrals:
        others = [stored for stored in asked if stored.summary.referral_id != record.referral_id]
        agreeing = [stored for stored in others if _is_of(record.patient, _as_answered(connection, stored).patient)]
        is_sure = len(agreeing) == 1
        for stored in agreeing if is_sure else others:
            summary = stored.summary
            relation = _relation(record, summary) if is_sure else Relation.UNSURE_REPLY
            link = Link(
                referral_id=record.referral_id, earlier_id=summary.referral_id, relation=relation, linked_at=now
            )
            if add_link(connection, link):
                audit.append(
                    connection,
                    at=now,
                    actor=audit.SYSTEM,
                    action=relation.value,
                    referral_id=summary.referral_id,
                    revision=summary.revision,
                    document_sha256=extraction.document.sha256,
                )


def _relation(record: Referral, earlier: ReferralSummary) -> Relation:
    drugs = {order.drug.value for order in record.orders}
    return Relation.REFAX if earlier.drug is not None and earlier.drug in drugs else Relation.REPLY


def _find_asked(connection: Connection, extraction: Extraction) -> Iterator[StoredReferral]:
    """The referrals that the letters in the file are about, each once."""
    ids = [page.letter_id for page in extraction.document.pages if page.letter_id is not None]
    for referral_id in dict.fromkeys(letter.referral_id for letter in find_letters(connection, ids)):
        stored = referrals.latest(connection, referral_id)
        if stored is not None:
            yield stored


def _as_answered(connection: Connection, stored: StoredReferral) -> Referral:
    """The referral as people's answers make it: the letter was written from it."""
    changes = corrections.history(connection, stored.summary.referral_id, stored.summary.revision)
    answers = (change.correction for change in standing(changes) if change.correction is not None)
    return apply_corrections(stored.record, answers)


def _is_of(patient: Patient, asked: Patient) -> bool:
    """Whether both names and the date of birth agree; what is not known on either side does not."""
    return all(
        _is_same(getattr(patient, name), getattr(asked, name)) for name in ("last_name", "first_name", "date_of_birth")
    )


def _is_same(one: Text, other: Text) -> bool:
    return (
        one.value is not None
        and other.value is not None
        and State.CONFLICTING not in (one.state, other.state)
        and same_text(one.value, other.value)
    )
