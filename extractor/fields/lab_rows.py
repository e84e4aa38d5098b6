"""The rows of a laboratory report, from word boxes alone: under column heads, or told by what stands in a line."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from extractor.fields.lab_cells import LabPage, LabRow
from extractor.fields.lab_columns import Columns, find_columns, make_columns
from extractor.fields.lab_contents import find_table_rows, guess_columns, settle_unknown
from extractor.fields.lab_free_rows import read_lines
from extractor.fields.lab_grids import read_grids
from extractor.fields.lab_items import read_items
from extractor.fields.lab_line_parts import is_full
from extractor.fields.lab_lines import Row, page_rows
from extractor.fields.lab_named_last import read_named_last
from extractor.fields.lab_panels import read_panels
from extractor.fields.lab_table_rows import IGNORED, middle_of, read_table
from extractor.knowledge.lab_tests import EXACT
from extractor.knowledge.lab_words import read_unit
from models.record import BBox, bounding_box
from models.stages.layout import PageReading

_CLEARLY = 1.25
"""How many times more another way of reading a page must give than the one before it, which is the surer one."""
_UNKNOWN = 0.3
"""What a row counts whose test nobody knows."""
_CROWD = 0.5
"""What a row counts in whose words another test stands."""
_FEWEST_LINES = 2
_BELOW_HEAD = 1.5
"""Text heights by which what stands below a head may stand beside it."""


def read_lab_page(page: PageReading, today: date, *, is_report: bool, carried: Columns | None = None) -> LabPage:
    """The laboratory rows of one page.

    ``is_report``: the page is a laboratory report, so lines without column heads are read too. ``carried``: the
    columns of the page before, for a page that goes on without heads. What gives clearly more rows is taken: the
    columns that heads name, lines one by one, or columns told by what stands in them.
    """
    lines = page_rows(page)
    rows = lines.rows
    bottom = max((word.bbox.bottom for row in rows for word in row), default=0.0) + 1
    found = find_columns(rows, today, bottom)
    tables = [table for each in found if (table := settle_unknown(each, rows, today)) is not None]
    if not is_report:
        named = [table for table in tables if table.has("test") and (table.has("range") or table.has("unit"))]
        page_of_tables = _read_tables(LabPage(lines, columns=tables[-1] if tables else None), named, rows, today)
        return _with_complete_lines(page_of_tables, rows, today)
    by_line = LabPage(lines)
    read_lines(rows, today, by_line, is_head=False)
    ways = [by_line]
    if tables:
        first = min(table.head_top for table in tables)
        ways.insert(0, _read_tables(LabPage(lines, columns=tables[-1]), tables, rows, today))
        read_lines([row for row in rows if middle_of(row) < first], today, ways[0], is_head=True)
    elif carried is not None:
        columns = make_columns(carried, rows, bottom)
        goes_on = _read_tables(LabPage(lines, columns=columns), [columns], rows, today)
        if _yield_of(goes_on) >= _yield_of(by_line):
            ways.insert(0, goes_on)
    ways.append(_read_tables(LabPage(lines), _guess_tables(rows, today), rows, today))
    by_panel = LabPage(lines)
    read_panels(rows, today, by_panel)
    ways.append(by_panel)
    ways.append(read_items(lines, today))
    by_day = LabPage(lines)
    read_grids(rows, today, by_day)
    ways.append(by_day)
    by_value = LabPage(lines)
    read_named_last(rows, today, by_value)
    ways.append(by_value)
    for way in ways:
        way.rows[:] = [row for row in way.rows if not _is_earlier(row, tables)]
    best = ways[0]
    for way in ways[1:]:
        if _yield_of(way) > _CLEARLY * _yield_of(best) + 1:
            best = way
    for way in ways:
        if way is not best:
            _add_missed(best, way.rows)
    originals = {new: old for way in ways for new, old in way.lines.originals.items()}
    return replace(best, lines=replace(best.lines, originals=originals))


def _with_complete_lines(page: LabPage, rows: Sequence[Row], today: date) -> LabPage:
    """A page that is no report, with lines that hold a known test, its result, unit and range: no other line does."""
    by_line = LabPage(page.lines)
    with_units = [row for row in rows if any(read_unit(word.text) for word in row[1:])]
    read_lines(with_units, today, by_line, is_head=True)
    found = [row for row in by_line.rows if _is_complete(row)]
    if len(found) >= _FEWEST_LINES:
        page.rows.extend(
            row
            for row in found
            if not any(_is_beside(bounding_box([word.bbox for word in row.words]), other) for other in page.rows)
        )
    return page


def _is_complete(row: LabRow) -> bool:
    is_known = row.match is not None and row.match.score == EXACT and row.result is not None
    limits = row.range.range if row.range is not None else None
    return is_known and row.unit is not None and limits is not None and limits.is_numeric and not row.doubts


def _add_missed(page: LabPage, rows: Sequence[LabRow]) -> None:
    """Add the rows that only another way of reading the page gave, as guesses."""
    for row in rows:
        box = bounding_box([word.bbox for word in row.words])
        words = {id(word) for word in row.words}
        is_taken = any(_is_beside(box, other) for other in page.rows)
        if is_taken or not (row.is_told or (row.match is not None and is_full(row))):
            continue
        is_proven = row.is_told and row.match is not None and row.match.score == EXACT and not row.doubts
        if not row.is_guess and not is_proven:
            row.doubts.append("guessed_columns")
        below = (place for place, other in enumerate(page.rows) if middle_of(other.name) > middle_of(row.name))
        page.rows.insert(next(below, len(page.rows)), row)
        page.unparsed = [left for left in page.unparsed if not any(id(word) in words for word in left)]


def _is_earlier(row: LabRow, tables: Sequence[Columns]) -> bool:
    """Whether a row's result stands in a column that is known to hold no current one."""
    part = row.result or row.absence
    if part is None or row.is_told:
        return False
    box = part.words[0].bbox
    reach = _BELOW_HEAD * box.height
    return any(
        table.top < box.y_mid < table.bottom
        and head.kind in IGNORED
        and box.x0 < head.box.x1 + reach
        and box.x1 > head.box.x0 - reach
        and table.kind_at(part.words[0]) in IGNORED
        for table in tables
        for head in table.heads
    )


def _is_beside(box: BBox, row: LabRow) -> bool:
    """Whether a row stands on the height of a box, and not beside it in another panel."""
    other = bounding_box([word.bbox for word in row.words])
    overlap = min(box.bottom, other.bottom) - max(box.top, other.top)
    return overlap > 0.3 * min(box.height, other.height) and box.x_overlap(other) > 0


def _read_tables(page: LabPage, tables: Sequence[Columns], rows: Sequence[Row], today: date) -> LabPage:
    """``page`` with the rows of the tables."""
    for table in tables:
        read_table(table, rows, today, page)
    return page


def _guess_tables(rows: Sequence[Row], today: date) -> list[Columns]:
    tables = []
    for run in find_table_rows(rows):
        top = min(word.bbox.top for word in run[0]) - 1
        columns = guess_columns(run, today, top, max(word.bbox.bottom for word in run[-1]) + 1)
        if columns is not None:
            tables.append(columns)
    return tables


def _yield_of(page: LabPage) -> float:
    """How much was understood: a row counts for its test, its unit and its range, two tests' names for less."""
    return sum(
        (
            (row.match.score if row.match is not None else _UNKNOWN)
            + 0.25 * (row.unit is not None)
            + 0.25 * (row.range is not None)
        )
        * (_CROWD if "two_tests" in row.doubts else 1.0)
        for row in page.rows
    )
