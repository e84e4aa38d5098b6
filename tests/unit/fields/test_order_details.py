"""What orders share: ticked priorities, spans, refills, dates, codes, courses and premedications."""

import pytest
from oracle_pages import PageMaker
from proposed import at, by_item, propose_all


def _form() -> PageMaker:
    return PageMaker().line("Infusion Order Form").section("Prescription")


def test_answers() -> None:
    maker = _form().row(("Medication", "Prolia (denosumab)"), ("Dose", "60 mg"), ("Refills", "3"))
    maker.row(("Duration", "1 year"), ("Start Date", "12/10/2026"), ("Last Infusion", "04/23/2026"))
    found = propose_all(maker)
    assert at(found, "orders[*].refills") == ["3"]
    assert at(found, "orders[*].duration") == ["12 months"]
    assert at(found, "orders[*].start_date") == ["2026-12-10"]
    assert at(found, "orders[*].last_treatment_date") == ["2026-04-23"]


def test_no_refills_are_none_and_an_empty_label_is_blank() -> None:
    assert at(propose_all(_form().row(("Refills", "none"))), "orders[*].refills") == ["0"]
    found = propose_all(_form().row(("Number of Refills", ""), ("Order Duration", "")))
    assert {one.path for one in found if one.is_blank} >= {"orders[*].refills", "orders[*].duration"}


@pytest.mark.parametrize(
    ("ticked", "value"), [("Routine", "routine"), ("Urgent", "urgent"), ("STAT", "stat"), (None, None)]
)
def test_a_priority_is_what_is_ticked(ticked: str | None, value: str | None) -> None:
    maker = _form()
    for word in ("Routine", "Urgent", "STAT"):
        maker.box(word, word == ticked, "Priority")
    assert at(propose_all(maker), "orders[*].priority") == ([] if value is None else [value])


def test_a_stamp_by_itself_counts_and_a_word_in_a_line_does_not() -> None:
    assert at(propose_all(_form().line("** STAT **")), "orders[*].priority") == ["stat"]
    assert at(propose_all(_form().line("Draw STAT labs if baseline labs were not drawn")), "orders[*].priority") == []


def test_printed_choices_without_marks_say_nothing() -> None:
    assert at(propose_all(_form().row(("Priority", "Routine Urgent STAT"))), "orders[*].priority") == []


def test_a_code_goes_to_its_drug() -> None:
    found = propose_all(_form().row(("Medication", "Prolia (denosumab)"), ("Dose", "60 mg"), ("HCPCS", "J0897")))
    (order,) = by_item(tuple(one for one in found if one.path.startswith("orders[0]")), "orders")
    assert (order["drug"], order["hcpcs"]) == ("denosumab", "J0897")


def test_a_code_of_another_drug_is_doubted() -> None:
    found = propose_all(_form().row(("Medication", "Prolia (denosumab)"), ("Dose", "60 mg"), ("HCPCS", "J2350")))
    (code,) = [one for one in found if one.path.endswith(".hcpcs")]
    assert code.features["valid"] < 0.5


def test_courses_stand_with_their_doses() -> None:
    maker = _form().row(("Medication", "Kisunla (donanemab-azbt)")).row(("Initial dose", "700 mg IV every 4 weeks x 3"))
    found = propose_all(maker.row(("Maintenance dose", "1400 mg IV every 4 weeks")))
    orders = {order["dose"]: order.get("course") for order in by_item(found, "orders") if "dose" in order}
    assert orders == {"700 mg": "initial", "1400 mg": "maintenance"}


def test_premedications_as_printed() -> None:
    path = "orders[*].premedications[]"
    found = propose_all(_form().row(("Premedicate with", "famotidine 20 mg 1V, acetaminophen650 mg PO")))
    assert at(found, path) == ["famotidine 20 mg IV", "acetaminophen 650 mg PO"]
    maker = _form().box("acetaminophen 650 mg PO", True, "Premedications")
    found = propose_all(maker.box("loratadine 10 mg PO", False, "Premedications"))
    assert at(found, path) == ["acetaminophen 650 mg PO"]


def test_no_premedications_is_a_stated_empty_list() -> None:
    found = propose_all(_form().row(("Premedications", "None")))
    assert at(found, "lists.premedications") == [0.0]
    assert at(found, "orders[*].premedications[]") == []
    assert at(propose_all(_form().row(("Premedications", ""))), "lists.premedications") == []


def test_one_of_several_printed_choices_on_a_row_says_nothing() -> None:
    maker = _form().row(("Priority", "Routine"))
    row = maker.pairs[-1]
    maker.y = row.label_bbox.top
    assert at(propose_all(maker.line("Urgent STAT", x0=300.0)), "orders[*].priority") == []
