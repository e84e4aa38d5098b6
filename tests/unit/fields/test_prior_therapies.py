"""Earlier therapies: from labels, tables, ticked lists and prose; never what is ordered, refused or a relative's."""

import pytest
from oracle_pages import PageMaker
from proposed import by_item, propose_all

Item = dict[str, object]
EXPECTED: Item = {"drug": "dimethyl fumarate", "start": "2019", "stop": "2021", "outcome": "inadequate response"}


def _therapies(maker: PageMaker) -> list[Item]:
    return by_item(propose_all(maker), "prior_therapies")


def _form() -> PageMaker:
    return PageMaker().line("Infusion Order Form")


def _note(*lines: str) -> PageMaker:
    maker = PageMaker().line("Progress Note").line("History of Present Illness")
    for line in lines:
        maker.line(line)
    return maker


def test_a_labelled_answer() -> None:
    assert _therapies(_form().row(("Failed therapies", "Tecfidera 2019 - 2021, inadequate response"))) == [EXPECTED]


def test_a_ticked_list() -> None:
    maker = _form().section("Prior Therapies").box("Tecfidera 2019-2021 inadequate response", True)
    assert _therapies(maker.box("Copaxone", False).box("Rebif", False)) == [EXPECTED]


def test_a_table() -> None:
    maker = _form().section("Prior Therapies")
    maker.table(("Medication", "Dates", "Outcome"), ("Tecfidera", "2019-2021", "inadequate response"))
    assert _therapies(maker) == [EXPECTED]


def test_a_table_of_current_medications_is_none() -> None:
    maker = _form().section("Current Medications").table(("Medication", "Dose"), ("Lisinopril", "10 mg"))
    assert _therapies(maker) == []


def test_prose() -> None:
    said = "She failed Tecfidera from 2019 to 2021 due to inadequate response. Plan: start Ocrevus 600 mg IV."
    assert _therapies(_note(said)) == [EXPECTED]


@pytest.mark.parametrize(
    "said",
    [
        "Her mother took Tecfidera from 2019 to 2021",
        "She has never taken Tecfidera",
        "Plan: start Tecfidera 240 mg PO twice daily",
        "If hives or chills: stop the infusion, give diphenhydramine 50 mg IV",
    ],
)
def test_other_drugs_of_a_note_are_none(said: str) -> None:
    assert _therapies(_note(said)) == []
