"""Which test a row of a laboratory report is, and how surely: by its name, its LOINC code and its unit."""

from dataclasses import dataclass
from functools import cache

from extractor.knowledge.lab_tests import EXACT, TestMatch, all_tests, choose_test, match_test, plausible_span
from extractor.knowledge.lab_values import read_number
from extractor.readiness.case import Case, Certainty
from models.record import Lab


@dataclass(frozen=True, slots=True)
class Identity:
    """``keys``: the tests (of ``lab_tests.yaml``) that a row may be, None where it may be any; the less is known of
    the row the more they are. ``is_named``: its name was read surely and nothing speaks against it."""

    keys: frozenset[str] | None
    is_named: bool

    def is_one_of(self, wanted: frozenset[str]) -> bool:
        """Whether the row surely is one of the tests; of no tests in particular (empty): whether it surely is one."""
        return self.is_named and (not wanted or (bool(self.keys) and self.keys is not None and self.keys <= wanted))

    def may_be_one_of(self, wanted: frozenset[str]) -> bool:
        """Whether the row may be one of the tests."""
        return not wanted or self.keys is None or bool(self.keys & wanted)


def identify(lab: Lab, case: Case) -> Identity:
    """What a row may be. A code that was not read surely widens, it never narrows."""
    coded = frozenset(_by_loinc().get(lab.loinc.value or "", ()))
    match = None if lab.test.value is None else match_test(lab.test.value)
    named = frozenset() if match is None else frozenset(test.key for test in match.tests)
    if not case.is_sure(lab.test):
        is_open = not named and not coded and case.judge(lab.test) is not Certainty.ABSENT
        return Identity(None if is_open else named | coded, is_named=False)
    if match is None:
        return Identity(coded, is_named=True)
    if match.score < EXACT or case.judge(lab.loinc) is Certainty.UNREADABLE:
        return Identity(named | coded, is_named=False)
    if case.is_doubtful(lab.loinc):
        return Identity(named | coded, is_named=True)
    if coded:
        return Identity(coded & named or coded | named, is_named=bool(coded & named))
    return Identity(_by_unit(lab, match, case) or named, is_named=True)


def _by_unit(lab: Lab, match: TestMatch, case: Case) -> frozenset[str]:
    """The one test of several that comes in the row's unit; none where that is not surely known."""
    if not case.is_sure(lab.unit) or len(match.tests) == 1:
        return frozenset()
    is_number = lab.result.value is not None and read_number(lab.result.value) is not None
    chosen = choose_test(match, unit=lab.unit.value, specimen=None, is_number=is_number)
    fits = chosen is not None and plausible_span(chosen, lab.unit.value or "") is not None
    return frozenset({chosen.key}) if chosen is not None and fits else frozenset()


@cache
def _by_loinc() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for test in all_tests().values():
        if test.loinc is not None:
            found.setdefault(test.loinc, []).append(test.key)
    return {loinc: tuple(keys) for loinc, keys in found.items()}
