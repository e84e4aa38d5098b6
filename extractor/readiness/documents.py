"""Rules on pages that must have come along, on premedications, and on what only a person can confirm."""

from collections.abc import Sequence

from extractor.knowledge.drug_classes import substance
from extractor.knowledge.drugs import DOUBTFUL, find_drugs
from extractor.knowledge.protocols.rules import ConfirmRule, PageRule, PremedicationRule
from extractor.readiness.case import Case, Finding, Used
from extractor.readiness.words import join_words
from models.record import Page, PageStatus, Quality, RuleOutcome
from models.record.paths import walk_fields

_TRUSTED = frozenset({Quality.DIGITAL, Quality.CLEAN_SCAN, Quality.FINE_FAX})
"""Page qualities on which what kind of page it is can be believed."""


def check_pages(rule: PageRule, case: Case) -> Finding:
    """A page of one of the types is there, came through well enough to be sure what it is, and says whose it is."""
    own = [page for page in case.pages if page.page_no in case.referral.pages]
    found = [page for page in own if page.type in rule.types and page.status is PageStatus.OK]
    what = join_words((kind.value.replace("_", " ") for kind in rule.types), "or")
    clear = [page for page in found if page.quality in _TRUSTED]
    sure = [page for page in clear if page.page_no in _own_pages(case)]
    if sure:
        return Finding(RuleOutcome.MET, f"{_say_pages(sure)} holds a {what}.", pages=tuple(p.page_no for p in sure))
    if clear:
        said = f"{_say_pages(clear)} holds a {what}, but does not surely say whose it is: please look."
        return Finding(RuleOutcome.NEEDS_REVIEW, said, pages=tuple(page.page_no for page in clear))
    if found:
        said = f"{_say_pages(found)} looks like a {what}, but came through badly: please look."
        return Finding(RuleOutcome.NEEDS_REVIEW, said, pages=tuple(page.page_no for page in found))
    is_read = own and all(page.status is PageStatus.OK and page.quality in _TRUSTED for page in own)
    if is_read and case.is_whole and all(page.type.value != "other" for page in own):
        return Finding(RuleOutcome.MISSING, f"no {what} came with the referral; please send it.")
    return Finding(RuleOutcome.NEEDS_REVIEW, f"no {what} was found, but not every page could be told: please look.")


def _own_pages(case: Case) -> frozenset[int]:
    """The pages that surely speak of this patient: on one that does not say whose it is nothing is read surely.

    What several patients' pages may share, as the prescriber's numbers, shows it only where it was read first.
    """
    sure = [(path, field) for path, field in walk_fields(case.referral) if case.is_sure(field)]
    first = {field.page_no for _, field in sure}
    again = {place.page_no for path, field in sure if path.startswith("patient.") for place in field.evidence}
    return frozenset(page_no for page_no in first | again if page_no is not None)


def _say_pages(pages: Sequence[Page]) -> str:
    return join_words(f"page {page.page_no}" for page in pages)


def check_premedications(rule: PremedicationRule, case: Case) -> Finding:
    """Of each group one drug is ordered beforehand."""
    order = case.order
    assert order is not None and case.order_index is not None
    used = [case.field(f"orders[{case.order_index}].premedications[{i}]") for i in range(len(order.premedications))]
    known: dict[str, Used] = {}
    for one in used:
        if case.is_sure(one.field):
            names = [drug for drug in find_drugs(str(one.field.value)) if drug.score > DOUBTFUL]
            known.update({substance(drug.generic): one for drug in names})
    lacking = [group for group in rule.drugs if not any(drug in known for drug in group)]
    met = tuple(known[drug] for group in rule.drugs for drug in group if drug in known)
    if not lacking:
        return Finding(
            RuleOutcome.MET, f"{join_words(str(one.field.value) for one in met)} is ordered beforehand.", met
        )
    wanted = join_words(join_words(group, "or") for group in lacking)
    is_sure = case.is_complete("premedications") and all(case.is_sure(one.field) for one in used)
    count = case.field("lists.premedications")
    if is_sure:
        said = f"{wanted} is not ordered beforehand; please ask the prescriber."
        return Finding(RuleOutcome.MISSING, said, (*used, count))
    said = f"{wanted} was not found among the premedications read: please look at the order."
    return Finding(RuleOutcome.NEEDS_REVIEW, said, (*used, count))


def check_confirmed(rule: ConfirmRule, case: Case) -> Finding:
    """No record can say it: a person is asked, always."""
    del case
    return Finding(RuleOutcome.NEEDS_REVIEW, rule.question)
