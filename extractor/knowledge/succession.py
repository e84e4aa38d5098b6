"""What follows on a diagnosis code that is no longer valid on a day: proposals with what they rest on.

A medical code has to be valid when the care is given (45 CFR 162.1000). Where a code was divided, the words beside it
may say which of the new ones is meant: one whose own words, those that its sisters lack, all stand there. Nothing is
replaced: the words may be wrong as well, so a person decides.
"""

import re
from datetime import date

from extractor.knowledge.diagnosis_words import spell_out
from extractor.knowledge.icd10cm import describe, is_billable, normalise_code, not_billable_since, successors
from models.record import Value

_WORD = re.compile(r"[a-z]+")
_EMPTY = frozenset({"of", "with", "and", "the", "in", "or", "to", "for", "by", "due", "other"})
_UNSPECIFIED = "unspecified"
_MOST = 10


class Succession(Value):
    """``retired`` was billable until ``ended``; ``successors``: what may follow, the likeliest first.

    ``named``: the one that the words name, None where they name none or more than one; ``words``: those it rests on.
    """

    retired: str
    ended: date
    successors: tuple[str, ...]
    named: str | None = None
    words: tuple[str, ...] = ()


def find_succession(code: str, description: str | None, on: date) -> Succession | None:
    """What follows on ``code`` for care on the day ``on``; None where it is valid then, or never was."""
    normal = normalise_code(code)
    ended = None if normal is None else not_billable_since(normal)
    if normal is None or ended is None or on < ended:
        return None
    follow = tuple(one for one in successors(normal) if is_billable(one, on))
    named, words = _name(follow, normal, description or "")
    ordered = (named, *(one for one in follow if one != named)) if named else follow
    return Succession(retired=normal, ended=ended, successors=ordered[:_MOST], named=named, words=words)


def _name(follow: tuple[str, ...], retired: str, description: str) -> tuple[str | None, tuple[str, ...]]:
    """The one successor whose own words all stand in the description, and these.

    Of several that do, the one with most words of its own; without a word of its own none is named.
    """
    said = _words(spell_out(description))
    before = _words(describe(retired) or "")
    own = {one: _words(describe(one) or "") - before - {_UNSPECIFIED} for one in follow}
    fits = {one: words for one, words in own.items() if words and words <= said}
    most = max((len(words) for words in fits.values()), default=0)
    best = [one for one, words in fits.items() if len(words) == most]
    return (best[0], tuple(sorted(fits[best[0]]))) if len(best) == 1 else (None, ())


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold())) - _EMPTY
