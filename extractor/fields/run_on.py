"""Where a run of words goes on: to the end of its line, and on the next lines of a paragraph that was wrapped.

A line is wrapped where the next line's first word would not have fitted behind it any more, in the width that the
lines of its column have. What stands under another label, a title or a box is never part of the paragraph.
"""

from collections.abc import Sequence

from models.record import BBox
from models.stages.layout import Line, PageReading
from models.stages.text import Word

_EDGE = 8.0
"""Points by which left edges of one paragraph's lines, and the right edge of its column, may differ."""
_LEADING = 0.75
"""Of a line's height that may be free between two lines of a paragraph."""
_LEVEL, _WORD_GAP = 0.5, 0.8
"""Of a word's height that lies on its row, and heights between two words of one line."""
_MOST_LINES = 6
_TAKEN = 0.3
"""Share of a word on a label or a box from which on it is part of that."""


def run_on(words: Sequence[Word], page: PageReading, stops: Sequence[BBox]) -> tuple[Word, ...]:
    """The words that go on with ``words``, in reading order; ``stops``: labels, other answers, titles and boxes."""
    if not words:
        return ()
    line = next((line for line in page.layout.lines if words[-1] in line.words), None)
    if line is None:
        return ()
    place = line.words.index(words[-1]) + 1
    found = list(_free(line.words[place:], stops))
    if place + len(found) < len(line.words):
        return tuple(found)
    lefts = (line.bbox.x0, words[0].bbox.x0)
    for _number in range(_MOST_LINES):
        below = _next_line(line, lefts, page)
        if below is None or not _is_wrapped(line, below, page):
            break
        free = _free(below.words, stops)
        found.extend(free)
        if len(free) < len(below.words):
            break
        line = below
    return tuple(found)


def indented_below(words: Sequence[Word], box: BBox, page: PageReading, stops: Sequence[BBox]) -> tuple[Word, ...]:
    """The line right below the last of ``words`` that is indented as the label of ``box`` is; () where none is."""
    line = next((line for line in page.layout.lines if words and words[-1] in line.words), None)
    below = None if line is None else _next_line(line, (words[0].bbox.x0,), page)
    if below is None or below.bbox.x0 < box.x1:
        return ()
    # Rows of small print overlap in height, so only what lies around a word's middle stands in its place.
    middles = [(word.bbox.x_mid, word.bbox.y_mid) for word in below.words]
    is_taken = any(stop.x0 <= x <= stop.x1 and stop.top <= y <= stop.bottom for x, y in middles for stop in stops)
    return () if is_taken else below.words


def rest_of_row(words: Sequence[Word], page: PageReading, stops: Sequence[BBox]) -> tuple[Word, ...]:
    """The words that go on with ``words`` on their row, no further away than words of one line are.

    A streak down the page parts a line in two.
    """
    if not words:
        return ()
    found = [words[-1]]
    row = [
        word
        for line in page.layout.lines
        for word in line.words
        if word.bbox.x0 > words[-1].bbox.x0 and word.bbox.y_overlap(words[-1].bbox) > _LEVEL * words[-1].bbox.height
    ]
    for word in sorted(row, key=lambda word: word.bbox.x0):
        is_near = word.bbox.x0 - found[-1].bbox.x1 < _WORD_GAP * word.bbox.height
        if word in words or not is_near or not _free((word,), stops):
            break
        found.append(word)
    return tuple(found[1:])


def stops_of(page: PageReading) -> list[BBox]:
    """The places of a page where something else begins: boxes with their labels, titles, labels."""
    layout = page.layout
    boxes = [place for box in layout.checkboxes for place in (box.bbox, box.label_bbox) if place is not None]
    return [*boxes, *(section.title_bbox for section in layout.sections), *(p.label_bbox for p in layout.key_values)]


def _free(words: Sequence[Word], stops: Sequence[BBox]) -> tuple[Word, ...]:
    """The words up to the first that lies on something else."""
    free: list[Word] = []
    for word in words:
        if any(word.bbox.intersection_area(stop) > _TAKEN * word.bbox.area for stop in stops):
            break
        free.append(word)
    return tuple(free)


def _next_line(line: Line, lefts: Sequence[float], page: PageReading) -> Line | None:
    """The line right below that starts where the paragraph or its first line's answer does."""
    below = [
        other
        for other in page.layout.lines
        if other is not line
        and -0.5 * line.bbox.height <= other.bbox.top - line.bbox.bottom <= _LEADING * line.bbox.height
        and other.bbox.y_mid > line.bbox.y_mid
        and min(abs(other.bbox.x0 - left) for left in lefts) <= _EDGE
    ]
    return min(below, key=lambda other: other.bbox.top, default=None)


def _is_wrapped(line: Line, below: Line, page: PageReading) -> bool:
    """Whether the first word of the line below had no room left behind ``line``."""
    column = [
        other.bbox.x1
        for other in page.layout.lines
        if other.bbox.x0 >= line.bbox.x0 - 3 * _EDGE and other.bbox.x0 < line.bbox.x_mid
    ]
    first = below.words[0].bbox
    return line.bbox.x1 + first.width + _EDGE >= max(column)
