"""The lines that stand below a title in its own column, and what ends them."""

import re

from models.stages.layout import Line, PageReading

_ENDS_BODY = re.compile(r"^\W*(?:\d{1,2}|[A-H])\s?[.)]\s+[A-Za-z]|^[A-Z][A-Z &/\-]{3,40}:?$|^[A-Z][A-Za-z /]{2,30}:")
_LEVEL = 0.5
"""Of a line's height: what overlaps the title by more stands beside it."""


def lines_below(title: Line, page: PageReading, most: int, gap: float = 18.0) -> list[Line]:
    """Up to ``most`` lines below ``title`` from top to bottom, until more than ``gap`` points are free.

    A column is what overlaps the title or the first line below it from left to right; lines beside the title are none.
    """
    left, right = title.bbox.x0, title.bbox.x1
    lower = [line for line in page.layout.lines if line.bbox.top > title.bbox.bottom - _LEVEL * title.bbox.height]
    found: list[Line] = []
    bottom = title.bbox.bottom
    for line in sorted(lower, key=lambda line: (round(line.bbox.y_mid), line.bbox.x0)):
        if line.bbox.x1 < left or line.bbox.x0 > right:
            continue
        if line.bbox.top - bottom > gap or len(found) == most:
            break
        found.append(line)
        bottom = max(bottom, line.bbox.bottom)
        left, right = min(left, line.bbox.x0), max(right, line.bbox.x1)
    return found


def ends_body(text: str) -> bool:
    """Whether a line below a title is the next title or label: numbered, in capitals, or with a colon."""
    return _ENDS_BODY.match(text) is not None
