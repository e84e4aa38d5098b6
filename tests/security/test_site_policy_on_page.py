"""What a site adds to the critical fields holds on the page too: it is shown, and it blocks an approval."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from extractor.resolve.policy import load_policy
from extractor.resolve.settling import replace_fields
from models.record import Referral, State
from models.stages.options import PolicyOptions
from tests.browser.review_house import House, open_house, served
from tests.security.conftest import add_record

CODE = "patient.address.postal_code"
Enter = Callable[[str | None], httpx.Client]


@pytest.fixture
def record(record: Referral) -> Referral:
    """Nothing asks but a field that is not critical in the packaged policy."""
    sure = record.patient.first_name.model_copy(update={"state": State.FOUND})
    unsure = sure.model_copy(update={"value": "80202", "raw": "80202", "state": State.NEEDS_REVIEW})
    born = sure.model_copy(update={"value": "1980-01-02", "raw": "01/02/1980"})
    fields = {"patient.first_name": sure, "patient.date_of_birth": born, CODE: unsure}
    return replace_fields(record, fields)


@pytest.fixture(params=[(), (CODE,)], ids=["packaged", "site"])
def house(tmp_path: Path, record: Referral, request: pytest.FixtureRequest) -> Iterator[House]:
    made = open_house(tmp_path, tmp_path / "kept")
    made.desk = replace(made.desk, policy=load_policy(PolicyOptions(critical=request.param)))
    add_record(made, record)
    with served(made) as running:
        yield running


def test_a_field_that_a_site_calls_critical_blocks_an_approval(house: House, log_in: Enter) -> None:
    is_critical = house.desk.policy.is_critical(CODE)
    client = log_in("ada")
    client.post("/api/referrals/r-1/claim", json={}).raise_for_status()
    shown = client.get("/api/referrals/r-1").raise_for_status().json()
    assert [one["critical"] for one in shown["fields"] if one["path"] == CODE] == [is_critical]
    answer = client.post("/api/referrals/r-1/approve", json={"revision": 1, "seen": 0})
    assert answer.status_code == (409 if is_critical else 200), answer.text
    assert ("critical field" in answer.text) == is_critical
