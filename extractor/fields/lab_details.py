"""What stands small below a test's name, or behind its value under a label: unit, range, status, date of collection."""

from datetime import date

from extractor.fields.lab_cells import LabRow, Part, fill, row_text, scan
from extractor.fields.lab_dates import find_collected
from extractor.fields.lab_lines import Row
from extractor.knowledge.lab_values import read_range
from extractor.knowledge.lab_words import read_head
from models.stages.text import Word

_LONGEST_LABEL = 3
_FEWEST_CLOCK = 3
_LONGEST_RANGE = 6
_RANGE_PARTS = frozenset({"range", "word", "counted"})


def find_range_label(words: Row) -> tuple[int, int] | None:
    """The first and the last (exclusive) word of a label that says a reference range follows: ``ref``, ``Ref:``.

    An opening bracket before it belongs to the range: ``(ref. range 7.0-20.5)``.
    """
    for first in range(len(words) - 1):
        for last in range(min(first + _LONGEST_LABEL, len(words) - 1), first, -1):
            text = row_text(words[first:last]).lstrip("([")
            if read_head(text.rstrip(":").strip()) == "range" and read_head(words[first].text.strip("([:")) is not None:
                return first, last
    return None


def read_limits(words: Row, today: date) -> list[Part]:
    """What stands behind the label of a range: the range first, without the bracket that closes it, then the rest."""
    for count in range(min(_LONGEST_RANGE, len(words)), 0, -1):
        run = words[:count]
        limits = read_range(row_text(run).rstrip(")]., "))
        if limits is not None:
            return [Part("range", run, limits.text, range=limits), *scan(words[count:], today)]
    return scan(words, today, "RWANCFUDTS") if words else []


def take_details(row: LabRow, words: Row, today: date) -> bool:
    """Give a row the unit and the range that a line holds and nothing else; False where it holds anything else."""
    if row.unit is not None or row.range is not None:
        return False
    place = find_range_label(words)
    before, behind = (words[: place[0]], words[place[1] :]) if place is not None else (words, ())
    parts = scan(before, today, "UR" if place is None else "U") if before else []
    limits = scan(behind, today, "RWU") if behind else []
    if any(part.kind not in {"unit", "range"} for part in parts):
        return False
    if place is None and not any(part.kind == "range" and part.range and part.range.is_numeric for part in parts):
        return False
    if place is not None and (not limits or any(part.kind not in _RANGE_PARTS | {"unit"} for part in limits)):
        return False
    fill(row, parts, "unit")
    fill(row, limits, "range")
    return True


def cut_collected(words: Row, today: date) -> tuple[Row, Part | None]:
    """A line without the labelled date of collection in it, with its clock, and that date."""
    found = find_collected([words], today)
    if len(found) != 1 or found[0].is_below:
        return words, None
    day = found[0]
    inside = [place for place, word in enumerate(words) if any(word is each for each in day.words)]
    if not inside:
        return words, None
    first = _label_start(words, inside[0])
    last = inside[-1] + 1
    while last < len(words) and _is_clock(words[last]):
        last += 1
    return (*words[:first], *words[last:]), Part("date", day.words, day.reading.value, date=day.reading)


def _label_start(words: Row, end: int) -> int:
    """Where the label begins that ends before ``end``: the longest run of words that names a day of collection."""
    starts = (first for first in range(max(0, end - _LONGEST_LABEL), end))
    return next((at for at in starts if read_head(row_text(words[at:end]).rstrip(":")) == "collected"), end - 1)


def _is_clock(word: Word) -> bool:
    text = word.text.strip(",;")
    is_bare = text.isdigit() and _FEWEST_CLOCK <= len(text) <= _FEWEST_CLOCK + 1
    return is_bare or ":" in text.strip(":") or text.casefold().strip(".") in {"am", "pm", "a.m", "p.m"}
