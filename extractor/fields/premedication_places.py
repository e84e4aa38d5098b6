"""Where a page tells of premedications besides a label's answer: under or beside a title, and in a sentence.

A title is a short line that asks for what is given before the infusion, in whatever words. Of entries that are typed
choices only those with a mark count.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.fields.columns import ends_body, lines_below
from extractor.fields.order_readings import SUPPORTIVE
from extractor.fields.titled_boxes import boxes_below
from extractor.fields.typed_marks import is_unticked
from extractor.knowledge.doses import parse_doses
from extractor.knowledge.drugs import find_drugs
from extractor.knowledge.labels import match_section
from models.record import BBox, lies_on
from models.stages.layout import CheckBox, Line, PageReading
from models.stages.text import Word, join_words, words_between, words_outside

ASKS = re.compile(
    r"^(?!.*\b(?:labs?|tests?|vitals?|screen|hold rule))(?:.*\bpre-?\s?med|.*\bpre-?\s?treat|.*\bpre-?\s?infusion\b"
    r"|.*\b(?:prior to|before|ahead of) (?:(?:each|every|the|any) )?(?:infusion|visit|dose|treatment)\b)",
    re.IGNORECASE,
)
_GIVEN_BEFORE = re.compile(
    r"\bpre-?\s?medicate\b|\bpre-?\s?treat\b|\bpre-?\s?medications?\b"
    r"|\b(?:before|prior to|ahead of) (?:each|every|the|any|all) (?:infusion|visit|dose|treatment)s?\b",
    re.IGNORECASE,
)
_NONE_GIVEN = re.compile(
    r"\b(?:no|without(?: any)?) pre-?\s?med(?:ication|s)?\b"
    r"|\bpre-?\s?med(?:ication|s)?s?\s*(?::|is|are)?\s*(?:none|not (?:needed|required|indicated))\b",
    re.IGNORECASE,
)
_REACTION = re.compile(
    r"\b(?:if|for|in case of|prn|reactions?|anaphyla\w+|hypersensitivity|emergency|hives|labs?|draw|check)\b",
    re.IGNORECASE,
)
"""What is given when a reaction comes, and what is done before an infusion beside giving something."""
_SAYS_WHEN = re.compile(r"\b(?:once|minutes?|min|hours?|before|prior|visit|none|no|nothing)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
"""What is dated was given before."""
_SENTENCE = re.compile(r"(?<=\w[\w)])[.?!]\s+(?=[A-Z])")
_LONGEST_TITLE, _MOST_BODY_LINES, _BODY_GAP = 8, 10, 20.0
"""Words of a title, and lines below it with the points between them."""
_LEVEL = 0.5
"""Of a line's height that lies on its row."""
_LEAST_CHOICES, _ROWS = 3, 10.0
"""Drugs of a choice that no title heads, and box heights over which it may reach."""
_SAME_EDGE = 6.0
"""Points between left edges of a list's lines."""


def is_title(line: Line) -> bool:
    """Whether a line is a title about premedications, and names none itself."""
    if len(line.words) > _LONGEST_TITLE or parse_doses(line.text) or _SENTENCE.search(line.text):
        return False
    known = match_section(line.text)
    return (known is not None and known[0] == "premedications") or ASKS.search(line.text) is not None


def find_bodies(page: PageReading, used: Sequence[BBox]) -> Iterator[tuple[Word, ...]]:
    """The lines beside or below each title about premedications that nothing else has ``used``."""
    lines = page.layout.lines
    for title in lines:
        if lies_on(title.bbox, used) or not is_title(title):
            continue
        for line in _beside(title, lines) or _below(title, page):
            words = words_outside(line.words, used)
            if words and not is_unticked(line.text, lines):
                yield words


def _beside(title: Line, lines: Sequence[Line]) -> list[Line]:
    """What stands right of a title on its row, and the rows below that begin there, as long as they name a dose."""
    row = _right_of(title, lines)
    if not row or not _is_entry(row[0].text):
        return []
    found, last = row, row[0]
    for line in sorted(lines, key=lambda line: line.bbox.top):
        gap = line.bbox.top - last.bbox.bottom
        is_left = abs(line.bbox.x0 - row[0].bbox.x0) <= _SAME_EDGE
        if is_left and line is not last and -0.5 * line.bbox.height < gap < line.bbox.height and _is_entry(line.text):
            found, last = [*found, line], line
    return found


def _below(title: Line, page: PageReading) -> Iterator[Line]:
    """The lines below a title with what stands right of them, up to the next title or what names no drug any more."""
    is_begun = False
    for line in lines_below(title, page, _MOST_BODY_LINES, gap=_BODY_GAP):
        names = bool(find_drugs(line.text, is_named=True)) and _YEAR.search(line.text) is None
        is_end = ends_body(line.text) or (is_title(line) and not _is_entry(line.text))
        if is_end or (is_begun and not names and not _SAYS_WHEN.search(line.text)):
            return
        is_begun = is_begun or names
        yield line
        yield from (one for one in _right_of(line, page.layout.lines) if _is_entry(one.text))


def _right_of(line: Line, lines: Sequence[Line]) -> list[Line]:
    right = [
        other
        for other in lines
        if other.bbox.x0 > line.bbox.x1 and other.bbox.y_overlap(line.bbox) > _LEVEL * line.bbox.height
    ]
    return sorted(right, key=lambda other: other.bbox.x0)


def _is_entry(text: str) -> bool:
    return bool(find_drugs(text, is_named=True)) and bool(parse_doses(text))


def boxes_of_titles(page: PageReading) -> list[CheckBox]:
    """The boxes that stand in rows right below a title about premedications, or beside and below it."""
    return boxes_below([line for line in page.layout.lines if is_title(line)], page, _is_choice)


def untitled_boxes(page: PageReading) -> list[CheckBox]:
    """The boxes of a choice among what is only given around infusions, whose title was not read: ``none`` is offered.

    A title that stands upright beside its rows is not read as one.
    """
    offered = [box for box in page.layout.checkboxes if _is_choice(box)]
    drugs = [box for box in offered if all(drug.generic in SUPPORTIVE for drug in find_drugs(box.label))]
    others = [box for box in drugs if find_drugs(box.label)]
    is_near = bool(drugs) and drugs[-1].bbox.bottom - drugs[0].bbox.top < _ROWS * drugs[0].bbox.height
    return others if is_near and len(others) >= _LEAST_CHOICES and len(others) < len(drugs) else []


def _is_choice(box: CheckBox) -> bool:
    is_none = re.match(r"\W*(?:none|no pre)", box.label, re.IGNORECASE) is not None
    return (_is_entry(box.label) or is_none) and not _REACTION.search(f"{box.question or ''} {box.label}")


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence about premedications with its words; ``is_none``: it says that there are none."""

    words: tuple[Word, ...]
    is_none: bool


def find_sentences(page: PageReading, used: Sequence[BBox]) -> Iterator[Told]:
    """The sentences of running text that tell what is given before the infusion, with its doses, or that nothing is."""
    words = tuple(word for line in page.layout.lines for word in line.words if not lies_on(word.bbox, used))
    text, spans = join_words(words)
    start = 0
    for end in [*(found.start() + 1 for found in _SENTENCE.finditer(text)), len(text)]:
        sentence = text[start:end]
        place = words_between(words, spans, start, end)
        none = _NONE_GIVEN.search(sentence)
        if none is not None:
            yield Told(words_between(words, spans, start + none.start(), start + none.end()), is_none=True)
        elif _GIVEN_BEFORE.search(sentence) and not _REACTION.search(sentence) and parse_doses(sentence):
            yield Told(place, is_none=False)
        start = end
