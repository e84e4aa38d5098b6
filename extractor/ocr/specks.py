"""Dots of line noise on coarse faxes."""

import cv2
import numpy as np

from extractor.pixels import Gray, PageImage

SPECK_PIXELS = 3
COARSE_DPI = 130.0
HEAVY_NOISE = 0.015
REACH = 8
"""Pixels from larger ink within which a speck may be a full stop, the dot of an i, or a hyphen."""


def drop_specks(page: PageImage) -> Gray:
    """The page's pixels; on a one-bit page received at under 130 lines an inch without ink specks of up to 3 pixels.

    Pixels are counted as received. Specks beside larger ink stay, for at 204x98 full stops, hyphens and dots on an i
    are no larger, unless noise covers more than ``HEAVY_NOISE`` of the empty paper. At 204x196 nothing is gained.
    """
    if not page.is_bilevel or min(page.native_dpi) >= COARSE_DPI:
        return page.pixels
    per_pixel = (page.dpi / page.native_dpi[0]) * (page.dpi / page.native_dpi[1])
    ink = (page.pixels < 128).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    is_small = stats[:, cv2.CC_STAT_AREA] <= round(SPECK_PIXELS * per_pixel)
    is_small[0] = False
    specks = is_small[labels]
    larger = np.where(specks, 0, ink).astype(np.uint8)
    paper = cv2.dilate(larger, np.ones((2 * REACH + 1,) * 2, np.uint8)) == 0
    noise = int(np.count_nonzero(specks & paper)) / max(1, int(np.count_nonzero(paper)))
    if noise < HEAVY_NOISE:
        specks &= paper
    # Interpolated rims belong to their speck: widen by a pixel or two, but never into ink that stays.
    gone = cv2.dilate(specks.astype(np.uint8), np.ones((5, 3), np.uint8)) > 0
    keeps = cv2.dilate(((ink > 0) & ~specks).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.where(gone & ~keeps, 255, page.pixels).astype(np.uint8)
