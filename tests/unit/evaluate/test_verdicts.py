"""Readiness of what was read beside readiness of what is true: what is a false met, and what only asks."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from extractor.evaluate.truth import Truth, load_truths
from extractor.evaluate.verdicts import RuleCase, compare_fax, make_tables, make_true
from extractor.knowledge.protocols import load_protocols
from models.record import (
    Document,
    Extraction,
    Page,
    PageType,
    Quality,
    Referral,
    RuleOutcome,
    Severity,
    Software,
    State,
    Status,
)
from models.record.difference import changes

TODAY = date(2026, 11, 23)
PART = {
    "kind": "referral",
    "pages": [1],
    "patient": {"first_name": "Ana", "last_name": "Bell", "allergies": ["Sulfa"], "address": {"state": "CO"}},
    "orders": [{"drug": "lecanemab", "dose": None}],
    "lists": {"orders": 1},
}


@pytest.fixture
def truth(tmp_path: Path) -> Truth:
    (tmp_path / "one.tif").write_bytes(b"II*\0")
    told = {"document": {"pages": [{"page_no": 1, "type": "order", "quality": "digital"}]}, "referrals": [PART]}
    (tmp_path / "one.truth.json").write_text(json.dumps(told), encoding="utf-8")
    (loaded,) = load_truths(tmp_path)
    return loaded


def read(*referrals: Referral) -> Extraction:
    return Extraction(
        document=Document(
            sha256=None,
            filename="one.tif",
            media_type=None,
            pages=(Page(page_no=1, type=PageType.ORDER, quality=Quality.DIGITAL),),
        ),
        status=Status.COMPLETE,
        software=Software(version="1"),
        referrals=referrals,
    )


def cases_of(truth: Truth, *referrals: Referral) -> dict[str, RuleCase]:
    return {case.rule: case for case in compare_fax(truth, read(*referrals), load_protocols(), TODAY)}


def test_a_truth_becomes_a_record_in_which_all_is_sure() -> None:
    made = make_true(PART)
    assert made.created_at == datetime(2000, 1, 1, tzinfo=UTC)
    assert (made.patient.address.state.value, made.patient.allergies[0].state) == ("CO", State.FOUND)
    assert (made.orders[0].dose.state, made.lists.orders.value) == (State.BLANK, 1)
    assert not tuple(changes(made, make_true(PART)))


def test_what_is_read_as_it_is_differs_nowhere_and_what_is_made_up_is_a_false_met(truth: Truth) -> None:
    same = cases_of(truth, make_true(PART))
    assert all(case.read is case.true for case in same.values())
    assert not any(case.is_false_met for case in same.values())
    wrong = make_true({**PART, "orders": [{"drug": "lecanemab", "dose": "10 mg/kg", "frequency": "every 2 weeks"}]})
    found = cases_of(truth, wrong)
    assert found["dose_and_frequency"].is_false_met
    assert found["dose_and_frequency"].kind == "field"


def test_another_drug_leaves_its_rules_out_and_a_doubt_asks(truth: Truth) -> None:
    found = cases_of(truth, make_true({**PART, "orders": [{"drug": "donanemab", "dose": None}]}))
    assert found["amyloid"].read is None
    doubt = make_true(PART)
    first = doubt.patient.first_name.model_copy(update={"state": State.NEEDS_REVIEW})
    asked = cases_of(
        truth, doubt.model_copy(update={"patient": doubt.patient.model_copy(update={"first_name": first})})
    )
    assert asked["patient_name"].is_asked
    assert not asked["patient_name"].is_false_met
    assert all(case.read is None for case in cases_of(truth).values())


def test_the_tables_count_each_kind_and_tier_and_the_verdict_apart(truth: Truth) -> None:
    made_up = make_true({**PART, "orders": [{"drug": "lecanemab", "dose": "10 mg/kg", "frequency": "every 2 weeks"}]})
    by_kind, by_tier = make_tables(cases_of(truth, made_up).values())
    rows = {row[0]: row[1:] for row in by_kind.rows}
    whole = {"all rules", "required rules", "verdict (met: ready)"}
    for counted in ([rows[name] for name in rows if name not in whole], [row[1:] for row in by_tier.rows]):
        for place in (*range(7), 9, 10):
            assert sum(int(row[place]) for row in counted) == int(rows["all rules"][place])
    assert [row[0] for row in by_tier.rows] == ["digital"]
    assert int(rows["field"][6]) >= 1
    assert rows["verdict (met: ready)"][0] == "1"


def test_what_is_falsely_not_needed_counts_as_met_and_what_is_falsely_missing_apart() -> None:
    def case(true: RuleOutcome, read: RuleOutcome) -> RuleCase:
        return RuleCase("a", "digital", "lab", "tb", Severity.REQUIRED, true, read)

    met, none, missing = RuleOutcome.MET, RuleOutcome.NOT_APPLICABLE, RuleOutcome.MISSING
    assert case(missing, none).is_false_met and case(none, met).is_false_met
    assert not case(met, none).is_false_met and not case(met, met).is_false_met
    assert case(met, RuleOutcome.EXPIRED).is_false_missing and not case(RuleOutcome.PENDING, missing).is_false_missing
    (row, *_) = next(make_tables([case(missing, none), *[case(met, met)] * 9, *[case(none, none)] * 90])).rows
    assert row[7:10] == ("1", "10.00 %", "39.42 %"), "what is rightly not needed is not among those said to be met"


def test_a_page_of_nobody_is_no_page_of_the_patient(truth: Truth) -> None:
    true = make_true({**PART, "patient": {"last_name": "Bell"}, "pages": [1, 2]})
    assert {place.page_no for place in true.patient.last_name.evidence} == {1, 2}
    assert make_true(PART, {"orders[0].drug": truth.marks[0].places.get("x", ())}).orders[0].drug.evidence == ()
