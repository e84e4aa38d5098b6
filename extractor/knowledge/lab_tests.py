"""Laboratory tests by the names reports print: LOINC code, usual units, plausible numbers.

A name matches in any order of its words. Where a letter may have been misread, a name is taken for a known one only if
no other test's name lies near it, and never if it differs in a short word, a letter or a digit that tells tests apart
(``HBsAb`` and ``HBsAg``, ``T3`` and ``T4``, ``Immunoglobulin G`` and ``A``).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import yaml
from pydantic import Field as Key
from rapidfuzz.distance import Levenshtein

from extractor.knowledge.fused_words import Vocabulary, part_fused
from models.record import Value

DATA_FILE = "lab_tests.yaml"
BLOOD, URINE = "blood", "urine"
EXACT, LOOKALIKE, NEAR = 1.0, 0.9, 0.75
"""Scores of a match: as spelled, but for letters that look alike, but for one or two misread letters."""

_SPECIMEN = {
    "urine": URINE, "ur": URINE, "ua": URINE, "u": URINE, "csf": "csf", "stool": "stool", "fluid": "fluid",
    "blood": BLOOD, "bld": BLOOD, "serum": BLOOD, "plasma": BLOOD, "wb": BLOOD,
}  # fmt: skip
_LOOKALIKE = (
    ("rn", "m"),
    ("vv", "w"),
    ("0", "o"),
    ("1", "l"),
    ("i", "l"),
    ("|", "l"),
    ("5", "s"),
    ("8", "b"),
    ("q", "g"),
)
_TOKEN = re.compile(r"[a-z0-9]+|[%#]")
_RAW_TOKEN = re.compile(r"[a-z0-9^]+|[%#]")
_CODE_BEHIND = re.compile(r"(?:[\s,]+(?:[a-d],?\s*)?0[1-9]|[\s*^'\"\u2019\u201d.:,;]+)$", re.IGNORECASE)
_REFLEX = re.compile(r"[\s,]+(?:w/\s?|with\s)(?:refl|rfl|rfx|conf)\w*\b.*$|[\s,]+rfx\s.*$", re.IGNORECASE)
"""What the laboratory does next is no part of the test's name."""
_BRACKET = re.compile(r"\(([^()]*)\)")
_SHORT = 4
_LEAST_NEAR = 7
"""Letters a name must have before a misread one is forgiven."""
_MARGIN = 2
_LONG = 6


class LabTest(Value):
    """One test. ``loinc_any_method``: the code of the same test where no method is told, if ``loinc`` tells one and
    laboratories use both. ``units``: UCUM with the least and most number that can occur ("" for no unit at all)."""

    key: str
    loinc: str | None = None
    loinc_any_method: str | None = None
    names: tuple[str, ...]
    units: dict[str, tuple[float, float]] = Key(default_factory=dict)
    specimen: str = BLOOD
    words: bool = False


class TestMatch(Value):
    """The tests a printed name may stand for, and the name as it is known; ``specimen`` where the name states it."""

    __test__ = False

    tests: tuple[LabTest, ...]
    name: str
    score: float
    specimen: str | None = None


class _Name(Value):
    text: str
    joined: str
    lookalike: str
    short: tuple[str, ...]
    keys: tuple[str, ...]


class _Book(Value):
    tests: dict[str, LabTest]
    bags: dict[str, tuple[str, ...]]
    loose: dict[str, tuple[str, ...]]
    joined: dict[str, tuple[str, ...]]
    lookalikes: dict[str, tuple[str, ...]]
    spellings: dict[str, str]
    names: tuple[_Name, ...]
    vocabulary: Vocabulary


@cache
def read_yaml(name: str) -> dict[str, Any]:
    """A packaged data file of this package."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    raw: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader, in C where there is one
    return raw


@cache
def all_tests() -> Mapping[str, LabTest]:
    """Every known test by its key."""
    return _book().tests


@lru_cache(maxsize=4096)
def match_test(text: str) -> TestMatch | None:
    """The test or tests that a printed name stands for; None where it is none that is known, or not surely one."""
    cleaned = _CODE_BEHIND.sub("", _REFLEX.sub("", " ".join(text.split())))
    if not any(character.isalpha() for character in cleaned):
        return None
    return _match_words(cleaned) or _match_without_brackets(cleaned) or _match_specimen(cleaned) or _match_near(cleaned)


def choose_test(match: TestMatch, *, unit: str | None, specimen: str | None, is_number: bool) -> LabTest | None:
    """The one test of a match that fits the unit (UCUM), then the specimen, then the kind of result; None for none."""
    tests = list(match.tests)
    specimen = match.specimen or specimen
    if specimen is not None:
        tests = [test for test in tests if test.specimen == specimen] or (
            [] if specimen not in {BLOOD, URINE} else tests
        )
    if unit is not None and len(tests) > 1:
        fitting = [test for test in tests if plausible_span(test, unit) is not None]
        tests = fitting or tests
    elif len(tests) > 1:
        tests = [test for test in tests if (bool(test.units) if is_number else test.words)] or tests
    if len(tests) > 1 and specimen is None:
        tests = [test for test in tests if test.specimen == BLOOD] or tests
    return tests[0] if len(tests) == 1 else None


def fold_name(text: str) -> frozenset[str]:
    """A name without spaces and marks, letters that look alike as one: as read, and with usual words for rarer ones."""
    tokens = _tokens(text)
    raw = _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())
    forms = ("".join(raw), "".join(tokens), "".join(_without_optional(tokens)))
    return frozenset(_lookalike(form) for form in forms if form)


def space_out(text: str) -> str:
    """A known name with the spaces back that were lost in it (``HEPATITISB SURFACEANTIGEN``)."""

    def parted(found: re.Match[str]) -> str:
        word, start, pieces = found.group(), 0, []
        for part in _part_fused(word.casefold()):
            pieces.append(word[start : start + len(part)])
            start += len(part)
        return " ".join(pieces)

    return re.sub(r"(?<=[A-Za-z]),(?=[A-Za-z])", ", ", re.sub(r"[A-Za-z]+", parted, text))


def plausible_span(test: LabTest, unit: str) -> tuple[float, float] | None:
    """The least and most number that can occur in ``unit`` (UCUM); None where the test does not come in that unit."""
    if unit in test.units:
        return test.units[unit]
    for known, (low, high) in test.units.items():
        factor = _factors().get((known, unit))
        if factor is not None:
            return low * factor, high * factor
    return None


def units_of(test: LabTest) -> tuple[str, ...]:
    """All UCUM units a test comes in, those of equal measure among them."""
    same = (other for known in test.units for (a, other) in _factors() if a == known)
    return tuple(dict.fromkeys(unit for unit in (*test.units, *same) if unit))


@cache
def _same_words() -> dict[str, str]:
    same: dict[str, str] = read_yaml(DATA_FILE)["same_words"]
    return same


@cache
def _optional() -> frozenset[str]:
    return frozenset(read_yaml(DATA_FILE)["optional_words"])


@cache
def _factors() -> dict[tuple[str, str], float]:
    groups: list[dict[str, float]] = read_yaml("lab_units.yaml")["same"]
    return {(a, b): group[b] / group[a] for group in groups for a in group for b in group if a != b}


def _match_words(text: str) -> TestMatch | None:
    book, tokens = _book(), _tokens(text)
    if not tokens:
        return None
    tokens = tuple(_same_words().get(part, part) for token in tokens for part in _part_fused(token))
    loose = _without_optional(tokens)
    for index, key in ((book.bags, _bag(tokens)), (book.joined, "".join(tokens)), (book.bags, _bag(loose)),
                       (book.loose, _bag(loose)), (book.joined, "".join(loose))):  # fmt: skip
        if key and key in index:
            return _made(index[key], text, EXACT)
    joined = "".join(tokens)
    key = _lookalike(joined)
    if key in book.lookalikes and len(key) > 1 and not _has_neighbour(joined, key):
        return _made(book.lookalikes[key], book.spellings[key], LOOKALIKE)
    return None


@lru_cache(maxsize=2048)
def _part_fused(token: str) -> tuple[str, ...]:
    return part_fused(token, _book().vocabulary)


@lru_cache(maxsize=1024)
def _has_neighbour(read: str, key: str) -> bool:
    """Whether another test's name differs just where ``read`` has a letter that only looks right: it proves nothing."""
    spelled = "".join(_tokens(_book().spellings[key]))
    if len(spelled) != len(read):
        return True
    exchanged = {place for place, pair in enumerate(zip(read, spelled, strict=True)) if pair[0] != pair[1]}
    own = set(_book().lookalikes[key])
    return any(
        len(other) == len(spelled) and not own & set(keys) and _differences(other, spelled) <= exchanged
        for other, keys in _book().joined.items()
    )


def _differences(one: str, other: str) -> set[int]:
    return {place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]}


def _match_without_brackets(text: str) -> TestMatch | None:
    """``AST (SGOT)``: with and without the brackets one test."""
    inside = [part for part in _BRACKET.findall(text) if part.strip()]
    if not inside:
        return None
    outer = _match_words(_BRACKET.sub(" ", text))
    if outer is None:
        return None
    for part in inside:
        inner = _match_words(part)
        if inner is None and _without_optional(_tokens(part)):
            return None
        if inner is not None and not {t.key for t in inner.tests} & {t.key for t in outer.tests}:
            return None
    return outer.model_copy(update={"name": text})


def _match_specimen(text: str) -> TestMatch | None:
    """A name with the specimen in it: ``Glucose, Urine``, ``UA Protein``."""
    tokens = _tokens(text)
    named = {_SPECIMEN[token] for token in tokens if token in _SPECIMEN}
    if len(named) != 1 or len(tokens) < 2:
        return None
    rest = _match_words(" ".join(token for token in tokens if token not in _SPECIMEN))
    if rest is None or rest.score < EXACT:
        return None
    return rest.model_copy(update={"name": text, "specimen": named.pop()})


def _match_near(text: str) -> TestMatch | None:
    """A known name but for misread letters, where every other test's name is clearly farther."""
    mended = _match_words(" ".join(_mend(token) for token in _RAW_TOKEN.findall(text.casefold())))
    if mended is not None:
        return _made([test.key for test in mended.tests], _spelling(mended, text), NEAR)
    tokens = _tokens(text)
    query = _lookalike("".join(tokens))
    if len(query) < _LEAST_NEAR:
        return None
    most = 1 if len(query) < 12 else 2 if len(query) < 20 else 3
    short = _short_words(tokens)
    found: list[tuple[int, _Name]] = []
    for name in _book().names:
        distance = Levenshtein.distance(query, name.lookalike, score_cutoff=most + _MARGIN)
        if distance <= most + _MARGIN:
            found.append((distance, name))
    found.sort(key=lambda pair: pair[0])
    near = [(distance, name) for distance, name in found if distance <= most and name.short == short]
    if not near:
        return None
    distance, best = near[0]
    if any(other.keys != best.keys and gap < distance + _MARGIN for gap, other in found):
        return None
    return _made(best.keys, best.text, NEAR)


@lru_cache(maxsize=1024)
def _mend(token: str) -> str:
    """A long word with one or two misread letters as the one known word near it; else as it is."""
    if len(token) < _LONG - 1 or token in _long_words():
        return token
    most = 1 if len(token) < 9 else 2
    near = [word for word in _long_words() if Levenshtein.distance(token, word, score_cutoff=most) <= most]
    return near[0] if len({_same_words().get(word, word) for word in near}) == 1 else token


@cache
def _long_words() -> frozenset[str]:
    names = (name for test in _book().tests.values() for name in test.names)
    words = {token for name in names for token in _RAW_TOKEN.findall(name.casefold()) if token.isalpha()}
    return frozenset(word for word in words | set(_same_words()) if len(word) >= _LONG)


def is_name_word(word: str) -> bool:
    """Whether a long word is one of those that tests' names are made of."""
    return word.casefold() in _long_words()


def _spelling(match: TestMatch, text: str) -> str:
    """The known name most like ``text`` among those of the match."""
    names = [name for test in match.tests for name in test.names]
    return min(names, key=lambda name: Levenshtein.distance(name.casefold(), text.casefold()))


def _made(keys: Iterable[str], name: str, score: float) -> TestMatch:
    return TestMatch(tests=tuple(_book().tests[key] for key in keys), name=name, score=score)


def _tokens(text: str) -> tuple[str, ...]:
    plain = (
        unicodedata.normalize("NFKC", text).casefold().replace("\u00ae", " ").replace("(r)", " ").replace("(tm)", " ")
    )
    return tuple(_same_words().get(token, token) for token in _TOKEN.findall(plain))


def _without_optional(tokens: Iterable[str]) -> tuple[str, ...]:
    return tuple(token for token in tokens if token not in _optional())


def _short_words(tokens: Iterable[str]) -> tuple[str, ...]:
    """Words in which one letter tells tests apart, and every digit."""
    words = sorted(_lookalike(token) for token in _without_optional(tokens) if len(token) <= _SHORT)
    digits = sorted("".join(c for c in token if c.isdigit()) for token in tokens if len(token) > _SHORT)
    return (*words, *(each for each in digits if each))


def _bag(tokens: Iterable[str]) -> str:
    return " ".join(sorted(tokens))


def _lookalike(text: str) -> str:
    for printed, read in _LOOKALIKE:
        text = text.replace(printed, read)
    return text


@cache
def _book() -> _Book:
    tests = [LabTest(**entry) for entry in read_yaml(DATA_FILE)["tests"]]
    bags: dict[str, dict[str, None]] = {}
    loose: dict[str, dict[str, None]] = {}
    joined: dict[str, dict[str, None]] = {}
    alike: dict[str, dict[str, None]] = {}
    origin: dict[str, set[str]] = {}
    spellings: dict[str, str] = {}
    words = set(_same_words())
    pairs: set[tuple[str, str]] = set()
    for test in tests:
        for text in test.names:
            tokens = _tokens(text)
            words.update(token for token in _TOKEN.findall(text.casefold()) if token.isalpha())
            pairs.update(pairwise(tokens))
            key = _lookalike("".join(tokens))
            bags.setdefault(_bag(tokens), {})[test.key] = None
            loose.setdefault(_bag(_without_optional(tokens)), {})[test.key] = None
            joined.setdefault("".join(tokens), {})[test.key] = None
            alike.setdefault(key, {})[test.key] = None
            origin.setdefault(key, set()).add("".join(tokens))
            spellings.setdefault(key, text)
    names = tuple(
        _Name(
            text=spellings[key],
            joined=key,
            lookalike=key,
            short=_short_words(_tokens(spellings[key])),
            keys=tuple(keys),
        )
        for key, keys in alike.items()
        if len(key) >= _LEAST_NEAR - 1
    )
    return _Book(
        tests={test.key: test for test in tests},
        bags={key: tuple(keys) for key, keys in bags.items()},
        loose={key: tuple(keys) for key, keys in loose.items()},
        joined={key: tuple(keys) for key, keys in joined.items()},
        # Names that only differ in letters that look alike prove nothing of each other.
        lookalikes={key: tuple(keys) for key, keys in alike.items() if len(origin[key]) == 1},
        spellings=spellings,
        names=names,
        vocabulary=Vocabulary(
            words=frozenset(words | _optional()), pairs=frozenset(pairs), fillers=_optional(), same=_same_words()
        ),
    )
