"""PP-OCRv6 small on OpenVINO: finds lines on a reduced page, reads them at full resolution."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import cv2
import numpy as np

from extractor.errors import EngineError
from extractor.ocr.base import Probabilities, Reading, ReadLine, engines
from extractor.ocr.ctc import decode_best_path
from extractor.ocr.detection import Box, Detector, split_wide, trim_box
from extractor.ocr.lines import make_words
from extractor.ocr.recognition import LINE_HEIGHT, MAX_WIDTH, recognise_crop, soften
from extractor.ocr.specks import drop_specks
from extractor.ocr.weights import build_recogniser, weights_version
from extractor.pixels import Gray, PageImage
from models.record import BBox
from models.stages.options import OcrOptions
from models.stages.text import Word, Words

METHOD = 4
"""Goes up whenever the code around the models reads a page differently."""


class PpocrEngine:
    """The default reader of pictures."""

    name = "ppocr"

    def __init__(self, options: OcrOptions) -> None:
        # Pages run side by side in processes: OpenCV's own threads would only wait for one another.
        cv2.setNumThreads(options.threads)
        self.version = f"ppocr {METHOD}, {weights_version(options)}"
        self.detector = Detector(options)
        self.recogniser = build_recogniser(options)

    def read(self, page: PageImage) -> Reading:
        """All words of the page with their class probabilities."""
        with _vendor_errors(page):
            pixels = drop_specks(page)
            softened = soften(page, pixels)
            boxes = [
                trim_box(pixels, part)
                for box in self.detector.find_lines(softened, page.dpi)
                for part in split_wide(pixels, box, MAX_WIDTH / LINE_HEIGHT)
            ]
            words: list[Word] = []
            matrices: list[Probabilities] = []
            for box in boxes:
                found, matrix = self._read_box(page, pixels, softened, box, len(matrices))
                if found:
                    words.extend(found)
                    matrices.append(matrix)
        return Reading(
            Words(page_no=page.page_no, words=tuple(words), engine=self.name, version=self.version),
            tuple(matrices),
            self.recogniser.alphabet,
        )

    def recognise(self, page: PageImage, boxes: Sequence[BBox]) -> tuple[ReadLine, ...]:
        """Each box as one line; segments and steps number the boxes."""
        with _vendor_errors(page):
            pixels = drop_specks(page)
            softened = soften(page, pixels)
            lines = []
            for number, bbox in enumerate(boxes):
                box = Box(*page.to_pixels(bbox))
                if box.width < 2 or box.height < 2:
                    lines.append(ReadLine(bbox, ()))
                    continue
                box = trim_box(pixels, box)
                read = self._read_box(page, pixels, softened, box, number)
                lines.append(ReadLine(bbox, *read, self.recogniser.alphabet))
        return tuple(lines)

    def score_crops(self, crops: Sequence[Gray]) -> list[float]:
        """How much each crop reads as text, 0 to 1: the mean probability of its characters, 0 without any."""
        scores = []
        for crop in crops:
            found = decode_best_path(recognise_crop(self.recogniser, crop), self.recogniser.alphabet)
            scores.append(sum(character.probability for character in found) / max(1, len(found)))
        return scores

    def _read_box(
        self, page: PageImage, pixels: Gray, softened: Gray, box: Box, number: int
    ) -> tuple[tuple[Word, ...], Probabilities]:
        """Letters are read from the softened page, gaps between words from the sharp one."""
        rows, columns = slice(box.top, box.bottom), slice(box.x0, box.x1)
        matrix = recognise_crop(self.recogniser, softened[rows, columns])
        alphabet, source = self.recogniser.alphabet, f"ocr:{self.name}"
        words = make_words(page, box, pixels[rows, columns], matrix, alphabet, source=source, segment=number)
        return words, matrix.astype(np.float16)


@contextmanager
def _vendor_errors(page: PageImage) -> Iterator[None]:
    try:
        yield
    except (cv2.error, RuntimeError) as error:
        raise EngineError(
            f"Reading page {page.page_no} failed inside the ppocr engine ({type(error).__name__}): "
            "try the page with --engine tesseract.",
            page_no=page.page_no,
        ) from error


@engines.register("ppocr")
def build(options: OcrOptions) -> PpocrEngine:
    """Loads both models; raises ``EngineUnavailable`` without the weights."""
    return PpocrEngine(options)
