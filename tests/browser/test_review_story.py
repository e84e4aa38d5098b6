"""The review page in a real browser: answering by keyboard, undoing, two people, a stale save, what cannot be done."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from extractor.store import approvals, audit, claims, outbox, referrals
from extractor.store.corrections import history
from extractor.store.referrals import ReferralState
from models.record import Alternative, Referral, State
from models.record.review import Answer
from tests.browser.conftest import Desks
from tests.browser.review_house import House, Read, add_referral, asking_only

THREE = {
    "patient.first_name": {},
    "patient.date_of_birth": {"alternatives": (Alternative(value="1957-02-21", confidence=0.03),)},
    "prescriber.npi": {"value": "1272397108"},
}
MOST_KEYS = 12
FOCUSED = "document.activeElement.closest('.field')?.dataset.path ?? document.activeElement.id"
"""The field that has the focus by its path, or the element by its id."""


@pytest.fixture
def three(read: Read, house: House) -> str:
    """A referral with three uncertain critical fields."""
    return add_referral(house, read, asking_only(read.extraction.referrals[0], THREE))


def latest(house: House, referral_id: str) -> tuple[ReferralState, Referral]:
    with house.desk.database.read() as connection:
        found = referrals.latest(connection, referral_id)
    assert found is not None
    return found.summary.state, found.record


def keyboard(page: Page) -> tuple[Callable[[str], None], list[str]]:
    """Presses keys as a person does who waits until the field's place is drawn; and the keys pressed so far."""
    pressed: list[str] = []

    def press(key: str) -> None:
        page.wait_for_selector(".field.selected[data-seen], #approve:focus")
        pressed.append(key)
        page.keyboard.press(key)

    return press, pressed


def focused(page: Page) -> str | None:
    return page.evaluate(FOCUSED)


def wait_for_focus(page: Page, path: str) -> None:
    page.wait_for_function(
        "path => (document.activeElement.closest('.field')?.dataset.path ?? document.activeElement.id) === path",
        arg=path,
    )


def test_three_fields_by_keyboard_only_then_approved(desks: Desks, house: House, three: str) -> None:
    page = desks.sit_down("ada")
    page.keyboard.press("Tab")
    page.wait_for_selector("#next:not([hidden])")
    page.locator("#next").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".field.selected[data-seen]")
    press, pressed = keyboard(page)
    assert focused(page) == "patient.first_name"
    press("Enter")
    wait_for_focus(page, "patient.date_of_birth")
    press("1")
    wait_for_focus(page, "prescriber.npi")
    press("i")
    wait_for_focus(page, "approve")
    press("Enter")
    page.wait_for_url(f"{house.url}/")
    assert len(pressed) <= MOST_KEYS
    state, record = latest(house, three)
    assert (state, record.revision) == (ReferralState.APPROVED, 2)
    assert (record.patient.first_name.value, record.patient.first_name.state) == ("Ingrid", State.CONFIRMED)
    assert (record.patient.date_of_birth.value, record.patient.date_of_birth.state) == ("1957-02-21", State.CORRECTED)
    assert (record.prescriber.npi.state, record.prescriber.npi.source) == (State.ILLEGIBLE, "staff")
    with house.desk.database.read() as connection:
        item = outbox.list_items(connection)[0]
        approval = approvals.find_approval(connection, three, 2)
        actions = [line.action for line in audit.list_lines(connection, referral_id=three)]
        assert audit.first_broken(connection) is None
    assert (item.referral_id, item.revision, item.receiver) == (three, 2, "referral-system")
    assert approval is not None
    assert (approval.actor, approval.open_critical) == ("ada", 0)
    assert [one for one in actions if one not in {"view_page", "view_words"}] == [
        "view",
        "claim",
        *["answer"] * 3,
        "approve",
    ]


def test_typing_a_value_is_read_checked_and_saved(desks: Desks, house: House, three: str) -> None:
    page = desks.sit_down("ada")
    desks.open(page, three)
    page.keyboard.press("s")
    wait_for_focus(page, "patient.date_of_birth")
    page.keyboard.press("s")
    wait_for_focus(page, "prescriber.npi")
    page.wait_for_selector(".field.selected[data-seen]")
    page.keyboard.press("Enter")  # the NPI fails its check digit: looking at it does not make it right
    row = page.locator('[data-path="prescriber.npi"]')
    expect(row.locator(".problem")).to_contain_text("check digit")
    page.keyboard.press("e")
    page.keyboard.type("127239710b")  # letters type, they do not answer
    expect(row.locator(".problem")).to_contain_text("check digit")
    page.keyboard.press("Backspace")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    wait_for_focus(page, "patient.first_name")
    expect(row.locator(".chip")).to_have_text("corrected")
    with house.desk.database.read() as connection:
        (change,) = history(connection, three, 1)
    assert change.correction is not None
    assert (change.correction.value, change.correction.action) == ("1272397104", Answer.CORRECT)


def test_undo_and_redo(desks: Desks, house: House, three: str) -> None:
    page = desks.sit_down("ada")
    desks.open(page, three)
    row = page.locator('[data-path="patient.first_name"]')
    before = row.locator(".chip").inner_text()
    page.keyboard.press("b")
    wait_for_focus(page, "patient.date_of_birth")
    expect(row.locator("input")).to_have_value("")
    page.keyboard.press("Control+z")
    expect(row.locator("input")).to_have_value("Ingrid")
    expect(row.locator(".chip")).to_have_text(before)
    wait_for_focus(page, "patient.first_name")
    page.keyboard.press("Control+y")
    expect(row.locator(".chip")).to_have_text("blank on form")
    expect(page.locator("#left")).to_contain_text("2 to answer")


def test_enter_before_the_place_is_drawn_answers_nothing(desks: Desks, house: House, three: str) -> None:
    page = desks.sit_down("ada")
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/picture?*", hold)
    page.goto(f"{house.url}/referrals/{three}")
    wait_for_focus(page, "patient.first_name")
    for _ in range(3):
        page.keyboard.press("Enter")
    assert focused(page) == "patient.first_name"
    with house.desk.database.read() as connection:
        assert history(connection, three, 1) == ()
    assert waiting
    for route in waiting:
        route.continue_()
    page.wait_for_selector(".field.selected[data-seen]")
    page.keyboard.press("Enter")
    wait_for_focus(page, "patient.date_of_birth")


def click_words(page: Page, referral_id: str, *texts: str) -> list[tuple[float, ...]]:
    """Click words of the first page, one after the other; their boxes."""
    words = page.evaluate(
        "id => fetch(`/api/referrals/${id}/pages/1/words`).then(answer => answer.json())", referral_id
    )
    edges = page.locator("#stage").bounding_box()
    scale = page.evaluate("document.getElementById('stage').offsetWidth") / 612
    assert edges is not None
    boxes = [tuple(next(one["box"] for one in words if one["text"] == text)) for text in texts]
    for x0, top, x1, bottom in boxes:
        page.mouse.click(edges["x"] + (x0 + x1) / 2 * scale, edges["y"] + (top + bottom) / 2 * scale)
    return boxes


def test_a_click_on_a_word_puts_it_into_the_field(desks: Desks, house: House, three: str) -> None:
    page = desks.sit_down("ada")
    desks.open(page, three)
    (box,) = click_words(page, three, "Holloway")
    expect(page.locator('[data-path="patient.first_name"] input')).to_have_value("Holloway")
    page.keyboard.press("Enter")
    wait_for_focus(page, "patient.date_of_birth")
    with house.desk.database.read() as connection:
        (change,) = history(connection, three, 1)
    assert change.correction is not None
    assert change.correction.bbox is not None
    assert tuple(change.correction.bbox) == pytest.approx(box)


def test_two_words_clicked_make_one_value(desks: Desks, house: House, three: str) -> None:
    page = desks.sit_down("ada")
    desks.open(page, three)
    click_words(page, three, "Ingrid", "Holloway")
    field = page.locator('[data-path="patient.first_name"] input')
    expect(field).to_have_value("Ingrid Holloway")
    page.keyboard.press("Enter")
    wait_for_focus(page, "patient.date_of_birth")
    with house.desk.database.read() as connection:
        (change,) = history(connection, three, 1)
    assert change.correction is not None
    assert change.correction.value == "Ingrid Holloway"


def test_a_choice_that_is_clicked_wins_over_what_was_typed(desks: Desks, house: House, three: str) -> None:
    page = desks.sit_down("ada")
    desks.open(page, three)
    page.keyboard.press("s")
    wait_for_focus(page, "patient.date_of_birth")
    page.wait_for_selector(".field.selected[data-seen]")
    page.keyboard.press("e")
    page.keyboard.type("01/02/1960")
    page.locator('[data-path="patient.date_of_birth"] .choices button').click()
    wait_for_focus(page, "prescriber.npi")
    with house.desk.database.read() as connection:
        (change,) = history(connection, three, 1)
    assert change.correction is not None
    assert (change.correction.value, change.correction.action) == ("1957-02-21", Answer.ALTERNATIVE)


def test_nothing_is_approved_over_what_was_typed_and_not_saved(desks: Desks, house: House, read: Read) -> None:
    referral_id = add_referral(house, read, asking_only(read.extraction.referrals[0], {}))
    page = desks.sit_down("ada")
    page.goto(f"{house.url}/referrals/{referral_id}")
    expect(page.locator("#approve")).to_be_enabled()
    row = page.locator('[data-path="prescriber.npi"]')
    page.locator("details:has([data-path='prescriber.npi']) > summary").click()
    row.locator("input").dblclick()
    page.keyboard.type("1234567890")
    page.locator("#approve").click()  # what was typed is no NPI: it is refused while the approval waits for it
    expect(page.locator("#notice")).to_contain_text("NPI is not saved")
    expect(row.locator("input")).to_have_value("1234567890")
    assert latest(house, referral_id)[0] is ReferralState.REVIEW
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/answers", hold)
    row.locator("input").fill("1245319599")
    with page.expect_request("**/answers"):
        page.locator("#approve").click()  # the save is on its way still: the approval waits for it
    page.wait_for_function("document.title !== ''")  # the request is told of before it is held
    (saving,) = held
    saving.continue_()
    page.wait_for_url(f"{house.url}/")
    state, record = latest(house, referral_id)
    assert (state, record.prescriber.npi.value) == (ReferralState.APPROVED, "1245319599")


def test_a_second_person_sees_who_holds_it_and_takes_it_over(desks: Desks, house: House, three: str) -> None:
    ada, bob = desks.sit_down("ada"), desks.sit_down("bob")
    desks.open(ada, three)
    bob.goto(f"{house.url}/referrals/{three}")
    expect(bob.locator("#notice")).to_contain_text("ada works on this referral")
    expect(bob.locator("#approve")).to_be_disabled()
    bob.get_by_role("button", name="Take over").click()
    wait_for_focus(bob, "patient.first_name")
    bob.wait_for_selector(".field.selected[data-seen]")
    bob.keyboard.press("Enter")
    wait_for_focus(bob, "patient.date_of_birth")
    ada.keyboard.press("b")  # refused, and shown what stands there now
    expect(ada.locator("#notice")).to_contain_text("bob works on this referral")
    expect(ada.locator('[data-path="patient.first_name"] .chip')).to_have_text("confirmed")
    with house.desk.database.read() as connection:
        held = claims.find_claim(connection, three, now=house.clock.now)
        assert [change.actor for change in history(connection, three, 1)] == ["bob"]
    assert held is not None
    assert held.holder == "bob"


def test_a_stale_save_is_refused_and_other_fields_are_merged(desks: Desks, house: House, three: str) -> None:
    here = desks.sit_down("ada")
    desks.open(here, three)
    there = here.context.new_page()
    desks.open(there, three)
    there.keyboard.press("i")
    wait_for_focus(there, "patient.date_of_birth")
    here.keyboard.press("b")  # the same field: refused
    expect(here.locator("#notice")).to_contain_text("in the meantime")
    expect(here.locator('[data-path="patient.first_name"] .chip')).to_have_text("illegible")
    here.locator('[data-path="prescriber.npi"] input').focus()
    here.wait_for_selector(".field.selected[data-seen]")
    here.keyboard.press("b")
    expect(here.locator("#left")).to_contain_text("1 to answer")
    there.wait_for_selector(".field.selected[data-seen]")
    there.keyboard.press("1")  # another field: saved, and what was answered here comes with it
    expect(there.locator("#left")).to_contain_text("nothing left to answer")
    with house.desk.database.read() as connection:
        answered = [change.correction.path for change in history(connection, three, 1) if change.correction]
    assert answered == ["patient.first_name", "prescriber.npi", "patient.date_of_birth"]


def test_only_what_needs_a_person_is_open_and_why_tells_the_history(desks: Desks, house: House, three: str) -> None:
    page = desks.sit_down("ada")
    desks.open(page, three)
    assert page.locator(".field:visible").count() == 3
    page.keyboard.press("b")
    wait_for_focus(page, "patient.date_of_birth")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("w")
    why = page.locator('[data-path="patient.first_name"] .why')
    expect(why).to_contain_text(re.compile("machine · read: Ingrid"))
    expect(why).to_contain_text("ada · blank: Ingrid → nothing")


def test_a_missed_allergy_is_added(desks: Desks, house: House, three: str) -> None:
    page = desks.sit_down("ada")
    desks.open(page, three)
    page.get_by_role("button", name="Add an allergy").click()
    page.keyboard.type("Codeine")
    page.keyboard.press("Enter")
    added = page.locator('[data-path="patient.allergies[1]"]')
    expect(added.locator(".chip")).to_have_text("corrected")
    expect(page.locator('[data-path="lists.allergies"] .chip')).to_have_text("check")
    expect(page.locator('[data-path="lists.allergies"] input')).to_have_value("2")


def test_text_of_a_fax_is_text(desks: Desks, house: House, read: Read) -> None:
    hostile = "<img src=x onerror=document.title='gone'>"
    asked = {"patient.first_name": {"value": hostile, "raw": hostile}, "patient.last_name": {"value": "'\"><b>x"}}
    referral_id = add_referral(house, read, asking_only(read.extraction.referrals[0], asked))
    page = desks.sit_down("ada")
    expect(page.locator("tbody a").first).to_have_text(f"'\"><b>x, {hostile}")
    desks.open(page, referral_id)
    expect(page.locator("#patient")).to_have_text(f"'\"><b>x, {hostile}")
    assert page.locator("img[src=x], #patient b").count() == 0
    assert "gone" not in page.title().split(" · ")[0].split("=")[0]


def test_a_lead_approves_over_open_fields_with_a_reason(desks: Desks, house: House, three: str) -> None:
    page = desks.sit_down("lea")
    desks.open(page, three)
    expect(page.locator("#approve")).to_be_disabled()
    page.get_by_role("button", name="Override…").click()
    page.get_by_label("Why may it leave like this?").fill("Confirmed by telephone with the practice.")
    page.locator("#override-yes").click()
    page.wait_for_url(f"{house.url}/")
    state, record = latest(house, three)
    assert state is ReferralState.APPROVED
    with house.desk.database.read() as connection:
        approval = approvals.find_approval(connection, three, record.revision)
    assert approval is not None
    assert (approval.open_critical, approval.override_reason) == (3, "Confirmed by telephone with the practice.")


def test_the_work_list_keeps_itself_up_to_date(desks: Desks, house: House, read: Read) -> None:
    page = desks.sit_down("ada")
    expect(page.locator("#none")).to_be_visible()
    referral = read.extraction.referrals[0]
    add_referral(house, read, referral)
    expect(page.locator("tbody tr")).to_have_count(1)
    stat = referral.orders[0].priority.model_copy(update={"value": "stat", "confidence": 0.9, "state": State.FOUND})
    order = referral.orders[0].model_copy(update={"priority": stat})
    urgent = referral.model_copy(update={"referral_id": "urgent", "orders": (order,)})
    add_referral(house, read, urgent)
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody tr .chip").first).to_have_text("STAT")
    page.get_by_label("Search").fill("nobody of that name")
    expect(page.locator("#none")).to_be_visible()
    page.get_by_label("Search").fill("hollo 1951-02-21")
    expect(page.locator("tbody tr")).to_have_count(2)
    assert page.url == f"{house.url}/"


def test_a_session_that_lay_idle_ends(desks: Desks, house: House, three: str) -> None:
    page = desks.sit_down("ada")
    desks.open(page, three)
    house.clock.pass_by(minutes=21)
    page.keyboard.press("b")
    expect(page.locator("#notice")).to_contain_text("session ended")
    with house.desk.database.read() as connection:
        assert history(connection, three, 1) == ()
