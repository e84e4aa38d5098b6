"""The work list on both databases: one order over several states, pages of it, what is searched, and its counts."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from extractor.store import referrals, worklist
from extractor.store.database import Connection, Database
from extractor.store.referrals import ReferralState
from extractor.store.worklist import Wanted
from models.record import Order
from tests.durability.moments import NOON, SHA, found, make_referral

DRUGS = ("rituximab", "ocrelizumab", None, "natalizumab")


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """Twelve referrals, r-0 the oldest: every third is held, the last one is approved, r-1 has a second revision."""
    with database.begin() as connection:
        for number in range(12):
            drug = DRUGS[number % len(DRUGS)]
            orders = () if drug is None else (Order(drug=found(drug)),)
            record = make_referral(f"r-{number}", orders=orders)
            at = NOON + timedelta(minutes=number)
            referrals.add_revision(connection, record, document_sha256=SHA, received_at=at, now=NOON)
            if number % 3 == 2:
                state = ReferralState.APPROVED if number == 11 else ReferralState.HELD
                referrals.set_state(connection, f"r-{number}", 1, ReferralState.REVIEW, state, now=NOON)
        again = make_referral("r-1", revision=2, orders=(Order(drug=found("ocrelizumab")),))
        referrals.add_revision(
            connection, again, document_sha256="cd" * 32, received_at=NOON + timedelta(minutes=1), now=NOON
        )
        yield connection


def _ids(connection: Connection, **asked: object) -> list[str]:
    wanted = Wanted.model_validate(asked)
    lines = worklist.list_work(connection, wanted, now=NOON)
    whole = wanted.model_copy(update={"limit": 100, "offset": 0})
    assert worklist.count_work(connection, wanted) == len(worklist.list_work(connection, whole, now=NOON))
    return [line.referral_id.removeprefix("r-") for line in lines]


def test_states_lie_in_one_order_page_by_page(connection: Connection) -> None:
    assert _ids(connection) == [str(number) for number in range(11)]
    assert _ids(connection, limit=4) + _ids(connection, limit=4, offset=4) == [str(number) for number in range(8)]
    assert _ids(connection, states=("held",)) == ["2", "5", "8"]
    assert _ids(connection, states=("held", "held", "approved")) == ["2", "5", "8", "11"]
    assert _ids(connection, states=("closed",)) == []


def test_only_the_latest_revision_is_a_line(connection: Connection) -> None:
    lines = worklist.list_work(connection, Wanted(), now=NOON)
    assert [line.revision for line in lines if line.referral_id == "r-1"] == [2]


def test_a_search_and_a_drug_are_found_over_states(connection: Connection) -> None:
    assert _ids(connection, drug="ocrelizumab") == ["1", "5", "9"]
    assert _ids(connection, search="quarter NATALI") == ["3", "7"]
    assert _ids(connection, search="1961-04-09", limit=2) == ["0", "1"]


def test_drugs_and_states_are_counted(connection: Connection) -> None:
    assert worklist.list_drugs(connection) == ("natalizumab", "ocrelizumab", "rituximab")
    assert worklist.list_drugs(connection, (ReferralState.HELD,)) == ("ocrelizumab", "rituximab")
    assert worklist.list_drugs(connection, (ReferralState.CLOSED,)) == ()
    assert referrals.count_by_state(connection) == {"review": 8, "held": 3, "approved": 1}
