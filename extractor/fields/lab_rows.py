"""The rows of a laboratory report, from word boxes alone: under column heads, or told by what stands in a line."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from statistics import median

from extractor.fields.lab_cells import LabPage, LabRow, Part, fill, guess_row, row_text, scan, specimen_of
from extractor.fields.lab_columns import Columns, find_columns, make_columns
from extractor.fields.lab_contents import find_table_rows, guess_columns, settle_unknown
from extractor.fields.lab_free_rows import is_full, read_lines
from extractor.fields.lab_grids import read_grids
from extractor.fields.lab_heads import split_segments
from extractor.fields.lab_items import read_items
from extractor.fields.lab_lines import Row, page_rows
from extractor.fields.lab_names import goes_on, is_tight, join_adjoining, join_pending, split_flag, split_unit
from extractor.fields.lab_panels import read_panels
from extractor.knowledge.lab_tests import EXACT, match_test
from extractor.knowledge.lab_values import read_range
from extractor.knowledge.lab_words import collected_label, is_no_name, read_unit
from models.record import BBox, bounding_box
from models.stages.layout import PageReading
from models.stages.text import Word

_NEXT_LINE = 2.6
"""Text heights down to a line that still belongs to a name above it."""
_CLEARLY = 1.25
"""How many times more another way of reading a page must give than the one before it, which is the surer one."""
_UNKNOWN = 0.3
"""What a row counts whose test nobody knows."""
_CROWD = 0.5
"""What a row counts in whose words another test stands."""
_UNEVEN = 0.6
"""Text heights by which a result may stand off its name."""
_FEWEST_STEPS = 3
_FEWEST_LINES = 2
_BELOW_HEAD = 1.5
"""Text heights by which what stands below a head may stand beside it."""
_ORDERS = {
    "result": "ANWCFURDTS",
    "normal": "ANWCFURDTS",
    "abnormal": "ANWCFURDTS",
    "flag": "FSAWU",
    "unit": "URFA",
    "range": "RAUN",
    "status": "SAF",
    "collected": "DT",
    "comment": "A",
    "low": "N",
    "high": "N",
}


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
        read_lines([row for row in rows if _middle(row) < first], today, ways[0], is_head=True)
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
        if is_taken or row.match is None or not is_full(row):
            continue
        if not row.is_guess:
            row.doubts.append("guessed_columns")
        below = (place for place, other in enumerate(page.rows) if _middle(other.name) > _middle(row.name))
        page.rows.insert(next(below, len(page.rows)), row)
        page.unparsed = [left for left in page.unparsed if not any(id(word) in words for word in left)]


def _is_earlier(row: LabRow, tables: Sequence[Columns]) -> bool:
    """Whether a row's result stands in a column that is known to hold no current one."""
    part = row.result or row.absence
    if part is None:
        return False
    box = part.words[0].bbox
    reach = _BELOW_HEAD * box.height
    return any(
        table.top < box.y_mid < table.bottom
        and head.kind in _IGNORED
        and box.x0 < head.box.x1 + reach
        and box.x1 > head.box.x0 - reach
        and table.kind_at(part.words[0]) in _IGNORED
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
        _read_table(table, rows, today, page)
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


_NEARER = 0.75
"""Of the way up to a row that the way down may be, where a line begins the name of the row below."""


def _middle(row: Sequence[Word]) -> float:
    return sum(word.bbox.y_mid for word in row) / len(row)


def _is_of_next(last: LabRow, row: Row, following: Sequence[Row]) -> bool:
    """Whether a line of words alone stands clearly nearer to the row below it than to the one above."""
    above = _middle(row) - _middle(last.name)
    return any(_middle(below) - _middle(row) < _NEARER * above for below in following)


# Rows under column heads


def _read_table(table: Columns, rows: Sequence[Row], today: date, page: LabPage) -> None:
    specimen: str | None = _heading_above(table, rows)
    pending: Row = ()
    last: LabRow | None = None
    last_bottom = table.top
    pitch = _pitch_of(table, rows)
    for number, row in enumerate(rows):
        if not table.top - 1 < _middle(row) < table.bottom:
            continue
        cells = _cells(table, row)
        name, cells = join_adjoining(cells.pop("test", ()), cells, row, _ORDERS, today)
        others = {kind: words for kind, words in cells.items() if kind not in _IGNORED}
        if not name and not others:
            continue
        top = min(word.bbox.top for word in row)
        height = max(word.bbox.height for word in row)
        is_next = top - last_bottom < _NEXT_LINE * height
        if not others or (not any(kind in _VALUES for kind in others) and _is_heading(name)):
            specimen = specimen_of(name) or specimen
            if not name:
                continue
            is_its = last is not None and is_next and not _is_of_next(last, row, rows[number + 1 : number + 2])
            if last is not None and is_its and goes_on(last, name, is_near=is_tight(last.name, name, pitch)):
                last.name = (*last.name, *name)
                last.match = match_test(last.text)
                pending = ()
            else:
                pending = (*pending, *name) if pending and is_next and match_test(row_text((*pending, *name))) else name
                last = None
            last_bottom = max(word.bbox.bottom for word in row)
            continue
        above = pending if is_next else ()
        is_near = bool(above) and is_tight(above, row, pitch)
        read = _read_cells(name, cells, above, today, is_near=is_near, has_unit=table.has_units_behind_names)
        last_bottom = max(word.bbox.bottom for word in row)
        pending, last = (), None
        if read is not None:
            read.specimen, read.column_date = specimen, table.current_date
            if table.is_guessed:
                read.doubts.append("guessed_columns")
            if table.unit_of_results and read.unit is None and "unit" not in read.unread:
                read.unit = scan(table.unit_of_results, today, "U")[0]
            page.rows.append(read)
            last = read
        elif _looks_unparsed(name, others, today):
            page.unparsed.append(row)


def _pitch_of(table: Columns, rows: Sequence[Row]) -> float | None:
    """Points from one row with a result to the next; None with too few of them."""
    places = sorted(
        _middle(row)
        for row in rows
        if table.top - 1 < _middle(row) < table.bottom and not _VALUES.isdisjoint(_cells(table, row))
    )
    steps = [below - above for above, below in pairwise(places)]
    return median(steps) if len(steps) >= _FEWEST_STEPS else None


_IGNORED = frozenset({"previous", "code", "loinc", "other_date"})
_VALUES = frozenset({"result", "normal", "abnormal", "flag", "unit", "range", "status"})


def _cells(table: Columns, row: Row) -> dict[str, Row]:
    cells: dict[str, list[Word]] = {}
    for word in row:
        kind = table.kind_at(word)
        if kind is not None and table.edges[0] <= word.bbox.x_mid < table.edges[-1]:
            cells.setdefault(kind, []).append(word)
    return {kind: tuple(words) for kind, words in cells.items()}


def _is_heading(name: Row) -> bool:
    return not any(any(c.isdigit() for c in word.text) for word in name) or match_test(row_text(name)) is not None


def _heading_above(table: Columns, rows: Sequence[Row]) -> str | None:
    """What the last heading above the table says the tests were made from."""
    for row in reversed([row for row in rows if _middle(row) < table.top]):
        if table.head_top - _middle(row) > 60:
            return None
        segments = [s for s in split_segments(row) if table.edges[0] <= s[0].bbox.x0 < table.edges[-1]]
        found = specimen_of(segments[0]) if segments else None
        if found:
            return found
    return None


def _read_cells(
    name: Row, cells: dict[str, Row], pending: Row, today: date, *, is_near: bool, has_unit: bool
) -> LabRow | None:
    name, unit, unread = split_unit(name, is_said=has_unit) if "unit" not in cells else (name, None, ())
    name, flag = split_flag(name)
    if flag and "flag" not in cells:
        cells = {**cells, "flag": flag}
    name, cells, is_cut = _mend_name(name, cells, pending, today, is_near=is_near)
    if not name:
        return None
    row = LabRow(name=name, match=match_test(row_text(name)), is_headed=True)
    row.unit = unit
    if unread:
        row.unread["unit"] = unread
    if is_cut:
        row.doubts.append("cut_name")
    for kind in ("result", "normal", "abnormal", "flag", "unit", "range", "status", "collected", "comment"):
        if kind in cells:
            fill(row, scan(cells[kind], today, _ORDERS[kind]), kind)
    _fill_limits(row, cells)
    if not row.has_value:
        return None
    if _is_uneven(row):
        row.doubts.append("uneven")
    if row.match is None:
        row.match = guess_row(row)
    if row.match is None and not _may_be_test(row):
        return None
    return row


def _mend_name(
    name: Row, cells: dict[str, Row], pending: Row, today: date, *, is_near: bool
) -> tuple[Row, dict[str, Row], bool]:
    """Move words between the name's and the result's column where a known name or a value says so.

    The last value: whether the name may go on in another line.
    """
    kind = next((k for k in ("result", "normal", "abnormal") if k in cells), None)
    if kind is not None and name:
        words = cells[kind]
        for count in range(min(4, len(words) - 1), 0, -1):
            longer = (*name, *words[:count])
            found = match_test(row_text(longer))
            if found is None or found.score < EXACT or scan(words[count:], today)[0].kind == "unknown":
                continue
            if all(part.kind == "unknown" for part in scan(words[:count], today, "ANWC")):
                return longer, {**cells, kind: words[count:]}, False
    if kind is None and len(name) > 1:
        for count in range(1, min(4, len(name))):
            tail = scan(name[-count:], today, "ANW")
            if len(tail) == 1 and tail[0].kind != "unknown" and match_test(row_text(name[:-count])):
                return name[:-count], {**cells, "result": name[-count:]}, False
    if not name:
        return pending, cells, False
    name, is_cut = join_pending(name, pending, is_near=is_near)
    return name, cells, is_cut


def _is_uneven(row: LabRow) -> bool:
    """Whether the result stands higher or lower than its name: it may be another row's."""
    part = row.result or row.absence
    if part is None:
        return False
    # Of a name that was read in several lines one may fit.
    apart = min(abs(word.bbox.y_mid - _middle(part.words)) for word in row.name)
    return apart > _UNEVEN * max(word.bbox.height for word in (*row.name, *part.words))


def _fill_limits(row: LabRow, cells: dict[str, Row]) -> None:
    """A reference range in two columns, one for each limit."""
    low, high = cells.get("low", ()), cells.get("high", ())
    if row.range is None and low and high:
        limits = read_range(f"{row_text(low)}-{row_text(high)}")
        if limits is not None:
            row.range = Part("range", (*low, *high), limits.text, range=limits)


def _may_be_test(row: LabRow) -> bool:
    """Whether a row with a name that nobody knows has the look of a result and of nothing else."""
    words = [word.text.strip(" :.,").casefold() for word in row.name]
    letters = sum(character.isalpha() for character in row.text)
    if letters < 2 or len(words) > 7 or any(is_no_name(word) for word in words) or row.text.endswith(":"):
        return False
    if row.result is None or "unassigned" in row.doubts or collected_label().search(row.text):
        return False
    return row.unit is not None or row.range is not None or row.result.kind == "word"


def _looks_unparsed(name: Row, others: dict[str, Row], today: date) -> bool:
    """A known test without a result that was understood, or a value without a test."""
    values = [words for kind, words in others.items() if kind in {"result", "normal", "abnormal"}]
    if not values or len(name) > 7:
        return False
    if match_test(row_text(name)) is not None if name else False:
        return True
    parts = scan(values[0], today)
    has_value = any(part.kind in {"number", "word", "counted"} for part in parts)
    return has_value and len(parts) <= 3 and any(kind in others for kind in ("unit", "range"))
