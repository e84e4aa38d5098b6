"""When the specimen was taken: labelled dates of a page, told from those of receipt, report and birth."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from extractor.knowledge.dates import DateMention, DateReading, find_dates, parse_date
from extractor.knowledge.lab_words import collected_label, near_date_label
from models.record import bounding_box
from models.stages.text import Word, join_words, words_between

_FUSED_CLOCK = re.compile(r"((?:19|20)\d{2})(\d{1,2}:\d{2})")
_DATE_WORD = re.compile(r"[\s:]*([0-9OolIS|]{1,4}[^\sA-Za-z]{3,9})")
_BARE_LABEL = re.compile(r"\W*(?:run |analysis )?date(?:/time)?\W*", re.IGNORECASE)
_CLOCK_BEHIND = re.compile(r"\W*\d{1,2}:\d{2}")
_NEAR = 45
"""Characters behind a label within which its date begins."""
_BELOW = 2.4
"""Text heights from a label down to a date below it."""


@dataclass(frozen=True, slots=True)
class CollectedDate:
    """A date of collection with its words and the height it stands at (points)."""

    reading: DateReading
    words: tuple[Word, ...]
    top: float
    is_below: bool = False


def find_collected(rows: Sequence[Sequence[Word]], today: date) -> tuple[CollectedDate, ...]:
    """All labelled dates of collection, from top to bottom."""
    found: list[CollectedDate] = []
    for number, row in enumerate(rows):
        text, spans = join_words(row)
        labels = _labels(text, row, spans)
        for place, (start, end, is_collected) in enumerate(labels):
            if not is_collected:
                continue
            limit = labels[place + 1][0] if place + 1 < len(labels) else len(text)
            beside = _beside(row, spans, (end, limit), today)
            if beside is not None:
                found.append(beside)
                continue
            words = words_between(row, spans, start, end)
            below = _below(words, rows[number + 1 : number + 3], today)
            if below is None and text[end:].strip(" :") in {"", "on"} and number + 1 < len(rows):
                below = _at_start(words, rows[number + 1], today)
            if below is not None:
                found.append(below)
    return tuple(found)


def find_bare_dates(rows: Sequence[Sequence[Word]], today: date) -> tuple[CollectedDate, ...]:
    """Dates behind the word "date" alone, or with a clock at the start of a line: when an analyser ran the specimen.

    Nothing says that they are those of collection, so each is doubtful.
    """
    found: list[CollectedDate] = []
    for row in rows:
        text, spans = join_words(row)
        first = next(iter(find_dates(text, today=today, kind="event")), None)
        if first is None or (_BARE_LABEL.fullmatch(text[: first.start]) is None and not _is_run(text, first)):
            continue
        words = words_between(row, spans, first.start, first.end)
        doubtful = first.reading.model_copy(update={"is_ambiguous": True})
        found.append(CollectedDate(doubtful, words, min(word.bbox.top for word in row)))
    return tuple(found)


def _is_run(text: str, mention: DateMention) -> bool:
    """Whether a line begins with a date and a clock behind it."""
    return not text[: mention.start].strip() and _CLOCK_BEHIND.match(text, mention.end) is not None


def _labels(text: str, row: Sequence[Word], spans: Sequence[tuple[int, int]]) -> list[tuple[int, int, bool]]:
    """Labels of dates in a row's text: first and last (exclusive) character, and whether it is of the collection."""
    labels = [(found.start(), found.end(), found["yes"] is not None) for found in collected_label().finditer(text)]
    for first in range(len(row)):
        for last in range(first, min(first + 3, len(row))):
            start, end = spans[first][0], spans[last][1]
            if any(start < other_end and end > other_start for other_start, other_end, _ in labels):
                continue
            is_collected = near_date_label(text[start:end])
            if is_collected is not None:
                labels.append((start, end, is_collected))
    return sorted(labels)


def _beside(
    row: Sequence[Word], spans: Sequence[tuple[int, int]], place: tuple[int, int], today: date
) -> CollectedDate | None:
    """The date between two characters of the row's text."""
    text, (start, end) = join_words(row)[0], place
    part = _FUSED_CLOCK.sub(lambda found: found[1] + " " * len(found[2]), text[start:end])
    mentions = find_dates(part, today=today, kind="event")
    if not mentions:
        return _damaged(row, part, spans, start, today)
    if mentions[0].start > _NEAR:
        return None
    first = mentions[0]
    if any(character.isdigit() for character in text[start : start + first.start]):
        return None  # another value stands between
    words = words_between(row, spans, start + first.start, start + first.end)
    return CollectedDate(first.reading, words, min(word.bbox.top for word in row))


def _damaged(
    row: Sequence[Word], part: str, spans: Sequence[tuple[int, int]], start: int, today: date
) -> CollectedDate | None:
    """The first word behind the label, where a misread separator keeps it from being a date in running text."""
    first = _DATE_WORD.match(part)
    reading = parse_date(first[1], today=today, kind="event") if first else None
    if first is None or reading is None:
        return None
    words = words_between(row, spans, start + first.start(1), start + first.end(1))
    doubtful = reading.model_copy(update={"is_ambiguous": True})
    return CollectedDate(doubtful, words, min(word.bbox.top for word in row))


def _below(label: Sequence[Word], rows: Sequence[Sequence[Word]], today: date) -> CollectedDate | None:
    """The date in one of the next lines that stands under the label."""
    box = bounding_box([word.bbox for word in label])
    for row in rows:
        text, spans = join_words(row)
        for mention in find_dates(text, today=today, kind="event"):
            words = words_between(row, spans, mention.start, mention.end)
            there = bounding_box([word.bbox for word in words])
            is_under = there.x_overlap(box) > 0.3 * min(box.width, there.width)
            if is_under and there.top - box.bottom < _BELOW * box.height:
                return CollectedDate(mention.reading, words, box.top, is_below=True)
    return None


def _at_start(label: Sequence[Word], row: Sequence[Word], today: date) -> CollectedDate | None:
    """The date a line begins with, where the sentence before it ends with its label."""
    text, spans = join_words(row)
    first = next(iter(find_dates(text, today=today, kind="event")), None)
    if first is None or first.start > 0:
        return None
    words = words_between(row, spans, first.start, first.end)
    box = bounding_box([word.bbox for word in label])
    gap = bounding_box([word.bbox for word in words]).top - box.bottom
    return CollectedDate(first.reading, words, box.top, is_below=True) if gap < _BELOW * box.height else None


def collected_for(
    top: float, dates: Sequence[CollectedDate], first_top: float
) -> tuple[CollectedDate | None, tuple[str, ...]]:
    """The date for a row at ``top`` (points): the nearest above it, else the first of the page.

    ``first_top``: where the page's first row stands. With no date above that one, dates stand below what they date.
    The second value holds the page's other dates where nothing says which one is the row's.
    """
    if not dates:
        return None, ()
    above = [each for each in dates if each.top <= top]
    if all(each.top > first_top for each in dates):
        chosen, rivals = min(dates, key=lambda each: (each.top <= top, abs(each.top - top))), list(dates)
    elif not above:
        chosen, rivals = dates[0], list(dates)
    else:
        chosen = max(above, key=lambda each: each.top)
        rivals = [each for each in above if abs(each.top - chosen.top) < 40]
    others = dict.fromkeys(each.reading.value for each in rivals if each.reading.value != chosen.reading.value)
    return chosen, tuple(others)
