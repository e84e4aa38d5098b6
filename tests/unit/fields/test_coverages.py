"""Coverages: each policy with its own numbers, ranks only where printed, nobody else as subscriber."""

import pytest
from oracle_pages import PageMaker
from proposed import at, by_item, propose_all

from models.record import PageType


def _form() -> PageMaker:
    return PageMaker().line("Infusion Order Form").section("Insurance Information")


def test_two_policies_in_rows() -> None:
    maker = _form().row(("Primary Insurance", "Cascadia Blue"), ("Member ID", "XEP943490947"), ("Group #", "G123"))
    maker.row(("Subscriber", "Paula Okafor (self)"), ("Insurance Phone", "800-555-0149"))
    maker.row(("Secondary Insurance", "Medicare"), ("ID #", "1EG4TE5MK73"))
    first, second = by_item(propose_all(maker), "coverages")
    assert first == {
        "rank": "primary",
        "payer": "Cascadia Blue",
        "member_id": "XEP943490947",
        "group_number": "G123",
        "subscriber_name": "Paula Okafor",
        "relationship": "self",
        "payer_phone": "+18005550149",
    }
    assert second == {"rank": "secondary", "payer": "Medicare", "member_id": "1EG4TE5MK73"}


def test_policies_below_headings() -> None:
    maker = PageMaker().line("Patient Face Sheet").section("PRIMARY INSURANCE")
    maker.row(("Company", "Prairie States Insurance"), ("Policy no.", "EBE664346717"))
    maker.section("SECONDARY INSURANCE").row(("Company", "Great Basin Mutual"), ("Policy no.", "WEB958175078"))
    first, second = by_item(propose_all(maker), "coverages")
    assert (first["rank"], first["payer"], first["member_id"]) == (
        "primary",
        "Prairie States Insurance",
        "EBE664346717",
    )
    assert (second["rank"], second["payer"], second["member_id"]) == ("secondary", "Great Basin Mutual", "WEB958175078")


def test_a_policy_that_nothing_ranks_has_no_rank() -> None:
    (only,) = by_item(propose_all(_form().row(("Insurance", "Cascadia Blue"), ("ID #", "XEP943490947"))), "coverages")
    assert only == {"payer": "Cascadia Blue", "member_id": "XEP943490947"}


def test_payer_and_plan_under_one_label() -> None:
    (only,) = by_item(propose_all(_form().row(("Payer / plan", "Cascadia Blue / Gold HMO"))), "coverages")
    assert only == {"payer": "Cascadia Blue", "plan": "Gold HMO"}


def test_a_long_dash_parts_payer_and_plan_but_not_one_payers_name() -> None:
    (one,) = by_item(propose_all(_form().row(("Payer", "Peach State Mutual \u2014 Open Access 1000"))), "coverages")
    assert (one["payer"], one["plan"]) == ("Peach State Mutual", "Open Access 1000")
    (one,) = by_item(propose_all(_form().row(("Payer", "Blue Cross \u2014 Blue Shield"))), "coverages")
    assert one == {"payer": "Blue Cross \u2014 Blue Shield"}


@pytest.mark.parametrize("printed", ["Okonkwo, Adaeze R", "Adaeze R Okonkwo"])
def test_a_subscriber_is_named_as_printed(printed: str) -> None:
    (one,) = by_item(propose_all(_form().row(("Subscriber", printed))), "coverages")
    assert one["subscriber_name"] == printed


@pytest.mark.parametrize("label", ["Payer", "Plan"])
def test_the_kind_of_plan_behind_a_payers_name_is_the_plan(label: str) -> None:
    (one,) = by_item(
        propose_all(_form().row((label, "Gulfside Health EPO"), ("Member ID", "GSH55180092"))), "coverages"
    )
    assert (one["payer"], one["plan"]) == ("Gulfside Health", "EPO")


def test_letters_before_a_number_are_part_of_it() -> None:
    (one,) = by_item(propose_all(_form().row(("Payer", "Gulfside Mutual"), ("Member ID", "TVF 88120076"))), "coverages")
    assert one["member_id"] == "TVF 88120076"


def test_pharmacy_numbers() -> None:
    found = propose_all(_form().row(("Insurance", "Cascadia Blue"), ("BIN", "610088"), ("PCN", "CBRX")))
    assert at(found, "coverages[].bin") == ["610088"]
    assert at(found, "coverages[].pcn") == ["CBRX"]
    found = propose_all(_form().row(("BIN", "61008")))
    assert at(found, "coverages[].bin") == []
    assert any(one.is_illegible for one in found if one.path == "coverages[].bin")


def test_a_guarantor_is_no_subscriber() -> None:
    maker = PageMaker().line("Patient Face Sheet").section("Patient Information").row(("Patient Name", "Ana Bell"))
    maker.row(("Guarantor", "Pedro Bell"), ("Relation", "Spouse"))
    found = propose_all(maker.row(("Emergency Contact", "Juan Bell"), ("Relationship", "Son")))
    assert [one for one in found if one.path.startswith("coverages")] == []


def test_same_as_patient_names_nobody() -> None:
    found = propose_all(_form().row(("Insurance", "Cascadia Blue"), ("Policy Holder", "Self")))
    assert at(found, "coverages[].subscriber_name") == []
    assert at(found, "coverages[].relationship") == ["self"]


def test_a_ticked_relationship() -> None:
    maker = _form().row(("Insurance", "Cascadia Blue"), ("Subscriber", "Pedro Bell"))
    maker.box("Self", False, "Relationship to insured").box("Spouse", True, "Relationship to insured")
    assert at(propose_all(maker), "coverages[].relationship") == ["spouse"]


def test_an_unanswered_label_is_blank() -> None:
    found = propose_all(_form().row(("Insurance", "Cascadia Blue"), ("Group #", "")))
    assert [one.path for one in found if one.is_blank] == ["coverages[].group_number"]


def _card() -> PageMaker:
    maker = PageMaker().line("Cascadia Blue").line("Select PPO")
    for label, value in (
        ("Member ID", "PCK163249909"),
        ("Group No.", "197209"),
        ("RxBIN", "610088"),
        ("RxPCN", "CBRX"),
    ):
        maker.line(label, x0=200.0)
        maker.y -= 6.0
        maker.line(value, x0=200.0)
    maker.line("Provider line 800-555-0100").line("Member services 877-555-0148")
    return maker.line("Send claims to PO Box 4400, Albany, NY 12205")


def test_the_back_of_a_card_belongs_to_its_front() -> None:
    back = PageMaker(page_no=2).line("Members call: 1-877-555-0195").line("Providers call: 1-800-555-0111")
    back.line("Mail claims to PO Box 9120, Salem, OR 97301. Payer ID 55101")
    front, behind = by_item(propose_all(_card(), back), "coverages")
    assert front["member_id"] == "PCK163249909"
    assert behind == {"member_id": "PCK163249909", "payer_phone": "+18775550195"}


def test_a_card_with_small_labels_over_its_values() -> None:
    maker = _card()
    found = propose_all(maker)
    assert maker.build().page.type is not PageType.INSURANCE_CARD  # told by what stands on it
    (card,) = by_item(found, "coverages")
    assert card == {
        "payer": "Cascadia Blue",
        "plan": "Select PPO",
        "member_id": "PCK163249909",
        "group_number": "197209",
        "bin": "610088",
        "pcn": "CBRX",
        "payer_phone": "+18775550148",
    }
    assert [one for one in found if ".address." in one.path] == []
