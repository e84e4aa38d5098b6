"""Panels that stand side by side without column heads: tiles of a portal, a count and its differential."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import median

from extractor.fields.lab_cells import LabPage
from extractor.fields.lab_free_rows import name_length, read_lines
from extractor.fields.lab_heads import split_segments
from extractor.fields.lab_lines import Row

_FEWEST_NAMES = 2
_ALIGNED = 2.0
"""Text heights by which the left ends of one column's names may differ."""


def read_panels(rows: Sequence[Row], today: date, page: LabPage) -> None:
    """Add the rows of each panel; a page with fewer than two gives none."""
    edges = find_panels(rows)
    for left, right in pairwise([*edges, 10_000.0]):
        panel = [tuple(word for word in row if left <= word.bbox.x0 < right) for row in rows]
        read_lines([row for row in panel if row], today, page, is_head=False)


def find_panels(rows: Sequence[Row]) -> list[float]:
    """Where each panel begins (points), where names of tests stand below each other at two places or more; else []."""
    pieces = [piece for row in rows for piece in split_segments(row)]
    if not pieces:
        return []
    reach = _ALIGNED * median(word.bbox.height for piece in pieces for word in piece)
    starts: list[list[float]] = []
    for x0 in sorted(piece[0].bbox.x0 for piece in pieces if name_length(piece)):
        if starts and x0 - starts[-1][-1] <= reach:
            starts[-1].append(x0)
        else:
            starts.append([x0])
    edges = [min(start) - reach for start in starts if len(start) >= _FEWEST_NAMES]
    return [0.0, *edges[1:]] if len(edges) > 1 else []
