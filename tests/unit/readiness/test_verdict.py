"""What all rules come to: several orders, unknown drugs, lost pages, other days, and the checks that only advise."""

from datetime import UTC, date, datetime

import pytest
from lemtrada_case import (
    DOCUMENT,
    LABS,
    MISSING_PAGE,
    TODAY,
    add,
    complete,
    found,
    judge,
    lab,
    put,
    put_list,
    rule,
    therapy,
    with_counts,
)

from extractor.knowledge.protocols import Protocol, ProtocolBook, load_protocols
from extractor.readiness import add_readiness
from models.record import (
    Extraction,
    Failure,
    PageStatus,
    PageType,
    Quality,
    Referral,
    ReferralKind,
    RuleOutcome,
    Severity,
    Software,
    State,
    Status,
    Text,
    Verdict,
)

MET, MISSING, EXPIRED, ABNORMAL, REVIEW, NONE = (
    RuleOutcome(name) for name in ("met", "missing", "expired", "abnormal", "needs_review", "not_applicable")
)


def order_of(drug: str, dose: str, frequency: str, **leaves: object) -> Referral:
    """The complete referral with another drug ordered."""
    said = {"drug": drug, "dose": dose, "frequency": frequency, **leaves}
    order = {
        **complete().model_dump()["orders"][0],
        "brand": {},
        "course": {},
        **{k: found(v) for k, v in said.items()},
    }
    return with_counts(put_list(complete(), "orders", [order]))


def test_pages_that_are_missing_are_never_ready_and_a_repeated_one_may_be() -> None:
    readiness = judge(complete(), failures=(MISSING_PAGE,))
    assert (rule(readiness, "all_pages").result, readiness.verdict) == (REVIEW, Verdict.NEEDS_REVIEW)
    assert MISSING_PAGE.message in rule(readiness, "all_pages").message
    lost = Failure(stage="read", code="page_timeout", page_no=3, message="The page took too long: send it again.")
    assert rule(judge(complete(), failures=(lost,)), "all_pages").evidence[0].page_no == 3
    repeated = Failure(stage="packet", code="pages_repeated", page_no=3, message="It repeats page 2.")
    assert judge(complete(), failures=(repeated,)).verdict is Verdict.READY


def test_a_drug_without_a_protocol_needs_a_person() -> None:
    for referral in (
        order_of("vancomycin", "1 g", "daily"),
        order_of("zoledronic acid", "5 mg", "once yearly"),
        order_of("infliximab-dyyb", "120 mg", "every 2 weeks", brand="Zymfentra"),
    ):
        readiness = judge(referral)
        assert (rule(readiness, "protocol").result, readiness.verdict) == (REVIEW, Verdict.NEEDS_REVIEW)
    assert (
        "more than one protocol" in rule(judge(order_of("zoledronic acid", "5 mg", "once yearly")), "protocol").message
    )


def test_a_drug_of_whose_rules_none_is_verified_needs_a_person() -> None:
    def doubted(protocol: Protocol) -> Protocol:
        rules = tuple(one.model_copy(update={"verified": False}) for one in protocol.rules)
        return protocol if protocol.protocol != "belimumab" else protocol.model_copy(update={"rules": rules})

    book = ProtocolBook(protocols=tuple(doubted(one) for one in load_protocols().protocols))
    referral = order_of("belimumab", "10 mg/kg", "every 4 weeks")
    assert rule(judge(referral), "protocol").result is MET
    readiness = judge(referral, book=book)
    assert (rule(readiness, "protocol").result, readiness.verdict) == (REVIEW, Verdict.NEEDS_REVIEW)
    assert "verified" in rule(readiness, "protocol").message


def test_the_drug_or_its_product_in_doubt() -> None:
    for path in ("drug", "brand"):
        field = {**found("Lemtrada" if path == "brand" else "alemtuzumab"), "state": State.NEEDS_REVIEW}
        readiness = judge(put(complete(), f"orders[0].{path}", field))
        assert rule(readiness, "protocol").result is REVIEW
        assert rule(readiness, "hiv").result is MET, "what the protocol asks is still told"
        assert readiness.verdict is Verdict.NEEDS_REVIEW
    unnamed = judge(put(complete(), "orders[0].drug", Text(state=State.BLANK)))
    assert (rule(unnamed, "protocol").result, unnamed.verdict) == (MISSING, Verdict.INCOMPLETE)
    unread = judge(put(complete(), "orders[0].drug", Text(state=State.ILLEGIBLE)))
    assert rule(unread, "protocol").result is RuleOutcome.UNREADABLE


def test_several_orders_are_judged_each_and_the_worst_counts() -> None:
    first = complete().model_dump()["orders"][0]
    other = {**first, "drug": found("pegloticase"), "brand": found("Krystexxa"), "course": {}}
    other |= {"dose": found("8 mg"), "frequency": found("every 2 weeks")}
    readiness = judge(with_counts(put_list(complete(), "orders", [first, other])))
    assert {r.order_index for r in readiness.rules if r.protocol == "alemtuzumab"} == {0}
    assert {r.order_index for r in readiness.rules if r.protocol == "pegloticase"} == {1}
    assert {r.order_index for r in readiness.rules if r.id == "order_date"} == {0, 1}
    assert {r.order_index for r in readiness.rules if r.id == "patient_name"} == {None}
    assert rule(readiness, "g6pd").result is MISSING
    assert readiness.verdict is Verdict.INCOMPLETE


def test_no_order_at_all() -> None:
    none = with_counts(put_list(complete(), "orders", []))
    assert (rule(judge(none), "order").result, judge(none).verdict) == (MISSING, Verdict.INCOMPLETE)
    unsure = put(none, "lists.orders", {"state": State.NEEDS_REVIEW})
    assert rule(judge(unsure), "order").result is REVIEW
    supplement = none.model_copy(update={"kind": ReferralKind.SUPPLEMENT})
    readiness = judge(supplement)
    assert readiness.verdict is Verdict.NEEDS_REVIEW
    assert [r.id for r in readiness.rules] == ["all_pages", "order"]


def test_the_clinical_note_by_the_kind_of_its_page() -> None:
    def judged(**changes: object) -> RuleOutcome:
        note = DOCUMENT.pages[1].model_copy(update=changes)
        pages = (DOCUMENT.pages[0], note, DOCUMENT.pages[2])
        return rule(judge(complete(), document=DOCUMENT.model_copy(update={"pages": pages})), "clinical_note").result

    assert judged() is MET
    assert judged(quality=Quality.STANDARD_FAX) is REVIEW
    assert judged(type=PageType.LAB_REPORT) is MISSING
    assert judged(type=PageType.OTHER) is REVIEW
    assert judged(type=PageType.LAB_REPORT, quality=Quality.DEGRADED) is REVIEW
    assert judged(status=PageStatus.FAILED) is REVIEW
    assert rule(judge(complete().model_copy(update={"pages": (1, 3)})), "clinical_note").result is MISSING


def test_the_order_itself_names_the_patient() -> None:
    elsewhere = put(complete(), "patient.date_of_birth", found("1988-02-03", page=2))
    assert rule(judge(elsewhere), "date_of_birth").result is MET
    assert rule(judge(elsewhere), "patient_on_order").result is REVIEW
    also = {**found("1988-02-03", page=2), "evidence": [{"page_no": 1, "source": "embedded"}]}
    assert rule(judge(put(complete(), "patient.date_of_birth", also)), "patient_on_order").result is MET


def test_an_old_order_and_one_of_tomorrow() -> None:
    assert rule(judge(put(complete(), "orders[0].date", found("2025-11-30"))), "order_age").result is MET
    assert rule(judge(put(complete(), "orders[0].date", found("2025-11-29"))), "order_age").result is EXPIRED
    tomorrow = judge(put(complete(), "orders[0].date", found("2026-11-23")))
    assert rule(tomorrow, "order_age").result is REVIEW
    assert tomorrow.valid_until == date(2026, 11, 23)


def test_recent_results_of_any_kind() -> None:
    none = with_counts(put_list(complete(), "labs", []))
    assert rule(judge(none), "recent_labs").result is MISSING
    old = with_counts(put_list(complete(), "labs", [lab("creatinine", "2025-01-05")]))
    assert rule(judge(old), "recent_labs").result is EXPIRED


@pytest.mark.parametrize(
    ("allergy", "drug_outcome", "premedication_outcome"),
    [
        ("penicillin", MET, MET),
        ("NKDA", MET, MET),
        ("Lemtrada", ABNORMAL, MET),
        ("alemtuzumab", ABNORMAL, MET),
        ("methylprednisolone", MET, ABNORMAL),
        ("Solu-Medrol", MET, ABNORMAL),
        ("steroids", MET, ABNORMAL),
    ],
)
def test_allergies_against_what_will_be_given(
    allergy: str, drug_outcome: RuleOutcome, premedication_outcome: RuleOutcome
) -> None:
    referral = put(complete(), "patient.allergies[0]", found(allergy))
    readiness = judge(referral)
    assert rule(readiness, "drug_allergy").result is drug_outcome
    assert rule(readiness, "premedication_allergy").result is premedication_outcome
    assert rule(readiness, "drug_allergy").severity is Severity.ADVISORY
    unsure = put(referral, "lists.allergies", {**found(1), "state": State.NEEDS_REVIEW})
    expected = {MET: REVIEW, ABNORMAL: ABNORMAL}
    assert rule(judge(unsure), "drug_allergy").result is expected[drug_outcome]
    assert rule(judge(with_counts(put_list(complete(), "patient.allergies", []))), "drug_allergy").result is REVIEW


def test_an_allergy_to_an_iron_is_told_for_every_iron() -> None:
    referral = put(order_of("ferumoxytol", "510 mg", "day 1 and day 8"), "patient.allergies[0]", found("Venofer"))
    assert rule(judge(referral), "drug_allergy").result is ABNORMAL
    mouse = put(order_of("infliximab", "5 mg/kg", "every 8 weeks"), "patient.allergies[0]", found("mouse proteins"))
    assert rule(judge(mouse), "murine_proteins").result is ABNORMAL


@pytest.mark.parametrize(
    ("drug", "dose", "weight", "outcome"),
    [
        ("infliximab", "5 mg/kg", None, MET),
        ("infliximab", "350 mg", 70.0, MET),
        ("infliximab", "400 mg", 74.0, MET),
        ("infliximab", "900 mg", 70.0, ABNORMAL),
        ("infliximab", "350 mg", None, REVIEW),
        ("immune globulin", "400 mg/kg", None, MET),
        ("ocrelizumab", "60 mg", 70.0, ABNORMAL),
        ("abatacept", "750 mg", 70.0, MET),
    ],
)
def test_a_dose_against_the_usual_ones_and_the_weight(
    drug: str, dose: str, weight: float | None, outcome: RuleOutcome
) -> None:
    referral = order_of(drug, dose, "every 4 weeks")
    referral = put(referral, "patient.weight_kg", found(weight) if weight else {"state": State.NOT_ON_FORM})
    result = rule(judge(referral), "usual_dose")
    assert (result.result, result.severity) == (outcome, Severity.ADVISORY)


@pytest.mark.parametrize(
    ("weight", "dose", "outcome"),
    [
        (59.9, "500 mg", MET),
        (60.0, "500 mg", ABNORMAL),
        (100.0, "750 mg", MET),
        (100.1, "1000 mg", MET),
        (None, "750 mg", REVIEW),
    ],
)
def test_a_dose_by_weight_bands(weight: float | None, dose: str, outcome: RuleOutcome) -> None:
    referral = order_of("abatacept", dose, "every 4 weeks")
    referral = put(referral, "patient.weight_kg", found(weight) if weight else {"state": State.NOT_ON_FORM})
    assert rule(judge(referral), "regimen").result is outcome


def test_a_dose_by_surface() -> None:
    referral = put(order_of("rituximab", "675 mg", "weekly x 4 weeks"), "patient.height_cm", found(170.0))
    # 70 kg and 170 cm are 1.82 m2 (Mosteller): 375 mg/m2 are 682 mg.
    assert rule(judge(referral), "regimen").result is MET
    assert rule(judge(put(referral, "patient.height_cm", {})), "regimen").result is REVIEW


def test_a_diagnosis_against_the_usual_reasons() -> None:
    other = put(put(complete(), "diagnoses[0].code", found("M05.79")), "diagnoses[0].description", {})
    assert rule(judge(other), "usual_indication").result is ABNORMAL
    unsure = put(other, "lists.diagnoses", {**found(1), "state": State.NEEDS_REVIEW})
    assert rule(judge(unsure), "usual_indication").result is REVIEW


def test_a_second_drug_of_the_same_kind() -> None:
    assert rule(judge(complete()), "second_drug").result is MET
    first = complete().model_dump()["orders"][0]
    second = {**first, "drug": found("ocrelizumab"), "brand": found("Ocrevus")}
    both = with_counts(put_list(complete(), "orders", [first, second]))
    assert {r.result for r in judge(both).rules if r.id == "second_drug"} == {ABNORMAL}
    loading = with_counts(put_list(complete(), "orders", [first, first]))
    assert {r.result for r in judge(loading).rules if r.id == "second_drug"} == {MET}
    ongoing = add(complete(), "prior_therapies", {**therapy("fingolimod", "stable"), "stop": {"state": State.BLANK}})
    assert rule(judge(ongoing), "second_drug").result is REVIEW


@pytest.mark.parametrize(
    ("sex", "born", "result", "outcome"),
    [
        ("female", "1988-02-03", "negative", MET),
        ("female", "1988-02-03", "positive", ABNORMAL),
        ("female", "1988-02-03", None, MISSING),
        ("female", "1950-02-03", None, NONE),
        ("male", "1988-02-03", None, NONE),
        ("unknown", "1988-02-03", None, REVIEW),
        ("unknown", "1988-02-03", "negative", REVIEW),
    ],
)
def test_a_pregnancy_test_by_sex_and_age(sex: str, born: str, result: str | None, outcome: RuleOutcome) -> None:
    referral = order_of("denosumab", "60 mg", "every 6 months", brand="Prolia")
    referral = put(put(referral, "patient.sex", found(sex)), "patient.date_of_birth", found(born))
    if result is not None:
        row = {**lab("hiv"), "test": found("hCG, Urine", 3), "result": found(result, 3)}
        referral = add(referral, "labs", row)
    assert rule(judge(referral), "pregnancy").result is outcome


def test_a_pregnancy_test_of_a_man_is_somebody_elses() -> None:
    row = {**lab("hiv"), "test": found("hCG, Urine", 3), "result": found("negative", 3)}
    referral = add(complete(), "labs", row)
    assert rule(judge(referral), "tests_fit_sex").result is MET
    assert rule(judge(put(referral, "patient.sex", found("male"))), "tests_fit_sex").result is ABNORMAL


@pytest.mark.parametrize(
    ("result", "limits", "flag", "outcome"),
    [
        ("9.4", "8.6-10.3", None, MET),
        ("8.1", "8.6-10.3", "L", ABNORMAL),
        ("8.1", "8.6-10.3", None, ABNORMAL),
        ("8.1", None, "L", ABNORMAL),
        ("8.1", None, None, REVIEW),
        ("8.1", "8.6-10.3", "H", REVIEW),
        ("11.2", "8.6-10.3", "H", MET),
    ],
)
def test_a_result_by_its_reference_range_and_flag(
    result: str, limits: str | None, flag: str | None, outcome: RuleOutcome
) -> None:
    said = {"test": "Calcium", "result": result, "reference_range": limits, "flag": flag, "unit": "mg/dL"}
    row = {**lab("creatinine"), **{leaf: found(value, 3) for leaf, value in said.items() if value is not None}}
    referral = add(order_of("denosumab", "60 mg", "every 6 months", brand="Prolia"), "labs", row)
    assert rule(judge(referral), "calcium").result is outcome


@pytest.mark.parametrize(("count", "outcome"), [("100", MET), ("99", ABNORMAL), (">150", MET), ("<100", REVIEW)])
def test_a_result_by_limits_of_the_protocol(count: str, outcome: RuleOutcome) -> None:
    referral = order_of("tocilizumab", "8 mg/kg", "every 4 weeks")
    spoiled = put(referral, f"labs[{LABS['platelets']}].result", found(count, 3))
    assert rule(judge(spoiled), "platelets").result is outcome
    later = add(spoiled, "labs", lab("platelets", "2026-11-21"))
    assert rule(judge(later), "platelets").result is MET, "only the latest counts here"


def test_a_birthday_may_change_the_verdict() -> None:
    referral = order_of("denosumab", "60 mg", "every 6 months", brand="Prolia")
    readiness = judge(put(referral, "patient.date_of_birth", found("1970-12-01")))
    assert rule(readiness, "pregnancy").result is MISSING
    assert readiness.valid_until == date(2026, 12, 1)


def test_a_record_is_judged_again_on_another_day_and_nothing_else_changes() -> None:
    extraction = Extraction(
        document=DOCUMENT, status=Status.COMPLETE, software=Software(version="0"), referrals=(complete(), complete())
    )
    judged = add_readiness(extraction, TODAY, load_protocols())
    assert [r.readiness.verdict for r in judged.referrals if r.readiness] == [Verdict.READY, Verdict.READY]
    later = add_readiness(judged, date(2027, 3, 1), load_protocols())
    assert later.referrals[0].readiness is not None
    assert later.referrals[0].readiness.verdict is Verdict.INCOMPLETE
    assert later.referrals[0].readiness.as_of == date(2027, 3, 1)
    assert later.referrals[0].model_copy(update={"readiness": None}) == complete()
    assert Extraction.model_validate_json(later.model_dump_json()) == later
    assert judged.referrals[0].created_at == datetime(2026, 11, 22, tzinfo=UTC)
