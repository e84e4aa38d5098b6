"""Dots per inch of an image whose tags are missing, wrong or swapped, worked out from its pixel size.

Fax lines are 1728, 2048 or 2432 pixels for 215, 255 and 303 mm (ITU-T T.4, table 1: 8.04 a mm), at 3.85, 7.7 or
15.4 lines a mm. Everything else is measured against paper.
"""

from typing import NamedTuple

import numpy as np

from extractor.pixels import Gray

FAX_DPI = 204.0
FAX_WIDTHS = (1728, 2048, 2432)
FAX_VERTICAL = (98.0, 196.0, 391.0)
_FINE_WIDTHS = {2 * width: 2 * FAX_DPI for width in FAX_WIDTHS}
_300_WIDTHS = {2592: 300.0, 3072: 300.0, 3648: 300.0}

PAPERS = ((8.5, 11.0), (8.27, 11.69), (8.5, 14.0), (10.12, 14.33), (11.0, 17.0), (11.69, 16.54), (5.83, 8.27))
"""Letter, A4, legal, B4, tabloid, A3, A5: short and long side in inches."""

_MIN_DPI, _MAX_DPI = 60.0, 1300.0
_MAX_INCHES = 17.8
_FALLBACK = 200.0


_LINE_WIDTHS = range(1680, 1760)
"""A letter-wide line at about 200 dpi: the only one whose standard and fine page can be taken for each other."""

_LONGEST_STROKE = 40
_SQUASHED = 1.45
_LEAST_STROKES = 500


class Resolution(NamedTuple):
    """Pixels an inch along the stored rows (``x``) and columns (``y``); ``note`` names what was wrong, if anything."""

    x: float
    y: float
    note: str | None = None


def work_out_resolution(width: int, height: int, tagged: tuple[float, float] | None) -> Resolution:
    """The true resolution of ``width`` x ``height`` stored pixels, ``tagged`` in dots per inch where there are tags.

    A tag is believed when the page it gives fits on paper; else it is tried swapped; else the size decides.
    """
    if tagged is not None and _is_believable(width, height, *tagged):
        return Resolution(*tagged)
    if tagged is not None and tagged[0] != tagged[1] and _is_believable(width, height, tagged[1], tagged[0]):
        return Resolution(tagged[1], tagged[0], "resolution_swapped")
    x, y = _from_size(width, height)
    return Resolution(x, y, "resolution_worked_out")


def settle_by_strokes(resolution: Resolution, pixels: Gray) -> Resolution:
    """Correct square tags on a page of standard fax lines (98 an inch), which would read as half a page high.

    Pens and fonts draw as thick across as down: where runs of black are half as long again along the rows as down
    the columns, a pixel is about twice as high as it is wide. Measured on faxes of either kind: 1.75 and more
    against 1.3 and less.
    """
    height, width = pixels.shape
    is_doubtful = width in _LINE_WIDTHS and resolution.x < 1.25 * resolution.y and height / resolution.y < 7.8
    if not is_doubtful or height / resolution.y < 4.8 or _stroke_ratio(pixels) < _SQUASHED:
        return resolution
    return Resolution(resolution.x, resolution.y / 2, "resolution_worked_out")


def _stroke_ratio(pixels: Gray) -> float:
    ink = pixels < 128
    across, down = _run_lengths(ink), _run_lengths(ink.T)
    if min(len(across), len(down)) < _LEAST_STROKES:
        return 1.0
    return float(across.mean() / down.mean())


def _run_lengths(ink: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Lengths of the black runs along the rows, without those too long for a pen or a letter."""
    edges = np.diff(np.pad(ink, ((0, 0), (1, 1))).astype(np.int8), axis=1).ravel()
    lengths = np.flatnonzero(edges == -1) - np.flatnonzero(edges == 1)
    return lengths[lengths < _LONGEST_STROKE]


def _is_believable(width: int, height: int, x_dpi: float, y_dpi: float) -> bool:
    if not (_MIN_DPI <= x_dpi <= _MAX_DPI and _MIN_DPI <= y_dpi <= _MAX_DPI):
        return False
    if width / x_dpi > _MAX_INCHES or height / y_dpi > _MAX_INCHES:
        return False
    # A whole fax line is as wide as its paper: 300 dpi would make 1728 pixels 5.8 inches, 98 would make them 17.6.
    return width not in FAX_WIDTHS or 7.0 <= width / x_dpi <= 12.6


def _from_size(width: int, height: int) -> tuple[float, float]:
    if width in FAX_WIDTHS:
        return FAX_DPI, _nearest_paper_height(width / FAX_DPI, height, FAX_VERTICAL)
    for widths in (_FINE_WIDTHS, _300_WIDTHS):
        if width in widths:
            x_dpi = widths[width]
            return x_dpi, _nearest_paper_height(width / x_dpi, height, (x_dpi, x_dpi / 2))
    short, long = sorted((width, height))
    if long > 2.2 * short or long < 400:
        return _FALLBACK, _FALLBACK
    dpi = min(
        ((abs(long / short - paper[1] / paper[0]), short / paper[0]) for paper in PAPERS[:3]),
        key=lambda pair: pair[0],
    )[1]
    return dpi, dpi


def _nearest_paper_height(inches_wide: float, height: int, choices: tuple[float, ...]) -> float:
    """The line density that makes ``height`` rows come closest to a sheet, upright before lying."""
    wanted = (11.0, 11.69, 14.0) if inches_wide < 9 else (14.33, 16.54, 17.0)
    return min(choices, key=lambda dpi: min(abs(height / dpi - inches) for inches in wanted))
