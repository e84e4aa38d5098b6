"""Who may ask for what: every route of the application stands in this table, or the test fails."""

from collections.abc import Callable
from typing import NamedTuple

import httpx
import pytest
from starlette.routing import Mount

from extractor.web.app import create_app
from tests.browser.review_house import House

ANYONE, REVIEWER, LEAD, ADMIN = range(4)
ROLES = {None: ANYONE, "ada": REVIEWER, "lea": LEAD, "max": ADMIN}
SEEN = {"revision": 1, "seen": 0}
ANSWER = {**SEEN, "path": "patient.first_name", "action": "confirm", "value": "Ingrid"}


class Asked(NamedTuple):
    """The least role that is let through, and a body that fits."""

    least: int
    body: object = None


TABLE = {
    ("GET", "/health"): Asked(ANYONE),
    ("GET", "/login"): Asked(ANYONE),
    ("POST", "/login"): Asked(ANYONE),
    ("GET", "/login/sign-on"): Asked(ANYONE),
    ("GET", "/login/sign-on/done"): Asked(ANYONE),
    ("GET", "/api/openapi.json"): Asked(ANYONE),
    ("POST", "/logout"): Asked(REVIEWER),
    ("GET", "/"): Asked(REVIEWER),
    ("GET", "/referrals/{referral_id}"): Asked(REVIEWER),
    ("POST", "/api/work"): Asked(REVIEWER, {}),
    ("GET", "/api/referrals/{referral_id}"): Asked(REVIEWER),
    ("POST", "/api/referrals/{referral_id}/answers"): Asked(REVIEWER, ANSWER),
    ("POST", "/api/referrals/{referral_id}/undo"): Asked(REVIEWER, SEEN),
    ("POST", "/api/referrals/{referral_id}/redo"): Asked(REVIEWER, SEEN),
    ("POST", "/api/referrals/{referral_id}/approve"): Asked(REVIEWER, SEEN),
    ("POST", "/api/referrals/{referral_id}/override"): Asked(LEAD, {**SEEN, "reason": "Confirmed by telephone."}),
    ("POST", "/api/referrals/{referral_id}/claim"): Asked(REVIEWER, {}),
    ("DELETE", "/api/referrals/{referral_id}/claim"): Asked(REVIEWER),
    ("POST", "/api/referrals/{referral_id}/letter"): Asked(REVIEWER),
    ("POST", "/api/referrals/{referral_id}/state"): Asked(LEAD, {"revision": 1, "state": "held"}),
    ("GET", "/api/referrals/{referral_id}/history"): Asked(REVIEWER),
    ("GET", "/api/referrals/{referral_id}/pages/{page_no}/picture"): Asked(REVIEWER),
    ("GET", "/api/referrals/{referral_id}/pages/{page_no}/words"): Asked(REVIEWER),
    ("POST", "/api/referrals/{referral_id}/pages"): Asked(REVIEWER, {"revision": 1, "turns": {"1": 90}}),
    ("POST", "/api/referrals/{referral_id}/pages/undo"): Asked(REVIEWER, {"revision": 1}),
    ("POST", "/api/referrals/{referral_id}/pages/redo"): Asked(REVIEWER, {"revision": 1}),
    ("POST", "/api/referrals/{referral_id}/pages/{page_no}/reading"): Asked(
        REVIEWER, {"path": "prescriber.npi", "bbox": [1, 1, 9, 9]}
    ),
    ("POST", "/api/ahead"): Asked(REVIEWER, {}),
    ("PUT", "/api/referrals/{referral_id}/draft"): Asked(
        REVIEWER, {"revision": 1, "path": "prescriber.npi", "text": "12"}
    ),
    ("GET", "/quality"): Asked(LEAD),
    ("GET", "/api/quality"): Asked(LEAD),
    ("POST", "/api/entries/check"): Asked(REVIEWER, {"path": "prescriber.npi", "text": "1"}),
    ("POST", "/api/codes/search"): Asked(REVIEWER, {"text": "RRMS"}),
    ("GET", "/api/audit"): Asked(ADMIN),
    ("POST", "/api/documents"): Asked(REVIEWER),
    ("GET", "/api/documents/{sha256}"): Asked(REVIEWER),
    ("GET", "/metrics"): Asked(REVIEWER),
}


def routes(house: House) -> set[tuple[str, str]]:
    """Every method and path, however deep; the static files, which anybody may have, apart."""
    found: set[tuple[str, str]] = set()
    waiting = list(create_app(house.desk).routes)
    while waiting:
        route = waiting.pop()
        if isinstance(route, Mount):
            assert route.path == "/static"
        elif getattr(route, "methods", None):
            found |= {(method, route.path) for method in route.methods if method != "HEAD"}  # type: ignore[attr-defined]
        else:
            nested = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
            assert nested, f"a route of unknown kind: {route!r}"
            waiting += nested
    return found


def test_the_table_is_complete(house: House) -> None:
    assert len(routes(house)) > 20
    assert routes(house) == set(TABLE)


@pytest.mark.parametrize("who", list(ROLES), ids=str)
def test_each_role_gets_what_it_may_and_nothing_else(
    who: str | None, log_in: Callable[[str | None], httpx.Client]
) -> None:
    client = log_in(who)
    wrong = []
    # Logging out ends the session: last.
    for (method, path), asked in sorted(TABLE.items(), key=lambda entry: entry[0][1] == "/logout"):
        url = path.format(referral_id="nobody", page_no=1, sha256="0" * 64) + (
            "?path=orders" if path.endswith("history") else ""
        )
        if path == "/login":
            continue
        answer = client.request(method, url, json=asked.body)
        is_refused = answer.status_code in {401, 403} or answer.headers.get("location") == "/login"
        if is_refused != (ROLES[who] < asked.least) or answer.status_code >= 500:
            wrong.append((method, path, answer.status_code))
    assert wrong == []


def test_a_shut_account_is_out_at_once(house: House, log_in: Callable[[str | None], httpx.Client]) -> None:
    from extractor.store import accounts

    client = log_in("ada")
    assert client.get("/api/referrals/r-1").status_code == 200
    with house.desk.database.begin() as connection:
        accounts.set_active(connection, "ada", is_active=False)
    assert client.get("/api/referrals/r-1").status_code == 401
