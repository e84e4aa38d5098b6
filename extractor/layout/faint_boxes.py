"""Boxes and circles of which the fax left dots: told by how much of their outline still has ink.

A thin printed outline breaks up on a light or noisy fax, so that neither its edges nor its shape are whole. What is
left of it still lies on a circle or a square left of words, and the like of it comes again in its row or column, where
dirt and letters do not. Each place is tried with each size, and every direction from its middle votes: a Hough
transform (Duda and Hart 1972) whose votes are shares of the outline.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.layout.ink import PageInk
from extractor.layout.pitch import SPACE, fits_behind, space_before
from extractor.layout.rules import Rules
from extractor.layout.squares import Square, is_cell, is_clear_beside, measure, shared_part
from extractor.pixels import Gray
from models.stages.text import Word

HALVES = (3.0, 3.5, 4.0, 4.5, 5.1, 5.8, 6.6)
"""Points: half the sides that are tried."""
REACH, DRIFT = 17.0, 3.2
"""Points left of a word, and up or down from its middle, where a box's middle may be."""
STRAY = 0.55
"""Points that a dot may be off the outline."""
WITHIN = 1.2
"""Heights of a word from its start within which a box may have been read into it."""
NEXT_TO, BESIDE = (0.8, 2.4), 0.25
"""Points right and left of a box that are empty, and the share of rows there that may have ink."""
RAYS = 32
LEAST = 0.68
"""The share of an outline that must have ink."""
CLEAR_INSIDE, CLEAR_AROUND = 0.06, 0.34
"""Ink in the middle of an empty box, and along an outline a point and a half wider, as shares."""
LEAST_INK = 14
"""Pixels of ink left of a word below which nothing is looked for there."""
ALIGNED, ALIKE = 2.2, 0.22
"""Points that boxes of one row or column may be out of line, and the share by which their sizes may differ."""

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Outline:
    """What may be an empty box: its middle and half its side in pixels, and the share of its outline that has ink."""

    x: float
    y: float
    half: float
    is_round: bool
    share: float

    @property
    def box(self) -> Box:
        x0, top = round(self.x - self.half), round(self.y - self.half)
        return (x0, top, round(self.x + self.half) + 1, round(self.y + self.half) + 1)


def find_faint(ink: PageInk, rules: Rules, known: Sequence[Square], words: Sequence[Word]) -> tuple[Square, ...]:
    """Empty boxes and circles with a broken outline, beside words and in line with others of their size."""
    taken = [ink.to_pixels(square.bbox) for square in known]
    found: list[_Outline] = []
    for word in words:
        best = _left_of(ink, word, words)
        if best is None or any(shared_part(best.box, box) > 0 for box in (*taken, *(one.box for one in found))):
            continue
        if not is_cell(ink, ink.to_points(*best.box), rules):
            found.append(best)
    peers = [((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, (box[3] - box[1]) / 2) for box in taken]
    return tuple(
        measure(ink, one.box, ink.to_points(*one.box), is_round=one.is_round)
        for one in found
        if any(_is_like(one, (o.x, o.y, o.half), ink.scale) for o in found if o is not one)
        or any(_is_like(one, peer, ink.scale) for peer in peers)
    )


def _left_of(ink: PageInk, word: Word, words: Sequence[Word]) -> _Outline | None:
    """The best outline of an empty box left of a word, or where the word's own box begins: it may hold the box too."""
    if not any(character.isalnum() for character in word.text):
        return None
    space = space_before(word, words)
    if space < SPACE:
        return None
    within = min(word.bbox.x0 + WITHIN * word.bbox.height, word.bbox.x1)
    # Else its own first letter, which may be an O, would be the best outline.
    end = within if fits_behind(word, within, words) else word.bbox.x0
    start = max(word.bbox.x0 - min(space, REACH), 0.0)
    if end - start < 2 * HALVES[0]:
        return None
    largest = HALVES[-1] + 3
    x0, x1 = max(0, round((start - 3) * ink.scale)), round((end + 3) * ink.scale)
    top = max(0, round((word.bbox.y_mid - DRIFT - largest) * ink.scale))
    bottom = round((word.bbox.y_mid + DRIFT + largest) * ink.scale)
    part = np.ascontiguousarray(ink.mask[top:bottom, x0:x1])
    if int(np.count_nonzero(part)) < LEAST_INK:
        return None
    best = _best_outline(part, ink.scale, (x0, top))
    return best if best is not None and _stands_apart(ink, best) else None


def _stands_apart(ink: PageInk, outline: _Outline) -> bool:
    """Whether there is a space right and left of it: after the first letter of a word the next one follows at once."""
    near, far = (round(points * ink.scale) for points in NEXT_TO)
    return is_clear_beside(ink, outline.box, (near, far), BESIDE)


def _best_outline(part: Gray, scale: float, origin: tuple[int, int]) -> _Outline | None:
    """The fullest outline in a part of the page; every second pixel is tried, as a dot may stray by more."""
    height, width = part.shape
    away = cv2.distanceTransform(1 - part, cv2.DIST_L2, 3)
    near, close = (away <= STRAY * scale).ravel(), (away <= 0.5).ravel()
    sums: NDArray[np.float64] = cv2.integral(part).astype(np.float64)
    best: _Outline | None = None
    for half in (size * scale for size in HALVES):
        wide = half + 1.6 * scale
        rows = np.arange(round(wide) + 1, height - round(wide) - 1, 2)
        columns = np.arange(round(wide) + 1, width - round(wide) - 1, 2)
        if not len(rows) or not len(columns):
            continue
        places = np.argwhere(_ink_around(sums, rows, columns, 0.5 * half) <= CLEAR_INSIDE)
        if not len(places):
            continue
        middles = rows[places[:, 0]] * width + columns[places[:, 1]]
        for is_round, outline in ((True, _CIRCLE), (False, _SQUARE)):
            shares = near[middles[:, None] + _steps(outline, half, width)].mean(axis=1)
            first = int(shares.argmax())
            if shares[first] < LEAST or (best is not None and shares[first] <= best.share):
                continue
            if close[middles[first] + _steps(outline, wide, width)].mean() <= CLEAR_AROUND:
                y, x = divmod(int(middles[first]), width)
                best = _Outline(x + origin[0], y + origin[1], half, is_round, float(shares[first]))
    return best


def _steps(outline: NDArray[np.float64], half: float, width: int) -> NDArray[np.int64]:
    """From the middle to the points of an outline, in places of an image ``width`` pixels wide."""
    x, y = (outline * half).round().astype(np.int64)
    return np.asarray(y * width + x, np.int64)


def _ink_around(
    sums: NDArray[np.float64], rows: NDArray[np.int64], columns: NDArray[np.int64], reach: float
) -> NDArray[np.float64]:
    """The share of ink in the square of half side ``reach`` round every place, shape (rows, columns)."""
    top, bottom = (rows - reach).astype(int), (rows + reach).astype(int) + 1
    left, right = (columns - reach).astype(int), (columns + reach).astype(int) + 1
    total = sums[bottom][:, right] - sums[top][:, right] - sums[bottom][:, left] + sums[top][:, left]
    return np.asarray(total / ((bottom - top)[:, None] * (right - left)[None, :]), np.float64)


def _is_like(one: _Outline, peer: tuple[float, float, float], scale: float) -> bool:
    x, y, half = peer
    is_in_line = min(abs(x - one.x), abs(y - one.y)) <= ALIGNED * scale
    return is_in_line and abs(half - one.half) <= ALIKE * one.half


def _circle() -> NDArray[np.float64]:
    angles = np.arange(RAYS) * (2 * np.pi / RAYS)
    return np.array([np.cos(angles), np.sin(angles)])


def _square() -> NDArray[np.float64]:
    along = (np.arange(RAYS // 4) + 0.5) / (RAYS // 8) - 1
    one = np.ones_like(along)
    return np.hstack([[along, one], [along, -one], [one, along], [-one, along]])


_CIRCLE, _SQUARE = _circle(), _square()
