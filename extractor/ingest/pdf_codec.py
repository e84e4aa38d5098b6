"""Whether the pictures of a PDF page can be decoded in full: PDFium draws what is missing as white."""

import contextlib
import io
import re

from PIL import Image

from extractor.errors import DamagedDocument
from extractor.ingest.ccitt import G3, G4, Coding, decode_ccitt
from extractor.ingest.pdf_copy import copy_page
from extractor.ingest.pdf_frame import Sheet
from extractor.ingest.pdf_picture import Picture, is_decodable

_END_OF_JPEG = b"\xff\xd9"
_TAIL = 1024
_LARGE = 0.1
_MOST_LARGE = 50
_K = re.compile(rb"/K\s+(-?\d{1,4})")
"""The coding of CCITT lines: below 0 Group 4, 0 Group 3 in one dimension, above it in two (ISO 32000-1, table 11)."""


def require_whole_pictures(sheet: Sheet, pictures: list[Picture]) -> None:
    """Raise ``DamagedDocument`` when a picture of a tenth of the page or more ends early or does not decode."""
    page_area = sheet.frame.width * sheet.frame.height
    large = [picture for picture in pictures if picture.box.area >= _LARGE * page_area]
    for picture in large[:_MOST_LARGE]:
        if not _is_whole(sheet, picture):
            raise DamagedDocument(
                f"A picture on page {sheet.page_no} is cut off or damaged: ask for that page to be sent again.",
                page_no=sheet.page_no,
            )


def _is_whole(sheet: Sheet, picture: Picture) -> bool:
    filters = list(picture.source.get_filters(skip_simple=True))
    if filters == ["CCITTFaxDecode"]:
        return _is_ccitt_whole(sheet, picture)
    if filters == ["DCTDecode"]:
        return _is_jpeg_whole(bytes(picture.source.get_data(decode_simple=True)))
    return is_decodable(picture.source)


def _is_ccitt_whole(sheet: Sheet, picture: Picture) -> bool:
    """Whether the lines decode to the last under the coding that the file names (or one of those on the page)."""
    copy = copy_page(sheet)
    if b"/EncodedByteAlign true" in copy or b"/Columns %d" % picture.columns not in copy:
        # Byte-aligned lines, or lines of another width than the picture's, have no like in TIFF: PDFium's word stands.
        return True
    data = bytes(picture.source.get_data(decode_simple=True))
    for k in {int(found) for found in _K.findall(copy)} or {0}:
        compression, options = (G4, 0) if k < 0 else (G3, min(k, 1))
        coding = Coding((data,), picture.columns, picture.rows, picture.rows, compression, t4_options=options)
        with contextlib.suppress(DamagedDocument):
            decode_ccitt(coding, sheet.page_no)
            return True
    return False


def _is_jpeg_whole(data: bytes) -> bool:
    if _END_OF_JPEG in data[-_TAIL:]:
        return True
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as picture:
            picture.load()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  Pillow raises a dozen kinds on hostile bytes
        return False
    return True
