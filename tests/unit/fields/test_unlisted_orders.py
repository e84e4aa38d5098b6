"""Orders whose drug no list knows, whose section's title was missed, and boxes that tell what was tried."""

from lab_sheets import Row, items, sheet
from oracle_pages import PageMaker
from proposed import at, propose_all

from extractor.fields.statements import _tells_trial
from extractor.packet import Role, read_answers
from extractor.packet.questions import read_label


def test_a_drug_that_nobody_knows_is_an_order_that_asks() -> None:
    maker = PageMaker().line("Enrollment form for ZORVADA (belfuritase alfa-qzxv)")
    maker.row(("Drug", "ZORVADA 10 mg vial")).row(("Dose", "1 mg/kg")).row(("Route", "IV"))
    found = propose_all(maker.row(("Frequency", "every 2 weeks")))
    assert at(found, "orders[0].drug") == ["belfuritase alfa"]
    assert at(found, "orders[0].brand") == ["Zorvada"]
    assert at(found, "orders[0].dose") == ["1 mg/kg"]
    assert all(not one.is_valid for one in found if one.path in {"orders[0].drug", "orders[0].brand"})


def test_words_of_the_form_are_no_drug() -> None:
    maker = PageMaker().line("Infusion Order Form").row(("Medication", "see attached order"))
    assert at(propose_all(maker.row(("Dose", "10 mg")).row(("Route", "IV"))), "orders[0].brand") == []


def test_a_box_that_tells_a_result_orders_nothing() -> None:
    assert _tells_trial("vedolizumab 2025 / loss of response")
    assert not _tells_trial("vedolizumab 300 mg IV every 8 weeks")
    assert not _tells_trial("vedolizumab (Entyvio)")


def test_a_letter_beside_pending_may_say_pending() -> None:
    head: Row = [(40, "Test"), (200, "Status"), (250, "Result"), (300, "Units"), (400, "Reference Range")]
    sodium: Row = [(40, "Sodium"), (200, "F"), (250, "139"), (300, "mmol/L"), (400, "134-144")]
    waiting: Row = [(40, "TSH"), (200, "P"), (250, "pending")]
    found = {item["test"].value: item["status"] for item in items(sheet(head, sodium, waiting))}
    assert (found["Sodium"].value, found["Sodium"].is_valid) == ("final", True)
    assert (found["TSH"].value, found["TSH"].is_valid) == ("pending", False)


def test_a_name_beside_a_date_of_birth_is_the_patients() -> None:
    page = PageMaker().row(("RE", "Mr. Anselm T. Okpara"), ("Date of birth", "March 8, 1958 Our chart no. PNC-22941"))
    found = {(one.attribute, one.role): one.text for one in read_answers(page.build())}
    assert found["full_name", Role.PATIENT] == "Mr. Anselm T. Okpara"
    assert found["date_of_birth", Role.PATIENT] == "March 8, 1958"
    assert found["mrn", Role.PATIENT] == "PNC-22941"


def test_a_location_below_the_prescriber_is_the_prescribers_address() -> None:
    maker = PageMaker().row(("Prescriber", "Fay Castell, MD")).row(("NPI", "1234567893"))
    maker.row(("Organization", "Merrimack Heart Group")).row(("Location", "88 Pembroke Mill Dr, Concord, NH 03302"))
    found = {one.attribute: one for one in read_answers(maker.build())}
    assert found["practice"].role is Role.PRESCRIBER
    assert (found["address"].role, found["address"].text[:2]) == (Role.PRESCRIBER, "88")


def test_a_web_form_asks_in_sentences() -> None:
    asked = {label: read_label(label) for label in ("What is the patient's first name?", "When was the patient born?")}
    assert [one and one.attribute for one in asked.values()] == ["first_name", "date_of_birth"]
