"""Forms filled in by hand: words of one answer at several heights, and titles that stand alone in a rounded box."""

from page_drawing import Sheet

from extractor.layout import analyse_page


def test_an_answer_keeps_the_words_that_stand_too_high_for_its_label() -> None:
    sheet = Sheet()
    sheet.text(40, 107, "Address:", size=9)
    for x, top, text in ((95, 99, "12"), (110, 102, "Gypsy"), (150, 102, "Loop,"), (180, 99, "FL"), (195, 99, "32561")):
        sheet.text(x, top, text, size=9)
    sheet.line(90, 118, 400, 118)
    read = {pair.label: pair.text for pair in analyse_page(sheet.page(), sheet.read()).key_values}
    assert read == {"Address:": "12 Gypsy Loop, FL 32561"}


def test_the_row_above_is_no_part_of_the_answer() -> None:
    sheet = Sheet()
    sheet.text(100, 92, "Return within one day", size=9)
    sheet.text(40, 107, "Address:", size=9)
    sheet.text(95, 105, "12 Gypsy Loop", size=9)
    read = {pair.label: pair.text for pair in analyse_page(sheet.page(), sheet.read()).key_values}
    assert read["Address:"] == "12 Gypsy Loop"


def _blocks(*titles: str) -> Sheet:
    sheet = Sheet()
    for number, title in enumerate(titles):
        top = 80 + 120 * number
        sheet.box(30, top, 550, 100)
        sheet.text(36, top + 6, title, size=9, bold=True)
        for row, (left, right) in enumerate((("Name", "Phone"), ("Street", "Fax"), ("City", "Date"))):
            sheet.text(36, top + 26 + 22 * row, left, size=8)
            sheet.line(70, top + 36 + 22 * row, 280, top + 36 + 22 * row)
            sheet.text(300, top + 26 + 22 * row, right, size=8)
            sheet.line(340, top + 36 + 22 * row, 560, top + 36 + 22 * row)
    return sheet


def test_a_word_alone_over_the_rows_of_a_wide_box_is_its_title() -> None:
    sheet = _blocks("Patient Information", "Prescriber")
    assert [s.title for s in analyse_page(sheet.page(), sheet.read()).sections] == ["Patient Information", "Prescriber"]
