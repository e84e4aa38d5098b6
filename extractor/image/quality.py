"""How well a page came through: by its resolution, and by damage measured on its pixels.

Each measure has a physical unit and a cut between what undamaged and damaged pages show, see
``tests/benchmarks/bench_image.py quality``. Holes are counted by bit quads: S. B. Gray, "Local properties of binary
images in two dimensions", IEEE Transactions on Computers, 1971.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from extractor.image.ink import WORKING_DPI, Mask, find_ink, working_ink
from extractor.image.orient import Lettering, find_letters, find_lines
from extractor.pixels import Gray, PageImage, RenderedPage
from models.record import Quality

SCAN_DPI = 240.0
STANDARD_DPI = 140.0

_SPECKS_PER_SQUARE_INCH = 75.0
"""Sound scans show 0 to 10, dirty ones up to 60; noise on one pixel in 300 shows 90."""

_BROKEN_EULER = 1.16
"""Parts less holes for each letter: 0.5 to 0.85 when whole, 1.0 to 1.1 in light toner, above 1.4 when strokes break."""

_JOINED_EULER, _JOINED_FILL = 0.2, 0.62
"""Spread toner joins letters round many holes (below 0) and fills their area (0.66 and more; clean 0.4 to 0.6)."""

_LOST_BANDS = 4
"""Sound pages show up to 3 (underlined words). Bands are found through ruled forms, hardly through plain text."""

_STREAKS = 2
_CONTRAST = 0.4
_MIN_LETTERS = 40
_BODY_INCH = 0.085
_MIN_STROKES = 4
_TWO_LEVEL_SHARE = 0.003


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a page's pixels.

    ``specks``: ink pixels of lone dots a square inch. ``euler``: parts less holes a letter, None for few letters.
    ``fill``: ink in the letters' area, 0 to 1. ``bands``: cuts through text by lost scan lines. ``streaks``: lines
    down the whole page. ``contrast``: paper less ink, 0 to 1.
    """

    specks: float
    euler: float | None
    fill: float
    bands: int
    streaks: int
    contrast: float

    @property
    def is_strong(self) -> bool:
        """Whether a reader of the page must expect losses."""
        is_broken = self.euler is not None and self.euler >= _BROKEN_EULER
        is_joined = self.euler is not None and self.euler < _JOINED_EULER and self.fill >= _JOINED_FILL
        return (
            is_broken
            or is_joined
            or self.specks >= _SPECKS_PER_SQUARE_INCH
            or self.bands >= _LOST_BANDS
            or self.streaks >= _STREAKS
            or self.contrast < _CONTRAST
        )


def classify(page: RenderedPage, letters: Lettering) -> Quality:
    """The page's quality. ``letters`` are those of its working mask; its resolution must be the true one."""
    if measure_damage(page, letters).is_strong:
        return Quality.DEGRADED
    coarser = min(page.x_dpi, page.y_dpi)
    if coarser >= SCAN_DPI or not _is_two_level(page):
        return Quality.CLEAN_SCAN
    return Quality.STANDARD_FAX if coarser < STANDARD_DPI else Quality.FINE_FAX


def measure_damage(page: RenderedPage, letters: Lettering) -> Damage:
    """Damage at the page's own resolution."""
    mask = find_ink(page.pixels, is_bilevel=page.is_bilevel)
    inside, count = _body_text(letters)
    shape = (mask.shape[1], mask.shape[0])
    area = cv2.dilate(cv2.resize(inside, shape, interpolation=cv2.INTER_NEAREST), np.ones((3, 3), np.uint8))
    text: Mask = mask & np.asarray(area, np.uint8)
    return Damage(
        specks=_speck_density(mask, page.x_dpi, page.y_dpi),
        euler=_euler_number(text) / count if count >= _MIN_LETTERS else None,
        fill=float(np.count_nonzero(text)) / max(1, int(np.count_nonzero(area))),
        bands=_count_bands(mask, page.y_dpi),
        streaks=_count_streaks(mask, page.x_dpi),
        contrast=1.0 if page.is_bilevel else _contrast(page.pixels, mask),
    )


def _body_text(letters: Lettering) -> tuple[Mask, int]:
    """The area of letters in lines of body size, and how many: fine print and dotted rules break on sound pages too."""
    lines = np.zeros_like(letters.mask)
    for x, y, width, height, _ in find_lines(letters.mask):
        if height >= _BODY_INCH * WORKING_DPI:
            lines[y : y + height, x : x + width] = 1
    boxes = letters.boxes
    count = int(lines[boxes[:, 1] + boxes[:, 3] // 2, boxes[:, 0] + boxes[:, 2] // 2].sum())
    return np.asarray(letters.mask & lines, np.uint8), count


def is_blank(page: PageImage) -> bool:
    """Whether nothing is written on the page.

    Specks, streaks, rules, scan edges, punch holes and a line at the very top or foot do not count as writing.
    """
    letters = find_letters(working_ink(page.pixels, page.dpi, page.dpi, is_bilevel=False))
    height, width = letters.mask.shape
    x0, top = letters.boxes[:, 0], letters.boxes[:, 1]
    x1, bottom = x0 + letters.boxes[:, 2], top + letters.boxes[:, 3]
    sides, ends = round(0.25 * WORKING_DPI), round(0.5 * WORKING_DPI)
    is_inside = (x0 >= sides) & (x1 <= width - sides) & (top >= ends) & (bottom <= height - ends)
    # A dot or a smear is as wide as high and full; a letter leaves part of its box white.
    is_stroke = letters.boxes[:, 4] < 0.75 * letters.boxes[:, 2] * letters.boxes[:, 3]
    is_large = np.maximum(letters.boxes[:, 2], letters.boxes[:, 3]) >= 0.045 * WORKING_DPI
    return int(np.count_nonzero(is_inside & is_stroke & is_large)) < _MIN_STROKES


def _is_two_level(page: RenderedPage) -> bool:
    """One-bit, or stored as gray with hardly a gray pixel, as a fax that went through a PNG."""
    if page.is_bilevel:
        return True
    between = np.count_nonzero((page.pixels > 40) & (page.pixels < 215))
    return bool(between < _TWO_LEVEL_SHARE * page.pixels.size)


def _speck_density(mask: Mask, x_dpi: float, y_dpi: float) -> float:
    """Ink pixels a square inch in lone dots of at most three pixels, the median over tiles of half an inch.

    Noise of a line or a scanner is all over the page; dots of a broken rule or a shaded box are not.
    """
    near = cv2.boxFilter(mask, cv2.CV_8U, (5, 5), normalize=False, borderType=cv2.BORDER_CONSTANT)
    far = cv2.boxFilter(mask, cv2.CV_8U, (9, 9), normalize=False, borderType=cv2.BORDER_CONSTANT)
    is_speck = (far <= 6) & (near <= 3) & (mask == 1)
    rows, columns = np.nonzero(is_speck)
    high, wide = max(1, int(mask.shape[0] / y_dpi * 2)), max(1, int(mask.shape[1] / x_dpi * 2))
    tiles, _, _ = np.histogram2d(rows, columns, (high, wide), ((0, mask.shape[0]), (0, mask.shape[1])))
    return float(np.median(tiles)) * tiles.size * x_dpi * y_dpi / mask.size


def _euler_number(mask: Mask) -> float:
    """Parts less holes, 8-connected."""
    upper_left, upper_right, lower_left, lower_right = mask[:-1, :-1], mask[:-1, 1:], mask[1:, :-1], mask[1:, 1:]
    quad = upper_left + upper_right + lower_left + lower_right
    ones, threes = np.count_nonzero(quad == 1), np.count_nonzero(quad == 3)
    diagonals = np.count_nonzero((quad == 2) & (upper_left == lower_right))
    return float(ones - threes - 2 * diagonals) / 4


def _count_bands(mask: Mask, y_dpi: float) -> int:
    """White gaps over the whole width, lower than a line space, with the same strokes above and below."""
    is_white = np.concatenate([[False], ~mask.any(axis=1), [False]])
    turns = np.flatnonzero(is_white[1:] != is_white[:-1])
    bands = 0
    for first, after in zip(turns[::2], turns[1::2], strict=True):
        if first > 0 and after < len(mask) and after - first <= 0.05 * y_dpi + 1:
            above, below = mask[first - 1], mask[after]
            strokes = max(int(above.sum()), int(below.sum()))
            bands += strokes >= 8 and int(np.count_nonzero(above & below)) > 0.3 * strokes
    return bands


def _count_streaks(mask: Mask, x_dpi: float) -> int:
    """Dark columns from the first to the last row; frames of forms end before the edge of the page."""
    edge, end = round(0.25 * x_dpi), max(1, round(0.03 * len(mask)))
    is_dark = (mask.mean(axis=0) > 0.85) & (mask[:end].mean(axis=0) > 0.6) & (mask[-end:].mean(axis=0) > 0.6)
    is_dark[:edge] = is_dark[-edge:] = False
    return int(np.count_nonzero(np.diff(is_dark.astype(np.int8)) == 1))


def _contrast(pixels: Gray, mask: Mask) -> float:
    ink = pixels[mask == 1]
    return 1.0 if not len(ink) else (float(np.percentile(pixels[::4, ::4], 90)) - float(ink.mean())) / 255
