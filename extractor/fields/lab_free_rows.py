"""Laboratory rows without column heads: a known test's name, and what stands behind or below it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from extractor.fields.lab_blocks import NEXT_LINE, Block
from extractor.fields.lab_cells import (
    LabPage,
    LabRow,
    Part,
    as_result,
    fill,
    guess_row,
    is_speck,
    row_text,
    scan,
    specimen_of,
)
from extractor.fields.lab_details import cut_collected, find_range_label, read_limits
from extractor.fields.lab_heads import split_segments
from extractor.fields.lab_line_parts import is_full, spread
from extractor.fields.lab_lines import Row
from extractor.knowledge.lab_tests import EXACT, match_test
from extractor.knowledge.lab_values import read_number, read_range
from extractor.knowledge.lab_words import is_no_name, read_absence, read_flag, read_head, read_unit, read_word
from models.record import bounding_box
from models.stages.text import Word

_ITEM_NUMBER = re.compile(r"\d{1,2}(?:[.)]\d{0,2})?[.)]?|[-\u2022*]")
_INNER_LABELS = frozenset({"result", "unit", "flag", "status"})
_LONGEST_NAME = 9
_NAME_GAP = 2.0
"""Text heights within a test's name."""
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
    block: Block | None = None
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
                    block = Block(segment, match_test(row_text(segment)), specimen)
                elif block is None or not block.take(segment, today):
                    _finish(block, page)
                    block = Block(segment, None, specimen) if not is_head and _may_be_name(segment) else None
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
    if named is None or not 0 < box.y_mid - above.y_mid < NEXT_LINE * box.height:
        return False
    limits = read_range(row_text(words)[named.end() :].strip())
    if limits is None or (row.range is not None and row.range.range is not None and row.range.range.is_numeric):
        return False
    row.range = Part("range", words, limits.text, range=limits)
    row.unread.pop("range", None)
    if row.unit is None:
        row.unit = next((part for part in scan(words, today, "U") if part.kind == "unit"), None)
    return True


def _is_unread_line(words: Row, today: date) -> bool:
    """Whether a known test's name stands before something short that holds a digit and was not understood."""
    length = name_length(words)
    rest = words[length:]
    if not length or not rest or len(rest) > 5 or not any(c.isdigit() for word in rest for c in word.text):
        return False
    return scan(rest, today)[0].kind == "unknown"


def _finish(block: "Block | None", page: LabPage) -> None:
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
    words, collected = cut_collected(words, today)
    row = _read_parts(words, today, has_date=collected is not None) if words else None
    if row is not None and collected is not None and row.collected is None:
        row.collected = collected
    return row


def _told_length(words: Row, *, has_date: bool) -> int:
    """How many words name an unknown test in a line that dates its specimen and says ``Result:`` behind the name."""
    said = next((place for place, word in enumerate(words) if word.text.casefold() in {"result:", "value:"}), 0)
    is_name = 0 < said <= _LONGEST_NAME and not any(":" in word.text or is_no_name(word.text) for word in words[:said])
    return said if has_date and is_name and any(c.isalpha() for c in row_text(words[:said])) else 0


def _read_parts(words: Row, today: date, *, has_date: bool) -> LabRow | None:
    length = name_length(words) or _told_length(words, has_date=has_date)
    if not length and len(words) > 2 and _ITEM_NUMBER.fullmatch(words[0].text):
        words, length = words[1:], name_length(words[1:])
    place = find_range_label(words[length:]) if length else None
    limits: Row = ()
    if place is not None and place[0]:
        words, limits = words[: length + place[0]], words[length + place[1] :]
    is_told = place is not None or any(_is_label(word) for word in words[length:])
    limits = tuple(word for word in limits if not _is_label(word))
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
    row = LabRow(name=name, match=match_test(row_text(name).rstrip(":")), is_headed=False, is_told=is_told)
    if parts[0].kind == "counted" and parts[0].range and any(part.kind == "number" for part in parts):
        parts[0] = replace(parts[0], kind="range")  # "ALT 7-56 U/L 22"
    behind = read_limits(limits, today)
    fill(row, behind[:1], "range")
    spread(row, [*parts, *behind[1:]])
    unit = row.unit.words if row.unit is not None else ()
    if _holds_name(tuple(word for word in (*words[length + 1 :], *limits) if not any(word is each for each in unit))):
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
            spread(row, parts)
            is_more = row.absence is not None or "unit" in row.unread or is_full(row)
            row.match = guess_row(row) if is_more else None
            return row if row.match is not None else None
    return None
