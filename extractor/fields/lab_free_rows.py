"""Laboratory rows without column heads: a known test's name, and what stands behind or below it."""

import re
from collections.abc import Sequence
from datetime import date

from extractor.fields.lab_cells import (
    LabPage,
    LabRow,
    Part,
    Row,
    fill,
    guess_row,
    is_code,
    is_speck,
    row_text,
    scan,
    specimen_of,
)
from extractor.fields.lab_columns import split_segments
from extractor.knowledge.lab_tests import EXACT, TestMatch, match_test
from extractor.knowledge.lab_values import read_range
from extractor.knowledge.lab_words import read_head
from models.record import bounding_box

_LONGEST_NAME = 9
_NAME_GAP = 2.0
"""Text heights within a test's name."""
_NEXT_LINE = 2.6
"""Text heights down to a line that still belongs to a name above it."""
_BLOCK_LINES = 5
_RANGE_LABEL = re.compile(
    r"\W*(?:(?:normal|reference|ref|expected|biological(?: reference)?)\W*(?:range|interval|values?|limits?|int)\b"
    r"|range\b)\W*",
    re.IGNORECASE,
)


def read_lines(rows: Sequence[Row], today: date, page: LabPage, *, is_head: bool) -> None:
    """``is_head``: the lines stand above a table, where a bare number is some other number of the report's head."""
    specimen: str | None = None
    block: _Block | None = None
    for row in rows:
        for segment in split_segments(row, 8.0) if _has_two_names(row) else [row]:
            specimen = specimen_of(segment) or specimen
            read = read_line(segment, today)
            if read is not None and is_head and not is_full(read):
                continue
            if read is None and page.rows and _take_range(page.rows[-1], segment, today):
                continue
            if read is None:
                if not is_head and _is_unread_line(segment, today):
                    page.unparsed.append(segment)
                match = match_test(row_text(segment)) if len(segment) <= _LONGEST_NAME else None
                if match is not None and match.score == EXACT and read_head(row_text(segment)) is None:
                    _finish(block, page)
                    block = _Block(segment, match, specimen)
                elif block is not None and not block.take(segment, today):
                    _finish(block, page)
                    block = None
                continue
            _finish(block, page)
            block = None
            read.specimen = specimen
            page.rows.append(read)
    _finish(block, page)


def _take_range(row: LabRow, words: Row, today: date) -> bool:
    """Give a row the range that the line right below it names: ``Normal range: 0.57-1.00 mg/dL``."""
    box, above = bounding_box([word.bbox for word in words]), bounding_box([word.bbox for word in row.words])
    named = _RANGE_LABEL.match(row_text(words))
    if named is None or not 0 < box.y_mid - above.y_mid < _NEXT_LINE * box.height:
        return False
    limits = read_range(row_text(words)[named.end() :].strip())
    if limits is None or (row.range is not None and row.range.range is not None and row.range.range.is_numeric):
        return False
    row.range = Part("range", words, limits.text, range=limits)
    row.unread.pop("range", None)
    if row.unit is None:
        row.unit = next((part for part in scan(words, today, "U") if part.kind == "unit"), None)
    return True


def is_full(row: LabRow) -> bool:
    """Whether a row has more than a bare number: such a one may be anything."""
    is_word = row.result is not None and row.result.kind == "word"
    return is_word or row.unit is not None or row.range is not None


def _is_unread_line(words: Row, today: date) -> bool:
    """Whether a known test's name stands before something short that holds a digit and was not understood."""
    length = _name_length(words)
    rest = words[length:]
    if not length or not rest or len(rest) > 5 or not any(c.isdigit() for word in rest for c in word.text):
        return False
    return scan(rest, today)[0].kind == "unknown"


def _finish(block: "_Block | None", page: LabPage) -> None:
    if block is not None and (row := block.row()) is not None:
        page.rows.append(row)


def _has_two_names(row: Row) -> bool:
    pieces = split_segments(row, 8.0)
    return len(pieces) == 2 and all(_name_length(piece) for piece in pieces)


def _name_length(words: Row) -> int:
    """How many of the first words are a known test's name."""
    for length in range(min(_LONGEST_NAME, len(words)), 0, -1):
        if not any(c.isalpha() for c in words[length - 1].text) and words[length - 1].text != "%":
            continue
        if len(split_segments(words[:length], _NAME_GAP)) > 1:
            continue
        match = match_test(row_text(words[:length]).rstrip(":"))
        if match is not None:
            return length
    return 0


def read_line(words: Row, today: date) -> LabRow | None:
    """A row told by what stands in it: a known name, a result, then flag, unit and range in any order."""
    length = _name_length(words)
    if length == len(words):
        return None
    if not length:
        return _read_misread(words, today)
    name = words[:length]
    parts = [part for part in scan(words[length:], today) if not is_speck(part) or part.kind != "unknown"]
    if not parts or parts[0].kind not in {"number", "word", "counted", "absence", "flag", "range"}:
        return None
    row = LabRow(name=name, match=match_test(row_text(name).rstrip(":")), is_headed=False)
    _spread(row, parts)
    return row if row.has_value else None


def _read_misread(words: Row, today: date) -> LabRow | None:
    """A row whose name is only near a known one: what stands before the first thing that can be a result."""
    for length in range(1, min(_LONGEST_NAME, len(words))):
        parts = [part for part in scan(words[length:], today) if not is_speck(part) or part.kind != "unknown"]
        if parts and parts[0].kind in {"number", "word", "counted", "absence"} and parts[0].words[0] is words[length]:
            row = LabRow(name=words[:length], match=None, is_headed=False)
            _spread(row, parts)
            is_more = row.absence is not None or "unit" in row.unread or is_full(row)
            row.match = guess_row(row) if is_more else None
            return row if row.match is not None else None
    return None


def _spread(row: LabRow, parts: Sequence[Part]) -> None:
    """Give each part its place by what it is; what comes first among equals is the result."""
    index = 0
    while index < len(parts):
        part = parts[index]
        following = parts[index + 1] if index + 1 < len(parts) else None
        is_value = part.kind in {"number", "word", "counted"}
        if is_value and row.has_value and following is not None and following.kind == "date":
            row.doubts.append("earlier_result")
            index += 2
            continue
        if part.kind == "date" and row.result is not None and row.collected is None:
            row.collected = part
        elif part.kind == "number" and row.has_value and row.range is None and part.number and part.number.compare:
            limits = read_range(part.text)
            row.range = Part("range", part.words, part.text, range=limits) if limits else None
        elif part.kind in {"word", "counted"} and row.has_value:
            fill(row, [part], "range")
        elif part.kind == "number" and row.has_value:
            is_last = index == len(parts) - 1
            if not (is_last and is_code(part)):
                row.doubts.append("two_numbers")
                _keep_unread(row, part)
        elif part.kind == "unknown" and index == len(parts) - 1 and is_code(part):
            pass
        elif part.kind != "time":
            fill(row, [part], "result")
            if part.kind == "unknown" and row.has_value:
                _keep_unread(row, part)
        index += 1


def _keep_unread(row: LabRow, part: Part) -> None:
    """Words behind a result that were not understood stand where its unit is, or its range."""
    if is_speck(part):
        return
    if row.unit is None and part.kind == "unknown" and row.range is None and "unit" not in row.unread:
        row.unread["unit"] = part.words
    elif row.range is None:
        row.unread["range"] = (*row.unread.get("range", ()), *part.words)


class _Block:
    """A test's name on a line of its own, and the lines below it until the result is told."""

    def __init__(self, name: Row, match: TestMatch, specimen: str | None) -> None:
        self._row = LabRow(name=name, match=match, is_headed=False, specimen=specimen)
        self._numbers: list[Part] = []
        self._bottom = bounding_box([word.bbox for word in name]).bottom
        self._lines = 0

    def take(self, words: Row, today: date) -> bool:
        """Whether the line belongs to the test; its parts are kept."""
        box = bounding_box([word.bbox for word in words])
        if box.top - self._bottom > _NEXT_LINE * box.height or self._lines >= _BLOCK_LINES:
            return False
        self._lines += 1
        self._bottom = box.bottom
        text = row_text(words)
        if read_head(text) is not None or text.rstrip(":").casefold() in {"value", "result", "your value"}:
            return True
        limits = read_range(text)
        if limits is not None and limits.is_numeric and self._row.range is None and len(words) > 1:
            self._row.range = Part("range", words, limits.text, range=limits)
            if limits.unit:
                self._row.unit = next((p for p in scan(words, today, "U") if p.kind == "unit"), None)
            return True
        parts = scan(words, today, "ANWFUR")
        if any(part.kind == "unknown" for part in parts):
            return False
        for part in parts:
            if part.kind in {"number", "word", "absence"}:
                self._numbers.append(part)
            else:
                fill(self._row, [part], "result")
        return True

    def row(self) -> LabRow | None:
        """The row, where one result is left that is no mark of the range's scale."""
        limits = self._row.range.range if self._row.range else None
        scale = {limits.low, limits.high} if limits else set()
        results = [p for p in self._numbers if not (p.number and p.number.number in scale)] or self._numbers[-1:]
        if not results:
            return None
        if len({part.value for part in results}) > 1:
            self._row.doubts.append("two_numbers")
        fill(self._row, results[-1:], "result")
        self._row.doubts.append("result_below")
        return self._row
