"""Rows of results on a page whose title and heads were not read: known tests, each with a value behind it."""

import re
from collections.abc import Sequence

from extractor.knowledge.lab_guesses import guess_test
from extractor.knowledge.lab_tests import EXACT, match_test
from extractor.knowledge.lab_values import read_number, read_range
from extractor.knowledge.lab_words import near_absence, near_word, read_unit, read_word
from models.stages.layout import Line, PageReading
from models.stages.text import Word

_LONGEST_NAME = 7
_LEAST_LETTERS = 3
_LEVEL = 0.5
_DOSE = re.compile(r"\d\s?(?:mg|mcg|g|iu|units?|tabs?|tablets?|caps?)\b(?!\s?/)", re.IGNORECASE)
"""A supplement shares its name with a test (calcium, iron, vitamin D)."""


def count_test_rows(page: PageReading) -> int:
    """How many different tests begin a line and have a result behind them on the same height."""
    found: set[str] = set()
    for line in page.layout.lines:
        words = (*line.words, *_beside(line, page))
        if _DOSE.search(" ".join(word.text for word in words)):
            continue
        key = _named_first(words) or _named_last(words)
        found.update([key] if key else [])
    return len(found)


def _named_first(words: Sequence[Word]) -> str | None:
    """The test of a row that begins with its name; a unit in brackets or the range may stand before the result."""
    for length in range(1, min(_LONGEST_NAME, len(words) - 1) + 1):
        value = words[length]
        if _is_value(value) or _is_range(value.text):
            shorter = length - 1 if length > 1 and _is_unit_in_brackets(words[length - 1].text) else length
            return _test_of(words[:shorter], is_number=_is_range(value.text) or read_number(value.text) is not None)
    return None


def _named_last(words: Sequence[Word]) -> str | None:
    """The test of a row that begins with the result, then its unit: ``4.1 mmol/L Potassium``."""
    if not words or not _is_value(words[0]):
        return None
    start = 2 if len(words) > 1 and read_unit(words[1].text) is not None else 1
    for length in range(min(_LONGEST_NAME, len(words) - start), 0, -1):
        match = match_test(" ".join(word.text for word in words[start : start + length]))
        if match is not None and match.score == EXACT:
            return match.tests[0].key
    return None


def _is_unit_in_brackets(text: str) -> bool:
    return text[:1] in "([" and text[-1:] in ")]" and read_unit(text[1:-1]) is not None


def _is_range(text: str) -> bool:
    limits = read_range(text)
    return limits is not None and limits.is_numeric


def _beside(line: Line, page: PageReading) -> list[Word]:
    """The words right of a line on its height, from left to right."""
    right = [
        word
        for other in page.layout.lines
        for word in other.words
        if word.bbox.x0 > line.bbox.x1
        and word.bbox.y_overlap(line.bbox) > 0.5 * min(word.bbox.height, line.bbox.height)
    ]
    return sorted(right, key=lambda word: word.bbox.x0)


def _is_value(word: Word) -> bool:
    text = word.text
    return read_number(text) is not None or any(read(text) for read in (read_word, near_word, near_absence))


def _test_of(words: Sequence[Word], *, is_number: bool) -> str | None:
    text = " ".join(word.text for word in words).rstrip(" :")
    if sum(character.isalpha() for character in text) < _LEAST_LETTERS:
        return None
    match = match_test(text) or guess_test(text, None, is_number)
    return match.tests[0].key if match is not None else None
