"""What the heads of a laboratory table's columns say: kinds by their wording, dates, units in brackets."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from extractor.knowledge.dates import parse_date
from extractor.knowledge.lab_values import read_number
from extractor.knowledge.lab_words import read_absence, read_head, read_heads, read_unit, read_word
from models.record import BBox, bounding_box
from models.stages.text import Word

NO_YEAR = "no_year"
"""What is noted of a column named by a day without its year."""
UNKNOWN = "unknown"
"""The kind of a column whose head nobody knows."""
WIDE_GAP = 1.6
"""Text heights: a wider gap parts two columns."""
PHRASE_GAP = 0.8
_LONGEST = 5
_DAY_LONG = 10
"""Letters of a whole date, ``YYYY-MM-DD``."""
_YEAR = re.compile(r"(?:19|20)\d{2}")
_MONTH_DAY = re.compile(r"[A-Za-z]{3,9}\.? \d{1,2},?|\d{1,2} [A-Za-z]{3,9}|\d{1,2}/\d{1,2}")
_OF_A_DAY = frozenset({"result", "previous"})
"""Kinds of columns that a day may be named with."""
_NOT_ONE_DATE = frozenset({"other_text", "several_dates"})


@dataclass(frozen=True, slots=True)
class Head:
    """One column head; ``date`` (``YYYY-MM-DD``) where the column is named by one, ``also`` what else stands in it.

    ``unit``: the words of the unit that all its numbers have.
    """

    kind: str
    box: BBox
    date: str | None = None
    also: tuple[str, ...] = ()
    unit: tuple[Word, ...] = ()


def split_segments(row: Sequence[Word], gap: float = WIDE_GAP) -> list[tuple[Word, ...]]:
    """The pieces of a row between gaps wider than ``gap`` text heights."""
    pieces: list[list[Word]] = []
    for word in row:
        last = pieces[-1][-1] if pieces else None
        if last is not None and word.bbox.x0 - last.bbox.x1 <= gap * max(6.0, min(last.bbox.height, word.bbox.height)):
            pieces[-1].append(word)
        else:
            pieces.append([word])
    return [tuple(piece) for piece in pieces]


def stack_rows(row: Sequence[Word], below: Sequence[Word]) -> list[list[Word]]:
    """Phrases of two rows, each with the words that stand under it; [] where the second row is no part of a head."""
    phrases = [list(piece) for piece in split_segments(row, PHRASE_GAP)]
    for piece in split_segments(below, PHRASE_GAP):
        box = bounding_box([word.bbox for word in piece])
        over = [p for p in phrases if bounding_box([w.bbox for w in p]).x_overlap(box) > 0.3 * min(box.width, 20)]
        is_date = len(over) == 1 and _is_date_in_two(over[0], piece)
        if not is_date and _has_digit([*piece, *(word for phrase in over for word in phrase)]):
            return []
        if is_date and _YEAR.fullmatch(_text(over[0])):
            over[0][:0] = piece
        elif len(over) == 1:
            over[0].extend(piece)
        elif over or read_head(_text(piece)) is None:
            return []
        else:
            phrases.append(list(piece))
    return sorted(phrases, key=lambda p: p[0].bbox.x0)


def _is_date_in_two(upper: Sequence[Word], lower: Sequence[Word]) -> bool:
    """Whether a day and its year stand below each other, in either order."""
    texts = _text(upper), _text(lower)
    return any(_YEAR.fullmatch(year) and _MONTH_DAY.fullmatch(day) for year, day in (texts, texts[::-1]))


def _has_digit(words: Sequence[Word]) -> bool:
    return any(character.isdigit() for word in words for character in word.text)


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def read_row_heads(units: Sequence[Sequence[Word]], today: date, *, is_split: bool = False) -> list[Head]:
    """The heads a row consists of; what is left of the first known one is the test's column."""
    heads: list[Head] = []
    unknown: list[Sequence[Word]] = []
    index = 0
    while index < len(units):
        length = 1 if is_split else min(_LONGEST, len(units) - index)
        while length > 0:
            run = [word for unit in units[index : index + length] for word in unit]
            head = None if not is_split and _has_gap(run) else read_one_head(run, today)
            if head is not None:
                heads.append(head)
                break
            length -= 1
        else:
            unknown.append(units[index])
            length = 1
        index += length
    return _with_test(heads, unknown, sum(len(unit) for unit in units))


def _with_test(heads: list[Head], unknown: Sequence[Sequence[Word]], total: int) -> list[Head]:
    if not heads:
        return []
    # "Lab" heads the tests where it stands first, and behind them the code of who did them.
    first = heads[0]
    heads = [replace(h, kind="test" if h is first else "code") if h.kind == "lab" else h for h in heads]
    before = [word for unit in unknown for word in unit if word.bbox.x1 <= heads[0].box.x0 + 1]
    if any(_is_value(word.text) for word in before[1:]):
        return []  # a row of results with its dates
    if any(word.text.endswith(":") for unit in unknown for word in unit):
        return []  # a label and its value
    behind = [word for unit in unknown for word in unit if word.bbox.x1 > heads[0].box.x0 + 1]
    if any(read_number(word.text) for word in behind):
        return []  # a value behind its label
    named = _with_unknown(heads, before, behind)
    if not named and len(behind) > max(1, total // 4):
        return []
    heads = named or heads
    if not any(head.kind == "test" for head in heads) and before:
        # The name of the panel stands where others print "Test".
        heads = [Head("test", bounding_box([word.bbox for word in before])), *heads]
    return heads


def _is_value(text: str) -> bool:
    """Whether a word is what stands in a row of results behind the test's name, and not in its head."""
    return read_number(text) is not None or read_word(text) is not None or read_absence(text) is not None


def _with_unknown(heads: Sequence[Head], before: Sequence[Word], behind: Sequence[Word]) -> list[Head]:
    """The heads with those whose words nobody knows, to be told by what stands below them.

    [] where a word stands in no column of its own: then the row is none of heads. ``before``: the words left of the
    first known head, which head the tests.
    """
    behind = [word for word in behind if sum(character.isalpha() for character in word.text) > 1]
    if not behind or len({head.kind for head in heads}) < 2:
        return []
    words = [*before, *behind]
    made = [bounding_box([word.bbox for word in piece]) for piece in split_segments(_sorted_by_x(behind), PHRASE_GAP)]
    for box in made:
        others = [head.box for head in heads] + [word.bbox for word in words if not word.bbox.x_overlap(box)]
        if any(-box.width < _gap(box, other) < PHRASE_GAP * box.height for other in others):
            return []
    if len(made) > len(heads) or any(any(c.isdigit() for c in word.text) for word in behind):
        return []
    return sorted([*heads, *(Head(UNKNOWN, box) for box in made)], key=lambda head: head.box.x0)


def _sorted_by_x(words: Sequence[Word]) -> list[Word]:
    """The words from left to right."""
    return sorted(words, key=lambda word: word.bbox.x0)


def _gap(box: BBox, other: BBox) -> float:
    """The free points between two boxes from left to right; negative where they overlap."""
    return max(box.x0, other.x0) - min(box.x1, other.x1)


def _has_gap(run: Sequence[Word]) -> bool:
    return any(b.bbox.x0 - a.bbox.x1 > 1.2 * min(a.bbox.height, b.bbox.height) for a, b in pairwise(run))


def read_one_head(run: Sequence[Word], today: date) -> Head | None:
    """The head that a run of words is: a known one, or a date; None for anything else."""
    text = _text(run)
    box = bounding_box([word.bbox for word in run])
    if any(character.isdigit() for character in text):
        reading = parse_date(text, today=today, kind="event") if len(run) <= 3 else None
        is_only_date = reading is not None and not any(r.code in _NOT_ONE_DATE for r in reading.reasons)
        if reading and is_only_date and len(reading.value) == _DAY_LONG:
            return Head("dated", box, reading.value)
        if _MONTH_DAY.fullmatch(text):
            return _undated_year(text, box, today)
        return _with_date(run, box, today) or _with_unit(run, box)
    if text.endswith(":") and len(run) < _LONGEST:
        return None
    kinds = read_heads(text)
    return Head(kinds[0], box, also=kinds[1:]) if kinds else _with_unit(run, box)


def _with_date(run: Sequence[Word], box: BBox, today: date) -> Head | None:
    """A head that names a column of results and its day: ``Current 11/16/2026``, ``Prior 19 Aug 2026``."""
    for place in range(1, len(run)):
        kind = read_head(_text(run[:place]))
        reading = parse_date(_text(run[place:]).strip("()"), today=today, kind="event")
        if kind not in _OF_A_DAY or reading is None or len(reading.value) != _DAY_LONG:
            continue
        if not any(reason.code in _NOT_ONE_DATE for reason in reading.reasons):
            return Head(kind, box, reading.value)
    return None


def _undated_year(text: str, box: BBox, today: date) -> Head | None:
    """The head that is a day without its year: the last such day before ``today``."""
    years = (f"{text.rstrip(',')}{'/' if '/' in text else ', '}{today.year - back}" for back in (0, 1))
    readings = [parse_date(each, today=today, kind="event") for each in years]
    past = [reading.value for reading in readings if reading is not None and reading.value <= today.isoformat()]
    return Head("dated", box, past[0], also=(NO_YEAR,)) if past else None


def _with_unit(run: Sequence[Word], box: BBox) -> Head | None:
    """A head with the unit of its column in brackets: ``Result (mg/dL)``."""
    for place in range(1, len(run)):
        unit = _text(run[place:])
        if unit[0] in "([" and unit[-1] in ")]" and read_unit(unit.strip("()[]")) is not None:
            kind = read_head(_text(run[:place]))
            return Head(kind, box, unit=tuple(run[place:])) if kind in {"result", "unit"} else None
    return None
