"""Pen strokes: connected runs of ink that are neither printed text, nor ruled lines, nor pictures.

Printed text falls into components of one letter's size; a pen runs on: wider or taller than the page's letters,
thin, with much outline for its box (compare Zheng, Li, Doermann, "Machine printed text and handwriting
identification in noisy document images", 2004, features of size, density and complexity).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np

from extractor.layout.ink import PageInk, box_of, find_outlines
from extractor.layout.rules import Rules
from extractor.pixels import Gray
from models.record import BBox, bounding_box
from models.stages.text import Word

SURE_WORD = 0.8
"""An engine's score above which a word that looks printed is taken for printed."""
THICKEST_STROKE = 4.2
"""Points: the mean width of a marker's stroke; stamps and pictures are thicker."""
LARGEST_WIDTH, LARGEST_HEIGHT = 330.0, 130.0
SPECK = 2.6
"""Points: smaller components are dirt."""
ERASED = 40.0
"""Points: shorter horizontal runs may be part of a stroke and stay."""
CLUSTER_GAP = 11.0
"""Points between strokes of one signature."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One component: its box, the length of pen in it (points), how wiggly it is (outline over box outline)."""

    bbox: BBox
    length: float
    complexity: float
    density: float


@dataclass(frozen=True, slots=True)
class Writing:
    """What of a page may be pen: the strokes, and the ink without ruled lines they were found in."""

    strokes: tuple[Stroke, ...]
    ink: PageInk

    def residue(self, area: BBox, printed: Sequence[BBox]) -> float:
        """Square points of ink in an area outside the boxes of what is printed there, specks left out."""
        x0, top, x1, bottom = self.ink.to_pixels(area)
        part = self.ink.mask[top:bottom, x0:x1].copy()
        for box in printed:
            left, upper, right, lower = self.ink.to_pixels(box)
            part[max(0, upper - top) : max(0, lower - top), max(0, left - x0) : max(0, right - x0)] = 0
        if not part.any():
            return 0.0
        count, _, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
        speck = SPECK * self.ink.scale
        areas = [area for _, _, wide, high, area in stats[1:count].tolist() if max(wide, high) >= speck]
        return float(sum(areas)) / self.ink.scale**2


def find_writing(ink: PageInk, rules: Rules, words: Sequence[Word]) -> Writing:
    """All pen-like components of a page."""
    height = _letter_height(words)
    mask = _without_rules(ink, rules)
    small = 0.6 * height * ink.scale
    strokes = []
    for contour in find_outlines(mask):
        if len(contour) < 8:
            continue
        x, y, wide, high = box_of(contour)
        if wide < small and high < small:
            continue
        stroke = _measure(mask, ink.scale, (x, y, wide, high), float(cv2.arcLength(contour, True)))
        if stroke is not None and _is_pen(stroke, height) and not _is_printed(stroke, words, height):
            strokes.append(stroke)
    return Writing(tuple(strokes), PageInk(mask, ink.scale))


def cluster_strokes(strokes: Sequence[Stroke]) -> tuple[tuple[Stroke, ...], ...]:
    """Strokes that stand close enough to be one writing."""
    clusters: list[list[Stroke]] = []
    for stroke in sorted(strokes, key=lambda each: each.bbox.x0):
        near = [cluster for cluster in clusters if any(_is_close(stroke.bbox, other.bbox) for other in cluster)]
        merged = [stroke, *(each for cluster in near for each in cluster)]
        clusters = [cluster for cluster in clusters if not any(cluster is other for other in near)]
        clusters.append(merged)
    return tuple(tuple(cluster) for cluster in clusters)


def is_signature(cluster: Sequence[Stroke], letter_height: float) -> bool:
    """Whether a cluster is large, long and wiggly enough for a signature."""
    box = bounding_box([stroke.bbox for stroke in cluster])
    length = sum(stroke.length for stroke in cluster)
    widest = max(stroke.bbox.width for stroke in cluster)
    tallest = max(stroke.bbox.height for stroke in cluster)
    return (
        box.width >= 28
        and box.height >= max(10.0, 1.2 * letter_height)
        and length >= 1.5 * box.width
        and (widest >= 22 or tallest >= 2.2 * letter_height)
        and box.width < 360
        and box.height < 150
    )


def _measure(mask: Gray, scale: float, box: tuple[int, int, int, int], outline: float) -> Stroke | None:
    x, y, wide, high = box
    part = mask[y : y + high, x : x + wide]
    area = float(np.count_nonzero(part))
    if outline <= 0 or 2 * area / outline > THICKEST_STROKE * scale:
        return None
    points = BBox(*(round(value / scale, 2) for value in (x, y, x + wide, y + high)))
    return Stroke(
        bbox=points,
        length=outline / 2 / scale,
        complexity=outline / (2.0 * (wide + high)),
        density=area / (wide * high),
    )


def _is_pen(stroke: Stroke, height: float) -> bool:
    box = stroke.bbox
    if box.width > LARGEST_WIDTH or box.height > LARGEST_HEIGHT or min(box.width, box.height) < 1.5:
        return False
    is_large = box.width > 1.9 * height or box.height > 1.5 * height
    return is_large and stroke.density < 0.42 and (stroke.complexity > 0.85 or max(box.width, box.height) > 25)


def _is_printed(stroke: Stroke, words: Sequence[Word], height: float) -> bool:
    """Whether recognised printed words account for a component: letters that run together, an underlined word."""
    box = stroke.bbox
    if box.height > 2.0 * height:
        return False
    covered = sum(
        box.intersection_area(word.bbox)
        for word in words
        if (word.confidence is None or word.confidence >= SURE_WORD) and any(letter.isalnum() for letter in word.text)
    )
    return covered > 0.6 * box.area


def _without_rules(ink: PageInk, rules: Rules) -> Gray:
    """The mask with ruled lines taken out and what they cut joined again."""
    mask = ink.mask.copy()
    for rule in rules.horizontal:
        if rule.width < ERASED:
            continue
        x0, top, x1, bottom = ink.to_pixels(rule)
        mask[max(0, top - 1) : bottom + 1, x0:x1] = 0
    for rule in (*rules.vertical, *rules.streaks):
        if rule.height < 24:
            continue
        x0, top, x1, bottom = ink.to_pixels(rule)
        mask[top:bottom, max(0, x0 - 1) : x1 + 1] = 0
    for bar in rules.bars:
        x0, top, x1, bottom = ink.to_pixels(bar)
        mask[top:bottom, x0:x1] = 0
    return np.asarray(
        cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((ink.pixels(1.6), ink.pixels(0.7)), np.uint8)), np.uint8
    )


def _letter_height(words: Sequence[Word]) -> float:
    return median(word.bbox.height for word in words) if words else 9.0


def _is_close(box: BBox, other: BBox) -> bool:
    return -box.x_overlap(other) < CLUSTER_GAP and -box.y_overlap(other) < 0.5 * CLUSTER_GAP
