"""Words that were read as one because the space between them was lost."""

from collections.abc import Mapping
from itertools import pairwise

from models.record import Value

_LEAST_LETTERS = 6
_SHORT = 4


class Vocabulary(Value):
    """What known names are made of: ``words``, ``pairs`` of neighbours as ``same`` writes them, ``fillers`` that may
    stand anywhere. ``same`` gives the usual word for another spelling."""

    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    fillers: frozenset[str]
    same: Mapping[str, str]


def part_fused(token: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """A token (lower case) as the known words it is made of (``surfaceantigen``), itself where it is no such thing.

    Every two neighbours must stand side by side in some name, so that no other word falls apart by chance.
    """
    words, same = vocabulary.words, vocabulary.same
    if len(token) < _LEAST_LETTERS or token in words:
        return (token,)
    for place in range(len(token) - 1, 0, -1):
        first, rest = token[:place], token[place:]
        if first not in words or max(len(first), len(rest)) < _SHORT:
            continue
        parts = (rest,) if rest in words else part_fused(rest, vocabulary)
        read = [same.get(part, part) for part in (first, *parts)]
        is_known = all(part in words for part in parts)
        if is_known and all(pair in vocabulary.pairs or vocabulary.fillers & set(pair) for pair in pairwise(read)):
            return (first, *parts)
    return (token,)
