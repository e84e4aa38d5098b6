"""A page without its blank bands, cut into tiles of one size: detection takes time by the area.

A page of a form is half paper. Bands of rows without ink are left out before detection and put back into its map.
Tiles keep the network's feature maps in the processor's cache, and let pages of any length share one network.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.pixels import Gray

TextMap = NDArray[np.float32]

CONTRAST = 40
"""Gray levels below the paper (the median) at which a pixel of the reduced page is ink."""

LEAST_INK = 2
"""Pixels of ink in a row or column that is kept."""

MARGIN = 12
"""Rows and columns kept around ink: a line's core is found by the paper around it."""

OVERLAP = 48
"""Rows two tiles share; each is believed up to the middle of them, so every row is seen with those around it."""


@dataclass(frozen=True, slots=True)
class FoldedPage:
    """``pixels`` are the rows ``rows`` and the columns from ``left`` of a page of ``shape`` (rows, columns)."""

    pixels: Gray
    rows: NDArray[np.intp]
    left: int
    shape: tuple[int, int]

    def unfold(self, text_map: TextMap) -> TextMap:
        """A map of the folded page as one of the whole page, 0 in what was left out."""
        whole = np.zeros(self.shape, np.float32)
        whole[self.rows, self.left : self.left + self.pixels.shape[1]] = text_map
        return whole


def fold_page(pixels: Gray) -> FoldedPage:
    """The page without bands of blank rows and without blank columns at either side; at least one row and column."""
    ink = pixels < max(1.0, float(np.median(pixels)) - CONTRAST)
    is_kept = _widen(np.count_nonzero(ink, axis=1) >= LEAST_INK)
    columns = np.flatnonzero(_widen(np.count_nonzero(ink, axis=0) >= LEAST_INK))
    rows = np.flatnonzero(is_kept) if is_kept.any() else np.arange(1)
    left, right = (int(columns[0]), int(columns[-1]) + 1) if len(columns) else (0, 1)
    return FoldedPage(np.ascontiguousarray(pixels[rows, left:right]), rows, left, (pixels.shape[0], pixels.shape[1]))


def map_in_tiles(pixels: Gray, size: tuple[int, int], find_text: Callable[[Gray], TextMap]) -> TextMap:
    """The map of ``pixels`` from maps of tiles of ``size`` (rows, columns), at least as wide as the page."""
    rows, columns = pixels.shape
    whole = np.zeros((rows, columns), np.float32)
    stride = size[0] - OVERLAP
    for top in range(0, max(1, rows - OVERLAP), stride):
        part = pixels[top : top + size[0]]
        tile = np.full(size, 255, np.uint8)
        tile[: part.shape[0], :columns] = part
        skipped = OVERLAP // 2 if top else 0
        whole[top + skipped : top + size[0]] = find_text(tile)[skipped : part.shape[0], :columns]
    return whole


def _widen(has_ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    kernel = np.ones((2 * MARGIN + 1, 1), np.uint8)
    return np.asarray(cv2.dilate(has_ink.astype(np.uint8)[:, None], kernel)[:, 0] > 0, np.bool_)
