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
_TRIES = ((100.0, 1.0), (_USUAL_DPI, 1.0), (204.0, 1.0), (100.0, 2.0), (100.0, 0.5), (150.0, 2.0), (150.0, 0.5))
"""Dots per inch to look at, and what the lines are stretched by besides: a standard fax is often tagged as a fine one,
and the reverse. Which size the decoder can read of a poor page is chance, so there are several."""

_CORNER = (0.5, 0.4)
"""The share of width and height, from the upper right, in which a letter has its code."""

_SOFT = 1 / 100
"""Standard deviation, in inches, of the blur that smooths the edges a fax frays: a fifth of a module of the code."""

_MOST_CODES = 3
"""Codes looked for on one page."""

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
    """All letter ids of one view. What the decoder cannot stand is a page without a code.

    One code is sought at a time and then covered: the search for several at once gives up on most frayed ones.
    """
    found, left = set(), view.copy()
    for _ in range(_MOST_CODES):
        try:
            text, corners, _ = detector.detectAndDecode(left)
        except cv2.error:
            break
        if corners is None or not np.isfinite(corners).all():
            break
        if LETTER_ID.fullmatch(text):
            found.add(text)
        cv2.fillConvexPoly(left, np.asarray(corners, np.int32).reshape(-1, 2), 255)
    return found


def _corner_views(page: RenderedPage) -> Iterator[Gray]:
    height, width = page.pixels.shape
    corner = page.pixels[: round(height * _CORNER[1]), round(width * (1 - _CORNER[0])) :]
    for dpi in (100.0, _USUAL_DPI):
        yield from _views(corner, (dpi / page.x_dpi, dpi / page.y_dpi), dpi)


def _whole_views(page: RenderedPage) -> Iterator[Gray]:
    """The page with square pixels, at several sizes, the likeliest first."""
    for dpi, stretch in _TRIES:
        yield from _views(page.pixels, (dpi / page.x_dpi, stretch * dpi / page.y_dpi), dpi)


def _views(pixels: Gray, scale: tuple[float, float], dpi: float) -> Iterator[Gray]:
    """The pixels scaled across and down to ``dpi``, softened and as they are."""
    size = (round(pixels.shape[1] * scale[0]), round(pixels.shape[0] * scale[1]))
    if min(size) < 1 or size[0] * size[1] > _MOST_PIXELS:
        return
    plain = _resize(pixels, size)
    yield np.asarray(cv2.GaussianBlur(plain, (0, 0), _SOFT * dpi), np.uint8)
    yield plain


def _resize(pixels: Gray, size: tuple[int, int]) -> Gray:
    is_smaller = size[0] <= pixels.shape[1] and size[1] <= pixels.shape[0]
    method = cv2.INTER_AREA if is_smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, size, interpolation=method), np.uint8)
