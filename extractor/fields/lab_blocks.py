"""A test's name on a line of its own, and the result, unit and range on the lines below it."""

from datetime import date

from rapidfuzz.distance import Levenshtein

from extractor.fields.lab_cells import LabRow, Part, fill, is_speck, row_text, scan
from extractor.fields.lab_dates import find_collected
from extractor.fields.lab_line_parts import is_full, keep_unread, spread
from extractor.fields.lab_lines import Row
from extractor.fields.lab_names import split_status
from extractor.knowledge.lab_tests import TestMatch, match_test
from extractor.knowledge.lab_values import read_range
from extractor.knowledge.lab_words import read_head
from models.record import bounding_box

NEXT_LINE = 2.6
"""Text heights down to a line that still belongs to a name above it."""
_BLOCK_LINES = 5
_LEAST_LABEL = 5
_RANGE_WORDS = ("normal", "reference", "expected", "range", "standard")
_RANGE_TAILS = frozenset({"range", "interval", "value", "values", "limits", ":"})
_VALUE_LABELS = frozenset({"value", "result", "your value", "your result"})


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


class Block:
    """A test's name on a line of its own, and the lines below it until the result is told."""

    def __init__(self, name: Row, match: TestMatch | None, specimen: str | None) -> None:
        shorter, status = split_status(name)
        self._row = LabRow(name=shorter, match=match, is_headed=False, specimen=specimen, status=status)
        if status is not None:
            self._row.match = match_test(row_text(shorter))
        self._numbers: list[Part] = []
        self._bottom = bounding_box([word.bbox for word in name]).bottom
        self._lines = 0
        self._is_first = False

    def take(self, words: Row, today: date) -> bool:
        """Whether the line belongs to the test; its parts are kept."""
        box = bounding_box([word.bbox for word in words])
        if box.top - self._bottom > NEXT_LINE * box.height or self._lines >= _BLOCK_LINES:
            return False
        text = row_text(words)
        is_label = read_head(text) is not None or text.rstrip(":").casefold() in _VALUE_LABELS
        if len(words) > 1 and words[0].text.rstrip(":").casefold() in _VALUE_LABELS:
            words, is_label = words[1:], False
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
        place = _range_label(words)
        # A result may stand behind the range on its line.
        is_first = place is not None and place[0] == 0 and words[place[1] - 1].text.endswith(":")
        is_range = is_first and place is not None and read_range(row_text(words[place[1] :])) is not None
        if place is not None and (self._numbers or is_range):
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
            spread(self._row, [part for part in parts if part.kind != "unknown" or not is_speck(part)])
            self._numbers.append(parts[0])
            self._is_first = True
            return True
        unknown = [part for part in parts if part.kind == "unknown" and not is_speck(part)]
        if unknown and (not self._numbers or 2 * len(unknown) > len(parts)):
            return False
        for part in parts:
            if part.kind in {"number", "word", "absence"} and not self._is_first:
                self._numbers.append(part)
            elif part.kind in {"unknown", "number", "word", "absence"}:
                keep_unread(self._row, part)
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
                keep_unread(self._row, part)
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
