"""What happens to a page inside the process beside the server: it is drawn, or a box of it is read.

Imports what that takes and no more: such a process starts while somebody waits for the first page.
"""

from dataclasses import dataclass, replace

from extractor.image import encode_png
from extractor.ocr import read_boxes, read_words
from extractor.reading import prepare_page
from models.record import BBox
from models.stages.document import IncomingDocument
from models.stages.options import Options

_FEWEST_PIXELS = 4
_ONE_LINE = 22.0
"""Points: a box no higher is read as one line, a higher one is searched for lines."""
_WITHOUT_PIXELS = {"embedded", "null"}
"""Engines that look at no pixels."""


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """Draw one page of an opened file."""

    document: IncomingDocument
    page_no: int
    options: Options


def draw_page(request: DrawRequest) -> bytes:
    """The upright page as PNG: the whole of it is the page's width and height in points."""
    return encode_png(prepare_page(request.document, request.page_no, request.options))


@dataclass(frozen=True, slots=True)
class BoxRequest:
    """Read what stands in a box (points on the upright page)."""

    document: IncomingDocument
    page_no: int
    box: BBox
    options: Options


def read_box(request: BoxRequest) -> str:
    """The text in the box, lines joined by spaces; empty where nothing can be read. Raises ``EngineError``."""
    page = prepare_page(request.document, request.page_no, request.options)
    crop = page.crop(request.box)
    if min(crop.shape) < _FEWEST_PIXELS:
        return ""
    cut = replace(page, pixels=crop.copy(), margin=(0, 0, 0, 0), embedded=None)
    reader = request.options.ocr
    if reader.engine in _WITHOUT_PIXELS:
        reader = reader.model_copy(update={"engine": "auto"})
    if cut.height <= _ONE_LINE:
        lines = read_boxes(cut, [BBox(0, 0, cut.width, cut.height)], reader)
        return " ".join(line.text for line in lines).strip()
    return " ".join(word.text for word in read_words(cut, reader).words.words)
