"""The code on a letter that came back: which letter a page answers."""

import re
from collections.abc import Iterator

import cv2
import numpy as np

from extractor.pixels import Gray, RenderedPage

LETTER_ID = re.compile(r"L[A-Z2-7]{15}")
"""What a letter's code holds: a mark that it is one, and 75 random bits in base 32 (RFC 4648)."""

LETTER_TITLE = "Items missing for a referral"
LETTER_FOOT = "Put this page on top of your reply"
"""What every letter says."""

_RARE = frozenset({"items", "missing", "referral", "reply", "top", "square", "letters", "destroy"})
_FEWEST_RARE = 4
"""Words of every letter that seldom stand on another page, and how many of them a badly read letter still has."""

_USUAL_DPI = 150.0
_TRIES = ((_USUAL_DPI, 1.0), (300.0, 1.0), (250.0, 1.0), (204.0, 1.0), (150.0, 2.0), (150.0, 0.5))
"""Dots per inch to look at, and what the lines are stretched by besides: a standard fax is often tagged as a fine one,
and the reverse. Which size the decoder can read of a poor page is chance, so there are several."""

_CORNER = (0.5, 0.4)
"""The share of width and height, from the upper right, in which a letter has its code."""

_SPECKS = (3, 5)
_MOST_PIXELS = 40_000_000


def says_letter(text: str) -> bool:
    """Whether a page's words may be those of a letter; where they may, its code is sought more thoroughly."""
    return len(_RARE & set(re.findall(r"[a-z]+", text.casefold()))) >= _FEWEST_RARE


def find_letter_id(page: RenderedPage, *, is_letter: bool = True) -> str | None:
    """The id of the letter whose code is on the page, None where there is none or more than one.

    It reads the page as it came, in any direction: putting it upright and straight costs the code its edges.

    Unless its words say that it ``is_letter``, only the corner where the code belongs is looked at, and quickly: few
    pages have one. Other QR codes are passed over. It says which letter was answered, and not whose page this is: the
    patient's name and date of birth have to agree before a page is filed by it.
    """
    detector = cv2.QRCodeDetector()
    for view in _whole_views(page) if is_letter else _corner_views(page):
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


def _corner_views(page: RenderedPage) -> Iterator[Gray]:
    height, width = page.pixels.shape
    corner = page.pixels[: round(height * _CORNER[1]), round(width * (1 - _CORNER[0])) :]
    yield from _views(corner, (_USUAL_DPI / page.x_dpi, _USUAL_DPI / page.y_dpi))


def _whole_views(page: RenderedPage) -> Iterator[Gray]:
    """The page with square pixels, at several sizes, the likeliest first."""
    for dpi, stretch in _TRIES:
        yield from _views(page.pixels, (dpi / page.x_dpi, stretch * dpi / page.y_dpi))


def _views(pixels: Gray, scale: tuple[float, float]) -> Iterator[Gray]:
    """The pixels scaled across and down, as they are and without specks."""
    size = (round(pixels.shape[1] * scale[0]), round(pixels.shape[0] * scale[1]))
    if min(size) < 1 or size[0] * size[1] > _MOST_PIXELS:
        return
    plain = _resize(pixels, size)
    yield plain
    for speck in _SPECKS:
        yield np.asarray(cv2.medianBlur(plain, speck), np.uint8)


def _resize(pixels: Gray, size: tuple[int, int]) -> Gray:
    is_smaller = size[0] <= pixels.shape[1] and size[1] <= pixels.shape[0]
    method = cv2.INTER_AREA if is_smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, size, interpolation=method), np.uint8)
