"""Pages and typed texts in a real browser: boxes drawn, pages turned and given away, typing that outlives a reload."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from extractor.store import referrals
from extractor.store.corrections import history
from tests.browser.conftest import Desks
from tests.browser.review_house import House, Read, add_referral, asking_only, open_house, read_sample, served


@pytest.fixture(scope="module")
def read() -> Read:
    return read_sample("03_ehr_digital")


@pytest.fixture
def house(tmp_path: Path, read: Read) -> Iterator[House]:
    with served(open_house(tmp_path, read.kept)) as running:
        yield running


ASKED = {"prescriber.npi": {}, "prescriber.fax": {}}


def field(page: Page, path: str) -> str:
    return page.locator(f'[data-path="{path}"] input').input_value()


def draw(page: Page, box: tuple[float, float, float, float]) -> None:
    """Draw a box (points on the upright page, shown as it is) with the mouse."""
    edges = page.locator("#stage").bounding_box()
    assert edges is not None
    scale = page.evaluate("document.getElementById('stage').offsetWidth") / 612
    x0, top, x1, bottom = box
    page.mouse.move(edges["x"] + x0 * scale, edges["y"] + top * scale)
    page.mouse.down()
    page.mouse.move(edges["x"] + (x0 + x1) / 2 * scale, edges["y"] + bottom * scale)
    page.mouse.move(edges["x"] + x1 * scale, edges["y"] + bottom * scale)
    page.mouse.up()


def test_a_box_that_is_drawn_is_read_into_the_field_and_waits_for_enter(desks: Desks, house: House, read: Read) -> None:
    record = asking_only(read.extraction.referrals[0], ASKED)
    box = record.prescriber.npi.bbox
    assert box is not None
    referral_id = add_referral(house, read, record)
    page = desks.sit_down("ada")
    desks.open(page, referral_id)
    row = page.locator('[data-path="prescriber.npi"]')
    draw(page, (box.x0 - 4, box.top - 3, box.x1 + 4, box.bottom + 3))
    expect(row.locator("input")).to_be_editable(timeout=60_000)
    assert field(page, "prescriber.npi") == record.prescriber.npi.value
    with house.desk.database.read() as connection:
        assert history(connection, referral_id, 1) == ()
    page.keyboard.press("Enter")
    expect(row.locator(".chip")).to_have_text("confirmed")
    with house.desk.database.read() as connection:
        (change,) = history(connection, referral_id, 1)
    assert change.correction is not None
    assert change.correction.bbox is not None
    assert change.correction.bbox.x0 == pytest.approx(box.x0 - 4, abs=2)


def test_what_is_typed_outlives_a_reload_and_a_refusal(desks: Desks, house: House, read: Read) -> None:
    referral_id = add_referral(house, read, asking_only(read.extraction.referrals[0], ASKED))
    page = desks.sit_down("ada")
    desks.open(page, referral_id)
    page.keyboard.press("e")
    with page.expect_response("**/draft"):
        page.keyboard.type("12453")
    page.reload()
    page.wait_for_selector(".field.selected[data-seen]")
    expect(page.locator('[data-path="prescriber.npi"] input')).to_have_value("12453")
    page.locator('[data-path="prescriber.npi"] input').focus()
    page.keyboard.press("End")
    with page.expect_response("**/draft"):
        page.keyboard.type("195")
    # Somebody else changes the referral: this page is told so by a refusal, and loads it anew.
    with house.desk.database.begin() as connection:
        stored = referrals.latest(connection, referral_id)
        assert stored is not None
        newer = stored.record.model_copy(update={"revision": 2})
        referrals.add_revision(
            connection,
            newer,
            document_sha256=stored.summary.document_sha256,
            received_at=house.clock.now,
            now=house.clock.now,
        )
    page.keyboard.type("99")
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text("newer revision")
    assert field(page, "prescriber.npi") == "1245319599"
    page.locator('[data-path="prescriber.npi"] input').focus()
    page.keyboard.press("Enter")
    expect(page.locator('[data-path="prescriber.npi"] .chip')).to_have_text("corrected")


def test_a_page_is_given_to_another_patient_and_taken_back(desks: Desks, house: House, read: Read) -> None:
    referral_id = add_referral(house, read, asking_only(read.extraction.referrals[0], ASKED))
    page = desks.sit_down("ada")
    desks.open(page, referral_id)
    page.get_by_role("button", name="Pages…").click()
    page.get_by_label("Page 3 belongs to").select_option("new")
    page.get_by_label("Page 2 is").select_option("imaging_report")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#pages-dialog")).to_be_hidden(timeout=60_000)
    expect(page.locator("#tabs .stranger")).to_have_text("3 lab report")
    expect(page.locator("#tabs button").nth(1)).to_have_text("2 imaging report")
    with house.desk.database.read() as connection:
        assert referrals.count_by_state(connection) == {"review": 2}
    page.get_by_role("button", name="Pages…").click()
    page.get_by_role("button", name="Undo pages").click()
    expect(page.locator("#pages-dialog")).to_be_hidden(timeout=60_000)
    expect(page.locator("#tabs .stranger")).to_have_count(0)


def test_a_turned_page_is_seen_turned_at_once_and_read_again_as_it_lies(desks: Desks, house: House, read: Read) -> None:
    record = asking_only(read.extraction.referrals[0], ASKED)
    referral_id = add_referral(house, read, record)
    page = desks.sit_down("ada")
    desks.open(page, referral_id)
    page.keyboard.press("e")
    page.keyboard.type("19164")
    stage = "document.getElementById('stage').getBoundingClientRect()"
    page.get_by_role("button", name="Turn this page").click()
    assert page.evaluate(f"{stage}.width > {stage}.height")
    with page.expect_response("**/pages", timeout=60_000) as turned:
        page.get_by_role("button", name="Turn this page").click()  # one reading for both
    assert turned.value.request.post_data_json["turns"] == {"1": 180}
    page.wait_for_selector("#sheet img[src$='turn=180']", state="attached")
    expect(page.locator("#notice")).to_be_hidden()
    assert page.evaluate(f"{stage}.width < {stage}.height")
    expect(page.locator('[data-path="prescriber.npi"] input')).to_have_value("19164")
    with house.desk.database.read() as connection:
        stored = referrals.latest(connection, referral_id)
    assert stored is not None
    assert stored.summary.revision == 2
