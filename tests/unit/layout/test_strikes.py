"""Crossed-out words, and labels in brackets behind what is written."""

import pytest
from page_drawing import Sheet

from extractor.layout import analyse_page
from models.stages.layout import Layout


def struck(layout: Layout) -> list[str]:
    return [word.text for line in layout.lines for word in line.words if word.is_struck]


@pytest.mark.parametrize(("y_dpi", "noise"), [(196, 0.0), (196, 0.004), (98, 0.0)])
@pytest.mark.parametrize("slope", [0.0, 2.0])
def test_a_line_through_a_word_crosses_it_out(y_dpi: float, noise: float, slope: float) -> None:
    sheet = Sheet()
    sheet.text(40, 100, "NPI:")
    start = sheet.text(80, 100, "1234567893", size=11) - 66
    end = sheet.text(160, 100, "1679576722", size=11)
    first = next(word for word in sheet.words if word.text == "1234567893").bbox
    sheet.line(first.x0 - 2, first.y_mid - slope / 2, first.x1 + 2, first.y_mid + slope / 2, width=1)
    assert start < end
    assert struck(analyse_page(sheet.page(y_dpi=y_dpi, noise=noise), sheet.read())) == ["1234567893"]


def test_underlined_framed_and_dark_words_are_not_crossed_out() -> None:
    sheet = Sheet()
    for row, text in enumerate(("HEALTHFIRST", "EFFECTIVE", "88888888", "4-5-6-7-8", "ZZZZZZ", "HHHHHH")):
        y = 100 + 30 * row
        sheet.text(60, y, text, size=11, bold=True)
        sheet.line(50, y + 13, 200, y + 13)
        sheet.box(40, y - 5, 300, 24)
    sheet.box(40, 400, 300, 16, fill=0)
    sheet.text(60, 401, "PRESCRIBER", size=10, fill=255)
    assert struck(analyse_page(sheet.page(), sheet.read())) == []


def test_labels_in_brackets_answer_what_stands_before_them() -> None:
    sheet = Sheet()
    rows = (
        (("Lachapelle", "(last name)"), ("Svetlana", "(first name)")),
        (("03/09/1972", "(date of birth)"), ("70 in", "(height)")),
        (("520-555-0159", "(home phone)"), ("", "(cell phone)")),
    )
    for number, row in enumerate(rows):
        for column, (value, label) in enumerate(row):
            x, y = 50 + 260 * column, 100 + 24 * number
            if value:
                sheet.text(x, y, value, size=10)
            sheet.text(x + 130, y, label, size=8)
    pairs = {pair.label: pair.text for pair in analyse_page(sheet.page(), sheet.read()).key_values}
    assert pairs == {
        "last name": "Lachapelle",
        "first name": "Svetlana",
        "date of birth": "03/09/1972",
        "height": "70 in",
        "home phone": "520-555-0159",
        "cell phone": "",
    }
