"""The columns of a laboratory table whose heads were not read, told by what stands in them.

Words leave the same strips free from row to row; between two such strips stands a column. Names stand in the first,
the result in the next that holds numbers or words of results; units, ranges, flags and codes are told by their look.
With several columns of numbers nothing says which one is the current result, so rows read this way are for a person.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from statistics import median

from extractor.fields.lab_cells import row_text, scan
from extractor.fields.lab_columns import RESULTS, Columns
from extractor.fields.lab_heads import UNKNOWN, Head, split_segments
from extractor.fields.lab_lines import Row
from extractor.knowledge.lab_tests import match_test
from extractor.knowledge.lab_values import mend_range, read_number, read_range
from extractor.knowledge.lab_words import near_absence, near_word, read_flag, read_unit
from models.record import BBox, bounding_box

_FEWEST_ROWS = 3
_FREE = 0.12
"""Of the rows: so few words may stand in the strip between two columns."""
_PITCH = 3.2
"""Text heights between two rows of one table."""
_SHARE = 0.4
_FEW_LETTERS = 4
_LIKE_UNIT = re.compile(r"[A-Za-z0-9\[\]*^.]{0,8}[/\\|][A-Za-z0-9.]{1,6}|%")
_LIKE_RANGE = re.compile(r"[<>(\[]?\s?\d[\d.]*\s?[-:~ ]\s?\d[\d.]*[)\]]?|[<>]\s?=?\s?\d[\d.]*")


def find_table_rows(rows: Sequence[Row]) -> list[list[Row]]:
    """Runs of rows that look like those of a table: a name, a gap, and something that a result may be."""
    runs: list[list[Row]] = []
    bottom = 0.0
    for row in rows:
        box = bounding_box([word.bbox for word in row])
        height = median(word.bbox.height for word in row)
        if runs and box.top - bottom > _PITCH * height:
            runs.append([])
        if _is_table_row(row):
            if not runs:
                runs.append([])
            runs[-1].append(row)
            bottom = box.bottom
    return [run for run in runs if len(run) >= _FEWEST_ROWS]


def _is_table_row(row: Row) -> bool:
    pieces = split_segments(row, 1.2)
    if len(pieces) < 2 or sum(c.isalpha() for c in row_text(pieces[0])) < 2 or row_text(pieces[0]).endswith(":"):
        return False
    return len(pieces[0]) <= 7 and any(_is_result(row_text(piece)) for piece in pieces[1:])


def _is_result(text: str) -> bool:
    """Whether a cell holds a result, with its unit or flag behind it."""
    if read_number(text) is not None or near_word(text) is not None or near_absence(text) is not None:
        return True
    number, _, rest = text.partition(" ")
    return bool(rest) and read_number(number) is not None and (read_unit(rest) or read_flag(rest)) is not None


def guess_columns(rows: Sequence[Row], today: date, top: float, bottom: float) -> Columns | None:
    """The columns of one run of table rows between ``top`` and ``bottom`` (points); None where there is no result."""
    edges = _find_edges(rows)
    cells = [[_between(row, left, right) for row in rows] for left, right in pairwise(edges)]
    kinds = _settle([_kind_of([cell for cell in column if cell], today) for column in cells])
    if "test" not in kinds or "result" not in kinds:
        return None
    heads = tuple(
        Head(kind, BBox(max(left, 0.0), top, right, top))
        for kind, (left, right) in zip(kinds, pairwise(edges), strict=True)
    )
    return Columns(heads, (-1.0, *edges[1:-1], 10_000.0), top, top, bottom, is_guessed=True)


def settle_unknown(table: Columns, rows: Sequence[Row], today: date) -> Columns | None:
    """A table whose unknown heads are told by what stands below them; None where none of them holds results.

    With several columns of numbers, and none of them known to be the current one, all are a guess.
    """
    if not table.has(UNKNOWN):
        return table
    body = [row for row in rows if table.top - 1 < row[0].bbox.y_mid < table.bottom]
    given = {head.kind for head in table.heads}
    known = set(given)
    kinds, is_guessed = [], table.is_guessed
    for head, (left, right) in zip(table.heads, pairwise(table.edges), strict=True):
        cells = [cell for row in body if (cell := _between(row, left, right))]
        kind = head.kind if head.kind != UNKNOWN else _kind_of(cells, today) if cells else "code"
        if head.kind == UNKNOWN and kind in known | {"test"}:
            is_newer = not given & RESULTS or any(each.date for each in table.heads)
            is_guessed = is_guessed or (kind == "result" and is_newer)
            kind = "comment" if kind != "result" else "previous"
        known.add(kind)
        kinds.append(kind)
    if not known & RESULTS:
        return None
    heads = tuple(replace(head, kind=kind) for head, kind in zip(table.heads, kinds, strict=True))
    return replace(table, heads=heads, is_guessed=is_guessed)


def _find_edges(rows: Sequence[Row]) -> list[float]:
    """Places between columns, from the left end of the words to the right one."""
    boxes = [word.bbox for row in rows for word in row]
    gap = 0.55 * median(box.height for box in boxes)
    pieces = [bounding_box([word.bbox for word in piece]) for row in rows for piece in split_segments(row, 0.55)]
    left, right = min(box.x0 for box in pieces), max(box.x1 for box in pieces)
    most = _FREE * len(rows)
    edges, start, x = [left - 1], None, left
    while x < right:
        is_free = sum(box.x0 < x < box.x1 for box in pieces) <= most
        if is_free and start is None:
            start = x
        elif not is_free and start is not None:
            if x - start > gap:
                edges.append((start + x) / 2)
            start = None
        x += 1.0
    return [*edges, right + 1]


def _between(row: Row, left: float, right: float) -> Row:
    return tuple(word for word in row if left <= word.bbox.x_mid < right)


def _kind_of(cells: Sequence[Row], today: date) -> str:
    """What a column's cells are, by the share of them that look so."""
    texts = [row_text(cell) for cell in cells]
    if not texts or (len(set(texts)) == 1 and len(texts) > 2 and len(texts[0]) <= 3):
        return "code"
    votes = {
        "unit": sum(read_unit(text) is not None or _LIKE_UNIT.fullmatch(text) is not None for text in texts),
        "range": sum(_looks_like_range(text) for text in texts),
        "flag": sum(read_flag(text) is not None for text in texts),
        "collected": sum(scan(cell, today, "D")[0].kind == "date" for cell in cells),
        "result": sum(_is_result(text) for text in texts),
        "test": sum(match_test(text) is not None or sum(c.isalpha() for c in text) > _FEW_LETTERS for text in texts),
    }
    kind = max(votes, key=lambda each: votes[each])
    return kind if votes[kind] >= _SHARE * len(texts) else "code"


def _looks_like_range(text: str) -> bool:
    is_number = read_number(text) is not None and not text.startswith(("<", ">"))
    limits = None if is_number else read_range(text) or mend_range(text)
    return (limits is not None and limits.is_numeric) or (not is_number and _LIKE_RANGE.fullmatch(text) is not None)


def _settle(kinds: Sequence[str]) -> list[str]:
    """One column of tests, the first; one of results, the first behind it; further ones are of earlier results."""
    if "test" not in kinds:
        return list(kinds)
    first = kinds.index("test")
    settled = ["code"] * first
    for kind in kinds[first:]:
        is_again = kind in settled and kind not in {"code", "flag"}
        settled.append({"result": "previous"}.get(kind, "comment") if is_again else kind)
    return settled
