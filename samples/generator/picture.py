"""Pixels of one page as a machine sends them, and how they relate to the upright page."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.generator.ops import Box

Grey = NDArray[Any]
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Bend:
    """A page that is not flat: lines bow by up to ``high`` pixels, most at the top or bottom, and shift sideways.

    ``middle`` (0 to 1) is where along a line the bow turns.
    """

    high: float
    wide: float
    middle: float
    is_top: bool
    columns: int
    rows: int

    def offsets(self, x: Grey, y: Grey) -> tuple[Grey, Grey]:
        """How far right and down of a pixel its content comes from."""
        u, v = x / self.columns, y / self.rows
        near = np.exp(-(v if self.is_top else 1 - v) / 0.35)
        bow = ((u - self.middle) ** 2 / max(self.middle, 1 - self.middle) ** 2 - 0.4) * near
        return self.wide * np.sin(np.pi * v) * (u - 0.5), self.high * bow

    def apply(self, grey: Grey) -> Grey:
        """The bent picture."""
        x, y = np.meshgrid(np.arange(0, self.columns + 32, 32.0), np.arange(0, self.rows + 32, 32.0))
        across, down = (cv2.resize(d.astype(np.float32), None, fx=32, fy=32) for d in self.offsets(x - 15.5, y - 15.5))
        rows, columns = grey.shape
        map_x = across[16 : rows + 16, 16 : columns + 16] + np.arange(columns, dtype=np.float32)
        map_y = down[16 : rows + 16, 16 : columns + 16] + np.arange(rows, dtype=np.float32)[:, None]
        return cv2.remap(grey, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


@dataclass(frozen=True)
class Picture:
    """``pixels``: grey levels, shape (rows, columns); only 0 and 255 where ``is_bilevel``.

    ``to_pixels`` (3 x 3) takes points of the upright page to pixel coordinates, the damage's geometry included but for
    the ``bend``.
    """

    pixels: Grey
    x_dpi: float
    y_dpi: float
    is_bilevel: bool
    to_pixels: Matrix
    bend: Bend | None = None

    def place(self, box: Box) -> tuple[int, int, int, int]:
        """The pixel rectangle (x0, y0, x1, y1) around a box of the upright page."""
        corners = np.array([[box[0], box[1], 1], [box[2], box[1], 1], [box[0], box[3], 1], [box[2], box[3], 1]]).T
        moved = self.to_pixels @ corners
        if self.bend is not None:
            moved[:2] -= self.bend.offsets(moved[0], moved[1])
        rows, columns = self.pixels.shape
        x0, x1 = np.clip([moved[0].min(), moved[0].max()], 0, columns)
        y0, y1 = np.clip([moved[1].min(), moved[1].max()], 0, rows)
        return int(x0), int(y0), int(np.ceil(x1)), int(np.ceil(y1))


def scaling(x: float, y: float) -> Matrix:
    """The matrix that scales."""
    return np.diag([x, y, 1.0])


def turning(degrees: float, cx: float, cy: float) -> Matrix:
    """The matrix that turns by ``degrees`` (counterclockwise on a page whose y grows downwards) about a point."""
    angle = np.deg2rad(degrees)
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, s, cx - c * cx - s * cy], [-s, c, cy + s * cx - c * cy], [0, 0, 1]])


def quarter_turn(rotation: int, width: float, height: float) -> Matrix:
    """The matrix that lays an upright page down so that it must be turned clockwise by ``rotation`` to be read."""
    return {
        0: np.eye(3),
        90: np.array([[0, 1, 0], [-1, 0, width], [0, 0, 1.0]]),
        180: np.array([[-1, 0, width], [0, -1, height], [0, 0, 1.0]]),
        270: np.array([[0, -1, height], [1, 0, 0], [0, 0, 1.0]]),
    }[rotation]
