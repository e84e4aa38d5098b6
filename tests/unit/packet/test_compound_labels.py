"""Labels that ask several things, subjects that name the patient, blocks that say whose an address is, letters."""

import pytest
from oracle_pages import PageMaker

from extractor.packet import Answer, Role, find_letter, read_answers
from extractor.packet.page_type import classify_page
from models.record import BBox, PageType
from models.stages.layout import KeyValue, PageReading, Relation


def _asked(page: PageReading) -> dict[str, str]:
    return {answer.attribute: answer.text for answer in read_answers(page)}


@pytest.mark.parametrize(
    ("label", "value", "expected"),
    [
        ("Date of birth / sex", "5/21/1978 / Male", {"date_of_birth": "5/21/1978", "sex": "Male"}),
        ("Insurance ID; group", "CCE53524070 / 826405", {"member_id": "CCE53524070", "group_number": "826405"}),
        (
            "Telephone (H) / (C)",
            "402 555-0145 / 402 555-0132",
            {"home_phone": "402 555-0145", "mobile_phone": "402 555-0132"},
        ),
        (
            "Date of order; first dose",
            "10 Nov 2026 / 30 Nov 2026",
            {"order_date": "10 Nov 2026", "start_date": "30 Nov 2026"},
        ),
        ("Order ends after; refills", "6 months / 3", {"duration": "6 months", "refills": "3"}),
        ("Order ends after; refills", "6 months", {"duration": "6 months"}),
        ("Signature and date", "11/10/2026", {"signature_date": "11/10/2026"}),
        ("City / State / ZIP", "Tacoma, WA 98406", {"city_state_zip": "Tacoma, WA 98406"}),
    ],
)
def test_each_part_of_a_label_has_its_part_of_the_answer(label: str, value: str, expected: dict[str, str]) -> None:
    assert _asked(PageMaker().row((label, value)).build()) == expected


def test_one_number_for_two_telephones_is_only_guessed() -> None:
    (answer,) = read_answers(PageMaker().row(("Telephone (H) / (C)", "402 555-0145")).build())
    assert answer.text == "402 555-0145"
    assert answer.label_score < 0.5 or answer.attribute == "home_phone"


def test_a_subject_with_a_date_of_birth_names_the_patient() -> None:
    found = read_answers(PageMaker().row(("Re", "Gideon Li, born December 21, 1962")).build())
    assert {(a.attribute, a.role, a.text) for a in found} == {
        ("full_name", Role.PATIENT, "Gideon Li"),
        ("date_of_birth", Role.PATIENT, "December 21, 1962"),
    }


def test_an_organization_npi_is_not_the_prescribers() -> None:
    (answer,) = read_answers(PageMaker().row(("NPI (organization)", "1234567893")).build())
    assert answer.role is Role.FACILITY


def test_an_address_in_the_prescribers_block_is_the_prescribers() -> None:
    maker = PageMaker().row(("Last, first, middle", "Ruiz, Ana"), ("Birthdate", "10/05/1979"))
    middle = maker.y
    maker = maker.row(("Prescriber", "Silas Nguyen, MD")).row(("Address", "7823 Bluebird Blvd, Omaha, NE 68114"))
    page = maker.build()
    frames = (BBox(0, 0, 600, middle - 2), BBox(0, middle - 2, 600, maker.y))
    page = page.model_copy(update={"layout": page.layout.model_copy(update={"frames": frames})})
    by_attribute: dict[str, Answer] = {answer.attribute: answer for answer in read_answers(page)}
    assert by_attribute["address"].role is Role.PRESCRIBER
    assert by_attribute["full_name"].role is Role.PATIENT


LETTER = (
    "October 30, 2026",
    "Dear colleagues,",
    "I am referring Mr. Holloway for treatment with reslizumab (Cinqair). The indication is",
    "eosinophilic asthma. Please give 3 mg/kg IV every 4 weeks for 6 months. Allergies:",
    "Sulfa, Aspirin. He is well.",
    "Sincerely,",
)


def _letter(*lines: str) -> PageReading:
    maker = PageMaker()
    for line in lines:
        maker = maker.line(line)
    return maker.build()


def test_a_letter_that_asks_for_an_infusion_is_an_order() -> None:
    page = _letter(*LETTER)
    assert find_letter(page.layout) is not None
    assert classify_page(page, read_answers(page)) is PageType.ORDER


def test_a_letter_that_only_tells_of_a_drug_is_no_order() -> None:
    page = _letter(
        *LETTER[:2], "She took infliximab 300 mg from 2019 to 2021 and is in remission now, as you know.", LETTER[5]
    )
    assert classify_page(page, read_answers(page)) is not PageType.ORDER


def test_in_a_letter_the_rest_of_the_sentence_answers_its_label() -> None:
    page = _letter(*LETTER)
    label = next(word for line in page.layout.lines for word in line.words if word.text == "Allergies:")
    asked = KeyValue(label="Allergies:", label_bbox=label.bbox, value=(), relation=Relation.BELOW, area=label.bbox)
    page = page.model_copy(update={"layout": page.layout.model_copy(update={"key_values": (asked,)})})
    (answer,) = (a for a in read_answers(page) if a.attribute == "allergies")
    assert answer.text == "Sulfa, Aspirin."
