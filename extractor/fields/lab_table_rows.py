"""The rows of a laboratory table whose columns are known: names that go on, results, and what does not fit a column."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import median

from extractor.fields.lab_cells import LabPage, LabRow, Part, fill, guess_row, row_text, scan, specimen_of
from extractor.fields.lab_columns import RESULTS, Columns
from extractor.fields.lab_details import take_details
from extractor.fields.lab_heads import split_segments
from extractor.fields.lab_lines import Row
from extractor.fields.lab_names import (
    goes_on,
    is_tight,
    join_adjoining,
    join_pending,
    split_flag,
    split_range_flag,
    split_status,
    split_unit,
)
from extractor.fields.lab_statuses import WITHOUT_RESULT
from extractor.knowledge.lab_guesses import match_marked
from extractor.knowledge.lab_tests import EXACT, match_test
from extractor.knowledge.lab_values import read_range
from extractor.knowledge.lab_words import collected_label, is_explanation, is_no_name
from models.stages.text import Word

IGNORED = frozenset({"previous", "code", "loinc", "other_date"})
"""Kinds of columns that hold nothing of a current row."""
_VALUES = frozenset({"result", "normal", "abnormal", "flag", "unit", "range", "status"})
_NEXT_LINE = 2.6
"""Text heights down to a line that still belongs to a name above it."""
_UNEVEN = 0.6
"""Text heights by which a result may stand off its name."""
_FEWEST_STEPS = 3
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
_NEARER = 0.75
"""Of the way up to a row that the way down may be, where a line begins the name of the row below."""


def middle_of(row: Sequence[Word]) -> float:
    """The height a row stands at, points."""
    return sum(word.bbox.y_mid for word in row) / len(row)


def _is_of_next(last: LabRow, row: Row, following: Sequence[Row]) -> bool:
    """Whether a line of words alone stands clearly nearer to the row below it than to the one above."""
    above = middle_of(row) - middle_of(last.name)
    return any(middle_of(below) - middle_of(row) < _NEARER * above for below in following)


def read_table(table: Columns, rows: Sequence[Row], today: date, page: LabPage) -> None:
    """Add the rows of one table to a page, and to ``unparsed`` those that gave no result."""
    specimen: str | None = _heading_above(table, rows)
    pending: Row = () if table.has("test") else _name_above(table, rows)
    last: LabRow | None = None
    last_bottom = table.top
    pitch = _pitch_of(table, rows)
    for number, row in enumerate(rows):
        if not table.top - 1 < middle_of(row) < table.bottom:
            continue
        cells = _cells(table, row)
        name, cells = join_adjoining(cells.pop("test", ()), cells, row, _ORDERS, today)
        others = {kind: words for kind, words in cells.items() if kind not in IGNORED}
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
            if last is not None and is_its and take_details(last, name, today):
                last_bottom = max(word.bbox.bottom for word in row)
                continue
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
        middle_of(row)
        for row in rows
        if table.top - 1 < middle_of(row) < table.bottom and not _VALUES.isdisjoint(_cells(table, row))
    )
    steps = [below - above for above, below in pairwise(places)]
    return median(steps) if len(steps) >= _FEWEST_STEPS else None


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
    for row in reversed([row for row in rows if middle_of(row) < table.top]):
        if table.head_top - middle_of(row) > 60:
            return None
        segments = [s for s in split_segments(row) if table.edges[0] <= s[0].bbox.x0 < table.edges[-1]]
        found = specimen_of(segments[0]) if segments else None
        if found:
            return found
    return None


def _name_above(table: Columns, rows: Sequence[Row]) -> Row:
    """The known test that stands alone right over heads none of which is of tests: they are of its one result."""
    above = [row for row in rows if middle_of(row) < table.head_top]
    if not above:
        return ()
    name = above[-1]
    height = max(word.bbox.height for word in name)
    is_near = table.head_top - max(word.bbox.bottom for word in name) < _NEXT_LINE * height
    match = match_test(row_text(name)) if is_near else None
    return name if match is not None and match.score == EXACT else ()


def _read_cells(
    name: Row, cells: dict[str, Row], pending: Row, today: date, *, is_near: bool, has_unit: bool
) -> LabRow | None:
    name, unit, unread = split_unit(name, is_said=has_unit) if "unit" not in cells else (name, None, ())
    name, status = split_status(name)
    name, flag = split_flag(name)
    if "flag" not in cells:
        cells = {**cells, "flag": flag} if flag else split_range_flag(cells)
    name, cells, is_cut = _mend_name(name, cells, pending, today, is_near=is_near)
    if not name:
        return None
    row = LabRow(name=name, match=match_test(row_text(name)), is_headed=True)
    row.unit, row.status = unit, status
    if unread:
        row.unread["unit"] = unread
    if is_cut:
        row.doubts.append("cut_name")
    for kind in ("result", "normal", "abnormal", "flag", "unit", "range", "status", "collected", "comment"):
        if kind in cells:
            fill(row, scan(cells[kind], today, _ORDERS[kind]), kind)
    _fill_limits(row, cells)
    _take_absence(row, cells)
    if not row.has_value:
        return None
    if _is_uneven(row):
        row.doubts.append("uneven")
    if row.match is None:
        row.match = guess_row(row) or match_marked(row.text)
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
    apart = min(abs(word.bbox.y_mid - middle_of(part.words)) for word in row.name)
    return apart > _UNEVEN * max(word.bbox.height for word in (*row.name, *part.words))


def _fill_limits(row: LabRow, cells: dict[str, Row]) -> None:
    """A reference range in two columns, one for each limit."""
    low, high = cells.get("low", ()), cells.get("high", ())
    if row.range is None and low and high:
        limits = read_range(f"{row_text(low)}-{row_text(high)}")
        if limits is not None:
            row.range = Part("range", (*low, *high), limits.text, range=limits)


def _take_absence(row: LabRow, cells: dict[str, Row]) -> None:
    """Say that there is no result where the place of the result is empty, or a dash, and the row's status says so."""
    is_empty = not any(c.isalnum() for kind in RESULTS for word in cells.get(kind, ()) for c in word.text)
    if not row.has_value and is_empty and row.status is not None and row.status.value in WITHOUT_RESULT:
        row.absence = Part("absence", row.status.words, row.status.value)


def _may_be_test(row: LabRow) -> bool:
    """Whether a row with a name that nobody knows has the look of a result and of nothing else."""
    words = [word.text.strip(" :.,").casefold() for word in row.name]
    letters = sum(character.isalpha() for character in row.text)
    if letters < 2 or len(words) > 7 or any(is_no_name(word) for word in words) or row.text.endswith(":"):
        return False
    if "unassigned" in row.doubts or collected_label().search(row.text) or is_explanation(row.text):
        return False
    is_described = row.unit is not None or row.range is not None
    if row.result is None:
        return is_described and row.absence is not None and row.absence.value in WITHOUT_RESULT
    return is_described or row.result.kind == "word"


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
