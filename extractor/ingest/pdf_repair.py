"""PDFs that lost their end: what can be had of them, and whether a page is still all there.

PDFium draws what is lost as nothing, so a page of a repaired file is checked stream by stream first.
"""

import io
import itertools
import re
import zlib
from typing import Protocol, runtime_checkable

import pdfplumber
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from pdfplumber.utils.pdfinternals import resolve

from extractor.errors import DamagedDocument
from extractor.ingest.pdf_copy import copy_page
from extractor.ingest.pdf_frame import Sheet
from extractor.ingest.pdf_picture import is_decodable
from extractor.pixels import Gray

_TAIL = 4096
_MOST_OBJECTS = 2000
_LONGEST_PAGE = 20_000
_WHITE = 250
_MOST_CONTENT = 1 << 20
_PAINTS = re.compile(rb"(?<![A-Za-z/])(?:Do|Tj|TJ|BI|S|s|f|F|B|b|sh)(?![A-Za-z])")
"""Operators that put something on the page (ISO 32000-1, annex A)."""

_OBJECT = re.compile(rb"(?:^|[\r\n\s])(\d{1,7}) 0 obj\b")
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")


def is_cut_off(data: bytes) -> bool:
    """Whether the end-of-file marker is missing."""
    return b"%%EOF" not in data[-_TAIL:]


def salvage(data: bytes) -> bytes | None:
    """A file that is cut off, with a new list of the pages that are still in it; None where there is nothing to list.

    The catalogue and the page tree of a PDF are mostly written last, so a cut takes them while whole pages stand.
    An encrypted file is left alone: without its end nobody can tell its pages from noise.
    """
    if not is_cut_off(data) or b"/Encrypt" in data:
        return None
    objects = [(int(found[1]), found.end()) for found in _OBJECT.finditer(data)]
    pages = [number for number, start in objects if _is_page(data, start)]
    if not pages:
        return None
    tree = max(number for number, _ in objects) + 1
    kids = " ".join(f"{number} 0 R" for number in dict.fromkeys(pages))
    appended = (
        f"\n{tree} 0 obj\n<< /Type /Pages /Kids [ {kids} ] /Count {len(set(pages))} >>\nendobj\n"
        f"{tree + 1} 0 obj\n<< /Type /Catalog /Pages {tree} 0 R >>\nendobj\n"
        f"trailer\n<< /Root {tree + 1} 0 R /Size {tree + 2} >>\nstartxref\n0\n"
    )
    last_end = data.rfind(b"endobj")
    if objects[-1][1] > last_end:
        # Closes the object that the cut left open, so that the new ones are not read as the inside of its stream.
        return data + b"\nendstream\nendobj\n" + appended.encode()
    return data[: last_end + len(b"endobj")] + appended.encode()


def _is_page(data: bytes, start: int) -> bool:
    end = data.find(b"endobj", start, start + _LONGEST_PAGE)
    return end >= 0 and _PAGE.search(data, start, end) is not None


def require_whole_page(document: pdfium.PdfDocument, data: bytes, page_no: int) -> None:
    """Raise ``DamagedDocument`` when the file was repaired and a stream that this page draws is lost or cut.

    A file whose cross-reference table holds is taken at its word.
    """
    if pdfium_c.FPDF_DocumentHasValidCrossReferenceTable(document) and not is_cut_off(data):
        return
    try:
        whole = _is_whole(data, page_no)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001
        # pdfminer raises anything on hostile bytes; a page that cannot be checked cannot be trusted.
        whole = False
    if not whole:
        raise DamagedDocument(
            f"Page {page_no} is damaged or cut off: ask for that page to be sent again.", page_no=page_no
        )


def require_something_drawn(sheet: Sheet, pixels: Gray) -> None:
    """Raise ``DamagedDocument`` for a white page that was meant to show something.

    PDFium leaves out what it cannot make sense of. A page that truly is blank says so: its content draws nothing.
    """
    if pixels.min() < _WHITE:
        return
    try:
        if pdfium_c.FPDFPage_CountObjects(sheet.page) > 0:
            images = sheet.page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE])
            is_blank = all(is_decodable(image) for image in itertools.islice(images, _MOST_OBJECTS))
        else:
            is_blank = _is_meant_blank(copy_page(sheet))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001
        # As above: what cannot be checked cannot be trusted.
        is_blank = False
    if not is_blank:
        raise DamagedDocument(
            f"Page {sheet.page_no} is damaged, nothing of it can be shown: ask for that page to be sent again.",
            page_no=sheet.page_no,
        )


def _is_meant_blank(data: bytes) -> bool:
    with pdfplumber.open(io.BytesIO(data)) as document:
        page = document.pages[0].page_obj
        streams = [resolve(part) for part in page.contents]
        resources = resolve(page.resources) or {}
        if not streams:
            return not resolve(resources.get("XObject"))
        if not all(isinstance(part, _Stream) and _is_stream_whole(part) for part in streams):
            return False
        return not any(_PAINTS.search(part.get_data()[:_MOST_CONTENT]) for part in streams)


@runtime_checkable
class _Stream(Protocol):
    """What is asked of a stream object of the parser."""

    decipher: object

    def get(self, name: str, default: object = None) -> object: ...

    def get_filters(self) -> list[tuple[object, object]]: ...

    def get_data(self) -> bytes: ...

    def get_rawdata(self) -> bytes | None: ...


def _is_whole(data: bytes, page_no: int) -> bool:
    with pdfplumber.open(io.BytesIO(data), pages=[page_no]) as document:
        page = document.pages[0].page_obj
        resources = resolve(page.resources) or {}
        pictures = resolve(resources.get("XObject")) or {}
        drawn = [page.attrs.get("Contents"), *list(pictures.values())[:_MOST_OBJECTS]]
        return all(_is_there(value) for value in drawn)


def _is_there(value: object) -> bool:
    if value is None:
        return True
    resolved = resolve(value)
    if isinstance(resolved, list):
        return all(_is_there(part) for part in resolved[:_MOST_OBJECTS])
    return isinstance(resolved, _Stream) and _is_stream_whole(resolved)


def _is_stream_whole(stream: _Stream) -> bool:
    raw = stream.get_rawdata() or b""
    length = resolve(stream.get("Length"))
    if isinstance(length, int) and len(raw) < length:
        return False
    filters = [str(name) for name, _ in stream.get_filters()]
    if filters and "Flate" in filters[0] and stream.decipher is None:
        decoder = zlib.decompressobj()
        try:
            # No more than this at once: a bomb that is sound so far is not this check's business.
            decoder.decompress(raw, 1 << 26)
        except zlib.error:
            return False
        return decoder.eof or bool(decoder.unconsumed_tail)
    return bool(raw) or length == 0
