"""What changed between two records of one patient."""

from datetime import UTC, datetime

from models.record import Diagnosis, Field, Lab, Lists, Order, Patient, Referral, ReferralKind, State
from models.record.difference import Change, changes


def _text(value: str, **more: object) -> Field[str]:
    return Field[str].model_validate({"value": value, "confidence": 0.9, "state": State.FOUND, **more})


def _referral(**parts: object) -> Referral:
    base = Referral(
        referral_id="r",
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
        kind=ReferralKind.REFERRAL,
        pages=(1,),
        patient=Patient(last_name=_text("Quarterman"), allergies=(_text("latex"), _text("NKDA"))),
        orders=(
            Order(drug=_text("ocrelizumab"), dose=_text("300 mg"), premedications=(_text("cetirizine"),)),
            Order(drug=_text("ocrelizumab"), dose=_text("600 mg")),
        ),
        diagnoses=(Diagnosis(code=_text("G35.A")),),
    )
    return base.model_copy(update=parts)


def test_the_same_record_has_no_changes() -> None:
    assert changes(_referral(), _referral(referral_id="other", revision=2, pages=(3,))) == ()


def test_what_only_reads_differently_is_no_change() -> None:
    spelled = Patient(
        last_name=_text("QUARTERMAN ", raw="QUARTERMAN", page_no=2), allergies=_referral().patient.allergies
    )
    assert changes(_referral(), _referral(patient=spelled)) == ()


def test_an_amended_dose_stands_out() -> None:
    first, second = _referral().orders
    amended = _referral(orders=(first, second.model_copy(update={"dose": _text("450 mg")})))
    assert changes(_referral(), amended) == (Change(path="orders[1].dose", before="600 mg", after="450 mg"),)


def test_items_in_another_order_are_no_change() -> None:
    first, second = _referral().orders
    patient = _referral().patient.model_copy(update={"allergies": (_text("NKDA"), _text("latex"))})
    assert changes(_referral(), _referral(orders=(second, first), patient=patient)) == ()


def test_what_came_and_what_went() -> None:
    lab = Lab(test=_text("IgG"), result=_text("712"))
    later = _referral(labs=(lab,), diagnoses=(), patient=Patient(allergies=(_text("latex"),)))
    assert changes(_referral(), later) == (
        Change(path="patient.last_name", before="Quarterman", after=None),
        Change(path="patient.allergies[1]", before="NKDA", after=None),
        Change(path="diagnoses[0].code", before="G35.A", after=None),
        Change(path="labs[0].test", before=None, after="IgG"),
        Change(path="labs[0].result", before=None, after="712"),
    )


def test_counts_that_follow_from_the_items_are_left_out() -> None:
    counted = Lists(orders=Field[int](value=2, confidence=0.9, state=State.FOUND))
    assert changes(_referral(), _referral(lists=counted)) == ()
