"""PNG and JPEG files: one page each (animated PNG and MPO: the first picture, the others are copies or depth)."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from extractor.errors import DamagedDocument, LimitExceeded
from extractor.ingest.gray import is_sideways, set_right, to_gray, turn
from extractor.ingest.limits import check_pixels
from extractor.ingest.listing import Listing
from extractor.ingest.resolution import settle_by_strokes, work_out_resolution
from extractor.pixels import RenderedPage
from models.stages.document import IncomingPage
from models.stages.options import IngestOptions

_FORMATS = ["PNG", "JPEG"]
_ORIENTATION = 0x0112


def list_image_pages(data: bytes, options: IngestOptions) -> Listing:
    """One page with its stored size; raises ``DamagedDocument`` or ``LimitExceeded``."""
    with _opened(data) as picture:
        width, height = picture.size
    check_pixels(width, height, 1, options)
    return Listing((IncomingPage(page_no=1, width=width, height=height),))


def render_image_page(data: bytes, page_no: int, options: IngestOptions) -> RenderedPage:
    """The picture in gray, turned as EXIF says; raises ``DamagedDocument`` when it is not all there."""
    if page_no != 1:
        raise DamagedDocument(f"Page {page_no} is not in the file.", page_no=page_no)
    with _opened(data) as picture:
        check_pixels(*picture.size, 1, options)
        picture.load()
        pixels, is_bilevel = to_gray(picture), picture.mode == "1"
        orientation = picture.getexif().get(_ORIENTATION, 1)
        dpi = picture.info.get("dpi")
    orientation = orientation if isinstance(orientation, int) else 1
    notes: list[str] = []
    if is_bilevel:
        pixels, inverted = set_right(pixels)
        notes.extend(inverted)
    tagged = (float(dpi[0]), float(dpi[1])) if dpi else None
    resolution = settle_by_strokes(work_out_resolution(pixels.shape[1], pixels.shape[0], tagged), pixels)
    if resolution.note:
        notes.append(resolution.note)
    x_dpi, y_dpi = resolution.x, resolution.y
    if is_sideways(orientation):
        x_dpi, y_dpi = y_dpi, x_dpi
    return RenderedPage(1, turn(pixels, orientation), x_dpi, y_dpi, is_bilevel, notes=tuple(notes))


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            yield picture
    except (MemoryError, LimitExceeded):
        raise
    except Exception as error:  # Pillow raises a dozen kinds on hostile bytes
        raise DamagedDocument("The picture is cut off or damaged: ask for it to be sent again.", page_no=1) from error
