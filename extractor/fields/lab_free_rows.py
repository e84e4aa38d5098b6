"""Laboratory rows without column heads: a known test's name, and what stands behind or below it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rapidfuzz.distance import Levenshtein

from extractor.fields.lab_cells import (
    LabPage,
    LabRow,
    Part,
    as_result,
    fill,
    guess_row,
    is_code,
    is_speck,
    row_text,
    scan,
    specimen_of,
)
from extractor.fields.lab_dates import find_collected
from extractor.fields.lab_heads import split_segments
from extractor.fields.lab_lines import Row
from extractor.knowledge.lab_tests import EXACT, TestMatch, match_test
from extractor.knowledge.lab_values import read_number, read_range
from extractor.knowledge.lab_words import read_absence, read_flag, read_head, read_unit, read_word
from models.record import bounding_box
from models.stages.text import Word

_ITEM_NUMBER = re.compile(r"\d{1,2}(?:[.)]\d{0,2})?[.)]?|[-\u2022*]")
_INNER_LABELS = frozenset({"result", "unit", "flag", "status"})
_LONGEST_NAME = 9
_NAME_GAP = 2.0
"""Text heights within a test's name."""
_NEXT_LINE = 2.6
"""Text heights down to a line that still belongs to a name above it."""
_BLOCK_LINES = 5
_PANEL_GAP = 8.0
"""Text heights from one panel to the next, at least where no value tells them apart."""
_RANGE_LABEL = re.compile(
    r"\W*(?:(?:normal|reference|ref|expected|biological(?: reference)?)\W*(?:range|interval|values?|limits?|int)\b"
    r"|range\b|(?:normal|reference|ref|expected)\.?:)[\s:.]*",
    re.IGNORECASE,
)


def read_lines(rows: Sequence[Row], today: date, page: LabPage, *, is_head: bool) -> None:
    """``is_head``: the lines stand above a table, where a bare number is some other number of the report's head."""
    specimen: str | None = None
    block: _Block | None = None
    for row in rows:
        for segment in _split_row(row):
            specimen = specimen_of(segment) or specimen
            read = read_line(segment, today)
            if read is not None and is_head and not is_full(read):
                continue
            if read is None and block is None and page.rows and _take_range(page.rows[-1], segment, today):
                continue
            if read is None:
                if not is_head and _is_unread_line(segment, today):
                    page.unparsed.append(segment)
                if _starts_block(segment):
                    _finish(block, page)
                    block = _Block(segment, match_test(row_text(segment)), specimen)
                elif block is None or not block.take(segment, today):
                    _finish(block, page)
                    block = _Block(segment, None, specimen) if not is_head and _may_be_name(segment) else None
                continue
            _finish(block, page)
            block = None
            read.specimen = specimen
            page.rows.append(read)
    _finish(block, page)


def _starts_block(words: Row) -> bool:
    """Whether a line is a known test's name and nothing else."""
    match = match_test(row_text(words)) if len(words) <= _LONGEST_NAME else None
    return match is not None and match.score == EXACT and read_head(row_text(words)) is None


def _may_be_name(words: Row) -> bool:
    """Whether a line may be a test's misread name."""
    text = row_text(words)
    letters = sum(character.isalpha() for character in text)
    return len(words) <= _LONGEST_NAME and letters > 0.6 * len(text) - 2 and letters > 1 and not text.endswith(":")


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
    length = name_length(words)
    rest = words[length:]
    if not length or not rest or len(rest) > 5 or not any(c.isdigit() for word in rest for c in word.text):
        return False
    return scan(rest, today)[0].kind == "unknown"


def _finish(block: "_Block | None", page: LabPage) -> None:
    if block is not None and (row := block.row()) is not None:
        row.match = row.match or (guess_row(row) if is_full(row) else None)
        if row.match is not None:
            page.rows.append(row)
        elif is_full(row):
            page.unparsed.append(row.name)


def _split_row(row: Row) -> list[Row]:
    """The pieces of a row that each begin with a test's name, all but the last with a value: panels side by side."""
    wide = split_segments(row, _PANEL_GAP)
    if len(wide) > 1 and all(name_length(piece) for piece in wide):
        return wide
    found: list[Row] = []
    for piece in split_segments(row):
        if found and _is_name(piece[:_LONGEST_NAME]) and _has_value(found[-1]):
            found.append(piece)
        else:
            found[-1:] = [(*(found[-1] if found else ()), *piece)]
    return found if all(_has_value(piece) for piece in found) else [row]


def _has_value(words: Row) -> bool:
    return any(read(word.text) is not None for word in words[1:] for read in (read_number, read_word, read_absence))


def name_length(words: Row) -> int:
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
    length = name_length(words)
    if not length and len(words) > 2 and _ITEM_NUMBER.fullmatch(words[0].text):
        words, length = words[1:], name_length(words[1:])
    words = (*words[:length], *(word for word in words[length:] if not _is_label(word)))
    if length == len(words):
        return None
    if not length:
        return _read_misread(words, today)
    name = words[:length]
    parts = [part for part in scan(words[length:], today) if not is_speck(part) or part.kind != "unknown"]
    if len(parts) > 1 and parts[0].kind == "unit" and parts[0].text.startswith(("(", "[")):
        parts = [parts[1], parts[0], *parts[2:]]  # "Glucose (mg/dL) 95"
    if not parts or parts[0].kind not in {"number", "word", "counted", "absence", "flag", "range"}:
        return None
    parts = [*as_result(parts[0]), *parts[1:]]
    row = LabRow(name=name, match=match_test(row_text(name).rstrip(":")), is_headed=False)
    if parts[0].kind == "counted" and parts[0].range and any(part.kind == "number" for part in parts):
        parts[0] = replace(parts[0], kind="range")  # "ALT 7-56 U/L 22"
    _spread(row, parts)
    if _holds_name(words[length + 1 :]):
        row.doubts.append("two_tests")
    return row if row.has_value else None


def _is_label(word: Word) -> bool:
    """Whether a word in a line only says what comes next: ``Result:``, ``Units:``, ``flag``."""
    text = word.text.rstrip(":")
    is_marked = word.text.endswith(":") or (text.islower() and text == "flag")
    return is_marked and read_head(text) in _INNER_LABELS


def _holds_name(words: Row) -> bool:
    """Whether another test's name stands among the words behind a test's name and its first value."""
    return any(
        len(words[start].text) > 1 and words[start].text[0].isupper() and _is_name(words[start : start + 3])
        for start in range(len(words))
    )


def _is_name(words: Row) -> bool:
    """Whether some of the first words are a known test's name as spelled, and nothing else that reports print."""
    for length in range(len(words), 0, -1):
        text = row_text(words[:length])
        match = match_test(text)
        if match is not None and match.score == EXACT and not any(char.isdigit() for char in text):
            return not (read_unit(text) or read_flag(text) or read_word(text) or read_head(text))
    return False


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


def _range_label(words: Row) -> tuple[int, int] | None:
    """The first and the last (exclusive) word of the label of a range in a line, for misread letters too."""
    for index, word in enumerate(words[:-1]):
        text = word.text.casefold().rstrip(":;.,")
        last = index + 1
        if len(text) >= _LEAST_LABEL and any(
            Levenshtein.distance(text, label) <= 1 + (len(label) > _LEAST_LABEL) for label in _RANGE_WORDS
        ):
            while last < len(words) - 1 and words[last].text.casefold().rstrip(":") in _RANGE_TAILS:
                last += 1
            return index, last
    return None


_LEAST_LABEL = 5
_RANGE_WORDS = ("normal", "reference", "expected", "range", "standard")
_RANGE_TAILS = frozenset({"range", "interval", "value", "values", "limits", ":"})
_VALUE_LABELS = frozenset({"value", "result", "your value", "your result"})


class _Block:
    """A test's name on a line of its own, and the lines below it until the result is told."""

    def __init__(self, name: Row, match: TestMatch | None, specimen: str | None) -> None:
        self._row = LabRow(name=name, match=match, is_headed=False, specimen=specimen)
        self._numbers: list[Part] = []
        self._bottom = bounding_box([word.bbox for word in name]).bottom
        self._lines = 0
        self._is_first = False

    def take(self, words: Row, today: date) -> bool:
        """Whether the line belongs to the test; its parts are kept."""
        box = bounding_box([word.bbox for word in words])
        if box.top - self._bottom > _NEXT_LINE * box.height or self._lines >= _BLOCK_LINES:
            return False
        text = row_text(words)
        is_label = read_head(text) is not None or text.rstrip(":").casefold() in _VALUE_LABELS
        if len(words) > 1 and words[0].text.endswith(":") and words[0].text.rstrip(":").casefold() in _VALUE_LABELS:
            words = words[1:]
        dates = find_collected([words], today)
        if dates:
            first = dates[0]
            self._row.collected = Part("date", first.words, first.reading.value, date=first.reading)
        elif not is_label and not self._take_parts(words, today):
            return False
        self._lines += 1
        self._bottom = box.bottom
        return True

    def _take_parts(self, words: Row, today: date) -> bool:
        place = _range_label(words) if self._numbers else None
        if place is not None:
            self._take_details(words, place, today)
            return True
        limits = read_range(row_text(words))
        if limits is not None and limits.is_numeric and self._row.range is None and len(words) > 1:
            self._row.range = Part("range", words, limits.text, range=limits)
            if limits.unit:
                self._row.unit = next((p for p in scan(words, today, "U") if p.kind == "unit"), None)
            return True
        parts = scan(words, today, "ANWFUR")
        if not self._lines and parts[0].kind in {"number", "word", "absence"}:
            # What stands first right below the name is the result; behind a range it may be a mark of its scale.
            _spread(self._row, [part for part in parts if part.kind != "unknown" or not is_speck(part)])
            self._numbers.append(parts[0])
            self._is_first = True
            return True
        unknown = [part for part in parts if part.kind == "unknown" and not is_speck(part)]
        if unknown and (not self._numbers or len(unknown) == len(parts)):
            return False
        for part in parts:
            if part.kind in {"number", "word", "absence"} and not self._is_first:
                self._numbers.append(part)
            elif part.kind in {"unknown", "number", "word", "absence"}:
                _keep_unread(self._row, part)
            else:
                fill(self._row, [part], "result")
        return True

    def _take_details(self, words: Row, place: tuple[int, int], today: date) -> None:
        """The unit and the range of a line such as ``mg/dL  normal: 70-99``; ``place``: the label's words."""
        before, behind = words[: place[0]], words[place[1] :]
        for part in scan(before, today, "U"):
            if part.kind == "unit":
                fill(self._row, [part], "unit")
            else:
                _keep_unread(self._row, part)
        if behind and self._row.range is None:
            fill(self._row, scan(behind, today, "RWUN"), "range")

    def row(self) -> LabRow | None:
        """The row, where one result is left that is no mark of the range's scale."""
        if self._is_first:
            self._row.doubts.append("result_below")
            is_number = self._row.result is not None and self._row.result.kind == "number"
            if is_number and not is_full(self._row) and not self._row.unread:
                self._row.doubts.append("bare_number")
            return self._row if self._row.has_value else None
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
