"""What no reason lifts, and what a lead's reason does: the gate where a referral is approved."""

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from extractor.store import outbox, referrals
from models.record import Referral, ReferralKind
from tests.browser.review_house import House

REASON = {"revision": 1, "seen": 0, "reason": "Confirmed with the practice by telephone."}


def _add(house: House, record: Referral, **changes: object) -> str:
    changed = record.model_copy(update={"referral_id": "r-2", **changes})
    now = datetime(2026, 11, 23, 7, tzinfo=UTC)
    with house.desk.database.begin() as connection:
        sha256 = referrals.latest(connection, "r-1").summary.document_sha256  # type: ignore[union-attr]
        referrals.add_revision(connection, changed, document_sha256=sha256, received_at=now, now=now)
    return changed.referral_id


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"kind": ReferralKind.SUPPLEMENT}, 409), ({"orders": ()}, 200), ({}, 200)],
    ids=["supplement", "no order", "open field"],
)
def test_a_lead_overrides_what_may_be_overridden(
    changes: dict[str, object],
    status: int,
    house: House,
    record: Referral,
    log_in: Callable[[str | None], httpx.Client],
) -> None:
    referral_id = _add(house, record, **changes)
    client = log_in("lea")
    claim = client.post(f"/api/referrals/{referral_id}/claim", json={})
    assert claim.status_code == 200, claim.text
    assert client.post(f"/api/referrals/{referral_id}/approve", json={"revision": 1, "seen": 0}).status_code == 409
    answer = client.post(f"/api/referrals/{referral_id}/override", json=REASON)
    assert answer.status_code == status, answer.text
    with house.desk.database.begin() as connection:
        assert len(outbox.list_items(connection)) == (1 if status == 200 else 0)
