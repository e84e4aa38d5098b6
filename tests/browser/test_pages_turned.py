"""A page that lay upside down, over the API: turned by a person it is read again, and what people entered stands."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image, ImageDraw, ImageFont

from extractor.artifacts import FolderArtifacts
from extractor.pipeline import extract_file
from extractor.store.corrections import history
from tests.browser.review_house import House, Read, add_referral, open_house, options, served
from tests.browser.test_pages_arranged import Desk
from tests.sample_readings import KEPT
from tests.security.conftest import log_in_as

DPI = 200


@pytest.fixture(scope="module")
def upside_down(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """So few letters that nothing but a person can tell which way up it is."""
    page = Image.new("1", (1700, 2200), 1)
    font = ImageFont.load_default(44)
    ImageDraw.Draw(page).text((200, 300), "Wt: 72 kg", font=font, fill=0)
    path = tmp_path_factory.mktemp("fax") / "fax.tif"
    page.rotate(180).save(path, dpi=(DPI, DPI), compression="group4")
    return Read(path, extract_file(path, options(), artifacts=FolderArtifacts(KEPT)).extraction, KEPT)


@pytest.fixture
def house(tmp_path: Path, upside_down: Read) -> Iterator[House]:
    with served(open_house(tmp_path, upside_down.kept)) as running:
        yield running


@pytest.fixture
def desk(house: House, upside_down: Read) -> Iterator[Desk]:
    with httpx.Client(base_url=house.url, timeout=60) as client:
        log_in_as(client, "ada")
        yield Desk(client, add_referral(house, upside_down))


def fields(desk: Desk) -> dict[str, tuple[str, str]]:
    return {one["path"]: (one["text"], one["state"]) for one in desk.see()["fields"]}


def test_what_it_says_is_asked_about_and_what_was_entered_stands(house: House, desk: Desk) -> None:
    assert fields(desk)["patient.weight_kg"][0] == ""
    desk.answer("patient.last_name", "correct", text="Holloway", page_no=1, bbox=[400, 700, 500, 720])
    desk.answer("patient.sex", "illegible")
    desk.answer("patient.allergies[0]", "correct", text="Codeine")
    turned = desk.arrange(turns={"1": 180})
    assert turned.json()["remade"] == [desk.referral_id], turned.text
    now = fields(desk)
    assert now["patient.weight_kg"] == ("72", "needs_review")
    assert (now["patient.last_name"], now["patient.allergies[0]"]) == (
        ("Holloway", "corrected"),
        ("Codeine", "corrected"),
    )
    assert now["patient.sex"][1] == "illegible"
    with house.desk.database.read() as connection:
        said = {
            one.correction.path: one.correction for one in history(connection, desk.referral_id, 2) if one.correction
        }
    assert (said["patient.last_name"].actor, said["patient.last_name"].bbox) == ("ada", None)

    seen = next(one for one in desk.see()["fields"] if one["path"] == "patient.weight_kg")
    x0, top, x1, bottom = seen["box"]
    box = [x0 - 3, top - 3, x1 + 3, bottom + 3]
    read = desk.send("POST", "/pages/1/reading", {"path": "patient.weight_kg", "bbox": box}).json()
    words = desk.send("GET", "/pages/1/words?turn=180").json()
    assert (read["value"], [word["text"] for word in words]) == ("72", ["Wt:", "72", "kg"])
    pictures = [desk.send("GET", f"/pages/1/picture?turn={turn}") for turn in (0, 180)]
    assert [one.status_code for one in pictures] == [200, 200]
    assert pictures[0].content != pictures[1].content
    assert desk.send("GET", "/pages/1/picture?turn=45").status_code == 422

    assert desk.send("POST", "/pages/undo", {"revision": 2}).status_code == 200
    back = fields(desk)
    assert back["patient.weight_kg"][0] == ""
    assert (back["patient.last_name"], back["patient.allergies[0]"][0]) == (("Holloway", "corrected"), "Codeine")
