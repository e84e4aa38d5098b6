"""Rows that begin with the result: ``118 mg/dL  Glucose  H  ref 70-99``, the test's name behind its value and unit."""

from collections.abc import Sequence
from datetime import date

from extractor.fields.lab_cells import LabPage, row_text
from extractor.fields.lab_free_rows import name_length, read_line
from extractor.fields.lab_lines import Row
from extractor.knowledge.lab_tests import EXACT, match_test
from extractor.knowledge.lab_values import read_number
from extractor.knowledge.lab_words import read_absence, read_unit, read_word

_FEWEST = 3
_LONGEST_VALUE = 3
"""Words of a result and its unit."""


def read_named_last(rows: Sequence[Row], today: date, page: LabPage) -> None:
    """Add the rows of a page whose tests stand behind their results; one such line alone may be any sentence."""
    found = [read for row in rows if (turned := _turn(row)) and (read := read_line(turned, today)) is not None]
    if len(found) >= _FEWEST:
        page.rows.extend(found)


def _turn(row: Row) -> Row:
    """The words with the test's name first; () where no known name stands right behind a value and its unit."""
    for count in range(1, min(_LONGEST_VALUE, len(row) - 1) + 1):
        value, rest = row[:count], row[count:]
        length = name_length(rest) if _is_value(value) else 0
        match = match_test(row_text(rest[:length]).rstrip(":")) if length else None
        if match is not None and match.score == EXACT and not _is_value(rest[length : length + 1]):
            return (*rest[:length], *value, *rest[length:])
    return ()


def _is_value(words: Row) -> bool:
    """Whether words are a result, or why there is none, with its unit or without."""
    text = row_text(words)
    if any(read(text) is not None for read in (read_number, read_word, read_absence)):
        return True
    return len(words) > 1 and read_number(words[0].text) is not None and read_unit(row_text(words[1:])) is not None
