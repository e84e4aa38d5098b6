"""Labels inside running text, offices with their street in one answer, and whose a bare name is."""

import pytest
from oracle_pages import PageMaker

from extractor.packet import Role, read_answers
from models.stages.layout import KeyValue, PageReading, Relation
from models.stages.text import Word

TEXT = (
    "Diagnosis: H46.11 Retrobulbar neuritis, right eye. No prior therapy. Allergy:",
    "Vancomycin. Weight 74 kg. The symptoms began three days ago in the right eye,",
    "and vision fell since then.",
)


def _blank(label: Word) -> KeyValue:
    return KeyValue(label=label.text, label_bbox=label.bbox, value=(), relation=Relation.INSIDE, area=label.bbox)


def _texts(page: PageReading) -> dict[str, str]:
    return {answer.attribute: answer.text for answer in read_answers(page) if answer.words}


def test_an_answer_in_a_paragraph_ends_with_its_sentence_and_goes_on_in_the_next_line() -> None:
    maker = PageMaker().line("Hand-off to infusion")
    for line in TEXT:
        maker.line(line)
    label = maker.lines[1].words[-1]
    maker.pairs.append(_blank(label))
    found = _texts(maker.build())
    assert found["diagnosis"] == "H46.11 Retrobulbar neuritis, right eye."
    assert found["allergies"] == "Vancomycin."


def test_an_office_with_its_street_is_two_answers() -> None:
    found = _texts(PageMaker().row(("Clinic", "Lakeside Lung Clinic, 60 Elm St, Denver, CO 80203")).build())
    assert (found["practice"], found["address"]) == ("Lakeside Lung Clinic", "60 Elm St, Denver, CO 80203")


def test_an_office_without_a_whole_address_stays_one_answer() -> None:
    found = _texts(PageMaker().row(("Clinic", "Lakeside Lung Clinic, 60")).build())
    assert found["practice"] == "Lakeside Lung Clinic, 60"


@pytest.mark.parametrize(("second", "role"), [("DOB", Role.PATIENT), ("Pager", None)])
def test_a_bare_name_beside_a_date_of_birth_is_the_patients(second: str, role: Role | None) -> None:
    page = PageMaker().row(("Name", "Ana Ruiz"), (second, "01/02/1980")).build()
    answers = {answer.attribute: answer.role for answer in read_answers(page)}
    assert answers["full_name"] is role


def test_contact_alone_heads_nobody_elses_block_and_a_relative_says_nothing_of_what_stands_above() -> None:
    maker = PageMaker().row(("Last name", "Ruiz")).row(("Birth date", "01/02/1980")).line("CONTACT")
    maker.row(("Cell", "303-555-0141")).row(("E-mail", "ana@house.example")).row(("Emergency contact", "Juan Ruiz"))
    roles = {answer.attribute: answer.role for answer in read_answers(maker.build())}
    assert Role.CONTACT not in {roles["mobile_phone"], roles["email"]}
