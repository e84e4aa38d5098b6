"""Allergies: an empty box says nothing, a ticked or printed "none" says NKDA, a medication is no allergy."""

from oracle_pages import PageMaker
from proposed import at, propose_all

PATH = "patient.allergies[]"


def _form() -> PageMaker:
    return PageMaker().line("Infusion Order Form").section("Patient Information").row(("Patient Name", "Ana Bell"))


def test_one_candidate_each_with_an_item() -> None:
    found = propose_all(_form().row(("Allergies", "Penicillin (hives), sulfa")))
    own = [one for one in found if one.path == PATH]
    assert [one.value for one in own] == ["Penicillin", "sulfa"]
    assert len({one.item for one in own}) == 2


def test_an_empty_answer_is_blank_and_not_none_known() -> None:
    (only,) = [one for one in propose_all(_form().row(("Drug Allergies", ""))) if one.path == PATH]
    assert only.is_blank
    assert only.value is None


def test_boxes() -> None:
    maker = _form().box("NKDA", True, "Allergies").box("Latex", False, "Allergies")
    assert at(propose_all(maker), PATH) == ["NKDA"]
    maker = _form().box("NKDA", False, "Allergies").box("Latex", True, "Allergies")
    assert at(propose_all(maker), PATH) == ["Latex"]


def test_an_unclear_mark_is_marked() -> None:
    (only,) = [one for one in propose_all(_form().box("NKDA", None, "Allergies")) if one.path == PATH]
    assert only.features["checked"] < 0.5


def test_a_printed_choice_whose_boxes_nobody_saw_gives_no_value() -> None:
    found = propose_all(_form().line("No known allergies Yes, list:").line("No known allergies"))
    assert at(found, PATH) == []
    assert [one.is_illegible for one in found if one.path == PATH] == [True]


def test_the_lines_below_a_title() -> None:
    note = PageMaker().line("Progress Note").section("ALLERGIES").line("Codeine, latex")
    found = propose_all(note.section("MEDICATIONS").line("Lisinopril 10 mg PO daily"))
    assert at(found, PATH) == ["Codeine", "latex"]


def test_prose_that_denies_names_none() -> None:
    note = PageMaker().line("Progress Note").line("History of Present Illness")
    found = propose_all(note.line("She is allergic to vancomycin. She denies being allergic to aspirin."))
    assert at(found, PATH) == ["vancomycin"]


def test_none_known_beside_an_allergy_is_doubted() -> None:
    found = propose_all(_form().row(("Allergies", "NKDA, penicillin")))
    assert [one.features["valid"] <= 0.4 for one in found if one.path == PATH] == [True, True]
