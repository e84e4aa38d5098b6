"""Rows of results on a page whose title and heads were not read: known tests, each with a value behind it."""

import re

from extractor.knowledge.lab_guesses import guess_test
from extractor.knowledge.lab_tests import match_test
from extractor.knowledge.lab_values import read_number
from extractor.knowledge.lab_words import near_absence, near_word, read_word
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
        for length in range(1, min(_LONGEST_NAME, len(words) - 1) + 1):
            if _is_value(words[length]):
                key = _test_of(words[:length], is_number=read_number(words[length].text) is not None)
                found.update([key] if key else [])
                break
    return len(found)


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


def _test_of(words: tuple[Word, ...], *, is_number: bool) -> str | None:
    text = " ".join(word.text for word in words).rstrip(" :")
    if sum(character.isalpha() for character in text) < _LEAST_LETTERS:
        return None
    match = match_test(text) or guess_test(text, None, is_number)
    return match.tests[0].key if match is not None else None
