"""The laboratory test that a badly misread name most likely is, for a person to confirm.

Beside the letters only the unit speaks: of the tests that come in it one must be nearer than every other.
"""

from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from extractor.knowledge.lab_tests import EXACT, LabTest, TestMatch, all_tests, fold_name, match_test, plausible_span

GUESS = 0.5
"""The score of such a match: below every one that may stand unseen."""

_LEAST_LETTERS = 3
_SHORTEST_MARKED = 4
_NEEDS_UNIT = 6
"""Letters below which only a name whose unit was read is guessed."""
_EDITS = ((5, 1), (8, 2), (12, 3), (18, 4))
_MOST_EDITS = 5
"""Letters of a known name, and how many of them may be misread."""


class _Spelling(NamedTuple):
    text: str
    name: str
    test: str


def match_marked(text: str) -> TestMatch | None:
    """The test whose name is followed at once by the small letter or digit of a footnote; None for anything else.

    ``Immunoglobulin Ga`` may be immunoglobulin G with the note a, so it is a guess.
    """
    if len(text) < _SHORTEST_MARKED or not (text[-1].islower() or text[-1].isdigit()) or text[-2:-1].islower():
        return None
    match = match_test(text[:-1])
    return match.model_copy(update={"score": GUESS}) if match is not None and match.score == EXACT else None


@lru_cache(maxsize=4096)
def guess_test(text: str, unit: str | None, is_number: bool) -> TestMatch | None:
    """The test nearest to ``text`` among those that come in ``unit`` (UCUM), or that have such a result.

    None where no name is near, or where another test's name is as near.
    """
    queries = fold_name(text)
    letters = max((len(query) for query in queries), default=0)
    if letters < _LEAST_LETTERS or (letters < _NEEDS_UNIT and unit is None):
        return None
    nearest: dict[str, tuple[int, str]] = {}
    for spelling in _spellings():
        if not _may_be(all_tests()[spelling.test], unit, is_number=is_number):
            continue
        most = _most_edits(len(spelling.text))
        distance = min(Levenshtein.distance(query, spelling.text, score_cutoff=most + 1) for query in queries)
        if distance <= most + 1 and distance < nearest.get(spelling.test, (99, ""))[0]:
            nearest[spelling.test] = (distance, spelling.name)
    if not nearest:
        return None
    ranked = sorted((distance, key, name) for key, (distance, name) in nearest.items())
    distance, _, name = ranked[0]
    same = [key for other, key, _ in ranked if other == distance]
    if distance > _most_edits(min(len(query) for query in fold_name(name))) or not _is_one_name(same, name):
        return None
    return TestMatch(tests=tuple(all_tests()[key] for key in same), name=name, score=GUESS)


def _may_be(test: LabTest, unit: str | None, *, is_number: bool) -> bool:
    if unit is not None:
        return plausible_span(test, unit) is not None
    return bool(test.units) if is_number else test.words or not test.units


def _is_one_name(keys: list[str], name: str) -> bool:
    """Whether tests at one distance only share the name, as a share and a count of the same cells do."""
    return all(name in all_tests()[key].names for key in keys)


def _most_edits(letters: int) -> int:
    return next((edits for longest, edits in _EDITS if letters <= longest), _MOST_EDITS)


@cache
def _spellings() -> tuple[_Spelling, ...]:
    return tuple(
        _Spelling(form, name, test.key)
        for test in all_tests().values()
        for name in test.names
        for form in sorted(fold_name(name))
        if len(form) >= _LEAST_LETTERS
    )
