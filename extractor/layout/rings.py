"""Rings drawn round a word: closed or nearly closed curves that are no printed box and hold a word."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.layout.ink import PageInk
from extractor.pixels import Gray
from models.record import BBox
from models.stages.text import Word

ANGLES = 36
LEAST_COVER = 0.8
"""A ring's strokes stand at this share of all angles seen from its middle."""
LEAST_STROKE = 0.62
"""And its longest stroke alone at this share: a row of letters is many strokes."""

MOST_INSIDE = 0.2
"""The share of its ink that a ring may have well inside, where it touches the word."""


def find_rings(ink: PageInk, words: Sequence[Word], text_height: float) -> tuple[tuple[BBox, Word], ...]:
    """Each ring with the word it holds (the one nearest its middle), boxes in points."""
    factor = 0.5
    thick = cv2.dilate(ink.mask, np.ones((3, 3), np.uint8))
    small = (cv2.resize(thick * np.uint8(255), None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) > 100).astype(
        np.uint8
    )
    contours, tree = cv2.findContours(small, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if tree is None:
        return ()
    step = ink.scale * factor
    rings: list[tuple[BBox, Word]] = []
    for contour in contours:
        if len(contour) < 10:
            continue
        x, y, width, height = cv2.boundingRect(contour)
        if not (9 * step <= width <= 170 * step and max(9.0, 1.2 * text_height) * step <= height <= 48 * step):
            continue
        share = cv2.contourArea(contour) / (width * height)
        if not 0.6 <= share <= 0.89:
            continue
        box = ink.to_points(x / factor, y / factor, (x + width) / factor, (y + height) / factor)
        word = _held_word(box, words)
        if word is not None and _is_ring(ink, box) and not any(other is word for _, other in rings):
            rings.append((box, word))
    return tuple(rings)


def _held_word(box: BBox, words: Sequence[Word]) -> Word | None:
    held = [
        word
        for word in words
        if box.x0 < word.bbox.x_mid < box.x1
        and box.top < word.bbox.y_mid < box.bottom
        and word.bbox.width < 1.15 * box.width
        # A lone O is no ring round itself.
        and (len(word.text) > 1 or box.width > 1.3 * word.bbox.width)
        and any(character.isalnum() for character in word.text)
    ]
    if not held or len(held) > 4:
        return None
    return min(held, key=lambda word: abs(word.bbox.x_mid - box.x_mid) + abs(word.bbox.y_mid - box.y_mid))


def _is_ring(ink: PageInk, box: BBox) -> bool:
    """One or two strokes all around at the rim, something inside, no ink in the corners."""
    x0, top, x1, bottom = ink.to_pixels(box)
    part = ink.mask[top:bottom, x0:x1]
    height, width = part.shape
    if min(height, width) < 12 or not 0.04 < _inner_share(part) < 0.6:
        return False
    _, labels = cv2.connectedComponents(cv2.dilate(part, np.ones((2, 2), np.uint8)), connectivity=8)
    seen = _rim(np.asarray(labels, np.int32))
    counts = np.bincount(seen.ravel())
    counts[0] = 0
    strokes = [index for index in np.argsort(counts)[::-1][:2].tolist() if counts[index]]
    covers = [float((seen == stroke).any(axis=1).mean()) for stroke in strokes]
    both = float(np.isin(seen, strokes).any(axis=1).mean()) if covers else 0.0
    if both < LEAST_COVER or max(covers) < LEAST_STROKE:
        return False
    if _share_inside(np.asarray(np.isin(labels, strokes), np.bool_)) > MOST_INSIDE:
        return False
    tall, wide = max(2, round(0.09 * height)), max(2, round(0.09 * min(width, 3 * height)))
    patches = (part[:tall, :wide], part[:tall, -wide:], part[-tall:, :wide], part[-tall:, -wide:])
    return sum(float(patch.mean()) > 0.25 for patch in patches) < 2


def _rim(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Seen from the middle: which strokes lie near the rim, shape (angles, samples); 0 is paper."""
    height, width = labels.shape
    turns = np.linspace(0, 2 * np.pi, ANGLES * 3, endpoint=False)
    radii = np.linspace(0.74, 1.04, max(8, height // 3))
    columns = np.clip((width - 1) / 2 + np.outer(np.cos(turns), radii) * width / 2, 0, width - 1).astype(np.int64)
    rows = np.clip((height - 1) / 2 + np.outer(np.sin(turns), radii) * height / 2, 0, height - 1).astype(np.int64)
    return np.asarray(labels[rows, columns].reshape(ANGLES, -1), np.int32)


def _share_inside(strokes: NDArray[np.bool_]) -> float:
    """The share of the strokes' ink that lies well inside: little of a ring, much of letters run together."""
    height, width = strokes.shape
    rows, columns = np.ogrid[:height, :width]
    away = ((rows - (height - 1) / 2) / (height / 2)) ** 2 + ((columns - (width - 1) / 2) / (width / 2)) ** 2
    return float(strokes[away < 0.4].sum()) / max(1.0, float(strokes.sum()))


def _inner_share(part: Gray) -> float:
    """The density of the middle, where the word is."""
    height, width = part.shape
    return float(part[height // 4 : -(height // 4), width // 5 : -(width // 5)].mean())
