"""The second reader: Tesseract on single lines of a page."""

import shutil

import cv2
import numpy as np
import pytest

from extractor import ocr
from extractor.image import pack_page, unpack_page
from extractor.ocr import tesseract
from extractor.pixels import PageImage
from models.record import BBox, Quality

TEXTS = ("Rituximab 375", "303 555 0147", "Lopez Maria")


def _page(*, is_bilevel: bool = False) -> tuple[PageImage, list[BBox]]:
    """A page with ``TEXTS``, one below the other, and their boxes; the last box is white paper."""
    pixels = np.full((800, 1200), 255, np.uint8)
    for number, text in enumerate(TEXTS):
        cv2.putText(pixels, text, (60, 120 + 160 * number), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 0, 3, cv2.LINE_AA)
    page = PageImage(1, pixels, 200.0, (200.0, 100.0), is_bilevel=is_bilevel, quality=Quality.CLEAN_SCAN.value)
    boxes = [page.to_points(40, 60 + 160 * n, 700, 150 + 160 * n) for n in range(4)]
    return page, boxes


def _letters(text: str | None) -> str:
    return "".join(character for character in text or "" if character.isalnum())


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs Tesseract")
def test_each_line_is_read_in_its_place_and_paper_is_not() -> None:
    page, boxes = _page()
    read = ocr.read_second(page, boxes, [False, True, False, False])
    assert [_letters(text) for text in read[:3]] == [_letters(text) for text in TEXTS]
    assert read[3] is None


def test_without_the_program_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract.shutil, "which", lambda _name: None)
    page, boxes = _page()
    assert ocr.read_second(page, boxes, [False] * 4) == (None,) * 4
    assert ocr.read_second(page, [], []) == ()


def test_a_packed_page_comes_back_as_it_was() -> None:
    page, _ = _page(is_bilevel=True)
    back = unpack_page(pack_page(page))
    assert np.array_equal(back.pixels, page.pixels)
    assert (back.dpi, back.native_dpi, back.margin, back.is_bilevel) == (
        page.dpi, page.native_dpi, page.margin, page.is_bilevel,
    )  # fmt: skip
