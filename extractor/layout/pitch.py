"""The space before a word and the width of its letters: whether its box holds more than them."""

from collections.abc import Sequence

from models.stages.text import Word

SPACE = 4.5
"""Points before a word from which on it may be the first of a choice."""
ROOM = 0.6
"""How much of the way to behind a box the letters of its word must leave free."""

_CAPITAL = 1.27
_UNITS = {
    **dict.fromkeys("iIlj.,:;'|!()[]", 0.5),
    **dict.fromkeys("ftr-/ ", 0.6),
    **dict.fromkeys("mM%", 1.6),
    **dict.fromkeys("wW@", 1.5),
}
"""Widths of letters, about those of most sans-serif fonts, where an o is 1."""


def space_before(word: Word, words: Sequence[Word]) -> float:
    """Points from the word before it on its line, or from the edge of the page."""
    before = [
        other.bbox.x1
        for other in words
        if other is not word and other.bbox.x1 <= word.bbox.x0 + 2 and other.bbox.y_overlap(word.bbox) > 2
    ]
    return word.bbox.x0 - max(before, default=0.0)


def count_units(text: str) -> float:
    """How wide a text is in its usual letters: a proportional font's i is half of its o, and m nearly twice."""
    return sum(_UNITS.get(character, _CAPITAL if character.isupper() else 1.0) for character in text)


def usual_pitch(words: Sequence[Word], word: Word) -> float | None:
    """The usual width of a letter, points, in other words of a like height; None where there are none."""
    like = sorted(
        other.bbox.width / count_units(other.text)
        for other in words
        if other is not word
        and len(other.text) > 2
        and abs(other.bbox.height - word.bbox.height) < 0.2 * word.bbox.height
    )
    return like[len(like) // 2] if like else None


def fits_behind(word: Word, x: float, words: Sequence[Word]) -> bool:
    """Whether a word's box has room for something else before ``x``: recognition passed a box over.

    A text layer puts its boxes round the letters alone.
    """
    if word.source == "embedded":
        return False
    pitch = usual_pitch(words, word)
    return pitch is not None and word.bbox.width - count_units(word.text) * pitch >= ROOM * (x - word.bbox.x0)
