"""Looking again at a few places of a page, inside the process that reads pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from extractor import ocr
from extractor.image import PackedPage, unpack_page
from extractor.pixels import PageImage
from extractor.reading import prepare_page
from models.record import BBox
from models.stages.document import IncomingDocument
from models.stages.look import Look, Reader, Seen, Spot
from models.stages.options import Options

ABOVE, BESIDE = 0.15, 0.06
"""Paper around a spot's words, in heights of their box: letters that touch its edge are read worse, and a neighbour's
letters must stay out."""
LEAST = 1e-4
"""Classes less probable than this at a step are left out."""


@dataclass(frozen=True, slots=True)
class LookRequest:
    """``reader`` looks at these spots, all of one page of an opened file; ``packed``: the page if it is at hand."""

    document: IncomingDocument
    page_no: int
    spots: tuple[Spot, ...]
    reader: Reader
    options: Options
    packed: PackedPage | None = None


def look_again(request: LookRequest) -> tuple[Look, ...]:
    """What stands at each spot, in the order given. Raises ``EngineError``."""
    if request.packed is not None:
        page = unpack_page(request.packed)
    else:
        page = prepare_page(request.document, request.page_no, request.options)
    return look_at(page, request.spots, request.reader, request.options)


def look_at(page: PageImage, spots: Sequence[Spot], reader: Reader, options: Options) -> tuple[Look, ...]:
    """``look_again`` for a page that is at hand."""
    boxes = [_widen(spot.bbox) for spot in spots]
    if reader is Reader.SECOND:
        texts = ocr.read_second(page, boxes, [spot.is_number for spot in spots])
        return tuple(Look(spot=spot, second=text) for spot, text in zip(spots, texts, strict=True))
    lines = ocr.read_boxes(page, boxes, options.ocr)
    return tuple(Look(spot=spot, steps=_steps(line)) for spot, line in zip(spots, lines, strict=True))


def _steps(line: ocr.ReadLine) -> tuple[tuple[Seen, ...], ...]:
    if line.probabilities is None:
        return ()
    return tuple(
        tuple(Seen(line.alphabet[place], round(float(row[place]), 5)) for place in (row > LEAST).nonzero()[0])
        for row in line.probabilities
    )


def _widen(box: BBox) -> BBox:
    above, beside = ABOVE * box.height, BESIDE * box.height
    return BBox(box.x0 - beside, box.top - above, box.x1 + beside, box.bottom + above)
