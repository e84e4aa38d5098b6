"""Words as read, whatever read them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pydantic import Field as Key

from models.record import BBox, Value, lies_on


class Steps(NamedTuple):
    """Where a word's class probabilities lie: rows ``first`` to ``last`` (exclusive) of matrix ``line``.

    The matrices are the artifact ``Words.probabilities``.
    """

    line: int
    first: int
    last: int


class Word(Value):
    """One word: no white space inside, box in points on the upright page.

    ``confidence`` and ``char_confidences`` (one a character) are the engine's own 0-1 scores, not calibrated;
    None and empty where the engine has none. ``segment`` numbers the run of text the engine read as one piece,
    so two columns on one height differ in it. ``read_as`` is the plain reading where a known phrase replaced it.
    ``is_struck``: a line runs through it.
    """

    text: str = Key(min_length=1)
    bbox: BBox
    confidence: float | None = None
    char_confidences: tuple[float, ...] = ()
    segment: int = 0
    source: str
    steps: Steps | None = None
    read_as: str | None = None
    is_struck: bool = False


def words_outside(words: Iterable[Word], boxes: Sequence[BBox]) -> tuple[Word, ...]:
    """Those of ``words`` that lie on none of ``boxes`` with more than half their area."""
    return tuple(word for word in words if not lies_on(word.bbox, boxes))


class Words(Value):
    """All words of one page in the engine's own order.

    ``probabilities`` is the artifact key of the recogniser's class probabilities, None where there are none.
    """

    page_no: int
    words: tuple[Word, ...] = ()
    engine: str
    version: str
    probabilities: str | None = None
    notes: tuple[str, ...] = ()
