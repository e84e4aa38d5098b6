"""Lemtrada, the reference case: each rule met, and each way in which it is not."""

from datetime import date

import pytest
from lemtrada_case import (
    LABS,
    MISSING_PAGE,
    START,
    TODAY,
    add,
    complete,
    found,
    judge,
    lab,
    lowered,
    put,
    put_list,
    rule,
    therapy,
    with_counts,
)

from models.record import Referral, RuleOutcome, Severity, State, Text, Verdict

MET, MISSING, EXPIRED, ABNORMAL, PENDING, UNREADABLE, REVIEW, NONE = (
    RuleOutcome(name)
    for name in (
        "met",
        "missing",
        "expired",
        "abnormal",
        "pending",
        "unreadable",
        "needs_review",
        "not_applicable",
    )
)
COMMON = {
    "patient_name": ("patient.first_name", "patient.last_name"),
    "date_of_birth": ("patient.date_of_birth",),
    "patient_address": tuple(f"patient.address.{leaf}" for leaf in ("line1", "city", "state", "postal_code")),
    "insurance": ("coverages[0].payer", "coverages[0].member_id"),
    "prescriber_name": ("prescriber.first_name", "prescriber.last_name"),
    "prescriber_npi": ("prescriber.npi",),
    "office_address": tuple(f"prescriber.address.{leaf}" for leaf in ("line1", "city", "state", "postal_code")),
    "office_phone": ("prescriber.phone",),
    "office_fax": ("prescriber.fax",),
    "signature": ("prescriber.signature_present",),
    "order_date": ("orders[0].date",),
    "dose_and_frequency": ("orders[0].dose", "orders[0].frequency"),
}
TESTS = {
    "tb": ("tb",),
    "hiv": ("hiv",),
    "hepatitis_c": ("hepatitis_c",),
    "cbc": ("wbc", "hemoglobin", "platelets", "neutrophils", "lymphocytes"),
    "creatinine": ("creatinine",),
    "urinalysis": ("ua_wbc", "ua_rbc"),
    "thyroid": ("thyroid",),
}
ROWS = [(name, row) for name, rows in TESTS.items() for row in rows]
SCREENS = ["tb", "hiv", "hepatitis_c"]
DAYS = dict.fromkeys(TESTS, 30) | dict.fromkeys(SCREENS, 365)


def field_at(referral: Referral, path: str) -> Text:
    value: object = referral
    for key in path.replace("[", ".").replace("]", "").split("."):
        value = value[int(key)] if key.isdigit() else getattr(value, key)  # type: ignore[index]
    assert isinstance(value, Text) or hasattr(value, "state")
    return value  # type: ignore[return-value]


def test_the_complete_referral_is_ready_and_says_until_when() -> None:
    readiness = judge(complete())
    required = [r for r in readiness.rules if r.severity is Severity.REQUIRED and r.id != "npi_registered"]
    assert {r.result for r in required} == {MET}
    assert {r.id for r in required} >= {*COMMON, *TESTS, "relapsing_ms", "two_ms_drugs", "regimen", "clinical_note"}
    assert readiness.verdict is Verdict.READY
    # Collected on 16 November, within 30 days: on 17 December it is 31 days old.
    assert readiness.valid_until == date(2026, 12, 17)
    assert judge(complete(), date(2026, 12, 16)).verdict is Verdict.READY
    assert judge(complete(), date(2026, 12, 17)).verdict is Verdict.INCOMPLETE


@pytest.mark.parametrize(("name", "path"), [(name, path) for name, paths in COMMON.items() for path in paths])
def test_a_common_field_that_is_not_there_is_missing_and_one_in_doubt_goes_to_a_person(name: str, path: str) -> None:
    field = field_at(complete(), path)
    blank = field.model_copy(update={"value": None, "confidence": None, "state": State.BLANK})
    for spoiled, outcome, verdict in (
        (blank, MISSING, Verdict.INCOMPLETE),
        (lowered(field, State.NEEDS_REVIEW), REVIEW, Verdict.NEEDS_REVIEW),
        (lowered(field, State.CONFLICTING), REVIEW, Verdict.NEEDS_REVIEW),
        (lowered(field, State.ILLEGIBLE), UNREADABLE, Verdict.NEEDS_REVIEW),
        (field.model_copy(update={"state": State.CONFIRMED}), MET, Verdict.READY),
    ):
        readiness = judge(put(complete(), path, spoiled))
        result = rule(readiness, name)
        assert (result.result, readiness.verdict) == (outcome, verdict), (path, spoiled.state, result.message)
        assert result.message.endswith(".")
    readiness = judge(put(complete(), path, blank), failures=(MISSING_PAGE,))
    assert rule(readiness, name).result is REVIEW, "what is missing may stand on the page that did not come"


def test_an_unsigned_order_is_missing_its_signature() -> None:
    readiness = judge(put(complete(), "prescriber.signature_present", found(False)))
    assert rule(readiness, "signature").result is MISSING
    assert readiness.verdict is Verdict.INCOMPLETE


def test_one_phone_is_required_and_the_other_advises() -> None:
    one = put(complete(), "patient.home_phone", Text(state=State.BLANK))
    readiness = judge(one)
    assert rule(readiness, "patient_phone").result is MET
    assert (rule(readiness, "both_phones").result, rule(readiness, "both_phones").severity) == (MISSING, "advisory")
    assert readiness.verdict is Verdict.READY
    none = put(one, "patient.mobile_phone", Text(state=State.BLANK))
    assert rule(judge(none), "patient_phone").result is MISSING
    assert (
        rule(judge(put(one, "patient.mobile_phone", Text(state=State.ILLEGIBLE))), "patient_phone").result is UNREADABLE
    )


def test_the_evidence_says_where_the_fields_stand() -> None:
    (place,) = rule(judge(complete()), "prescriber_npi").evidence
    assert (place.path, place.page_no, place.bbox) == ("prescriber.npi", 1, (72.0, 72.0, 144.0, 84.0))
    hiv = rule(judge(complete()), "hiv").evidence
    assert {one.path for one in hiv} == {f"labs[{LABS['hiv']}].{leaf}" for leaf in ("test", "result", "collected")}
    note = rule(judge(complete()), "clinical_note").evidence
    assert [(one.path, one.page_no) for one in note] == [("document.pages[1]", 2)]


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_a_test_that_is_not_there_is_missing_only_if_all_rows_are_known(name: str, row: str) -> None:
    without = put(complete(), f"labs[{LABS[row]}]", None)
    assert rule(judge(without), name).result is MISSING
    assert judge(without).verdict is Verdict.INCOMPLETE
    unsure = put(without, "lists.labs", lowered(without.lists.labs, State.NEEDS_REVIEW))
    assert rule(judge(unsure), name).result is REVIEW
    miscounted = put(without, "lists.labs", found(len(without.labs) + 1))
    assert rule(judge(miscounted), name).result is REVIEW
    unreadable = put(without, "lists.labs", lowered(without.lists.labs, State.ILLEGIBLE))
    assert rule(judge(unreadable), name).result is UNREADABLE


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_a_test_that_is_too_old_is_expired_with_days_and_anchor(name: str, row: str) -> None:
    path = f"labs[{LABS[row]}].collected"
    start = date.fromisoformat(START)
    last = date.fromordinal(start.toordinal() - DAYS[name])
    assert rule(judge(put(complete(), path, found(last.isoformat()))), name).result is MET
    old = date.fromordinal(last.toordinal() - 1)
    readiness = judge(put(complete(), path, found(old.isoformat())))
    result = rule(readiness, name)
    assert (result.result, readiness.verdict) == (EXPIRED, Verdict.INCOMPLETE)
    assert f"{DAYS[name] + 1} days before the start date {START}" in result.message
    assert f"{DAYS[name]} days at most" in result.message


def test_without_a_start_date_time_counts_from_the_day_of_judging() -> None:
    referral = put(complete(), "orders[0].start_date", Text(state=State.BLANK))
    day = date.fromordinal(TODAY.toordinal() - 31).isoformat()
    readiness = judge(put(referral, f"labs[{LABS['thyroid']}].collected", found(day)))
    assert rule(readiness, "thyroid").result is EXPIRED
    assert "31 days before today (2026-11-22)" in rule(readiness, "thyroid").message


@pytest.mark.parametrize("state", [State.NEEDS_REVIEW, State.CONFLICTING, State.ILLEGIBLE])
def test_a_start_date_in_doubt_leaves_every_time_rule_to_a_person(state: State) -> None:
    referral = complete()
    readiness = judge(put(referral, "orders[0].start_date", lowered(referral.orders[0].start_date, state)))
    assert {rule(readiness, name).result for name in TESTS} == {REVIEW}


def test_a_start_date_that_has_passed_does_not_make_old_results_new() -> None:
    referral = put(complete(), "orders[0].start_date", found("2026-10-01"))
    row = f"labs[{LABS['thyroid']}].collected"
    assert rule(judge(put(referral, row, found("2026-09-20"))), "thyroid").result is EXPIRED


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_a_pending_test_is_pending(name: str, row: str) -> None:
    path = f"labs[{LABS[row]}]"
    referral = put(put(complete(), f"{path}.result", Text(state=State.BLANK)), f"{path}.status", found("pending"))
    readiness = judge(referral)
    assert (rule(readiness, name).result, readiness.verdict) == (PENDING, Verdict.INCOMPLETE)
    cancelled = put(referral, f"{path}.status", found("cancelled"))
    assert rule(judge(cancelled), name).result is MISSING
    preliminary = put(complete(), f"{path}.status", found("preliminary"))
    assert rule(judge(preliminary), name).result is REVIEW


@pytest.mark.parametrize(("name", "row"), [(name, rows[-1]) for name, rows in TESTS.items()])
@pytest.mark.parametrize("leaf", ["test", "result", "collected", "status"])
def test_a_row_in_doubt_never_meets_its_rule(name: str, row: str, leaf: str) -> None:
    path = f"labs[{LABS[row]}].{leaf}"
    for state in (State.NEEDS_REVIEW, State.CONFLICTING, State.ILLEGIBLE):
        readiness = judge(put(complete(), path, lowered(field_at(complete(), path), state)))
        assert rule(readiness, name).result in {REVIEW, UNREADABLE}, (path, state)
        assert readiness.verdict is Verdict.NEEDS_REVIEW
    unreadable = judge(put(complete(), f"labs[{LABS[row]}].result", Text(state=State.ILLEGIBLE)))
    assert rule(unreadable, name).result is UNREADABLE


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("word", ["positive", "reactive", "detected"])
def test_a_positive_screen_is_abnormal_and_never_ready(name: str, word: str) -> None:
    readiness = judge(put(complete(), f"labs[{LABS[name]}].result", found(word)))
    assert (rule(readiness, name).result, readiness.verdict) == (ABNORMAL, Verdict.NEEDS_REVIEW)
    assert "ask the prescriber" in rule(readiness, name).message


@pytest.mark.parametrize("name", SCREENS)
def test_a_second_row_that_says_otherwise_is_not_outvoted(name: str) -> None:
    for word, day, outcome in (
        ("positive", "2026-01-05", ABNORMAL),
        ("positive", "2026-11-20", ABNORMAL),
        ("indeterminate", "2026-11-20", REVIEW),
        ("invalid", "2026-11-20", REVIEW),
    ):
        second = {**lab(name, day), "result": found(word, 3)}
        readiness = judge(add(complete(), "labs", second))
        assert rule(readiness, name).result is outcome, (word, day)
    unread = {**lab(name), "result": {**found("positive", 3), "state": State.NEEDS_REVIEW}}
    assert rule(judge(add(complete(), "labs", unread)), name).result is REVIEW
    nameless = {**lab(name), "test": {"state": State.ILLEGIBLE}, "result": found("positive", 3)}
    assert rule(judge(add(complete(), "labs", nameless)), name).result is REVIEW
    repeated = {**lab(name, "2026-11-20"), "result": {"state": State.BLANK}, "status": found("pending", 3)}
    assert rule(judge(add(complete(), "labs", repeated)), name).result is PENDING
    earlier = {**lab(name, "2026-02-01")}
    assert rule(judge(add(complete(), "labs", earlier)), name).result is MET


def test_a_skin_test_counts_by_its_millimetres() -> None:
    row = f"labs[{LABS['tb']}]"
    skin = put(put(complete(), f"{row}.test", found("PPD", 3)), f"{row}.unit", found("mm", 3))
    for size, outcome in (("0", MET), ("4", MET), ("5", REVIEW), ("14", REVIEW), ("15", ABNORMAL)):
        assert rule(judge(put(skin, f"{row}.result", found(size, 3))), "tb").result is outcome, size
    bare = put(put(skin, f"{row}.result", found("0", 3)), f"{row}.unit", Text(state=State.BLANK))
    assert rule(judge(bare), "tb").result is REVIEW
    spot = put(complete(), f"{row}.test", found("T-SPOT.TB", 3))
    assert rule(judge(spot), "tb").result is MET


def test_a_day_that_has_not_come_is_no_day() -> None:
    readiness = judge(put(complete(), f"labs[{LABS['hiv']}].collected", found("2026-11-25")))
    assert rule(readiness, "hiv").result is REVIEW
    assert readiness.valid_until == date(2026, 11, 25)


def test_blood_cells_are_not_cells_in_urine() -> None:
    row = f"labs[{LABS['ua_wbc']}]"
    named = put(complete(), f"{row}.test", found("WBC", 3))
    assert rule(judge(named), "urinalysis").result is MET
    unitless = put(named, f"{row}.unit", {**found("/[HPF]", 3), "state": State.NEEDS_REVIEW})
    assert rule(judge(unitless), "urinalysis").result is REVIEW
    in_blood = put(put(named, f"{row}.unit", found("10*3/uL", 3)), f"{row}.result", found("6.1", 3))
    assert rule(judge(in_blood), "urinalysis").result is MISSING


@pytest.mark.parametrize(
    ("code", "words", "outcome"),
    [
        ("G35.A", "Relapsing-remitting multiple sclerosis", MET),
        ("G35.A", None, MET),
        ("G35.A", "Primary progressive multiple sclerosis", REVIEW),
        ("G35", "RRMS", MET),
        ("G35", "Multiple sclerosis", REVIEW),
        ("G35", None, REVIEW),
        ("G35.D", "Multiple sclerosis", REVIEW),
        ("G35.C1", "Active secondary progressive multiple sclerosis", REVIEW),
        ("K50.90", "Crohn's disease", MISSING),
    ],
)
def test_the_diagnosis_by_its_code_or_by_words_that_settle_it(
    code: str, words: str | None, outcome: RuleOutcome
) -> None:
    said = found(words) if words is not None else {"state": State.NOT_ON_FORM}
    readiness = judge(put(put(complete(), "diagnoses[0].code", found(code)), "diagnoses[0].description", said))
    assert rule(readiness, "relapsing_ms").result is outcome
    if outcome is MISSING:
        unsure = put(complete(), "diagnoses[0].code", found(code))
        unsure = put(
            put(unsure, "diagnoses[0].description", said), "lists.diagnoses", {**found(1), "state": "needs_review"}
        )
        assert rule(judge(unsure), "relapsing_ms").result is REVIEW


def test_the_diagnosis_in_doubt_and_none_at_all() -> None:
    referral = complete()
    for path in ("diagnoses[0].code", "diagnoses[0].description"):
        for state in (State.NEEDS_REVIEW, State.CONFLICTING, State.ILLEGIBLE):
            spoiled = put(referral, path, lowered(field_at(referral, path), state))
            assert rule(judge(spoiled), "relapsing_ms").result is REVIEW, (path, state)
    none = with_counts(put_list(referral, "diagnoses", []))
    assert rule(judge(none), "relapsing_ms").result is MISSING
    assert rule(judge(none), "diagnosis").result is MISSING


@pytest.mark.parametrize(
    ("second", "outcome", "unsure_list"),
    [
        (therapy("interferon beta-1a", "relapse"), MET, MET),
        (therapy("interferon beta-1a", "intolerance"), REVIEW, REVIEW),
        (therapy("interferon beta-1a", "no relapses"), REVIEW, REVIEW),
        (therapy("glatiramer acetate", "relapse"), MISSING, REVIEW),
        (therapy("alemtuzumab", "relapse"), MISSING, REVIEW),
        (therapy("methotrexate", "lack of efficacy"), MISSING, REVIEW),
        (None, MISSING, REVIEW),
    ],
)
def test_two_ms_drugs_must_have_failed_to_work(
    second: dict[str, object] | None, outcome: RuleOutcome, unsure_list: RuleOutcome
) -> None:
    tried = [therapy("glatiramer acetate", "inadequate response"), *([second] if second else [])]
    referral = with_counts(put_list(complete(), "prior_therapies", tried))
    assert rule(judge(referral), "two_ms_drugs").result is outcome
    unsure = put(referral, "lists.prior_therapies", lowered(referral.lists.prior_therapies, State.NEEDS_REVIEW))
    assert rule(judge(unsure), "two_ms_drugs").result is unsure_list


@pytest.mark.parametrize("leaf", ["drug", "outcome"])
@pytest.mark.parametrize("state", [State.NEEDS_REVIEW, State.CONFLICTING, State.ILLEGIBLE])
def test_a_prior_therapy_in_doubt_does_not_count(leaf: str, state: State) -> None:
    path = f"prior_therapies[1].{leaf}"
    readiness = judge(put(complete(), path, lowered(field_at(complete(), path), state)))
    assert rule(readiness, "two_ms_drugs").result is REVIEW


@pytest.mark.parametrize(
    ("course", "dose", "frequency", "last", "outcome"),
    [
        ("first", "12 mg", "daily x 5 days", None, MET),
        (None, "12 mg", "daily x 5 days", None, REVIEW),
        (None, "12 mg", "daily x 5 days", "", MET),
        (None, "12 mg", "daily x 5 days", "2025-10-01", REVIEW),
        ("second", "12 mg", "daily x 3 days", "2025-11-30", MET),
        ("second", "12 mg", "daily x 3 days", "2025-12-01", ABNORMAL),
        ("second", "12 mg", "daily x 3 days", None, REVIEW),
        (None, "12 mg", "daily x 3 days", "2025-10-01", MET),
        ("second", "12 mg", "daily x 5 days", "2025-10-01", ABNORMAL),
        ("first", "12 mg", "daily x 3 days", None, ABNORMAL),
        ("first", "24 mg", "daily x 5 days", None, ABNORMAL),
        ("first", "12 mg", "every 8 weeks", None, ABNORMAL),
        ("first", "0.012 g", "daily x 5 days", None, MET),
    ],
)
def test_the_dose_is_that_of_its_course(
    course: str | None, dose: str, frequency: str, last: str | None, outcome: RuleOutcome
) -> None:
    referral = put(put(complete(), "orders[0].dose", found(dose)), "orders[0].frequency", found(frequency))
    for leaf, value in (("course", course), ("last_treatment_date", last)):
        state = State.NOT_ON_FORM if value is None else State.BLANK
        referral = put(referral, f"orders[0].{leaf}", found(value) if value else {"state": state})
    readiness = judge(referral)
    assert rule(readiness, "regimen").result is outcome, rule(readiness, "regimen").message
    assert (readiness.verdict is Verdict.READY) == (outcome is MET)


def test_the_second_course_becomes_possible_on_a_day_that_is_told() -> None:
    referral = complete()
    for leaf, value in (("course", "second"), ("frequency", "daily x 3 days"), ("last_treatment_date", "2025-12-20")):
        referral = put(referral, f"orders[0].{leaf}", found(value))
    referral = put(referral, "orders[0].start_date", Text(state=State.BLANK))
    readiness = judge(referral)
    assert rule(readiness, "regimen").result is ABNORMAL
    assert readiness.valid_until == date(2026, 12, 17), "the laboratory results expire first"
    assert rule(judge(referral, date(2026, 12, 20)), "regimen").result is MET


@pytest.mark.parametrize("leaf", ["dose", "frequency", "course"])
@pytest.mark.parametrize("state", [State.NEEDS_REVIEW, State.CONFLICTING, State.ILLEGIBLE])
def test_an_order_in_doubt_is_no_regimen(leaf: str, state: State) -> None:
    path = f"orders[0].{leaf}"
    result = rule(judge(put(complete(), path, lowered(field_at(complete(), path), state))), "regimen").result
    assert result in {REVIEW, UNREADABLE}


def test_what_no_record_holds_is_asked_and_advises_only() -> None:
    readiness = judge(complete())
    for name in ("rems", "skin_exam"):
        assert (rule(readiness, name).result, rule(readiness, name).severity) == (REVIEW, Severity.ADVISORY)
    assert rule(readiness, "varicella").severity is Severity.ADVISORY
    assert "not verified" in rule(readiness, "varicella").message
    assert NONE not in {r.result for r in readiness.rules if r.protocol == "alemtuzumab"}
