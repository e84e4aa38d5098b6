"""The code on a letter that came back: which letter a page answers."""

import re
from collections.abc import Iterator

import cv2
import numpy as np

from extractor.pixels import Gray, RenderedPage

LETTER_ID = re.compile(r"L[A-Z2-7]{15}")
"""What a letter's code holds: a mark that it is one, and 75 random bits in base 32 (RFC 4648)."""

_TRIES = ((150.0, 1.0), (204.0, 1.0), (150.0, 2.0), (150.0, 0.5))
"""Dots per inch to look at, and what the lines are stretched by besides: a standard fax is often tagged as a fine one,
and the reverse."""

_SPECK = 3
_MOST_PIXELS = 40_000_000


def find_letter_id(page: RenderedPage) -> str | None:
    """The id of the letter whose code is on the page, None where there is none or more than one.

    Other QR codes are passed over. It says which letter was answered, and not whose page this is: the patient's name
    and date of birth have to agree before a page is filed by it.
    """
    detector = cv2.QRCodeDetector()
    for view in _views(page):
        found = _decode(detector, view)
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _decode(detector: cv2.QRCodeDetector, view: Gray) -> set[str]:
    """All letter ids of one view. What the decoder cannot stand is a page without a code."""
    try:
        is_found, texts, _, _ = detector.detectAndDecodeMulti(view)
    except cv2.error:
        return set()
    return {text for text in texts if LETTER_ID.fullmatch(text)} if is_found else set()


def _views(page: RenderedPage) -> Iterator[Gray]:
    """The page with square pixels, at several sizes, as it is and without specks; the likeliest first."""
    height, width = page.pixels.shape
    for dpi, stretch in _TRIES:
        size = (round(width * dpi / page.x_dpi), round(height * stretch * dpi / page.y_dpi))
        if min(size) < 1 or size[0] * size[1] > _MOST_PIXELS:
            continue
        plain = _resize(page.pixels, size)
        yield plain
        yield np.asarray(cv2.medianBlur(plain, _SPECK), np.uint8)


def _resize(pixels: Gray, size: tuple[int, int]) -> Gray:
    is_smaller = size[0] <= pixels.shape[1] and size[1] <= pixels.shape[0]
    method = cv2.INTER_AREA if is_smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, size, interpolation=method), np.uint8)
