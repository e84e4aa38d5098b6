"""PP-OCRv6 small on OpenVINO: finds lines on a reduced page, reads them at full resolution."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import cv2
import numpy as np

from extractor.errors import EngineError
from extractor.ocr.base import Probabilities, Reading, ReadLine, engines
from extractor.ocr.ctc import decode_best_path
from extractor.ocr.detection import Box, Detector, trim_box
from extractor.ocr.lines import make_words
from extractor.ocr.recognition import recognise_crop
from extractor.ocr.specks import drop_specks
from extractor.ocr.weights import build_recogniser, weights_version
from extractor.pixels import Gray, PageImage
from models.record import BBox
from models.stages.options import OcrOptions
from models.stages.text import Word, Words

METHOD = 2
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
            boxes = [trim_box(pixels, box) for box in self.detector.find_lines(pixels, page.dpi)]
            words: list[Word] = []
            matrices: list[Probabilities] = []
            for box in boxes:
                found, matrix = self._read_box(page, pixels, box, len(matrices))
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
            lines = []
            for number, bbox in enumerate(boxes):
                box = Box(*page.to_pixels(bbox))
                if box.width < 2 or box.height < 2:
                    lines.append(ReadLine(bbox, ()))
                    continue
                lines.append(ReadLine(bbox, *self._read_box(page, pixels, trim_box(pixels, box), number)))
        return tuple(lines)

    def score_crops(self, crops: Sequence[Gray]) -> list[float]:
        """How much each crop reads as text, 0 to 1: the mean probability of its characters, 0 without any."""
        scores = []
        for crop in crops:
            found = decode_best_path(recognise_crop(self.recogniser, crop), self.recogniser.alphabet)
            scores.append(sum(character.probability for character in found) / max(1, len(found)))
        return scores

    def _read_box(self, page: PageImage, pixels: Gray, box: Box, number: int) -> tuple[tuple[Word, ...], Probabilities]:
        crop = pixels[box.top : box.bottom, box.x0 : box.x1]
        matrix = recognise_crop(self.recogniser, crop)
        words = make_words(page, box, crop, matrix, self.recogniser.alphabet, source=f"ocr:{self.name}", segment=number)
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
