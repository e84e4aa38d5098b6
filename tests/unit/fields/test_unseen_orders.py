"""Several orders on one page, a history of doses that orders nothing, and drugs that are given around the infusion."""

import pytest
from oracle_pages import PageMaker
from proposed import at, by_item, propose_all

Item = dict[str, object]


def _orders(maker: PageMaker) -> list[Item]:
    return by_item(propose_all(maker), "orders")


def _two_blocks() -> PageMaker:
    maker = PageMaker().line("Infusion Order Requisition").line("ORDER 1 OF 2")
    maker.row(("Order", "ravulizumab (Ultomiris)")).row(("Order Details", "2,700 mg, IV Piggyback, Day 1"))
    maker.line("LOADING DOSE.", x0=120.0).row(("Requested Start", "12/07/2026"))
    maker.line("ORDER 2 OF 2")
    maker.row(("Order", "ravulizumab (Ultomiris)")).row(("Order Details", "3,300 mg, IV Piggyback, every 8 weeks"))
    maker.line("MAINTENANCE DOSE.", x0=120.0).row(("Requested Start", "12/21/2026")).row(("Refills", "6"))
    return maker.row(("Ordering provider", "Saga Lind, MD"))


def test_labels_asked_twice_are_two_orders_each_with_its_own_details() -> None:
    loading, maintenance = _orders(_two_blocks())
    assert (loading["dose"], loading["start_date"], loading["course"]) == ("2700 mg", "2026-12-07", "loading")
    assert "refills" not in loading
    assert (maintenance["dose"], maintenance["frequency"]) == ("3300 mg", "every 8 weeks")
    assert (maintenance["start_date"], maintenance["refills"]) == ("2026-12-21", "6")
    assert maintenance["course"] == "maintenance"


def test_a_column_for_each_order_with_the_labels_on_the_left() -> None:
    maker = PageMaker().line("Immune Globulin Order")
    rows = (
        ("Drug", "Gamunex-C (immune globulin)", "Gamunex-C (immune globulin)"),
        ("Dose", "0.4 g/kg", "1 g/kg"),
        ("Route", "IV", "IV"),
        ("Frequency", "daily x 5 days", "every 3 weeks"),
        ("Start date", "12/07/2026", "01/04/2027"),
    )
    loading, maintenance = _orders(maker.table(("Order", "Loading", "Maintenance"), *rows))
    assert (loading["dose"], loading["frequency"], loading["course"]) == ("0.4 g/kg", "daily x 5 days", "loading")
    assert (maintenance["dose"], maintenance["start_date"]) == ("1 g/kg", "2027-01-04")
    assert maintenance["course"] == "maintenance"


def test_a_grid_of_labels_and_answers_is_one_order() -> None:
    rows = (("Dose", "750 mg", "Route", "IV"), ("Frequency", "day 1 and day 8", "Refills", "0"))
    maker = PageMaker().line("Iron Infusion Order").table(("Product", "Injectafer", "HCPCS", "J1439"), *rows)
    assert len({order["dose"] for order in _orders(maker) if "dose" in order}) <= 1


def test_a_stage_behind_the_name_of_a_drug_is_its_course() -> None:
    maker = PageMaker().line("Infusion Order Form").row(("Medication", "Stelara (ustekinumab) induction"))
    assert at(propose_all(maker.row(("Dose", "390 mg IV"))), "orders[0].course") == ["induction"]


def test_doses_that_were_given_are_no_orders() -> None:
    maker = PageMaker().line("Standing Order").row(("Medication", "natalizumab (Tysabri) 300 mg IV every 4 weeks"))
    maker.table(
        ("Medication", "Dose", "Given"),
        ("acetaminophen (TYLENOL)", "650 mg", "05/26/2026"),
        ("ocrelizumab", "600 mg", "06/22/2026"),
    )
    assert [order["drug"] for order in _orders(maker)] == ["natalizumab"]


def test_a_dose_given_around_the_infusion_is_not_the_ordered_drugs() -> None:
    maker = PageMaker().line("Infusion Order Form")
    maker.table(("Medication", "Dose", "Route"), ("iron sucrose", "200 mg", "IV"), ("famotidine 20 mg PO", "", ""))
    assert [(order["drug"], order["dose"]) for order in _orders(maker)] == [("iron sucrose", "200 mg")]


def test_a_ticked_choice_goes_on_where_its_line_was_wrapped() -> None:
    maker = PageMaker().line("Infusion Order Form")
    maker.box("lecanemab (Leqembi) 10 mg/kg IV every 2", True).line("weeks over 60 min", x0=60.0)
    assert at(propose_all(maker), "orders[0].frequency") == ["every 2 weeks"]


@pytest.mark.parametrize(
    ("said", "allergies"),
    [
        ("No Known Allergies", ["NKDA"]),
        ("Bactrim Keflex", ["Bactrim", "Keflex"]),
        ("Latex Penicillin (rash)", ["Latex", "Penicillin"]),
        ("contrast dye", ["contrast dye"]),
        ("Penicillin G", ["Penicillin G"]),
    ],
)
def test_allergies_without_signs_between_them(said: str, allergies: list[str]) -> None:
    found = propose_all(PageMaker().line("Infusion Order Form").row(("Allergies", said)))
    assert at(found, "patient.allergies[]") == allergies


def test_a_scheme_under_a_title_about_allergies_is_none() -> None:
    maker = PageMaker().line("Infusion Order Form").section("Allergies").box("Every 8 weeks", True)
    assert at(propose_all(maker.box("Shellfish", True)), "patient.allergies[]") == ["Shellfish"]
