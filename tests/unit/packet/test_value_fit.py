"""What an answer is decides where its label leaves the question open."""

import pytest
from oracle_pages import PageMaker

from extractor.packet import Role, read_answers


@pytest.mark.parametrize(
    ("label", "value", "attribute"),
    [
        ("First dose", "12/01/2026", "start_date"),
        ("Previous dose", "09/01/2026", "last_treatment_date"),
        ("First dose", "300 mg", "dose"),
        ("Policy holder", "Spouse", "relationship"),
        ("Policy holder", "Erik Lindqvist", "full_name"),
        ("Policy holder is", "Self", "relationship"),
        ("Unit #", "50-338821", "mrn"),
        ("Unit #", "12B", "address_line2"),
        ("39 1ST DOSE", "11/30/2026", "start_date"),
    ],
)
def test_the_answer_tells_the_question(label: str, value: str, attribute: str) -> None:
    (answer,) = read_answers(PageMaker().row((label, value)).build())
    assert answer.attribute == attribute


def test_a_mere_physician_under_primary_care_is_not_the_prescriber() -> None:
    maker = (
        PageMaker().section("PRIMARY CARE").row(("Physician", "Samuel Whitefeather, MD"), ("Clinic", "Garland Clinic"))
    )
    maker = maker.section("PRESCRIBER").row(("Ordering physician", "Thomas Reed, MD"))
    roles = {answer.text: answer.role for answer in read_answers(maker.build())}
    assert roles["Samuel Whitefeather, MD"] is Role.PCP
    assert roles["Garland Clinic"] is Role.PCP
    assert roles["Thomas Reed, MD"] is Role.PRESCRIBER


def test_a_label_in_capitals_is_no_heading_for_what_stands_below() -> None:
    maker = PageMaker().section("PRESCRIBER").row(("FACILITY NAME", "Emerald Digestive Care"))
    roles = {answer.text: answer.role for answer in read_answers(maker.row(("FAX", "206-555-0141")).build())}
    assert roles["206-555-0141"] is Role.PRESCRIBER
    assert roles["Emerald Digestive Care"] is Role.PRESCRIBER
