"""Check boxes on pixels: sizes, marks, noise; letters and cells are none."""

import numpy as np
import pytest
from page_drawing import Sheet

from extractor.layout import analyse_page
from extractor.pixels import EmbeddedText, FormAnswer, PageImage
from models.record import BBox
from models.stages.layout import CheckBox, Mark


def draw_mark(sheet: Sheet, mark: str, x: float, y: float, size: float) -> None:
    if mark == "tick":
        sheet.line(
            x + 0.15 * size, y + 0.5 * size, x + 0.4 * size, y + 0.85 * size, x + 0.9 * size, y + 0.1 * size, width=1
        )
    if mark == "over":
        sheet.line(x - 0.1 * size, y + 0.4 * size, x + 0.4 * size, y + size, x + 1.4 * size, y - 0.5 * size, width=1.1)
    if mark == "cross":
        sheet.line(x + 0.1 * size, y + 0.1 * size, x + 0.9 * size, y + 0.9 * size, width=1)
        sheet.line(x + 0.1 * size, y + 0.9 * size, x + 0.9 * size, y + 0.1 * size, width=1)
    if mark == "fill":
        sheet.box(x, y, size, size, fill=0)


def draw_rows(size: float) -> Sheet:
    sheet = Sheet()
    for row, marks in enumerate([("", "tick", ""), ("cross", "", ""), ("", "", "over"), ("", "fill", "")]):
        for column, mark in enumerate(marks):
            x, y = 60 + 150 * column, 100 + 40 * row
            sheet.box(x, y, size, size, stroke=0.7)
            draw_mark(sheet, mark, x, y, size)
            sheet.text(x + size + 4, y + size / 2 - 5, f"Choice {row}{column}", size=9)
    return sheet


def states(boxes: tuple[CheckBox, ...]) -> dict[str, bool | None]:
    return {box.label: box.is_checked for box in boxes}


CHECKED = {"Choice 01", "Choice 10", "Choice 22", "Choice 31"}


@pytest.mark.parametrize("size", [6.5, 9, 12, 16])
@pytest.mark.parametrize(("y_dpi", "noise", "skew"), [(196, 0.0, 0.0), (98, 0.004, 0.0), (196, 0.004, 0.25)])
def test_marks_of_all_sizes(size: float, y_dpi: float, noise: float, skew: float) -> None:
    sheet = draw_rows(size)
    found = states(analyse_page(sheet.page(y_dpi=y_dpi, noise=noise, skew=skew), sheet.read()).checkboxes)
    expected = {f"Choice {row}{column}": f"Choice {row}{column}" in CHECKED for row in range(4) for column in range(3)}
    wrong = {label: state for label, state in found.items() if state is not None and state != expected.get(label)}
    assert wrong == {}
    assert sum(found.get(label) == state for label, state in expected.items()) >= 11


def test_letters_and_cells_are_no_boxes() -> None:
    sheet = Sheet()
    sheet.text(40, 60, "ORDER DOD BOB 080 DO OD QD 88 BED vitamin D 1000 units O 0", size=12, bold=True)
    sheet.text(40, 90, "ORDER DOD BOB 080 DO OD QD 88 BED vitamin D 1000 units O 0", size=16)
    for column in range(9):
        for row in range(3):
            sheet.box(40 + 14 * column, 130 + 14 * row, 14, 14)
    for column in range(8):
        sheet.box(300 + 18 * column, 130, 14, 16)
    assert analyse_page(sheet.page(), sheet.read()).checkboxes == ()


def test_a_question_and_its_answer() -> None:
    sheet = Sheet()
    sheet.text(40, 100, "Sex:")
    for x, label, mark in ((80, "Male", ""), (150, "Female", "cross")):
        sheet.box(x, 101, 9, 9)
        draw_mark(sheet, mark, x, 101, 9)
        sheet.text(x + 13, 100, label)
    layout = analyse_page(sheet.page(), sheet.read())
    assert [(box.question, box.label, box.is_checked, box.mark) for box in layout.checkboxes] == [
        ("Sex:", "Male", False, Mark.NONE),
        ("Sex:", "Female", True, Mark.CROSS),
    ]
    assert [(pair.key, pair.text) for pair in layout.key_values] == [("patient.sex", "Female")]


def test_a_list_takes_the_question_above() -> None:
    sheet = Sheet()
    sheet.text(40, 100, "Request is for:")
    for row, label in enumerate(["Alphamab", "Betamab", "Gammamab"]):
        sheet.box(50, 116 + 16 * row, 9, 9)
        sheet.text(64, 115 + 16 * row, label)
    found = analyse_page(sheet.page(), sheet.read()).checkboxes
    assert {box.question for box in found} == {"Request is for:"}
    assert [box.label for box in found] == ["Alphamab", "Betamab", "Gammamab"]


def test_brackets_in_the_text() -> None:
    sheet = Sheet()
    sheet.text(40, 100, "Priority: [ ] Routine [X] Urgent")
    found = states(analyse_page(sheet.page(), sheet.read()).checkboxes)
    assert found == {"Routine": False, "Urgent": True}


def test_brackets_that_the_pixels_deny_are_unclear() -> None:
    sheet = Sheet()
    sheet.text(40, 100, "Priority: [X] Routine")
    words = sheet.read()
    misread = words.model_copy(
        update={
            "words": tuple(word.model_copy(update={"text": word.text.replace("[X]", "[]")}) for word in words.words)
        }
    )
    assert states(analyse_page(sheet.page(), misread).checkboxes) == {"Routine": None}


def test_a_ring_round_a_word() -> None:
    sheet = Sheet()
    sheet.text(40, 100, "Is the patient pregnant?")
    sheet.text(220, 100, "Yes")
    sheet.text(260, 100, "No")
    turns = np.linspace(0.3, 0.3 + 2 * np.pi, 60)
    sheet.line(*np.column_stack([267 + 13 * np.cos(turns), 106 + 10 * np.sin(turns)]).ravel().tolist(), width=1.1)
    found = analyse_page(sheet.page(), sheet.read()).checkboxes
    assert {(box.label, box.is_checked) for box in found} == {("Yes", False), ("No", True)}
    assert {box.mark for box in found} == {Mark.NONE, Mark.RING}


def test_form_fields_win_over_pixels() -> None:
    sheet = Sheet()
    sheet.box(80, 101, 9, 9)
    sheet.text(93, 100, "Urgent")
    page = sheet.page()
    answer = FormAnswer(name="urgent", value=None, is_checked=True, bbox=BBox(80, 101, 89, 110))
    filled = PageImage(
        page.page_no, page.pixels, page.dpi, page.native_dpi, page.is_bilevel, page.quality,
        embedded=EmbeddedText(words=(), answers=(answer,)),
    )  # fmt: skip
    assert states(analyse_page(filled, sheet.read()).checkboxes) == {"Urgent": True}


def test_a_box_alone_in_the_first_cell_ticks_its_row() -> None:
    sheet = Sheet()
    for row, (drug, mark) in enumerate([("Remicade", ""), ("Inflectra", "cross"), ("Renflexis", "")]):
        y = 100 + 30 * row
        sheet.box(60, y, 9, 9, stroke=0.7)
        draw_mark(sheet, mark, 60, y, 9)
        sheet.text(105, y, drug, size=9)
        sheet.text(240, y, "100 mg vial", size=9)
        sheet.text(340, y, f"{row + 3} mg/kg IV", size=9)
    for x in (50, 85, 230, 330, 430):
        sheet.line(x, 92, x, 182, width=0.8)
    for y in (92, 122, 152, 182):
        sheet.line(50, y, 430, y, width=0.8)
    found = states(analyse_page(sheet.page(), sheet.read()).checkboxes)
    assert found == {
        "Remicade 100 mg vial 3 mg/kg IV": False,
        "Inflectra 100 mg vial 4 mg/kg IV": True,
        "Renflexis 100 mg vial 5 mg/kg IV": False,
    }
