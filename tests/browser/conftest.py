"""One Chromium and one reading of a sample fax for all browser tests; a store and a server of its own for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.review_house import House, Read, launched, log_in, open_house, open_review, read_sample, served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For a module: while Playwright runs it holds an event loop in this thread, which other tests cannot bear."""
    with launched() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def read() -> Read:
    return read_sample("04_grid_acroform")


@pytest.fixture
def house(tmp_path: Path, read: Read) -> Iterator[House]:
    with served(open_house(tmp_path, read.kept)) as running:
        yield running


class Desks:
    """People at browsers of their own; whatever a page complains of fails the test."""

    def __init__(self, browser: Browser, house: House) -> None:
        self.browser, self.house = browser, house
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def sit_down(self, name: str, **options: object) -> Page:
        """Log in; the page is the work list."""
        context = self.browser.new_context(viewport={"width": 1366, "height": 768}, **options)  # type: ignore[arg-type]
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self._listen(line.type, line.text))
        page.on("request", lambda request: self._demand_own(request.url))
        log_in(page, self.house.url, name)
        return page

    def open(self, page: Page, referral_id: str) -> None:
        """Open a review and wait until its first field can be answered."""
        open_review(page, self.house.url, referral_id)

    def _listen(self, kind: str, text: str) -> None:
        # A refusal that a test provokes is logged by the browser with its status.
        if kind in {"error", "warning"} and "status of 4" not in text:
            self.complaints.append(text)

    def _demand_own(self, url: str) -> None:
        if not url.startswith(self.house.url):
            self.complaints.append(f"a request to another host: {url}")


@pytest.fixture
def desks(browser: Browser, house: House) -> Iterator[Desks]:
    found = Desks(browser, house)
    yield found
    for context in found.contexts:
        context.close()
    assert found.complaints == []
