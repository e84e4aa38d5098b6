"""Drawn pages for the reading tests."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from extractor.pixels import EmbeddedText, PageImage
from models.record import BBox
from models.stages.text import Word

DPI = 200.0
LINES = (
    "Patient name: Marisol Okafor",
    "Date of birth: 03/04/1971",
    "Phone: (303) 555-0147 Fax: 303-555-0148",
    "Diagnosis: G35.A multiple sclerosis",
    "Order: ocrelizumab 600 mg IV every 6 months",
)


@pytest.fixture(scope="session")
def draw_page() -> Callable[..., PageImage]:
    def draw(lines: tuple[str, ...] = LINES, embedded: EmbeddedText | None = None, top: int = 100) -> PageImage:
        picture = Image.new("L", (1280, 640), 255)
        pen, font = ImageDraw.Draw(picture), ImageFont.load_default(size=34)
        for number, line in enumerate(lines):
            pen.text((80, top + 90 * number), line, fill=0, font=font)
        return PageImage(1, np.asarray(picture).copy(), DPI, (DPI, DPI), False, "digital", embedded=embedded)

    return draw


@pytest.fixture(scope="session")
def words_of() -> Callable[..., tuple[Word, ...]]:
    """The words of drawn lines with the boxes they stand in, as a PDF's own text would give them."""

    def make(lines: tuple[str, ...] = LINES, top: int = 100) -> tuple[Word, ...]:
        font = ImageFont.load_default(size=34)
        words = []
        for number, line in enumerate(lines):
            x = 80.0
            for text in line.split():
                width = font.getlength(text)
                y = top + 90 * number
                box = BBox(*(round(v * 72 / DPI, 2) for v in (x, y + 4, x + width, y + 42)))
                words.append(Word(text=text, bbox=box, segment=number, source="embedded"))
                x += width + font.getlength(" ")
        return tuple(words)

    return make
