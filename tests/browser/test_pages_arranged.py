"""Pages in the hands of people, over the API: turned, retyped, split off, merged again; answers that hold go along."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from extractor.store import audit, claims, drafts, referrals
from extractor.store.corrections import history
from extractor.store.referrals import ReferralState
from models.record import PageType
from models.record.arrangement import PageChange, arrange
from models.record.review import standing
from tests.browser.review_house import House, Read, add_referral, open_house, read_sample, served
from tests.security.conftest import log_in_as


@pytest.fixture(scope="module")
def three_pages() -> Read:
    return read_sample("03_ehr_digital")


@pytest.fixture
def house(tmp_path: Path, three_pages: Read) -> Iterator[House]:
    with served(open_house(tmp_path, three_pages.kept)) as running:
        yield running


@pytest.fixture
def ada(house: House) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=house.url, timeout=60) as client:
        log_in_as(client, "ada")
        yield client


class Desk:
    """Ada at one referral."""

    def __init__(self, client: httpx.Client, referral_id: str) -> None:
        self.client, self.referral_id = client, referral_id
        self.send("POST", "/claim", {})

    def see(self) -> dict:  # type: ignore[type-arg]
        return self.send("GET", "").json()

    def send(self, method: str, path: str, body: object = None) -> httpx.Response:
        return self.client.request(method, f"/api/referrals/{self.referral_id}{path}", json=body)

    def answer(self, path: str, action: str, **more: object) -> None:
        seen = self.see()
        said = {"revision": seen["revision"], "seen": seen["version"], "path": path, "action": action, **more}
        answer = self.send("POST", "/answers", said)
        assert answer.status_code == 200, answer.text

    def arrange(self, **said: object) -> httpx.Response:
        return self.send("POST", "/pages", {"revision": self.see()["revision"], **said})


def state_of(house: House, referral_id: str) -> tuple[ReferralState, int, tuple[int, ...]]:
    with house.desk.database.read() as connection:
        found = referrals.latest(connection, referral_id)
    assert found is not None
    return found.summary.state, found.summary.revision, found.record.pages


def test_a_page_is_split_off_and_merged_again_and_both_can_be_undone(
    house: House, three_pages: Read, ada: httpx.Client
) -> None:
    whole = add_referral(house, three_pages)
    desk = Desk(ada, whole)
    desk.answer("prescriber.npi", "confirm", value="1916408796")
    desk.answer("lists.labs", "blank")
    desk.answer("patient.allergies[1]", "correct", text="Codeine")
    split = desk.arrange(owners={"3": "new"})
    assert split.status_code == 200, split.text
    (new,) = [name for name in split.json()["remade"] if name != whole]
    assert state_of(house, whole) == (ReferralState.REVIEW, 2, (1, 2))
    assert state_of(house, new) == (ReferralState.REVIEW, 1, (3,))
    with house.desk.database.read() as connection:
        carried = [(one.correction.path, one.actor) for one in history(connection, whole, 2) if one.correction]
        parts = referrals.latest(connection, whole), referrals.latest(connection, new)
    assert carried == [("prescriber.npi", "ada"), ("patient.allergies[1]", "ada")]  # the list of results asks again
    assert [len(part.record.labs) > 0 for part in parts if part] == [False, True]
    assert parts[0] is not None
    assert parts[0].record.readiness is not None

    merged = desk.arrange(owners={"3": whole})
    assert merged.status_code == 200, merged.text
    assert state_of(house, whole) == (ReferralState.REVIEW, 3, (1, 2, 3))
    assert state_of(house, new)[0] is ReferralState.CLOSED

    for _ in range(2):
        undone = desk.send("POST", "/pages/undo", {"revision": desk.see()["revision"]})
        assert undone.status_code == 200, undone.text
    assert state_of(house, whole) == (ReferralState.REVIEW, 5, (1, 2, 3))
    assert state_of(house, new)[0] is ReferralState.CLOSED
    nothing = desk.send("POST", "/pages/undo", {"revision": 5})
    assert (nothing.status_code, nothing.json()["code"]) == (409, "store_conflict")
    assert desk.send("POST", "/pages/redo", {"revision": 5}).status_code == 200
    assert state_of(house, new)[2] == (3,)
    with house.desk.database.read() as connection:
        assert [one.correction.path for one in standing(history(connection, whole, 6)) if one.correction] == [
            "prescriber.npi",
            "patient.allergies[1]",
        ]
        assert audit.first_broken(connection) is None
        actions = [line.action for line in audit.list_lines(connection, referral_id=whole)]
    assert actions.count("arrange_pages") == 5


def test_a_page_is_called_something_else(house: House, three_pages: Read, ada: httpx.Client) -> None:
    desk = Desk(ada, add_referral(house, three_pages))
    assert desk.arrange(types={"3": "imaging_report"}).status_code == 200
    assert [page["kind"] for page in desk.see()["pages"]][2] == "imaging_report"
    assert state_of(house, desk.referral_id)[1] == 2


def test_a_page_that_is_turned_is_read_again_and_turned_back_it_is_what_it_was(
    house: House, three_pages: Read, ada: httpx.Client
) -> None:
    desk = Desk(ada, add_referral(house, three_pages))
    first = desk.see()
    on_page = {one["path"]: one["text"] for one in first["fields"] if one["page_no"] == 1 and one["text"]}
    assert desk.arrange(turns={"1": 90}).json()["remade"] == [desk.referral_id]
    seen = desk.see()
    assert (seen["revision"], [page["turn"] for page in seen["pages"]]) == (2, [90, 0, 0])
    was, now = first["pages"][0], seen["pages"][0]
    assert (now["width"], now["height"]) == (was["height"], was["width"])
    still = {one["path"]: one["text"] for one in seen["fields"] if one["page_no"] == 1 and one["text"]}
    assert len(still) < len(on_page) / 2
    assert desk.arrange(turns={"1": 45}).status_code == 422
    assert desk.arrange(turns={"1": 0}).status_code == 200
    again = desk.see()
    assert [(one["path"], one["text"], one["box"]) for one in again["fields"]] == [
        (one["path"], one["text"], one["box"]) for one in first["fields"]
    ]


def test_pages_stay_where_somebody_else_works_or_what_went_out(
    house: House, three_pages: Read, ada: httpx.Client
) -> None:
    desk = Desk(ada, add_referral(house, three_pages))
    (new,) = [name for name in desk.arrange(owners={"3": "new"}).json()["remade"] if name != desk.referral_id]
    now = house.clock.now
    with house.desk.database.begin() as connection:
        claims.claim(connection, new, "bob", now=now, lasts=house.desk.claim_lasts)
    assert "Somebody works" in desk.arrange(owners={"3": desk.referral_id}).json()["message"]
    with house.desk.database.begin() as connection:
        claims.release(connection, new, "bob")
        referrals.set_state(connection, new, 1, ReferralState.REVIEW, ReferralState.APPROVED, now=now)
    assert "on its way out" in desk.arrange(owners={"3": desk.referral_id}).json()["message"]
    assert state_of(house, desk.referral_id) == (ReferralState.REVIEW, 2, (1, 2))


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"owners": {"9": "new"}}, 409),
        ({"owners": {"1": "x", "2": "y"}}, 409),
        ({"owners": {"1": None, "2": None, "3": None}}, 409),
        ({}, 422),
        ({"types": {"1": "novel"}}, 422),
    ],
)
def test_what_cannot_be_is_refused(
    house: House, three_pages: Read, ada: httpx.Client, said: dict[str, object], status: int
) -> None:
    desk = Desk(ada, add_referral(house, three_pages))
    assert desk.arrange(**said).status_code == status
    assert state_of(house, desk.referral_id)[1] == 1


def test_a_box_is_read_again_as_the_fields_value_and_nothing_is_saved(
    house: House, three_pages: Read, ada: httpx.Client
) -> None:
    desk = Desk(ada, add_referral(house, three_pages))
    field = next(one for one in desk.see()["fields"] if one["path"] == "prescriber.npi")
    x0, top, x1, bottom = field["box"]
    box = [x0 - 3, top - 3, x1 + 3, bottom + 3]
    page = field["page_no"]
    read = desk.send("POST", f"/pages/{page}/reading", {"path": "prescriber.npi", "bbox": box}).json()
    assert read["value"] == "1916408796"
    other = desk.send("POST", f"/pages/{page}/reading", {"path": "patient.date_of_birth", "bbox": box}).json()
    assert (other["value"], bool(other["problem"])) == (None, True)
    assert desk.see()["version"] == 0


def test_what_is_typed_and_not_saved_is_there_again_for_who_typed_it(
    house: House, three_pages: Read, ada: httpx.Client
) -> None:
    desk = Desk(ada, add_referral(house, three_pages))
    typed = {"revision": 1, "path": "prescriber.npi", "text": "19164"}
    assert desk.send("PUT", "/draft", typed).status_code == 204
    assert desk.send("PUT", "/draft", {**typed, "text": "191640"}).status_code == 204
    assert [one["text"] for one in desk.see()["drafts"]] == ["191640"]
    with house.desk.database.read() as connection:
        assert drafts.list_drafts(connection, desk.referral_id, 1, "bob") == ()
    desk.answer("prescriber.npi", "confirm", value="1916408796")
    assert desk.see()["drafts"] == []


def test_changes_of_pages_add_up_and_those_taken_back_do_not_count() -> None:
    def change(number: int, withdraws: int | None = None, **said: object) -> PageChange:
        told = {"number": number, "document_sha256": "0" * 64, "withdraws": withdraws, "actor": "ada"}
        return PageChange.model_validate({**told, **said, "at": "2026-11-23T08:00:00Z"})

    found = {"a": (1, 2), "b": (3,)}
    changes = [change(1, owners={3: "a"}), change(2, types={1: PageType.ORDER}), change(3, owners={1: None})]
    said, owners = arrange(found, changes)
    assert (owners, said.people, said.types, said.moved) == (
        {"a": (2, 3)},
        ((2, 3),),
        {1: PageType.ORDER},
        {1, 3},
    )
    said, owners = arrange(found, [*changes, change(4, withdraws=1)])
    assert owners == {"a": (2,), "b": (3,)}
    assert arrange(found, [])[0].people is None
