"""Pixels in memory, and the one border between pixels and points.

Not values: pixel arrays never enter a record or an artifact key; they live while one page is read.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.record import BBox
from models.stages.text import Word

Gray = NDArray[np.uint8]
"""A gray image, shape (height, width), 0 black to 255 white."""

POINTS_PER_INCH = 72.0


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """One AcroForm widget: its field name, its text or choice, its state if it is a check box, its box in points."""

    name: str
    value: str | None
    is_checked: bool | None
    bbox: BBox


@dataclass(frozen=True, slots=True)
class EmbeddedText:
    """A PDF page's own text and form answers, in points of the page as rendered (its /Rotate already applied).

    ``suspicion`` names what is wrong with it (``hidden``, ``font_map``, ``over_picture``, ``handwriting`` drawn with a
    pen tool) and is empty when nothing looks wrong. ``picture_area`` is the share of the page that pictures cover,
    0 to 1.
    """

    words: tuple[Word, ...]
    answers: tuple[FormAnswer, ...] = ()
    suspicion: tuple[str, ...] = ()
    picture_area: float = 0.0


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """One page as stored: pixels may be non-square (``x_dpi`` differs from ``y_dpi``) and in any direction.

    ``is_bilevel``: stored one bit deep. ``embedded`` only for PDF pages with text or a form.
    """

    page_no: int
    pixels: Gray
    x_dpi: float
    y_dpi: float
    is_bilevel: bool
    embedded: EmbeddedText | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page upright, deskewed, with square pixels of ``dpi``; the transmit header line is still on it.

    ``native_dpi`` is (x, y) as received. ``quality`` is a ``Quality`` value, ``rotation`` and ``skew`` are degrees
    by which the page was turned clockwise. ``embedded`` is moved to this page's coordinates.
    ``margin`` (left, top, right, bottom) counts pixels added around the page so that deskewing cuts no ink: points
    are those of the page without them, so what stands in the margin has points beyond the page.
    """

    page_no: int
    pixels: Gray
    dpi: float
    native_dpi: tuple[float, float]
    is_bilevel: bool
    quality: str
    rotation: int = 0
    skew: float = 0.0
    embedded: EmbeddedText | None = None
    notes: tuple[str, ...] = field(default=())
    margin: tuple[int, int, int, int] = (0, 0, 0, 0)

    @property
    def width(self) -> float:
        """Points."""
        return float(self.pixels.shape[1] - self.margin[0] - self.margin[2]) * POINTS_PER_INCH / self.dpi

    @property
    def height(self) -> float:
        """Points."""
        return float(self.pixels.shape[0] - self.margin[1] - self.margin[3]) * POINTS_PER_INCH / self.dpi

    def to_points(self, x0: float, top: float, x1: float, bottom: float) -> BBox:
        """Pixels of this image to points."""
        scale, (left, above) = POINTS_PER_INCH / self.dpi, self.margin[:2]
        across, down = ((x0 - left) * scale, (x1 - left) * scale), ((top - above) * scale, (bottom - above) * scale)
        return BBox(round(across[0], 2), round(down[0], 2), round(across[1], 2), round(down[1], 2))

    def to_pixels(self, box: BBox) -> tuple[int, int, int, int]:
        """Points to whole pixels (x0, top, x1, bottom), clipped to the pixels there are."""
        scale, (left, above) = self.dpi / POINTS_PER_INCH, self.margin[:2]
        height, width = self.pixels.shape
        return (
            min(width, max(0, round(box.x0 * scale) + left)),
            min(height, max(0, round(box.top * scale) + above)),
            min(width, max(0, round(box.x1 * scale) + left)),
            min(height, max(0, round(box.bottom * scale) + above)),
        )

    def crop(self, box: BBox) -> Gray:
        """The pixels inside a box of points; may be empty."""
        x0, top, x1, bottom = self.to_pixels(box)
        return self.pixels[top:bottom, x0:x1]
