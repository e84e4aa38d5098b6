"""The line that a fax machine printed level on a skewed sheet: straightening the sheet must not tilt it.

From about 0.8 degrees on, a line tilted across the page is lost to line detectors, and words of it end up among the
sender's own. So the strip is lifted off before the page is turned, and set above it as it came.
"""

import cv2
import numpy as np

from extractor.image.ink import WORKING_DPI
from extractor.image.orient import Lettering, find_lines
from extractor.pixels import Gray

LEAST_SKEW = 0.4
"""Degrees of the sheet below which a tilted line is still read."""

_ZONE_INCH = 0.7
_MIN_WIDTH_INCH = 2.0
_MIN_LETTERS = 12
_MARGIN_INCH = 0.04
_LEVEL_SHARE = 0.3

Rows = tuple[int, int]
"""First row and the row after the last."""


def find_level_strip(letters: Lettering, skew: float) -> Rows | None:
    """Rows on the working mask of a level line of text at the top, where the page runs at ``skew`` degrees.

    None where the outermost line runs with the page, or where other ink stands beside it.
    """
    zone = letters.mask[: round(_ZONE_INCH * WORKING_DPI)]
    lines = find_lines(zone)
    if not len(lines):
        return None
    middles = lines[:, 1] + lines[:, 3] / 2
    first = lines[np.argmin(middles)]
    level = lines[np.abs(middles - middles.min()) <= first[3] * 0.7]
    top, bottom = int(level[:, 1].min()), int((level[:, 1] + level[:, 3]).max())
    if (level[:, 0] + level[:, 2]).max() - level[:, 0].min() < _MIN_WIDTH_INCH * WORKING_DPI:
        return None
    boxes = letters.boxes
    own = boxes[(boxes[:, 1] >= top) & (boxes[:, 1] + boxes[:, 3] <= bottom)]
    if len(own) < _MIN_LETTERS or own[:, 4].sum() < 0.9 * np.count_nonzero(zone[top:bottom]):
        return None
    slope = np.polyfit(own[:, 0] + own[:, 2] / 2, own[:, 1] + own[:, 3] / 2, 1)[0]
    return (top, bottom) if abs(np.degrees(np.arctan(slope))) < _LEVEL_SHARE * abs(skew) else None


def lift_strip(pixels: Gray, rows: Rows, native_dpi: tuple[float, float], dpi: float) -> tuple[Gray, Gray]:
    """The page without the strip, and the strip with a margin at ``dpi``; ``native_dpi`` is (x, y) of ``pixels``."""
    x_dpi, y_dpi = native_dpi
    margin = _MARGIN_INCH * y_dpi
    top = max(0, int(rows[0] * y_dpi / WORKING_DPI - margin))
    bottom = min(len(pixels), int(np.ceil(rows[1] * y_dpi / WORKING_DPI + margin)))
    rest = pixels.copy()
    rest[top:bottom] = 255
    strip = pixels[top:bottom]
    size = (max(1, round(strip.shape[1] * dpi / x_dpi)), max(1, round(strip.shape[0] * dpi / y_dpi)))
    method = cv2.INTER_AREA if dpi < min(native_dpi) else cv2.INTER_CUBIC
    return rest, np.asarray(cv2.resize(strip, size, interpolation=method), np.uint8)


def set_above(strip: Gray, page: Gray) -> Gray:
    """The strip on top of the page, on white as wide as the wider of both."""
    width = max(strip.shape[1], page.shape[1])
    sheet = np.full((strip.shape[0] + page.shape[0], width), 255, np.uint8)
    sheet[: strip.shape[0], : strip.shape[1]] = strip
    sheet[strip.shape[0] :, : page.shape[1]] = page
    return sheet
