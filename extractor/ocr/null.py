"""The engine that reads nothing: for tests, and the smallest example of a plug-in."""

from collections.abc import Sequence

from extractor.ocr.base import Reading, ReadLine, engines
from extractor.pixels import PageImage
from models.record import BBox
from models.stages.options import OcrOptions
from models.stages.text import Words


class NullEngine:
    """Every page is empty."""

    name = "null"
    version = "null"

    def read(self, page: PageImage) -> Reading:
        """No words."""
        return Reading(Words(page_no=page.page_no, engine=self.name, version=self.version))

    def recognise(self, page: PageImage, boxes: Sequence[BBox]) -> tuple[ReadLine, ...]:
        """No words in any box."""
        del page
        return tuple(ReadLine(box, ()) for box in boxes)


@engines.register("null")
def build(options: OcrOptions) -> NullEngine:
    """Needs nothing."""
    del options
    return NullEngine()
