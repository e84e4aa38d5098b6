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


def join_words(words: Sequence[Word]) -> tuple[str, list[tuple[int, int]]]:
    """The words joined by single spaces, with each word's first and last (exclusive) character."""
    spans: list[tuple[int, int]] = []
    place = 0
    for word in words:
        spans.append((place, place + len(word.text)))
        place += len(word.text) + 1
    return " ".join(word.text for word in words), spans


def words_between(words: Sequence[Word], spans: Sequence[tuple[int, int]], start: int, end: int) -> tuple[Word, ...]:
    """The words that characters ``start`` to ``end`` (exclusive) of the joined text touch."""
    return tuple(word for word, (first, last) in zip(words, spans, strict=True) if first < end and last > start)


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
