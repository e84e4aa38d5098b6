"""The rule on diagnosis codes in time: each has to be valid on the day of care."""

from datetime import date

from extractor.knowledge.icd10cm import days_of_change, is_billable, is_code
from extractor.knowledge.protocols.rules import CodeRule
from extractor.knowledge.succession import find_succession
from extractor.readiness.case import Case, Certainty, Finding, Used
from extractor.readiness.words import join_words
from extractor.resolve.retired_codes import say_succession
from models.record import RuleOutcome


def check_codes(rule: CodeRule, case: Case) -> Finding:  # noqa: ARG001 - one of ``Check``
    """Every diagnosis code may stand on a claim for the day of care: the start date, else the day of judging.

    A retired code names its successor where the words beside it do; nothing is replaced. Where no code surely stands,
    the rule on the diagnosis itself says so.
    """
    given = [case.field(f"diagnoses[{index}].code") for index in range(len(case.referral.diagnoses))]
    known = [(one, str(one.field.value)) for one in given if one.field.value is not None]
    unread = tuple(one for one in given if one.field.value is None and case.judge(one.field) is not Certainty.ABSENT)
    if not known and not unread and case.is_complete("diagnoses"):
        return Finding(RuleOutcome.NOT_APPLICABLE, "no diagnosis code is given.", tuple(given))
    if unread or not known:
        said = "no diagnosis code was read, but the pages may state one: please look."
        count = case.field("lists.diagnoses")
        return Finding(RuleOutcome.NEEDS_REVIEW, said, unread or (*given, count))
    day = case.anchor.day
    changes = tuple(change for _, code in known for change in days_of_change(code) if change > day)
    wrong = [(one, code) for one, code in known if not is_billable(code, day)]
    if wrong:
        said = join_words(_say(case, index, code, day) for index, (_, code) in _numbered(given, wrong))
        said = f"for {case.anchor.words}, {said}. Please compare it with the pages or ask the prescriber."
        return Finding(RuleOutcome.NEEDS_REVIEW, said, tuple(one for one, _ in wrong), changes)
    used = tuple(one for one, _ in known)
    if not all(case.is_sure(one.field) for one in used):
        return Finding(RuleOutcome.NEEDS_REVIEW, "a code was not read surely: please look.", used, changes)
    said = f"{join_words(code for _, code in known)} may stand on a claim then."
    return Finding(RuleOutcome.MET, said, used, changes)


def _numbered(given: list[Used], wrong: list[tuple[Used, str]]) -> list[tuple[int, tuple[Used, str]]]:
    return [(given.index(one), (one, code)) for one, code in wrong]


def _say(case: Case, index: int, code: str, day: date) -> str:
    if not is_code(code):
        return f"{code} is no code of ICD-10-CM"
    found = find_succession(code, case.referral.diagnoses[index].description.value, day)
    if found is not None and found.successors:
        return say_succession(found)
    return f"{code} may not stand on a claim (a heading, or not valid then)"
