"""The names of all drugs, laid out for finding a misread one: exact, folded by look-alikes, nearest by edits."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extract

from extractor.knowledge.formulary import load
from extractor.knowledge.glyphs import fold, glyph_distance

WORD = re.compile(r"[A-Za-z0-9|!\u00b5]+")
MOST_WORDS = 5
SHORTEST_FUZZY = 5
_FOLD_COST = 0.5
"""What it costs to take look-alike letter groups (``rn`` and ``m``) for one before counting edits."""


class DrugName(NamedTuple):
    """One printed name: its key, the generic and (for a brand) the brand it means, and how many words it has."""

    key: str
    generic: str
    brand: str | None
    words: int


class _Names(NamedTuple):
    names: tuple[DrugName, ...]
    squashed: tuple[str, ...]
    folded: tuple[str, ...]


class NameIndex(NamedTuple):
    """Names by key, folded key and word count; a base's suffixed sisters; longer names by the shorter one inside."""

    exact: dict[str, DrugName]
    folded: dict[str, tuple[DrugName, ...]]
    fuzzy: dict[int, _Names]
    suffixes: dict[str, tuple[str, ...]]
    longer: dict[str, tuple[DrugName, ...]]


def key_of(text: str) -> str:
    """Words in lower case with single spaces: hyphens, brackets and line ends do not matter."""
    return " ".join(WORD.findall(text)).casefold()


@lru_cache(maxsize=8192)
def nearest_names(squashed: str, words: int) -> tuple[tuple[float, DrugName], ...]:
    """Names of at least ``words`` words that are at all near, nearest first, with their distance."""
    limit = max(1.0, 2 * most_edits(len(squashed)) - 0.5)
    names = name_index().fuzzy[words]
    near: dict[int, float] = {}
    for form, choices, penalty in ((squashed, names.squashed, 0.0), (fold(squashed), names.folded, _FOLD_COST)):
        found = extract(form, choices, scorer=Levenshtein.distance, score_cutoff=int(limit) + 1, limit=None)
        for choice, _, place in found:
            near[place] = min(near.get(place, limit + 2), penalty + glyph_distance(form, choice))
    ranked = sorted((distance, place) for place, distance in near.items())
    return tuple((distance, names.names[place]) for distance, place in ranked)


def most_edits(length: int) -> float:
    """Edits that a name of ``length`` letters may have and still be meant; a look-alike glyph counts half of one.

    Below eight letters no free edit is left: one of them turns too many ordinary words into drugs.
    """
    return 0.0 if length < 5 else 0.5 if length < 6 else 0.75 if length < 8 else 1.5 if length < 12 else 2.5


@cache
def name_index() -> NameIndex:
    """The index of the packaged drugs, built once a process."""
    names: dict[str, DrugName] = {}
    sisters: dict[str, list[str]] = {}
    for drug in load().drugs:
        brands = {key_of(brand).replace(" ", ""): brand for brand in drug.brands}
        aliases = [(alias, brands.get(key_of(alias).replace(" ", ""))) for alias in drug.aliases]
        printed = [(drug.generic, None), *aliases, *((brand, brand) for brand in drug.brands)]
        for name, brand in printed:
            key = key_of(name)
            names.setdefault(key, DrugName(key=key, generic=drug.generic, brand=brand, words=len(key.split())))
        if drug.base != drug.generic and drug.generic not in sisters.setdefault(key_of(drug.base), []):
            sisters[key_of(drug.base)].append(drug.generic)
    folded: dict[str, list[DrugName]] = {}
    for entry in names.values():
        folded.setdefault(fold(entry.key.replace(" ", "")), []).append(entry)
    longer: dict[str, list[DrugName]] = {}
    for entry in names.values():
        words = entry.key.split()
        for count in range(1, entry.words):
            prefix, rest = " ".join(words[:count]), "".join(words[count:])
            if prefix in names and len(rest) >= 4 and names[prefix].generic != entry.generic:
                longer.setdefault(prefix, []).append(entry)
    return NameIndex(
        exact=names,
        folded={key: tuple(group) for key, group in folded.items()},
        fuzzy={count: _of_words(names, count) for count in range(1, MOST_WORDS + 1)},
        suffixes={key: tuple(group) for key, group in sisters.items()},
        longer={key: tuple(group) for key, group in longer.items()},
    )


def _of_words(names: dict[str, DrugName], count: int) -> _Names:
    chosen = tuple(name for name in names.values() if len(name.key) >= SHORTEST_FUZZY and name.words >= count)
    squashed = tuple(name.key.replace(" ", "") for name in chosen)
    return _Names(chosen, squashed, tuple(fold(name) for name in squashed))
