"""Square pixels: one affine step from the page as stored to the page as read."""

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.image.ink import WORKING_DPI, Mask
from extractor.pixels import Gray

DOUBLED_DPI = (150.0, 260.0)
"""Where twice the lines of a standard fax (98 or 100 dpi) may lie, wrong tags allowed for."""

_LONG_EDGE = 17
_MIN_CHANGES = 2000
_DOUBLED_SHARE = 0.12
"""Doubled pages show below 0.05 (speckle after doubling adds to it), pages of single lines 0.4 and more."""

Margin = tuple[int, int, int, int]
"""Pixels added around the page: left, top, right, bottom."""

Affine = NDArray[np.float64]
"""Shape (2, 3): maps (x, y, 1) of the page before to (x, y) after, both in pixels."""


def reading_dpi(x_dpi: float, y_dpi: float, dpi_max: float) -> float:
    """The finer of both axes, at most ``dpi_max``: the coarser axis is brought up, nothing read is thrown away."""
    return min(max(x_dpi, y_dpi), float(dpi_max))


def is_row_doubled(mask: Mask) -> bool:
    """Whether each scan line stands twice or more, as when a gateway stretched a standard fax to square pixels.

    Between doubled lines nothing changes, so of two successive changes one is always (near) nothing, whatever
    the phase and even where the factor is 2.04 and not 2. Long edges are left out: rules change once in a while only.
    """
    if min(mask.shape) < _LONG_EDGE:
        return False
    change = (mask[1:] != mask[:-1]).astype(np.uint8)
    change -= np.asarray(cv2.morphologyEx(change, cv2.MORPH_OPEN, np.ones((1, _LONG_EDGE), np.uint8)), np.uint8)
    count = np.count_nonzero(change, axis=1).astype(np.int64)
    total = int(np.maximum(count[1:], count[:-1]).sum())
    if total < _MIN_CHANGES:
        return False
    return int(np.minimum(count[1:], count[:-1]).sum()) < _DOUBLED_SHARE * total


def undouble_rows(pixels: Gray) -> Gray:
    """One of each pair of lines, shape (height // 2, width), so that the gap can be interpolated and not stepped."""
    even = pixels[: pixels.shape[0] // 2 * 2]
    return np.ascontiguousarray(even[::2])


def make_affine(
    mask: Mask, shape: tuple[int, int], native_dpi: tuple[float, float], dpi: float, angle: float
) -> tuple[Affine, tuple[int, int], Margin]:
    """Scale to ``dpi`` and turn counter-clockwise by ``angle`` degrees; returns the map, (width, height), the margin.

    The canvas keeps the page's size and grows only where ink would be cut; the margin is by how much.
    """
    height, width = shape
    scale = np.array([[dpi / native_dpi[0], 0, 0], [0, dpi / native_dpi[1], 0], [0, 0, 1]])
    out_width, out_height = round(width * scale[0, 0]), round(height * scale[1, 1])
    # Pixel centres, not corners, are what the warp maps: the half-pixel keeps the scaling free of a drift.
    scale[0, 2], scale[1, 2] = (scale[0, 0] - 1) / 2, (scale[1, 1] - 1) / 2
    turn = np.vstack([cv2.getRotationMatrix2D((out_width / 2, out_height / 2), angle, 1.0), [0, 0, 1]])
    affine = turn @ scale
    margin: Margin = (0, 0, 0, 0)
    if angle:
        left, top, right, bottom = _ink_reach(mask, turn, dpi / WORKING_DPI)
        shift_x, shift_y = max(0, -left), max(0, -top)
        affine[0, 2] += shift_x
        affine[1, 2] += shift_y
        margin = (shift_x, shift_y, max(0, right - out_width), max(0, bottom - out_height))
        out_width += margin[0] + margin[2]
        out_height += margin[1] + margin[3]
    return np.asarray(affine[:2], np.float64), (max(1, out_width), max(1, out_height)), margin


def _ink_reach(mask: Mask, turn: NDArray[np.float64], scale: float) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the turned ink in output pixels: outermost ink of each row and column."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not len(rows):
        return 0, 0, 0, 0
    first = mask[rows].argmax(axis=1)
    last = mask.shape[1] - 1 - mask[rows][:, ::-1].argmax(axis=1)
    xs, ys = np.concatenate([first, last + 1]), np.concatenate([rows, rows + 1])
    turned = turn[:2] @ np.vstack([xs * scale, ys * scale, np.ones(len(xs))])
    return (
        int(np.floor(turned[0].min())),
        int(np.floor(turned[1].min())),
        int(np.ceil(turned[0].max())),
        int(np.ceil(turned[1].max())),
    )


def resample(pixels: Gray, affine: Affine, size: tuple[int, int], *, is_turned: bool) -> Gray:
    """The page drawn through the map onto a white canvas of (width, height).

    A one-bit page becomes gray where pixels fall between. Shrinking averages areas, so thin strokes stay.
    """
    if not is_turned:
        height, width = pixels.shape
        if (width, height) == size:
            return pixels
        is_smaller = size[0] * size[1] < width * height
        method = cv2.INTER_AREA if is_smaller else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(pixels, size, interpolation=method), np.uint8)
    shrink = float(min(affine[0, 0], affine[1, 1]))
    if shrink < 0.75:
        height, width = pixels.shape
        small = (max(1, round(width * shrink)), max(1, round(height * shrink)))
        pixels = np.asarray(cv2.resize(pixels, small, interpolation=cv2.INTER_AREA), np.uint8)
        back = np.array([[width / small[0], 0, 0], [0, height / small[1], 0], [0, 0, 1]])
        affine = affine @ back
    drawn = cv2.warpAffine(pixels, affine, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=255)
    return np.asarray(drawn, np.uint8)
