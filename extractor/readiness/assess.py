"""The verdict: every rule of the protocols that hold for the orders, and what they come to."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import TypeVar

from extractor.knowledge.protocols import COMMON, Protocol, ProtocolBook, Rule
from extractor.knowledge.protocols import rules as kinds
from extractor.readiness.case import HARMLESS, Case, Finding
from extractor.readiness.codes import check_codes
from extractor.readiness.conditions import limit
from extractor.readiness.cross_checks import (
    check_allergies,
    check_duplicates,
    check_indication,
    check_sex,
    check_usual_dose,
)
from extractor.readiness.diagnoses import check_age, check_diagnosis, check_therapies
from extractor.readiness.documents import check_confirmed, check_pages, check_premedications
from extractor.readiness.fields import check_date, check_fields, check_items, check_order_page
from extractor.readiness.labs import check_labs
from extractor.readiness.regimens import check_regimen
from extractor.readiness.registered import check_registered
from extractor.readiness.words import absent_from_list, outcome_of, say_unsure
from models.record import (
    Document,
    Extraction,
    Failure,
    Readiness,
    Referral,
    ReferralKind,
    RuleOutcome,
    RuleResult,
    Severity,
    Verdict,
)

R = TypeVar("R", bound=Rule)
Check = Callable[[Rule, Case], Finding]

_STOPS = frozenset({RuleOutcome.MISSING, RuleOutcome.EXPIRED, RuleOutcome.PENDING})
_FINE = frozenset({RuleOutcome.MET, RuleOutcome.NOT_APPLICABLE})
_CHECKS: dict[type[Rule], Check] = {}


def _register(kind: type[R], check: Callable[[R, Case], Finding]) -> None:
    def run(rule: Rule, case: Case) -> Finding:
        assert isinstance(rule, kind)
        return check(rule, case)

    _CHECKS[kind] = run


_register(kinds.FieldRule, check_fields)
_register(kinds.ItemRule, check_items)
_register(kinds.DateRule, check_date)
_register(kinds.OrderPageRule, check_order_page)
_register(kinds.PageRule, check_pages)
_register(kinds.LabRule, check_labs)
_register(kinds.DiagnosisRule, check_diagnosis)
_register(kinds.TherapyRule, check_therapies)
_register(kinds.RegimenRule, check_regimen)
_register(kinds.PremedicationRule, check_premedications)
_register(kinds.AgeRule, check_age)
_register(kinds.ConfirmRule, check_confirmed)
_register(kinds.UsualDoseRule, check_usual_dose)
_register(kinds.IndicationRule, check_indication)
_register(kinds.AllergyRule, check_allergies)
_register(kinds.DuplicateRule, check_duplicates)
_register(kinds.SexRule, check_sex)
_register(kinds.RegisteredRule, check_registered)
_register(kinds.CodeRule, check_codes)


def add_readiness(extraction: Extraction, as_of: date, book: ProtocolBook) -> Extraction:
    """The record with the verdict of every referral in it as of that day; what stood there before is replaced."""
    referrals = tuple(
        referral.model_copy(
            update={"readiness": assess_readiness(referral, as_of, book, extraction.document, extraction.failures)}
        )
        for referral in extraction.referrals
    )
    return extraction.model_copy(update={"referrals": referrals})


def assess_readiness(
    referral: Referral,
    as_of: date,
    book: ProtocolBook,
    document: Document | None = None,
    failures: tuple[Failure, ...] = (),
) -> Readiness:
    """Whether a referral can be scheduled on what is known on the day ``as_of``, and why.

    ``document`` says what kind of pages came, ``failures`` what was lost on the way: where pages are missing nothing is
    surely absent, and nothing is ready. Several orders: each rule names its order, the verdict is the worst.
    """
    case = Case(referral, () if document is None else document.pages, failures, as_of)
    found = list(_judge(case, book))
    changes = sorted(day for _, finding in found for day in finding.changes_on if day > as_of)
    rules = tuple(rule for rule, _ in found)
    return Readiness(verdict=_verdict(rules), as_of=as_of, valid_until=changes[0] if changes else None, rules=rules)


def _verdict(rules: tuple[RuleResult, ...]) -> Verdict:
    outcomes = {rule.result for rule in rules if rule.severity is Severity.REQUIRED}
    if outcomes & _STOPS:
        return Verdict.INCOMPLETE
    return Verdict.READY if outcomes <= _FINE else Verdict.NEEDS_REVIEW


def _judge(case: Case, book: ProtocolBook) -> Iterator[tuple[RuleResult, Finding]]:
    yield _built_in("all_pages", "All pages", _check_whole(case), None)
    referral = case.referral
    if referral.kind is not ReferralKind.REFERRAL:
        said = "these pages hold no order; file them with the referral they belong to."
        yield _built_in("order", "Order", Finding(RuleOutcome.NEEDS_REVIEW, said, (case.field("lists.orders"),)), None)
        return
    for protocol in book.common:
        yield from _apply(protocol, case)
    if not referral.orders:
        yield _built_in("order", "Order", absent_from_list(case, "orders", "a drug order"), None)
    else:
        yield _built_in("all_orders", "All orders", _check_orders(case), None)
    for index in range(len(referral.orders)):
        own = replace(case, order_index=index)
        chosen, finding = _choose(own, book)
        yield _built_in("protocol", "Drug and its protocol", finding, index)
        for protocol in (*book.common, *chosen):
            yield from _apply(protocol, own)


def _apply(protocol: Protocol, case: Case) -> Iterator[tuple[RuleResult, Finding]]:
    """The rules of a protocol that are for the order of this case, or for the referral where it has none."""
    for rule in protocol.rules:
        per = rule.per or ("order" if protocol.drugs else "referral")
        if (per == "order") == (case.order is not None):
            finding = limit(rule, _CHECKS[type(rule)](rule, case), case)
            yield _result(protocol, rule, finding, case), finding


def _result(protocol: Protocol, rule: Rule, finding: Finding, case: Case) -> RuleResult:
    doubt = "" if rule.verified else f" This rule is not verified: ask the {rule.verify}."
    return RuleResult(
        id=rule.id,
        protocol=protocol.protocol,
        order_index=case.order_index,
        severity=rule.weight,
        title=rule.title,
        result=finding.outcome,
        message=f"{rule.title}: {finding.message}{doubt}",
        source=protocol.source_of(rule),
        evidence=finding.evidence,
    )


def _built_in(name: str, title: str, finding: Finding, order_index: int | None) -> tuple[RuleResult, Finding]:
    """What holds whatever the protocols say."""
    result = RuleResult(
        id=name,
        protocol=COMMON,
        order_index=order_index,
        severity=Severity.REQUIRED,
        title=title,
        result=finding.outcome,
        message=f"{title}: {finding.message}",
        source="this program: nothing is ready before it is known what is ordered and that all pages came",
        evidence=finding.evidence,
    )
    return result, finding


def _check_whole(case: Case) -> Finding:
    if case.is_whole:
        return Finding(RuleOutcome.MET, "every page that was announced came and was read.")
    lost = [failure for failure in case.failures if failure.code not in HARMLESS]
    pages = tuple(failure.page_no for failure in lost if failure.page_no is not None)
    said = " ".join(dict.fromkeys(failure.message for failure in lost))
    return Finding(RuleOutcome.NEEDS_REVIEW, f"pages are missing or were not read. {said}", pages=pages)


def _check_orders(case: Case) -> Finding:
    """An order that was not read has rules of its own, which nobody would ask for."""
    count = case.field("lists.orders")
    if case.is_complete("orders"):
        return Finding(RuleOutcome.MET, "every order was read.", (count,))
    return Finding(RuleOutcome.NEEDS_REVIEW, "the pages may hold another order: please look.", (count,))


def _choose(case: Case, book: ProtocolBook) -> tuple[tuple[Protocol, ...], Finding]:
    """The protocol of the ordered drug; none where the product cannot be told."""
    drug, brand = case.field("order.drug"), case.field("order.brand")
    if drug.field.value is None:
        outcome = outcome_of([case.judge(drug.field)])
        if outcome is RuleOutcome.MISSING:
            return (), Finding(outcome, "the order names no drug; please send an order that does.", (drug,))
        return (), Finding(outcome, say_unsure((drug,), outcome), (drug,))
    name, product = str(drug.field.value), None if brand.field.value is None else str(brand.field.value)
    found = book.find(name, product)
    if len(found) != 1:
        why = "there is no protocol for" if not found else "more than one protocol may be meant by"
        said = f"{why} {product or name}; a pharmacist must say what is needed."
        return (), Finding(RuleOutcome.NEEDS_REVIEW, said, (drug, brand))
    unsure = (*(() if case.is_sure(drug.field) else (drug,)), *((brand,) if case.is_doubtful(brand.field) else ()))
    if unsure:
        return found, Finding(RuleOutcome.NEEDS_REVIEW, say_unsure(unsure, RuleOutcome.NEEDS_REVIEW), unsure)
    if not any(rule.verified for rule in found[0].rules):
        said = f"no rule of the protocol {found[0].title} is verified; a pharmacist must say what is needed."
        return found, Finding(RuleOutcome.NEEDS_REVIEW, said, (drug,))
    return found, Finding(RuleOutcome.MET, f"{product or name} goes by the protocol {found[0].title}.", (drug,))
