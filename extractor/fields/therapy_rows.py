"""Tables of earlier therapies whose rules the layout did not see as a table: heads on one row, drugs below the first.

A head row names drugs and at least two of when they began, when they ended and how. What stands below belongs to the
column that it overlaps; the first row that names no drug ends the table.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from extractor.knowledge.drugs import find_drugs
from extractor.knowledge.labels import match_column
from extractor.packet.questions import read_label
from models.record import BBox, bounding_box, lies_on
from models.stages.layout import Cell, Line, PageReading, Table
from models.stages.text import Word

_COLUMNS = frozenset({"start", "stop", "outcome"})
_LEAST_COLUMNS = 2
_MOST_HEAD_WORDS = 4
_LEVEL = 0.5
"""Of a line's height that lies on its row."""
_INDENT = 8.0
"""Points by which a cell may start left of its head."""
_MOST_ROWS, _ROW_GAP = 12, 2.5
"""Rows of a table, and heights of its head that may lie between two rows."""


def find_unruled_tables(page: PageReading, used: Sequence[BBox]) -> Iterator[Table]:
    """The tables of earlier therapies outside the boxes ``used``, as if ruled."""
    seen: list[BBox] = []
    lines = [line for line in page.layout.lines if not lies_on(line.bbox, used)]
    for line in lines:
        if lies_on(line.bbox, seen) or head_kind(line.text) != "drug":
            continue
        heads = _heads_beside(line, lines)
        if len({head_kind(head.text) for head in heads} & _COLUMNS) < _LEAST_COLUMNS:
            continue
        rows = list(_rows(heads, lines))
        if rows:
            table = _as_table(heads, rows)
            seen.append(table.bbox)
            yield table


def head_kind(text: str) -> str | None:
    """What a column under the head ``text`` holds: ``drug``, ``start``, ``stop``, ``outcome``; None for other heads.

    A head that asks for earlier therapies names the drugs.
    """
    known = match_column(text) if len(text.split()) <= _MOST_HEAD_WORDS else None
    if known is not None:
        return known[0]
    question = read_label(text)
    return "drug" if question is not None and question.attribute == "prior_therapy" else None


def _heads_beside(line: Line, lines: Sequence[Line]) -> list[Line]:
    """The head ``line`` and what stands right of it on its row, from left to right."""
    row = [
        other
        for other in lines
        if other.bbox.x0 >= line.bbox.x0 and other.bbox.y_overlap(line.bbox) > _LEVEL * line.bbox.height
    ]
    return sorted(row, key=lambda other: other.bbox.x0)


def _rows(heads: Sequence[Line], lines: Sequence[Line]) -> Iterator[list[tuple[Word, ...]]]:
    """The words of each row below, by column."""
    edges = [head.bbox.x0 - _INDENT for head in heads] + [float("inf")]
    bottom, height = max(head.bbox.bottom for head in heads), heads[0].bbox.height
    words = [word for line in lines for word in line.words if word.bbox.top > bottom - 2 and word.bbox.x0 >= edges[0]]
    for _number in range(_MOST_ROWS):
        below = [word for word in words if word.bbox.y_mid > bottom]
        first = min(below, key=lambda word: word.bbox.y_mid, default=None)
        if first is None or first.bbox.top - bottom > _ROW_GAP * height:
            return
        row = [word for word in below if word.bbox.y_mid - first.bbox.y_mid < height]
        cells = [
            tuple(sorted((w for w in row if left <= w.bbox.x0 < right), key=lambda w: w.bbox.x0))
            for left, right in pairwise(edges)
        ]
        if not find_drugs(" ".join(word.text for word in cells[0]), is_named=True):
            return
        yield cells
        bottom = max(word.bbox.bottom for word in row)


def _as_table(heads: Sequence[Line], rows: Sequence[Sequence[tuple[Word, ...]]]) -> Table:
    cells = [Cell(row=0, column=n, bbox=head.bbox, words=head.words) for n, head in enumerate(heads)]
    cells.extend(
        Cell(row=number, column=column, bbox=bounding_box([word.bbox for word in words]), words=words)
        for number, row in enumerate(rows, 1)
        for column, words in enumerate(row)
        if words
    )
    return Table(bbox=bounding_box([cell.bbox for cell in cells]), cells=tuple(cells), header_rows=1)
