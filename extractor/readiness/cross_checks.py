"""What must fit together: dose, indication, allergies, second drugs of a kind, sex. They advise and change nothing."""

from collections.abc import Iterable

from extractor.knowledge.allergies import is_none_known
from extractor.knowledge.drug_classes import allergy_family, shared_class, substance
from extractor.knowledge.drugs import DOUBTFUL, Drug, find_drugs, products
from extractor.knowledge.lab_tests import match_test
from extractor.knowledge.protocols.rules import AllergyRule, DuplicateRule, IndicationRule, SexRule, UsualDoseRule
from extractor.readiness.amounts import Match, compare_doses, sure_body
from extractor.readiness.case import Case, Certainty, Finding, Used
from extractor.readiness.words import join_words, outcome_of, say_unsure
from models.record import Order, RuleOutcome
from models.record.normalise import plain_text


def check_usual_dose(rule: UsualDoseRule, case: Case) -> Finding:
    """The dose is one that the drug is usually given in."""
    del rule
    used, order, unsure = _ordered(case, "order.drug", "order.dose")
    if unsure is not None:
        return unsure
    usual = tuple(dict.fromkeys(dose for product in _products(order) for dose in product.doses))
    match compare_doses(order.dose.value or "", usual, sure_body(case)):
        case Match.SAME:
            return Finding(RuleOutcome.MET, f"{order.dose.value} is a usual dose.", used)
        case Match.NO_WEIGHT:
            said = "whether the dose is usual depends on the patient's weight or size, which is not surely known."
            return Finding(RuleOutcome.NEEDS_REVIEW, said, (*used, case.field("patient.weight_kg")))
        case Match.OTHER:
            said = f"{order.dose.value} is not among the usual doses ({join_words(usual)}); please ask the prescriber."
            return Finding(RuleOutcome.ABNORMAL, said, used)
        case _:
            return Finding(RuleOutcome.NOT_APPLICABLE, "no usual dose of the drug is recorded.", used)


def check_indication(rule: IndicationRule, case: Case) -> Finding:
    """A diagnosis code is a usual reason for the drug."""
    del rule
    used, order, unsure = _ordered(case, "order.drug")
    if unsure is not None:
        return unsure
    usual = tuple(dict.fromkeys(code for product in _products(order) for code in product.icd10))
    if not usual:
        return Finding(RuleOutcome.NOT_APPLICABLE, "no usual diagnosis of the drug is recorded.", used)
    codes = [case.field(f"diagnoses[{index}].code") for index in range(len(case.referral.diagnoses))]
    for code in codes:
        if case.is_sure(code.field) and str(code.field.value).startswith(usual):
            return Finding(RuleOutcome.MET, f"{code.field.value} is a usual reason for the drug.", (*used, code))
    if case.is_complete("diagnoses") and codes and all(case.is_sure(code.field) for code in codes):
        given = join_words(str(code.field.value) for code in codes)
        said = f"no code given ({given}) is a usual reason for the drug; please check with the prescriber."
        return Finding(RuleOutcome.ABNORMAL, said, (*used, *codes))
    said = "a diagnosis code that is a usual reason for the drug was not surely found: please look."
    return Finding(RuleOutcome.NEEDS_REVIEW, said, (*used, *codes))


def check_allergies(rule: AllergyRule, case: Case) -> Finding:
    """No allergy is to what will be given."""
    order = case.order
    assert order is not None
    givens = _given(rule, order, case)
    allergies = [case.field(f"patient.allergies[{i}]") for i in range(len(case.referral.patient.allergies))]
    hits = [
        (all(case.is_sure(one.field) for one in (allergy, *given.used)), allergy, given)
        for allergy in allergies
        for given in givens
        if allergy.field.value is not None and _is_to(str(allergy.field.value), given)
    ]
    for is_sure, allergy, given in sorted(hits, key=lambda hit: not hit[0])[:1]:
        outcome = RuleOutcome.ABNORMAL if is_sure else RuleOutcome.NEEDS_REVIEW
        said = f"an allergy to {allergy.field.value} is stated and {given.name} is to be given; ask the prescriber."
        return Finding(outcome, said, (allergy, *given.used))
    used = tuple(one for given in givens for one in given.used)
    doubtful = tuple(one for one in (*allergies, *used) if not case.is_sure(one.field))
    count = case.field("lists.allergies")
    if rule.against == "premedications" and not case.is_complete("premedications"):
        doubtful = (*doubtful, case.field("lists.premedications"))
    if doubtful or not allergies or not case.is_complete("allergies"):
        said = "please check the list of allergies: not all of it was read with certainty."
        return Finding(RuleOutcome.NEEDS_REVIEW, said, (*allergies, count))
    return Finding(RuleOutcome.MET, "no stated allergy is to what will be given.", (*allergies, *used))


class _Given:
    """One thing that will be given: what it is called, the substances in it, and the field that says so."""

    def __init__(self, name: str, substances: Iterable[str], used: tuple[Used, ...]) -> None:
        self.name, self.substances, self.used = name, frozenset(substances), used


def _given(rule: AllergyRule, order: Order, case: Case) -> list[_Given]:
    drug = case.field("order.drug")
    if rule.against == "listed":
        return [_Given(one, {one}, (drug,)) for one in rule.allergens]
    if rule.against == "drug":
        name = order.drug.value or "the drug"
        return [_Given(name, {substance(name)}, (drug,))]
    used = [case.field(f"orders[{case.order_index}].premedications[{i}]") for i in range(len(order.premedications))]
    return [
        _Given(str(one.field.value), {substance(d.generic) for d in find_drugs(str(one.field.value))}, (one,))
        for one in used
    ]


def _is_to(allergen: str, given: _Given) -> bool:
    """Whether an allergen is, holds or is akin to what will be given."""
    if is_none_known(allergen):
        return False
    folded = plain_text(allergen)
    named = {substance(drug.generic) for drug in find_drugs(allergen) if drug.score > DOUBTFUL}
    akin = (
        allergy_family(allergen).union(*(allergy_family(drug) for drug in named)) if named else allergy_family(allergen)
    )
    return bool((akin | named) & given.substances) or any(plain_text(one) in folded for one in given.substances)


def check_duplicates(rule: DuplicateRule, case: Case) -> Finding:
    """No second drug of which one is given at a time is ordered, or was started and not stopped."""
    del rule
    used, order, unsure = _ordered(case, "order.drug")
    if unsure is not None:
        return unsure
    name = str(order.drug.value)
    others = [case.field(f"orders[{i}].drug") for i in range(len(case.referral.orders)) if i != case.order_index]
    for other in others:
        shared = shared_class(name, str(other.field.value)) if other.field.value is not None else None
        if shared is not None:
            outcome = RuleOutcome.ABNORMAL if case.is_sure(other.field) else RuleOutcome.NEEDS_REVIEW
            said = f"{name} and {other.field.value} are both ordered, and both are {shared.title}; ask the prescriber."
            return Finding(outcome, said, (*used, other))
    earlier: list[Used] = []
    for index, therapy in enumerate(case.referral.prior_therapies):
        drug, stop = case.field(f"prior_therapies[{index}].drug"), case.field(f"prior_therapies[{index}].stop")
        earlier.append(drug)
        shared = shared_class(name, therapy.drug.value) if therapy.drug.value is not None else None
        if shared is not None and not case.is_sure(stop.field):
            said = f"{therapy.drug.value} is also one of the {shared.title}: please check that it was stopped."
            return Finding(RuleOutcome.NEEDS_REVIEW, said, (*used, drug, stop))
    is_known = all(case.is_sure(one.field) for one in (*others, *earlier))
    if is_known and case.is_complete("orders") and case.is_complete("prior_therapies"):
        return Finding(
            RuleOutcome.MET, "no second drug of its kind is ordered or still taken.", (*used, *others, *earlier)
        )
    said = "not all orders and earlier therapies were read with certainty: please check that no second drug is given."
    return Finding(RuleOutcome.NEEDS_REVIEW, said, (*used, *others, *earlier))


def check_sex(rule: SexRule, case: Case) -> Finding:
    """Tests that only one sex has stand in the other's reports only where a page is somebody else's."""
    sex = case.field("patient.sex")
    tests = [case.field(f"labs[{index}].test") for index in range(len(case.referral.labs))]
    unread = tuple(test for test in tests if test.field.value is None and case.is_doubtful(test.field))
    if unread:
        return Finding(RuleOutcome.NEEDS_REVIEW, say_unsure(unread, RuleOutcome.UNREADABLE), unread)
    rows = [
        test
        for test in tests
        if isinstance(test.field.value, str) and (match := match_test(test.field.value)) is not None
        if {one.key for one in match.tests} & set(rule.tests)
    ]
    if not rows:
        return Finding(RuleOutcome.NOT_APPLICABLE, f"no test that only {rule.sex} patients have was found.", (sex,))
    if case.judge(sex.field) is not Certainty.SURE or not all(case.is_sure(row.field) for row in rows):
        said = f"there is a test that only {rule.sex} patients have: please check sex and test."
        return Finding(RuleOutcome.NEEDS_REVIEW, said, (sex, *rows))
    if sex.field.value == rule.sex:
        return Finding(RuleOutcome.MET, "the laboratory tests fit the patient's sex.", (sex, *rows))
    said = f"{rows[0].field.value} is a test that only {rule.sex} patients have; check whose report {rows[0].place} is."
    return Finding(RuleOutcome.ABNORMAL, said, (sex, *rows))


def _ordered(case: Case, *paths: str) -> tuple[tuple[Used, ...], Order, Finding | None]:
    """Fields of the order, the order, and what to say where they were not surely read."""
    order = case.order
    assert order is not None
    used = tuple(case.field(path) for path in paths)
    unsure = tuple(one for one in used if not case.is_sure(one.field))
    if not unsure and case.is_doubtful(order.brand):
        unsure = (case.field("order.brand"),)
    if not unsure:
        return used, order, None
    outcome = outcome_of(case.judge(one.field) for one in unsure)
    return used, order, Finding(outcome, say_unsure(unsure, outcome), used)


def _products(order: Order) -> tuple[Drug, ...]:
    """The products that an order may mean: those of its brand, else all that share its name."""
    found = products(order.drug.value or "")
    branded = tuple(product for product in found if order.brand.value in product.brands)
    return branded or tuple(product for product in found if product.infused) or found
