"""What happens to a referral as a whole: a lead holds or closes it, and a second transmission of it is approved."""

from playwright.sync_api import expect

from extractor.store import links, referrals
from extractor.store.links import Link, Relation
from extractor.store.referrals import ReferralState
from tests.browser.conftest import Desks
from tests.browser.review_house import House, Read, add_referral, asking_only


def state_of(house: House, referral_id: str) -> ReferralState:
    with house.desk.database.read() as connection:
        found = referrals.latest(connection, referral_id)
    assert found is not None
    return found.summary.state


def test_a_lead_holds_a_referral_and_puts_it_back(desks: Desks, house: House, read: Read) -> None:
    held = add_referral(house, read)
    reviewer, page = desks.sit_down("ada"), desks.sit_down("lea")
    desks.open(page, held)
    page.get_by_role("button", name="Hold").click()
    expect(page.locator("#notice")).to_contain_text("This referral is held")
    expect(reviewer.locator("tbody [data-of=state]")).to_have_text("held")  # nobody has to look for it
    page.get_by_role("button", name="Back to review").click()
    expect(page.locator("#notice")).to_be_hidden()
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#notice")).to_contain_text("This referral is closed")
    assert state_of(house, held) is ReferralState.CLOSED
    reviewer.goto(f"{house.url}/referrals/{held}")
    expect(reviewer.locator("#notice")).to_be_visible()
    assert reviewer.get_by_role("button", name="Back to review").count() == 0


def test_a_second_transmission_goes_out_only_by_an_explicit_yes(desks: Desks, house: House, read: Read) -> None:
    sent = asking_only(read.extraction.referrals[0], {})
    first = add_referral(house, read, sent, minutes_ago=60)
    again = add_referral(house, read, sent.model_copy(update={"referral_id": "again"}))
    now = house.clock.now
    with house.desk.database.begin() as connection:
        links.add_link(connection, Link(referral_id=again, earlier_id=first, relation=Relation.REFAX, linked_at=now))
        referrals.set_state(connection, first, 1, ReferralState.REVIEW, ReferralState.APPROVED, now=now)
    page = desks.sit_down("ada")
    page.goto(f"{house.url}/referrals/{again}")
    expect(page.locator("#links")).to_contain_text("second transmission")
    expect(page.locator("#links")).to_contain_text("(approved)")
    page.locator("#approve").click()
    page.get_by_role("button", name="Cancel").last.click()
    assert state_of(house, again) is ReferralState.REVIEW
    page.locator("#approve").click()
    page.get_by_role("button", name="Send it again").click()
    page.wait_for_url(f"{house.url}/")
    assert state_of(house, again) is ReferralState.APPROVED
