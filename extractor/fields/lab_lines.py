"""Words to the rows of a table whose lines still lean: one straight slope for the page, found by its projection.

The slope is the one whose projection profile is most peaked (Postl 1986; Baird 1987), over the middles of the word
boxes. A page turned by the fax or scanned aslant keeps a few degrees, and two columns 300 points apart are then a
whole row off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from extractor.layout.lines import group_rows
from models.record import BBox
from models.stages.layout import PageReading
from models.stages.text import Word

_STEEPEST, _STEP = 0.09, 0.002
_FLAT = 0.004
"""Slopes below this shift a word by less than two points across a page."""
_FEWEST = 12
_SAME_ROW = 0.5
"""Text heights between the middles of two pieces of one row at most."""
_TALLEST = 4.0
"""Usual text heights; a title stays below."""
_GAIN = 1.15
"""How much more peaked than the level profile the leaning one must be."""


Row = tuple[Word, ...]
"""Words on one height, from left to right."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows from top to bottom, each from left to right, with straightened boxes; ``originals`` gives the read words."""

    rows: tuple[tuple[Word, ...], ...]
    originals: Mapping[Word, Word]
    slope: float

    def read(self, words: Sequence[Word]) -> tuple[Word, ...]:
        """The words as they were read, for a value's place on the page."""
        return tuple(self.originals.get(word, word) for word in words)


def page_rows(page: PageReading) -> Rows:
    """The rows of all words of a page."""
    words = _text_high(tuple(word for line in page.layout.lines for word in line.words))
    slope = find_slope(words)
    if abs(slope) < _FLAT:
        return Rows(_rejoined(group_rows(words)), {}, 0.0)
    originals = {_shifted(word, slope): word for word in words}
    return Rows(_rejoined(group_rows(tuple(originals))), originals, slope)


def _rejoined(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows that only their boxes part: on one height, and each with free places where the other has words."""
    joined: list[Row] = []
    for row in rows:
        if joined and _is_same_row(joined[-1], row):
            joined[-1] = tuple(sorted((*joined[-1], *row), key=lambda word: word.bbox.x0))
        else:
            joined.append(row)
    return tuple(joined)


def _is_same_row(row: Row, other: Row) -> bool:
    height = median(word.bbox.height for word in (*row, *other))
    apart = abs(median(word.bbox.y_mid for word in row) - median(word.bbox.y_mid for word in other))
    if apart > _SAME_ROW * height:
        return False
    return not any(one.bbox.x_overlap(two.bbox) > 0 for one in row for two in other)


def _text_high(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Without what was read where a line runs up the margin, or a fold or smear stands: it is no part of a row."""
    usual = median(word.bbox.height for word in words) if words else 0.0
    return tuple(word for word in words if word.bbox.height <= _TALLEST * usual)


def find_slope(words: Sequence[Word]) -> float:
    """Points a line falls for each point to the right (negative: it climbs); 0 where no slope is clearly better."""
    places = [(word.bbox.x_mid, word.bbox.y_mid, max(1.0, word.bbox.width) ** 0.5) for word in words]
    if len(places) < _FEWEST:
        return 0.0
    heights = sorted(word.bbox.height for word in words)
    bin_height = max(2.0, 0.35 * heights[len(heights) // 2])
    steps = int(_STEEPEST / _STEP)
    scored = [(_peaks(places, step * _STEP, bin_height), step * _STEP) for step in range(-steps, steps + 1)]
    level = _peaks(places, 0.0, bin_height)
    best, slope = max(scored, key=lambda pair: (pair[0], -abs(pair[1])))
    return slope if best > _GAIN * level else 0.0


def _peaks(places: Sequence[tuple[float, float, float]], slope: float, bin_height: float) -> float:
    """The sum of squares of the profile, with each word shared between its two nearest bins."""
    bins: dict[int, float] = {}
    for x, y, weight in places:
        place = (y - slope * x) / bin_height
        low = int(place // 1)
        share = place - low
        bins[low] = bins.get(low, 0.0) + weight * (1 - share)
        bins[low + 1] = bins.get(low + 1, 0.0) + weight * share
    return sum(value * value for value in bins.values())


def _shifted(word: Word, slope: float) -> Word:
    drop = slope * word.bbox.x_mid
    box = word.bbox
    return word.model_copy(update={"bbox": BBox(box.x0, box.top - drop, box.x1, box.bottom - drop)})
