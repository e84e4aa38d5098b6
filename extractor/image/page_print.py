"""A page's fingerprint: what is written on it as a small picture, by which a second transmission of it is known.

Rules, frames and specks are left out, because they come and go from one transmission to the next; what is left is
counted in cells of 1/55 by 1/27 inch, four steps of ink each. Two prints are laid on one another as a whole
(phase correlation: Kuglin and Hines 1975), then piece by piece, which gives the turn and the stretch between two
machines (RANSAC: Fischler and Bolles 1981); then each piece of a line is looked for near its place. Along the line
only the change of ink counts, so that another word of the same length is another word.
"""

import base64
import struct
import zlib
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.image.ink import WORKING_DPI, Mask, find_parts, keep_parts, working_ink
from extractor.pixels import POINTS_PER_INCH, PageImage

Ink = NDArray[np.float32]
"""Ink by cell, shape (rows, columns), 0 to 3."""

_CELL = (2, 4)
"""Pixels at ``WORKING_DPI`` across and down."""
_STEPS = 3
_RULE = 30
_FLAT, _DASH, _POST, _SPECK = 4, 9, 16, 6
_COARSE = (6, 3)
_FARTHEST = (50, 35)
_LEAST_ALIKE = 0.25
_SMALLEST = 64
"""Cells: smaller pages are no pages."""
_TOP_ROWS = 14
"""Where the sending machine writes its line: half an inch."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """How a print is cut up: the size of a piece, how far it may lie from its place, and its least ink."""

    height: int
    width: int
    down: int
    across: int
    least_ink: float


_PIECES = _Grid(16, 64, 6, 12, 60)
_WORDS = _Grid(5, 40, 1, 3, 40)
_SEEN_AGAIN = 0.5
"""Correlation from which a piece is the same: measured on generated second transmissions."""
_LEAST_PIECES = 6
_MOST_STRETCH, _MOST_TURN = 0.06, 0.08


def make_print(page: PageImage, header_bottom: float = 0.0) -> str:
    """The fingerprint of a page as text, empty where hardly anything stands on it.

    ``header_bottom``: how far down (points) the sending machine's line goes.
    """
    mask = _written(working_ink(page.pixels, page.dpi, page.dpi, is_bilevel=False))
    top = page.margin[1] / page.dpi + max(0.0, header_bottom) / POINTS_PER_INCH if header_bottom else 0.0
    mask[: round(top * WORKING_DPI)] = 0
    rows, columns = mask.shape[0] // _CELL[1], mask.shape[1] // _CELL[0]
    if rows < _SMALLEST or columns < _SMALLEST or not mask.any():
        return ""
    cells = mask[: rows * _CELL[1], : columns * _CELL[0]].reshape(rows, _CELL[1], columns, _CELL[0])
    steps = (cells.mean((1, 3)) * _STEPS).round().astype(np.uint8)
    packed = zlib.compress(struct.pack("<HH", rows, columns) + steps.tobytes())
    return base64.b64encode(packed).decode("ascii")


def open_print(text: str) -> Ink:
    """The ink of a fingerprint that ``make_print`` made."""
    data = zlib.decompress(base64.b64decode(text))
    rows, columns = struct.unpack_from("<HH", data)
    return np.frombuffer(data, np.uint8, rows * columns, 4).reshape(rows, columns).astype(np.float32)


def compare_prints(first: Ink, second: Ink, most: float = 1.0) -> float | None:
    """The share (0 to 1) of what is written on either page that the other does not have at its place.

    None where the two cannot be laid on one another: they are of other forms, or too little is on them. What is above
    ``most`` is not looked at further: the true share may be higher still.
    """
    shape = max(first.shape[0], second.shape[0]), max(first.shape[1], second.shape[1])
    pair = _pad(first, shape), _pad(second, shape)
    shares = []
    for one, other in (pair, pair[::-1]):
        share = _missing(one, other)
        if share is None:
            return None
        shares.append(share)
        if share > most:
            break
    return max(shares)


def _written(mask: Mask) -> Mask:
    """The ink without rules, their pieces, and specks."""
    level = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, _RULE), np.uint8))
    upright = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((_RULE, 1), np.uint8))
    rules = cv2.dilate(cv2.bitwise_or(level, upright), np.ones((3, 3), np.uint8))
    parts = find_parts(np.where(rules > 0, 0, mask).astype(np.uint8))
    width, height, area = parts.boxes[:, 2], parts.boxes[:, 3], parts.boxes[:, 4]
    is_dash = (height <= _FLAT) & (width >= _DASH)
    is_post = (width <= _FLAT) & (height >= _POST)
    return keep_parts(parts, ~(is_dash | is_post | (area < _SPECK)))


def _missing(one: Ink, other: Ink) -> float | None:
    shift = _find_shift(one, other)
    if shift is None:
        return None
    found = _look_for(one, _changes(one), _changes(other), shift, _PIECES)
    good = found[found[:, 4] >= _SEEN_AGAIN]
    if len(good) < _LEAST_PIECES:
        return None
    turn, _ = cv2.estimateAffine2D(
        np.asarray(good[:, :2], np.float32),
        np.asarray(good[:, :2] + good[:, 2:4], np.float32),
        ransacReprojThreshold=2.0,
    )
    if turn is None or np.abs(np.diag(turn) - 1).max() > _MOST_STRETCH or abs(turn[0, 1]) > _MOST_TURN:
        return None
    size = one.shape[1], one.shape[0]
    laid_on = cv2.warpAffine(other, turn, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    words = _look_for(one, _changes(one), _changes(np.asarray(laid_on, np.float32)), (0, 0), _WORDS)
    words = words[words[:, 1] > _TOP_ROWS]
    return float((words[:, 4] < _SEEN_AGAIN).mean()) if len(words) else None


def _find_shift(one: Ink, other: Ink) -> tuple[int, int] | None:
    """Columns and rows by which the other page lies beside the first; None where they are not alike at all."""
    size = one.shape[1] // _COARSE[0], one.shape[0] // _COARSE[1]
    small = [cv2.resize(page, size, interpolation=cv2.INTER_AREA) for page in (one, other)]
    (across, down), _ = cv2.phaseCorrelate(small[0], small[1])
    moved = np.roll(small[1], (-round(down), -round(across)), (0, 1))
    shift = round(across * _COARSE[0]), round(down * _COARSE[1])
    if abs(shift[0]) > _FARTHEST[0] or abs(shift[1]) > _FARTHEST[1]:
        return None
    alike = np.corrcoef(small[0].ravel(), moved.ravel())[0, 1] if small[0].any() and moved.any() else 0.0
    return shift if alike >= _LEAST_ALIKE else None


def _look_for(ink: Ink, one: Ink, other: Ink, shift: tuple[int, int], grid: _Grid) -> NDArray[np.float64]:
    """Every piece of ``one`` with ink on it, looked for in ``other`` near its place moved by ``shift``.

    A row a piece: its middle (column, row), by how much it lies elsewhere, and its correlation there (-1 to 1).
    """
    room = grid.across + abs(shift[0]) + grid.width, grid.down + abs(shift[1]) + grid.height
    padded = cv2.copyMakeBorder(other, room[1], room[1], room[0], room[0], cv2.BORDER_CONSTANT)
    found = []
    for top in range(0, one.shape[0] - grid.height + 1, grid.height):
        if ink[top : top + grid.height].sum() < grid.least_ink:
            continue
        for left in range(0, one.shape[1] - grid.width + 1, grid.width):
            if ink[top : top + grid.height, left : left + grid.width].sum() < grid.least_ink:
                continue
            piece = one[top : top + grid.height, left : left + grid.width]
            y, x = top + shift[1] + room[1] - grid.down, left + shift[0] + room[0] - grid.across
            around = padded[y : y + grid.height + 2 * grid.down, x : x + grid.width + 2 * grid.across]
            _, best, _, place = cv2.minMaxLoc(cv2.matchTemplate(around, piece, cv2.TM_CCORR_NORMED))
            middle = left + grid.width / 2, top + grid.height / 2
            found.append((*middle, place[0] - grid.across + shift[0], place[1] - grid.down + shift[1], best))
    return np.array(found, np.float64).reshape(-1, 5)


def _changes(ink: Ink) -> Ink:
    """How ink changes along the line: smoothed, less its mean over a quarter of an inch."""
    smooth = cv2.GaussianBlur(ink, (0, 0), sigmaX=0.8, sigmaY=0.5)
    return np.asarray(smooth - cv2.blur(smooth, (15, 1)), np.float32)


def _pad(ink: Ink, shape: tuple[int, int]) -> Ink:
    return np.pad(ink, ((0, shape[0] - ink.shape[0]), (0, shape[1] - ink.shape[1])))
