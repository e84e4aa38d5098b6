"""In a real browser: the letter is saved as a file, and a diagnosis code is found by words and typed by a click."""

from pathlib import Path

from playwright.sync_api import expect

from extractor.store import letters, referrals
from models.record import State
from tests.browser.conftest import Desks
from tests.browser.review_house import House, Read, add_referral, asking_only


def test_a_letter_is_saved_and_a_code_found_by_its_words(
    desks: Desks, house: House, read: Read, tmp_path: Path
) -> None:
    path = "diagnoses[0].code"
    referral_id = add_referral(house, read, asking_only(read.extraction.referrals[0], {path: {}}))
    page = desks.sit_down("ada")
    desks.open(page, referral_id)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Letter").click()
    saved = tmp_path / "letter.pdf"
    waiting.value.save_as(saved)
    assert saved.read_bytes().startswith(b"%PDF")
    with house.desk.database.read() as connection:
        (letter,) = letters.list_letters(connection, referral_id)
    assert waiting.value.suggested_filename == f"{letter.letter_id}.pdf"
    expect(page.locator("#notice-text")).to_contain_text("nothing is sent")
    row = page.locator(f'li[data-path="{path}"]')
    row.locator("input").focus()
    page.keyboard.press("e")
    row.locator("input").fill("relapsing ms")
    row.get_by_role("button", name="G35.A Relapsing-remitting").click()
    expect(row.locator("input")).to_have_value("G35.A")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("corrected")
    with house.desk.database.read() as connection:
        stored = referrals.latest(connection, referral_id)
    assert stored is not None and stored.record.diagnoses[0].code.state is State.NEEDS_REVIEW
