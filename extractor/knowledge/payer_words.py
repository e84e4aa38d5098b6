"""Misread words in the names of payers and plans: ``Healh Pian`` is ``Health Plan``."""

import re
from collections.abc import Collection
from functools import cache

from rapidfuzz.distance import Levenshtein

from extractor.knowledge.organisations import organisation_words

_SHORTEST, _LONG = 4, 10
"""Letters of a word that may be mended, and of one in which two letters may be misread."""
_LOOK_ALIKE = str.maketrans({"1": "l", "i": "l", "t": "l", "0": "o", "5": "s", "8": "b", "c": "e", "f": "l", "j": "l"})


def mend_name(text: str, doubtful: Collection[str]) -> str:
    """``text`` with each ``doubtful`` word that is a misread letter or two off a word of payers' names put right.

    A name that only looks like another is as likely as a misreading: who uses the outcome must have it looked at.
    """
    return " ".join(_mend(word) if word in doubtful else word for word in text.split())


@cache
def _mend(word: str) -> str:
    found = re.fullmatch(r"(\W*)(.*?)(\W*)", word)
    bare = "" if found is None else found.group(2)
    folded = bare.casefold()
    known = organisation_words()
    if found is None or len(folded) < _SHORTEST or folded in known or not any(c.isalpha() for c in bare):
        return word
    most = 2 if len(folded) >= _LONG else 1
    near = [(Levenshtein.distance(folded, one, score_cutoff=most), one) for one in known if len(one) >= _SHORTEST]
    near = sorted((way, one) for way, one in near if way <= most and _is_likely(folded, one))
    if not near or (len(near) > 1 and near[1][0] == near[0][0]):
        return word
    best = near[0][1]
    cased = best.upper() if bare.isupper() else best.capitalize() if bare[:1].isupper() or bare[:1].isdigit() else best
    return f"{found.group(1)}{cased}{found.group(3)}"


def _is_likely(word: str, known: str) -> bool:
    """Whether short words differ in letters that look alike; long ones hold the difference well enough.

    A plural is another word, no misread one.
    """
    if {word, known} in ({word, f"{word}s"}, {known, f"{known}s"}):
        return False
    is_alike = word.translate(_LOOK_ALIKE) == known.translate(_LOOK_ALIKE)
    has_one_more = any(word[:place] + word[place + 1 :] == known for place in range(len(word)))
    return len(known) > _SHORTEST + 1 or is_alike or has_one_more
