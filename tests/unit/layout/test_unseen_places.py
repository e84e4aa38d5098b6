"""Answers in places of their own: high over their line, under a shared line, streaked pages, titles in bands."""

from page_drawing import Sheet

from extractor.layout import analyse_page


def test_writing_that_stands_high_on_its_line_answers_the_label_before_the_line() -> None:
    sheet = Sheet()
    for row, (label, value) in enumerate([("City", "Tulsa"), ("Street", "Quanah"), ("Cell", "303-555-0136")]):
        top = 100 + 40 * row
        sheet.text(40, top, label, size=7)
        sheet.text(80, top - 7, value, size=9)
        sheet.line(66, top + 7.5, 240, top + 7.5)
    read = {pair.label: pair.text for pair in analyse_page(sheet.page(), sheet.read()).key_values}
    assert read == {"City": "Tulsa", "Street": "Quanah", "Cell": "303-555-0136"}


def test_a_line_over_several_labels_with_nothing_on_it_heads_what_stands_below() -> None:
    sheet = Sheet()
    sheet.line(40, 99, 480, 99)
    sheet.text(44, 104, "Ordered by", size=9)
    sheet.text(44, 117, "Nikolai Brandt, MD", size=9)
    sheet.text(330, 104, "Date", size=9)
    sheet.text(330, 117, "11/12/2026", size=9)
    read = {pair.label: pair.text for pair in analyse_page(sheet.page(), sheet.read()).key_values}
    assert read == {"Ordered by": "Nikolai Brandt, MD", "Date": "11/12/2026"}


def test_a_streak_down_the_page_parts_no_answer() -> None:
    sheet = Sheet()
    sheet.text(40, 100, "Diagnosis: L40.59 Other psoriatic arthropathy")
    sheet.line(205, 2, 205, 790, width=0.8)
    read = {pair.label: pair.text for pair in analyse_page(sheet.page(), sheet.read()).key_values}
    assert read == {"Diagnosis:": "L40.59 Other psoriatic arthropathy"}


def test_a_band_with_rows_close_below_it_heads_its_part() -> None:
    sheet = Sheet()
    for left, title in ((40, "Patient"), (320, "Emergency contact")):
        sheet.box(left, 80, 250, 14, fill=0)
        sheet.text(left + 6, 82, title, size=9, fill=255, bold=True)
        sheet.text(left + 6, 98, "Name and more words of the first row below it", size=8)
    titles = [section.title for section in analyse_page(sheet.page(), sheet.read()).sections]
    assert titles == ["Patient", "Emergency contact"]


def test_captions_in_the_corners_of_low_boxes_are_no_titles() -> None:
    sheet = Sheet()
    for row, captions in enumerate([("ALLERGIES", "HT"), ("SIGNATURE", "DATE")]):
        for column, (caption, value) in enumerate(zip(captions, ("Latex", "165"), strict=True)):
            sheet.box(40 + 260 * column, 100 + 30 * row, 260, 30)
            sheet.text(44 + 260 * column, 103 + 30 * row, caption, size=6)
            sheet.text(44 + 260 * column, 114 + 30 * row, value, size=10)
    layout = analyse_page(sheet.page(), sheet.read())
    assert layout.sections == ()
    assert {pair.label: pair.text for pair in layout.key_values} == {
        "ALLERGIES": "Latex",
        "HT": "165",
        "SIGNATURE": "Latex",
        "DATE": "165",
    }
