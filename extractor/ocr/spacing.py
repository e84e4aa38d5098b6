"""Where one word ends and the next begins.

The recogniser drops spaces when the resolution is low, and is sure of itself while it does so. So the pixels have
their say beside its own space class: the ink-free gap between two characters, and how far apart they stand, next to
the rest of the line.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.ocr.ctc import Character
from extractor.pixels import Gray

INK_LEVEL = 140
"""Gray values below this are ink."""

OFFSET = -1.11
RELATIVE_GAP_WEIGHT = 1.43
PITCH_WEIGHT = 8.65
SPACE_WEIGHT = 1.21
"""Logistic regression on 24,952 pairs of neighbouring characters of generated faxes, clean to degraded, and pages in
ten typefaces, none of them in ``samples/faxes``."""

OWN_SPACE = 0.5
PERSISTENCE = 2.0
"""How much evidence it takes to overrule the recogniser's own space or its absence. On pairs held back 0.20 % of the
borders are then wrong; the recogniser alone has 0.30 %."""

SURE_SPACE = 0.3
WIDE_GAP = 0.45
"""A gap of this share of the line's height, and thrice the usual one, is a border whatever the recogniser says. In a
number or code nothing less will do, but a space that the recogniser saw."""

Ink = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Gap:
    """The widest ink-free run between two neighbouring characters, in columns of the crop; empty if none."""

    first: int
    last: int

    @property
    def width(self) -> int:
        """Columns."""
        return self.last - self.first


def find_letter_ink(crop: Gray) -> Ink:
    """The crop's ink without ruled lines and specks, shape of the crop."""
    ink = (crop < INK_LEVEL).astype(np.uint8)
    height, width = ink.shape
    reach = max(20, 3 * height // 2)
    if width > reach:
        rules = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, reach), np.uint8))
        ink = np.where(rules > 0, 0, ink).astype(np.uint8)
    ink[:, ink.all(axis=0)] = 0
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    is_letter = stats[:, cv2.CC_STAT_AREA] >= max(2, height * height // 400)
    is_letter[0] = False
    return np.asarray(is_letter[labels], np.bool_)


def find_gaps(ink: Ink, places: Sequence[float]) -> list[Gap]:
    """For characters with their middles at ``places`` (columns, ascending): the gap after each but the last."""
    gaps = [Gap(round(middle), round(middle)) for middle in map(sum, itertools.pairwise(np.asarray(places) / 2))]
    if not gaps:
        return []
    edges = np.flatnonzero(np.diff((~ink.any(axis=0)).astype(np.int8), prepend=0, append=0)).tolist()
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        # Paper at either end is no gap, though the surest step of an outer letter may lie over it.
        if first == 0 or last == ink.shape[1] or last <= places[0] or first >= places[-1]:
            continue
        # The surest step of a letter may lie beside it, in the gap: a gap is that of the pair it lies between most.
        shared = np.minimum(last, places[1:]) - np.maximum(first, places[:-1])
        pair = int(shared.argmax())
        if last - first > gaps[pair].width:
            gaps[pair] = Gap(first, last)
    return gaps


def find_borders(
    letters: Sequence[Character], gaps: Sequence[Gap], space: NDArray[np.float32], line_height: float, step: float
) -> list[int]:
    """Indices of the letters that begin a word, but the first.

    ``space`` is the probability of the space class at each step; ``line_height`` is the crop's, ``step`` the width of
    one step, both in columns of the crop.
    """
    if not gaps:
        return []
    usual_gap = float(np.median([gap.width for gap in gaps]))
    pitches = [(right.peak - left.peak) * step for left, right in itertools.pairwise(letters)]
    borders = []
    for number, (left, right) in enumerate(itertools.pairwise(letters)):
        gap, pitch = gaps[number].width, pitches[number]
        seen = float(space[left.first : right.last].max())
        evidence = (
            OFFSET
            + RELATIVE_GAP_WEIGHT * math.log((gap + 1) / (usual_gap + 1))
            + PITCH_WEIGHT * pitch / line_height
            + SPACE_WEIGHT * math.log(seen + 1e-4)
            + (PERSISTENCE if seen >= OWN_SPACE else -PERSISTENCE)
        )
        is_wide = gap >= WIDE_GAP * line_height and gap > 3 * usual_gap
        is_cut = _is_inside_code(left, right) and seen < SURE_SPACE
        # Peaks alone can lie far apart, as before the last letter of a loose box: a new border needs its gap.
        has_gap = seen >= OWN_SPACE or gap > 1.3 * usual_gap
        if is_wide or (evidence > 0 and has_gap and not is_cut):
            borders.append(number + 1)
    return borders


def _is_inside_code(left: Character, right: Character) -> bool:
    """Whether a border here would cut a number, a code, a phone number, or an address of the web."""
    joins = "-./:@_"
    return (left.text.isdigit() or left.text in joins) and (right.text.isdigit() or right.text in joins)
