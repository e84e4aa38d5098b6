"""Whom a rule is for: it holds, it does not, or nobody can tell from what was read surely."""

from datetime import date

from extractor.knowledge.dates import age_on
from extractor.knowledge.protocols.rules import Rule, When
from extractor.readiness.case import Case, Finding, Used, read_day
from extractor.readiness.diagnoses import birthday
from extractor.readiness.words import join_words, name_leaf
from models.record import RuleOutcome
from models.record.normalise import plain_text
from models.record.paths import AnyField

_Part = tuple[bool | None, Used]


def limit(rule: Rule, finding: Finding, case: Case) -> Finding:
    """The finding of a rule as far as the rule is for this patient; a rule that may be is met by no one."""
    if rule.when is None:
        return finding
    parts = _parts(rule.when, case)
    failed = next((used for holds, used in parts if holds is False), None)
    changes = (*finding.changes_on, *_birthdays(rule.when, case))
    if failed is not None:
        said = f"not needed: the {name_leaf(failed.path)} is {failed.field.value}."
        return Finding(RuleOutcome.NOT_APPLICABLE, said, (failed,), changes)
    unsure = tuple(used for holds, used in parts if holds is None)
    if not unsure:
        return Finding(finding.outcome, finding.message, finding.used, changes, finding.pages)
    names = join_words(name_leaf(used.path) for used in unsure)
    said = f"whether it is needed depends on the {names}, which was not surely read. {finding.message}"
    return Finding(RuleOutcome.NEEDS_REVIEW, said, (*unsure, *finding.used), changes, finding.pages)


def _parts(when: When, case: Case) -> list[_Part]:
    parts: list[_Part] = []
    if when.sex is not None:
        sex = case.field("patient.sex")
        known = sex.field.value in {"female", "male"} and case.is_sure(sex.field)
        parts.append((sex.field.value == when.sex if known else None, sex))
    if when.age_from is not None or when.age_to is not None:
        parts.append(_age(when, case))
    for wanted, path in ((when.courses, "order.course"), (when.routes, "order.route")):
        if wanted and case.order is not None:
            used = case.field(path)
            parts.append((_is_among(used.field, wanted) if case.is_sure(used.field) else None, used))
    if when.codes:
        parts.append(_codes(when.codes, case))
    return parts


def _is_among(field: AnyField, wanted: tuple[str, ...]) -> bool:
    return plain_text(str(field.value)) in {plain_text(one) for one in wanted}


def _age(when: When, case: Case) -> _Part:
    born = case.field("patient.date_of_birth")
    day = read_day(case.referral.patient.date_of_birth)
    if day is None or not case.is_sure(born.field):
        return None, born
    age = age_on(day, case.as_of)
    return (when.age_from or 0) <= age <= (when.age_to if when.age_to is not None else age), born


def _birthdays(when: When, case: Case) -> tuple[date, ...]:
    """The days on which the patient comes into the span of ages, and leaves it."""
    born = read_day(case.referral.patient.date_of_birth)
    ages = (when.age_from, None if when.age_to is None else when.age_to + 1)
    return () if born is None else tuple(birthday(born, age) for age in ages if age is not None)


def _codes(wanted: tuple[str, ...], case: Case) -> _Part:
    codes = [case.field(f"diagnoses[{index}].code") for index in range(len(case.referral.diagnoses))]
    for code in codes:
        if case.is_sure(code.field) and str(code.field.value).startswith(wanted):
            return True, code
    is_known = bool(codes) and case.is_complete("diagnoses") and all(case.is_sure(code.field) for code in codes)
    return (False if is_known else None), (codes[0] if codes else case.field("lists.diagnoses"))
