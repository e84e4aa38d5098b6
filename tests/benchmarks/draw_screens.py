"""Pictures of every screen, to be looked at: ``python -m tests.benchmarks.draw_screens [FOLDER]`` (``out/screens``).

The sample faxes as they are read stand in the list; ``review.png`` is the one that is kept as ``samples/review.png``.
"""

import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page

from extractor.store import checks
from extractor.store.checks import Check, CheckKind, Outcome
from models.record.list_places import unplaced
from models.record.paths import walk_fields
from tests.browser.review_house import (
    House,
    add_referral,
    launched,
    log_in,
    open_house,
    open_review,
    read_sample,
    served,
)
from tests.sample_readings import KEPT, ROOT

FAXES = ("03_", "04_", "08_", "09_", "10_", "11_", "14_", "16_")
SHOWN = "04_"
VIEWS = (
    ("", 1366, 768, "light"),
    ("_dark", 1366, 768, "dark"),
    ("_narrow", 683, 768, "light"),
    ("_large", 2560, 1440, "dark"),
)
"""The ending of each picture's name, width and height in CSS pixels, and the scheme of colours."""


def fill(house: House) -> str:
    """Samples as referrals, and answered checks of one of them; the id of the one that is shown."""
    reads = {name: read_sample(name) for name in FAXES}
    ids = {
        name: add_referral(house, read, minutes_ago=47 * place) for place, (name, read) in enumerate(reads.items(), 1)
    }
    fields = [path for path, one in walk_fields(reads["03_"].extraction.referrals[0]) if one.value is not None]
    with house.desk.database.begin() as connection:
        for number, path in enumerate(fields):
            at = house.clock.now - timedelta(days=number % 40)
            is_seeded = number % 7 == 0
            outcome = Outcome.MISSED if number % 21 == 0 else Outcome.AGREED
            kind = CheckKind.SEEDED if is_seeded else CheckKind.BLIND
            place = {"referral_id": ids["03_"], "revision": 1, "path": path, "field": unplaced(path)}
            checks.add_check(connection, Check(**place, tier="digital", kind=kind, outcome=outcome, actor="ada", at=at))
    return ids[SHOWN]


def answer_two(page: Page) -> None:
    """Confirm the first two fields that ask."""
    for number in range(2):
        page.keyboard.press("Enter")
        page.wait_for_selector(f".field.answered >> nth={number}")
        page.wait_for_selector(".field.selected[data-seen]:not(.answered)")


def draw(house: House, browser: Browser, folder: Path, referral_id: str) -> None:
    """Every screen in every view."""
    for ending, width, height, scheme in VIEWS:
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]

        def keep(name: str, page: Page = page, ending: str = ending) -> None:
            page.screenshot(path=folder / f"{name}{ending}.png")

        page.goto(house.url)
        keep("login")
        log_in(page, house.url, "lea")
        page.wait_for_selector("tbody tr")
        keep("work")
        open_review(page, house.url, referral_id)
        if not ending:
            answer_two(page)
        page.keyboard.press("w")
        page.wait_for_selector(".selected dl")
        keep("review")
        page.get_by_role("button", name="Pages…").click()
        page.wait_for_selector("#pages-dialog[open]")
        keep("pages")
        page.keyboard.press("Escape")
        page.locator("#show-readiness").click()
        keep("readiness")
        page.goto(f"{house.url}/quality")
        keep("quality")
        page.context.close()


def main() -> None:
    """Draw them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "out" / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as store,
        launched() as browser,
        served(open_house(Path(store), KEPT, check_share=0.02)) as house,
    ):
        draw(house, browser, folder, fill(house))


if __name__ == "__main__":
    main()
