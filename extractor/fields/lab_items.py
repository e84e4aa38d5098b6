"""Results listed in running text, one behind the other: ``WBC 4.1 x10E3/uL (3.4-10.8); Hemoglobin still pending``."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

from extractor.fields.lab_cells import LabPage, LabRow
from extractor.fields.lab_free_rows import read_line
from extractor.fields.lab_line_parts import is_full
from extractor.fields.lab_lines import Row, Rows
from extractor.knowledge.lab_values import read_number
from extractor.knowledge.lab_words import read_flag, read_unit, read_word
from models.record import bounding_box
from models.stages.text import Word

_ENDS = ";.,:"
_FILLERS = frozenset({"is", "was", "still", "of", "at", "again", "remains", "and", "are", "were", "-", "="})
_PARAGRAPH = 1.4
"""Text heights between two lines that are not of one paragraph."""
_LONGEST = 16
"""Words of one item."""
_FEWEST = 3
_NUMBER_END = re.compile(r"[\d)\]%]$")


def read_items(lines: Rows, today: date) -> LabPage:
    """The results of a page's running text as a page of rows; without any where it holds fewer than three."""
    cleaned: dict[Word, Word] = {}
    rows: list[LabRow] = []
    starts = {id(row[0]) for row in lines.rows}
    for item in _split(lines):
        row = None
        for start in (place for place, word in enumerate(item) if place == 0 or id(word) in starts):
            # A line that ends without a mark may stand above the first item.
            words = tuple(_clean(w, cleaned) for w in item[start:] if w.text.casefold().strip(_ENDS) not in _FILLERS)
            row = read_line(words, today) if 1 < len(words) <= _LONGEST else None
            if row is not None:
                break
        if row is not None and (is_full(row) or row.absence is not None):
            row.is_prose = True
            rows.append(row)
    originals = {**lines.originals, **{new: lines.originals.get(old, old) for new, old in cleaned.items()}}
    return LabPage(replace(lines, originals=originals), rows if len(rows) >= _FEWEST else [])


def _split(lines: Rows) -> Iterator[list[Word]]:
    """The words of each item: up to a mark that ends it, or to the end of its paragraph."""
    item: list[Word] = []
    for row, below in pairwise((*lines.rows, ())):
        for place, word in enumerate(row):
            item.append(word)
            following = row[place + 1] if place + 1 < len(row) else below[0] if below else None
            if _is_end(word, following):
                yield item
                item = []
        if item and (not below or _is_apart(row, below)):
            yield item
            item = []


def _is_end(word: Word, following: Word | None) -> bool:
    """Whether an item ends with a word: a semicolon, a full stop, or a comma behind a value."""
    text = word.text
    if text.endswith(";"):
        return True
    bare = text.rstrip(_ENDS)
    if bare == text or following is None or not following.text[:1].isalpha():
        return bare != text and following is None
    is_value = _NUMBER_END.search(bare) is not None or (
        len(bare) > 1 and any(read(bare) is not None for read in (read_number, read_unit, read_flag, read_word))
    )
    return is_value or (text.endswith(".") and following.text[:1].isupper() and len(bare) > _FEWEST)


def _is_apart(row: Row, below: Row) -> bool:
    upper, lower = bounding_box([word.bbox for word in row]), bounding_box([word.bbox for word in below])
    return lower.top - upper.bottom > _PARAGRAPH * min(upper.height, lower.height)


def _clean(word: Word, cleaned: dict[Word, Word]) -> Word:
    """A word without the mark that ends its item."""
    text = word.text.rstrip(_ENDS)
    if not text or text == word.text or (word.text.endswith(".") and len(text) <= 1):
        return word
    if word.text.endswith(",") and text.isalpha() and read_unit(text) is None:
        return word
    made = word.model_copy(update={"text": text})
    cleaned[made] = word
    return made
