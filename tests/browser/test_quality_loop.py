"""Checks of what was accepted: shown without its value, a planted wrong value, a person who differs; and the labels."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from extractor.cli import app as program
from extractor.evaluate.truth import load_truths
from extractor.resolve.policy import load_policy
from extractor.resolve.spot_checks import choose_checks, plant
from extractor.store import checks, referrals
from extractor.store.checks import Check, CheckKind, Outcome
from extractor.web.quality import Quality, measure
from models.record import Referral, State
from models.record.paths import walk_fields
from tests.browser.review_house import House, Read, add_referral, asking_only, open_house, served
from tests.security.conftest import log_in_as

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def accepted(read: Read) -> Referral:
    return asking_only(read.extraction.referrals[0], {})


def open_at(tmp_path: Path, read: Read, seeded: float) -> House:
    return open_house(tmp_path, read.kept, check_share=1.0, seeded_share=seeded)


@pytest.fixture(params=[0.0])
def seeded(request: pytest.FixtureRequest) -> float:
    return float(request.param)


@pytest.fixture
def house(tmp_path: Path, read: Read, seeded: float) -> Iterator[House]:
    with served(open_at(tmp_path, read, seeded)) as running:
        yield running


class Ada:
    """Ada at one referral, where every accepted field is checked."""

    def __init__(self, house: House, referral_id: str) -> None:
        self.house, self.referral_id = house, referral_id
        self.client = httpx.Client(base_url=house.url, timeout=60)
        log_in_as(self.client, "lea")
        self.client.post(f"/api/referrals/{referral_id}/claim", json={})

    def see(self) -> dict:  # type: ignore[type-arg]
        return self.client.get(f"/api/referrals/{self.referral_id}").json()

    def field(self, path: str) -> dict:  # type: ignore[type-arg]
        return next(one for one in self.see()["fields"] if one["path"] == path)

    def say(self, path: str, **said: object) -> dict:  # type: ignore[type-arg]
        seen = self.see()
        body = {"revision": seen["revision"], "seen": seen["version"], "path": path, **said}
        answer = self.client.post(f"/api/referrals/{self.referral_id}/answers", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def outcomes(self) -> dict[str, Outcome]:
        with self.house.desk.database.read() as connection:
            return {one.path: one.outcome for one in checks.list_answered(connection, self.referral_id, 1)}

    def quality(self) -> Quality:
        return Quality.model_validate(self.client.get("/api/quality").json())


@pytest.fixture
def ada(house: House, read: Read, accepted: Referral) -> Iterator[Ada]:
    made = Ada(house, add_referral(house, read, accepted))
    yield made
    made.client.close()


def test_a_checked_value_is_not_told_anywhere_and_agreeing_changes_nothing(ada: Ada, accepted: Referral) -> None:
    seen = ada.see()
    field = ada.field("patient.last_name")
    assert (field["value"], field["text"], field["raw"], field["needs"]) == (None, "", None, True)
    assert (seen["patient"], seen["born"], seen["drug"]) == ("Name not read", None, None)
    history = ada.client.get(f"/api/referrals/{ada.referral_id}/history", params={"path": "patient.last_name"})
    assert history.json() == {"lines": []}
    assert "Holloway" not in json.dumps([one for one in seen["fields"] if one["path"].startswith("patient.")])
    said = ada.say("patient.last_name", action="correct", text="Holloway")
    (shown,) = [one for one in said["fields"] if one["path"] == "patient.last_name"]
    assert (shown["value"], shown["state"], shown["needs"]) == ("Holloway", "found", False)
    assert ada.outcomes() == {"patient.last_name": Outcome.AGREED}
    assert seen["version"] == said["version"] == 0


@pytest.mark.parametrize(("final", "outcome"), [("Holloway", Outcome.SLIP), ("Hallowey", Outcome.MACHINE_WRONG)])
def test_who_reads_another_value_makes_the_field_ask_and_the_next_answer_says_who_is_right(
    ada: Ada, final: str, outcome: Outcome
) -> None:
    said = ada.say("patient.last_name", action="correct", text="Hallowey")
    (field,) = [one for one in said["fields"] if one["path"] == "patient.last_name"]
    assert (field["value"], field["state"], field["critical"]) == ("Holloway", "conflicting", True)
    assert [one["value"] for one in field["choices"]] == ["Hallowey"]
    assert "patient.last_name" in said["blocking"]
    assert ada.quality().waiting == 1
    action = "confirm" if final == "Holloway" else "alternative"
    assert "patient.last_name" not in ada.say("patient.last_name", action=action, value=final)["blocking"]
    assert ada.outcomes() == {"patient.last_name": outcome}
    assert (ada.quality().machine.n, ada.quality().machine.wrong) == (1, int(outcome is Outcome.MACHINE_WRONG))


@pytest.mark.parametrize("seeded", [1.0], indirect=True)
def test_a_planted_value_never_gets_into_the_record(ada: Ada, accepted: Referral) -> None:
    path = "coverages[0].group_number"
    right, planted = accepted.coverages[0].group_number.value, ada.field(path)["value"]
    assert planted is not None and planted != right and len(planted) == len(str(right))
    ada.say(path, action="confirm", value=planted)
    assert ada.outcomes() == {path: Outcome.MISSED}
    assert (ada.field(path)["value"], ada.field(path)["state"]) == (right, "found")
    other = "patient.date_of_birth"
    ada.say(other, action="correct", text="02/21/1951")
    assert ada.outcomes()[other] is Outcome.AGREED
    assert (ada.quality().review.n, ada.quality().review.wrong, ada.quality().machine.n) == (2, 1, 1)
    with ada.house.desk.database.read() as connection:
        stored = referrals.latest(connection, ada.referral_id)
    assert stored is not None
    assert stored.record == accepted


def test_what_nobody_checked_holds_up_no_approval_and_becomes_labelled_data(
    ada: Ada, accepted: Referral, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = ada.see()
    url = f"/api/referrals/{ada.referral_id}/approve"
    answer = ada.client.post(url, json={"revision": 1, "seen": seen["version"]})
    assert answer.status_code == 200, answer.text
    store = tmp_path / "store"
    (tmp_path / "blobs").rename(store / "originals")
    monkeypatch.setenv("EXTRACTOR_STORE__FOLDER", str(store))
    done = CliRunner().invoke(program, ["labels", str(tmp_path / "labels")])
    assert done.exit_code == 0, done.output
    (truth,) = load_truths(tmp_path / "labels")
    (referral,) = truth.record["referrals"]  # type: ignore[misc]
    assert referral["patient"]["last_name"] == accepted.patient.last_name.value
    assert referral["diagnoses"][0]["code"] == accepted.diagnoses[0].code.value
    assert truth.fax.read_bytes() == (store / "originals").joinpath(*_blob(store)).read_bytes()
    again = CliRunner().invoke(program, ["labels", str(tmp_path / "labels")])
    assert again.exit_code == 2


def _blob(store: Path) -> tuple[str, ...]:
    (file,) = [one for one in (store / "originals").rglob("*") if one.is_file()]
    return file.relative_to(store / "originals").parts


def test_the_share_that_is_asked_for_is_chosen_and_always_the_same(accepted: Referral) -> None:
    found = [path for path, one in walk_fields(accepted) if one.state is State.FOUND and one.bbox is not None]
    assert choose_checks(accepted, 0.0, 0.5, TODAY) == {}
    assert set(choose_checks(accepted, 1.0, 0.5, TODAY)) <= set(found)
    chosen = [
        len(choose_checks(accepted.model_copy(update={"referral_id": f"r-{number}"}), 0.1, 0.5, TODAY))
        for number in range(200)
    ]
    assert 0.07 < sum(chosen) / 200 / len(choose_checks(accepted, 1.0, 0.5, TODAY)) < 0.13
    assert choose_checks(accepted, 0.3, 0.5, TODAY) == choose_checks(accepted, 0.3, 0.5, TODAY)


@pytest.mark.parametrize(
    ("path", "value"),
    [("patient.date_of_birth", "1951-02-21"), ("orders[0].dose", "300 mg"), ("coverages[0].member_id", "AB12")],
)
def test_a_planted_value_can_be_one_and_is_not_the_right_one(path: str, value: str) -> None:
    for draw in (0.0, 0.3, 0.6, 0.999):
        wrong = plant(path, value, draw, TODAY)
        assert wrong is not None
        assert wrong != value
    assert plant("prescriber.npi", "1272397104", 0.5, TODAY) is None  # one wrong digit never passes its check digit
    assert plant("patient.last_name", "Holloway", 0.5, TODAY) is None


def check(number: int, outcome: Outcome, *, days_ago: float = 1, path: str = "orders[0].dose", **more: object) -> Check:
    told = {"referral_id": f"r-{number}", "revision": 1, "path": path, "field": "orders[].dose", "tier": "digital"}
    at = NOW - timedelta(days=days_ago)
    return Check.model_validate({**told, "kind": CheckKind.BLIND, "outcome": outcome, "actor": "ada", "at": at, **more})


def test_the_alarm_rings_when_more_is_surely_wrong_than_allowed_and_only_then() -> None:
    policy = load_policy()
    good = [check(number, Outcome.AGREED) for number in range(700)]
    calm = measure(good, policy, NOW)
    assert [(one.group, one.is_alarm, one.is_shown) for one in calm.budgets] == [
        ("critical", False, True),
        ("other", False, False),
    ]
    assert calm.budgets[0].left == 1
    bad = [*good, *(check(1000 + number, Outcome.MACHINE_WRONG) for number in range(12))]
    drift = measure(bad, policy, NOW)
    assert drift.budgets[0].is_alarm
    assert drift.budgets[0].left is not None and drift.budgets[0].left < 0
    old = [check(number, Outcome.MACHINE_WRONG, days_ago=40) for number in range(12)]
    assert not measure([*good, *old], policy, NOW).budgets[0].is_alarm
    assert [row.name for row in measure([*good, *old], policy, NOW).by_week] == ["2026-10-12", "2026-11-16"]
    assert measure([], policy, NOW).machine.share is None
