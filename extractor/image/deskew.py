"""The skew of a page, by projection profiles of the lower edges of its ink.

Sources: W. Postl, "Detection of linear oblique structures and skew scan in digitized documents", ICPR 1986
(the energy of the profile is greatest along the lines); H. S. Baird, "The skew angle of printed documents",
SPSE 1987 (fiducial points at the foot of each letter, coarse to fine search).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extractor.image.ink import WORKING_DPI, Mask, Parts, is_text_sized, keep_parts

MIN_TURN = 0.12
"""Degrees; less skew than this is left, because resampling one-bit letters costs more than it gains."""

_MIN_EVIDENCE = 0.25
"""The peak over the median, less one. Handwriting and pictures stay below 0.15, a few typed lines reach 1."""

_TEXT_DECIDES = 0.5
"""Where letters alone show this much, rules only refine: frames of copied sheets have a skew of their own."""

_LOWEST_INCH = 0.035
"""What is flatter is a dash, not a letter."""

_COARSE_STEP = 0.25
_FINE_STEP = 0.05
_MAX_POINTS = 16_000
_MIN_POINTS = 60
_BORDER_INCH = 0.12

Points = tuple[NDArray[np.float32], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Skew:
    """``angle``: degrees by which lines run clockwise (down to the right); ``evidence``: 0 none, 1 and more clear."""

    angle: float
    evidence: float


def estimate_skew(parts: Parts, max_skew: float, dpi: float = WORKING_DPI) -> Skew:
    """Skew of letters, helped by rules, on a square-pixel mask; angle 0 where the page shows no direction.

    ``max_skew`` in degrees; what seems to lie beyond it is taken for no evidence.
    """
    # Dashes of a streak or a dropped scan line stand in rows of their own, sharper than any line of letters.
    is_text = is_text_sized(parts, dpi) & (parts.boxes[:, 3] >= _LOWEST_INCH * dpi)
    letters = _lower_edges(keep_parts(parts, is_text))
    rules = _lower_edges(keep_parts(parts, ~is_text_sized(parts, dpi) & _is_inside(parts, dpi)))
    coarse = np.arange(-max_skew - 1, max_skew + 1 + 1e-9, _COARSE_STEP)
    from_letters = _evidence(letters, coarse, bin_height=2.0)
    weight = 0.05 if from_letters.max() >= _TEXT_DECIDES else 0.3
    evidence = from_letters + weight * _evidence(rules, coarse, bin_height=2.0)
    best = int(np.argmax(evidence))
    strength = float(evidence[best])
    if strength < _MIN_EVIDENCE or abs(coarse[best]) > max_skew + 0.25:
        return Skew(0.0, strength)
    fine = coarse[best] + np.arange(-_COARSE_STEP, _COARSE_STEP + 1e-9, _FINE_STEP)
    evidence = _evidence(letters, fine, bin_height=1.0) + weight * _evidence(rules, fine, bin_height=1.0)
    return Skew(_peak(fine, evidence), strength)


def _is_inside(parts: Parts, dpi: float) -> NDArray[np.bool_]:
    """Parts that do not touch the border of the page: scan edges and frames go out, and specks with them."""
    margin, (height, width) = _BORDER_INCH * dpi, parts.labels.shape
    left, top, right, bottom = (
        parts.boxes[:, 0],
        parts.boxes[:, 1],
        parts.boxes[:, 0] + parts.boxes[:, 2],
        parts.boxes[:, 1] + parts.boxes[:, 3],
    )
    is_inside = (left >= margin) & (top >= margin) & (right <= width - margin) & (bottom <= height - margin)
    return np.asarray(is_inside & (parts.boxes[:, 4] >= 20))


def _lower_edges(mask: Mask) -> Points:
    """Columns and rows where ink ends downwards; an even sample of them on a full page."""
    places = np.flatnonzero((mask[:-1] > mask[1:]).ravel())
    if len(places) > _MAX_POINTS:
        places = places[np.linspace(0, len(places) - 1, _MAX_POINTS).astype(np.intp)]
    rows, columns = np.divmod(places, mask.shape[1])
    # Whole rows would add energy at exactly 0 degrees; a fixed jitter within the pixel takes the grid away.
    jitter = np.random.default_rng(0).random(len(rows), np.float32)
    return columns.astype(np.float32), rows.astype(np.float32) + jitter


def _evidence(points: Points, angles: NDArray[np.float64], bin_height: float) -> NDArray[np.float64]:
    """For each angle the profile's sum of squares over the median of all angles, less one; zeros for few points."""
    xs, ys = points
    energy = np.zeros(len(angles))
    if len(xs) < _MIN_POINTS:
        return energy
    reach = np.float32(float(xs.max()) * float(np.tan(np.radians(np.abs(angles).max() + 1))))
    for index, slope in enumerate(np.tan(np.radians(angles)).astype(np.float32)):
        rows = ((ys - xs * slope + reach) / np.float32(bin_height)).astype(np.int32)
        profile = np.bincount(rows).astype(np.float64)
        energy[index] = float(profile @ profile)
    return energy / float(np.median(energy)) - 1


def _peak(angles: NDArray[np.float64], evidence: NDArray[np.float64]) -> float:
    """The top of a parabola through the best sample and its neighbours."""
    best = int(np.clip(np.argmax(evidence), 1, len(angles) - 2))
    left, middle, right = evidence[best - 1 : best + 2]
    bend = left - 2 * middle + right
    shift = 0.0 if bend >= 0 else float(np.clip(0.5 * (left - right) / bend, -1, 1))
    return float(angles[best] + shift * (angles[1] - angles[0]))
