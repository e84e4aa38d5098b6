"""Policies told in a list, in a payer's own form, or with the number inside a line."""

from oracle_pages import PageMaker
from proposed import by_item, propose_all


def test_one_of_a_counted_list_with_its_plan() -> None:
    maker = (
        PageMaker().line("Registration summary").line("#1 Straits Health Alliance \u2014 HMO Gold Subscriber: Vo, Mina")
    )
    (one,) = by_item(propose_all(maker), "coverages")
    assert (one["payer"], one["plan"]) == ("Straits Health Alliance", "HMO Gold")


def test_a_counted_line_without_a_policys_label_is_none() -> None:
    found = propose_all(PageMaker().line("Steps").line("#1 Call the pharmacy before the visit"))
    assert [one for one in found if one.path.startswith("coverages")] == []


def test_a_payers_own_letter_names_it_in_its_head_and_goes_to_a_person() -> None:
    maker = PageMaker().line("Bluegrass Community Health Plan").line("Notice of approval")
    maker.line("Member name (last, first) Vo, Mina Member ID BCH 4471 9920 03")
    found = [one for one in propose_all(maker) if one.path.startswith("coverages")]
    assert {one.path.rpartition(".")[2]: one.value for one in found} == {
        "payer": "Bluegrass Community Health Plan",
        "member_id": "BCH 4471 9920 03",
    }
    assert not any(one.is_valid for one in found if one.path.endswith("payer"))


def test_two_member_numbers_within_lines_are_nobodys() -> None:
    maker = (
        PageMaker()
        .line("Order")
        .line("Sent with Member ID BCH 4471 9920 03 today")
        .line("Member ID KUH 5582 1131 04 too")
    )
    assert [one for one in propose_all(maker) if one.path.startswith("coverages")] == []
