"""Words to lines: runs on one base line without a column gap or a ruled line between them."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from models.record import BBox, bounding_box
from models.stages.layout import Line
from models.stages.text import Word

COLUMN_GAP = 1.6
"""A gap wider than so many text heights parts two columns."""

SHARED_HEIGHT = 0.5
"""Words are on one row when they share this part of the lower one's height."""


def group_rows(words: Sequence[Word]) -> tuple[tuple[Word, ...], ...]:
    """Words that stand on one height, each row from left to right, rows from top to bottom.

    A word joins the row whose nearest word to its left shares most of its height, so a row may drift with a
    remaining skew. Tall scrawl does not pull two rows together: the overlap counts against the lower box.
    """
    if not words:
        return ()
    height = median(word.bbox.height for word in words)
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda each: each.bbox.x0):
        best, best_share = None, SHARED_HEIGHT
        middle = word.bbox.y_mid
        for row in rows:
            if abs(row[-1].bbox.y_mid - middle) > 3 * height:
                continue
            last = _neighbour(row, word)
            lower = max(1.0, min(last.bbox.height, word.bbox.height))
            share = last.bbox.y_overlap(word.bbox) / lower
            share -= 0.25 * max(0.0, max(last.bbox.height, word.bbox.height) / (2.2 * height) - 1.0)
            share -= abs(last.bbox.y_mid - word.bbox.y_mid) / (4 * height)
            if share > best_share:
                best, best_share = row, share
        if best is None:
            rows.append([word])
        else:
            best.append(word)
    rows.sort(key=lambda row: median(word.bbox.y_mid for word in row))
    return tuple(tuple(row) for row in rows)


def split_row(row: Sequence[Word], verticals: Sequence[BBox] = (), gap: float = COLUMN_GAP) -> tuple[Line, ...]:
    """The pieces of a row between column gaps and vertical rules."""
    pieces: list[list[Word]] = [[row[0]]]
    for left, right in pairwise(row):
        height = max(min(left.bbox.height, right.bbox.height), 0.7 * max(left.bbox.height, right.bbox.height))
        space = right.bbox.x0 - left.bbox.x1
        if space > gap * height or has_rule_between(left.bbox, right.bbox, verticals):
            pieces.append([right])
        else:
            pieces[-1].append(right)
    return tuple(make_line(piece) for piece in pieces)


def make_line(words: Sequence[Word]) -> Line:
    """A line around words that are in order already."""
    return Line(words=tuple(words), bbox=bounding_box([word.bbox for word in words]))


def has_rule_between(left: BBox, right: BBox, verticals: Sequence[BBox]) -> bool:
    """Whether a vertical rule stands between two boxes of one row."""
    top, bottom = min(left.top, right.top), max(left.bottom, right.bottom)
    middle = (top + bottom) / 2
    return any(
        left.x_mid < rule.x_mid < right.x_mid
        and left.x1 - 2 <= rule.x_mid <= right.x0 + 2
        and rule.top <= middle <= rule.bottom
        for rule in verticals
    )


def _neighbour(row: list[Word], word: Word) -> Word:
    """The row's word closest to the left of ``word``: the last ones may be far off its height."""
    return min(reversed(row[-3:]), key=lambda each: abs(word.bbox.x0 - each.bbox.x1))
