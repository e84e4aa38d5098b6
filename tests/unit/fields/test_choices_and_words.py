"""What is printed to choose from is no order; what stands before a code says it."""

import pytest
from oracle_pages import PageMaker
from proposed import at, propose_all


def test_doses_for_different_routes_in_one_answer_are_a_printed_choice() -> None:
    maker = PageMaker().line("Infusion Order Form").row(("Medication", "Tremfya (guselkumab)"))
    maker = maker.row(("Induction", "200 mg IV, weeks 0, 4, 8 400 mg SC, weeks 0, 4, 8"))
    doses = [one for one in propose_all(maker) if one.path.endswith(".dose")]
    assert {one.value for one in doses} == {"200 mg", "400 mg"}
    assert all(one.features["role"] <= 0.3 for one in doses)
    assert all("printed_choice" in {reason.code for reason in one.reasons} for one in doses)


def test_a_loading_and_a_maintenance_dose_are_no_choice() -> None:
    maker = PageMaker().line("Infusion Order Form").row(("Medication", "Ocrevus (ocrelizumab)"))
    found = propose_all(maker.row(("Dose", "300 mg IV day 1 and day 15, then 600 mg IV every 6 months")))
    assert all(one.features["role"] > 0.3 for one in found if one.path.endswith(".dose"))


@pytest.mark.parametrize(
    ("line", "description"),
    [
        (
            "I follow her for ulcerative colitis without complications (ICD-10 K51.90).",
            "ulcerative colitis without complications",
        ),
        (
            "Ulcerative (chronic) pancolitis without complications [K51.00] - Primary",
            "Ulcerative (chronic) pancolitis without complications",
        ),
        ("Diagnosis: RRMS (G35.A), stable on treatment", "RRMS"),
    ],
)
def test_the_words_before_a_code_describe_it(line: str, description: str) -> None:
    found = propose_all(PageMaker().line("Assessment").line(line))
    assert description in at(found, "diagnoses[0].description")


def test_a_title_is_no_name() -> None:
    maker = PageMaker().line("Infusion Order Form").row(("Physician", "ORDER SHEET"))
    assert not [one for one in propose_all(maker) if one.path.startswith("prescriber.") and one.value]
