"""The rule on the national registry of providers: what the look-up noted in the prescriber's NPI."""

from extractor.knowledge.protocols.rules import RegisteredRule
from extractor.readiness.case import Case, Finding
from extractor.resolve.registration import DEACTIVATED, OF_ANOTHER, REGISTERED, UNREGISTERED
from models.record import RuleOutcome


def check_registered(rule: RegisteredRule, case: Case) -> Finding:  # noqa: ARG001 - one of ``Check``
    """The number is that of a person of the prescriber's name and was not deactivated.

    Not applicable without a registry, without a number, and for one that a person entered: it was not looked up.
    """
    npi = case.field("prescriber.npi")
    said = {reason.code: reason.text for reason in npi.field.reasons}
    for code in (OF_ANOTHER, UNREGISTERED):
        if code in said:
            text = f"{said[code]} Please compare it with the pages."
            return Finding(RuleOutcome.NEEDS_REVIEW, text[0].lower() + text[1:], (npi,))
    if DEACTIVATED in said:
        text = f"{said[DEACTIVATED]} Please ask the office for the number that it bills with."
        return Finding(RuleOutcome.ABNORMAL, text[0].lower() + text[1:], (npi,))
    if REGISTERED in said:
        text = said[REGISTERED]
        is_sure = case.is_sure(npi.field)
        outcome = RuleOutcome.MET if is_sure else RuleOutcome.NEEDS_REVIEW
        return Finding(outcome, text[0].lower() + text[1:] + ("" if is_sure else " It was not read surely."), (npi,))
    return Finding(RuleOutcome.NOT_APPLICABLE, "the number was not looked up.", (npi,))
