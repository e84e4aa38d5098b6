"""A second transmission is known by its pages, whatever was read of them; other pages of the same form are not."""

from datetime import datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from extractor import image, ingest
from extractor.pixels import RenderedPage
from extractor.resends import MOST_DIFFERENT, link_resent
from extractor.store import links, referrals
from extractor.store.database import Connection, Database
from extractor.store.documents import DOCUMENTS
from extractor.store.links import Relation, list_links
from extractor.store.prints import list_similar_documents
from extractor.store.referrals import REFERRALS
from models.stages.options import ImageOptions, IngestOptions
from tests.durability.moments import NOON
from tests.durability.processes import ROOT
from tests.durability.rooms import Room
from tests.durability.tiny_faxes import draw_fax

FAXES = ROOT / "samples" / "faxes"


def _links(room: Room, sha256: str) -> list[tuple[str, str, Relation]]:
    with room.store.database.read() as connection:
        (line,) = referrals.list_by_document(connection, sha256)
        return [(link.referral_id, link.earlier_id, link.relation) for link in list_links(connection, line.referral_id)]


def _read(room: Room, path: Path, arrival_id: str) -> str:
    sha256 = room.take(path, arrival_id)
    assert room.read(sha256) == "read"
    return sha256


def test_a_refax_without_a_readable_birth_date_is_linked_with_what_changed(sqlite_room: Room, tmp_path: Path) -> None:
    room = sqlite_room
    first = _read(room, draw_fax(tmp_path / "1.pdf", 1), "a-1")
    again = draw_fax(tmp_path / "2.pdf", 1, dose="300 mg", left_out="Date of Birth:", shift=9)
    second = _read(room, again, "a-2")
    ((later, earlier, relation),) = _links(room, second)
    assert relation is Relation.REFAX
    with room.store.database.read() as connection:
        assert referrals.list_by_document(connection, first)[0].referral_id == earlier
        (shown,) = links.list_linked(connection, later)
    assert ("orders[0].dose", "600 mg", "300 mg") in {(one.path, one.before, one.after) for one in shown.changes}
    assert link_resent(room.store.database, second, now=room.now) == 0


def test_another_patient_on_the_same_form_is_not_linked(sqlite_room: Room, tmp_path: Path) -> None:
    _read(sqlite_room, draw_fax(tmp_path / "1.pdf", 1), "a-1")
    other = _read(sqlite_room, draw_fax(tmp_path / "2.pdf", 2), "a-2")
    assert _links(sqlite_room, other) == []


def _transmit(page: RenderedPage, y_dpi: float, skew: float) -> RenderedPage:
    """Sent again: turned a little, another resolution, one bit deep, noise, a line of the sending machine above."""
    size = round(page.pixels.shape[1] * 204 / page.x_dpi), round(page.pixels.shape[0] * 204 / page.y_dpi)
    pixels = cv2.resize(page.pixels, size, interpolation=cv2.INTER_AREA)
    turn = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), skew, 0.99)
    turn[:, 2] += (9, -7)
    pixels = cv2.warpAffine(pixels, turn, size, borderValue=255)
    pixels = cv2.resize(pixels, (size[0], round(size[1] * y_dpi / 204)), interpolation=cv2.INTER_AREA)
    dice = np.random.default_rng(20261123)
    noisy = pixels + dice.normal(0, 18, pixels.shape) - 255 * (dice.random(pixels.shape) < 0.002)
    line = np.full((round(0.22 * 204), size[0]), 255, np.uint8)
    cv2.putText(line, "11/23/2026 10:41 FROM: 3035550147 P.01", (40, 32), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2)
    line = cv2.resize(line, (size[0], round(0.22 * y_dpi)), interpolation=cv2.INTER_AREA)
    sent = np.where(np.vstack([line, noisy]) < 150, 0, 255).astype(np.uint8)
    return RenderedPage(page.page_no, sent, 204.0, y_dpi, True)


def _ink(page: RenderedPage) -> image.Ink:
    return image.open_print(image.make_print(image.prepare_page(page, ImageOptions())))


@pytest.fixture(scope="module")
def pages() -> list[RenderedPage]:
    """The first pages of two samples, of two forms."""
    found = []
    for name in ("04_grid_acroform.pdf", "09_letter_scanned.pdf"):
        document = ingest.open_document(FAXES / name, IngestOptions())
        found.append(ingest.render_page(document, 1, IngestOptions()))
    return found


def test_prints_of_a_page_and_its_second_transmission_agree(pages: list[RenderedPage]) -> None:
    first, other = (_ink(page) for page in pages)
    for y_dpi, skew in ((196.0, 1.2), (98.0, -0.9)):
        share = image.compare_prints(first, _ink(_transmit(pages[0], y_dpi, skew)))
        assert share is not None and share <= MOST_DIFFERENT
    unlike = image.compare_prints(first, other)
    assert unlike is None or unlike > 2 * MOST_DIFFERENT


def test_a_page_without_writing_has_no_print() -> None:
    white = RenderedPage(1, np.full((1100, 850), 255, np.uint8), 100.0, 100.0, False)
    assert image.make_print(image.prepare_page(white, ImageOptions())) == ""


def test_only_what_shares_a_key_or_could_hardly_be_read_is_compared(database: Database) -> None:
    people = {
        "own": ("1951-02-21", "Ostrander", "1234567893"),
        "born": ("1951-02-21", "Vandermolen", None),
        "named": (None, "Ostrander", None),
        "prescribed": ("1960-01-01", "Pellicano", "1234567893"),
        "unread": (None, None, None),
        "stranger": ("1970-05-05", "Abernethy", "1245319599"),
        "old": ("1951-02-21", "Ostrander", "1234567893"),
    }
    with database.begin() as connection:
        for number, (name, keys) in enumerate(people.items()):
            at = NOON - timedelta(days=61) if name == "old" else NOON - timedelta(minutes=number)
            _note(connection, name, keys, at)
    since = NOON - timedelta(days=60)
    with database.read() as connection:
        assert list_similar_documents(connection, "own", since, 5) == ("born", "named", "prescribed", "unread")
        assert list_similar_documents(connection, "own", since, 1) == ("born", "unread")
        # What could hardly be read itself is compared with the newest of all.
        assert list_similar_documents(connection, "unread", since, 2) == ("own", "born")
        assert list_similar_documents(connection, "unknown", since, 5) == ()


def _note(connection: Connection, name: str, keys: tuple[str | None, ...], at: datetime) -> None:
    """A document that was read, with one referral."""
    common = {"state": "read", "priority": "routine", "received_at": at, "changed_at": at}
    connection.execute(
        DOCUMENTS.insert().values(common | {"sha256": name, "size": 1, "round": 0, "tries": 1, "due_at": at})
    )
    own = dict(zip(("date_of_birth", "patient_last_name", "npi"), keys, strict=True))
    told = {"referral_id": name, "revision": 1, "is_latest": True, "kind": "new", "document_sha256": name}
    rest = {"rank": 0, "sought": "", "needs_human": 0, "state": "review"}
    connection.execute(REFERRALS.insert().values(common | own | told | rest))
