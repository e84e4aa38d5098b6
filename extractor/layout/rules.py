"""Ruled lines and boxes found on pixels.

Lines by directional morphology as in Zheng, Li, Doermann, "A parallel-line detection algorithm based on HMM
decoding" (2005) and common form practice: take away what is too thick to be a line, close small breaks, keep
long runs. A skew of 0.3 degrees steps a line by one pixel every 190, so runs of neighbouring rows are one
connected component. Boxes are the holes between the repaired lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import cv2
import numpy as np

from extractor.layout.broken_rules import SHORTEST_BROKEN, broken_runs
from extractor.layout.ink import PageInk, outer_boxes
from extractor.pixels import Gray
from models.record import BBox, bounding_box
from models.stages.text import Word

THICKEST = 2.6
"""Points. A thicker run is a bar, a letter's stem or a picture."""
BREAK = 2.6
"""Points. A one-pixel line on a fax has gaps up to this."""
SHORTEST_HORIZONTAL = 16.0
SHORTEST_VERTICAL = 9.0
STREAK = 0.2
"""The share of ink in a streak's column where no form is."""
CORNERED = 40.0
"""Points: a border this long with a corner at each end is one even where words cover it."""
LOOSE = 32.0
"""Points: an upright line at least so long is a rule even where it meets no other."""
_INSIDE, _CROSSED = 0.3, 2
"""Heights of a word from its ends within which a line runs through it, and words from which it is a scratch."""
DARK, LOWEST_BAR = 0.5, 7.0
"""The share of ink in each row of a dark band, letters cut out of it or not, and the points it is high at least."""
WHOLE_PAGE = 0.9
"""The share of a page's height from which an upright line is dirt of the scanner: forms keep margins."""
JOIN = 6.0
"""Points. Pieces of one line with a smaller gap are joined: a letter stood on it."""


@dataclass(frozen=True, slots=True)
class Comb:
    """A row of at least three cells for one character each."""

    bbox: BBox
    cells: tuple[BBox, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """The ruled geometry of a page, in points.

    ``horizontal`` and ``vertical`` are thin lines, ``cells`` the smallest rectangles that lines close in (comb
    cells not among them), ``bars`` dark or shaded bands that may hold a title. ``streaks`` are upright lines of dirt
    from the head of the page to its foot.
    """

    horizontal: tuple[BBox, ...] = ()
    vertical: tuple[BBox, ...] = ()
    cells: tuple[BBox, ...] = ()
    combs: tuple[Comb, ...] = ()
    bars: tuple[BBox, ...] = ()
    streaks: tuple[BBox, ...] = ()

    def without(self, boxes: Sequence[BBox]) -> "Rules":
        """These rules but for the edges of small boxes such as check boxes."""
        return replace(
            self,
            horizontal=tuple(rule for rule in self.horizontal if not any(_is_edge(rule, box) for box in boxes)),
            vertical=tuple(rule for rule in self.vertical if not any(_is_edge(rule, box) for box in boxes)),
            cells=tuple(cell for cell in self.cells if not any(cell.iou(box) > 0.5 for box in boxes)),
        )

    def with_combs(self, combs: Sequence[Comb]) -> "Rules":
        """These rules and combs that were found box by box."""
        return replace(self, combs=(*self.combs, *combs))


def _is_edge(rule: BBox, box: BBox) -> bool:
    around = BBox(box.x0 - 2.5, box.top - 2.5, box.x1 + 2.5, box.bottom + 2.5)
    return rule.intersection_area(around) > 0.7 * rule.area and max(rule.width, rule.height) < 1.9 * max(
        box.width, box.height
    )


def find_rules(ink: PageInk, words: Sequence[Word], is_rough: bool = False) -> Rules:
    """All ruled geometry of a page; ``words`` tell a row of letters or a tall stem from a line.

    ``is_rough``: also lines that the fax left as dots; worth its time on standard and degraded faxes only.
    """
    horizontal, vertical = _runs(ink, is_horizontal=True), _runs(ink, is_horizontal=False)
    if is_rough:
        horizontal += broken_runs(ink.mask, ink.scale, SHORTEST_BROKEN)
        lying = broken_runs(np.ascontiguousarray(ink.mask.T), ink.scale, SHORTEST_VERTICAL + 2)
        vertical += [BBox(box.top, box.x0, box.bottom, box.x1) for box in lying]
    horizontal, vertical = _join(horizontal), _join(vertical, is_horizontal=False)
    streaks = [rule for rule in vertical if rule.height * ink.scale > WHOLE_PAGE * ink.mask.shape[0]]
    vertical = [rule for rule in vertical if rule not in streaks]
    flat, upright = _drop_text(horizontal, words, is_horizontal=True), _drop_text(vertical, words, is_horizontal=False)
    # Writing in a box covers its borders: a line that meets others at both ends is no part of a letter.
    horizontal, vertical = (
        [rule for rule in horizontal if rule in flat or _is_closed(rule, vertical, is_horizontal=True)],
        [rule for rule in vertical if rule in upright or _is_closed(rule, flat, is_horizontal=False)],
    )
    bars = _find_bars(ink)
    borders = [edge for bar in bars for edge in _borders(bar)]
    vertical = _drop_scratches(_drop_loose(vertical, [*horizontal, *borders]), horizontal, words)
    vertical = _drop_streaks(ink, vertical, horizontal)
    combs, cells = _find_combs(_find_cells(ink, [*horizontal, *borders], vertical))
    return Rules(
        horizontal=tuple(sorted(horizontal, key=lambda rule: (rule.top, rule.x0))),
        vertical=tuple(sorted(vertical, key=lambda rule: (rule.x0, rule.top))),
        cells=tuple(cells),
        combs=tuple(combs),
        bars=bars,
        streaks=tuple(streaks),
    )


def _runs(ink: PageInk, is_horizontal: bool) -> list[BBox]:
    thick = ink.pixels(THICKEST) + 1
    gap = ink.pixels(BREAK) + 1
    shortest = ink.pixels(SHORTEST_HORIZONTAL if is_horizontal else SHORTEST_VERTICAL)

    def bar(length: int, along: bool) -> Gray:
        return np.ones((1, length) if along == is_horizontal else (length, 1), np.uint8)

    thin = cv2.subtract(ink.mask, cv2.morphologyEx(ink.mask, cv2.MORPH_OPEN, bar(thick, along=False)))
    closed = cv2.morphologyEx(thin, cv2.MORPH_CLOSE, bar(gap, along=True))
    kept = cv2.morphologyEx(closed, cv2.MORPH_OPEN, bar(shortest, along=True))
    boxes = []
    for x, y, width, height in outer_boxes(np.asarray(kept, np.uint8)):
        length, across = (width, height) if is_horizontal else (height, width)
        if across > max(2.0 * thick, 0.012 * length):
            continue
        part = thin[y : y + height, x : x + width]
        filled = part.any(axis=0 if is_horizontal else 1)
        if filled.mean() >= 0.62:
            boxes.append(ink.to_points(x, y, x + width, y + height))
    return boxes


def _join(boxes: list[BBox], is_horizontal: bool = True) -> list[BBox]:
    """Pieces of one line become one."""

    def start(box: BBox) -> float:
        return box.x0 if is_horizontal else box.top

    def end(box: BBox) -> float:
        return box.x1 if is_horizontal else box.bottom

    def across(box: BBox) -> float:
        return box.y_mid if is_horizontal else box.x_mid

    joined: list[BBox] = []
    for box in sorted(boxes, key=start):
        for index in range(len(joined) - 1, -1, -1):
            other = joined[index]
            near = -2.0 < start(box) - end(other) < JOIN or (start(box) <= end(other))
            if near and abs(across(box) - across(other)) < 1.6:
                joined[index] = other.union(box)
                break
        else:
            joined.append(box)
    return joined


def _is_closed(rule: BBox, others: Sequence[BBox], is_horizontal: bool) -> bool:
    """Whether both ends of a line stand on lines across it."""
    if is_horizontal:
        ends = (rule.x0, rule.x1)
        return rule.width > CORNERED and all(
            any(abs(other.x_mid - end) < 3 and other.top - 3 < rule.y_mid < other.bottom + 3 for other in others)
            for end in ends
        )
    return all(
        any(abs(other.y_mid - end) < 3.2 and other.x0 - 3 < rule.x_mid < other.x1 + 3 for other in others)
        for end in (rule.top, rule.bottom)
    )


def _drop_text(boxes: list[BBox], words: Sequence[Word], is_horizontal: bool) -> list[BBox]:
    """Without runs that lie in the letters of words: crossbars of capitals, tall stems."""
    if not boxes or not words:
        return boxes
    array = np.array([word.bbox for word in words], dtype=np.float64)
    height = array[:, 3] - array[:, 1]
    kept = []
    for box in boxes:
        if is_horizontal:
            inside = (box.y_mid > array[:, 1] + 0.12 * height) & (box.y_mid < array[:, 1] + 0.8 * height)
            shared = np.minimum(array[:, 2], box.x1) - np.maximum(array[:, 0], box.x0)
            covered = float(np.clip(shared[inside], 0, None).sum())
            if covered < 0.55 * box.width:
                kept.append(box)
        else:
            inside = (box.x_mid > array[:, 0] - 0.5) & (box.x_mid < array[:, 2] + 0.5)
            shared = np.minimum(array[:, 3], box.bottom) - np.maximum(array[:, 1], box.top)
            covered = float(np.clip(shared[inside], 0, None).sum())
            if covered < 0.7 * box.height:
                kept.append(box)
    return kept


def _borders(bar: BBox) -> tuple[BBox, BBox]:
    """The upper and lower edge of a bar, a little longer than it was measured."""
    return (
        BBox(bar.x0 - 4, bar.top, bar.x1 + 4, bar.top + 1),
        BBox(bar.x0 - 4, bar.bottom - 1, bar.x1 + 4, bar.bottom),
    )


def _drop_loose(boxes: list[BBox], horizontal: Sequence[BBox]) -> list[BBox]:
    """Without short upright runs that end nowhere: pen strokes. A wall meets lines at both ends or has its likes."""
    kept = []
    for box in boxes:
        meets = _ends_at_rules(box, horizontal)
        likes = sum(abs(other.top - box.top) < 2.2 and abs(other.bottom - box.bottom) < 2.2 for other in boxes)
        if box.height >= LOOSE or meets or likes >= 4:
            kept.append(box)
    return kept


def _ends_at_rules(box: BBox, horizontal: Sequence[BBox]) -> bool:
    """Whether an upright line meets a line at both of its ends."""
    crossing = [rule for rule in horizontal if rule.x0 - 3 < box.x_mid < rule.x1 + 3]
    return all(any(abs(rule.y_mid - end) < 3.2 for rule in crossing) for end in (box.top, box.bottom))


def _drop_scratches(boxes: list[BBox], horizontal: Sequence[BBox], words: Sequence[Word]) -> list[BBox]:
    """Without upright lines that run through words of several rows and end nowhere: words stand beside a form's own."""
    kept = []
    for box in boxes:
        crossed = [
            word.bbox.y_mid
            for word in words
            if box.top < word.bbox.y_mid < box.bottom
            and word.bbox.x0 + _INSIDE * word.bbox.height < box.x_mid < word.bbox.x1 - _INSIDE * word.bbox.height
        ]
        if len(crossed) < _CROSSED or _ends_at_rules(box, horizontal):
            kept.append(box)
    return kept


def _drop_streaks(ink: PageInk, boxes: list[BBox], horizontal: Sequence[BBox]) -> list[BBox]:
    """Without pieces of a streak down the page, as dirt on a scanner's glass leaves.

    A streak is full of gaps and goes on where no ruled line is near.
    """
    kept = []
    for box in boxes:
        x0, top, x1, bottom = ink.to_pixels(box)
        strip = np.asarray(ink.mask[:, x0:x1].max(axis=1, initial=0), np.uint8)
        crossed = [rule.y_mid for rule in horizontal if rule.x0 - 4 < box.x_mid < rule.x1 + 4]
        first, last = min([box.top, *crossed]) - 4, max([box.bottom, *crossed]) + 4
        outside = np.concatenate([strip[: max(0, round(first * ink.scale))], strip[round(last * ink.scale) :]])
        goes_on = outside.size > 60 * ink.scale and float(outside.mean()) > STREAK
        if not (goes_on and strip[top:bottom].mean() < 0.97):
            kept.append(box)
    return kept


def _find_cells(ink: PageInk, horizontal: Sequence[BBox], vertical: Sequence[BBox]) -> list[BBox]:
    """The holes between the lines, drawn anew with their ends drawn out so that corners close."""
    scale, reach = 2.0, 2.2
    height, width = (round(side / ink.scale * scale) + 8 for side in ink.mask.shape)
    canvas = np.zeros((height, width), np.uint8)
    for rule in horizontal:
        ends = (
            (round((rule.x0 - reach) * scale), round(rule.y_mid * scale)),
            (
                round((rule.x1 + reach) * scale),
                round(rule.y_mid * scale),
            ),
        )
        cv2.line(canvas, ends[0], ends[1], 1, max(1, round(rule.height * scale * 0.5)))
    for rule in vertical:
        cv2.line(
            canvas,
            (round(rule.x_mid * scale), round((rule.top - reach) * scale)),
            (round(rule.x_mid * scale), round((rule.bottom + reach) * scale)),
            1,
            max(1, round(rule.width * scale * 0.5)),
        )
    contours, tree = cv2.findContours(canvas, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if tree is None:
        return []
    cells = []
    for contour, (_, _, _, parent) in zip(contours, tree[0], strict=True):
        if parent < 0:
            continue
        x, y, wide, high = cv2.boundingRect(contour)
        is_box = cv2.contourArea(contour) > 0.8 * max(1, (wide - 1) * (high - 1))
        if wide >= 6 * scale and high >= 6 * scale and is_box:
            cells.append(BBox(x / scale, y / scale, (x + wide) / scale, (y + high) / scale))
    return cells


def _find_combs(cells: list[BBox]) -> tuple[list[Comb], list[BBox]]:
    """Rows of at least three small cells of one size side by side, and the cells that are in none."""
    small = sorted(
        (cell for cell in cells if 6 <= cell.width <= 26 and 8 <= cell.height <= 30),
        key=lambda cell: (cell.x0, cell.top),
    )
    rows: list[list[BBox]] = []
    for cell in small:
        for row in rows:
            last = row[-1]
            is_level = abs(last.top - cell.top) < 2.5 and abs(last.bottom - cell.bottom) < 2.5
            if is_level and -1.0 < cell.x0 - last.x1 < 4.0 and abs(cell.width - last.width) < 0.3 * last.width:
                row.append(cell)
                break
        else:
            rows.append([cell])
    long = [bounding_box(row) for row in rows if len(row) >= 3]
    combs = [
        Comb(bounding_box(row), tuple(row))
        for row in rows
        if len(row) >= 3 or (len(row) == 2 and any(_is_beside(bounding_box(row), box) for box in long))
    ]
    used = {cell for comb in combs for cell in comb.cells}
    # Several such rows under each other are a table of narrow columns, not a comb.
    stacked = {
        comb
        for upper, lower in pairwise(sorted(combs, key=lambda comb: comb.bbox.top))
        if abs(upper.bbox.bottom - lower.bbox.top) < 3 and abs(upper.bbox.x0 - lower.bbox.x0) < 3
        for comb in (upper, lower)
    }
    used -= {cell for comb in stacked for cell in comb.cells}
    return [comb for comb in combs if comb not in stacked], [cell for cell in cells if cell not in used]


def _is_beside(pair: BBox, comb: BBox) -> bool:
    """Whether two cells stand level with a comb at most two cells away: month and day before a year."""
    gap = max(pair.x0 - comb.x1, comb.x0 - pair.x1)
    return abs(pair.top - comb.top) < 3 and abs(pair.bottom - comb.bottom) < 3 and 0 < gap < 2.6 * pair.width


def _find_bars(ink: PageInk) -> tuple[BBox, ...]:
    """Bands at least 7 points high and 40 wide that are dark all over, letters cut out of them or not."""
    factor = 0.25
    small = cv2.resize(ink.mask * np.uint8(255), None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    dark = (small > 128).astype(np.uint8)
    step = ink.scale * factor
    closed = cv2.morphologyEx(
        dark, cv2.MORPH_CLOSE, np.ones((max(1, round(4 * step)), max(1, round(8 * step))), np.uint8)
    )
    kept = cv2.morphologyEx(
        closed, cv2.MORPH_OPEN, np.ones((max(2, round(7 * step)), max(2, round(40 * step))), np.uint8)
    )
    bars = []
    for x, y, width, height in outer_boxes(np.asarray(kept, np.uint8)):
        bar = _trim(ink, ink.to_points(x / factor, y / factor, (x + width) / factor, (y + height) / factor))
        part = ink.crop(bar)
        rim = max(2, part.shape[0] // 9)
        has_rims = min(part[1 : rim + 1].mean(), part[-rim - 1 : -1].mean()) > 0.75
        if bar.height < 40 and part.mean() > 0.5 and has_rims:
            bars.append(bar)
    return tuple(bars)


def _trim(ink: PageInk, bar: BBox) -> BBox:
    """A band without the rows of text that stand so close over or under it that they were taken for part of it."""
    _, top, _, _ = ink.to_pixels(bar)
    dark = [bool(row > DARK) for row in ink.crop(bar).mean(axis=1)]
    runs = [(is_dark, len(list(rows))) for is_dark, rows in groupby(dark)]
    starts = [sum(length for _, length in runs[:number]) for number in range(len(runs))]
    longest = max(
        ((length, start) for (is_dark, length), start in zip(runs, starts, strict=True) if is_dark), default=None
    )
    if longest is None or longest[0] < LOWEST_BAR * ink.scale:
        return bar
    first = (top + longest[1]) / ink.scale
    return BBox(bar.x0, first, bar.x1, first + longest[0] / ink.scale)
