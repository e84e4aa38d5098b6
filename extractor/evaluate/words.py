"""Word and character error rates of read words against true words.

The rates are the usual ones: the fewest substitutions, deletions and insertions that turn the true sequence into the
read one (Levenshtein 1966), over the length of the true sequence. A rate can exceed 1. Because two engines may read two
columns in a different order and both be right, ``in_order_of`` first puts the read words into the order of the truth by
where they stand; word boundaries are still measured, since a split or a merged word keeps its errors.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from models.record import BBox


class WordScore(NamedTuple):
    """Counts that add up over pages; the rates follow from them."""

    words: int = 0
    substituted: int = 0
    deleted: int = 0
    inserted: int = 0
    characters: int = 0
    character_errors: int = 0
    read: int = 0
    shared: int = 0

    @property
    def wer(self) -> float:
        """Word error rate; 0 where both sides are empty, 1 where only the truth is."""
        return _rate(self.substituted + self.deleted + self.inserted, self.words)

    @property
    def cer(self) -> float:
        """Character error rate, a space between two words counting as one character."""
        return _rate(self.character_errors, self.characters)

    @property
    def precision(self) -> float:
        """Share of the read words that are true words, order ignored (bag of words)."""
        return self.shared / self.read if self.read else 1.0

    @property
    def recall(self) -> float:
        """Share of the true words that were read, order ignored (bag of words)."""
        return self.shared / self.words if self.words else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of bag-of-words precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score_words(truth: Iterable[str], read: Iterable[str], *, is_folded: bool = False) -> WordScore:
    """Compare two sequences of words, each in its own order.

    Both are put into NFKC form first; ``is_folded`` also ignores case. A word that holds white space counts as several.
    """
    true_words, read_words = _prepared(truth, is_folded), _prepared(read, is_folded)
    steps = Counter(step.tag for step in Levenshtein.editops(true_words, read_words))
    true_text, read_text = " ".join(true_words), " ".join(read_words)
    return WordScore(
        words=len(true_words),
        substituted=steps["replace"],
        deleted=steps["delete"],
        inserted=steps["insert"],
        characters=len(true_text),
        character_errors=Levenshtein.distance(true_text, read_text),
        read=len(read_words),
        shared=(Counter(true_words) & Counter(read_words)).total(),
    )


def add_scores(scores: Iterable[WordScore]) -> WordScore:
    """The counts of several pages together; so long pages weigh more than short ones."""
    return WordScore(*(sum(column) for column in zip(WordScore(), *scores, strict=True)))


def in_order_of(truth: Sequence[BBox], read: Sequence[BBox]) -> tuple[int, ...]:
    """Indices into ``read`` in the order of the truth.

    Each read box belongs to the true box it shares most area with, and boxes of one true box go from left to right. A
    box that touches no true box comes last, where it counts as the insertion it is.
    """
    return tuple(sorted(range(len(read)), key=lambda index: (_home(truth, read[index]), read[index].x0)))


def _home(truth: Sequence[BBox], box: BBox) -> int:
    """The index of the true box that shares most area, as a share of the smaller of the two; the end if none does."""
    best, home = 0.0, len(truth)
    for index, other in enumerate(truth):
        if other.x0 < box.x1 and box.x0 < other.x1 and other.top < box.bottom and box.top < other.bottom:
            share = other.intersection_area(box) / max(min(other.area, box.area), 1e-9)
            if share > best:
                best, home = share, index
    return home


def _prepared(words: Iterable[str], is_folded: bool) -> list[str]:
    text = unicodedata.normalize("NFKC", " ".join(words))
    return (text.casefold() if is_folded else text).split()


def _rate(errors: int, length: int) -> float:
    if length == 0:
        return float(errors > 0)
    return errors / length
