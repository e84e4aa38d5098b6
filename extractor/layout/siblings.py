"""Boxes so marked that their outline is lost, told by like ones in their row and column."""

from collections.abc import Sequence

import numpy as np

from extractor.layout.ink import PageInk, box_of
from extractor.layout.pitch import SPACE, fits_behind, space_before
from extractor.layout.squares import LARGEST, SMALLEST, Square, is_apart, measure, outside_words
from models.record import BBox
from models.stages.text import Word

FEWEST_IN_LINE = 2
"""Boxes in the column and the row of a mark that show that it is no letter."""
IN_LINE = 2.5
"""Points that a box may be out of line with those above and below it."""
NEAR_LINES = 4.5
"""Heights of a word from one box of a list to the next."""
COVERED = 0.22
"""The share of ink in a place where a box is expected from which it is taken to be marked."""


def find_siblings(ink: PageInk, known: Sequence[Square], words: Sequence[Word]) -> tuple[Square, ...]:
    """Boxes and circles so marked that their outline is lost, told by like ones in their row or column."""
    if not known:
        return ()
    boxes = np.array([ink.to_pixels(square.bbox) for square in known], dtype=np.float64)
    size = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    found: dict[tuple[int, int, int, int], Square] = {}
    columned: set[tuple[int, int, int, int]] = set()
    for outline in ink.outlines:
        if len(outline) < 4:
            continue
        x, y, width, height = box_of(outline)
        if min(width, height) < SMALLEST * ink.scale or max(width, height) > 1.7 * LARGEST * ink.scale:
            continue
        alike = (max(width, height) < 1.7 * size) & (min(width, height) > 0.8 * size)
        level = np.abs((boxes[:, 1] + boxes[:, 3]) / 2 - (y + height / 2)) < 0.35 * size
        under = np.abs((boxes[:, 0] + boxes[:, 2]) / 2 - (x + width / 2)) < 0.3 * size
        likes = np.flatnonzero(alike & (level | under))
        if len(likes) and ink.mask[y : y + height, x : x + width].mean() > 0.2:
            found[x, y, x + width, y + height] = known[int(likes[0])]
            if (alike & under).any() and int((alike & (under | level)).sum()) >= FEWEST_IN_LINE:
                columned.add((x, y, x + width, y + height))
    siblings: list[Square] = []
    apart = [box for box, is_letter in outside_words(ink, list(found), words) if not is_letter and is_apart(ink, box)]
    # A mark may have been read into the word behind it; the words of a list begin right of its column of boxes.
    for box in dict.fromkeys((*apart, *(box for box in found if box in columned and _starts_word(ink, box, words)))):
        points = ink.to_points(*box)
        taken = (*known, *siblings)
        if not any(points.intersection_area(square.bbox) > 0.1 * square.bbox.area for square in taken):
            model = found[box].bbox
            middle = BBox(
                points.x_mid - model.width / 2,
                points.y_mid - model.height / 2,
                points.x_mid + model.width / 2,
                points.y_mid + model.height / 2,
            )
            siblings.append(measure(ink, ink.to_pixels(middle), middle, found[box].is_round))
    return tuple(siblings)


def _starts_word(ink: PageInk, box: tuple[int, int, int, int], words: Sequence[Word]) -> bool:
    """Whether a box lies in no word, or where the box of a word begins that holds more than its letters."""
    x, y = (box[0] + box[2]) / 2 / ink.scale, (box[1] + box[3]) / 2 / ink.scale
    on = [word for word in words if word.bbox.top < y < word.bbox.bottom and word.bbox.x0 < x < word.bbox.x1]
    return all(
        x - word.bbox.x0 < 0.9 * word.bbox.height and fits_behind(word, box[2] / ink.scale, words) for word in on
    )


def _is_listed(box: BBox, word: BBox) -> bool:
    """Whether a word starts in the column of a box, few lines above or below it."""
    return abs(box.x0 - word.x0) < IN_LINE and abs(box.y_mid - word.y_mid) < NEAR_LINES * word.height


def find_covered(ink: PageInk, known: Sequence[Square], words: Sequence[Word]) -> tuple[Square, ...]:
    """Marked boxes that run into the word behind them, where the column and the row of other boxes meet.

    Recognition passed the box over: the word's box holds more than its letters, and ink where the box should be.
    """
    found: list[Square] = []
    for word in words:
        models = [square.bbox for square in known if _is_listed(square.bbox, word.bbox)]
        rows = [square for square in known if abs(square.bbox.y_mid - word.bbox.y_mid) < IN_LINE]
        if not models or len(models) + len(rows) < FEWEST_IN_LINE or space_before(word, words) < SPACE:
            continue
        model = models[0]
        box = BBox(model.x0, word.bbox.y_mid - model.height / 2, model.x1, word.bbox.y_mid + model.height / 2)
        if any(box.intersection_area(square.bbox) > 0 for square in (*known, *found)):
            continue
        if ink.density(box) >= COVERED and fits_behind(word, box.x1, words):
            found.append(measure(ink, ink.to_pixels(box), box, is_round=False))
    return tuple(found)
