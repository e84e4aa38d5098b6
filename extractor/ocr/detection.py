"""Finding lines of text: the PP-OCRv6 detector and the boxes drawn from its map.

Differentiable binarization: Liao et al. 2020, "Real-time Scene Text Detection with Differentiable Binarization". The
network marks the shrunken core of each text line; a core is grown back by ``area * ratio / perimeter`` (there eq. 10).
Pages come deskewed, so boxes are upright rectangles.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.ocr.runtime import openvino as ov
from extractor.ocr.weights import build_detector
from extractor.pixels import Gray
from models.stages.options import OcrOptions

DETECTION_DPI = 122.0
"""The page is scaled to this before detection: 0.6 of a 204 dpi fax loses no lines and costs a third."""

MAP_THRESHOLD = 0.3
BOX_THRESHOLD = 0.5
GROWTH = 1.6
END_MARGIN = 0.15
INK_LEVEL = 160
SIZE_STEP = 32
MAX_SIZES = 2

CANVAS = (1344, 1056)
"""Rows and columns of a letter page at ``DETECTION_DPI``. Building the network for another size costs more than reading
a page with it, so pages of about this size share it, upright or on their side."""

LEAST_FIT = 0.92
"""A page that is too large for the canvas is scaled down to fit, as long as this share of its size is left (A4)."""

LEAST_SHARE = 0.5
"""A page that fills less of the canvas than this gets a network of its own size."""


@dataclass(frozen=True, slots=True)
class Box:
    """A line of text in pixels of the page, and how sure the detector is, 0 to 1."""

    x0: int
    top: int
    x1: int
    bottom: int
    score: float = 1.0

    @property
    def width(self) -> int:
        """Pixels."""
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        """Pixels."""
        return self.bottom - self.top


class Detector:
    """Keeps the detector built for the last sizes of page."""

    def __init__(self, options: OcrOptions) -> None:
        self._options = options
        self._models: OrderedDict[tuple[int, int], ov.CompiledModel] = OrderedDict()

    def find_lines(self, pixels: Gray, dpi: float) -> list[Box]:
        """Boxes around lines of text, top to bottom."""
        height, width = pixels.shape
        scale, size = choose_size((height, width), min(1.0, DETECTION_DPI / dpi))
        small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
        rows, columns = small.shape
        padded = np.full(size, 255, np.uint8)
        padded[:rows, :columns] = small
        model = self._model(*padded.shape)
        tensor = np.broadcast_to((padded.astype(np.float32) / 127.5 - 1.0)[None, None], (1, 3, *padded.shape))
        text_map: NDArray[np.float32] = model([np.ascontiguousarray(tensor)])[0][0, 0, :rows, :columns]
        return boxes_of_map(text_map, (height, width))

    def _model(self, height: int, width: int) -> ov.CompiledModel:
        size = (height, width)
        if size not in self._models:
            while len(self._models) >= MAX_SIZES:
                self._models.popitem(last=False)
            self._models[size] = build_detector(self._options, height, width)
        self._models.move_to_end(size)
        return self._models[size]


def choose_size(shape: tuple[int, int], scale: float) -> tuple[float, tuple[int, int]]:
    """The scale, at most ``scale``, and the network's (rows, columns) for a page of ``shape`` (height, width)."""
    rows, columns = (side * scale for side in shape)
    canvas = CANVAS if rows >= columns else CANVAS[::-1]
    # Rounding of the scaled page must not step over the canvas: half a pixel is left free.
    fit = min(1.0, (canvas[0] - 0.5) / rows, (canvas[1] - 0.5) / columns)
    if fit >= LEAST_FIT and rows * columns >= LEAST_SHARE * canvas[0] * canvas[1]:
        return scale * fit, canvas
    return scale, (_round_up(rows), _round_up(columns))


def boxes_of_map(text_map: NDArray[np.float32], shape: tuple[int, int]) -> list[Box]:
    """Boxes in pixels of the page of ``shape`` (height, width) from the detector's map of any size, values 0 to 1."""
    rows, columns = text_map.shape
    height, width = shape
    mask = cv2.dilate((text_map > MAP_THRESHOLD).astype(np.uint8), np.ones((2, 2), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    boxes = []
    for number in range(1, count):
        x, y, w, h, _area = (int(value) for value in stats[number])
        if min(w, h) < 3:
            continue
        score = float(text_map[y : y + h, x : x + w][labels[y : y + h, x : x + w] == number].mean())
        if score < BOX_THRESHOLD:
            continue
        grow = w * h * GROWTH / (2 * (w + h))
        boxes.append(
            Box(
                x0=max(0, round((x - grow) * width / columns)),
                top=max(0, round((y - grow) * height / rows)),
                x1=min(width, round((x + w + grow) * width / columns)),
                bottom=min(height, round((y + h + grow) * height / rows)),
                score=score,
            )
        )
    return sorted(boxes, key=lambda box: (box.top, box.x0))


def trim_box(pixels: Gray, box: Box) -> Box:
    """The box without the blank paper at its ends, but for a margin: recognition takes time by the width.

    A column is blank with at most one pixel of ink; a box without ink stays as it is.
    """
    crop = pixels[box.top : box.bottom, box.x0 : box.x1]
    columns = np.flatnonzero(np.count_nonzero(crop < INK_LEVEL, axis=0) > 1)
    if not len(columns):
        return box
    margin = max(3, round(END_MARGIN * box.height))
    first, last = max(0, int(columns[0]) - margin), min(box.width, int(columns[-1]) + 1 + margin)
    return Box(box.x0 + first, box.top, box.x0 + last, box.bottom, box.score)


def _round_up(size: float) -> int:
    return math.ceil((size + 0.5) / SIZE_STEP) * SIZE_STEP
