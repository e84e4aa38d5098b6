"""Lines of which a standard fax left dots: told by how straight they are and by the paper beside them."""

import cv2
import numpy as np

from extractor.layout.ink import outer_boxes
from extractor.pixels import Gray
from models.record import BBox

SHORTEST_BROKEN = 26.0
"""Points: a shorter row of dots may be anything."""
WIDEST_BREAK = 4.4
"""Points between two dots of a line."""
LEAST_INK = 0.36
"""The share of a broken line's length that still has ink."""
CLEAR, BUSY = 0.2, 0.62
"""Ink beside a line, as shares of its length: one side at most so much, the other side at most so much."""


def broken_runs(mask: Gray, scale: float, shortest: float) -> list[BBox]:
    """Broken lines along the first axis of a mask (the second of its transpose), boxes in points.

    ``shortest`` in points. Rows of letters have ink on one side all along; a line has paper on one side at least.
    """
    smooth = cv2.dilate(mask, np.ones((3, 1), np.uint8))
    closed = cv2.morphologyEx(smooth, cv2.MORPH_CLOSE, np.ones((1, round(WIDEST_BREAK * scale)), np.uint8))
    runs = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, round(shortest * scale)), np.uint8))
    thickest = max(7, round(0.012 * mask.shape[1]))
    near, far = max(1, round(0.5 * scale)), max(3, round(2.0 * scale))
    boxes = []
    for x, y, width, height in outer_boxes(np.asarray(runs, np.uint8)):
        if height > thickest:
            continue
        line = mask[y : y + height, x : x + width]
        rows = np.flatnonzero(line.mean(axis=1) > 0.5 * line.mean(axis=1).max(initial=0.0))
        if not len(rows):
            continue
        top, bottom = y + int(rows[0]), y + int(rows[-1]) + 1
        above = mask[max(0, top - far) : max(0, top - near), x : x + width]
        below = mask[bottom + near : bottom + far, x : x + width]
        beside = sorted(float(side.max(axis=0).mean()) if side.size else 0.0 for side in (above, below))
        ink = float(mask[top:bottom, x : x + width].max(axis=0).mean())
        if ink >= LEAST_INK and beside[0] <= CLEAR and beside[1] <= BUSY:
            boxes.append(BBox(*(round(value / scale, 2) for value in (x, top, x + width, bottom))))
    return boxes
