"""Rules on how the drug is given: dose, frequency, course, weight and the time since the last treatment."""

import re
from datetime import timedelta

from extractor.knowledge.drug_classes import substance
from extractor.knowledge.protocols.rules import Regimen, RegimenRule
from extractor.readiness.amounts import Match, compare_doses, sure_body
from extractor.readiness.case import Case, Certainty, Finding, Used, read_day
from extractor.readiness.words import join_words, outcome_of, say_days, say_unsure
from models.record import Order, RuleOutcome
from models.record.normalise import plain_text

_COUNTED = re.compile(r"x (\d+) (day|week|month|dose)s?\b")


def check_regimen(rule: RegimenRule, case: Case) -> Finding:
    """Dose and frequency are those of one of the protocol's regimens."""
    order = case.order
    assert order is not None
    used = (case.field("order.dose"), case.field("order.frequency"))
    unsure = tuple(one for one in used if not case.is_sure(one.field))
    if unsure:
        outcome = outcome_of(case.judge(one.field) for one in unsure)
        said = say_unsure(unsure, outcome)
        if outcome is RuleOutcome.MISSING:
            said = "the order does not state dose and frequency; please send them."
        return Finding(outcome, said, used)
    found = [_check_one(regimen, order, used, case) for regimen in rule.regimens]
    met = next((finding for finding in found if finding.is_met), None)
    told = [finding for finding in found if finding.message]
    if met is not None:
        return met
    if told:
        return min(told, key=lambda finding: finding.outcome is RuleOutcome.ABNORMAL)
    usual = join_words((_say(regimen) for regimen in rule.regimens), "or")
    course = f" as the {order.course.value} course" if order.course.value is not None else ""
    ordered = f"{order.dose.value} {order.frequency.value}{course}"
    said = f"ordered is {ordered}; the protocol has {usual}. Please ask the prescriber."
    return Finding(RuleOutcome.ABNORMAL, said, used)


def _say(regimen: Regimen) -> str:
    course = f" ({regimen.courses[0]} course)" if regimen.courses else ""
    spans = {"from": regimen.weight_from, "above": regimen.weight_above, "to": regimen.weight_to}
    limits = [f" {word} {kg:g} kg" for word, kg in (spans | {"below": regimen.weight_below}).items() if kg is not None]
    return f"{join_words(regimen.doses, 'or')} {regimen.frequencies[0]}{course}{''.join(limits)}"


def _check_one(regimen: Regimen, order: Order, used: tuple[Used, ...], case: Case) -> Finding:
    """Met, abnormal where it is another regimen, or what keeps it from being told."""
    other = Finding(RuleOutcome.ABNORMAL, "", used)
    said = _said_so(order, case) & {plain_text(one) for one in regimen.frequencies}
    if not said:
        return other
    if _lasts_otherwise(order, said):
        return _ask("frequency and duration say different things: please check.", (*used, case.field("order.duration")))
    match compare_doses(order.dose.value or "", regimen.doses, sure_body(case)):
        case Match.OTHER | Match.UNKNOWN:
            return other
        case Match.NO_WEIGHT:
            return _ask("the dose goes by the patient's weight, which is not surely known: please check.", used)
        case Match.SAME:
            pass
    weight = case.field("patient.weight_kg")
    if regimen.has_span:
        kilograms = sure_body(case).weight_kg
        if kilograms is None:
            return _ask(
                "the dose goes by the patient's weight, which is not surely known: please check.", (*used, weight)
            )
        if not regimen.is_for(kilograms):
            return other
        used = (*used, weight)
    return _check_course(regimen, order, used, case)


def _said_so(order: Order, case: Case) -> frozenset[str]:
    """The frequency, and with the duration where that is stated apart: ``daily`` for ``5 days``."""
    frequency = order.frequency.value or ""
    said = {frequency}
    if case.is_sure(order.duration):
        said.add(f"{frequency} x {order.duration.value}")
    return frozenset(plain_text(one) for one in said)


def _lasts_otherwise(order: Order, said: frozenset[str]) -> bool:
    """Whether the duration, read surely or not, counts in the frequency's unit and to another number."""
    counted = {(found[2], found[1]) for one in said if (found := _COUNTED.search(one))}
    lasting = _COUNTED.search(f"x {plain_text(order.duration.value or '')}")
    return lasting is not None and any(unit == lasting[2] and count != lasting[1] for unit, count in counted)


def _check_course(regimen: Regimen, order: Order, used: tuple[Used, ...], case: Case) -> Finding:
    course = case.field("order.course")
    if regimen.courses:
        if case.is_doubtful(order.course):
            return _ask(say_unsure((course,), RuleOutcome.NEEDS_REVIEW), (*used, course))
        if order.course.value is not None:
            if plain_text(order.course.value) not in {plain_text(one) for one in regimen.courses}:
                return Finding(RuleOutcome.ABNORMAL, "", used)
            used = (*used, course)
    said = f"{order.dose.value} {order.frequency.value} is as the protocol has it."
    last = case.field("order.last_treatment_date")
    earlier = _earlier(order, case) if regimen.is_first else ()
    if earlier:
        return _ask("this is the first course, and an earlier treatment is stated: please check.", (*used, *earlier))
    if regimen.is_first and not case.is_sure(order.course) and case.judge(last.field) is not Certainty.ABSENT:
        said = "which course it is was not found: please check that the patient was never treated with the drug."
        return _ask(said, (*used, course, last))
    if regimen.days_since_last is None:
        return Finding(RuleOutcome.MET, said, used)
    return _check_gap(regimen.days_since_last, said, (*used, last), case)


def _earlier(order: Order, case: Case) -> tuple[Used, ...]:
    """What says, or may say, that the patient had the drug before: its last day, or the drug among earlier ones."""
    last = case.field("order.last_treatment_date")
    is_stated = last.field.value is not None or case.is_doubtful(last.field)
    tried = [case.field(f"prior_therapies[{index}].drug") for index in range(len(case.referral.prior_therapies))]
    own = substance(order.drug.value or "")
    same = (one for one in tried if one.field.value is not None and substance(str(one.field.value)) == own)
    return (*((last,) if is_stated else ()), *same)


def _check_gap(days: int, said: str, used: tuple[Used, ...], case: Case) -> Finding:
    """Not sooner than ``days`` after the last treatment."""
    last, anchor = used[-1], case.anchor
    day = read_day(last.field)
    if case.judge(last.field) is not Certainty.SURE or day is None:
        return _ask(f"the day of the last treatment must be {say_days(days)} ago and is not surely known.", used)
    gap = (anchor.day - day).days
    free = day + timedelta(days=days)
    if gap < days:
        told = f"only {say_days(gap)} lie between the last treatment and {anchor.words}; {say_days(days)} are needed."
        return Finding(RuleOutcome.ABNORMAL, told, used, (free,) if free > case.as_of else ())
    return Finding(RuleOutcome.MET, f"{said[:-1]}, {say_days(gap)} after the last treatment.", used)


def _ask(message: str, used: tuple[Used, ...]) -> Finding:
    return Finding(RuleOutcome.NEEDS_REVIEW, message, used)
