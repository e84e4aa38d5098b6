"""Evidence that looks like enough and is not: no rule is met by it, and none is said to be missing."""

from datetime import date, timedelta

import pytest
from lemtrada_case import (
    DOCUMENT,
    LABS,
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
from test_lowering import SPOILED

from models.record import Document, Quality, Readiness, Referral, RuleOutcome, State, Verdict
from models.record.paths import walk_fields

MET, MISSING, PENDING, REVIEW, NONE = (
    RuleOutcome.MET,
    RuleOutcome.MISSING,
    RuleOutcome.PENDING,
    RuleOutcome.NEEDS_REVIEW,
    RuleOutcome.NOT_APPLICABLE,
)
TIMED = ("tb", "hiv", "hepatitis_c", "cbc", "creatinine", "urinalysis", "thyroid", "recent_labs")


def scanned(quality: Quality) -> Document:
    pages = tuple(page.model_copy(update={"quality": quality}) for page in DOCUMENT.pages)
    return DOCUMENT.model_copy(update={"pages": pages})


def test_a_start_date_that_nothing_asks_for_may_still_stand_there() -> None:
    readiness = judge(put(complete(), "orders[0].start_date", {"state": State.NOT_ON_FORM}))
    assert {rule(readiness, name).result for name in TIMED} == {REVIEW}
    said = judge(put(complete(), "orders[0].start_date", {"state": State.NOT_ON_FORM, "source": "staff"}))
    assert {rule(said, name).result for name in TIMED} == {MET}


@pytest.mark.parametrize(
    ("name", "path"), [("patient_address", "patient.address.line1"), ("prescriber_npi", "prescriber.npi")]
)
def test_only_a_form_that_asks_and_has_nothing_in_its_text_is_blank(name: str, path: str) -> None:
    blank: dict[str, object] = {"state": State.BLANK, "page_no": 1}
    for field, quality, outcome in (
        (blank, Quality.DIGITAL, MISSING),
        (blank, Quality.CLEAN_SCAN, REVIEW),
        (blank, Quality.FINE_FAX, REVIEW),
        ({**blank, "source": "staff"}, Quality.FINE_FAX, MISSING),
        ({"state": State.NOT_ON_FORM}, Quality.DIGITAL, REVIEW),
        ({"state": State.NOT_ON_FORM, "source": "staff"}, Quality.DIGITAL, MISSING),
    ):
        result = rule(judge(put(complete(), path, field), document=scanned(quality)), name)
        assert result.result is outcome, (field, quality, result.message)


def test_an_order_that_was_not_read_has_rules_of_its_own() -> None:
    assert rule(judge(complete()), "all_orders").result is MET
    unsure = put(complete(), "lists.orders", {**found(1), "state": State.NEEDS_REVIEW})
    readiness = judge(unsure)
    assert (rule(readiness, "all_orders").result, readiness.verdict) == (REVIEW, Verdict.NEEDS_REVIEW)


def test_a_note_that_says_nowhere_whose_it_is_proves_nothing() -> None:
    elsewhere = [therapy("glatiramer acetate", "relapse"), therapy("dimethyl fumarate", "relapse")]
    first_page = [{leaf: {**field, "page_no": 1} for leaf, field in one.items()} for one in elsewhere]
    nameless = with_counts(put_list(complete(), "prior_therapies", list(first_page)))
    result = rule(judge(nameless), "clinical_note")
    assert (result.result, result.evidence[0].page_no) == (REVIEW, 2)
    assert "whose it is" in result.message
    again = [{"page_no": 1, "source": "ocr"}, {"page_no": 2, "source": "ocr"}]
    named = put(nameless, "patient.last_name", {**found("Quillen"), "evidence": again})
    assert rule(judge(named), "clinical_note").result is MET
    shared = put(nameless, "prescriber.phone", {**found("+14025550161"), "evidence": again})
    assert rule(judge(shared), "clinical_note").result is REVIEW, "the office's number stands on everybody's pages"


@pytest.mark.parametrize(
    ("row", "leaves", "outcome"),
    [
        ("hiv", {"flag": "A"}, REVIEW),
        ("hiv", {"result": "see note"}, REVIEW),
        ("hiv", {"result": "Pending"}, PENDING),
        ("thyroid", {"result": "QNS"}, REVIEW),
        ("thyroid", {"result": "Test not performed"}, REVIEW),
        ("thyroid", {"result": "in process"}, PENDING),
        ("thyroid", {"collected": "1980-05-06"}, REVIEW),
        ("thyroid", {"collected": "2026-12-24"}, REVIEW),
    ],
)
def test_what_stands_in_place_of_a_result_is_none(row: str, leaves: dict[str, str], outcome: RuleOutcome) -> None:
    referral = complete()
    for leaf, value in leaves.items():
        referral = put(referral, f"labs[{LABS[row]}].{leaf}", found(value, 3))
    assert rule(judge(referral), row).result is outcome


def test_a_day_that_cannot_be_counts_even_where_time_does_not() -> None:
    """Ocrevus asks for a hepatitis B screen of any age."""
    row = {**lab("hepatitis_b"), "collected": found("2027-02-01", 3)}
    other = {leaf: found(value) for leaf, value in (("drug", "ocrelizumab"), ("brand", "Ocrevus"))}
    order = {**complete().model_dump()["orders"][0], **other}
    referral = with_counts(put_list(complete(), "orders", [order]))
    labs = [one for one in referral.model_dump()["labs"] if one["test"]["value"] != "HBsAg"]
    without = with_counts(put_list(referral, "labs", labs))
    readiness = judge(add(without, "labs", row))
    assert rule(readiness, "hbsag").result is REVIEW
    assert readiness.valid_until is not None and readiness.valid_until <= date(2027, 2, 1)


@pytest.mark.parametrize(
    ("count", "unit", "flag", "outcome"),
    [
        ("244", "10*3/uL", None, MET),
        ("244", "10*3/uL", "L", REVIEW),
        ("244", "10*9/L", None, REVIEW),
        ("244000", "/uL", None, REVIEW),
        ("244", None, None, REVIEW),
    ],
)
def test_a_number_in_another_unit_or_against_its_flag_is_not_weighed(
    count: str, unit: str | None, flag: str | None, outcome: RuleOutcome
) -> None:
    order = {**complete().model_dump()["orders"][0], "drug": found("tocilizumab"), "brand": {}, "course": {}}
    referral = with_counts(put_list(complete(), "orders", [order]))
    row = f"labs[{LABS['platelets']}]"
    for leaf, value in (("result", count), ("unit", unit), ("flag", flag), ("reference_range", "150-400")):
        field = {"state": State.NOT_ON_FORM} if value is None else found(value, 3)
        referral = put(referral, f"{row}.{leaf}", field)
    assert rule(judge(referral), "platelets").result is outcome


@pytest.mark.parametrize(
    "words",
    [
        "Rule out relapsing-remitting MS",
        "r/o RRMS",
        "Suspected relapsing MS",
        "Family history of relapsing MS",
        "RRMS?",
        "Possible RRMS",
    ],
)
def test_a_diagnosis_in_question_is_none(words: str) -> None:
    assert rule(judge(put(complete(), "diagnoses[0].description", found(words))), "relapsing_ms").result is REVIEW


@pytest.mark.parametrize("state", [State.FOUND, State.NEEDS_REVIEW])
def test_a_second_diagnosis_of_another_kind_contests_the_first(state: State) -> None:
    for code, words in (("G35.B0", None), ("G35.D", "Primary progressive MS")):
        said = {} if words is None else {"description": found(words, 1, state)}
        second = add(complete(), "diagnoses", {"code": found(code, 1, state), **said})
        assert rule(judge(second), "relapsing_ms").result is REVIEW
    besides = add(complete(), "diagnoses", {"code": found("I10"), "description": found("Hypertension")})
    assert rule(judge(besides), "relapsing_ms").result is MET


def test_a_first_course_of_one_who_had_the_drug() -> None:
    for state in (State.FOUND, State.NEEDS_REVIEW):
        had = {**therapy("Lemtrada", "completed"), "drug": found("alemtuzumab", 2, state)}
        assert rule(judge(add(complete(), "prior_therapies", had)), "regimen").result is REVIEW


@pytest.mark.parametrize(
    ("duration", "outcome"), [("5 days", MET), ("3 days", REVIEW), ("12 months", MET), ("1 year", MET)]
)
def test_frequency_and_duration_must_say_the_same(duration: str, outcome: RuleOutcome) -> None:
    for state in (State.FOUND, State.NEEDS_REVIEW):
        referral = put(complete(), "orders[0].duration", found(duration, 1, state))
        assert rule(judge(referral), "regimen").result is outcome


@pytest.mark.parametrize(
    ("name", "path"), [("order_date", "orders[0].date"), ("date_of_birth", "patient.date_of_birth")]
)
def test_a_day_that_has_been_does_not_lie_ahead(name: str, path: str) -> None:
    ahead = judge(put(complete(), path, found("2026-11-23")))
    assert rule(ahead, name).result is REVIEW
    assert ahead.verdict is Verdict.NEEDS_REVIEW
    assert rule(judge(put(complete(), path, found("2026-11-22"))), name).result is MET


def test_a_code_that_was_not_read_may_be_one_that_no_claim_may_hold() -> None:
    unread = put(complete(), "diagnoses[0].code", {"state": State.NEEDS_REVIEW})
    assert rule(judge(unread), "code_in_force").result is REVIEW
    second = add(complete(), "diagnoses", {"description": found("Anemia"), "code": {"state": State.ILLEGIBLE}})
    assert rule(judge(second), "code_in_force").result is REVIEW
    none = put(complete(), "diagnoses[0].code", {"state": State.BLANK})
    assert rule(judge(none), "code_in_force").result is NONE


@pytest.mark.parametrize("start", ["2026-11-30", None])
@pytest.mark.parametrize("name", sorted(SPOILED))
def test_nothing_changes_before_the_day_that_the_verdict_names(name: str, start: str | None) -> None:
    field: dict[str, object] = {"state": State.BLANK} if start is None else found(start)
    referral = put(SPOILED[name](), "orders[0].start_date", field)
    first = judge(referral)
    until = first.valid_until or TODAY + timedelta(days=400)
    for day in {TODAY + timedelta(days=1), TODAY + (until - TODAY) / 2, until - timedelta(days=1)}:
        assert outcomes(judge(referral, day)) == outcomes(first), day
    if first.valid_until is not None and name == "complete":
        assert outcomes(judge(referral, until)) != outcomes(first)


def outcomes(readiness: Readiness) -> dict[tuple[str, str, int | None], RuleOutcome]:
    return {(one.protocol, one.id, one.order_index): one.result for one in readiness.rules}


def test_a_code_that_ends_sets_the_day() -> None:
    referral = put(complete(), "orders[0].start_date", {"state": State.BLANK})
    before = put(referral, "diagnoses[0].code", found("G35"))
    readiness = judge(before, date(2025, 9, 10))
    assert rule(readiness, "code_in_force").result is MET
    assert readiness.valid_until == date(2025, 10, 1)


def test_no_single_field_read_less_surely_leaves_the_referral_ready() -> None:
    """Whichever required rule rests on it sees it: what is left are fields that no required rule asks for."""
    referral: Referral = complete()
    fields = dict(walk_fields(referral))
    ready = {
        path
        for path, field in fields.items()
        if field.state is State.FOUND
        and judge(put(referral, path, field.model_copy(update={"state": State.NEEDS_REVIEW}))).verdict is Verdict.READY
    }
    free = ("patient.allergies", "patient.sex", "patient.weight_kg", "patient.home_phone", "patient.mobile_phone")
    free += ("orders[0].route", "orders[0].premedications", "lists.")
    advisory = tuple(f"labs[{LABS[name]}]" for name in ("hepatitis_b", "varicella"))
    named = (*free, *advisory)
    rest = {path for path in ready if not path.startswith(named) and not path.endswith((".unit", ".start", ".stop"))}
    assert rest == set()
