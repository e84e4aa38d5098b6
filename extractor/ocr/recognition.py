"""Reading lines of text: crops scaled to the recogniser's height, in, class probabilities out."""

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.ocr.weights import Recogniser
from extractor.pixels import Gray, PageImage

LINE_HEIGHT = 48
STEP_WIDTH = 8
"""Pixels of a crop of ``LINE_HEIGHT`` that one step of the output covers."""

MAX_WIDTH = 3200
MIN_WIDTH = 32

WIDTHS_AN_OCTAVE = 10
"""Widths that a line is narrowed to, between one and its double: each new width costs the runtime 20 ms once, as much
as reading a line of 400 pixels, and widths rounded down by 4 % on average take that much less time."""

SOFTENING, SOFTENED_DPI = 1.2, 204.0
"""Standard deviation, in pixels, of the blur of one-bit pages: both networks learnt from photographs; jagged edges and
gaps in strokes cost the recogniser words, and noise breaks the detector's lines. Finer pixels need less of it."""


def soften(page: PageImage, pixels: Gray) -> Gray:
    """``pixels`` of the page as lines are found and read in them; grey pages stay sharp."""
    if not page.is_bilevel:
        return pixels
    deviation = SOFTENING * min(1.0, SOFTENED_DPI / page.dpi)
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), deviation), np.uint8)


def line_scale(crop: Gray) -> float:
    """Pixels of the recogniser's input for one pixel of the crop, along the line."""
    return _input_width(crop) / int(crop.shape[1])


def _input_width(crop: Gray) -> int:
    height, width = crop.shape
    scaled = int(np.clip(width * LINE_HEIGHT / height, MIN_WIDTH // 2, MAX_WIDTH))
    step = STEP_WIDTH
    while scaled >= 2 * WIDTHS_AN_OCTAVE * step:
        step *= 2
    return scaled // step * step


def recognise_crop(recogniser: Recogniser, crop: Gray) -> NDArray[np.float32]:
    """Class probabilities, shape (steps, classes), of one line of dark text on white of any size.

    One crop at a time: the time is proportional to the width, so filling a batch up to its widest line only adds work.
    """
    output: NDArray[np.float32] = recogniser.model([line_tensor(crop)])[0][0]
    return output[: _input_width(crop) // STEP_WIDTH].copy()


def line_tensor(crop: Gray) -> NDArray[np.float32]:
    """The crop as the recogniser takes it: (1, 1, 48, width), -1 black to 1 white, a short one filled up with 0."""
    width = _input_width(crop)
    shrinks = crop.shape[0] > LINE_HEIGHT
    scaled = cv2.resize(crop, (width, LINE_HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    tensor = np.zeros((1, 1, LINE_HEIGHT, max(MIN_WIDTH, width)), np.float32)
    tensor[..., :width] = scaled.astype(np.float32) / 127.5 - 1.0
    return tensor
