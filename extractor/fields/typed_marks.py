"""Choices typed as text, ``[X] Kisunla`` and ``[ ] Leqembi``, or printed boxes that an engine read as X and O.

A mark in the text is weaker than one that the layout saw: it tells which of several printed choices is meant, and a
person confirms it.
"""

import re
from collections.abc import Sequence

from models.stages.layout import Line

_TICKED = re.compile(r"^\W{0,2}[\[({|]\s?[xX\u2713\u2714]\s?[\])}|]")
_OPEN = re.compile(r"^\W{0,2}[\[({]\s?[ijlI1|]?\s?[\])}|]?\s")
_READ_AS_X = re.compile(r"^X(?:\s|(?=[A-Z]))\s?(?=[A-Za-z]{3})")
_READ_AS_O = re.compile(r"^[O0]\s?(?=[A-Z][A-Za-z]{2})")
_BARE_X = re.compile(r"^[xX]\s+\S")
_LEVEL = 0.5
_LEAST_BOXES = 2
"""Lines that start with an O before an X is taken for a tick: by itself it is a letter."""


def is_ticked(text: str, lines: Sequence[Line]) -> bool:
    """Whether a line starts with a tick; a bare X is one only among lines that start with a bare O."""
    return _TICKED.match(text) is not None or (_READ_AS_X.match(text) is not None and _has_circles(lines))


def is_unticked(text: str, lines: Sequence[Line]) -> bool:
    """Whether a line starts with an empty box: only where another line of the page is ticked so."""
    if _TICKED.match(text) is not None:
        return False
    if _OPEN.match(text) is not None:
        return any(_TICKED.match(line.text) for line in lines)
    is_circle = _READ_AS_O.match(text) is not None and _has_circles(lines)
    return is_circle and any(_READ_AS_X.match(line.text) for line in lines)


def is_passed_over(line: Line, lines: Sequence[Line]) -> bool:
    """Whether a choice stands unmarked on a row where another has a typed X: ``X G35.A ...   G35.B1 ...``."""
    if _BARE_X.match(line.text):
        return False
    row = [one for one in lines if one.bbox.y_overlap(line.bbox) > _LEVEL * min(one.bbox.height, line.bbox.height)]
    return any(_BARE_X.match(one.text) for one in row)


def _has_circles(lines: Sequence[Line]) -> bool:
    return sum(_READ_AS_O.match(line.text) is not None for line in lines) >= _LEAST_BOXES
