"""Pixels of one page as a machine sends them, and how they relate to the upright page."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samples.generator.ops import Box

Grey = NDArray[Any]
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Picture:
    """``pixels``: grey levels, shape (rows, columns); only 0 and 255 where ``is_bilevel``.

    ``to_pixels`` (3 x 3) takes points of the upright page to pixel coordinates, the damage's geometry included.
    """

    pixels: Grey
    x_dpi: float
    y_dpi: float
    is_bilevel: bool
    to_pixels: Matrix

    def place(self, box: Box) -> tuple[int, int, int, int]:
        """The pixel rectangle (x0, y0, x1, y1) around a box of the upright page."""
        corners = np.array([[box[0], box[1], 1], [box[2], box[1], 1], [box[0], box[3], 1], [box[2], box[3], 1]]).T
        moved = self.to_pixels @ corners
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
