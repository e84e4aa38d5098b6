"""The overlay, judged by its own text and pixels: what it says, where it draws, and that it hides nothing."""

import io
from datetime import UTC, datetime

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from extractor.export.overlay import PANEL_WIDTH, draw_overlay
from extractor.export.panel import entries_by_page, spread
from models.record import (
    BBox,
    Document,
    Evidence,
    Extraction,
    Lab,
    Page,
    PageStatus,
    PageType,
    Patient,
    Quality,
    Reason,
    Referral,
    ReferralKind,
    Software,
    State,
    Status,
    Text,
)
from models.stages.layout import CheckBox, KeyValue, Layout, Mark, PageReading, Relation, SignatureArea
from models.stages.text import Word, Words

NAME = BBox(100, 100, 150, 112)
WRITTEN = BBox(60, 300, 200, 320)
BIRTH = BBox(300, 100, 360, 112)


def extraction(**changes: object) -> Extraction:
    patient = Patient(
        first_name=Text(value="Marisol", confidence=0.97, state=State.FOUND, raw="Marisol", page_no=1, bbox=NAME),
        date_of_birth=Text(
            value="1971-03-04",
            confidence=0.41,
            state=State.NEEDS_REVIEW,
            page_no=1,
            bbox=BIRTH,
            reasons=(Reason(code="ambiguous_digit", text="4 or 9"),),
            evidence=(Evidence(page_no=2, bbox=BIRTH, raw="03/09/1971", source="ocr:null"),),
        ),
        last_name=Text(value="Ōkafor", confidence=0.2, state=State.CONFLICTING),
        sex=Text(state=State.NEEDS_REVIEW),
        email=Text(state=State.BLANK, page_no=1, bbox=BBox(300, 200, 400, 212)),
    )
    referral = Referral(
        referral_id="r",
        created_at=datetime(2026, 1, 2, tzinfo=UTC),
        kind=ReferralKind.REFERRAL,
        pages=(1, 2),
        patient=patient,
    )
    pages = (
        Page(page_no=1, type=PageType.ORDER, quality=Quality.FINE_FAX, rotation=90, width=612, height=792),
        Page(page_no=2, type=PageType.LAB_REPORT, quality=Quality.DEGRADED, width=792, height=612),
        Page(page_no=3, status=PageStatus.FAILED, message="The page took longer than the limit: send it again."),
    )
    whole = Extraction(
        document=Document(sha256="0" * 64, filename="fax.tif", media_type="image/tiff", page_count=3, pages=pages),
        status=Status.PARTIAL,
        software=Software(version="0"),
        referrals=(referral,),
    )
    return whole.model_copy(update=changes)


def reading(page: Page) -> PageReading:
    words = (Word(text="Marisol", bbox=NAME, source="ocr:null"), Word(text="ink", bbox=WRITTEN, source="ocr:null"))
    label = KeyValue(
        label="First name", label_bbox=BBox(40, 100, 95, 112), value=words[:1], relation=Relation.RIGHT, area=NAME
    )
    boxes = tuple(
        CheckBox(bbox=BBox(40, top, 50, top + 10), is_checked=state, mark=Mark.TICK, label="IV", label_bbox=None)
        for top, state in ((400.0, True), (420.0, False), (440.0, None))
    )
    signature = SignatureArea(
        label="Signature", label_bbox=BBox(40, 500, 90, 510), area=BBox(100, 490, 300, 515), has_ink=True
    )
    layout = Layout(page_no=page.page_no, key_values=(label,), checkboxes=boxes, signatures=(signature,))
    return PageReading(
        page=page, words=Words(page_no=page.page_no, words=words, engine="null", version="0"), layout=layout
    )


def picture(width: int, height: int) -> bytes:
    """A white page with a black bar where WRITTEN stands, one pixel a point."""
    pixels = np.full((height, width), 255, np.uint8)
    pixels[300:320, 60:200] = 0
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def document() -> pypdfium2.PdfDocument:
    whole = extraction()
    readings = [reading(page) for page in whole.document.pages[:2]]
    return pypdfium2.PdfDocument(draw_overlay(whole, readings, {1: picture(612, 792), 2: picture(792, 612)}))


def text_of(document: pypdfium2.PdfDocument, index: int) -> str:
    return document[index].get_textpage().get_text_bounded()


def test_each_page_is_as_large_as_it_was_and_has_a_panel_beside_it(document: pypdfium2.PdfDocument) -> None:
    assert [page.get_size() for page in document] == [
        (612 + PANEL_WIDTH, 792),
        (792 + PANEL_WIDTH, 612),
        (612 + PANEL_WIDTH, 792),
    ]


def test_a_page_says_what_it_is_and_lists_its_fields(document: pypdfium2.PdfDocument) -> None:
    text = text_of(document, 0)
    for part in ("Page 1 of 3", "order", "fine fax", "90°", "Marisol", "0.97", "patient.first_name"):
        assert part in text
    for part in ("1971-03-04", "0.41", "ambiguous_digit", "?kafor", "(blank)"):
        assert part in text


def test_fields_without_value_and_place_are_named_together(document: pypdfium2.PdfDocument) -> None:
    text = text_of(document, 0)
    assert "Not read, 1 for a human to fill in:" in text
    assert text.index("to fill in") < text.index("patient.sex")
    assert "(needs_review)" not in text


def test_a_failed_page_says_why(document: pypdfium2.PdfDocument) -> None:
    assert "longer than the limit" in text_of(document, 2)


def test_colours_tell_the_states_and_nothing_covers_the_ink(document: pypdfium2.PdfDocument) -> None:
    scale = 2
    pixels = document[0].render(scale=scale).to_numpy()[:, :, :3][:, :, ::-1].astype(int)  # BGR to RGB

    def colours_on(box: BBox, grow: float) -> set[tuple[int, int, int]]:
        x0, x1 = int((box.x0 - grow) * scale), int((box.x1 + grow) * scale)
        row = pixels[int((box.y_mid) * scale), x0 - 3 : x1 + 3]
        return {tuple(value) for value in row}

    def has(colours: set[tuple[int, int, int]], strongest: int) -> bool:
        return any(c[strongest] - max(c[:strongest] + c[strongest + 1 :]) > 30 for c in colours)

    assert has(colours_on(NAME, 1), strongest=1)  # found: green
    assert has(colours_on(BIRTH, 1), strongest=0)  # needs a human: orange
    inside = pixels[(300 + 3) * scale : (320 - 3) * scale, (60 + 3) * scale : (200 - 3) * scale]
    assert inside.max() < 10


def test_the_same_input_gives_the_same_bytes() -> None:
    whole = extraction()
    readings = [reading(page) for page in whole.document.pages[:2]]
    images = {1: picture(612, 792)}
    assert draw_overlay(whole, readings, images) == draw_overlay(whole, readings, images)


def test_a_file_without_pages_still_gives_a_pdf() -> None:
    empty = extraction(referrals=(), document=Document(sha256=None, filename="x", media_type=None))
    assert len(pypdfium2.PdfDocument(draw_overlay(empty, [], {}))) == 1


def test_entries_go_to_the_page_that_shows_them() -> None:
    pages = entries_by_page(extraction())
    assert [entry.path for entry in pages[1]] == [
        "patient.first_name",
        "patient.date_of_birth",
        "patient.email",
        "patient.last_name",  # these two have no place, so they come last
        "patient.sex",
    ]
    assert [(entry.path, entry.is_main) for entry in pages[2]] == [("patient.date_of_birth", False)]


def test_the_second_patient_is_told_apart() -> None:
    whole = extraction()
    (first,) = whole.referrals
    lab = Lab(test=Text(value="ALT", confidence=0.9, state=State.FOUND, page_no=2, bbox=NAME))
    second = first.model_copy(update={"pages": (2,), "patient": Patient(), "labs": (lab,)})
    pages = entries_by_page(whole.model_copy(update={"referrals": (first, second)}))
    assert "#2 labs[0].test" in {entry.path for entry in pages[2]}


@pytest.mark.parametrize(
    ("wanted", "placed"),
    [
        ((), ()),
        ((50,), (50,)),
        ((50, 51, 52), (50, 60, 70)),
        ((95, 96, 97), (80, 90, 100)),
        ((0, 200), (10, 100)),
        (tuple(range(19)), tuple(10 + 5 * n for n in range(19))),
    ],
)
def test_lines_of_the_panel_do_not_overlap(wanted: tuple[float, ...], placed: tuple[float, ...]) -> None:
    assert spread(wanted, step=10, top=10, bottom=100) == placed
