"""Diagnosis codes by the day of care: the record gets proposals, readiness asks, and nothing is replaced."""

from datetime import date

import pytest
from lemtrada_case import complete, found, judge, put, rule

from extractor.resolve.retired_codes import propose_successors
from models.record import Referral, RuleOutcome

TODAY = date(2026, 11, 23)


def with_code(code: str, words: str, start: str | None = None) -> Referral:
    referral = put(complete(), "diagnoses[0].code", found(code))
    referral = put(referral, "diagnoses[0].description", found(words))
    return referral if start is None else put(referral, "orders[0].start_date", found(start))


def test_a_retired_code_keeps_its_value_and_gets_its_successor_beside_it() -> None:
    before = with_code("G35", "RRMS", "2026-12-01")
    code = propose_successors(before, TODAY).diagnoses[0].code
    assert (code.value, code.state) == ("G35", before.diagnoses[0].code.state)
    assert code.alternatives[0].value == "G35.A"
    assert code.reasons[-1].code == "code_retired"
    assert code.reasons[-1].text.endswith("by the words beside it (relapsing, remitting) it is G35.A now")


@pytest.mark.parametrize(
    ("code", "words", "start", "outcome"),
    [
        ("G35.A", "RRMS", "2026-12-01", RuleOutcome.MET),
        ("G35", "RRMS", "2026-12-01", RuleOutcome.NEEDS_REVIEW),
        ("G35.C", "SPMS", "2026-12-01", RuleOutcome.NEEDS_REVIEW),
        ("G35.Z", "RRMS", "2026-12-01", RuleOutcome.NEEDS_REVIEW),
    ],
)
def test_readiness_asks_about_codes_that_no_claim_may_hold(
    code: str, words: str, start: str, outcome: RuleOutcome
) -> None:
    assert rule(judge(with_code(code, words, start)), "code_in_force").result is outcome


def test_the_day_of_care_decides() -> None:
    referral = with_code("G35", "RRMS", "2025-09-15")
    assert propose_successors(referral, TODAY) == referral
    assert rule(judge(referral, date(2025, 9, 10)), "code_in_force").result is RuleOutcome.MET
    assert "G35.A" in rule(judge(with_code("G35", "RRMS")), "code_in_force").message
