"""Our letter comes back with pages behind it: they are filed only where the patient on them is the same."""

from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen import canvas

from extractor.letter import LetterRequest, write_letter
from extractor.store import audit, documents, referrals
from extractor.store.letters import WrittenLetter, add_letter, find_letters, list_letters
from extractor.store.links import Relation, list_links
from models.record import Extraction, PageType
from tests.durability.moments import NOON
from tests.durability.rooms import Room
from tests.durability.tiny_faxes import draw_fax

LETTER_ID = "LQJNJRHE6RHMPBYU"
LABS = (
    "Laboratory Report",
    "Patient Name: {name}",
    "Date of Birth: {born}",
    "Collected: 11/02/2026",
    "Test            Result      Reference",
    "HIV 1/2 Ag/Ab   Non-Reactive   Non-Reactive",
    "Creatinine      0.9 mg/dL   0.6 - 1.2",
)


def draw_labs(path: Path, name: str, born: str) -> Path:
    page = canvas.Canvas(str(path), pagesize=letter, invariant=1)
    for row, line in enumerate(LABS):
        page.drawString(72, 740 - 24 * row, line.format(name=name, born=born))
    page.showPage()
    page.save()
    return path


def put_together(path: Path, *parts: Path) -> Path:
    whole = pypdfium2.PdfDocument.new()
    for part in parts:
        whole.import_pages(pypdfium2.PdfDocument(part))
    whole.save(path)
    return path


def ask_for_labs(room: Room, folder: Path) -> tuple[str, Path]:
    """A referral that is read, and the letter about it: its id, and the letter as PDF."""
    sha256 = room.take(draw_fax(folder / "order.pdf", 1))
    assert room.read(sha256) == "read"
    with room.store.database.begin() as connection:
        (summary,) = referrals.list_by_document(connection, sha256)
        stored = referrals.latest(connection, summary.referral_id)
        assert stored is not None
        request = LetterRequest(letter_id=LETTER_ID, written_on=date(2026, 11, 20), return_fax="+13035550150")
        path = folder / "letter.pdf"
        path.write_bytes(write_letter(stored.record, request, {}).content)
        written = WrittenLetter(
            letter_id=LETTER_ID, referral_id=summary.referral_id, revision=1, actor="ada", written_at=NOON
        )
        add_letter(connection, written)
        assert find_letters(connection, (LETTER_ID, "L2222222222222222")) == (written,)
        assert list_letters(connection, summary.referral_id) == (written,)
        disclosed = audit.list_lines(connection, referral_id=summary.referral_id)[-1]
        assert (disclosed.action, disclosed.actor, disclosed.code) == ("disclose", "ada", LETTER_ID)
    return summary.referral_id, path


def read_reply(room: Room, path: Path) -> tuple[Extraction, list[tuple[str, Relation]]]:
    """What was read, and each link of its referrals: the earlier referral and the relation."""
    sha256 = room.take(path, path.name)
    assert room.read(sha256) == "read"
    with room.store.database.read() as connection:
        extraction = documents.find_extraction(connection, sha256)
        assert extraction is not None
        links = [link for one in extraction.referrals for link in list_links(connection, one.referral_id)]
    return extraction, [(link.earlier_id, link.relation) for link in links]


@pytest.mark.parametrize(
    ("name", "born", "relation"),
    [
        ("Odile Ostrander", "02/01/1940", Relation.REPLY),
        ("Odile Ostrander", "02/01/1941", Relation.UNSURE_REPLY),
        ("Odette Ostrander", "02/01/1940", Relation.UNSURE_REPLY),
        ("Odile Vandermolen", "02/01/1940", Relation.UNSURE_REPLY),
        ("", "02/01/1940", Relation.UNSURE_REPLY),
    ],
)
def test_pages_behind_a_letter(sqlite_room: Room, tmp_path: Path, name: str, born: str, relation: Relation) -> None:
    referral_id, letter_page = ask_for_labs(sqlite_room, tmp_path)
    labs = draw_labs(tmp_path / "labs.pdf", name, born)
    extraction, links = read_reply(sqlite_room, put_together(tmp_path / "reply.pdf", letter_page, labs))
    assert links == [(referral_id, relation)]
    first, second = extraction.document.pages
    assert (first.letter_id, first.type) == (LETTER_ID, PageType.COVER_SHEET)
    assert second.letter_id is None
    with sqlite_room.store.database.read() as connection:
        lines = audit.list_lines(connection, referral_id=referral_id)
    assert (relation.value, extraction.document.sha256) in {(line.action, line.document_sha256) for line in lines}


def test_a_letter_alone_is_for_a_person_and_says_nothing_of_the_patient(sqlite_room: Room, tmp_path: Path) -> None:
    referral_id, letter_page = ask_for_labs(sqlite_room, tmp_path)
    extraction, links = read_reply(sqlite_room, letter_page)
    assert links == [(referral_id, Relation.UNSURE_REPLY)]
    (record,) = extraction.referrals
    assert (record.patient.last_name.value, record.orders, record.labs) == (None, (), ())


def test_the_order_that_came_again_is_a_second_transmission(sqlite_room: Room, tmp_path: Path) -> None:
    referral_id, letter_page = ask_for_labs(sqlite_room, tmp_path)
    order = draw_fax(tmp_path / "again.pdf", 1)
    _, links = read_reply(sqlite_room, put_together(tmp_path / "reply.pdf", letter_page, order))
    assert links == [(referral_id, Relation.REFAX)]


def test_a_letter_of_somebody_else_links_nothing(sqlite_room: Room, tmp_path: Path) -> None:
    _, letter_page = ask_for_labs(sqlite_room, tmp_path)
    other = letter_page.with_name("other.pdf")
    with sqlite_room.store.database.read() as connection:
        (summary,) = referrals.list_referrals(connection)
        stored = referrals.latest(connection, summary.referral_id)
    assert stored is not None
    request = LetterRequest(letter_id="LAAAAAAAAAAAAAAA", written_on=date(2026, 11, 20), return_fax="+13035550150")
    other.write_bytes(write_letter(stored.record, request, {}).content)
    labs = draw_labs(tmp_path / "labs.pdf", "Petra Quarterman", "01/01/1950")
    _, links = read_reply(sqlite_room, put_together(tmp_path / "reply.pdf", other, labs))
    assert links == []
