"""Boxes and circles whose outline broke up on the way, marks that hide theirs, and words that swallowed a box."""

from dataclasses import replace

import numpy as np
import pytest
from page_drawing import Sheet

from extractor.layout import analyse_page
from extractor.pixels import PageImage
from models.record import BBox
from models.stages.layout import CheckBox
from models.stages.text import Words

LABELS = ("Giant cell arteritis", "Continue therapy", "Other reason", "Chronic kidney disease", "Relapsing disease")


def draw(kind: str, marked: int | None = None, gap: float = 4.0) -> Sheet:
    sheet = Sheet()
    for row, label in enumerate(LABELS):
        y = 100.0 + 20 * row
        (sheet.ellipse if kind == "circle" else sheet.box)(60, y, 9, 9, stroke=0.5)
        if row == marked:
            for bend in (0, 9.4):
                sheet.line(59.8, y + bend - 0.2, 69.2, y + 9.2 - bend, width=1.3)
        sheet.text(69 + gap, y - 0.5, label, size=9)
    return sheet


def wear(page: PageImage, area: BBox, share: float, seed: int = 5) -> PageImage:
    """The page with a share of the ink in an area gone, in grains as large as a received pixel."""
    rng = np.random.default_rng(seed)
    x0, top, x1, bottom = page.to_pixels(area)
    lost = rng.random((bottom - top, x1 - x0)) < share
    pixels = page.pixels.copy()
    pixels[top:bottom, x0:x1][lost] = 255
    return replace(page, pixels=pixels)


def states(boxes: tuple[CheckBox, ...]) -> dict[str, bool | None]:
    return {box.label: box.is_checked for box in boxes}


@pytest.mark.parametrize("kind", ["circle", "box"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_broken_outline_is_still_a_box(kind: str, seed: int) -> None:
    sheet = draw(kind)
    page = wear(sheet.page(), BBox(55, 90, 71, 200), 0.5, seed)
    found = states(analyse_page(page, sheet.read()).checkboxes)
    assert set(found.values()) == {False}
    assert len(set(LABELS) & set(found)) >= 4


def test_a_word_that_holds_its_box_loses_no_letter() -> None:
    sheet = draw("circle")
    page = wear(sheet.page(), BBox(55, 90, 71, 200), 0.45)
    words = [
        word.model_copy(update={"bbox": BBox(60, *word.bbox[1:])}) if abs(word.bbox.x0 - 73) < 2 else word
        for word in sheet.read().words
    ]
    read = Words(page_no=1, words=tuple(words), engine="test", version="1")
    assert set(LABELS) & set(states(analyse_page(page, read).checkboxes)) == set(LABELS)


def test_a_cross_that_runs_into_the_word_is_a_mark() -> None:
    sheet = draw("circle", marked=2, gap=1.0)
    page = wear(sheet.page(), BBox(55, 90, 71, 136), 0.4)
    words = [
        word.model_copy(update={"bbox": BBox(59, *word.bbox[1:])}) if word.text == "Other" else word
        for word in sheet.read().words
    ]
    read = Words(page_no=1, words=tuple(words), engine="test", version="1")
    assert states(analyse_page(page, read).checkboxes)["Other reason"] is True


def test_worn_letters_are_no_boxes() -> None:
    sheet = Sheet()
    for row in range(12):
        sheet.text(60, 100 + 16 * row, "Ocrevus Orencia Cimzia Dose Q4 weeks 0 C D O G 00 CO2", size=10)
    page = wear(sheet.page(noise=0.004), BBox(40, 90, 600, 300), 0.3)
    assert analyse_page(page, sheet.read()).checkboxes == ()


def test_a_dotted_line_under_an_answer_is_no_box() -> None:
    sheet = Sheet()
    for row in range(4):
        sheet.text(60, 100 + 24 * row, "Franklin Montrose, APRN", size=10)
        sheet.line(50, 113 + 24 * row, 300, 113 + 24 * row, width=0.6)
    page = wear(sheet.page(noise=0.004), BBox(40, 90, 320, 200), 0.45)
    assert analyse_page(page, sheet.read()).checkboxes == ()
