"""Approving: from a review to a revision that may leave, with its outbox items and audit line in one transaction."""

from datetime import datetime

from extractor.errors import StoreConflict, UsageError
from extractor.export.gate import Block, BlockCode, GateRules, find_blocks
from extractor.store import approvals, audit, claims, drafts, links, outbox, referrals
from extractor.store.approvals import Approval
from extractor.store.database import Connection
from extractor.store.referrals import ReferralState
from extractor.web.desk import Desk
from extractor.web.labels import label_of
from extractor.web.reviewing import Review

SHORTEST_REASON = 10
"""Characters of a reason to approve over open critical fields."""


def approve(
    connection: Connection,
    desk: Desk,
    review: Review,
    *,
    seen: int,
    actor: str,
    now: datetime,
    reason: str | None = None,
    is_sent_again: bool = False,
) -> int:
    """Approve what stands; returns the approved revision.

    Answers make a new revision, so that what was read stays as it was; so does a verdict that is another one today,
    and a revision that was approved before. Raises ``StoreConflict`` where a critical field still waits for a person
    and no ``reason`` is given, where another transmission of it is approved already and this is not said to be
    ``is_sent_again``, where the review changed since version ``seen``, where ``actor`` does not hold the referral, or
    where nobody would receive it; ``UsageError`` for a reason that says nothing.
    """
    summary = review.stored.summary
    if not desk.receivers:
        raise StoreConflict(
            "Nothing is set up to receive approved referrals: have an administrator set delivery.receivers."
        )
    if not is_sent_again and links.open_refax(connection, summary.referral_id) is not None:
        raise StoreConflict(
            "Another transmission of this referral is approved already: approve it only if it shall go out twice."
        )
    held = claims.find_claim(connection, summary.referral_id, now=now)
    if held is None or held.holder != actor:
        raise StoreConflict("You do not hold this referral any more: take it over to go on.")
    if seen != review.version:
        raise StoreConflict("The referral was changed in the meantime: look at it again, then approve.")
    blocking = review.blocking()
    if blocking and reason is None:
        raise StoreConflict(f"{len(blocking)} critical fields still need a person: answer them first.")
    others = _other_blocks(review, actor)
    stop = next((block for block in others if reason is None or not block.can_be_overridden), None)
    if stop is not None:
        about = "" if stop.path is None else f"{label_of(stop.path)}: "
        raise StoreConflict(about + stop.text)
    if reason is not None and len(reason.strip()) < SHORTEST_REASON:
        raise UsageError("Say why this referral may leave with open critical fields, in a few words.")
    revision = _settle(connection, desk, review, now)
    outbox.enqueue(connection, summary.referral_id, revision, desk.receivers, now=now)
    approvals.add_approval(
        connection,
        Approval(
            referral_id=summary.referral_id,
            revision=revision,
            actor=actor,
            at=now,
            open_critical=len(blocking),
            override_reason=reason if blocking or others else None,
        ),
    )
    audit.append(
        connection,
        at=now,
        actor=actor,
        action="override" if blocking or others else "approve",
        referral_id=summary.referral_id,
        revision=revision,
    )
    drafts.drop_drafts(connection, summary.referral_id, summary.revision)
    claims.release(connection, summary.referral_id, actor)
    return revision


def _other_blocks(review: Review, actor: str) -> tuple[Block, ...]:
    """What else than an open field stops the referral: no order, nobody's name, or that it is none at all."""
    rules = GateRules(critical=review.policy.critical, is_shadow=review.policy.is_shadow)
    found = find_blocks(review.result, rules, approved_by=actor)
    return tuple(block for block in found if block.code is not BlockCode.NEEDS_HUMAN)


def _settle(connection: Connection, desk: Desk, review: Review, now: datetime) -> int:
    """The revision that is approved: the stored one where it already says all that is approved, else a new one."""
    summary = review.stored.summary
    readiness = review.readiness(desk.book)
    # What was approved once may have left, and who approved it stays as it was noted.
    was_approved = approvals.find_approval(connection, summary.referral_id, summary.revision) is not None
    is_as_stored = not review.standing and review.record == review.stored.record
    if is_as_stored and not was_approved and readiness == review.record.readiness:
        _set_state(connection, summary.referral_id, summary.revision, ReferralState.APPROVED, now)
        return summary.revision
    _set_state(connection, summary.referral_id, summary.revision, ReferralState.CLOSED, now)
    revision = summary.revision + 1
    result = review.result.model_copy(update={"revision": revision, "created_at": now, "readiness": readiness})
    referrals.add_revision(
        connection,
        result,
        document_sha256=summary.document_sha256,
        received_at=summary.received_at,
        now=now,
        state=ReferralState.REVIEW,
    )
    _set_state(connection, summary.referral_id, revision, ReferralState.APPROVED, now)
    return revision


def _set_state(connection: Connection, referral_id: str, revision: int, state: ReferralState, now: datetime) -> None:
    referrals.set_state(connection, referral_id, revision, ReferralState.REVIEW, state, now=now)
