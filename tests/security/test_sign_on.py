"""Logging in at the site's own provider, over HTTP with a provider that is one; and what a wrong one brings about."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from extractor.errors import UsageError
from extractor.settings import load_settings
from extractor.store import accounts, audit
from extractor.web.server import check_options
from extractor.web.sign_on import Provider as SignOn
from models.stages.options import SignOnOptions, WebOptions
from tests.browser.review_house import House
from tests.sample_readings import ROOT
from tests.security.oidc_provider import CLIENT, SECRET, Provider, provided

ROLES = {"infusion-nurses": "reviewer", "infusion-leads": "lead"}
GRACE = {"sub": "4711", "preferred_username": "Grace@clinic.example", "groups": ["staff", "infusion-leads"]}


@pytest.fixture
def provider(house: House) -> Iterator[Provider]:
    with provided(Provider(house.clock, person=dict(GRACE), page_url=house.url)) as running:
        use(house, running)
        yield running


def options(provider: Provider, page_url: str) -> SignOnOptions:
    return SignOnOptions(issuer=provider.url, client_id=CLIENT, page_url=page_url, roles=ROLES)


def use(house: House, provider: Provider, secret: str = SECRET) -> None:
    """The desk of the running server, with this provider."""
    house.change_desk(provider=SignOn(options(provider, house.url), SecretStr(secret)))


@pytest.fixture
def browser(house: House) -> Iterator[httpx.Client]:
    with httpx.Client(timeout=60) as client:
        yield client


def go(browser: httpx.Client, url: str) -> httpx.Response:
    """Follow redirects, as a browser does."""
    answer = browser.get(url)
    while answer.is_redirect:
        answer = browser.get(str(answer.next_request.url))  # type: ignore[union-attr]
    return answer


def sign_on(house: House, browser: httpx.Client) -> httpx.Response:
    return go(browser, f"{house.url}/login/sign-on")


def is_in(house: House, browser: httpx.Client) -> bool:
    return browser.get(f"{house.url}/api/referrals/r-1").status_code == 200


def test_who_has_a_role_there_gets_in_with_it(house: House, provider: Provider, browser: httpx.Client) -> None:
    assert "single sign-on" in browser.get(f"{house.url}/login").text
    answer = sign_on(house, browser)
    assert (answer.status_code, 'content="0;url=/"' in answer.text) == (200, True)
    assert "grace · lead" in browser.get(house.url).text
    (asked,) = provider.asked
    assert len(asked["state"]) > 40 and len(asked["nonce"]) > 40 and asked["scope"] == "openid profile"
    with house.desk.database.read() as connection:
        lines = [(line.actor, line.action, line.code) for line in audit.list_lines(connection)]
        assert ("grace", "login", "sign_on") in lines
        # An account of the provider has no password, not even the one that unknown names are compared with.
        assert accounts.check_password(connection, "grace", "nobody has this password") is None
        assert accounts.check_password(connection, "grace", "") is None


def test_another_role_at_the_provider_is_another_role_here(
    house: House, provider: Provider, browser: httpx.Client
) -> None:
    sign_on(house, browser)
    provider.person |= {"groups": "infusion-nurses", "preferred_username": "grace-hopper"}
    with httpx.Client(timeout=60) as other:
        sign_on(house, other)
        # The same person under another name; what was opened as a lead is closed.
        assert "grace · reviewer" in other.get(house.url).text
    assert not is_in(house, browser)
    with house.desk.database.read() as connection:
        actions = {(line.action, line.code) for line in audit.list_lines(connection)}
    assert {("add_account", "grace"), ("set_role", "grace")} <= actions


def test_who_has_no_role_or_a_shut_account_stays_out(house: House, provider: Provider, browser: httpx.Client) -> None:
    provider.person["groups"] = ["staff"]
    answer = sign_on(house, browser)
    assert (answer.status_code, "no role here" in answer.text, is_in(house, browser)) == (403, True, False)
    provider.person["groups"] = ["infusion-nurses"]
    sign_on(house, browser)
    with house.desk.database.begin() as connection:
        accounts.set_active(connection, "grace", is_active=False)
    assert "account is shut" in sign_on(house, browser).text
    assert not is_in(house, browser)


def test_a_name_alone_takes_no_account_over(house: House, provider: Provider, browser: httpx.Client) -> None:
    provider.person["preferred_username"] = "max"  # an admin with a password
    answer = sign_on(house, browser)
    assert (answer.status_code, is_in(house, browser)) == (403, False)
    provider.person["preferred_username"] = "../max <b>"
    assert "max-b-" not in sign_on(house, browser).text
    provider.person |= {"preferred_username": "grace"}
    sign_on(house, browser)
    provider.person |= {"sub": "4712"}  # somebody else who is called grace now
    with httpx.Client(timeout=60) as other:
        assert "Somebody else has this name" in sign_on(house, other).text


LIES: dict[str, Callable[[dict[str, object]], None]] = {
    "another nonce": lambda claims: claims.update(nonce="old"),
    "no nonce": lambda claims: claims.pop("nonce"),  # type: ignore[dict-item, return-value]
    "for another page": lambda claims: claims.update(aud="other"),
    "for others too, and handed on by one": lambda claims: claims.update(aud=[CLIENT, "other"], azp="other"),
    "from another issuer": lambda claims: claims.update(iss="https://other.example"),
    "too old": lambda claims: claims.update(exp=int(str(claims["iat"])) - 61),
    "no subject": lambda claims: claims.pop("sub"),  # type: ignore[dict-item, return-value]
    "another access token": lambda claims: claims.update(at_hash="AAAA"),
}


def test_a_token_that_is_not_for_this_login_lets_nobody_in(
    house: House, provider: Provider, browser: httpx.Client
) -> None:
    for name, lie in LIES.items():
        provider.lie = lie
        answer = sign_on(house, browser)
        assert (answer.status_code, is_in(house, browser)) == (403, False), name
        assert "does not hold" in answer.text, name


@pytest.mark.parametrize("way", ["none", "HS256", "another key"])
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(
    way: str, house: House, provider: Provider, browser: httpx.Client
) -> None:
    provider.signs_with = way if way != "another key" else "RS256"
    provider.is_other_key = way == "another key"
    assert "does not hold" in sign_on(house, browser).text
    assert not is_in(house, browser)


def test_a_provider_that_cannot_be_believed_lets_nobody_in(
    house: House, provider: Provider, browser: httpx.Client
) -> None:
    provider.answer = {"iss": "https://other.example"}
    assert "another provider" in sign_on(house, browser).text
    provider.answer = {"error": "access_denied"}
    assert "let nobody in" in sign_on(house, browser).text
    provider.answer = {}
    use(house, provider, "a wrong secret")
    assert "cannot be reached" in sign_on(house, browser).text
    provider.issuer = "https://other.example"
    use(house, provider)
    assert "calls itself something else" in sign_on(house, browser).text
    assert not is_in(house, browser)


def test_an_answer_counts_once_and_only_where_the_login_was_begun(
    house: House, provider: Provider, browser: httpx.Client
) -> None:
    there = browser.get(f"{house.url}/login/sign-on").headers["location"]
    done = browser.get(there).headers["location"]
    with httpx.Client(timeout=60) as victim:  # is made to open somebody else's answer
        assert victim.get(done).status_code == 403
        victim.get(f"{house.url}/login/sign-on")  # has begun a login of its own
        assert victim.get(done).status_code == 403
        assert not is_in(house, victim)
    kept = browser.cookies["sign-on"]
    assert browser.get(done).status_code == 200
    assert browser.get(done, headers={"cookie": f"sign-on={kept}"}).status_code == 403  # the code is used up
    # A code that somebody caught is worth nothing without the verifier.
    caught = browser.get(browser.get(f"{house.url}/login/sign-on").headers["location"]).headers["location"]
    state, nonce, _ = browser.cookies["sign-on"].split(".")
    assert browser.get(caught, headers={"cookie": f"sign-on={state}.{nonce}.{'v' * 43}"}).status_code == 403


def test_a_provider_that_is_down_leaves_the_password(house: House, provider: Provider, browser: httpx.Client) -> None:
    gone = provider.__class__(house.clock, url="http://127.0.0.1:9")
    use(house, gone)
    answer = sign_on(house, browser)
    assert (answer.status_code, "log in with a password" in answer.text) == (503, True)


def test_the_settings_file_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = (ROOT / "extractor" / "web" / "THREATS.md").read_text(encoding="utf-8")
    file = tmp_path / "extractor.toml"
    file.write_text(written.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    monkeypatch.setenv("EXTRACTOR_CONFIG", str(file))
    monkeypatch.setenv("EXTRACTOR_SECRETS__SIGN_ON", SECRET)
    settings = load_settings()
    assert settings.web.sign_on is not None
    assert settings.web.sign_on.roles == ROLES
    assert settings.secrets["sign_on"].get_secret_value() == SECRET
    check_options(settings.web)


def test_it_is_off_by_default_and_never_unencrypted(house: House, browser: httpx.Client) -> None:
    assert "single sign-on" not in browser.get(f"{house.url}/login").text
    assert browser.get(f"{house.url}/login/sign-on").status_code == 404
    assert browser.get(f"{house.url}/login/sign-on/done?code=x&state=y").status_code == 404
    safe = SignOnOptions(issuer="https://id.example", client_id="x", page_url="https://page.example", roles=ROLES)
    check_options(WebOptions(sign_on=safe))
    for entry in ("issuer", "page_url"):
        told = safe.model_copy(update={entry: "http://id.example"})
        with pytest.raises(UsageError, match=f"sign_on.{entry}"):
            check_options(WebOptions(sign_on=told))
