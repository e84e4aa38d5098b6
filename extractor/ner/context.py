"""How the text speaks of a place in it: which cue reaches there."""

import re
from collections.abc import Sequence

from extractor.ner.cues import Direction
from extractor.ner.pipeline import Analysis, CueMatch
from models.stages.entities import EntityContext

_REACH = 250
"""Characters a cue reaches at most."""

_HEADING_LINES = 8
_GOES_ON = re.compile(r"(?:,|\b(?:and|or|of|to|with|on|including|the|by|failed|tried)|&|/)\s*\n$", re.IGNORECASE)
"""A line that ends so goes on in the next one."""

_CONTINUES = re.compile(r"\s*(?:\(|[a-z]{2})")
"""A line that starts so goes on with the one before."""

_LABEL = re.compile(r"^\s*[A-Za-z][A-Za-z0-9 /&()'#.\-]{1,48}:")
_CAPITALS = re.compile(r"^\s*[A-Z][A-Z &/\-]{5,60}\s*$")


def context_at(text: str, start: int, end: int, analysis: Analysis, taken: Sequence[tuple[int, int]]) -> EntityContext:
    """The context of characters ``start`` to ``end``; ``taken`` are other entities, whose inside holds no cue."""
    sentence = next(((a, b) for a, b in analysis.sentences if a <= start < b), (0, len(text)))
    line_start, line_end = _line_bounds(text, start)
    cues = [cue for cue in analysis.cues if not any(a <= cue.start < b for a, b in taken)]
    inside = [cue for cue in cues if sentence[0] <= cue.start < sentence[1]]
    before = [
        cue
        for cue in inside
        if cue.end <= start and start - cue.end <= _REACH and cue.cue.direction is not Direction.BACKWARD
    ]
    on_line = [cue for cue in before if cue.start >= line_start]
    if on_line:
        return _nearest(text, on_line, start)
    after = [cue for cue in inside if end <= cue.start < line_end and cue.cue.direction is not Direction.FORWARD]
    if after and after[0].cue.direction is Direction.BACKWARD and _is_close(text[end : after[0].start]):
        return after[0].cue.context
    above, _ = _line_bounds(text, max(0, line_start - 1))
    wrapped = [cue for cue in before if cue.start >= above and not _is_heading(text, cue)]
    if wrapped and (_GOES_ON.search(text[:line_start]) or _CONTINUES.match(text[line_start:])):
        return _nearest(text, wrapped, start)
    return _heading_context(text, start, cues)


def _nearest(text: str, before: list[CueMatch], start: int) -> EntityContext:
    """The last cue decides; ``not a candidate for`` stays negated, and what X is switched to from Y is current."""
    last = max(before, key=lambda cue: cue.end)
    if last.cue.direction is Direction.STOP:
        negations = [
            cue for cue in before if cue.cue.context is EntityContext.NEGATED and 0 <= last.start - cue.end <= 2
        ]
        return EntityContext.NEGATED if negations else EntityContext.CURRENT
    if text[last.start : last.end].lower().endswith("from") and " to " in text[last.end : start]:
        return EntityContext.CURRENT
    return last.cue.context


def _is_heading(text: str, cue: CueMatch) -> bool:
    """Whether the cue stands in a line's label with nothing behind it: ``Allergies:``."""
    line_start, line_end = _line_bounds(text, cue.start)
    return not text[cue.end : line_end].strip(" :-") and not text[line_start : cue.start].strip(" *-")


def _is_close(between: str) -> bool:
    """Only a few words, and no other clause, lie between."""
    return len(between) <= 60 and re.search(r"[;:\n]|\band\b", between) is None


def _line_bounds(text: str, at: int) -> tuple[int, int]:
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end


def _heading_context(text: str, start: int, cues: list[CueMatch]) -> EntityContext:
    """A line such as ``Premedications:`` speaks for the lines below it, up to the next label or heading."""
    line_start, _ = _line_bounds(text, start)
    for _ in range(_HEADING_LINES):
        if line_start == 0:
            return EntityContext.CURRENT
        line_start, line_end = _line_bounds(text, line_start - 1)
        line = text[line_start:line_end]
        if not line.strip():
            return EntityContext.CURRENT
        label = _LABEL.match(line) or _CAPITALS.match(line)
        if label is None:
            continue
        reach = (line_start, line_start + label.end())
        said = [c for c in cues if reach[0] <= c.start < reach[1] and c.cue.direction is Direction.FORWARD]
        return said[-1].cue.context if said and not line[label.end() :].strip() else EntityContext.CURRENT
    return EntityContext.CURRENT
