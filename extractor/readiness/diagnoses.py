"""Rules on why the drug is given, what was tried before, and who the patient is."""

import re
from datetime import date

from extractor.knowledge.dates import age_on
from extractor.knowledge.drug_classes import class_of, is_in_class, is_inadequate, substance
from extractor.knowledge.protocols.rules import AgeRule, DiagnosisRule, TherapyRule
from extractor.readiness.case import Case, Certainty, Finding, Used, read_day
from extractor.readiness.words import absent_from_list, join_words, say_unsure
from models.record import Diagnosis, RuleOutcome

_NOT_SAID = re.compile(
    r"\b(?:rule[sd]?[ -]out|r/o|suspect(?:ed)?|possible|possibly|probable|questionable|differential|unlikely"
    r"|(?:family |past )?history of|h/o|fh)\b|\?",
    re.IGNORECASE,
)
"""What makes of a diagnosis a question, somebody else's, or one of earlier."""


def check_diagnosis(rule: DiagnosisRule, case: Case) -> Finding:
    """One diagnosis is what the rule asks for, by its code, or by its words where the code leaves it open."""
    diagnoses = case.referral.diagnoses
    if not diagnoses:
        return absent_from_list(case, "diagnoses", "a diagnosis")
    fitting: list[Used] = []
    is_contested = any(_contradicts(rule, diagnosis) for diagnosis in diagnoses)
    for index, diagnosis in enumerate(diagnoses):
        code, words = case.field(f"diagnoses[{index}].code"), case.field(f"diagnoses[{index}].description")
        if _is_met(rule, diagnosis, case) and not is_contested:
            said = f"the diagnosis is {', '.join(str(one.field.value) for one in (code, words) if one.field.value)}."
            return Finding(RuleOutcome.MET, said, (code, words))
        if _may_be(rule, diagnosis, case):
            fitting.extend((code, words))
    if fitting:
        said = f"please check the diagnosis on {fitting[0].place}: that it is what the drug is for is not certain."
        return Finding(RuleOutcome.NEEDS_REVIEW, said, tuple(fitting))
    used = tuple(case.field(f"diagnoses[{index}].code") for index in range(len(diagnoses)))
    given = join_words(str(one.field.value or "one without a code") for one in used)
    if case.is_complete("diagnoses"):
        return Finding(RuleOutcome.MISSING, f"it is not among the diagnoses given ({given}); please send it.", used)
    said = f"it was not found among the diagnoses read ({given}): please look at the pages or ask the prescriber."
    return Finding(RuleOutcome.NEEDS_REVIEW, said, used)


def _is_met(rule: DiagnosisRule, diagnosis: Diagnosis, case: Case) -> bool:
    code, words = diagnosis.code, diagnosis.description
    if not case.is_sure(code) or code.value is None or case.is_doubtful(words) or _NOT_SAID.search(words.value or ""):
        return False
    if code.value.startswith(rule.codes):
        return True
    return code.value.startswith(rule.unclear) and case.is_sure(words) and _says(words.value, rule.words)


def _contradicts(rule: DiagnosisRule, diagnosis: Diagnosis) -> bool:
    """Whether a diagnosis, read surely or not, is another kind of the same disease."""
    code = diagnosis.code.value or ""
    is_other = code.startswith(rule.unclear) and code not in rule.unclear and not code.startswith(rule.codes)
    return (bool(rule.unclear) and is_other) or _says(diagnosis.description.value, rule.not_words)


def _may_be(rule: DiagnosisRule, diagnosis: Diagnosis, case: Case) -> bool:
    """A fitting code or fitting words, read surely or not, or a code that cannot be read."""
    code = diagnosis.code
    if code.value is not None and code.value.startswith((*rule.codes, *rule.unclear)):
        return True
    return not (case.is_sure(code) and code.value) or _says(diagnosis.description.value, rule.words)


def _says(text: str | None, words: tuple[str, ...]) -> bool:
    return text is not None and any(re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE) for word in words)


def check_therapies(rule: TherapyRule, case: Case) -> Finding:
    """Enough different drugs of the class were tried, and (where asked) each failed to work."""
    ordered = None if case.order is None or case.order.drug.value is None else substance(case.order.drug.value)
    failed: dict[str, tuple[Used, ...]] = {}
    others: list[Used] = []
    for index, therapy in enumerate(case.referral.prior_therapies):
        drug, outcome = case.field(f"prior_therapies[{index}].drug"), case.field(f"prior_therapies[{index}].outcome")
        name = therapy.drug.value
        is_known = case.is_sure(therapy.drug) and name is not None
        if is_known and (not is_in_class(str(name), rule.drug_class) or substance(str(name)) == ordered):
            continue
        counts = case.is_sure(therapy.outcome) and is_inadequate(therapy.outcome.value or "")
        if is_known and (counts or not rule.inadequate):
            failed.setdefault(substance(str(name)), (drug, outcome) if rule.inadequate else (drug,))
        else:
            others.extend((drug, outcome))
    used = tuple(one for pair in failed.values() for one in pair)
    title = class_of(rule.drug_class).title
    why = " without enough effect" if rule.inadequate else ""
    if len(failed) >= rule.at_least:
        verb = "was" if len(failed) == 1 else "were"
        return Finding(RuleOutcome.MET, f"{join_words(failed)} {verb} tried before{why}.", used)
    said = (
        f"{len(failed)} of {rule.at_least} {title} tried before{why} {'is' if len(failed) == 1 else 'are'} documented"
    )
    if others:
        pages = join_words(one.place for one in others)
        told = f"{said}; please check the others on {pages}: what they were, and how they ended."
        return Finding(RuleOutcome.NEEDS_REVIEW, told, (*used, *others))
    count = case.field("lists.prior_therapies")
    if case.is_complete("prior_therapies"):
        return Finding(RuleOutcome.MISSING, f"{said}; please send the history of earlier treatment.", (*used, count))
    told = f"{said}; others may stand in the notes, please look or ask for the history of earlier treatment."
    return Finding(RuleOutcome.NEEDS_REVIEW, told, (*used, count))


def check_age(rule: AgeRule, case: Case) -> Finding:
    """The patient's age lies in the span that the drug is labelled for."""
    born = case.field("patient.date_of_birth")
    day = read_day(born.field)
    if not case.is_sure(born.field) or day is None:
        outcome = RuleOutcome.MISSING if case.judge(born.field) is Certainty.ABSENT else RuleOutcome.NEEDS_REVIEW
        return Finding(outcome, say_unsure((born,), outcome), (born,))
    age = age_on(day, case.as_of)
    span = _span(rule.age_from, rule.age_to)
    changes = tuple(
        birthday(day, years)
        for years in (rule.age_from, None if rule.age_to is None else rule.age_to + 1)
        if years is not None and birthday(day, years) > case.as_of
    )
    if (rule.age_from or 0) <= age <= (rule.age_to if rule.age_to is not None else age):
        return Finding(
            RuleOutcome.MET, f"the patient is {age} years old; the drug is for patients {span}.", (born,), changes
        )
    said = f"the patient is {age} years old and the drug is for patients {span}; please ask the prescriber."
    return Finding(RuleOutcome.ABNORMAL, said, (born,), changes)


def _span(least: int | None, most: int | None) -> str:
    if least is not None and most is not None:
        return f"from {least} to {most} years"
    return f"from {least} years on" if least is not None else f"up to {most} years"


def birthday(born: date, years: int) -> date:
    """The day on which that age is reached; 29 February counts as 1 March in other years."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)
