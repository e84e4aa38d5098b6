"""Which way up, by reading: a few lines of the page are read each way and the better reading wins."""

from collections.abc import Callable, Sequence

import numpy as np

from extractor.image.ink import WORKING_DPI, Mask
from extractor.image.orient import choose_lines, find_letters
from extractor.pixels import Gray

ReadsWell = Callable[[Sequence[Gray]], Sequence[float]]
"""Scores line crops 0 to 1: higher where a crop reads as text; all 0 where nothing can tell."""

CLEAR_MARGIN = 0.12
"""Real and drawn pages read at 0.85 to 1.0 the right way and 0.55 to 0.82 the wrong way, always 0.15 or more apart."""

_LEAST_SCORE = 0.75
_LINES = 6
_LINES_AT_ONCE = 2
_MAX_WIDTH_INCH = 1.3
_MARGIN_INCH = 0.02


def cut_lines(pixels: Gray, mask: Mask, dpi: float) -> tuple[Gray, ...]:
    """Crops of a few lines of a straight page; ``mask`` is its working mask, ``dpi`` that of ``pixels``."""
    scale = dpi / WORKING_DPI
    margin = _MARGIN_INCH * dpi
    crops = []
    for x, y, full_width, height, _ in choose_lines(find_letters(mask).mask, _LINES):
        width = min(full_width, round(_MAX_WIDTH_INCH * WORKING_DPI))
        top, left = max(0, int(y * scale - margin)), max(0, int(x * scale - margin))
        crop = pixels[top : int((y + height) * scale + margin) + 1, left : int((x + width) * scale + margin) + 1]
        crops.append(np.ascontiguousarray(crop))
    return tuple(crops)


def turn_crops(crops: Sequence[Gray]) -> tuple[Gray, ...]:
    """The crops upside down."""
    return tuple(np.ascontiguousarray(np.rot90(crop, 2)) for crop in crops)


def choose_way(ways: Sequence[Sequence[Gray]], reads_well: ReadsWell) -> int | None:
    """The index of the way whose crops read best; None where none reads clearly better than the others.

    Of two ways, which show the same lines, two lines are read first and more only while it is close. Of four, whose
    lines differ, all are read and the better half of each way counts: rows of dots or stars read as nothing.
    """
    at_once = _LINES_AT_ONCE if len(ways) == 2 else _LINES
    scores: list[list[float]] = [[] for _ in ways]
    for first in range(0, _LINES, at_once):
        for score, crops in zip(scores, ways, strict=True):
            some = crops[first : first + at_once]
            score.extend(reads_well(some) if some else ())
        means = [_mean_of_best(score, 1.0 if len(ways) == 2 else 0.5) for score in scores]
        second, best = sorted(means)[-2:]
        if best >= _LEAST_SCORE and best - second >= CLEAR_MARGIN:
            return means.index(best)
    return None


def _mean_of_best(scores: Sequence[float], share: float) -> float:
    best = sorted(scores, reverse=True)[: max(1, round(len(scores) * share))]
    return float(np.mean(best)) if best else 0.0
