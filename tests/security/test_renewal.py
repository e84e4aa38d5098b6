"""A verdict that goes by the day: the work list knows on the day that it changes, without anybody's look."""

import threading
from collections.abc import Callable

import httpx

from extractor.store import audit, worklist
from extractor.web.renewal import keep_renewing, renew_verdicts
from extractor.web.reviewing import load_review
from tests.browser.review_house import House

Enter = Callable[[str | None], httpx.Client]


def shown(house: House) -> str | None:
    with house.desk.database.read() as connection:
        return worklist.find_verdict(connection, "r-1")


def test_the_work_list_gets_the_verdict_of_the_day(house: House, log_in: Enter) -> None:
    assert shown(house) is None
    assert renew_verdicts(house.desk) == 1
    with house.desk.database.read() as connection:
        review = load_review(connection, "r-1", house.clock(), house.desk.policy)
    assert review is not None
    assert shown(house) == review.readiness(house.desk.book).verdict.value == "incomplete"
    (line,) = log_in("ada").post("/api/work", json={}).json()["lines"]
    assert line["verdict"] == "incomplete"
    assert renew_verdicts(house.desk) == 0


def test_answers_are_kept_and_only_open_referrals_are_judged(house: House, log_in: Enter) -> None:
    client = log_in("lea")
    client.post("/api/referrals/r-1/claim", json={})
    said = {"revision": 1, "seen": 0, "path": "patient.first_name", "action": "confirm", "value": "Ingrid"}
    assert client.post("/api/referrals/r-1/answers", json=said).status_code == 200
    (before,) = client.post("/api/work", json={}).json()["lines"]
    house.clock.pass_by(days=400)
    renew_verdicts(house.desk)
    house.clock.pass_by(days=-400)
    (after,) = client.post("/api/work", json={}).json()["lines"]
    assert (before["needs_human"], before["verdict"]) == (after["needs_human"], after["verdict"])
    client.post("/api/referrals/r-1/state", json={"revision": 1, "state": "closed"})
    assert renew_verdicts(house.desk) == 0


def test_it_is_done_at_the_start_and_stops_when_told(house: House) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=keep_renewing, args=(house.desk, stop))
    thread.start()
    while shown(house) is None:
        thread.join(0.02)
    stop.set()
    thread.join(20)
    assert not thread.is_alive()
    with house.desk.database.read() as connection:
        assert audit.first_broken(connection) is None
