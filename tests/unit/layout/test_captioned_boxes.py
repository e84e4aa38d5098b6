"""Forms whose captions stand above their boxes, and blanks whose labels are known only by the line to write on."""

from page_drawing import Sheet

from extractor.layout import analyse_page


def _pairs(sheet: Sheet) -> dict[str, str]:
    return {pair.label: pair.text for pair in analyse_page(sheet.page(), sheet.read()).key_values}


def _captioned() -> Sheet:
    sheet = Sheet()
    fields = [("FIRST NAME", "Ana"), ("LAST NAME", "Ruiz"), ("APT / UNIT", "Apt 4"), ("TELEPHONE", "")]
    for number, (caption, value) in enumerate(fields):
        x, y = 40 + 260 * (number % 2), 100 + 40 * (number // 2)
        sheet.text(x, y, caption, size=7, bold=True)
        sheet.box(x, y + 11, 220, 17)
        if value:
            sheet.text(x + 4, y + 15, value, size=9)
    return sheet


def test_what_stands_in_a_box_answers_the_caption_above_it() -> None:
    assert _pairs(_captioned()) == {"FIRST NAME": "Ana", "LAST NAME": "Ruiz", "APT / UNIT": "Apt 4", "TELEPHONE": ""}


def test_a_title_above_boxes_with_labels_of_their_own_is_no_caption() -> None:
    sheet = Sheet()
    for top, title, caption, value in (
        (100, "PATIENT", "Last", "Ruiz"),
        (160, "INSURANCE", "Insurance company", "Cascadia Blue"),
        (220, "PRESCRIBER", "Name", "Thomas Reed"),
    ):
        sheet.box(40, top, 500, 14, fill=0)
        sheet.text(44, top + 2, title, size=9, bold=True, fill=255)
        for x in (40, 290):
            sheet.box(x, top + 16, 250, 28)
        sheet.text(44, top + 18, caption, size=7)
        sheet.text(44, top + 29, value, size=10)
    pairs = _pairs(sheet)
    assert pairs["Last"] == "Ruiz"
    assert pairs["Insurance company"] == "Cascadia Blue"


def test_unknown_words_before_a_line_to_write_on_are_its_label() -> None:
    sheet = Sheet()
    end = sheet.text(40, 100, "Through")
    sheet.line(end + 3, 111, end + 120, 111)
    sheet.text(end + 4, 100, "IV")
    end = sheet.text(260, 100, "Wish")
    sheet.line(end + 3, 111, end + 200, 111)
    sheet.text(end + 4, 100, "every 4 weeks")
    assert _pairs(sheet) == {"Through": "IV", "Wish": "every 4 weeks"}


def test_underlined_words_are_no_answer() -> None:
    sheet = Sheet()
    start = sheet.text(40, 100, "Please read the")
    end = sheet.text(start + 3, 100, "whole page")
    sheet.line(start + 3, 111, end, 111)
    sheet.text(end + 4, 100, "before signing")
    assert _pairs(sheet) == {}


def test_the_label_of_the_next_field_is_no_part_of_a_choice() -> None:
    sheet = Sheet()
    for x, choice in ((100, "Routine"), (180, "Urgent"), (250, "STAT")):
        sheet.box(x, 101, 9, 9)
        sheet.text(x + 13, 100, choice)
    sheet.text(40, 100, "Timing:")
    sheet.text(312, 100, "Refills: 3")
    found = analyse_page(sheet.page(), sheet.read())
    assert [box.label for box in found.checkboxes] == ["Routine", "Urgent", "STAT"]
    assert {pair.label: pair.text for pair in found.key_values}["Refills:"] == "3"


def test_two_written_lines_close_together_are_not_read_across() -> None:
    sheet = Sheet()
    sheet.text(40, 104, "Previous treatment:")
    sheet.text(160, 101, "prednisone 2022-2026 weight gain", size=9)
    sheet.text(160, 110, "azathioprine 2023-2025 relapse", size=9)
    text = _pairs(sheet)["Previous treatment:"]
    assert "prednisone 2022-2026 weight gain" in text
