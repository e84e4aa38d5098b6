"""The Lemtrada rules that only advise: each met, and each way of not met; none of them changes the verdict."""

from datetime import date

import pytest
from lemtrada_case import add, complete, found, judge, put, put_list, rule, with_counts

from models.record import Referral, RuleOutcome, Severity, State, Verdict

TODAY = date(2026, 11, 22)
MET, MISSING, ABNORMAL, REVIEW = (
    RuleOutcome.MET,
    RuleOutcome.MISSING,
    RuleOutcome.ABNORMAL,
    RuleOutcome.NEEDS_REVIEW,
)


def surface_antigen(result: object, state: State = State.FOUND) -> Referral:
    row = {
        "test": found("Hepatitis B Surface Antigen", 3),
        "result": found(result, 3, state),
        "collected": found("2026-11-16", 3),
        "status": found("final", 3),
    }
    without = [one for one in complete().model_dump()["labs"] if one["test"]["value"] != "HBsAg"]
    return add(with_counts(put_list(complete(), "labs", without)), "labs", row)


def premedicated(*drugs: str) -> Referral:
    order = {**complete().model_dump()["orders"][0], "premedications": tuple(found(drug) for drug in drugs)}
    return with_counts(put_list(complete(), "orders", [order]))


def born(day: str) -> Referral:
    return put(complete(), "patient.date_of_birth", found(day))


@pytest.mark.parametrize(
    ("name", "referral", "outcome"),
    [
        ("hepatitis_b", surface_antigen("Non-reactive"), MET),
        ("hepatitis_b", surface_antigen("Reactive"), ABNORMAL),
        ("hepatitis_b", surface_antigen("Non-reactive", State.NEEDS_REVIEW), REVIEW),
        ("premedication", premedicated("methylprednisolone 1000 mg IV"), MET),
        ("premedication", premedicated("Solu-Medrol 1 g IV"), MET),
        ("premedication", premedicated("acetaminophen 650 mg PO"), MISSING),
        ("premedication", premedicated(), MISSING),
        ("age", born("2009-11-22"), MET),
        ("age", born("2009-11-23"), ABNORMAL),
    ],
)
def test_advice(name: str, referral: Referral, outcome: RuleOutcome) -> None:
    result = rule(judge(referral, TODAY), name)
    assert (result.result, result.severity) == (outcome, Severity.ADVISORY)
    assert judge(referral, TODAY).verdict is not Verdict.INCOMPLETE
