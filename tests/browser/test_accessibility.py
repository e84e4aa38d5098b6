"""WCAG 2.2 A and AA by axe on the main pages, in both colour schemes; and the page at 200 % zoom."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desks
from tests.browser.review_house import House, Read, add_referral

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def complaints(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_main_pages_have_no_violation(desks: Desks, house: House, read: Read, scheme: str) -> None:
    referral_id = add_referral(house, read)
    page = desks.sit_down("lea", color_scheme=scheme)
    page.wait_for_selector("tbody tr")
    assert complaints(page) == []
    desks.open(page, referral_id)
    page.keyboard.press("w")
    page.wait_for_selector(".why li")
    page.locator("summary").first.click()
    assert complaints(page) == []
    page.locator("#show-readiness").click()
    assert complaints(page) == []
    page.get_by_role("button", name="Pages…").click()
    assert complaints(page) == []
    page.get_by_role("button", name="Cancel").click()
    page.goto(f"{house.url}/quality")
    assert complaints(page) == []
    page.goto(house.url)
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    assert complaints(page) == []


def test_everything_can_be_used_at_200_percent(desks: Desks, house: House, read: Read) -> None:
    referral_id = add_referral(house, read)
    page = desks.sit_down("ada")
    page.set_viewport_size({"width": 683, "height": 384})
    desks.open(page, referral_id)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator(".field.selected input")).to_be_in_viewport()
    expect(page.locator("#mark")).to_be_in_viewport()
    expect(page.locator("#approve")).to_be_attached()
