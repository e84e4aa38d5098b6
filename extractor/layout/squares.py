"""Printed boxes and circles to tick, found by their edges, and the ink inside them.

A box is told by its four edges, not as a closed shape: a tick that runs over the border or a break in a thin fax
line changes the shape but not the edges.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.layout.ink import PageInk, box_of, outer_boxes
from extractor.layout.rules import Rules
from extractor.pixels import Gray
from models.record import BBox, lies_on
from models.stages.text import Word

SMALLEST, LARGEST = 4.8, 18.5
"""Points: the sides of boxes that are looked for (6 to 16 printed, line width and blur included)."""
EDGE = 1.3
"""Points: how far an edge may stray from its place."""
THICKEST_EDGE = 3.0
SOLID = 0.55
"""A box with so much ink inside is filled in."""
OPEN = 0.3
"""Less ink than this inside leaves no doubt that a box is a box."""
BESIDE = 0.45
"""The share of a box's height that may have ink right beside it: a tick may run over."""
DOUBTED = 0.85
"""An engine's score below which a word may be boxes and letters read as one."""
FEWEST_CORNERS = 12
"""Of a circle's outline in pixels: specks have fewer, and there may be ten thousands of them."""
OVERRUN = 5.0
"""Points: a tick that crosses an edge near a corner lengthens it by up to this."""

_MAYBE_BOX = re.compile(r"^[^\w(\"'$#<>*+~&.,:;/-]|^[OoDQ0C](?=[A-Z][a-z])|^(?:LI|CI|II|I\]|\[I)")

_MARK = re.compile(r"^[xX\u00d7\u2713\u2714\u2717\u2718\u221a\u25cf\u2022\u25a0*]$")


@dataclass(frozen=True, slots=True)
class Square:
    """One box or circle in points, with the ink inside it.

    ``ink`` is the share of the inside that is dark, ``stroke`` the largest stroke's diagonal as a share of the
    inside's, ``corners`` in how many of the four quarters' outer halves ink lies.
    """

    bbox: BBox
    is_round: bool
    ink: float
    stroke: float
    corners: int


def find_squares(ink: PageInk, rules: Rules, words: Sequence[Word]) -> tuple[Square, ...]:
    """Printed boxes of the page, empty, marked and filled; letters, table and comb cells are not among them."""
    found: dict[tuple[int, int, int, int], bool] = {}
    boxes = outside_words(ink, _edge_pairs(ink, words) + _blocks(ink), words)
    for box, is_letter in sorted(boxes, key=lambda each: (each[0][0] - each[0][2], each[0])):
        if any(shared_part(box, other) > 0.3 for other in found) or not _is_framed(ink, box, is_strict=is_letter):
            continue
        if is_apart(ink, box):
            found[box] = is_letter
    squares = {}
    for box, is_letter in found.items():
        points = ink.to_points(*box)
        if not is_cell(ink, points, rules):
            squares[measure(ink, box, points, is_round=False)] = is_letter
    return tuple(
        square
        for square, is_letter in squares.items()
        if square.ink < (OPEN if is_letter else SOLID) or _has_open_sibling(square, squares)
    )


def is_apart(ink: PageInk, box: tuple[int, int, int, int]) -> bool:
    """Whether hardly any ink stands right beside a box: a letter's neighbours are closer than a box's label."""
    near, far = max(2, round(1.2 * ink.scale)), max(4, round(2.4 * ink.scale))
    return is_clear_beside(ink, box, (near, far), BESIDE)


def is_clear_beside(ink: PageInk, box: tuple[int, int, int, int], reach: tuple[int, int], share: float) -> bool:
    """Whether less than ``share`` of a box's rows have ink between the two distances in ``reach``, left and right.

    The box and the distances from its sides are in pixels.
    """
    x0, top, x1, bottom = box
    near, far = reach
    right = ink.mask[top:bottom, x1 + near : x1 + far]
    left = ink.mask[top:bottom, max(0, x0 - far) : max(0, x0 - near)]
    return all(side.size == 0 or float(side.any(axis=1).mean()) < share for side in (right, left))


def _has_open_sibling(square: Square, squares: Iterable[Square]) -> bool:
    """Whether the page has a box of this size that is open: else a solid square is a blot, a bullet or a letter."""
    size = max(square.bbox.width, square.bbox.height)
    return any(
        other.ink < OPEN and abs(max(other.bbox.width, other.bbox.height) - size) < 0.3 * size for other in squares
    )


def find_circles(ink: PageInk, words: Sequence[Word]) -> tuple[Square, ...]:
    """Closed circles of 6 to 15 points that are no letter of a word; a lone O or 0 may be among them."""
    low, high = 5.5 * ink.scale, 15.0 * ink.scale
    circles = []
    for contour in ink.outlines:
        if len(contour) < FEWEST_CORNERS:
            continue
        x, y, width, height = box_of(contour)
        if not (low <= width <= high and low <= height <= high and abs(width - height) <= 0.22 * max(width, height)):
            continue
        share = cv2.contourArea(contour) / (width * height)
        points = contour[:, 0, :].astype(np.float64) - (x + (width - 1) / 2, y + (height - 1) / 2)
        radii = np.hypot(points[:, 0] / (width / 2), points[:, 1] / (height / 2))
        if 0.64 <= share <= 0.86 and np.percentile(radii, 5) > 0.8 and np.percentile(radii, 95) < 1.18:
            circles.append((x, y, x + width, y + height))
    return tuple(measure(ink, box, ink.to_points(*box), is_round=True) for box, _ in outside_words(ink, circles, words))


def outside_words(
    ink: PageInk, boxes: list[tuple[int, int, int, int]], words: Sequence[Word]
) -> list[tuple[tuple[int, int, int, int], bool]]:
    """Boxes that are not letters: their middle lies in no word, or (True) in a letter that may be a box read wrong."""
    if not boxes or not words:
        return [(box, False) for box in boxes]
    array = np.array([word.bbox for word in words], dtype=np.float64) * ink.scale
    first = array[:, 0] + np.array([_first_part(word) for word in words]) * (array[:, 2] - array[:, 0])
    kept = []
    for box in boxes:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        within = (array[:, 1] < y) & (y < array[:, 3]) & (array[:, 0] < x) & (x < array[:, 2])
        if (within & (x > first)).any():
            continue
        is_typed = all(is_mark(word) for word, is_on in zip(words, within, strict=True) if is_on)
        if within.any() and not is_typed and _follows_word(box, array[~within]):
            continue
        kept.append((box, bool(within.any())))
    return kept


def is_mark(word: Word) -> bool:
    """Whether a word may be what was typed into a box to tick it."""
    return _MARK.match(word.text) is not None and word.bbox.width < LARGEST


def without_marks(words: Sequence[Word], squares: Sequence[Square]) -> tuple[Word, ...]:
    """The words without the marks that were typed into boxes."""
    boxes = [square.bbox for square in squares]
    return tuple(word for word in words if not (is_mark(word) and lies_on(word.bbox, boxes)))


def _follows_word(box: tuple[int, int, int, int], words: NDArray[np.float64]) -> bool:
    """Whether a word ends closer to the left of a box than the space before a choice is wide: it is a letter then."""
    x0, top, _, bottom = box
    level = (words[:, 1] < (top + bottom) / 2) & (words[:, 3] > (top + bottom) / 2)
    gap = x0 - words[:, 2]
    return bool((level & (gap > -2) & (gap < 0.9 * (bottom - top))).any())


def _first_part(word: Word) -> float:
    """Which share of a word, from its left, a check box may stand in: recognition takes a box for a letter."""
    if not any(letter.isalnum() for letter in word.text) or is_mark(word):
        return 1.0
    doubted = word.confidence is not None and word.confidence < DOUBTED and len(word.text) <= 6
    if doubted and word.text[0] in "OoDQ0C[]|":
        return 1.0
    if _MAYBE_BOX.match(word.text) or word.text in ("O", "o", "0", "D", "Q"):
        return min(1.0, 1.3 / len(word.text))
    return 0.02


def _edge_pairs(ink: PageInk, words: Sequence[Word]) -> list[tuple[int, int, int, int]]:
    """Rectangles two of whose opposite edges are runs of one length: looked for upright and lying."""
    taken = (
        np.array([word.bbox for word in words if _first_part(word) < 0.1], dtype=np.float64).reshape(-1, 4) * ink.scale
    )
    upright = _pair_runs(_find_runs(ink.mask, ink.scale, taken), ink.scale)
    lying = _pair_runs(_find_runs(np.ascontiguousarray(ink.mask.T), ink.scale, taken[:, [1, 0, 3, 2]]), ink.scale)
    return list({*upright, *((top, x0, bottom, x1) for x0, top, x1, bottom in lying)})


def _find_runs(mask: Gray, scale: float, taken: NDArray[np.float64]) -> NDArray[np.int64]:
    """Runs of ink along the first axis as long as a box's edge, jagged by a pixel or not, outside the words.

    Rows of (x, y, width, height), sorted by y.
    """
    gap, shortest = max(1, round(0.9 * scale)), max(2, round(SMALLEST * scale) - 1)
    smooth = cv2.dilate(mask, np.ones((2, 1), np.uint8))
    bridge = cv2.morphologyEx(smooth, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    runs = cv2.morphologyEx(bridge, cv2.MORPH_OPEN, np.ones((1, shortest), np.uint8))
    found = np.array(outer_boxes(np.asarray(runs, np.uint8)), dtype=np.int64).reshape(-1, 4)
    found = found[(found[:, 2] <= (LARGEST + OVERRUN) * scale) & (found[:, 3] <= THICKEST_EDGE * scale + 1)]
    inside = np.zeros(len(found), bool)
    x, y = found[:, 0] + found[:, 2] / 2, found[:, 1] + found[:, 3] / 2
    margin = 1.5 * scale
    for x0, top, x1, bottom in taken:
        inside |= (x > x0 + margin) & (x < x1) & (y > top) & (y < bottom)
    found = found[~inside]
    return np.asarray(found[np.argsort(found[:, 1], kind="stable")], np.int64)


def _pair_runs(runs: NDArray[np.int64], scale: float) -> list[tuple[int, int, int, int]]:
    """Rectangles whose edges are two runs, one above the other, that agree at one end and nearly at the other."""
    edge, tallest = EDGE * scale, LARGEST * scale
    boxes: list[tuple[int, int, int, int]] = []
    for first in range(0, len(runs), 128):
        upper = runs[first : first + 128, None, :]
        until = int(np.searchsorted(runs[:, 1], upper[-1, 0, 1] + tallest, side="right"))
        lower = runs[None, first:until, :]
        narrow = np.minimum(upper[..., 2], lower[..., 2])
        tall = lower[..., 1] + lower[..., 3] - upper[..., 1]
        left = np.abs(upper[..., 0] - lower[..., 0])
        right = np.abs(upper[..., 0] + upper[..., 2] - lower[..., 0] - lower[..., 2])
        fits = (lower[..., 1] > upper[..., 1] + upper[..., 3]) & (tall >= 0.66 * narrow) & (tall <= 1.5 * narrow)
        fits &= (tall >= SMALLEST * scale) & (tall <= tallest)
        fits &= (np.minimum(left, right) <= edge) & (np.maximum(left, right) <= OVERRUN * scale)
        for index, other in np.argwhere(fits).tolist():
            x, y, width, _ = upper[index, 0].tolist()
            other_x, other_y, other_width, other_height = lower[0, other].tolist()
            x0 = (max if left[index, other] > edge else min)(x, other_x)
            x1 = (min if right[index, other] > edge else max)(x + width, other_x + other_width)
            boxes.append((x0, y, x1, other_y + other_height))
    return boxes


def _blocks(ink: PageInk) -> list[tuple[int, int, int, int]]:
    """Solid squares: boxes that are filled in."""
    side = ink.pixels(SMALLEST) - 1
    solid = cv2.morphologyEx(ink.mask, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    boxes = []
    for x, y, width, height in outer_boxes(np.asarray(solid, np.uint8)):
        is_square = abs(width - height) <= 0.3 * max(width, height) and max(width, height) <= LARGEST * ink.scale
        if is_square and ink.mask[y : y + height, x : x + width].mean() > 0.8:
            boxes.append((x, y, x + width, y + height))
    return boxes


def _is_framed(ink: PageInk, box: tuple[int, int, int, int], is_strict: bool) -> bool:
    """Whether ink runs along all four sides up to the corners, as a letter's does not."""
    x0, top, x1, bottom = box
    edge = max(2, round(EDGE * ink.scale))
    around = edge // 2
    part = ink.mask[max(0, top - around) : bottom + around, max(0, x0 - around) : x1 + around]
    if min(part.shape) < 4 * edge:
        return False
    deep = edge + around
    sides = [
        side[around : len(side) - around]
        for side in (
            part[:deep].max(axis=0),
            part[-deep:].max(axis=0),
            part[:, :deep].max(axis=1),
            part[:, -deep:].max(axis=1),
        )
    ]
    covers = [float(side.mean()) for side in sides]
    if min(covers) < (0.8 if is_strict else 0.7) or sum(covers) < 3.3:
        return False
    ends = 0
    for side in sides:
        short = max(2, round(0.16 * len(side)))
        ends += int(side[:short].mean() >= 0.5) + int(side[-short:].mean() >= 0.5)
    return ends >= (7 if is_strict else 6)


def is_cell(ink: PageInk, box: BBox, rules: Rules) -> bool:
    """Whether a long rule runs along an edge, or the box is one of a comb."""
    for rule in rules.vertical:
        is_along = rule.height > 1.7 * box.height and rule.y_overlap(box) > 0.6 * box.height
        is_at_edge = min(abs(rule.x_mid - box.x0), abs(rule.x_mid - box.x1)) < 1.6
        if is_along and is_at_edge and not _ends_with(ink, rule, box):
            return True
    for rule in rules.horizontal:
        is_along = rule.width > 1.9 * box.width and rule.x_overlap(box) > 0.6 * box.width
        if is_along and min(abs(rule.y_mid - box.top), abs(rule.y_mid - box.bottom)) < 1.2:
            return True
    frames = (*(comb.bbox for comb in rules.combs), *rules.bars)
    return lies_on(box, frames)


def _ends_with(ink: PageInk, rule: BBox, box: BBox) -> bool:
    """Whether a rule has no ink above and below a box: the edges of boxes that stand close over each other are none."""
    reach = (EDGE, 0.8 * EDGE)
    beyond = (
        BBox(rule.x0 - 1, box.top - sum(reach), rule.x1 + 1, box.top - reach[0]),
        BBox(rule.x0 - 1, box.bottom + reach[0], rule.x1 + 1, box.bottom + sum(reach)),
    )
    return all(ink.density(part) < 0.1 for part in beyond)


def measure(ink: PageInk, box: tuple[int, int, int, int], points: BBox, is_round: bool) -> Square:
    """The box (in pixels, and in points) with the ink inside its edges."""
    x0, top, x1, bottom = box
    part = ink.mask[top:bottom, x0:x1]
    above, below, left, right = (width + (2 if is_round else 1) for width in _edge_widths(part, ink))
    inside = part[above : part.shape[0] - below, left : part.shape[1] - right].copy()
    if min(inside.shape, default=0) < 3:
        return Square(points, is_round, 0.0, 0.0, 0)
    if is_round:
        _round_off(inside)
    stroke = _largest_stroke(inside)
    height, width = inside.shape
    middle = height // 2, width // 2
    quarters = [
        (rows, columns)
        for rows in (slice(0, middle[0]), slice(-middle[0], None))
        for columns in (slice(0, middle[1]), slice(-middle[1], None))
    ]
    corners = sum(float(inside[rows, columns].mean()) > 0.06 for rows, columns in quarters)
    return Square(points, is_round, float(inside.mean()), stroke, corners)


def _edge_widths(part: Gray, ink: PageInk) -> tuple[int, int, int, int]:
    """How deep the drawn edge reaches from above, below, left and right: the middle run of ink inwards."""
    limit = max(2, ink.pixels(THICKEST_EDGE) - 1)
    widths = []
    for side in (part, part[::-1], part.T, part.T[::-1]):
        band = side[: limit + 1, side.shape[1] // 5 : -(side.shape[1] // 5) or None]
        start = _middle(np.argmax(band > 0, axis=0)) if band.size else 0
        run = np.argmin(band[start:] > 0, axis=0) if band[start:].size else np.array([0])
        widths.append(min(limit, max(1, start + _middle(run))))
    above, below, left, right = widths
    return above, below, left, right


def _middle(values: NDArray[np.intp]) -> int:
    return int(np.sort(values)[len(values) // 2])


def _round_off(inside: Gray) -> None:
    height, width = inside.shape
    rows, columns = np.ogrid[:height, :width]
    away = ((rows - (height - 1) / 2) / (height / 2)) ** 2 + ((columns - (width - 1) / 2) / (width / 2)) ** 2
    inside[away > 0.8] = 0


def _largest_stroke(inside: Gray) -> float:
    """The largest stroke's diagonal as a share of the inside's; an edge's fringe and single specks do not count."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=8)
    height, width = inside.shape
    best = 0.0
    for x, y, wide, high, area in stats[1:count].tolist():
        fringe = (high <= 2 and (y == 0 or y + high == height)) or (wide <= 2 and (x == 0 or x + wide == width))
        if not fringe and area > 3:
            best = max(best, float(np.hypot(wide, high)))
    return best / float(np.hypot(width, height))


def shared_part(box: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> float:
    """The area that two boxes, in pixels, share, as a share of the smaller one's."""
    width = min(box[2], other[2]) - max(box[0], other[0])
    height = min(box[3], other[3]) - max(box[1], other[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]), (other[2] - other[0]) * (other[3] - other[1]))
    return max(0, width) * max(0, height) / max(1, smaller)
