"""Labels and values: one a line, several a line, in boxes, in combs, over and under lines."""

import pytest
from page_drawing import Sheet

from extractor.layout import analyse_page
from models.stages.layout import KeyValue, Relation


def read_pairs(sheet: Sheet, **page: float) -> list[KeyValue]:
    return list(analyse_page(sheet.page(**page), sheet.read()).key_values)


def texts(pairs: list[KeyValue]) -> dict[str, str]:
    return {pair.label: pair.text for pair in pairs}


def test_several_pairs_on_one_line_end_at_the_next_label() -> None:
    sheet = Sheet()
    sheet.text(40, 100, "City: Denver State: CO Zip: 80202")
    sheet.text(40, 120, "DOB: 01/02/1980 Sex: F")
    assert texts(read_pairs(sheet)) == {
        "City:": "Denver",
        "State:": "CO",
        "Zip:": "80202",
        "DOB:": "01/02/1980",
        "Sex:": "F",
    }


def test_two_people_on_one_row_do_not_bleed() -> None:
    sheet = Sheet()
    sheet.text(40, 100, "Patient Name:")
    sheet.line(120, 112, 290, 112)
    sheet.text(320, 100, "Provider Name: Dana Quill MD")
    sheet.text(40, 120, "Phone: 303-555-0147")
    sheet.text(320, 120, "Phone:")
    sheet.line(360, 132, 500, 132)
    found = [(pair.label, pair.key, pair.text) for pair in read_pairs(sheet)]
    assert found == [
        ("Patient Name:", "patient.name", ""),
        ("Provider Name:", "prescriber.name", "Dana Quill MD"),
        ("Phone:", "phone", "303-555-0147"),
        ("Phone:", "phone", ""),
    ]


def test_a_label_run_into_its_value_is_parted() -> None:
    sheet = Sheet()
    sheet.text(40, 100, "PatientName:JohnSmith")
    sheet.text(40, 120, "DOB:01/02/1980")
    assert texts(read_pairs(sheet)) == {"PatientName:": "JohnSmith", "DOB:": "01/02/1980"}


def test_an_address_goes_on_below() -> None:
    sheet = Sheet()
    sheet.text(40, 100, "Address:")
    sheet.text(100, 100, "12 Main Street")
    sheet.text(100, 113, "Denver CO 80201")
    sheet.text(40, 130, "Phone: 303-555-0147")
    assert texts(read_pairs(sheet))["Address:"] == "12 Main Street Denver CO 80201"


def test_a_boxed_form_takes_the_value_under_its_small_label() -> None:
    sheet = Sheet()
    rows = [[("Last name", "Harrow"), ("First name", "Imogen"), ("Nickname", "Immy")],
            [("Member ID", ""), ("Group no.", "G8812"), ("Room", "12")]]  # fmt: skip
    for row, cells in enumerate(rows):
        for column, (label, value) in enumerate(cells):
            x, y = 40 + 170 * column, 100 + 32 * row
            sheet.box(x, y, 170, 32)
            sheet.text(x + 3, y + 2, label, size=6)
            if value:
                sheet.text(x + 8, y + 14, value, size=10)
    pairs = read_pairs(sheet)
    assert [(pair.key, pair.text) for pair in pairs] == [
        ("last_name", "Harrow"), ("first_name", "Imogen"), (None, "Immy"),
        ("coverage.member_id", ""), ("coverage.group_number", "G8812"), (None, "12"),
    ]  # fmt: skip
    assert {pair.relation for pair in pairs} == {Relation.INSIDE}


@pytest.mark.parametrize("y_dpi", [196.0, 98.0])
def test_a_comb_is_joined(y_dpi: float) -> None:
    sheet = Sheet()
    sheet.text(40, 104, "NPI #")
    for index, digit in enumerate("1234567893"):
        sheet.box(80 + 16 * index, 100, 16, 18)
        sheet.text(84 + 16 * index, 103, digit)
    pair = next(pair for pair in read_pairs(sheet, y_dpi=y_dpi) if pair.key == "npi")
    assert (pair.text, pair.relation) == ("1234567893", Relation.COMB)


def test_an_empty_comb_cell_parts_words() -> None:
    sheet = Sheet()
    sheet.text(40, 104, "Last Name")
    for index in range(12):
        sheet.box(110 + 16 * index, 100, 16, 18)
    for index, letter in {0: "D", 1: "E", 3: "L", 4: "U", 5: "C", 6: "A"}.items():
        sheet.text(114 + 16 * index, 103, letter)
    assert texts(read_pairs(sheet))["Last Name"] == "DE LUCA"


def test_captions_under_lines() -> None:
    sheet = Sheet()
    sheet.text(50, 100, "Imogen Harrow")
    sheet.line(45, 113, 250, 113)
    sheet.text(100, 116, "Patient name", size=7)
    sheet.line(300, 113, 420, 113)
    sheet.text(330, 116, "Birth date", size=7)
    found = {pair.key: (pair.text, pair.relation) for pair in read_pairs(sheet)}
    assert found["patient.name"] == ("Imogen Harrow", Relation.ABOVE)
    assert found["patient.date_of_birth"] == ("", Relation.ABOVE)


def test_captions_under_boxes_win_over_the_boxes_below() -> None:
    sheet = Sheet()
    for row, (upper, caption) in enumerate([("Imogen", "FIRST NAME"), ("Harrow", "LAST NAME"), ("Denver", "CITY")]):
        sheet.box(40, 100 + 34 * row, 180, 20)
        sheet.text(48, 104 + 34 * row, upper)
        sheet.text(42, 121 + 34 * row, caption, size=6)
    assert texts(read_pairs(sheet)) == {"FIRST NAME": "Imogen", "LAST NAME": "Harrow", "CITY": "Denver"}


def test_values_in_a_far_column() -> None:
    sheet = Sheet()
    for row, (label, value) in enumerate([("Member ID", "QQ1234"), ("Group", "G88"), ("Subscriber", "Imogen Harrow")]):
        sheet.text(50, 100 + 15 * row, label)
        sheet.text(180, 100 + 15 * row, value)
    assert texts(read_pairs(sheet)) == {"Member ID": "QQ1234", "Group": "G88", "Subscriber": "Imogen Harrow"}


def test_a_sentence_holds_no_label() -> None:
    sheet = Sheet()
    sheet.text(40, 100, "The patient name and the date of birth are not known to this office yet.")
    assert read_pairs(sheet) == []


def test_a_qualified_label_does_not_lend_its_key() -> None:
    sheet = Sheet()
    sheet.text(40, 100, "Emergency Contact Cell: 303-555-0147")
    (pair,) = read_pairs(sheet)
    assert (pair.label, pair.key) == ("Emergency Contact Cell:", None)
