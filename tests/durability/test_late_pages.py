"""Late pages become the next revision of the referral they belong to, where nothing is left to doubt."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image

from extractor import ingest, workflow
from extractor.errors import InputError, LimitExceeded
from extractor.ingest.join import JoinRequest, join_files
from extractor.pipeline import Result
from extractor.store import audit, claims, documents, referrals
from extractor.store.documents import DocumentState
from extractor.store.links import Relation, list_links
from extractor.store.referrals import ReferralState, StoredReferral
from models.record import Referral, ReferralKind, State
from models.stages.options import IngestOptions
from tests.durability.processes import ROOT
from tests.durability.rooms import Room
from tests.durability.tiny_faxes import draw_fax

FAXES = ROOT / "samples" / "faxes"


@pytest.fixture
def read_as(monkeypatch: pytest.MonkeyPatch) -> Callable[[ReferralKind, State], None]:
    """What is read from now on is of this kind, and its patient's name and date of birth are in this state."""
    real = workflow.extract_file

    def turn(kind: ReferralKind, state: State) -> None:
        def changed(record: Referral) -> Referral:
            known = ("last_name", "first_name", "date_of_birth")
            fields = {name: getattr(record.patient, name).model_copy(update={"state": state}) for name in known}
            return record.model_copy(update={"kind": kind, "patient": record.patient.model_copy(update=fields)})

        def extract(*arguments: object, **named: object) -> Result:
            result = real(*arguments, **named)  # type: ignore[arg-type]
            records = tuple(changed(one) for one in result.extraction.referrals)
            extraction = result.extraction.model_copy(update={"referrals": records})
            return Result(extraction, result.readings, result.images)

        monkeypatch.setattr(workflow, "extract_file", extract)

    return turn


def _latest(room: Room, sha256: str) -> StoredReferral:
    with room.store.database.read() as connection:
        (line, *_) = referrals.list_by_document(connection, sha256)
        found = referrals.latest(connection, line.referral_id)
    assert found is not None
    return found


def _read_both(room: Room, tmp_path: Path, read_as: Callable[..., None], state: State = State.FOUND) -> tuple[str, str]:
    read_as(ReferralKind.REFERRAL, State.FOUND)
    first = room.take(draw_fax(tmp_path / "first.pdf", 1), "a-1")
    assert room.read(first) == "read"
    read_as(ReferralKind.SUPPLEMENT, state)
    late = room.take(draw_fax(tmp_path / "late.pdf", 1, dose="none"), "a-2")
    assert room.read(late) == "read"
    read_as(ReferralKind.REFERRAL, State.FOUND)
    return first, late


def _joined(room: Room) -> tuple[str, ...]:
    with room.store.database.read() as connection:
        found = documents.list_by_state(connection, (DocumentState.RECEIVED,))
    return tuple(one.sha256 for one in found)


def test_late_pages_become_the_next_revision(room: Room, tmp_path: Path, read_as: Callable[..., None]) -> None:
    first, late = _read_both(room, tmp_path, read_as)
    (joined,) = _joined(room)
    assert len(pdfium.PdfDocument(room.store.originals.path(joined))) == 2
    assert room.read(joined) == "attached"
    now, closed = _latest(room, first), _latest(room, late)
    assert (now.record.revision, now.summary.state, now.summary.document_sha256) == (2, "review", joined)
    assert now.record.pages == (1, 2)
    assert closed.summary.state == "closed"
    assert room.states() == {"review": 1, "closed": 1}
    with room.store.database.read() as connection:
        before = referrals.find(connection, now.record.referral_id, 1)
        lines = audit.list_lines(connection, referral_id=now.record.referral_id)
        assert [link.relation for link in list_links(connection, now.record.referral_id)] == [Relation.SUPPLEMENT]
        assert audit.first_broken(connection) is None
    assert before is not None and before.summary.state == "closed"
    assert [(line.action, line.code) for line in lines][-2:] == [("join", "joined"), ("attach", "joined")]


def test_pages_that_are_not_surely_of_this_patient_are_only_linked(
    sqlite_room: Room, tmp_path: Path, read_as: Callable[..., None]
) -> None:
    first, _ = _read_both(sqlite_room, tmp_path, read_as, State.NEEDS_REVIEW)
    assert _joined(sqlite_room) == ()
    assert _latest(sqlite_room, first).record.revision == 1
    assert sqlite_room.states() == {"review": 2}


@pytest.mark.parametrize("when", ["before the pages came", "while they were read"])
def test_a_referral_that_somebody_works_on_is_left_alone(
    sqlite_room: Room, tmp_path: Path, read_as: Callable[..., None], when: str
) -> None:
    room = sqlite_room
    real = workflow.join_late_pages

    def claim(sha256: str) -> None:
        with room.store.database.begin() as connection:
            referral_id = _latest(room, sha256).record.referral_id
            claims.claim(connection, referral_id, "ada", now=room.now, lasts=timedelta(minutes=15))

    def claimed(*arguments: object, **named: object) -> bool:
        if room.states() == {"review": 2} and when.startswith("before"):
            with room.store.database.read() as connection:
                first = min(referrals.list_referrals(connection), key=lambda line: line.received_at)
            claim(first.document_sha256)
        return real(*arguments, **named)  # type: ignore[arg-type]

    workflow.join_late_pages = claimed  # type: ignore[assignment]
    try:
        first, _ = _read_both(room, tmp_path, read_as)
    finally:
        workflow.join_late_pages = real
    if when.startswith("before"):
        assert _joined(room) == ()
    else:
        (joined,) = _joined(room)
        claim(first)
        assert room.read(joined) == "attached"
        assert room.document(joined).state is DocumentState.READ
    assert _latest(room, first).record.revision == 1
    assert room.states() == {ReferralState.REVIEW: 2}


def test_pages_are_joined_as_they_are(tmp_path: Path) -> None:
    tiff, scanned = FAXES / "01_grid_typed.tif", FAXES / "09_letter_scanned.pdf"
    out = tmp_path / "joined.pdf"
    out.write_bytes(join_files(JoinRequest((str(tiff), str(scanned)), max_pages=20)))
    document = ingest.open_document(out, IngestOptions())
    with Image.open(tiff) as image:
        frames, dpi, size = image.n_frames, image.info["dpi"], image.size
    assert len(document.pages) == frames + len(pdfium.PdfDocument(scanned))
    page = ingest.render_page(document, 1, IngestOptions())
    assert page.is_bilevel
    assert (page.pixels.shape[1], page.pixels.shape[0]) == size
    assert (round(page.x_dpi), round(page.y_dpi)) == (round(dpi[0]), round(dpi[1]))
    with pytest.raises(LimitExceeded):
        join_files(JoinRequest((str(tiff), str(scanned)), max_pages=1))
    with pytest.raises(InputError, match="form fields"):
        join_files(JoinRequest((str(FAXES / "04_grid_acroform.pdf"),), max_pages=20))
