"""Tables of questions: columns ruled only, or not at all; labels that follow an answer closely."""

from page_drawing import Sheet

from extractor.layout import analyse_page

ROWS = (
    ("Patient Name", "Ana Ruiz"),
    ("Birth date", "23 Dec 1945"),
    ("Sex", "Female"),
    ("Home address", "5928 Linden Ave, Albany, NY 12205"),
    ("Infusion wish", "Remicade"),
    ("Allergies", "Codeine"),
)


def _pairs(sheet: Sheet) -> dict[str, str]:
    return {pair.label: pair.text for pair in analyse_page(sheet.page(), sheet.read()).key_values}


def _rows(sheet: Sheet, step: float = 20.0) -> None:
    for number, (label, value) in enumerate(ROWS):
        sheet.text(44, 106 + step * number, label, size=9)
        if value:
            sheet.text(200, 106 + step * number, value, size=9)


def test_a_worksheet_whose_columns_alone_are_ruled_reads_row_by_row() -> None:
    sheet = Sheet()
    sheet.box(40, 100, 150, 130)
    sheet.box(190, 100, 360, 130)
    _rows(sheet)
    assert _pairs(sheet) == dict(ROWS)


def test_a_printout_without_any_line_reads_row_by_row() -> None:
    sheet = Sheet()
    _rows(sheet)
    assert _pairs(sheet) == dict(ROWS)


def test_two_columns_of_names_and_numbers_are_no_table_of_questions() -> None:
    sheet = Sheet()
    for number, (name, value) in enumerate((("Glucose", "91"), ("Sodium", "140"), ("Calcium", "9.1"), ("ALT", "17"))):
        sheet.text(44, 106 + 20 * number, name, size=9)
        sheet.text(200, 106 + 20 * number, value, size=9)
    assert not any(_pairs(sheet).values())


def test_an_answer_that_fills_its_column_does_not_take_the_next_label() -> None:
    sheet = Sheet()
    for number, (label, value, other, answer) in enumerate(
        (
            ("Name", "Ana Ruiz", "Sex", "Female"),
            ("Home", "303-555-0110", "Mobile", "303-555-0111"),
            ("Payer", "Evergreen Sound Health Care", "Plan", "PPO 1500"),
            ("Work", "303-555-0112", "E-mail", "ana@postbox.example"),
        )
    ):
        top = 106 + 18 * number
        sheet.text(44, top, label, size=9)
        sheet.text(110, top, value, size=9)
        sheet.text(250, top, other, size=9)
        sheet.text(330, top, answer, size=9)
    pairs = _pairs(sheet)
    assert pairs["Payer"] == "Evergreen Sound Health Care"
    assert pairs["Plan"] == "PPO 1500"


def test_captions_below_what_is_written_are_answered_from_above() -> None:
    sheet = Sheet()
    rows = (
        (("FIRST NAME", "Ana"), ("LAST NAME", "Ruiz"), ("DATE OF BIRTH", "10/05/1979")),
        (("HOME ADDRESS", "318 Bend Drive"), ("CITY", "Savannah"), ("STATE", "GA")),
        (("NPI", "1234567893"), ("FAX", "912-555-0122"), ("PRACTICE NAME", "Bend Group")),
    )
    for number, row in enumerate(rows):
        top = 100 + 34 * number
        for place, (caption, value) in enumerate(row):
            sheet.text(44 + 170 * place, top, value, size=10)
            sheet.text(44 + 170 * place, top + 13, caption, size=7)
        sheet.line(40, top + 25, 560, top + 25)
    assert _pairs(sheet) == {caption: value for row in rows for caption, value in row}


def test_an_x_typed_into_a_box_ticks_it_and_is_no_word_of_its_label() -> None:
    sheet = Sheet()
    for number, (label, mark) in enumerate((("Tysabri", ""), ("Ocrevus", "X"), ("Lemtrada", ""), ("Briumvi", "X"))):
        top = 100 + 13.5 * number
        sheet.box(44, top, 9, 9)
        if mark:
            sheet.text(45.7, top, mark, size=8, bold=True)
        sheet.text(57, top, label, size=9)
    boxes = analyse_page(sheet.page(), sheet.read()).checkboxes
    assert {box.label: box.is_checked for box in boxes} == {
        "Tysabri": False,
        "Ocrevus": True,
        "Lemtrada": False,
        "Briumvi": True,
    }


def test_the_date_signed_is_no_electronic_signature() -> None:
    sheet = Sheet()
    sheet.text(44, 100, "This order holds for 12 months from the date signed by the prescriber.", size=8)
    assert analyse_page(sheet.page(), sheet.read()).signatures == ()
