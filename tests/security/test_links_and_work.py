"""What a review tells of other referrals, what the work list tells of everything else, and bodies that are no JSON."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from extractor.store import audit, documents, links, outbox, referrals
from extractor.store.links import Link, Relation
from extractor.store.referrals import ReferralState
from models.record import Referral
from tests.browser.review_house import House

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
Enter = Callable[[str | None], httpx.Client]


@pytest.mark.parametrize(
    ("state", "is_later"),
    [
        (ReferralState.APPROVED, True),
        (ReferralState.DELIVERING, False),
        (ReferralState.DELIVERED, True),
        (ReferralState.NEEDS_CHECK, False),
    ],
    ids=str,
)
def test_a_second_transmission_takes_an_explicit_yes(
    house: House, record: Referral, log_in: Enter, state: ReferralState, is_later: bool
) -> None:
    _add_other(house, record, state, is_later=is_later)
    client = log_in("lea")
    shown = client.get("/api/referrals/r-1").json()
    assert shown["sent_before"] == "r-2"
    ((told),) = shown["links"]
    assert (told["referral_id"], told["relation"], told["is_later"], told["state"]) == (
        "r-2",
        "refax",
        not is_later,
        state.value,
    )
    assert client.post("/api/referrals/r-1/claim", json={}).status_code == 200
    body = {"revision": 1, "seen": 0, "reason": "Confirmed with the practice by telephone."}
    refused = client.post("/api/referrals/r-1/override", json=body)
    assert (refused.status_code, "transmission" in refused.json()["message"]) == (409, True)
    done = client.post("/api/referrals/r-1/override", json={**body, "is_refax_confirmed": True})
    assert done.status_code == 200, done.text
    with house.desk.database.read() as connection:
        assert len(outbox.list_items(connection)) == 1


@pytest.mark.parametrize("relation", list(Relation), ids=str)
def test_what_has_not_left_asks_for_no_yes(house: House, record: Referral, log_in: Enter, relation: Relation) -> None:
    state = ReferralState.REVIEW if relation is Relation.REFAX else ReferralState.DELIVERED
    _add_other(house, record, state, relation=relation)
    shown = log_in("ada").get("/api/referrals/r-1").json()
    assert (shown["sent_before"], [one["relation"] for one in shown["links"]]) == (None, [relation.value])


@pytest.mark.parametrize(
    "sent",
    ['"bbox": [NaN, 1, 2, 3]', '"bbox": [0, 1, Infinity, 3]', '"bbox": [5, 1, 2, 3]', '"value": NaN'],
    ids=["nan", "infinite", "inverted", "value"],
)
def test_numbers_that_no_record_can_hold_are_refused(log_in: Enter, sent: str) -> None:
    client = log_in("ada")
    client.post("/api/referrals/r-1/claim", json={})
    body = '{"revision": 1, "seen": 0, "path": "patient.first_name", "action": "correct", "page_no": 1, '
    body += sent + ("}" if "value" in sent else ', "text": "Ingrid"}')
    answer = client.post("/api/referrals/r-1/answers", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert client.get("/api/referrals/r-1").json()["version"] == 0


def test_the_work_list_shows_what_is_held_and_counts_what_could_not_be_read(house: House, log_in: Enter) -> None:
    with house.desk.database.begin() as connection:
        referrals.set_state(connection, "r-1", 1, ReferralState.REVIEW, ReferralState.HELD, now=NOW)
        sha256 = "1" * 64
        documents.receive(
            connection, arrival_id="a-1", sha256=sha256, size=1, filename="fax.pdf", source="test", now=NOW
        )
        documents.quarantine(connection, sha256, code="file_damaged", reason="It is damaged.", now=NOW)
    client = log_in("ada")
    work = client.post("/api/work", json={}).json()
    assert [(line["referral_id"], line["state"]) for line in work["lines"]] == [("r-1", "held")]
    assert work["quarantined"] == 1


def test_the_next_in_line_is_drawn_ahead_and_nobody_has_seen_it(
    house: House, log_in: Enter, record: Referral, tmp_path: Path
) -> None:
    client = log_in("ada")
    assert client.post("/api/ahead", json={"after": "r-1"}).json() == {"pages": 0}
    with house.desk.database.begin() as connection:
        before = audit.list_lines(connection)
        stored = referrals.latest(connection, "r-1")
        assert stored is not None
        other = record.model_copy(update={"referral_id": "r-2"})
        sha256 = stored.summary.document_sha256
        referrals.add_revision(connection, other, document_sha256=sha256, received_at=NOW, now=NOW)
    assert client.post("/api/ahead", json={"after": "r-1"}).json() == {"pages": 1}
    assert len(list((tmp_path / "kept").glob("*-upright-*"))) == 1
    with house.desk.database.read() as connection:
        assert audit.list_lines(connection) == before
    client.get("/api/referrals/r-2/pages/1/picture").raise_for_status()
    assert len(list((tmp_path / "kept").glob("*-upright-*"))) == 1


def _add_other(
    house: House,
    record: Referral,
    state: ReferralState,
    *,
    is_later: bool = True,
    relation: Relation = Relation.REFAX,
) -> None:
    """Another referral ``r-2`` in ``state``, linked with ``r-1``, which came later or earlier than that one."""
    other = record.model_copy(update={"referral_id": "r-2"})
    later, earlier = ("r-1", "r-2") if is_later else ("r-2", "r-1")
    with house.desk.database.begin() as connection:
        stored = referrals.latest(connection, "r-1")
        assert stored is not None
        sha256 = stored.summary.document_sha256
        referrals.add_revision(connection, other, document_sha256=sha256, received_at=NOW, now=NOW, state=state)
        links.add_link(connection, Link(referral_id=later, earlier_id=earlier, relation=relation, linked_at=NOW))
