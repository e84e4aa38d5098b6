"""Somebody at the work list sends files from their computer."""

import dataclasses
from pathlib import Path

from playwright.sync_api import Browser

from extractor.artifacts import FolderArtifacts
from extractor.store import documents
from extractor.store.documents import DocumentState
from extractor.store.opening import Store
from extractor.web.reception import Reception
from tests.browser.conftest import Desks
from tests.browser.review_house import SAMPLES, open_house, served


def test_files_are_sent_from_the_work_list(browser: Browser, tmp_path: Path) -> None:
    house = open_house(tmp_path, tmp_path / "kept")
    store = Store(house.desk.database, house.blobs, FolderArtifacts(tmp_path / "kept"))
    house.desk = dataclasses.replace(house.desk, reception=Reception(store, max_bytes=10**7))
    whole = SAMPLES / "04_grid_acroform.pdf"
    cut = tmp_path / "cut short.pdf"
    cut.write_bytes(whole.read_bytes()[:-2000])
    with served(house):
        desks = Desks(browser, house)
        page = desks.sit_down("ada")
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Upload faxes").click()
        chooser.value.set_files([whole, cut])
        page.get_by_text("not whole").wait_for()
        said = page.locator("#uploaded").inner_text()
        assert "04_grid_acroform.pdf came in and is read soon." in said
        assert "cut short.pdf: The upload is not whole" in said
        with house.desk.database.read() as connection:
            assert documents.count_by_state(connection) == {"received": 1, "quarantined": 1}
            (waiting,) = documents.list_by_state(connection, (DocumentState.RECEIVED,))
        assert waiting.size == whole.stat().st_size
        for context in desks.contexts:
            context.close()
    assert desks.complaints == []
