import re
from datetime import UTC, datetime

from oracle_pages import PageMaker, order_page

from extractor import confidence, fields
from extractor.fields import attempted_paths
from extractor.packet import assemble
from extractor.resolve import draft_referrals
from models.record import Failure, PageType, Quality, Referral, ReferralKind, State
from models.record.paths import walk_fields
from models.stages.options import Options

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def _resolve(*makers: PageMaker, failures: tuple[Failure, ...] = (), count: int | None = None) -> tuple[Referral, ...]:
    packet, found = assemble("b" * 64, [maker.build() for maker in makers], count or len(makers))
    candidates = fields.propose(packet, Options().site, NOW.date())
    return draft_referrals(packet, confidence.score(candidates, packet), (*failures, *found), NOW)


def test_a_whole_order_is_found() -> None:
    (referral,) = _resolve(order_page())
    assert referral.kind is ReferralKind.REFERRAL
    assert referral.pages == (1,)
    found = {path: field for path, field in walk_fields(referral) if field.state is State.FOUND}
    assert found["patient.last_name"].value == "Lopez-Ortiz"
    assert found["prescriber.npi"].value == "1234567893"
    assert found["orders[0].dose"].value == "600 mg"
    assert found["diagnoses[0].code"].value == "G35.A"
    assert found["prescriber.signature_present"].value is True
    assert all(field.reasons and field.bbox for field in found.values())


def test_what_nothing_reads_never_claims_absence() -> None:
    (referral,) = _resolve(order_page())
    attempted = {re.sub(r"\[[^\]]*\]", "[]", path) for path in attempted_paths()}
    for path, field in walk_fields(referral):
        if field.value is None and re.sub(r"\[[^\]]*\]", "[]", path) not in attempted:
            assert field.state is State.NEEDS_REVIEW


def test_the_id_depends_on_file_and_first_page_only() -> None:
    first, second = _resolve(order_page())[0], _resolve(order_page(quality=Quality.DIGITAL))[0]
    assert first.referral_id == second.referral_id


def test_a_wrong_check_digit_always_needs_review() -> None:
    maker = order_page()
    pair = next(pair for pair in maker.pairs if pair.label == "NPI")
    word = pair.value[0].model_copy(update={"text": "1234567890"})
    maker.pairs[maker.pairs.index(pair)] = pair.model_copy(update={"value": (word,)})
    npi = _resolve(maker)[0].prescriber.npi
    assert npi.value == "1234567890"
    assert npi.state is State.NEEDS_REVIEW
    assert npi.confidence is not None
    assert npi.confidence <= 0.5
    assert "1234567893" in {alternative.value for alternative in npi.alternatives}


def test_two_pages_that_disagree_are_conflicting() -> None:
    same = ("Patient Name", "Maria Lopez-Ortiz"), ("DOB", "03/14/1981")
    other = PageMaker(page_no=2).row(*same).row(("Patient Cell Phone", "(720) 555-0188"))
    again = PageMaker(page_no=3).row(*same).row(("Patient Cell Phone", "(415) 555-0103"))
    mobile = _resolve(order_page(), other, again)[0].patient.mobile_phone
    assert mobile.state is State.CONFLICTING
    assert {mobile.value, *(alternative.value for alternative in mobile.alternatives)} >= {
        "+17205550188",
        "+14155550103",
    }


def test_two_pages_that_agree_say_so() -> None:
    other = PageMaker(page_no=2).row(("Patient Name", "Maria Lopez-Ortiz"), ("DOB", "03/14/1981"))
    birth = _resolve(order_page(), other)[0].patient.date_of_birth
    assert birth.state is State.FOUND
    assert "seen on pages 1 and 2" in {reason.text for reason in birth.reasons}
    assert {evidence.page_no for evidence in birth.evidence} == {1, 2}


def test_a_stated_age_that_does_not_fit_needs_review() -> None:
    maker = order_page().row(("Age", "23"))
    birth = _resolve(maker)[0].patient.date_of_birth
    assert birth.state is State.NEEDS_REVIEW
    assert "age_disagrees" in {reason.code for reason in birth.reasons}
    assert _resolve(order_page().row(("Age", "45")))[0].patient.date_of_birth.state is State.FOUND


def test_an_order_of_the_future_is_never_found() -> None:
    maker = PageMaker().line("Infusion Order Form").section("Order").row(("Order date", "11/30/2026"))
    maker.row(("Medication", "Ocrevus"), ("Dose", "600 mg"))
    assert _resolve(maker)[0].orders[0].date.state is State.NEEDS_REVIEW


def test_nothing_expected_is_reported_as_not_asked_for() -> None:
    (referral,) = _resolve(PageMaker().line("Infusion Order Form").line("Premedication and Refills").line("Dose"))
    for field in (referral.patient.last_name, referral.patient.date_of_birth, referral.prescriber.npi):
        assert field.state is State.NEEDS_REVIEW
        assert field.value is None


def test_absence_is_no_finding_where_pages_are_missing() -> None:
    failure = Failure(stage="packet", code="pages_missing", message="ask for the rest")
    assert _resolve(order_page())[0].patient.work_phone.state is State.NOT_ON_FORM
    assert _resolve(order_page(), failures=(failure,))[0].patient.work_phone.state is State.NEEDS_REVIEW


def test_a_blank_on_a_poor_page_is_not_trusted() -> None:
    def state(quality: Quality) -> State:
        maker = PageMaker(quality=quality).line("Infusion Order Form").row(("Prescriber NPI", ""))
        return _resolve(maker)[0].prescriber.npi.state

    assert state(Quality.FINE_FAX) is State.BLANK
    assert state(Quality.STANDARD_FAX) is State.NEEDS_REVIEW


def test_a_strangers_page_is_a_stray() -> None:
    lab = PageMaker(page_no=2).line("Laboratory Report").row(("Patient Name", "Wanda Xu"), ("DOB", "12/30/1950"))
    lab.row(("Specimen", "1"), ("Collected", "11/02/2026")).line("Reference Range")
    kinds = [(one.kind, one.pages) for one in _resolve(order_page(), lab)]
    assert kinds == [(ReferralKind.REFERRAL, (1,)), (ReferralKind.STRAY, (2,))]
    strangers = _resolve(order_page(), lab)[1].patient.last_name
    assert strangers.value == "Xu"


def test_the_same_order_on_two_pages_is_one() -> None:
    note = PageMaker(page_no=2).line("Progress Note").line("Chief Complaint: multiple sclerosis")
    note.line("History of Present Illness").line("Plan: start Ocrevus 600 mg IV every 6 months")
    (referral,) = _resolve(order_page(), note)
    assert [order.drug.value for order in referral.orders] == ["ocrelizumab"]
    assert {evidence.page_no for evidence in referral.orders[0].drug.evidence} == {1, 2}


def test_lists_count_what_was_found_and_do_not_claim_to_be_complete() -> None:
    lists = _resolve(order_page())[0].lists
    assert (lists.orders.value, lists.orders.state) == (1, State.NEEDS_REVIEW)
    assert (lists.diagnoses.value, lists.diagnoses.state) == (1, State.NEEDS_REVIEW)
    assert lists.allergies.value is None


def test_page_types_reach_the_packet() -> None:
    packet, _ = assemble("b" * 64, [order_page().build()], 1)
    assert packet.pages[0].page.type is PageType.ORDER


def test_a_dose_a_thousand_times_too_large_needs_review() -> None:
    def state(dose: str) -> State:
        maker = PageMaker().line("Infusion Order Form").section("Prescription")
        return _resolve(maker.row(("Medication", "Entyvio"), ("Dose", dose)))[0].orders[0].dose.state

    assert state("300 mg") is State.FOUND
    assert state("300 g") is State.NEEDS_REVIEW


def test_a_badly_misread_label_gives_a_value_to_check_and_never_a_found_one() -> None:
    maker = order_page()
    pair = next(pair for pair in maker.pairs if pair.label == "DOB")
    maker.pairs[maker.pairs.index(pair)] = pair.model_copy(update={"label": "Brth dute"})
    birth = _resolve(maker)[0].patient.date_of_birth
    assert birth.value == "1981-03-14"
    assert birth.state is State.NEEDS_REVIEW
