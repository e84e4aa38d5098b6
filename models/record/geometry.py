"""Boxes on a page: PDF points (1/72 inch), origin top left, on the upright page."""

from collections.abc import Iterable
from typing import NamedTuple, Self


class BBox(NamedTuple):
    """A rectangle in PDF points with ``x0 <= x1`` and ``top <= bottom``; JSON: a list of four numbers."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        """Horizontal extent in points."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Vertical extent in points."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """Area in square points; 0 for an inverted box."""
        return max(0.0, self.width) * max(0.0, self.height)

    @property
    def x_mid(self) -> float:
        """Horizontal centre in points."""
        return (self.x0 + self.x1) / 2

    @property
    def y_mid(self) -> float:
        """Vertical centre in points."""
        return (self.top + self.bottom) / 2

    def union(self, other: "BBox") -> Self:
        """The smallest box that holds both."""
        return type(self)(
            min(self.x0, other.x0), min(self.top, other.top), max(self.x1, other.x1), max(self.bottom, other.bottom)
        )

    def intersection_area(self, other: "BBox") -> float:
        """Shared area in square points; 0 where the boxes do not overlap."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)

    def iou(self, other: "BBox") -> float:
        """Intersection over union, 0 to 1."""
        shared = self.intersection_area(other)
        whole = self.area + other.area - shared
        return shared / whole if whole > 0 else 0.0

    def x_overlap(self, other: "BBox") -> float:
        """Shared width in points, negative where a gap lies between the boxes."""
        return min(self.x1, other.x1) - max(self.x0, other.x0)

    def y_overlap(self, other: "BBox") -> float:
        """Shared height in points, negative where a gap lies between the boxes."""
        return min(self.bottom, other.bottom) - max(self.top, other.top)


def lies_on(box: BBox, others: Iterable[BBox], share: float = 0.5) -> bool:
    """Whether more than ``share`` of the area of ``box`` lies on one of ``others``."""
    return any(box.intersection_area(other) > share * box.area for other in others)


def bounding_box(boxes: "list[BBox] | tuple[BBox, ...]") -> BBox:
    """The smallest box around all of ``boxes``; raises ``ValueError`` when there is none."""
    if not boxes:
        raise ValueError("bounding_box needs at least one box")
    return BBox(
        min(b.x0 for b in boxes), min(b.top for b in boxes), max(b.x1 for b in boxes), max(b.bottom for b in boxes)
    )
