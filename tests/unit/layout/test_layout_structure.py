"""Lines, reading order, sections, tables, signatures, and a page with nothing on it."""

import numpy as np
import pytest
from page_drawing import Sheet

from extractor.layout import analyse_page
from extractor.layout.signatures import find_signature_ink
from extractor.pixels import PageImage
from models.stages.text import Words


def test_an_empty_page() -> None:
    page = PageImage(1, np.full((2244, 1734), 255, np.uint8), 204.0, (204.0, 196.0), True, "fine_fax")
    layout = analyse_page(page, Words(page_no=1, engine="null", version="1"))
    assert (layout.lines, layout.key_values, layout.checkboxes, layout.tables, layout.signatures) == (
        (),
        (),
        (),
        (),
        (),
    )


def test_a_tiny_black_page() -> None:
    page = PageImage(1, np.zeros((3, 3), np.uint8), 204.0, (204.0, 196.0), True, "degraded")
    assert analyse_page(page, Words(page_no=1, engine="null", version="1")).checkboxes == ()


def test_two_columns_are_read_one_after_the_other() -> None:
    sheet = Sheet()
    sheet.text(40, 60, "A heading over both of the columns of this page and further on", size=12)
    for row in range(6):
        sheet.text(40, 100 + 14 * row, f"left {row} has some words in it")
        sheet.text(330, 100 + 14 * row, f"right {row} has some words too")
    lines = analyse_page(sheet.page(), sheet.read()).text.split("\n")
    assert [line.split()[0] for line in lines] == ["A"] + ["left"] * 6 + ["right"] * 6


def test_labels_and_values_stay_on_one_row() -> None:
    sheet = Sheet()
    for row, label in enumerate(["Name:", "Phone:", "Fax:", "City:"]):
        sheet.text(40, 100 + 14 * row, label)
        sheet.text(180, 100 + 14 * row, f"value{row}")
    lines = analyse_page(sheet.page(), sheet.read()).text.split("\n")
    assert lines[:4] == ["Name:", "value0", "Phone:", "value1"]


def test_sections_hold_what_stands_under_their_titles() -> None:
    sheet = Sheet()
    sheet.text(40, 80, "A. PATIENT INFORMATION", bold=True)
    sheet.text(40, 100, "Phone: 303-555-0147")
    sheet.box(40, 130, 520, 14, fill=0)
    sheet.text(46, 131, "PRESCRIBER INFORMATION", size=9, fill=255, bold=True)
    sheet.text(40, 150, "Phone: 303-555-0148")
    layout = analyse_page(sheet.page(), sheet.read())
    assert [section.key for section in layout.sections] == ["patient", "prescriber"]
    assert [(pair.text, pair.section) for pair in layout.key_values] == [("303-555-0147", 0), ("303-555-0148", 1)]


def test_sections_side_by_side() -> None:
    sheet = Sheet()
    sheet.text(40, 80, "MEMBER INFORMATION", bold=True)
    sheet.text(330, 80, "PROVIDER INFORMATION", bold=True)
    sheet.text(40, 100, "Phone: 303-555-0147")
    sheet.text(330, 100, "Phone: 303-555-0148")
    layout = analyse_page(sheet.page(), sheet.read())
    keys = {pair.text: layout.sections[pair.section].key for pair in layout.key_values if pair.section is not None}
    assert keys == {"303-555-0147": "patient", "303-555-0148": "prescriber"}


ROWS = [
    ("WBC", "6.2", "", "x10E3/uL", "3.4-10.8"),
    ("Hemoglobin", "11.0", "L", "g/dL", "13.0-17.7"),
    ("HBsAg", "Negative", "", "", "Negative"),
]


def test_an_aligned_table_of_results() -> None:
    sheet = Sheet()
    columns = (40, 180, 260, 320, 420)
    for x, head in zip(columns, ("Test", "Result", "Flag", "Units", "Reference"), strict=True):
        sheet.text(x, 100, head, bold=True)
    for row, cells in enumerate(ROWS):
        for x, text in zip(columns, cells, strict=True):
            if text:
                sheet.text(x, 116 + 14 * row, text)
    (table,) = analyse_page(sheet.page(), sheet.read()).tables
    found = {(cell.row, cell.column): cell.text for cell in table.cells}
    assert table.header_rows == 1
    assert [found.get((row + 1, column), "") for row in range(3) for column in range(5)] == [
        text for cells in ROWS for text in cells
    ]


@pytest.mark.parametrize(("y_dpi", "skew"), [(196.0, 0.0), (98.0, 0.0), (196.0, 0.25)])
def test_a_ruled_table(y_dpi: float, skew: float) -> None:
    sheet = Sheet()
    for line in range(5):
        sheet.line(40, 100 + 18 * line, 440, 100 + 18 * line)
        sheet.line(40 + 100 * line, 100, 40 + 100 * line, 172)
    for row in range(4):
        for column in range(4):
            sheet.text(
                46 + 100 * column,
                103 + 18 * row,
                f"r{row}c{column}" if row else ("Drug", "Dose", "Start", "Outcome")[column],
                size=9,
            )
    (table,) = analyse_page(sheet.page(y_dpi=y_dpi, skew=skew), sheet.read()).tables
    assert (table.is_ruled, table.header_rows, len(table.cells)) == (True, 1, 16)
    assert next(cell.text for cell in table.cells if (cell.row, cell.column) == (2, 3)) == "r2c3"


@pytest.mark.parametrize("y_dpi", [196.0, 98.0])
def test_ink_on_the_signature_line(y_dpi: float) -> None:
    sheet = Sheet()
    sheet.text(40, 300, "Physician Signature:")
    sheet.line(150, 312, 350, 312)
    sheet.scrawl(170, 284, 120, 28)
    sheet.text(380, 300, "Date:")
    sheet.line(410, 312, 480, 312)
    page, words = sheet.page(y_dpi=y_dpi), sheet.read()
    (area,) = analyse_page(page, words).signatures
    assert area.has_ink is True
    assert len(find_signature_ink(page, words)) == 1


@pytest.mark.parametrize("y_dpi", [196.0, 98.0])
def test_an_empty_signature_line(y_dpi: float) -> None:
    sheet = Sheet()
    sheet.text(40, 300, "Physician Signature:")
    sheet.line(150, 312, 350, 312)
    sheet.text(40, 330, "Printed name: Dana Quill MD")
    page, words = sheet.page(y_dpi=y_dpi, noise=0.002), sheet.read()
    (area,) = analyse_page(page, words).signatures
    assert area.has_ink is False
    assert find_signature_ink(page, words) == ()


def test_a_typed_name_on_the_line_is_not_ink() -> None:
    sheet = Sheet()
    sheet.text(40, 300, "Physician Signature:")
    sheet.line(150, 312, 350, 312)
    sheet.text(160, 300, "Dana Quill MD")
    (area,) = analyse_page(sheet.page(), sheet.read()).signatures
    assert area.has_ink is None


def test_an_electronic_signature() -> None:
    sheet = Sheet()
    sheet.text(40, 300, "Electronically signed by Dana Quill MD on 11/05/2026")
    (area,) = analyse_page(sheet.page(), sheet.read()).signatures
    assert area.electronic is not None
    assert "Dana Quill" in area.electronic
