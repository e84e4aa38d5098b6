"""The letter from the review page: written from people's answers, known to the store, noted as a disclosure."""

import io
from collections.abc import Callable

import httpx
import pdfplumber

from extractor.store import audit, letters
from extractor.store.links import Link, Relation, add_link
from tests.browser.review_house import House

Enter = Callable[[str | None], httpx.Client]


def read_text(content: bytes) -> str:
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        (page,) = pdf.pages
        return " ".join((page.extract_text() or "").split())


def test_a_letter_is_known_and_noted(house: House, log_in: Enter) -> None:
    client = log_in("ada")
    answer = client.post("/api/referrals/r-1/letter")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    name = answer.headers["content-disposition"].split('"')[1].removesuffix(".pdf")
    assert "Holloway" in read_text(answer.content)
    with house.desk.database.read() as connection:
        (letter,) = letters.list_letters(connection, "r-1")
        line = audit.list_lines(connection, referral_id="r-1")[-1]
    assert (letter.letter_id, letter.revision, letter.actor) == (name, 1, "ada")
    assert (line.action, line.actor, line.revision, line.code) == ("disclose", "ada", 1, name)
    again = client.post("/api/referrals/r-1/letter")
    assert again.headers["content-disposition"] != answer.headers["content-disposition"]


def test_a_fax_number_stands_in_it_once_a_person_confirmed_it(log_in: Enter) -> None:
    client = log_in("ada")
    client.post("/api/referrals/r-1/claim", json={})
    assert "nobody has confirmed a number" in read_text(client.post("/api/referrals/r-1/letter").content)
    said = {"revision": 1, "seen": 0, "path": "prescriber.fax", "action": "correct", "text": "(303) 555-0147"}
    assert client.post("/api/referrals/r-1/answers", json=said).status_code == 200
    assert "(303) 555-0147" in read_text(client.post("/api/referrals/r-1/letter").content)


def test_no_letter_leaves_without_the_pages_own_token(house: House, log_in: Enter) -> None:
    client = log_in("ada")
    assert client.post("/api/referrals/r-1/letter", headers={"x-csrf-token": "x"}).status_code == 403
    with house.desk.database.read() as connection:
        assert letters.list_letters(connection, "r-1") == ()


def test_codes_are_offered_by_words(log_in: Enter) -> None:
    found = log_in("ada").post("/api/codes/search", json={"text": "RRMS"}).json()
    assert found == [{"code": "G35.A", "description": "Relapsing-remitting multiple sclerosis"}]


def test_the_work_list_says_that_a_letter_was_answered(house: House, log_in: Enter) -> None:
    client = log_in("ada")
    assert [line["answer"] for line in client.post("/api/work", json={}).json()["lines"]] == [None]
    for earlier, relation in (("r-8", Relation.REPLY), ("r-9", Relation.UNSURE_REPLY)):
        with house.desk.database.begin() as connection:
            link = Link(referral_id="r-1", earlier_id=earlier, relation=relation, linked_at=house.clock.now)
            assert add_link(connection, link)
        assert [line["answer"] for line in client.post("/api/work", json={}).json()["lines"]] == [relation.value]
