from collections.abc import Callable

import numpy as np
import pytest
from reportlab.pdfgen.canvas import Canvas
from specimens import LINES, drawn_pdf, one_page_pdf, page_picture, stream, write_lines

from extractor.ingest.font_map import is_garbled
from extractor.pixels import RenderedPage


def texts(page: RenderedPage) -> list[str]:
    assert page.embedded is not None
    return [word.text for word in page.embedded.words]


def has_ink(page: RenderedPage, text: str) -> bool:
    """Whether the pixels under a word's box are dark: the box is where the word is drawn."""
    assert page.embedded is not None
    (box,) = [word.bbox for word in page.embedded.words if word.text == text]
    x0, x1 = round(box.x0 / 72 * page.x_dpi), round(box.x1 / 72 * page.x_dpi)
    top, bottom = round(box.top / 72 * page.y_dpi), round(box.bottom / 72 * page.y_dpi)
    ink = page.pixels < 128
    around = ink.copy()
    around[top:bottom, x0:x1] = False
    margin = slice(max(0, top - 3), bottom + 3), slice(max(0, x0 - 3), x1 + 3)
    return bool(ink[top:bottom, x0:x1].any()) and not around[margin].any()


def test_words_with_boxes_where_they_are_drawn(render) -> None:
    page = render(drawn_pdf(write_lines))
    assert texts(page) == " ".join(LINES).split()
    assert page.embedded.suspicion == ()
    assert page.embedded.picture_area == 0.0
    assert has_ink(page, "ocrelizumab")
    assert {word.source for word in page.embedded.words} == {"embedded"}


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [b"", b"/CropBox [50 40 500 760]"])
@pytest.mark.parametrize("media", [b"[0 0 612 792]", b"[-30 20 612 792]"])
def test_boxes_follow_rotation_crop_and_origin(render, rotate: int, crop: bytes, media: bytes) -> None:
    content = b"BT /F1 20 Tf 100 650 Td (Ocrelizumab) Tj 200 -300 Td (Sample) Tj ET"
    page = render(one_page_pdf(content, b"/Rotate %d %s /MediaBox %s" % (rotate, crop, media)))
    assert sorted(texts(page)) == ["Ocrelizumab", "Sample"]
    assert has_ink(page, "Ocrelizumab")
    assert has_ink(page, "Sample")


HIDDEN: dict[str, bytes] = {
    "render mode 3": b"BT /F1 12 Tf 3 Tr 100 400 Td (Secret) Tj ET",
    "white on white": b"q 1 g BT /F1 12 Tf 100 400 Td (Secret) Tj ET Q",
    "tiny": b"BT /F1 1 Tf 100 400 Td (Secret) Tj ET",
    "off the page": b"BT /F1 12 Tf 100 900 Td (Secret) Tj ET",
    "clipped": b"q 0 0 5 5 re W n BT /F1 12 Tf 100 400 Td (Secret) Tj ET Q",
    "covered": b"BT /F1 12 Tf 100 400 Td (Secret) Tj ET q 1 g 90 390 200 30 re f Q",
    "same colour as its box": b"q 0.5 g 90 390 200 30 re f BT /F1 12 Tf 100 400 Td (Secret) Tj ET Q",
}


@pytest.mark.parametrize("how", HIDDEN)
def test_hidden_text_is_dropped_and_told(render, how: str) -> None:
    shown = b"q BT /F1 12 Tf 0 Tr 100 600 Td (Shown) Tj ET Q "
    page = render(one_page_pdf(shown + HIDDEN[how]))
    assert texts(page) == ["Shown"]
    assert "hidden" in page.embedded.suspicion


@pytest.mark.parametrize(
    "content",
    [
        b"q 0 g 90 390 200 30 re f 1 g BT /F1 12 Tf 100 400 Td (Shown) Tj ET Q",
        b"q 0.7 g BT /F1 12 Tf 100 400 Td (Shown) Tj ET Q",
        b"BT /F1 5 Tf 100 400 Td (Shown) Tj ET",
        b"BT /F1 12 Tf 1 Tr 100 400 Td (Shown) Tj ET",
        b"BT /F1 12 Tf 100 400 Td (Shown) Tj 0 0 Td (Shown) Tj ET",
        b"BT /F1 12 Tf 0 1 -1 0 300 400 Tm (Shown) Tj ET",
    ],
)
def test_text_that_a_reader_sees_is_kept_once(render, content: bytes) -> None:
    page = render(one_page_pdf(content))
    assert texts(page) == ["Shown"]
    assert page.embedded.suspicion == ()


def test_text_inside_a_form_object_is_seen_or_hidden_alike(render) -> None:
    body = stream(
        b"BT /F1 12 Tf 100 400 Td (Shown) Tj ET q 1 g BT /F1 12 Tf 100 300 Td (Secret) Tj ET Q",
        b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F1 5 0 R >> >>",
    )
    page = render(one_page_pdf(b"/X Do", resources=b"/XObject << /X 10 0 R >>", o10=body))
    assert texts(page) == ["Shown"]
    assert page.embedded.suspicion == ("hidden",)


def test_an_old_ocr_layer_under_a_scan(render) -> None:
    def layered(canvas: Canvas) -> None:
        text = canvas.beginText(72, 700)
        text.setTextRenderMode(3)
        text.setFont("Helvetica", 12)
        text.textLine("JANE SAMP1E 0B/04/1981")
        canvas.drawText(text)
        canvas.drawInlineImage(page_picture(), 0, 0, 612, 792)

    page = render(drawn_pdf(layered))
    assert page.embedded.words == ()
    assert page.embedded.suspicion == ("hidden", "over_picture")


def test_a_logo_is_not_a_scan(render) -> None:
    def letter_head(canvas: Canvas) -> None:
        canvas.drawInlineImage(page_picture(200, 100), 72, 720, 144, 60)
        write_lines(canvas)

    page = render(drawn_pdf(letter_head))
    assert page.embedded.suspicion == ()
    assert 0.01 < page.embedded.picture_area < 0.04


def test_typewriter_notes_are_words(render) -> None:
    appearance = stream(
        b"BT /F1 12 Tf 2 5 Td (Sample) Tj ET",
        b"/Type /XObject /Subtype /Form /BBox [0 0 100 20] /Resources << /Font << /F1 5 0 R >> >>",
    )
    note = b"<< /Type /Annot /Subtype /FreeText /Rect [200 500 300 520] /Contents (Sample) /F 4 /AP << /N 11 0 R >> >>"
    page = render(one_page_pdf(b"BT /F1 12 Tf 100 502 Td (Name:) Tj ET", b"/Annots [10 0 R]", o10=note, o11=appearance))
    assert texts(page) == ["Name:", "Sample"]
    assert has_ink(page, "Sample")


def test_pen_strokes_over_text_are_told(render) -> None:
    appearance = stream(b"0 0 m 80 15 l S", b"/Type /XObject /Subtype /Form /BBox [0 0 100 20]")
    ink = b"<< /Type /Annot /Subtype /Ink /Rect [200 500 300 520] /InkList [[200 500 280 515]] /AP << /N 11 0 R >> >>"
    page = render(one_page_pdf(b"BT /F1 12 Tf 100 502 Td (Name:) Tj ET", b"/Annots [10 0 R]", o10=ink, o11=appearance))
    assert page.embedded.suspicion == ("handwriting",)


def test_columns_are_segments_of_their_own(render) -> None:
    page = render(one_page_pdf(b"BT /F1 10 Tf 72 600 Td (Left column) Tj 300 0 Td (right one) Tj ET"))
    assert [word.segment for word in page.embedded.words] == [0, 0, 1, 1]


def garble(font: str, change: Callable[[str], str]) -> list[tuple[str, str]]:
    prose = (
        "patient name date of birth address city state prescriber signature diagnosis code infusion order dose "
        "frequency weeks insurance member phone number allergies weight height laboratory result therapy"
    )
    return [(change(word), font) for word in prose.split()]


def test_font_maps() -> None:
    good = garble("A", str)
    assert not is_garbled(good)
    assert not is_garbled([*good, ("303-555-0147", "A"), ("\uf0b7", "Symbol")])
    assert is_garbled([*good, ("(cid:12)(cid:7)", "B")])
    assert is_garbled([*good, ("Sa\ufffdple", "A")])
    assert is_garbled([*good, ("\ue012\ue013\ue014", "A")])
    assert is_garbled([*good, *garble("B", lambda word: "".join(chr((ord(c) - 94) % 26 + 97) for c in word))])


def test_a_font_map_that_lies_is_told(render) -> None:
    shift = b"".join(b"<%02X> <%04X>\n" % (code, (code - 97 + 3) % 26 + 97) for code in range(97, 123))
    cmap = stream(
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n26 beginbfchar\n" + shift + b"endbfchar\nendcmap end end"
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 11 0 R >>"
    lines = b" T* ".join(b"(%s) Tj" % word.encode() for word, _ in garble("", str))
    page = render(
        one_page_pdf(
            b"BT /F2 9 Tf 12 TL 72 720 Td " + lines + b" ET", resources=b"/Font << /F2 10 0 R >>", o10=font, o11=cmap
        )
    )
    assert "font_map" in page.embedded.suspicion


def test_text_that_cannot_be_got_leaves_the_picture(render, monkeypatch: pytest.MonkeyPatch) -> None:
    page = render(one_page_pdf(b"BT /F1 12 Tf 100 400 Td (Shown) Tj ET", resources=b"/Font << /F1 99 0 R >>"))
    assert isinstance(page.pixels, np.ndarray)
