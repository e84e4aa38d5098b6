"""Prescribers that no label asks for, letterheads beside the center's name, subjects that are patients, lost doses."""

import pytest
from oracle_pages import PageMaker
from proposed import at, by_item, propose_all


def test_a_name_before_a_valid_npi_in_one_line_is_the_prescribers() -> None:
    found = propose_all(PageMaker().line("Infusion Order Form").line("Nadia Montrose, DO, NPI 1234567893"))
    leaves = ("first_name", "last_name", "credentials")
    assert [set(at(found, f"prescriber.{leaf}")) for leaf in leaves] == [{"Nadia"}, {"Montrose"}, {"DO"}]
    assert any(reason.code == "beside_npi" for one in found for reason in one.reasons)


@pytest.mark.parametrize("line", ["Lakeside Pharmacy Group MD, NPI 1234567893", "Nadia Montrose NPI 1234567893"])
def test_a_group_or_no_credentials_names_nobody(line: str) -> None:
    assert at(propose_all(PageMaker().line("Infusion Order Form").line(line)), "prescriber.last_name") == []


def test_a_sender_with_credentials_is_the_prescriber_with_the_numbers_behind() -> None:
    sender = "Nadia Montrose, DO, phone 303.555.0137, fax 303.555.0133"
    found = propose_all(PageMaker().line("Treatment orders").row(("From", sender)))
    leaves = ("last_name", "phone", "fax")
    assert [at(found, f"prescriber.{leaf}") for leaf in leaves] == [["Montrose"], ["+13035550137"], ["+13035550133"]]


def test_staff_who_send_are_no_prescribers() -> None:
    found = propose_all(PageMaker().line("Treatment orders").row(("From", "Kelly Brandt, intake")))
    assert at(found, "prescriber.last_name") == []


def test_the_practices_head_is_read_beside_the_centers_name_and_below_a_title() -> None:
    maker = PageMaker().line("Prairie Blood & Iron Clinic").line("601 N 30th Street, Suite 1400, Omaha, NE 68131")
    maker.line("IV IRON ORDER - outpatient infusion").line("Ocrevus (ocrelizumab) infusion")
    maker.y = 40.0
    maker.line("FAX ORDERS TO", 430.0).line("Clark Fork Infusion Center", 430.0)
    found = propose_all(maker)
    assert at(found, "prescriber.practice") == ["Prairie Blood & Iron Clinic"]
    assert at(found, "prescriber.address.postal_code") == ["68131"]


def test_blue_in_a_practices_name_makes_it_no_payer() -> None:
    maker = (
        PageMaker().line("Blue Mesa Arthritis Center").line("982 Juniper Ct, Denver, CO 80203").line("Infusion order")
    )
    assert at(propose_all(maker), "prescriber.practice") == ["Blue Mesa Arthritis Center"]


def test_a_subject_gives_name_birth_and_chart_number() -> None:
    subject = "ST-PIERRE, MARISOL BETTINA born 12 Dec. 2003 chart 2549939"
    found = propose_all(PageMaker().line("Infusion order").row(("Re", subject)))
    leaves = ("last_name", "first_name", "date_of_birth", "mrn")
    assert [at(found, f"patient.{leaf}") for leaf in leaves] == [
        ["ST-PIERRE"],
        ["MARISOL"],
        ["2003-12-12"],
        ["2549939"],
    ]


def test_route_and_scheme_stay_where_the_dose_was_not_read() -> None:
    maker = PageMaker().line("Infusion Order Form").row(("Drug", "Ocrevus"), ("Dose", "3?? 0"))
    found = propose_all(maker.row(("Route", "IV"), ("Frequency", "every 6 months")))
    (order,) = by_item(tuple(one for one in found if one.path.startswith("orders[0]")), "orders")
    assert (order["drug"], order["route"], order["frequency"]) == ("ocrelizumab", "IV", "every 6 months")
    assert any(one.path == "orders[*].dose" and one.is_illegible for one in found)


def test_the_route_of_a_premedication_is_not_the_orders() -> None:
    maker = PageMaker().line("Infusion Order Form").row(("Drug", "Ocrevus"), ("Dose", "600 mg"))
    found = propose_all(maker.section("Before each visit").box("diphenhydramine 25 mg PO", is_checked=True))
    assert at(found, "orders[0].route") == []


def test_a_drug_under_a_label_that_asks_something_else_is_found() -> None:
    maker = PageMaker().line("Prescription").row(("Preparation wanted", "Privigen 10%"), ("Dose", "0.5 g/kg"))
    assert at(propose_all(maker), "orders[0].brand") == ["Privigen"]


def test_a_numbered_list_goes_on_below_its_first_line() -> None:
    maker = PageMaker().line("Therapy plan").row(("Drug", "Benlysta"), ("Dose", "10 mg/kg"))
    maker.row(("Premedications", "1. acetaminophen 1000 mg PO"))
    first = maker.pairs[-1].value[0]
    maker.line("2. cetirizine 10 mg PO", first.bbox.x0).line("Nursing communication", first.bbox.x0)
    found = at(propose_all(maker), "orders[*].premedications[]")
    assert found == ["acetaminophen 1000 mg PO", "cetirizine 10 mg PO"]


def test_an_initial_is_no_first_name_and_words_are_no_unit() -> None:
    maker = PageMaker().line("Infusion Order Form").row(("Prescriber", "S. Castaneda, MD"))
    found = propose_all(maker.row(("Patient Name", "Ana Ruiz"), ("Unit", "Reference Value")))
    initials = [one for one in found if one.path == "prescriber.first_name"]
    assert [one.is_valid for one in initials] == [False]
    assert at(found, "patient.address.line2") == []
