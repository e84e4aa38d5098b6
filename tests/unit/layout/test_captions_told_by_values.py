"""Where the label of a value stands, told by what is written: over, under, beside, or at the foot of a box."""

from page_drawing import Sheet

from extractor.layout import analyse_page
from models.stages.layout import Relation

GRID = (
    (("First", "Rachel"), ("Last", "Holloway"), ("Birthday", "08/03/1961")),
    (
        ("Street and unit so called", "3447 Ridgeline Rd"),
        ("City / State / Zip", "Salem, OR 97301"),
        ("E-mail", "r@example.com"),
    ),
    (("Home phone", "(503) 555-0129"), ("Cell phone", "(503) 555-0184"), ("Weight", "71.2 kg")),
    (("Date", "11/06/2026"), ("NPI", "1992625198"), ("Fax", "(218) 555-0176")),
)


def _pairs(sheet: Sheet) -> dict[str, str]:
    return {pair.label: pair.text for pair in analyse_page(sheet.page(), sheet.read()).key_values}


def test_values_tell_that_captions_stand_under_them_however_the_rows_are_spaced() -> None:
    sheet = Sheet()
    for row, fields in enumerate(GRID):
        for column, (caption, value) in enumerate(fields):
            sheet.text(40 + 180 * column, 100 + 30 * row, value, size=9)
            sheet.text(40 + 180 * column, 117 + 30 * row, caption, size=7)
    found = analyse_page(sheet.page(), sheet.read()).key_values
    assert {pair.label: pair.text for pair in found} == {caption: value for row in GRID for caption, value in row}
    assert {pair.relation for pair in found} == {Relation.ABOVE}


def test_captions_at_the_foot_of_boxes_are_answered_inside_them() -> None:
    sheet = Sheet()
    fields = (("Born", "07/21/1988"), ("MR #", "5403763"), ("Wt", "87.1 kg"), ("Fax", ""))
    for column, (caption, value) in enumerate(fields):
        left = 40 + 130 * column
        sheet.box(left, 100, 130, 28)
        if value:
            sheet.text(left + 4, 103, value, size=9)
        sheet.text(left + 128 - 6 * len(caption), 119, caption, size=7)
    assert _pairs(sheet) == dict(fields)


def test_a_box_with_one_row_holds_a_label_and_its_value_side_by_side() -> None:
    sheet = Sheet()
    rows = (
        ("Patient name", "Paulina Carrasco"),
        ("DOB", "02/24/1956"),
        ("Office", "Pinefield Clinic"),
        ("Weight", "92 kg"),
    )
    for number, (label, value) in enumerate(rows):
        sheet.box(40, 100 + 18 * number, 270, 18)
        sheet.text(43, 107 + 18 * number, label, size=7)
        sheet.text(110, 105 + 18 * number, value, size=10)
    assert _pairs(sheet) == dict(rows)


def test_dates_and_numbers_tell_a_column_of_questions_of_unknown_wording() -> None:
    sheet = Sheet()
    rows = (
        ("1. Has the patient been told of the referral?", "Yes"),
        ("2. Best number for the patient to be called", "(919) 555-0175"),
        ("3. Mobile phone", "(919) 555-0198"),
        ("4. Where does the patient live?", "7763 Sycamore Rd, Raleigh, NC 27609"),
        ("5. Newest measured weight", "67.6 kg"),
        ("6. Allergies", "NKDA"),
    )
    for number, (label, value) in enumerate(rows):
        sheet.text(44, 106 + 14 * number, label, size=8)
        sheet.text(300, 106 + 14 * number, value, size=8)
    assert _pairs(sheet) == dict(rows)


def test_a_second_question_on_a_row_has_its_own_boxes() -> None:
    sheet = Sheet()
    end = sheet.text(40, 100, "Sex")
    for label, gap in (("Female", 12), ("Male", 14)):
        sheet.box(end + gap, 100, 8, 8)
        end = sheet.text(end + gap + 11, 100, label)
    end = sheet.text(end + 40, 100, "Level")
    for label, gap in (("routine", 12), ("urgent", 14)):
        sheet.box(end + gap, 100, 8, 8)
        end = sheet.text(end + gap + 11, 100, label)
    boxes = analyse_page(sheet.page(), sheet.read()).checkboxes
    assert {box.label: box.question for box in boxes} == {
        "Female": "Sex",
        "Male": "Sex",
        "routine": "Level",
        "urgent": "Level",
    }


def test_a_place_to_sign_reaches_down_to_its_line_and_so_does_the_date_beside_it() -> None:
    sheet = Sheet()
    sheet.text(40, 400, "Signature of prescriber")
    sheet.text(280, 400, "Date")
    sheet.scrawl(60, 416, 120, 20)
    sheet.text(284, 428, "11/08/2026")
    sheet.line(40, 442, 260, 442)
    sheet.line(280, 442, 400, 442)
    layout = analyse_page(sheet.page(), sheet.read())
    assert [area.has_ink for area in layout.signatures] == [True]
    assert {pair.label: pair.text for pair in layout.key_values}["Date"] == "11/08/2026"


def test_captions_in_the_middle_under_lines_are_answered_over_the_whole_line() -> None:
    sheet = Sheet()
    for row, fields in enumerate(GRID):
        for column, (caption, value) in enumerate(fields):
            left = 40 + 180 * column
            sheet.text(left + 2, 100 + 30 * row, value, size=9)
            sheet.line(left, 112 + 30 * row, left + 170, 112 + 30 * row)
            sheet.text(left + 70, 115 + 30 * row, caption, size=7)
    known = {caption: value for row in GRID for caption, value in row if caption != GRID[1][0][0]}
    assert _pairs(sheet) == known
