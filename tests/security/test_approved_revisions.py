"""Which revision an approval approves, and what it refuses."""

import dataclasses
from datetime import timedelta
from itertools import pairwise

import pytest

from extractor.errors import InvalidEntry, StoreConflict
from extractor.store import approvals, claims, outbox, referrals
from extractor.store.referrals import ReferralState, StoredReferral
from extractor.web import approval, reviewing
from extractor.web.desk import Desk
from extractor.web.reviewing import Saying
from models.record.review import Answer
from tests.browser.review_house import House

REASON = "Confirmed with the practice by telephone."


def _approve(house: House, desk: Desk | None = None) -> int:
    desk, now = desk or house.desk, house.clock.now
    with house.desk.database.begin() as connection:
        claims.claim(connection, "r-1", "lea", now=now, lasts=timedelta(minutes=15))
        review = reviewing.load_review(connection, "r-1", now, house.desk.policy)
        assert review is not None
        return approval.approve(connection, desk, review, seen=review.version, actor="lea", now=now, reason=REASON)


def _say(house: House, saying: Saying) -> None:
    now = house.clock.now
    with house.desk.database.begin() as connection:
        claims.claim(connection, "r-1", "lea", now=now, lasts=timedelta(minutes=15))
        review = reviewing.load_review(connection, "r-1", now, house.desk.policy)
        assert review is not None
        reviewing.answer(connection, review, saying, seen=review.version, actor="lea", now=now)


def _latest(house: House) -> StoredReferral:
    with house.desk.database.read() as connection:
        found = referrals.latest(connection, "r-1")
    assert found is not None
    return found


def _held_and_released(house: House) -> None:
    revision, now = _latest(house).summary.revision, house.clock.now
    states = (ReferralState.APPROVED, ReferralState.HELD, ReferralState.REVIEW)
    with house.desk.database.begin() as connection:
        for before, after in pairwise(states):
            referrals.set_state(connection, "r-1", revision, before, after, now=now)


def test_what_was_approved_held_and_released_is_approved_again(house: House) -> None:
    first = _approve(house)
    _held_and_released(house)
    again = _approve(house)
    assert again == first + 1
    with house.desk.database.read() as connection:
        assert approvals.find_approval(connection, "r-1", first) is not None
        assert approvals.find_approval(connection, "r-1", again) is not None
        assert again in {item.revision for item in outbox.list_items(connection)}
    assert _latest(house).summary.state is ReferralState.APPROVED


def test_without_receivers_nothing_is_approved(house: House) -> None:
    with pytest.raises(StoreConflict, match=r"delivery\.receivers"):
        _approve(house, dataclasses.replace(house.desk, receivers=()))
    assert _latest(house).summary.state is ReferralState.REVIEW


@pytest.mark.parametrize("is_answered", [True, False])
def test_what_is_approved_has_the_verdict_and_the_time_of_its_approval(house: House, is_answered: bool) -> None:
    if is_answered:
        _say(house, Saying("patient.first_name", Answer.CONFIRM, value="Ingrid"))
    house.clock.pass_by(days=2)
    _approve(house)
    approved = _latest(house).record
    assert approved.created_at == house.clock.now
    assert approved.readiness is not None
    assert approved.readiness.as_of == house.clock.now.date()


@pytest.mark.parametrize("given", [{"text": "Holloway"}, {"value": "Holloway"}])
def test_an_absence_with_a_value_is_refused(house: House, given: dict[str, str]) -> None:
    with pytest.raises(InvalidEntry) as refused:
        _say(house, Saying("patient.last_name", Answer.BLANK, **given))  # type: ignore[arg-type]
    assert "Holloway" not in refused.value.message
