"""A second reader of single lines: Tesseract, another network on pixels prepared in another way.

All lines of a page go to it in one or two pictures, one line below the other, because starting the program costs more
than reading a line.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from extractor.ocr import tesseract
from extractor.pixels import Gray, PageImage
from models.record import BBox

HEIGHT = 44
"""Pixels that a line is scaled to: the network sees 36 of them, and its own scaling blurs what is much larger."""
GAP, SIDE = 40, 30
"""White pixels between two lines, and beside them."""
NOISY_DPI = 150.0
"""Below so many lines an inch the edges of a one-bit page are ragged, and a median (3 x 3) reads better than a blur."""
BLOCK_MODE = 6
DIGITS = "0123456789()/.-+"


def read_second(page: PageImage, boxes: Sequence[BBox], are_numbers: Sequence[bool]) -> tuple[str | None, ...]:
    """What Tesseract reads in each box (points), in the order given; all None where it is not installed.

    ``are_numbers``: where nothing but digits and their signs stands. Raises ``EngineError``.
    """
    found: list[str | None] = [None] * len(boxes)
    if not tesseract.is_installed():
        return tuple(found)
    for is_number in (False, True):
        members = [place for place, number in enumerate(are_numbers) if number == is_number]
        lines = {place: line for place in members if (line := _line(page, boxes[place])) is not None}
        texts = _read_block(page, list(lines.values()), DIGITS if is_number else None) if lines else ()
        for place, text in zip(lines, texts, strict=True):
            found[place] = text
    return tuple(found)


def _line(page: PageImage, box: BBox) -> Gray | None:
    """The line's pixels at ``HEIGHT``; None where the box is empty or holds no ink."""
    crop = page.crop(box)
    if min(crop.shape) < 4 or int(crop.min()) > tesseract.INK_LEVEL:
        return None
    if page.is_bilevel and min(page.native_dpi) < NOISY_DPI:
        crop = np.asarray(cv2.medianBlur(crop, 3), np.uint8)
    scale = HEIGHT / crop.shape[0]
    width = max(4, round(crop.shape[1] * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(crop, (width, HEIGHT), interpolation=how), np.uint8)


def _read_block(page: PageImage, lines: Sequence[Gray], characters: str | None) -> tuple[str, ...]:
    """The text of each line, empty where none was read."""
    pitch = HEIGHT + GAP
    picture = np.full((GAP + pitch * len(lines), 2 * SIDE + max(line.shape[1] for line in lines)), 255, np.uint8)
    for number, line in enumerate(lines):
        top = GAP + pitch * number
        picture[top : top + HEIGHT, SIDE : SIDE + line.shape[1]] = line
    texts: list[list[str]] = [[] for _ in lines]
    for text, middle in tesseract.read_block(picture, page.page_no, BLOCK_MODE, characters):
        number = int((middle - GAP / 2) // pitch)
        if 0 <= number < len(lines):
            texts[number].append(text)
    return tuple(" ".join(words) for words in texts)
