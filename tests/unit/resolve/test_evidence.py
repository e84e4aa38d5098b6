"""A critical field is found only with a label or a mark, a valid value and its owner; absence where it was read."""

from datetime import UTC, datetime

import pytest
from oracle_pages import PageMaker, order_page, words_at

from extractor import confidence, fields
from extractor.packet import assemble
from extractor.resolve import draft_referrals
from extractor.resolve.policy import load_policy
from models.record import Field, Quality, Referral, State
from models.record.paths import walk_fields
from models.stages.candidate import Candidate
from models.stages.options import Options

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def _resolve(maker: PageMaker, **features: float) -> Referral:
    """The referral, with some features of every candidate set."""
    packet, failures = assemble("b" * 64, [maker.build()], 1)
    candidates = [_with(candidate, features) for candidate in fields.propose(packet, Options().site, NOW.date())]
    return draft_referrals(packet, confidence.score(candidates, packet), failures, NOW)[0]


def _with(candidate: Candidate, features: dict[str, float]) -> Candidate:
    return candidate.model_copy(update={"features": {**candidate.features, **features}})


def _critical(referral: Referral) -> dict[str, Field[str] | Field[bool]]:
    policy = load_policy()
    return {
        path: field for path, field in walk_fields(referral) if policy.is_critical(path) and field.value is not None
    }


def test_the_page_proves_all_its_critical_fields() -> None:
    assert {field.state for field in _critical(_resolve(order_page())).values()} == {State.FOUND}


@pytest.mark.parametrize("feature", ["anchor", "label", "role"])
def test_no_critical_field_is_found_without_its_evidence(feature: str) -> None:
    weak = {"anchor": 0.0, "label": 0.4, "role": 0.6}[feature]
    strong = {"reading_min": 1.0, "reading_mean": 1.0, "page": 1.0}
    shown = _critical(_resolve(order_page(), **strong, **{feature: weak}))
    assert {field.state for field in shown.values()} == {State.NEEDS_REVIEW}
    assert shown.keys() == _critical(_resolve(order_page())).keys()


def test_a_note_alone_never_makes_an_order_found() -> None:
    maker = PageMaker(quality=Quality.DIGITAL).line("Progress Note").line("History of Present Illness")
    maker.line("Plan: start Ocrevus 600 mg IV every 6 months for multiple sclerosis G35.A")
    maker.line("Electronically signed by: Thomas Reed, MD on 11/18/2026")
    shown = _critical(_resolve(maker))
    assert shown["orders[0].drug"].value == "ocrelizumab"
    orders = {field.state for path, field in shown.items() if path.startswith(("orders", "diagnoses"))}
    assert orders == {State.NEEDS_REVIEW}
    assert shown["prescriber.signature_present"].state is State.NEEDS_REVIEW


def test_the_date_of_an_unsure_drug_is_unsure() -> None:
    maker = PageMaker().line("Infusion Order Form").row(("Date of order", "11/18/2026")).section("Medication")
    maker.line("Ocrevus (ocrelizumab), 300 mg/10 mL").row(("Dose", "600 mg IV every 6 months"))
    order = _resolve(maker).orders[0]
    assert order.drug.state is State.NEEDS_REVIEW
    assert order.date.state is State.NEEDS_REVIEW


@pytest.mark.parametrize(("score", "state"), [(0.98, State.BLANK), (0.6, State.NEEDS_REVIEW)])
def test_a_field_is_blank_only_where_its_label_was_read_surely(score: float, state: State) -> None:
    maker = PageMaker().line("Infusion Order Form").row(("Prescriber NPI", ""))
    line = maker.lines[-1]
    words = words_at(line.text, line.bbox.x0, line.bbox.top, confidence=score)
    maker.lines[-1] = line.model_copy(update={"words": words})
    assert _resolve(maker).prescriber.npi.state is state


def test_a_mended_label_does_not_prove_a_blank() -> None:
    maker = PageMaker().line("Infusion Order Form").row(("Prescriber NPI", ""))
    line = maker.lines[-1]
    mended = tuple(word.model_copy(update={"read_as": "Prexcnber"}) for word in line.words)
    maker.lines[-1] = line.model_copy(update={"words": mended})
    assert _resolve(maker).prescriber.npi.state is State.NEEDS_REVIEW


def test_a_label_that_was_hardly_read_may_be_the_missing_one() -> None:
    assert _resolve(order_page()).patient.work_phone.state is State.NOT_ON_FORM
    maker = order_page().row(("Wcrk Phne", "x"))
    line = maker.lines[-1]
    words = tuple(word.model_copy(update={"confidence": 0.5}) for word in line.words)
    maker.lines[-1] = line.model_copy(update={"words": words})
    assert _resolve(maker).patient.work_phone.state is State.NEEDS_REVIEW


@pytest.mark.parametrize(
    ("name", "quality", "state"),
    [
        ("Lopez Maria", Quality.STANDARD_FAX, State.NEEDS_REVIEW),
        ("Lopez, Maria", Quality.STANDARD_FAX, State.FOUND),
        ("Maria Lopez", Quality.DIGITAL, State.FOUND),
    ],
)
def test_a_name_whose_comma_may_be_lost_needs_review(name: str, quality: Quality, state: State) -> None:
    maker = PageMaker(quality=quality).line("Infusion Order Form").row(("Patient Name", name), ("DOB", "03/14/1981"))
    assert _resolve(maker).patient.last_name.state is state


@pytest.mark.parametrize(
    ("above", "state"),
    [("Prescriber Name", State.FOUND), ("Primary Care Physician", None), ("Office Contact", None)],
)
def test_a_bare_npi_is_the_prescribers_only_beside_the_prescribers_name(above: str, state: State | None) -> None:
    maker = PageMaker().line("Infusion Order Form").line("Order").row((above, "Thomas Reed, MD"))
    npi = _resolve(maker.row(("NPI", "1234567893"))).prescriber.npi
    assert (npi.state is State.FOUND) == (state is State.FOUND)


def test_an_unusual_dose_is_never_found() -> None:
    def state(dose: str) -> State:
        maker = PageMaker().line("Infusion Order Form").section("Prescription")
        return _resolve(maker.row(("Medication", "Entyvio"), ("Dose", dose))).orders[0].dose.state

    assert state("300 mg") is State.FOUND
    assert state("200 mg") is State.NEEDS_REVIEW


def test_one_dose_under_two_schemes_is_two_orders() -> None:
    maker = PageMaker().line("Infusion Order Form").section("Prescription").row(("Medication", "Uplizna"))
    maker.row(("Initial dose", "300 mg IV day 1 and day 15")).row(("Maintenance dose", "300 mg IV every 6 months"))
    orders = _resolve(maker).orders
    assert [order.frequency.value for order in orders] == ["day 1 and day 15", "every 6 months"]
    assert {order.dose.value for order in orders} == {"300 mg"}


def test_among_printed_choices_the_subject_of_the_file_is_likeliest_and_unsure() -> None:
    maker = PageMaker().line("Infusion Order Form").row(("Re", "Referral, Uplizna")).section("Medication")
    maker.line("Soliris (eculizumab), 300 mg/30 mL").line("Uplizna (inebilizumab-cdon), 100 mg/10 mL")
    maker.line("Ocrevus (ocrelizumab), 300 mg/10 mL")
    (order,) = _resolve(maker.row(("Dose", "300 mg IV every 6 months"))).orders
    assert (order.drug.value, order.drug.state) == ("inebilizumab", State.NEEDS_REVIEW)


@pytest.mark.parametrize(("code", "state"), [("K50.90", State.FOUND), ("K59.00", State.NEEDS_REVIEW)])
def test_a_code_that_is_no_reason_for_the_drug_needs_review(code: str, state: State) -> None:
    maker = PageMaker().line("Infusion Order Form").section("Prescription").row(("Medication", "Entyvio"))
    assert _resolve(maker.row(("ICD-10 code", code))).diagnoses[0].code.state is state
