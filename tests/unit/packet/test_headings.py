"""Other people's blocks inside a patient's section, and numbers that stand below their labels."""

import pytest
from oracle_pages import PageMaker

from extractor.packet import Role, read_answers
from extractor.packet.questions import find_heading_role


@pytest.mark.parametrize("heading", ["EMERGENCY CONTACT", "EMERGENCYCONTACT", "GUARANTOR", "RESPONSIBLE PARTY"])
def test_what_stands_below_a_heading_is_that_persons(heading: str) -> None:
    maker = PageMaker().section("Patient Information").row(("Name", "Maria Lopez"), ("DOB", "03/14/1981"))
    maker.line(heading).row(("Name", "Juan Lopez")).row(("Phone", "303-555-0143"))
    answers = {(a.attribute, a.text): a.role for a in read_answers(maker.build())}
    assert answers["full_name", "Maria Lopez"] is Role.PATIENT
    assert answers["full_name", "Juan Lopez"] is not Role.PATIENT
    assert answers["phone", "303-555-0143"] is not Role.PATIENT


def test_the_next_title_ends_a_heading() -> None:
    maker = PageMaker().section("Patient Information").row(("Name", "Maria Lopez")).line("EMERGENCY CONTACT")
    maker.row(("Name", "Juan Lopez")).section("Prescriber Information").row(("Name", "Thomas Reed, MD"))
    answers = {a.text: a.role for a in read_answers(maker.build())}
    assert answers["Thomas Reed, MD"] is Role.PRESCRIBER


@pytest.mark.parametrize("text", ["INFUSION ORDER FORM", "MARIA LOPEZ", "CONTACT US FOR INSURANCE QUESTIONS"])
def test_other_lines_in_capitals_are_no_headings(text: str) -> None:
    assert find_heading_role(text) is None


def test_a_number_right_below_its_label_answers_it() -> None:
    maker = PageMaker().section("Patient Information").line("Cell").line("303-555-0142")
    answers = {a.attribute: (a.text, a.role) for a in read_answers(maker.build())}
    assert answers["mobile_phone"] == ("303-555-0142", Role.PATIENT)


def test_what_is_no_number_answers_no_telephone() -> None:
    maker = PageMaker().section("Patient Information").line("Cell").line("Juan Lopez")
    assert [a for a in read_answers(maker.build()) if a.attribute == "mobile_phone" and a.words] == []
