"""Verdicts that go by the day: results expire while a referral waits, so each open one is judged anew every day.

A verdict is also made whenever a review is opened, answered or approved; this keeps the work list true in between.
"""

import threading

from extractor.errors import ExtractorError
from extractor.jobs.journal import Trouble, log
from extractor.store import corrections, referrals, worklist
from extractor.store.database import Connection
from extractor.store.referrals import OPEN
from extractor.web import reviewing
from extractor.web.desk import Desk
from extractor.web.reviewing import Review
from models.record import Readiness

_MOST = 1_000_000
_LOOK_SECONDS = 300.0


def renew_verdicts(desk: Desk) -> int:
    """Judge every open referral as of today and keep what changed for the work list; how many did.

    Each by itself, so that nobody waits. The record stays as it was read: its verdict says its day.
    """
    with desk.database.read() as connection:
        found = referrals.list_referrals(connection, OPEN, limit=_MOST)
    return sum(_renew(desk, summary.referral_id) for summary in found)


def _renew(desk: Desk, referral_id: str) -> bool:
    with desk.database.read() as connection:
        if _judge(connection, desk, referral_id) is None:
            return False
    # Judged again under the lock that answers take too: somebody may have answered meanwhile.
    with desk.database.begin() as connection:
        corrections.lock_review(connection, referral_id)
        judged = _judge(connection, desk, referral_id)
        if judged is not None:
            reviewing.note_progress(connection, *judged)
    return judged is not None


def _judge(connection: Connection, desk: Desk, referral_id: str) -> tuple[Review, Readiness] | None:
    """A referral and its verdict where that is another one than the work list shows."""
    review = reviewing.load_review(connection, referral_id, desk.clock(), desk.policy)
    if review is None or review.stored.summary.state not in OPEN:
        return None
    readiness = review.readiness(desk.book)
    is_same = worklist.find_verdict(connection, referral_id) == readiness.verdict.value
    return None if is_same else (review, readiness)


def keep_renewing(desk: Desk, stop: threading.Event) -> None:
    """Renew once at the start and then as soon as a new day has begun, until ``stop`` is set."""
    trouble, done = Trouble("renewal_failed"), None
    while not stop.is_set():
        today = desk.clock().date()
        if today != done:
            try:
                log("verdicts_renewed", count=renew_verdicts(desk))
                trouble.clear()
                done = today
            except ExtractorError as error:
                trouble.note(error.code)
        stop.wait(_LOOK_SECONDS)
