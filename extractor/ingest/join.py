"""Several files as one PDF, page behind page, for pages that came late; nothing of a page is lost on the way."""

import io
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageSequence, UnidentifiedImageError

from extractor.errors import DamagedDocument, InputError, LimitExceeded
from extractor.ingest.sniff import PDF_HEADER_WITHIN, sniff
from models.stages.document import MediaType

_DEFAULT_DPI = 200.0
_JPEG_QUALITY = 95


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """The files in their order, and how many pages all of them may have together."""

    paths: tuple[str, ...]
    max_pages: int


def join_files(request: JoinRequest) -> bytes:
    """One PDF with the pages of all files.

    One-bit pages stay as they are (CCITT group 4). Raises ``LimitExceeded`` for too many pages, ``InputError`` for a
    form whose answers are no part of the page, ``DamagedDocument`` for what cannot be opened again.
    """
    joined = pdfium.PdfDocument.new()
    try:
        for path in request.paths:
            data = Path(path).read_bytes()
            is_pdf = sniff(data[:PDF_HEADER_WITHIN]) is MediaType.PDF
            source = pdfium.PdfDocument(data if is_pdf else _picture_pdf(data))
            if len(joined) + len(source) > request.max_pages:
                raise LimitExceeded("The late pages make the referral longer than a file may be: keep them apart.")
            if any(_has_widgets(source, number) for number in range(len(source))):
                raise InputError("A file with form fields is not joined: its answers are no part of its pages.")
            joined.import_pages(source)
        buffer = io.BytesIO()
        joined.save(buffer)
        return buffer.getvalue()
    except (pdfium.PdfiumError, UnidentifiedImageError, OSError, ValueError) as error:
        raise DamagedDocument(f"The files cannot be joined ({type(error).__name__}): keep them apart.") from None
    finally:
        joined.close()


def _has_widgets(source: pdfium.PdfDocument, number: int) -> bool:
    page = source[number]
    for index in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, index)
        subtype = pdfium_c.FPDFAnnot_GetSubtype(annotation)
        pdfium_c.FPDFPage_CloseAnnot(annotation)
        if subtype == pdfium_c.FPDF_ANNOT_WIDGET:
            return True
    return False


def _picture_pdf(data: bytes) -> bytes:
    """Each frame of a picture file as a page of its size, also where its dots are not square."""
    with Image.open(io.BytesIO(data)) as image:
        pages = [_one_page(frame) for frame in ImageSequence.Iterator(image)]
    if len(pages) == 1:
        return pages[0]
    whole = pdfium.PdfDocument.new()
    for page in pages:
        whole.import_pages(pdfium.PdfDocument(page))
    buffer = io.BytesIO()
    whole.save(buffer)
    whole.close()
    return buffer.getvalue()


def _one_page(frame: Image.Image) -> bytes:
    told = frame.info.get("dpi") or (_DEFAULT_DPI, _DEFAULT_DPI)
    dpi = tuple(float(value) if value and value > 1 else _DEFAULT_DPI for value in told)
    kind = frame if frame.mode in {"1", "L", "RGB"} else frame.convert("RGB")
    buffer = io.BytesIO()
    # One-bit pages are packed without loss, so that they take no quality.
    kind.save(buffer, "PDF", dpi=dpi, **({} if kind.mode == "1" else {"quality": _JPEG_QUALITY}))
    return buffer.getvalue()
