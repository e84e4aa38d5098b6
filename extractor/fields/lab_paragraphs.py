"""Paragraphs that a label says are of laboratory results: ``Labs (drawn 11/06/2026): ALT 21 U/L (7-35); ...``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from extractor.knowledge.dates import DateMention, find_dates
from extractor.knowledge.lab_words import collected_label
from models.stages.layout import Line, PageReading

_LABEL = re.compile(
    r"\W*(?:(?:most|recent|latest|last|current|pertinent|relevant|baseline|supporting|available|key|today'?s)\s+)*"
    r"(?:(?:lab(?:oratory|s)?|blood\s?work)(?:\s+(?:results?|data|values?|work|studies|tests?|findings))?"
    r"|results?(?=\s+(?:collected|drawn|obtained|from|of)\b))"
    r"(?:\s*$|(?P<rest>[^:;]{0,60}?(?:\([^()]{0,60}\))?)\s*:(?=\s|$))",
    re.IGNORECASE,
)
_WANTED = re.compile(
    r"\b(?:order|due|to be|prior|require|request|monitor|hold|need|pending|corp|services?|id|status|director|name)",
    re.IGNORECASE,
)
"""What a label says of tests that are still to be made, or of the laboratory itself."""
_OTHER_LABEL = re.compile(r"\W*[A-Z][\w/' -]{2,40}:(?:\s|$)")
_OF_ALL = re.compile(r"\b(?:all|both|each)\b[^.;]{0,20}$", re.IGNORECASE)
_GAP, _BELOW_LABEL = 0.9, 2.2
"""Text heights between two lines of one paragraph, and from a label on a line of its own down to what it labels."""
_REACH = 30


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of a page's text (first and last, exclusive, character); ``day``: when all its specimens were taken.

    ``is_labelled``: a label says that laboratory results follow.
    """

    start: int
    end: int
    is_labelled: bool = False
    day: DateMention | None = None


def split_passages(page: PageReading, text: str, today: date) -> list[Passage]:
    """A page's text (its lines' words joined by single spaces), parted where a label begins or ends its results."""
    lines = [line for line in page.layout.lines if line.words]
    starts = _line_starts(lines)
    passages: list[Passage] = []
    done = number = 0
    while number < len(lines):
        label = _LABEL.match(lines[number].text)
        if label is None or _WANTED.search(label["rest"] or ""):
            number += 1
            continue
        last = _last_line(lines, number, is_alone=label.end() >= len(lines[number].text))
        start, end = starts[number], starts[last] + len(lines[last].text)
        if start > done:
            passages.append(Passage(done, start))
        inside = text[start:end]
        passages.append(Passage(start, end, is_labelled=True, day=_day_of_all(inside, label.end(), start, today)))
        done, number = end, last + 1
    return [*passages, Passage(done, len(text))]


def _line_starts(lines: Sequence[Line]) -> list[int]:
    starts, place = [], 0
    for line in lines:
        starts.append(place)
        place += sum(len(word.text) + 1 for word in line.words)
    return starts


def _last_line(lines: Sequence[Line], first: int, *, is_alone: bool) -> int:
    """The last line of the paragraph that begins with a label's line; ``is_alone``: nothing stands behind the label."""
    last = first
    for above, line in pairwise(lines[first:]):
        reach = _BELOW_LABEL if is_alone and last == first else _GAP
        gap = line.bbox.top - above.bbox.bottom
        is_under = line.bbox.x0 < above.bbox.x1 and line.bbox.x1 > above.bbox.x0
        if not is_under or not -above.bbox.height < gap < reach * above.bbox.height or _OTHER_LABEL.match(line.text):
            break
        last += 1
    return last


def _day_of_all(text: str, label_end: int, start: int, today: date) -> DateMention | None:
    """The one date of collection that the label gives, or the words ``all collected`` behind the results."""
    days: list[DateMention] = []
    for mention in find_dates(text, today=today, kind="event"):
        said = [found for found in collected_label().finditer(text[: mention.start]) if found["yes"] is not None]
        is_said = (
            bool(said) and mention.start - said[-1].end() < _REACH and ";" not in text[said[-1].end() : mention.start]
        )
        if is_said and (mention.end <= label_end or _OF_ALL.search(text[: said[-1].start()])):
            days.append(mention)
    if len({day.reading.value for day in days}) != 1:
        return None
    return days[0].model_copy(update={"start": days[0].start + start, "end": days[0].end + start})
