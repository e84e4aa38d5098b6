"""Getting in and staying in: passwords, attempts, time, the token against forged requests, headers, binding."""

from collections.abc import Callable

import httpx
import pytest

from extractor.errors import UsageError
from extractor.store import accounts, audit
from extractor.store.accounts import MOST_FAILURES_OF_NAME, Role
from extractor.web.server import check_options
from models.stages.options import WebOptions
from tests.browser.review_house import PASSWORD, House

Enter = Callable[[str | None], httpx.Client]
ANSWER = {"revision": 1, "seen": 0, "path": "patient.first_name", "action": "blank"}


def attempt(client: httpx.Client, name: str, password: str) -> int:
    token = client.get("/login").text.split('name="token" value="')[1].split('"')[0]
    return client.post("/login", data={"name": name, "password": password, "token": token}).status_code


def test_a_session_ends_when_it_lies_idle_and_in_any_case(house: House, log_in: Enter) -> None:
    client = log_in("ada")
    for _ in range(3):
        house.clock.pass_by(minutes=19)
        assert client.get("/api/referrals/r-1").status_code == 200
    house.clock.pass_by(minutes=20)
    assert client.get("/api/referrals/r-1").status_code == 401
    client = log_in("ada")
    for _ in range(12 * 4 - 1):
        house.clock.pass_by(minutes=15)
        assert client.get("/health").status_code == client.get("/").status_code == 200
    house.clock.pass_by(minutes=15)
    assert client.get("/").headers["location"] == "/login"


def test_what_the_page_asks_by_itself_does_not_keep_a_session_alive(house: House, log_in: Enter) -> None:
    client = log_in("ada")
    for _ in range(19):
        house.clock.pass_by(minutes=1)
        assert client.post("/api/work", json={}, headers={"x-background": "1"}).status_code == 200
    house.clock.pass_by(minutes=1)
    assert client.post("/api/work", json={}, headers={"x-background": "1"}).status_code == 401


def test_logging_out_ends_the_session_for_whoever_has_its_cookie(log_in: Enter) -> None:
    client = log_in("ada")
    stolen = client.cookies["session"]
    assert client.post("/logout").status_code == 204
    assert client.get("/api/referrals/r-1", headers={"cookie": f"session={stolen}"}).status_code == 401


@pytest.mark.parametrize("token", [None, "", "wrong"])
def test_nothing_changes_without_the_sessions_token(token: str | None, house: House, log_in: Enter) -> None:
    client = log_in("ada")
    assert client.post("/api/referrals/r-1/claim", json={}).status_code == 200
    del client.headers["x-csrf-token"]
    headers = {} if token is None else {"x-csrf-token": token}
    answer = client.post("/api/referrals/r-1/answers", json=ANSWER, headers=headers)
    assert answer.status_code == 403
    assert client.get("/api/referrals/r-1").json()["version"] == 0


def test_another_sessions_token_is_no_good(log_in: Enter) -> None:
    ada, bob = log_in("ada"), log_in("bob")
    ada.headers["x-csrf-token"] = bob.headers["x-csrf-token"]
    assert ada.post("/api/referrals/r-1/claim", json={}).status_code == 403


def test_logging_in_needs_the_forms_own_token(log_in: Enter) -> None:
    client = log_in(None)
    client.get("/login")
    form = {"name": "ada", "password": PASSWORD, "token": "of another page"}
    assert client.post("/login", data=form).status_code == 400
    assert "session" not in client.cookies


def test_attempts_are_limited_by_name_whoever_tries(house: House, log_in: Enter) -> None:
    client = log_in(None)
    assert {attempt(client, "ada", "wrong password!") for _ in range(MOST_FAILURES_OF_NAME)} == {401}
    assert attempt(client, "ada", PASSWORD) == 429
    assert attempt(client, "bob", PASSWORD) == 303
    house.clock.pass_by(minutes=15)
    assert attempt(client, "ada", PASSWORD) == 303


def test_a_wrong_name_and_a_wrong_password_look_the_same(log_in: Enter) -> None:
    client = log_in(None)
    answers = []
    for name in ("ada", "nobody"):
        token = client.get("/login").text.split('name="token" value="')[1].split('"')[0]
        answer = client.post("/login", data={"name": name, "password": "wrong password!", "token": token})
        answers.append((answer.status_code, answer.text.split('name="token"')[1][70:]))
    assert answers[0] == answers[1]


def test_passwords_are_long_and_kept_as_argon2_hashes(house: House) -> None:
    with house.desk.database.begin() as connection:
        with pytest.raises(UsageError):
            accounts.add_account(connection, "eve", Role.REVIEWER, "short", now=house.clock.now)
        stored = connection.execute(accounts.ACCOUNTS.select()).mappings().all()
    assert all(row["password_hash"].startswith("$argon2id$") for row in stored)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(log_in: Enter) -> None:
    client = log_in(None)
    cookie = client.get("/login").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


@pytest.mark.parametrize("path", ["/login", "/", "/health", "/static/review.js", "/api/referrals/r-1", "/nothing"])
def test_every_answer_forbids_foreign_and_inline_content(path: str, log_in: Enter) -> None:
    answer = log_in("ada").get(path)
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["img-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")


def test_other_host_names_are_refused(log_in: Enter) -> None:
    assert log_in(None).get("/login", headers={"host": "evil.example"}).status_code == 400


def test_a_refusal_repeats_nothing_that_was_sent(log_in: Enter) -> None:
    client = log_in("ada")
    secret = "Zebulon"
    answers = [
        client.post("/api/entries/check", json={"path": "prescriber.npi", "text": secret}),
        client.post("/api/referrals/r-1/answers", json={**ANSWER, "action": secret}),
        client.post("/api/referrals/r-1/answers", json={**ANSWER, "seen": secret}),
    ]
    assert all(secret not in answer.text for answer in answers)


def test_every_view_is_an_audit_line_without_values(house: House, log_in: Enter) -> None:
    client = log_in("ada")
    client.get("/api/referrals/r-1")
    client.get("/api/referrals/r-1/pages/9/picture")
    client.get("/api/referrals/r-1/pages/9/words")
    client.get("/api/referrals/r-1/history?path=patient.first_name")
    client.post("/api/work", json={})
    client.post("/api/work", json={"search": "Ingrid"})
    client.post("/api/work", json={"search": "Ingrid"}, headers={"x-background": "1"})
    with house.desk.database.read() as connection:
        lines = audit.list_lines(connection)
        assert audit.first_broken(connection) is None
    told = [(line.actor, line.action, line.referral_id) for line in lines]
    assert told == [
        ("ada", "login", None),
        ("ada", "view_list", None),
        ("ada", "view", "r-1"),
        ("ada", "view_page", "r-1"),
        ("ada", "view_words", "r-1"),
        ("ada", "view_history", "r-1"),
        ("ada", "view_list", None),
        ("ada", "search", None),
    ]
    assert "Ingrid" not in "".join(line.model_dump_json() for line in lines)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "review.example"])
def test_the_page_does_not_leave_the_machine_unencrypted(host: str) -> None:
    with pytest.raises(UsageError):
        check_options(WebOptions(host=host))
    check_options(WebOptions(host=host, proxy="192.0.2.1"))
    check_options(WebOptions(host=host, tls_cert="cert.pem", tls_key="key.pem"))
    with pytest.raises(UsageError):
        check_options(WebOptions(host=host, tls_cert="cert.pem"))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_loopback_needs_nothing(host: str) -> None:
    check_options(WebOptions(host=host))
