"""The ink of a page on a small square-pixel mask, where direction, skew and blankness are measured."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.pixels import Gray

Mask = NDArray[np.uint8]
"""Shape (height, width), 1 where ink is, else 0."""

WORKING_DPI = 110.0
"""Fine enough for letters of 7 points to stay apart, coarse enough that a page is one million pixels."""

_INK_SHARE = 0.7
_PALEST_SHARE = 0.88
_TEXT_MIN_INCH = 0.025
_TEXT_MAX_INCH = 0.45
_RULE_INCH = 0.6


@dataclass(frozen=True, slots=True)
class Parts:
    """Connected parts of a mask: columns x, y, width, height, area (pixels), one row a part, and the label image."""

    boxes: NDArray[np.int32]
    labels: NDArray[np.int32]


def find_ink(pixels: Gray, *, is_bilevel: bool) -> Mask:
    """Ink of a page at its own resolution.

    One-bit pages are cut at half. Gray pages are divided by their local paper brightness (a large-kernel
    maximum), so that shading and coloured paper do not count as ink, and cut at 0.7 of paper, or half-way to the
    darkest ink of a pale page.
    """
    if is_bilevel:
        return (pixels < 128).astype(np.uint8)
    share = pixels.astype(np.float32) / _paper(pixels)
    darkest = float(np.percentile(share[::3, ::3], 0.5))
    cut = min(max((1 + darkest) / 2, _INK_SHARE), _PALEST_SHARE)
    return (share < cut).astype(np.uint8)


def _paper(pixels: Gray) -> NDArray[np.float32]:
    """Local brightness of the paper, same shape; never below 60, so that a black photograph stays ink."""
    height, width = pixels.shape
    small = cv2.resize(pixels, (max(8, width // 16), max(8, height // 16)), interpolation=cv2.INTER_AREA)
    small = cv2.blur(cv2.dilate(small, np.ones((7, 7), np.uint8)), (7, 7))
    return np.maximum(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), 60).astype(np.float32)


def working_ink(pixels: Gray, x_dpi: float, y_dpi: float, *, is_bilevel: bool) -> Mask:
    """Ink at ``WORKING_DPI`` both ways, shape (round(height/y_dpi*150), round(width/x_dpi*150))."""
    height, width = pixels.shape
    size = (max(1, round(width * WORKING_DPI / x_dpi)), max(1, round(height * WORKING_DPI / y_dpi)))
    is_smaller = size[0] * size[1] < width * height
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if is_smaller else cv2.INTER_LINEAR)
    if is_bilevel:
        # Thin strokes of a one-bit page get gray when averaged: half coverage would drop them.
        return (small < 160).astype(np.uint8)
    return find_ink(np.asarray(small, np.uint8), is_bilevel=False)


def find_parts(mask: Mask) -> Parts:
    """8-connected parts of the ink, background left out."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    return Parts(boxes=np.asarray(stats[1:], np.int32), labels=np.asarray(labels, np.int32))


def is_text_sized(parts: Parts, dpi: float = WORKING_DPI) -> NDArray[np.bool_]:
    """Which parts may be letters or joined letters: no specks, rules, frames, photographs, or dark scan edges."""
    width, height, area = parts.boxes[:, 2], parts.boxes[:, 3], parts.boxes[:, 4]
    longest, shortest = np.maximum(width, height), np.minimum(width, height)
    is_long = (longest >= _TEXT_MIN_INCH * dpi) & (longest <= _RULE_INCH * dpi * 2)
    is_thin_rule = (longest > _RULE_INCH * dpi) & (shortest < 0.06 * dpi)
    return np.asarray(is_long & (shortest <= _TEXT_MAX_INCH * dpi) & ~is_thin_rule & (area >= 6))


def keep_parts(parts: Parts, chosen: NDArray[np.bool_]) -> Mask:
    """The mask of the chosen parts only."""
    table = np.zeros(len(parts.boxes) + 1, np.uint8)
    table[1:] = chosen
    return np.asarray(table[parts.labels], np.uint8)
