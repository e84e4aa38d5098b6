"""Several orders, and days around the first infusion: what a nurse meets in one fax."""

from datetime import date

import pytest
from lemtrada_case import LABS, complete, found, judge, lab, put, put_list, rule, with_counts

from models.record import Referral, RuleOutcome, State

MET, EXPIRED, REVIEW, ABNORMAL = RuleOutcome.MET, RuleOutcome.EXPIRED, RuleOutcome.NEEDS_REVIEW, RuleOutcome.ABNORMAL


def infliximab(*orders: dict[str, object]) -> Referral:
    """Orders of one drug, one after the other."""
    first = {**complete().model_dump()["orders"][0], "drug": found("infliximab"), "brand": found("Remicade")}
    plain = {**first, "dose": found("5 mg/kg"), "course": {}}
    said = [{**plain, **{leaf: found(value) for leaf, value in order.items()}} for order in orders]
    return with_counts(put_list(complete(), "orders", said))


def test_induction_and_maintenance_are_two_orders_of_one_drug_and_no_second_drug() -> None:
    referral = infliximab(
        {"frequency": "weeks 0, 2, 6", "start_date": "2026-11-30"},
        {"frequency": "every 8 weeks", "start_date": "2027-03-08"},
    )
    readiness = judge(referral)
    for index in (0, 1):
        assert rule(readiness, "regimen", index).result is MET, rule(readiness, "regimen", index).message
        assert rule(readiness, "second_drug", index).result is MET
        assert rule(readiness, "protocol", index).result is MET
    wrong = infliximab({"frequency": "weeks 0, 2, 6"}, {"frequency": "every 8 weeks", "dose": "50 mg/kg"})
    assert rule(judge(wrong), "regimen", 0).result is MET
    assert rule(judge(wrong), "regimen", 1).result is ABNORMAL


def test_each_order_counts_its_days_from_its_own_start() -> None:
    referral = infliximab(
        {"frequency": "weeks 0, 2, 6", "start_date": "2026-11-30"},
        {"frequency": "every 8 weeks", "start_date": "2027-03-08"},
    )
    old = put(referral, f"labs[{LABS['tb']}].collected", found("2025-12-15", 3))
    readiness = judge(old)
    assert rule(readiness, "tb_recent", 0).result is MET
    assert rule(readiness, "tb_recent", 1).result is EXPIRED
    # What is asked of the referral as a whole counts from the first dose of all.
    assert rule(readiness, "recent_labs").result is MET


@pytest.mark.parametrize(
    ("as_of", "collected", "outcome"),
    [
        (date(2026, 11, 22), "2026-11-29", REVIEW),
        (date(2026, 11, 30), "2026-11-29", MET),
        (date(2026, 12, 5), "2026-12-02", MET),
        (date(2026, 12, 5), "2026-12-07", REVIEW),
        (date(2027, 1, 2), "2026-12-02", EXPIRED),
    ],
)
def test_a_result_around_the_start_date(as_of: date, collected: str, outcome: RuleOutcome) -> None:
    """The start date is 30 November: before it days count back from it, after it from the day of judging."""
    spoiled = put(complete(), f"labs[{LABS['thyroid']}].collected", found(collected, 3))
    result = rule(judge(spoiled, as_of), "thyroid")
    assert result.result is outcome, result.message


def test_two_drugs_with_one_start_date_in_doubt() -> None:
    first = complete().model_dump()["orders"][0]
    other = {**first, "drug": found("pegloticase"), "brand": found("Krystexxa"), "course": {}}
    other |= {"dose": found("8 mg"), "frequency": found("every 2 weeks")}
    other |= {"start_date": {**found("2027-05-01"), "state": State.NEEDS_REVIEW}}
    readiness = judge(with_counts(put_list(complete(), "orders", [first, other])))
    assert rule(readiness, "thyroid", 0).result is MET, "the other order's date is not this one's"
    assert rule(readiness, "recent_labs").result is REVIEW, "which day is the first is not known"


def test_the_same_test_twice_is_judged_by_the_later_one() -> None:
    rows = [*complete().model_dump()["labs"], {**lab("creatinine", "2026-09-01")}]
    assert rule(judge(with_counts(put_list(complete(), "labs", rows))), "creatinine").result is MET
