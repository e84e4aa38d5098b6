"""Which way up a page is: first whether lines run across or down, then which of the two ways reads.

Sources: L. O'Gorman, "The document spectrum for page layout analysis", PAMI 1993 (letters stand closer along a line
than across lines); R. S. Caprari, "Algorithm for text page up/down orientation determination", Pattern Recognition
Letters 2000 (what rises above x-height outweighs what hangs below the base line). Forms in capitals show little of
the latter, so close calls go to the recogniser, which reads a few lines both ways.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.image.ink import WORKING_DPI, Mask, Parts, find_parts, is_text_sized, keep_parts

SURE_AXIS = 0.2
"""On 60 scanned letters and 75 scanned forms only a page of handwriting and one of faint figures stayed below."""

SURE_UPRIGHT = 0.15

_MIN_LETTERS = 12
_LETTER_GAP_INCH = 0.047
_WORD_GAP_INCH = 0.13

Stats = NDArray[np.int32]
"""One row a part: x, y, width, height, area in pixels."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """The letters of a page on its working mask: their parts and the mask of nothing but letters."""

    parts: Parts
    boxes: Stats
    mask: Mask

    @property
    def is_scarce(self) -> bool:
        """Too few letters to tell any direction."""
        return len(self.boxes) < _MIN_LETTERS


def find_letters(mask: Mask) -> Lettering:
    """Letter-sized ink only: rules, frames, scan edges and specks gone."""
    parts = find_parts(mask)
    chosen = is_text_sized(parts)
    return Lettering(parts, parts.boxes[chosen], keep_parts(parts, chosen))


def measure_axis(letters: Lettering) -> float:
    """Above 0 where lines run across, below 0 where they run down the page, near 0 where there is no telling.

    Gaps of a letter space are closed once along rows and once along columns; the log of the ratio of the parts left.
    Unlike a projection profile this stands 5 degrees of skew, and tables whose figures stand in columns.
    """
    if letters.is_scarce:
        return 0.0
    reach = round(_LETTER_GAP_INCH * WORKING_DPI) | 1
    across = _count_parts(_close(letters.mask, reach, 1))
    down = _count_parts(_close(letters.mask, 1, reach))
    return float(np.log((down + 1) / (across + 1)))


def measure_upright(letters: Lettering, skew: float) -> float:
    """Above 0 where the page seems upright, below 0 upside down; lines must run across at ``skew`` degrees.

    Three weak signs that fail on different pages: lower ends of letters stand on one line and upper ends do not;
    the ink of a line leans to its upper side (ascenders, capitals, figures); lines start at one margin and end
    anywhere.
    """
    if letters.is_scarce:
        return 0.0
    tilt = float(np.tan(np.radians(skew)))
    lines = find_lines(letters.mask)
    return _base_line(letters.boxes, tilt) + 0.5 * _lean(letters.mask, lines) + 0.2 * _margin(lines, tilt)


def find_lines(text: Mask) -> Stats:
    """Boxes of runs of letters across: text-high and at least two and a half times as wide as high."""
    joined = _close(text, round(_WORD_GAP_INCH * WORKING_DPI) | 1, 1)
    stats = np.asarray(cv2.connectedComponentsWithStats(joined, connectivity=8)[2][1:], np.int32)
    width, height = stats[:, 2], stats[:, 3]
    is_line = (height >= 0.05 * WORKING_DPI) & (height <= 0.4 * WORKING_DPI) & (width >= 2.5 * height)
    return np.asarray(stats[is_line], np.int32)


def choose_lines(text: Mask, count: int) -> Stats:
    """Up to ``count`` lines worth reading, long ones first, no two at one height, spread over the page."""
    lines = find_lines(text)
    worth = np.minimum(lines[:, 2], 2.5 * WORKING_DPI) * (lines[:, 4] / (lines[:, 2] * lines[:, 3]))
    taken: set[int] = set()
    chosen: list[int] = []
    for index in np.argsort(-worth, kind="stable"):
        height = int(lines[index, 1] // (0.3 * WORKING_DPI))
        if height not in taken and len(chosen) < count:
            taken.add(height)
            chosen.append(int(index))
    return np.asarray(lines[chosen], np.int32)


def _base_line(boxes: Stats, tilt: float) -> float:
    """Log ratio of the profile energies of lower and upper ends, in columns of two inches."""
    is_letter = (boxes[:, 3] >= 0.04 * WORKING_DPI) & (boxes[:, 3] <= 0.25 * WORKING_DPI)
    letters = boxes[is_letter]
    shift = (letters[:, 0] + letters[:, 2] / 2) * tilt
    tops, bottoms = letters[:, 1] - shift, letters[:, 1] + letters[:, 3] - shift
    column = letters[:, 0] // round(2 * WORKING_DPI)
    below = above = 1.0
    for number in np.unique(column):
        here = column == number
        if np.count_nonzero(here) > 5:
            below += _energy(bottoms[here], 1.0)
            above += _energy(tops[here], 1.0)
    return float(np.log(below / above))


def _lean(text: Mask, lines: Stats) -> float:
    """Mean skewness of the ink along each line's height, positive where the thin tail points up."""
    total = weight = 0.0
    for x, y, width, height, _ in lines:
        ink = text[y : y + height, x : x + width].sum(axis=1).astype(np.float64)
        rows = np.arange(height) - (ink @ np.arange(height)) / max(ink.sum(), 1.0)
        spread = (ink @ rows**2) / max(ink.sum(), 1.0)
        if spread > 0:
            total -= width * (ink @ rows**3) / ink.sum() / spread**1.5
            weight += width
    return float(total / weight) if weight else 0.0


def _margin(lines: Stats, tilt: float) -> float:
    """Log ratio of how sharply lines start and end at common margins, -1 to 1."""
    if len(lines) < 6:
        return 0.0
    shift = (lines[:, 1] + lines[:, 3] / 2) * tilt
    starts, ends = lines[:, 0] + shift, lines[:, 0] + lines[:, 2] + shift
    return float(np.clip(np.log(_energy(starts, 3.0) / _energy(ends, 3.0)), -1, 1))


def _energy(values: NDArray[np.float64], bin_size: float) -> float:
    """Sum of squares of the smoothed histogram."""
    profile = np.bincount(((values - values.min()) / bin_size).astype(np.intp), minlength=3).astype(np.float64)
    smooth = np.convolve(profile, (0.5, 1.0, 0.5), mode="same")
    return float(smooth @ smooth)


def _close(mask: Mask, width: int, height: int) -> Mask:
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((height, width), np.uint8)), np.uint8)


def _count_parts(mask: Mask) -> int:
    return int(cv2.connectedComponents(mask, connectivity=8)[0]) - 1
