"""What all finders of one page share: its rows, the ruled geometry, the usual text height."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from extractor.layout.lines import group_rows, split_row
from extractor.layout.rules import Rules
from models.record import BBox
from models.stages.layout import Line
from models.stages.text import Word


@dataclass(frozen=True, slots=True)
class Scene:
    """One page: ``rows`` of line pieces (top to bottom, left to right), its rules, sizes in points."""

    rows: tuple[tuple[Line, ...], ...]
    rules: Rules
    width: float
    height: float
    text_height: float

    @property
    def lines(self) -> tuple[Line, ...]:
        """All pieces, row by row."""
        return tuple(line for row in self.rows for line in row)

    def cell_of(self, box: BBox) -> BBox | None:
        """The smallest ruled cell around the middle of a box."""
        around = [cell for cell in self.rules.cells if is_inside(box, cell)]
        return min(around, key=lambda cell: cell.area, default=None)

    def underline_of(self, left: float, right: float, top: float, bottom: float) -> BBox | None:
        """The first horizontal rule that starts between ``left`` and ``right`` at the foot of a row of text."""
        near = [
            rule
            for rule in self.rules.horizontal
            if rule.x1 > left + 4
            and rule.x0 < right - 4
            and top + 0.5 * (bottom - top) < rule.y_mid < bottom + 0.5 * self.text_height
        ]
        return min(near, key=lambda rule: rule.x0, default=None)


def make_scene(words: Sequence[Word], rules: Rules, width: float, height: float) -> Scene:
    """Group the words; ``width`` and ``height`` of the page in points."""
    rows = tuple(split_row(row, rules.vertical) for row in group_rows(words))
    return Scene(
        rows=rows,
        rules=rules,
        width=width,
        height=height,
        text_height=median(word.bbox.height for word in words) if words else 10.0,
    )


def is_inside(box: BBox, cell: BBox) -> bool:
    """Whether the middle of a box is inside a cell and the box does not stick out of it by half."""
    return cell.x0 <= box.x_mid <= cell.x1 and cell.top <= box.y_mid <= cell.bottom and box.height < 1.5 * cell.height


def is_level(box: BBox, other: BBox) -> bool:
    """Whether two boxes share two fifths of the lower one's height."""
    return box.y_overlap(other) > 0.4 * max(1.0, min(box.height, other.height))


CAPTION_GAP = 5.5
"""Points between a box and the caption under it."""


def box_over(scene: Scene, box: BBox) -> BBox | None:
    """The box or comb that a caption stands right under, its left end near the box's; None inside boxes."""
    if scene.cell_of(box) is not None:
        return None
    frames = [*scene.rules.cells, *(comb.bbox for comb in scene.rules.combs)]
    near = [
        frame
        for frame in frames
        if -3 < box.top - frame.bottom < CAPTION_GAP
        and -5 < box.x0 - frame.x0 < max(14.0, 0.25 * frame.width)
        and frame.height < 5 * scene.text_height
    ]
    under = [
        frame
        for frame in frames
        if -3 < frame.top - box.bottom < CAPTION_GAP and frame.x0 - 5 < box.x_mid < frame.x1 + 5
    ]
    best = min(near, key=lambda frame: abs(box.top - frame.bottom), default=None)
    if best is not None and any(frame.top - box.bottom < box.top - best.bottom for frame in under):
        return None
    return best
