"""PDF files: opened and rendered with PDFium; the story of one page."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extractor.errors import DamagedDocument, EncryptedDocument
from extractor.ingest.gray import set_right
from extractor.ingest.limits import check_pages
from extractor.ingest.listing import Listing, failure
from extractor.ingest.pdf_canvas import Canvas, draw, plan_canvas, refine, settle, take_picture
from extractor.ingest.pdf_codec import require_whole_pictures
from extractor.ingest.pdf_form import has_handwriting, read_answers
from extractor.ingest.pdf_frame import Sheet, load_sheet
from extractor.ingest.pdf_picture import Picture, covering_picture, find_pictures, picture_share
from extractor.ingest.pdf_repair import is_cut_off, require_something_drawn, require_whole_page, salvage
from extractor.ingest.pdf_text import PageText, TextUnreadable, read_text
from extractor.pixels import EmbeddedText, FormAnswer, RenderedPage
from models.record import Failure
from models.stages.document import IncomingPage
from models.stages.options import IngestOptions


def list_pdf_pages(data: bytes, options: IngestOptions) -> Listing:
    """The pages with their sizes in points; raises ``EncryptedDocument``, ``DamagedDocument``, ``LimitExceeded``."""
    with _opened(data) as (document, _):
        check_pages(len(document), options)
        pages = [_size(document, index) for index in range(len(document))]
        failures: list[Failure] = []
        if is_cut_off(data):
            failures.append(
                failure(DamagedDocument("The PDF is cut off at its end, pages may be missing: ask for it again."))
            )
        if document.get_formtype() == pdfium_c.FORMTYPE_XFA_FULL:
            failures.append(
                failure(
                    DamagedDocument("The PDF is an XFA form, which only Adobe's programs show: ask for it printed.")
                )
            )
    return Listing(tuple(pages), tuple(failures))


def render_pdf_page(data: bytes, page_no: int, options: IngestOptions) -> RenderedPage:
    """One page: the scanner's own pixels where it is one picture, else drawn at ``render_dpi``; with its own text.

    Raises ``DamagedDocument`` or ``LimitExceeded``.
    """
    with _opened(data) as (document, whole):
        if not 1 <= page_no <= len(document):
            raise DamagedDocument(f"Page {page_no} is not in the file.", page_no=page_no)
        require_whole_page(document, whole, page_no)
        try:
            return _render(load_sheet(document, page_no), options)
        except (pdfium.PdfiumError, ValueError, OverflowError) as error:
            raise _damaged(page_no) from error


def _render(sheet: Sheet, options: IngestOptions) -> RenderedPage:
    pictures = find_pictures(sheet)
    require_whole_pictures(sheet, pictures)
    cover = covering_picture(pictures, sheet.frame)
    canvas = plan_canvas(sheet, cover, options)
    taken = None if cover is None else take_picture(sheet, cover, canvas)
    if taken is not None:
        canvas = settle(canvas, taken)
    elif cover is not None:
        canvas = refine(canvas, options)
    pixels = draw(sheet.page, canvas.width, canvas.height) if taken is None else taken
    require_something_drawn(sheet, pixels)
    text, notes = _read_own_text(sheet, canvas)
    embedded = _embedded(sheet, text, read_answers(sheet, canvas), pictures)
    if canvas.note:
        notes.append(canvas.note)
    is_bilevel = taken is not None and cover is not None and cover.bits == 1
    if is_bilevel:
        pixels, inverted = set_right(pixels)
        notes.extend(inverted)
    return RenderedPage(sheet.page_no, pixels, canvas.x_dpi, canvas.y_dpi, is_bilevel, embedded, tuple(notes))


def _read_own_text(sheet: Sheet, canvas: Canvas) -> tuple[PageText, list[str]]:
    try:
        return read_text(sheet, canvas), []
    except TextUnreadable:
        return PageText((), has_hidden=False, is_garbled=False), ["embedded_text_unreadable"]


def _embedded(
    sheet: Sheet, text: PageText, answers: tuple[FormAnswer, ...], pictures: list[Picture]
) -> EmbeddedText | None:
    if not (text.words or text.has_hidden or answers):
        return None
    has_text = bool(text.words or text.has_hidden)
    signs = {
        "hidden": text.has_hidden,
        "font_map": text.is_garbled,
        "over_picture": has_text and covering_picture(pictures, sheet.frame) is not None,
        "handwriting": has_handwriting(sheet),
    }
    suspicion = tuple(sign for sign, is_there in signs.items() if is_there)
    return EmbeddedText(text.words, answers, suspicion, picture_share(pictures, sheet.frame))


def _size(document: pdfium.PdfDocument, index: int) -> IncomingPage:
    try:
        width, height = document.get_page_size(index)
    except pdfium.PdfiumError:
        # Rendering will say what is wrong with it.
        width, height = 0.0, 0.0
    return IncomingPage(page_no=index + 1, width=width, height=height)


@contextmanager
def _opened(data: bytes) -> Iterator[tuple[pdfium.PdfDocument, bytes]]:
    """The document and the bytes it was opened from (repaired where the file is cut off), closed afterwards."""
    document, data = _load(data)
    try:
        if len(document) <= 0:
            raise DamagedDocument("The PDF has no pages: ask for it to be sent again.")
        yield document, data
    finally:
        document.close()


def _load(data: bytes) -> tuple[pdfium.PdfDocument, bytes]:
    try:
        return pdfium.PdfDocument(data), data
    except pdfium.PdfiumError as error:
        # The code outlives the file it was about (a file of no pages sets none), so the file has to agree.
        is_locked = getattr(error, "err_code", None) in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)
        if is_locked and b"/Encrypt" in data:
            raise EncryptedDocument(
                "The PDF opens only with a password: ask the sender for a copy without one."
            ) from error
    with contextlib.suppress(pdfium.PdfiumError):
        if (salvaged := salvage(data)) is not None:
            return pdfium.PdfDocument(salvaged), salvaged
    raise DamagedDocument("The PDF is damaged or cut off: ask for it to be sent again.")


def _damaged(page_no: int) -> DamagedDocument:
    return DamagedDocument(f"Page {page_no} cannot be rendered: ask for that page to be sent again.", page_no=page_no)
