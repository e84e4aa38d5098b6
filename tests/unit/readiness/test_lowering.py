"""Whatever is read less surely, no rule becomes met by it, and no verdict better."""

from collections.abc import Callable
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from lemtrada_case import (
    LABS,
    MISSING_PAGE,
    add,
    complete,
    found,
    judge,
    lab,
    lowered,
    put,
    put_list,
    therapy,
    with_counts,
)

from models.record import Readiness, Referral, RuleOutcome, State, Verdict
from models.record.field import HAS_VALUE
from models.record.paths import walk_fields

LOWER = (State.NEEDS_REVIEW, State.CONFLICTING, State.ILLEGIBLE)


def _row(name: str, **leaves: object) -> dict[str, object]:
    return {**lab(name), **{leaf: found(value, 3) for leaf, value in leaves.items()}}


def _calcium(**leaves: object) -> dict[str, object]:
    return _row("creatinine", test="Calcium", result="7.9", reference_range="8.6-10.3", **leaves)


def _drug(drug: str, **leaves: object) -> Referral:
    referral = put(put(complete(), "orders[0].drug", found(drug)), "orders[0].brand", {"state": State.NOT_ON_FORM})
    for path, value in leaves.items():
        referral = put(referral, f"orders[0].{path}", found(value))
    return referral


def _second_course() -> Referral:
    referral = put(complete(), "orders[0].frequency", found("daily x 3 days"))
    referral = put(referral, "orders[0].course", found("second"))
    return put(referral, "orders[0].last_treatment_date", found("2026-06-01"))


def _two_orders() -> Referral:
    first = complete().model_dump()["orders"][0]
    other = {**first, "drug": found("ocrelizumab"), "brand": found("Ocrevus"), "dose": found("600 mg")}
    return with_counts(put_list(complete(), "orders", [first, other]))


SPOILED: dict[str, Callable[[], Referral]] = {
    "complete": complete,
    "positive": lambda: put(complete(), f"labs[{LABS['hiv']}].result", found("positive", 3)),
    "positive_before": lambda: add(complete(), "labs", _row("hiv", result="reactive", collected="2025-01-01")),
    "positive_later": lambda: add(complete(), "labs", _row("tb", result="positive", collected="2026-11-20")),
    "pending_later": lambda: add(complete(), "labs", _row("hepatitis_c", status="pending", collected="2026-11-20")),
    "cancelled": lambda: put(complete(), f"labs[{LABS['thyroid']}].status", found("cancelled", 3)),
    "preliminary": lambda: put(complete(), f"labs[{LABS['creatinine']}].status", found("preliminary", 3)),
    "expired": lambda: put(complete(), f"labs[{LABS['wbc']}].collected", found("2026-10-01", 3)),
    "expires_by_start": lambda: put(complete(), "orders[0].start_date", found("2027-03-01")),
    "other_code": lambda: put(complete(), f"labs[{LABS['wbc']}].loinc", found("5821-4", 3)),
    "other_unit": lambda: put(put(complete(), f"labs[{LABS['wbc']}].test", found("WBC", 3)),
                              f"labs[{LABS['wbc']}].unit", found("/[HPF]", 3)),
    "progressive": lambda: put(complete(), "diagnoses[0].description", found("Primary progressive MS")),
    "one_therapy": lambda: put(complete(), "prior_therapies[1].outcome", found("intolerance", 2)),
    "same_therapy": lambda: put(complete(), "prior_therapies[1].drug", found("glatiramer acetate", 2)),
    "too_soon": _second_course,
    "treated_before": lambda: put(complete(), "orders[0].last_treatment_date", found("2025-01-01")),
    "other_course": lambda: put(complete(), "orders[0].course", found("second")),
    "unsigned": lambda: put(complete(), "prescriber.signature_present", found(False)),
    "allergic": lambda: put(complete(), "patient.allergies[0]", found("Lemtrada")),
    "two_orders": _two_orders,
    "still_taken": lambda: put(complete(), "prior_therapies[1].stop", {"state": State.BLANK}),
    "zometa": lambda: put(_drug("zoledronic acid", dose="5 mg", frequency="once yearly"),
                          "orders[0].brand", found("Zometa")),
    "low_calcium": lambda: add(_drug("denosumab", brand="Prolia"), "labs", _calcium(flag="L")),
    "odd_calcium": lambda: add(_drug("denosumab", brand="Prolia"), "labs", _calcium(flag="H")),
    "unflagged_calcium": lambda: add(_drug("denosumab", brand="Prolia"), "labs", _calcium()),
    "pregnant": lambda: add(_drug("denosumab", brand="Prolia"), "labs",
                            _row("hiv", test="hCG, Urine", result="positive")),
    "male": lambda: put(_drug("denosumab", brand="Prolia"), "patient.sex", found("male")),
    "few_platelets": lambda: put(_drug("tocilizumab", dose="8 mg/kg", frequency="every 4 weeks"),
                                 f"labs[{LABS['platelets']}].result", found("80", 3)),
    "wrong_band": lambda: _drug("abatacept", dose="1000 mg", frequency="every 4 weeks"),
    "neuromyelitis": lambda: put(_drug("inebilizumab", dose="300 mg"), "diagnoses[0].code", found("G36.0")),
    "no_notes": lambda: with_counts(put_list(complete(), "prior_therapies", [therapy("methotrexate", "failed")])),
}  # fmt: skip


@cache
def _base(name: str) -> tuple[Referral, Readiness, tuple[str, ...]]:
    referral = SPOILED[name]()
    paths = tuple(path for path, field in walk_fields(referral) if field.state in HAS_VALUE)
    return referral, judge(referral), paths


def check_lowered(name: str, changes: list[tuple[str, State]], *, is_partial: bool = False) -> None:
    """Judge the referral with these fields lowered and compare with what it was."""
    referral, before, _ = _base(name)
    fields = dict(walk_fields(referral))
    for path, state in dict(changes).items():
        referral = put(referral, path, lowered(fields[path], state))
    after = judge(referral, failures=(MISSING_PAGE,) if is_partial else ())
    was = {(r.protocol, r.id, r.order_index): r.result for r in before.rules}
    for result in after.rules:
        key = (result.protocol, result.id, result.order_index)
        if result.result is RuleOutcome.MET:
            assert was.get(key, RuleOutcome.MET) is RuleOutcome.MET, (key, was[key], result.message, changes)
    assert before.verdict is Verdict.READY or after.verdict is not Verdict.READY, changes


@settings(max_examples=80, deadline=None, derandomize=True)
@given(data=st.data())
def test_lowering_fields_never_meets_a_rule(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SPOILED)))
    paths = st.sampled_from(_base(name)[2])
    changes = data.draw(st.lists(st.tuples(paths, st.sampled_from(LOWER)), min_size=1, max_size=4))
    check_lowered(name, changes, is_partial=data.draw(st.booleans()))


def test_a_lost_page_is_never_ready() -> None:
    assert judge(complete()).verdict is Verdict.READY
    assert judge(complete(), failures=(MISSING_PAGE,)).verdict is Verdict.NEEDS_REVIEW
