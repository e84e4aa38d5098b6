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

from extractor.ocr.folding import FoldedPage, fold_page, map_in_tiles
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
MAX_SIZES = 2

TILE_ROWS, TILE_COLUMNS = 480, (1056, 1344)
"""Sizes of tile a network is built for: letter pages upright and on their side. Three tiles cover an upright page at
``DETECTION_DPI``, two most forms without their blank bands. Building a network for another width costs more than
reading a page with it, so a wider page is scaled down to fit."""

LEAST_FIT = 0.92
"""As long as this share of its size is left: the edges of a scanned page, A4, the corners of a straightened one."""

COLUMN_STEP = 192


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
        page, (rows, columns) = fold_to_fit(pixels, min(1.0, DETECTION_DPI / dpi))
        model = self._model(rows, columns)

        def find_text(tile: Gray) -> NDArray[np.float32]:
            plane = tile.astype(np.float32) / 127.5 - 1.0
            text_map: NDArray[np.float32] = model([plane[None, None]])[0][0, 0]
            return text_map

        text_map = page.unfold(map_in_tiles(page.pixels, (rows, columns), find_text))
        height, width = pixels.shape
        return boxes_of_map(text_map, (height, width))

    def _model(self, height: int, width: int) -> ov.CompiledModel:
        size = (height, width)
        if size not in self._models:
            while len(self._models) >= MAX_SIZES:
                self._models.popitem(last=False)
            self._models[size] = build_detector(self._options, height, width)
        self._models.move_to_end(size)
        return self._models[size]


def fold_to_fit(pixels: Gray, scale: float) -> tuple[FoldedPage, tuple[int, int]]:
    """The page at ``scale``, or a little smaller to fit a tile, without blank bands; the network's rows, columns."""
    page = fold_page(_reduce(pixels, scale))
    columns = page.pixels.shape[1]
    for width in TILE_COLUMNS:
        if columns <= width:
            return page, (TILE_ROWS, width)
        # Rounding of the scaled page must not step over the tile: a pixel is left free.
        fit = (width - 1) / columns
        if fit >= LEAST_FIT:
            smaller = fold_page(_reduce(pixels, scale * fit))
            if smaller.pixels.shape[1] <= width:
                return smaller, (TILE_ROWS, width)
    return page, (TILE_ROWS, math.ceil(columns / COLUMN_STEP) * COLUMN_STEP)


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


def split_wide(pixels: Gray, box: Box, widest: float) -> list[Box]:
    """Parts of the box, left to right, each at most ``widest`` times as wide as high.

    It is cut in the widest gap of its middle third; under a ruled line that is where the least ink stands.
    """
    if box.width <= widest * box.height:
        return [box]
    first, last = box.x0 + box.width // 3, box.x1 - box.width // 3
    ink = np.count_nonzero(pixels[box.top : box.bottom, first:last] < INK_LEVEL, axis=0)
    edges = np.flatnonzero(np.diff((ink == ink.min()).astype(np.int8), prepend=0, append=0)).tolist()
    left, right = max(zip(edges[::2], edges[1::2], strict=True), key=lambda run: run[1] - run[0])
    cut = first + (left + right) // 2
    parts = Box(box.x0, box.top, cut, box.bottom, box.score), Box(cut, box.top, box.x1, box.bottom, box.score)
    return [piece for part in parts for piece in split_wide(pixels, part, widest)]


def _reduce(pixels: Gray, scale: float) -> Gray:
    if scale >= 1:
        return pixels
    return np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
