"""Which characters look alike to an engine: folding them together, and an edit distance that knows them.

The pairs are those that faxed print and low resolution confuse: round letters, thin strokes, ``rn`` and ``m``.
"""

import unicodedata

_FOLDS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("ii", "u"))
_SINGLE = str.maketrans("01!|5869qj", "olllsbbggi")
_PAIRS = (
    "0o 1l 1i li ij 1t lt it ft 5s s8 8b b6 bh 6g 9g gq 9q 2z ec oc oe 0c 0q 0d oa ae nu uv vy mn nr hn un il tr "
    "kx vw ry wy zs"
)
_ALIKE = frozenset(frozenset(pair) for pair in _PAIRS.split())
_ALIKE_COST = 0.5
_THIN = frozenset("il1tj|.'")
_THIN_COST = 0.75


def fold(text: str) -> str:
    """``text`` in lower case with look-alike digits and letter pairs made one: equal folds may be one word."""
    folded = text.casefold().translate(_SINGLE)
    for pair, letter in _FOLDS:
        folded = folded.replace(pair, letter)
    return folded.replace("i", "l")


def strip_accents(text: str) -> str:
    """``text`` with accents off its letters and of the same length: specks over a letter read as accents."""
    if text.isascii():
        return text
    return "".join(
        character if character.isascii() else unicodedata.normalize("NFD", character)[0] for character in text
    )


def glyph_distance(first: str, second: str) -> float:
    """Edit distance (Wagner and Fischer 1974); exchanging look-alikes costs 0.5, losing a thin stroke 0.75."""
    before = [0.0]
    for character in second:
        before.append(before[-1] + _gap(character))
    for one in first:
        row = [before[0] + _gap(one)]
        for place, other in enumerate(second, start=1):
            row.append(
                min(
                    before[place - 1] + _exchange(one, other),
                    before[place] + _gap(one),
                    row[place - 1] + _gap(other),
                )
            )
        before = row
    return before[-1]


def _gap(character: str) -> float:
    return _THIN_COST if character in _THIN else 1.0


def _exchange(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return _ALIKE_COST if frozenset((one, other)) in _ALIKE else 1.0
