"""Tables whose columns are tests and whose rows are days: ``Date | WBC | Hgb | Plt``, as flow sheets print them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from extractor.fields.lab_cells import LabPage, LabRow, Part, fill, row_text, scan
from extractor.fields.lab_heads import split_segments
from extractor.fields.lab_lines import Row
from extractor.fields.lab_names import split_unit
from extractor.knowledge.lab_tests import EXACT, match_test
from extractor.knowledge.lab_values import read_number
from extractor.knowledge.lab_words import read_head
from models.record import bounding_box

_FEWEST_TESTS = 3
_GAP = 0.9
"""Text heights: a narrower gap is within one cell."""
_LARGEST_STEP = 4.0
"""Text heights from one row of the grid to the next at most."""


@dataclass(slots=True)
class _Day:
    """One row of results: its cells by column, and its date."""

    cells: dict[int, list[Part]]
    when: Part | None


def read_grids(rows: Sequence[Row], today: date, page: LabPage) -> None:
    """Add the results of the latest day of each such table to ``page``."""
    for number, row in enumerate(rows):
        names = _test_heads(row)
        if names:
            _read_grid(names, row, rows[number + 1 :], today, page)


def _test_heads(row: Row) -> list[Row]:
    """The names of tests that a row consists of, but for a head of the days' column; else []."""
    pieces = split_segments(row, _GAP)
    heads = [piece for piece in pieces if _is_test(piece)]
    if len(heads) < _FEWEST_TESTS or len(heads) < len(pieces) - 1:
        return []
    return [] if len(heads) < len(pieces) and pieces[0] in heads else heads


def _is_test(piece: Row) -> bool:
    match = match_test(row_text(split_unit(piece, is_said=True)[0]))
    return match is not None and match.score == EXACT


def _make_row(name: Row) -> LabRow:
    shorter, unit, _ = split_unit(name, is_said=True)
    row = LabRow(name=shorter, match=match_test(row_text(shorter)), is_headed=True)
    row.unit = unit
    return row


def _read_grid(names: Sequence[Row], head: Row, below: Sequence[Row], today: date, page: LabPage) -> None:
    boxes = [bounding_box([word.bbox for word in name]) for name in names]
    edges = [boxes[0].x0 - 0.5 * boxes[0].height, *((a.x1 + b.x0) / 2 for a, b in pairwise(boxes)), 10_000.0]
    found = [_make_row(name) for name in names]
    days: list[_Day] = []
    last = head
    for row in below:
        box, above = bounding_box([w.bbox for w in row]), bounding_box([w.bbox for w in last])
        if box.top - above.bottom > _LARGEST_STEP * box.height or _test_heads(row):
            break
        last = row
        label = tuple(word for word in row if word.bbox.x_mid < edges[0])
        cells = {
            place: scan(words, today)
            for place, (left, right) in enumerate(pairwise(edges))
            if (words := tuple(word for word in row if left <= word.bbox.x_mid < right))
        }
        day = _read_row(label, cells, found, today)
        if day is not None:
            days.append(day)
    _take_latest(found, days, page)


def _read_row(label: Row, cells: dict[int, list[Part]], found: Sequence[LabRow], today: date) -> _Day | None:
    """A row's results and date; None for a row of units or ranges, which the tests are given, and for any other."""
    kinds = {part.kind for parts in cells.values() for part in parts}
    head = read_head(row_text(label)) if label else None
    is_range = head == "range"
    if is_range:
        # Whole numbers with a dash between them are limits here, and a count under the microscope elsewhere.
        cells = {place: scan([w for part in parts for w in part.words], today, "RU") for place, parts in cells.items()}
        kinds = {part.kind for parts in cells.values() for part in parts}
    if head == "flag" and kinds <= {"flag"}:
        for place, parts in cells.items():
            fill(found[place], parts, "flag")
        return None
    if cells and (kinds <= {"unit"} or (kinds <= {"range", "unit"} and (is_range or not label))):
        for place, parts in cells.items():
            fill(found[place], parts, "range")
        return None
    if is_range or not kinds & {"number", "word", "absence"}:
        return None
    when = next((part for part in scan(label, today, "DT") if part.kind == "date"), None)
    return _Day(cells, when)


def _take_latest(found: Sequence[LabRow], days: Sequence[_Day], page: LabPage) -> None:
    """The results of the latest day; with several days and one of them without a date all are a guess."""
    if not days:
        return
    dates = [day.when.value for day in days if day.when is not None]
    is_guess = len(days) > 1 and (len(dates) < len(days) or sorted(set(dates)) not in (dates, dates[::-1]))
    latest = days[0] if is_guess else max(days, key=lambda day: day.when.value if day.when is not None else "")
    for place, parts in latest.cells.items():
        row = found[place]
        fill(row, parts, "result")
        if not row.has_value:
            continue
        row.column_date = latest.when.value if latest.when is not None else None
        if is_guess or any(read_number(part.text) and part.kind != "number" for part in parts):
            row.doubts.append("guessed_columns")
        page.rows.append(row)
