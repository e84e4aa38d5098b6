"""Check boxes that recognition read as characters: ``[ ]``, ``[X]``, ``( )``, ``☐``, ``☑``."""

import re
from collections.abc import Iterator

from extractor.layout.scene import Scene
from models.record import BBox, bounding_box
from models.stages.layout import Mark
from models.stages.text import Word

_GLYPHS = (
    (re.compile(r"^(?:[☐□○◯▢❏❑⬜\u3007]|\[\s*\]|\(\s*\))$"), Mark.NONE),
    (re.compile(r"^(?:[☑✓✔√]|\[[vV✓√/]\]|\([vV✓√/]\))$"), Mark.TICK),
    (re.compile(r"^(?:[☒✗✘]|\[[xX\u00d7*]\]|\([xX\u00d7*]\))$"), Mark.CROSS),
    (re.compile(r"^(?:[■◉⬛]|\[[■●]\])$"), Mark.FILL),
)
LONGEST_GLYPH = 3
"""Words: ``[``, ``X``, ``]``."""


def read_glyph(text: str) -> Mark | None:
    """The mark of a check-box glyph; None for any other text."""
    return next((mark for pattern, mark in _GLYPHS if pattern.match(text)), None)


def find_glyphs(scene: Scene) -> Iterator[tuple[BBox, Mark, tuple[Word, ...]]]:
    """Each glyph: its box, its mark, the words it consists of."""
    for line in scene.lines:
        index = 0
        while index < len(line.words):
            found = _glyph_at(line.words, index)
            if found is not None:
                yield bounding_box([word.bbox for word in found[1]]), found[0], found[1]
                index += len(found[1]) - 1
            index += 1


def _glyph_at(words: tuple[Word, ...], index: int) -> tuple[Mark, tuple[Word, ...]] | None:
    for length in range(1, LONGEST_GLYPH + 1):
        run = words[index : index + length]
        if length > 1 and (run[0].text not in ("[", "(", "[X", "[x", "(X", "(x") or len(run) < length):
            return None
        mark = read_glyph("".join(word.text for word in run))
        if mark is not None:
            return mark, run
    return None
