"""The whole way of one fax, as a site has it: from the inbox through a person's answers to both receivers, once."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.review_house import PASSWORD, SAMPLES
from tests.durability.processes import ROOT, start_process, wait_until
from tests.faults.delivery_servers import HttpSystem

TYPED = {
    "patient.middle_name": "Quill",
    "coverages[0].member_id": "AWB899130797",
    "prescriber.npi": "1245319599",
    "prescriber.practice": "Pinefield Digestive Care",
    "coverages[0].group_number": "GRP-77120",
    "patient.address.line2": "Apt 19",
    "coverages[0].subscriber_name": "Ingrid Q Holloway",
}
"""What a person who looks closer would type; the first three of these that ask are corrected, all else is confirmed."""
PATIENCE = 60_000


@pytest.fixture
def receiver() -> Iterator[HttpSystem]:
    with HttpSystem(knows_keys=False) as system:
        yield system


@pytest.fixture
def service(tmp_path: Path, receiver: HttpSystem) -> Iterator[str]:
    """``extractor serve`` as a process of its own, with an account and two receivers; the address of its page."""
    for name in ("inbox", "delivered"):
        (tmp_path / name).mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    (tmp_path / "extractor.toml").write_text(
        f"""
        [store]
        folder = "{tmp_path / "store"}"
        [web]
        port = {port}
        check_share = 0
        [pool]
        processes = 1
        [ocr]
        engine = "embedded"
        [intake]
        scan_seconds = 0.2
        settle_seconds = 0.4
        [jobs]
        poll_seconds = 0.2
        [delivery]
        poll_seconds = 0.2
        [delivery.receivers.files]
        kind = "folder"
        folder = "{tmp_path / "delivered"}"
        [delivery.receivers.system]
        kind = "webhook"
        url = "{receiver.url}/referrals"
        """
    )
    told = {"EXTRACTOR_CONFIG": str(tmp_path / "extractor.toml"), "EXTRACTOR_SECRETS__SYSTEM": "a shared secret"}
    adding = [sys.executable, "-m", "extractor", "users", "add", "ada", "--password-stdin"]
    subprocess.run(adding, check=True, input=PASSWORD, text=True, cwd=ROOT, env=os.environ | told, timeout=120)
    log = tmp_path / "processes.log"
    process = start_process("-m", "extractor", "serve", "--inbox", str(tmp_path / "inbox"), log=log, **told)

    def is_up() -> bool:
        assert process.poll() is None, log.read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    wait_until(is_up, "the page")
    yield f"http://127.0.0.1:{port}"
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0, log.read_text()


def answer_all(page: Page) -> list[str]:
    """Answer field after field by keyboard until the approval has the focus; the paths that were corrected."""
    corrected: list[str] = []
    for _ in range(60):
        page.wait_for_selector(".field.selected[data-seen], #approve:focus")
        path = page.evaluate("document.activeElement.closest('.field')?.dataset.path ?? document.activeElement.id")
        if path == "approve":
            return corrected
        if path in TYPED and len(corrected) < 3:
            corrected.append(path)
            page.keyboard.press("e")
            page.keyboard.type(TYPED[path])
            page.keyboard.press("Enter")
        else:
            page.keyboard.press("Enter" if page.evaluate("document.activeElement.value") else "b")
        page.wait_for_function(
            "path => document.activeElement.closest('.field')?.dataset.path !== path", arg=path, timeout=15_000
        )
    raise AssertionError("the last field was never reached")


def test_a_fax_from_the_inbox_is_corrected_approved_and_delivered_once(
    tmp_path: Path, service: str, receiver: HttpSystem, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    dropped = tmp_path / "inbox" / "fax 0042.pdf"
    dropped.write_bytes((SAMPLES / "04_grid_acroform.pdf").read_bytes())
    page.goto(service)
    page.wait_for_selector("#name:focus")
    page.keyboard.type("ada")
    page.keyboard.press("Tab")
    page.wait_for_selector("#password:focus")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#next:not([hidden])", timeout=PATIENCE)
    page.locator("#next").focus()
    page.keyboard.press("Enter")
    corrected = answer_all(page)
    assert len(corrected) == 3
    page.keyboard.press("Enter")
    page.wait_for_url(f"{service}/")
    page.get_by_label("State").select_option("delivered")
    expect(page.locator("tbody [data-of=state]")).to_have_text("delivered", timeout=PATIENCE)

    (sent,) = receiver.requests
    (file,) = (one for one in (tmp_path / "delivered").iterdir() if one.is_file())
    assert len(receiver.kept) == 1
    for record in (json.loads(sent[2]), json.loads(file.read_text())):
        (referral,) = record["referrals"]
        assert {path: read(referral, path) for path in corrected} == {path: TYPED[path] for path in corrected}
    assert not dropped.exists()
    assert complaints == []
    context.close()


def read(record: object, path: str) -> object:
    """The value at ``coverages[0].member_id``."""
    for name in path.replace("[", ".").replace("]", "").split("."):
        record = record[int(name)] if isinstance(record, list) else record[name]  # type: ignore[index]
    return record["value"]  # type: ignore[index]
