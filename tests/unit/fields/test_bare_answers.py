"""Answers without colon or box: the rest of the line must be, as a whole, what its first words ask."""

import pytest
from oracle_pages import PageMaker
from proposed import at, by_item, propose_all

from models.record import Reason


def _order() -> PageMaker:
    return PageMaker().line("Infusion Order Form").row(("Medication", "Kisunla (donanemab-azbt)"))


@pytest.mark.parametrize(
    ("line", "path", "value"),
    [
        ("Via IV", "orders[0].route", "IV"),
        ("How often every 4 weeks x 3 doses", "orders[0].frequency", "every 4 weeks x 3 doses"),
        ("Approval period 6 months", "orders[*].duration", "6 months"),
        ("Refills 3", "orders[*].refills", "3"),
        ("Wanted start Dec 12 2026", "orders[*].start_date", "2026-12-12"),
        ("Date of last treatment Aug 09 2026", "orders[*].last_treatment_date", "2026-08-09"),
        ("This order holds for 6 months with 5 refills.", "orders[*].duration", "6 months"),
    ],
)
def test_a_bare_line_of_an_order(line: str, path: str, value: str) -> None:
    assert at(propose_all(_order().row(("Dose", "700 mg")).line(line)), path) == [value]


@pytest.mark.parametrize("line", ["Via the side entrance", "Refills must be asked for", "Wanted start of therapy"])
def test_words_that_are_no_such_value_answer_nothing(line: str) -> None:
    found = propose_all(_order().row(("Dose", "700 mg")).line(line))
    assert not [one for one in found if one.path.endswith((".route", ".refills", ".start_date")) and one.value]


def test_questions_are_answered_behind_their_mark_or_below() -> None:
    maker = _order().row(("Dose", "700 mg")).line("How often? every 4 weeks").line("When should it start?")
    found = propose_all(maker.line("11/27/2026", x0=54.0).line("When was the last dose, if any?"))
    assert at(found, "orders[0].frequency") == ["every 4 weeks"]
    assert at(found, "orders[*].start_date") == ["2026-11-27"]
    assert at(found, "orders[*].last_treatment_date") == []


def test_a_treatment_that_was_tried_ends_before_the_next_question() -> None:
    maker = _order().line("Which treatment was tried?").line("mesalamine 2019 - 2020, inadequate response", x0=54.0)
    maker.line("What is given before the infusion? acetaminophen 650 mg PO").line("When should it start? 11/27/2026")
    found = propose_all(maker)
    assert [one["drug"] for one in by_item(found, "prior_therapies")] == ["mesalamine"]
    assert at(found, "orders[*].premedications[]") == ["acetaminophen 650 mg PO"]


def test_allergies_on_one_line_do_not_hide_the_order_below() -> None:
    maker = PageMaker().line("Physician Order Sheet").line("Allergies: NKDA").line("Actemra (tocilizumab)")
    found = propose_all(maker.line("8 mg/kg IV every 4 weeks"))
    assert at(found, "orders[0].dose") == ["8 mg/kg"]
    assert at(found, "orders[0].frequency") == ["every 4 weeks"]


def test_two_numbers_of_one_shape_need_a_person() -> None:
    found = propose_all(_order().row(("Insurance", "Medicare"), ("Member ID", "DXA435637772 DXA435607772")))
    (member,) = [one for one in found if one.path == "coverages[].member_id"]
    assert (member.value, member.is_valid) == ("DXA435607772", False)
    assert [one.value for one in member.alternatives] == ["DXA435637772"]
    assert any(isinstance(why, Reason) and why.code == "written_twice" for why in member.reasons)


def test_two_numbers_under_a_label_that_asks_both() -> None:
    found = propose_all(_order().row(("Insurance", "Medicare"), ("Member ID and group", "HAH177584746 / G936154")))
    assert at(found, "coverages[].member_id") == ["HAH177584746"]
    assert at(found, "coverages[].group_number") == ["G936154"]
