"""Logging in at the site's own provider in a real browser, which keeps cookies from travelling between sites."""

from playwright.sync_api import Browser, expect
from pydantic import SecretStr

from extractor.web.sign_on import Provider as SignOn
from models.stages.options import SignOnOptions
from tests.browser.review_house import House
from tests.security.oidc_provider import CLIENT, SECRET, Provider, provided

GRACE = {"sub": "4711", "preferred_username": "grace", "groups": ["nurses"]}


def test_a_browser_comes_back_from_the_provider_logged_in(browser: Browser, house: House) -> None:
    # Another name of this machine is another site for the browser.
    asked = Provider(house.clock, person=dict(GRACE), page_url=house.url, is_asking=True)
    with provided(asked, "localhost") as provider, browser.new_context() as context:
        told = SignOnOptions(issuer=provider.url, client_id=CLIENT, page_url=house.url, roles={"nurses": "reviewer"})
        house.change_desk(provider=SignOn(told, SecretStr(SECRET)))
        page = context.new_page()
        page.goto(house.url)
        page.get_by_role("link", name="Log in with single sign-on").press("Enter")
        page.get_by_role("link", name="Go on as Grace").click()
        page.wait_for_url(f"{house.url}/")
        expect(page.get_by_text("grace · reviewer")).to_be_visible()
        kept = {cookie["name"]: cookie for cookie in context.cookies()}
        assert (kept["session"]["sameSite"], kept["session"]["httpOnly"]) == ("Strict", True)
        assert "sign-on" not in kept
        page.get_by_role("button", name="Log out").click()
        page.wait_for_url("**/login")
