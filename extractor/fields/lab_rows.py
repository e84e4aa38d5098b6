"""The rows of a laboratory report, from word boxes alone: under column heads, or told by what stands in a line."""

from collections.abc import Sequence
from datetime import date

from extractor.fields.lab_cells import LabPage, LabRow, Part, Row, fill, row_text, scan, specimen_of
from extractor.fields.lab_columns import Columns, find_columns, make_columns, split_segments
from extractor.fields.lab_free_rows import read_lines
from extractor.fields.lab_lines import page_rows
from extractor.knowledge.lab_tests import EXACT, match_test
from extractor.knowledge.lab_values import read_range
from extractor.knowledge.lab_words import collected_label, is_no_name
from models.stages.layout import PageReading
from models.stages.text import Word

_NEXT_LINE = 2.6
"""Text heights down to a line that still belongs to a name above it."""
_UNEVEN = 0.6
"""Text heights by which a result may stand off its name."""
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
    columns of the page before, for a page that goes on without heads.
    """
    lines = page_rows(page)
    rows = lines.rows
    bottom = max((word.bbox.bottom for row in rows for word in row), default=0.0) + 1
    tables = find_columns(rows, today, bottom)
    result = LabPage(lines, columns=tables[-1] if tables else None)
    if not tables and carried is not None and is_report:
        tables = [make_columns(carried, rows, bottom)]
        result.columns = tables[0]
    if not is_report:
        tables = [table for table in tables if table.has("test") and (table.has("range") or table.has("unit"))]
    for table in tables:
        _read_table(table, rows, today, result)
    if is_report:
        first = min((table.head_top for table in tables), default=bottom)
        read_lines([row for row in rows if _middle(row) < first], today, result, is_head=bool(tables))
    return result


def _middle(row: Sequence[Word]) -> float:
    return sum(word.bbox.y_mid for word in row) / len(row)


# Rows under column heads


def _read_table(table: Columns, rows: Sequence[Row], today: date, page: LabPage) -> None:
    specimen: str | None = _heading_above(table, rows)
    pending: Row = ()
    last: LabRow | None = None
    last_bottom = table.top
    for row in rows:
        if not table.top - 1 < _middle(row) < table.bottom:
            continue
        cells = _cells(table, row)
        name, others = cells.pop("test", ()), {kind: words for kind, words in cells.items() if kind not in _IGNORED}
        if not name and not others:
            continue
        top = min(word.bbox.top for word in row)
        height = max(word.bbox.height for word in row)
        is_next = top - last_bottom < _NEXT_LINE * height
        if not others or (not any(kind in _VALUES for kind in others) and _is_heading(name)):
            specimen = specimen_of(name) or specimen
            if last is not None and is_next and _goes_on(last, name):
                last.name = (*last.name, *name)
                last.match = match_test(last.text)
                pending = ()
            else:
                pending = (*pending, *name) if pending and is_next and match_test(row_text((*pending, *name))) else name
                last = None
            last_bottom = max(word.bbox.bottom for word in row)
            continue
        read = _read_cells(name, cells, pending if is_next else (), today)
        last_bottom = max(word.bbox.bottom for word in row)
        pending, last = (), None
        if read is not None:
            read.specimen, read.column_date = specimen, table.current_date
            page.rows.append(read)
            last = read
        elif _looks_unparsed(name, others, today):
            page.unparsed.append(row)


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


def _goes_on(row: LabRow, name: Row) -> bool:
    """Whether a line of words alone is the rest of the name above it."""
    joined = match_test(row_text((*row.name, *name)))
    if joined is None or joined.score < EXACT or match_test(row_text(name)) is not None:
        return False
    return row.match is None or {t.key for t in row.match.tests} != {t.key for t in joined.tests}


def _read_cells(name: Row, cells: dict[str, Row], pending: Row, today: date) -> LabRow | None:
    name, cells = _mend_name(name, cells, pending, today)
    if not name:
        return None
    row = LabRow(name=name, match=match_test(row_text(name)), is_headed=True)
    for kind in ("result", "normal", "abnormal", "flag", "unit", "range", "status", "collected", "comment"):
        if kind in cells:
            fill(row, scan(cells[kind], today, _ORDERS[kind]), kind)
    _fill_limits(row, cells)
    if not row.has_value:
        return None
    if _is_uneven(row):
        row.doubts.append("uneven")
    if row.match is None and not _may_be_test(row):
        return None
    return row


def _mend_name(name: Row, cells: dict[str, Row], pending: Row, today: date) -> tuple[Row, dict[str, Row]]:
    """Move words between the name's and the result's column where a known name or a value says so."""
    kind = next((k for k in ("result", "normal", "abnormal") if k in cells), None)
    if kind is not None and name:
        words = cells[kind]
        for count in range(min(4, len(words) - 1), 0, -1):
            longer = (*name, *words[:count])
            found = match_test(row_text(longer))
            if found is None or found.score < EXACT or scan(words[count:], today)[0].kind == "unknown":
                continue
            if all(part.kind == "unknown" for part in scan(words[:count], today, "ANWC")):
                return longer, {**cells, kind: words[count:]}
    if kind is None and len(name) > 1:
        for count in range(1, min(4, len(name))):
            tail = scan(name[-count:], today, "ANW")
            if len(tail) == 1 and tail[0].kind != "unknown" and match_test(row_text(name[:-count])):
                return name[:-count], {**cells, "result": name[-count:]}
    if not name:
        return pending, cells
    if pending:
        joined = match_test(row_text((*pending, *name)))
        if joined is not None and joined.score == EXACT and match_test(row_text(name)) is None:
            return (*pending, *name), cells
    return name, cells


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
