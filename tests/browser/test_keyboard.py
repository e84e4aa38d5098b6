"""The keyboard beyond the fields: beginning, readiness, page order, putting back; Tab through all fields."""

import pytest
from playwright.sync_api import expect

from extractor.store import claims
from extractor.store.corrections import history
from tests.browser.conftest import Desks
from tests.browser.review_house import House, Read, add_referral, asking_only
from tests.browser.test_review_story import THREE, focused, wait_for_focus

SHOWN = "[...document.querySelectorAll('.field')].filter((one) => one.checkVisibility()).map((one) => one.dataset.path)"


@pytest.fixture
def three(read: Read, house: House) -> str:
    return add_referral(house, read, asking_only(read.extraction.referrals[0], THREE))


def test_beyond_the_fields_the_keyboard_is_enough_too(desks: Desks, house: House, read: Read, three: str) -> None:
    other = read.extraction.referrals[0].model_copy(update={"referral_id": "other"})
    add_referral(house, read, asking_only(other, {}), minutes_ago=5)
    page = desks.sit_down("ada")
    wait_for_focus(page, "next")
    page.keyboard.press("Enter")
    page.wait_for_selector(".field.selected[data-seen]")
    page.keyboard.press("r")
    page.wait_for_selector("#readiness :focus")
    page.keyboard.press("Escape")
    wait_for_focus(page, "patient.first_name")
    # Down through the last open field and on: what is folded is passed over.
    assert page.evaluate(SHOWN) == list(THREE)
    for path in ("patient.date_of_birth", "prescriber.npi"):
        page.keyboard.press("ArrowDown")
        wait_for_focus(page, path)
    page.wait_for_selector(".field.selected[data-seen]")
    page.keyboard.press("b")
    expect(page.locator("#left")).to_contain_text("2 to answer")
    page.keyboard.press("c")
    expect(page.locator("#critical-only")).to_be_checked()
    page.keyboard.press("p")
    page.wait_for_url(f"{house.url}/referrals/other")
    with house.desk.database.read() as connection:
        assert claims.find_claim(connection, three, now=house.clock.now) is None
        assert [change.actor for change in history(connection, three, 1)] == ["ada"]


def test_going_back_to_the_list_lets_go(desks: Desks, house: House, three: str) -> None:
    page = desks.sit_down("ada")
    desks.open(page, three)
    page.keyboard.press("e")
    page.keyboard.type("Ingrid Maria")
    page.get_by_role("link", name="Work list").click()
    page.wait_for_url(f"{house.url}/")
    expect(page.locator("tbody [data-of=holder]")).to_have_text("")
    with house.desk.database.read() as connection:
        assert claims.find_claim(connection, three, now=house.clock.now) is None
        (change,) = history(connection, three, 1)
    assert change.correction is not None
    assert change.correction.value == "Ingrid Maria"


def test_tab_goes_through_every_field_that_is_shown(desks: Desks, house: House, three: str) -> None:
    page = desks.sit_down("ada")
    desks.open(page, three)
    page.locator("summary").first.click()
    shown = page.evaluate(SHOWN)
    page.locator(f'[data-path="{shown[0]}"] input').focus()
    met = []
    for _ in range(120):
        path = focused(page)
        if path in shown and path not in met:
            met.append(path)
        page.keyboard.press("Tab")
    assert met == shown
    assert len(met) > 10


def test_what_asks_stands_in_the_order_of_the_page(desks: Desks, house: House, read: Read) -> None:
    asked = {"prescriber.npi": {}, "patient.first_name": {}, "orders[0].dose": {}, "coverages[0].payer": {}}
    referral = asking_only(read.extraction.referrals[0], asked)
    page = desks.sit_down("ada")
    desks.open(page, add_referral(house, read, referral))
    by_part = page.evaluate(SHOWN)
    page.keyboard.press("o")
    expect(page.locator("#page-order")).to_be_checked()
    by_page = page.evaluate(SHOWN)
    fields = page.evaluate("fetch('/api' + location.pathname).then((answer) => answer.json())")["fields"]
    boxes = [(one["path"], one["box"][1]) for one in fields if one["needs"]]
    assert by_page == [path for path, _ in sorted(boxes, key=lambda one: one[1])] != by_part
    expect(page.locator('[data-path="prescriber.npi"] label')).to_contain_text("Prescriber")
    wait_for_focus(page, by_part[0])
    page.keyboard.press("s")
    wait_for_focus(page, by_page[(by_page.index(by_part[0]) + 1) % 4])
    page.reload()
    wait_for_focus(page, by_page[0])  # as the person wants it, also on the next referral
    page.keyboard.press("o")
    assert page.evaluate(SHOWN) == by_part
