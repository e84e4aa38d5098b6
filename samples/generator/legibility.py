"""Whether a person can still read a value: how much of the undamaged ink the damaged pixels show."""

import cv2
import numpy as np

from samples.generator.ink import DPI
from samples.generator.ops import Box
from samples.generator.picture import Grey, Picture, scaling

# Set by looking at crops: a value needs its usual tile like the original and hardly any tile lost.
MEDIAN, WORST = 0.66, 0.5
# Digits: one that is taken for another is lost, where a word bears a doubtful letter.
MEDIAN_OF_DIGITS, WORST_OF_DIGITS = 0.8, 0.7
REACH = 6


def reference(page: Grey, picture: Picture) -> Grey:
    """The undamaged upright page in the damaged picture's geometry."""
    rows, columns = picture.pixels.shape
    matrix = picture.to_pixels @ scaling(72 / DPI, 72 / DPI)
    soft = cv2.GaussianBlur(page, (0, 0), 1.2)
    flat = cv2.warpAffine(soft, matrix[:2], (columns, rows), flags=cv2.INTER_AREA, borderValue=255)
    return flat if picture.bend is None else picture.bend.apply(flat)


def likeness(clean: Grey, picture: Picture, box: Box) -> list[float]:
    """For each tile about one character wide the best normalised cross-correlation over shifts of a few pixels."""
    x0, y0, x1, y1 = picture.place(box)
    square = picture.x_dpi / picture.y_dpi
    wide = max(8, round((y1 - y0) * square * 0.9))
    top, left = max(0, y0 - REACH), max(0, x0 - REACH)
    seen: Grey = 255 - picture.pixels[top : y1 + REACH, left : x1 + REACH].astype(np.float32)
    if seen.size == 0:
        return []
    seen = cv2.GaussianBlur(seen, (0, 0), 0.7)
    tiles = []
    for start in range(x0, max(x0 + 1, x1 - wide // 2), wide):
        end = min(start + wide, x1)
        patch = 255 - clean[y0:y1, start:end].astype(np.float32)
        if patch.size == 0 or patch.std() < 12:
            continue
        around = seen[:, max(0, start - REACH - left) : end + REACH - left]
        tiles.append(float(cv2.matchTemplate(around, patch, cv2.TM_CCOEFF_NORMED).max()))
    return tiles


def is_legible(clean: Grey, picture: Picture, box: Box, has_digits: bool = False) -> bool:
    """Whether enough of the value is left to read it; values with digits need more than words."""
    tiles = likeness(clean, picture, box)
    median, worst = (MEDIAN_OF_DIGITS, WORST_OF_DIGITS) if has_digits else (MEDIAN, WORST)
    return bool(tiles) and float(np.median(tiles)) >= median and float(np.quantile(tiles, 0.1, method="lower")) >= worst
