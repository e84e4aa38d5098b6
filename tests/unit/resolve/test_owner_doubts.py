"""What stands on a page that may be another patient's is given out with that doubt, and never as found."""

from datetime import UTC, datetime

import pytest
from oracle_pages import PageMaker, order_page

from extractor import confidence, fields
from extractor.packet import assemble
from extractor.resolve import assemble_referrals, draft_referrals
from extractor.resolve.scene import UNOWNED
from models.record import Referral, State
from models.record.paths import AnyField, walk_fields
from models.stages.options import Options

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def _resolve(*makers: PageMaker) -> tuple[Referral, ...]:
    packet, found = assemble("b" * 64, [maker.build() for maker in makers], len(makers))
    candidates = fields.propose(packet, Options().site, NOW.date())
    return draft_referrals(packet, confidence.score(candidates, packet), found, NOW)


def _form(*rows: tuple[str, str]) -> PageMaker:
    """A second form with values of its own: an MRN, a weight, a drug, a coverage."""
    maker = PageMaker(page_no=2).line("Infusion Order Form")
    if rows:
        maker.row(*rows)
    maker.section("Patient Information").row(("Weight", "81 kg"), ("Allergies", "Penicillin"))
    maker.section("Insurance Information").row(("Payer", "Prairie States Insurance"), ("Member ID", "KDE820655129"))
    maker.section("Prescription").box("Entyvio (vedolizumab) 300 mg IV every 8 weeks", True)
    return maker


def _of_page(referral: Referral, page_no: int) -> dict[str, AnyField]:
    return {path: one for path, one in walk_fields(referral) if one.value is not None and one.page_no == page_no}


def _owner_reasons(one: AnyField) -> set[str]:
    return {reason.code for reason in one.reasons if reason.code.startswith("page_owner")}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ((), "page_owner_unsure"),
        ((("Patient Name", "Carlos Lopez-Ortiz"),), "page_owner_contested"),
        ((("DOB", "03/14/1981"),), "page_owner_contested"),
    ],
)
def test_every_value_of_a_doubted_page_is_asked_about(rows: tuple[tuple[str, str], ...], code: str) -> None:
    (referral,) = _resolve(order_page(1), _form(*rows))
    values = _of_page(referral, 2)
    assert {"patient.weight_kg", "coverages[0].member_id", "coverages[0].payer"} <= values.keys()
    for path, one in values.items():
        if one.evidence and {evidence.page_no for evidence in one.evidence} != {2}:
            continue
        assert one.state is not State.FOUND, path
        assert _owner_reasons(one) == {code}, path


def test_a_doubted_page_casts_no_doubt_on_the_others() -> None:
    alone = _of_page(_resolve(order_page(1))[0], 1)
    beside = _of_page(_resolve(order_page(1), _form())[0], 1)
    for path in ("patient.last_name", "patient.date_of_birth", "prescriber.npi", "orders[0].drug"):
        assert (beside[path].value, beside[path].state) == (alone[path].value, alone[path].state)
        assert not _owner_reasons(beside[path])


def test_the_patients_own_page_is_not_doubted() -> None:
    (referral,) = _resolve(order_page(1), _form(("Patient Name", "Maria Lopez-Ortiz"), ("DOB", "03/14/1981")))
    assert not any(_owner_reasons(one) for one in _of_page(referral, 2).values())


def test_nothing_is_called_absent_while_a_page_may_be_among_another_patients() -> None:
    stranger = PageMaker(page_no=2).line("Laboratory Report").row(("Patient Name", "Wanda Xu"), ("DOB", "12/30/1950"))
    silent = PageMaker(page_no=3).line("Progress Note").line("the quick brown fox jumps over the lazy dog")
    known = PageMaker(page_no=3).line("Progress Note").line("Xu, Wanda 12/30/1950 was seen today and is well")
    assert _resolve(order_page(1), stranger, known)[0].patient.email.state is State.NOT_ON_FORM
    assert _resolve(order_page(1), stranger, silent)[0].patient.email.state is State.NEEDS_REVIEW


def test_calibration_does_not_make_a_doubted_owner_sure() -> None:
    packet, found = assemble("b" * 64, [order_page().build(), _form().build()], 2)
    candidates = fields.propose(packet, Options().site, NOW.date())
    referrals = assemble_referrals(packet, confidence.score(candidates, packet), found, Options(), NOW)
    doubted = [one for one in _of_page(referrals[0], 2).values() if _owner_reasons(one)]
    assert doubted
    assert all((one.confidence or 0.0) <= UNOWNED for one in doubted)
