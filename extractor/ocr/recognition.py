"""Reading lines of text: crops scaled to the recogniser's height, in, class probabilities out."""

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.ocr.weights import Recogniser
from extractor.pixels import Gray

LINE_HEIGHT = 48
STEP_WIDTH = 8
"""Pixels of a crop of ``LINE_HEIGHT`` that one step of the output covers."""

WIDTH_STEP = 16
MAX_WIDTH = 3200
MIN_WIDTH = 32


def line_scale(crop: Gray) -> float:
    """Pixels of the recogniser's input for one pixel of the crop, along the line."""
    return _input_width(crop) / int(crop.shape[1])


def _input_width(crop: Gray) -> int:
    height, width = crop.shape
    return int(np.clip(round(width * LINE_HEIGHT / height), MIN_WIDTH // 2, MAX_WIDTH))


def recognise_crop(recogniser: Recogniser, crop: Gray) -> NDArray[np.float32]:
    """Class probabilities, shape (steps, classes), of one line of dark text on white of any size.

    One crop at a time: the time is proportional to the width, so filling a batch up to its widest line only adds work.
    """
    output: NDArray[np.float32] = recogniser.model([line_tensor(crop)])[0][0]
    return output[: -(-_input_width(crop) // STEP_WIDTH)].copy()


def line_tensor(crop: Gray) -> NDArray[np.float32]:
    """The crop as the recogniser takes it: (1, 3, 48, width), -1 black to 1 white, filled up with 0 on the right."""
    width = _input_width(crop)
    shrinks = crop.shape[0] > LINE_HEIGHT
    scaled = cv2.resize(crop, (width, LINE_HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    whole = max(MIN_WIDTH, -(-width // WIDTH_STEP) * WIDTH_STEP)
    tensor = np.zeros((1, 3, LINE_HEIGHT, whole), np.float32)
    tensor[..., :width] = scaled.astype(np.float32) / 127.5 - 1.0
    return tensor
