"""Rules on single fields, items of lists, the order's own page and its date."""

from datetime import timedelta

from extractor.knowledge.protocols.rules import DateRule, FieldRule, ItemRule, OrderPageRule
from extractor.readiness.case import Case, Certainty, Finding, Used, read_day
from extractor.readiness.words import (
    absent_from_list,
    is_are,
    join_words,
    name_leaf,
    outcome_of,
    say_days,
    say_unsure,
)
from models.record import RuleOutcome
from models.record.paths import AnyField

_PAST = frozenset({"date", "date_of_birth", "signature_date", "last_treatment_date", "collected"})
"""Leaves that hold days which have been."""


def check_fields(rule: FieldRule, case: Case) -> Finding:
    """All of the fields, or any, have values that were read surely."""
    used = tuple(case.field(path) for path in rule.paths)
    return _check_truth(used, case) if rule.is_true else _check_used(used, case, is_any=rule.need == "any")


def _check_used(used: tuple[Used, ...], case: Case, *, is_any: bool = False) -> Finding:
    odd = next((one for one in used if case.is_sure(one.field) and _is_to_come(one, case)), None)
    if odd is not None:
        return _odd_date(odd, case)
    sure = tuple(one for one in used if case.is_sure(one.field))
    if sure and (is_any or len(sure) == len(used)):
        names = join_words(name_leaf(one.path) for one in sure)
        return Finding(RuleOutcome.MET, f"the {names} {is_are(len(sure))} given.", sure)
    if is_any and not all(case.judge(one.field) is Certainty.ABSENT for one in used):
        used = tuple(one for one in used if case.judge(one.field) is not Certainty.ABSENT)
    return _not_met(tuple(one for one in used if one not in sure), case)


def _is_to_come(used: Used, case: Case) -> bool:
    """Whether a day that must have been already lies in the future: it was misread, or mistaken by the writer."""
    day = read_day(used.field) if used.path.rsplit(".", 1)[-1] in _PAST else None
    return day is not None and day > case.as_of


def _not_met(left: tuple[Used, ...], case: Case) -> Finding:
    outcome = outcome_of(case.judge(one.field) for one in left)
    if outcome is not RuleOutcome.MISSING:
        return Finding(outcome, say_unsure(left, outcome), left)
    absent = tuple(one for one in left if case.judge(one.field) is Certainty.ABSENT)
    names = join_words(name_leaf(one.path) for one in absent)
    return Finding(outcome, f"the {names} {is_are(len(absent))} missing; please send.", left)


def _check_truth(used: tuple[Used, ...], case: Case) -> Finding:
    outcome = outcome_of(case.judge(one.field) for one in used)
    name = join_words(name_leaf(one.path) for one in used)
    if outcome is RuleOutcome.MET and all(one.field.value is True for one in used):
        return Finding(RuleOutcome.MET, f"the {name} is there.", used)
    if outcome in {RuleOutcome.MET, RuleOutcome.MISSING}:
        return Finding(RuleOutcome.MISSING, f"the {name} is missing; please send a signed order.", used)
    return Finding(outcome, say_unsure(used, outcome), used)


def check_items(rule: ItemRule, case: Case) -> Finding:
    """One item of the list has the fields."""
    items = case.items(rule.list)
    tried = [
        _check_used(
            tuple(case.field(f"{rule.list}[{index}].{leaf}") for leaf in rule.leaves), case, is_any=rule.need == "any"
        )
        for index in range(len(items))
    ]
    met = next((finding for finding in tried if finding.is_met), None)
    if met is not None:
        return met
    if not tried:
        return absent_from_list(case, rule.list, "it")
    missing = all(finding.outcome is RuleOutcome.MISSING for finding in tried)
    if missing and not case.is_complete(rule.list):
        said = f"{tried[0].message.rstrip('.')}, or look for it on the pages."
        return Finding(RuleOutcome.NEEDS_REVIEW, said, tried[0].used)
    return tried[0] if missing else next(one for one in tried if one.outcome is not RuleOutcome.MISSING)


def check_date(rule: DateRule, case: Case) -> Finding:
    """The date is not older than allowed and not in the future."""
    used, anchor = case.field(rule.path), case.anchor
    day = read_day(used.field)
    if not case.is_sure(used.field) or day is None:
        return _not_met((used,), case) if not case.is_sure(used.field) else _odd_date(used, case)
    if day > case.as_of:
        return _odd_date(used, case)
    age = (anchor.day - day).days
    said = f"{say_days(age)} before {anchor.words}; {say_days(rule.within_days)} at most."
    said = f"it is dated {day.isoformat()}, {said}"
    if age > rule.within_days:
        return Finding(RuleOutcome.EXPIRED, f"{said} Please send a new one.", (used,))
    if not anchor.is_sure:
        said = "please check the start date: it was not read with certainty."
        return Finding(RuleOutcome.NEEDS_REVIEW, said, (used,))
    return Finding(RuleOutcome.MET, said, (used,), (day + timedelta(days=rule.within_days + 1),))


def _odd_date(used: Used, case: Case) -> Finding:
    day = read_day(used.field)
    changes = (day,) if day is not None and day > case.as_of else ()
    said = f"please check the date on {used.place}: it lies in the future or is not a whole date."
    return Finding(RuleOutcome.NEEDS_REVIEW, said, (used,), changes)


def check_order_page(rule: OrderPageRule, case: Case) -> Finding:
    """The order's own page states the fields; where no page is known, that they are given is enough."""
    fields = _check_used(tuple(case.field(path) for path in rule.paths), case)
    if not fields.is_met or case.order is None:
        return fields
    ordered = case.order.drug
    pages = _pages_of(ordered)
    elsewhere = tuple(one for one in fields.used if pages and _pages_of(one.field) and not pages & _pages_of(one.field))
    if not elsewhere:
        return Finding(RuleOutcome.MET, f"{fields.message.rstrip('.')} on the order.", fields.used)
    names = join_words(name_leaf(one.path) for one in elsewhere)
    places = join_words(f"page {page}" for page in sorted(pages))
    said = (
        f"please check that the {names} {is_are(len(elsewhere))} on the order itself ({places}): only seen elsewhere."
    )
    return Finding(RuleOutcome.NEEDS_REVIEW, said, elsewhere)


def _pages_of(field: AnyField) -> set[int]:
    seen = (field.page_no, *(place.page_no for place in field.evidence))
    return {page for page in seen if page is not None}
