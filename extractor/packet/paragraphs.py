"""Paragraphs outside letters: lines of one margin, each as long as the room allows, that hold whole sentences."""

import re
from collections.abc import Iterator

from models.stages.layout import Layout, Line

_MARGIN, _LEADING = 0.6, 0.8
"""Text heights between the left edges of a paragraph's lines, and from the foot of one to the head of the next."""
_FULL = 0.8
"""Of its longest line's width, which all of a paragraph's lines but the last have."""
_LONG = 8
"""Words of a full line."""
_INNER_END = re.compile(r"[a-z0-9)]{2}[.;] (?=[A-Z])")
"""Where a sentence ends within a line and another begins."""


def find_paragraphs(layout: Layout) -> Iterator[tuple[Line, ...]]:
    """The paragraphs of a page that hold a sentence's end within a line, which fields of a form do not."""
    lines = sorted(layout.lines, key=lambda line: line.bbox.top)
    taken: set[int] = set()
    for start, line in enumerate(lines):
        if start in taken:
            continue
        run = [line]
        for number in range(start + 1, len(lines)):
            if number not in taken and _goes_on(run[-1], lines[number]):
                run.append(lines[number])
                taken.add(number)
        if _is_running(run):
            yield tuple(run)


def _goes_on(above: Line, below: Line) -> bool:
    upper, lower = above.bbox, below.bbox
    height = max(upper.height, lower.height)
    is_under = -0.5 * height < lower.top - upper.bottom < _LEADING * height and lower.y_mid > upper.y_mid
    return is_under and abs(lower.x0 - upper.x0) < _MARGIN * height and len(above.words) >= _LONG


def _is_running(run: list[Line]) -> bool:
    if len(run) < 2:
        return False
    widest = max(line.bbox.width for line in run)
    if any(line.bbox.width < _FULL * widest for line in run[:-1]):
        return False
    return any(_INNER_END.search(line.text) for line in run)
