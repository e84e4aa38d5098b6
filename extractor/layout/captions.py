"""Captions that stand right above the boxes they belong to."""

from collections.abc import Container, Mapping, Sequence

from extractor.knowledge.labels import match_label
from extractor.layout.label_spans import LONGEST_LABEL
from extractor.layout.scene import CAPTION_GAP, Scene
from models.record import BBox
from models.stages.layout import Line

FEWEST = 3
"""Boxes with a caption above them that make it the style of a form."""
ALIGNED = 6.0
"""Points by which a caption may start beside the left edge of its box."""
TALLEST = 4.0
"""Heights of text: a higher box holds more than one answer."""


def find_captioned(scene: Scene, titles: Container[BBox], contents: Mapping[BBox, Sequence[Line]]) -> dict[int, BBox]:
    """For each line (by identity) that is the caption of a box below it that box; none where few lines are such.

    ``titles`` are those of sections: what stands below them are boxes with labels of their own. ``contents``: the
    lines in each box.
    """
    found: dict[int, BBox] = {}
    boxed = {id(line) for lines in contents.values() for line in lines}
    for line in scene.lines:
        if id(line) in boxed or line.bbox in titles or not _may_be_caption(line):
            continue
        cells = [cell for cell in scene.rules.cells if _is_under(line.bbox, cell, scene.text_height)]
        cells = [cell for cell in cells if all(match_label(held.text) is None for held in contents.get(cell, ()))]
        if cells:
            found[id(line)] = min(cells, key=lambda cell: cell.top)
    return found if len(set(found.values())) >= FEWEST else {}


def _may_be_caption(line: Line) -> bool:
    has_letters = any(letter.isalpha() for letter in line.text)
    return has_letters and len(line.words) <= LONGEST_LABEL and not line.text.endswith((":", "."))


def _is_under(box: BBox, cell: BBox, height: float) -> bool:
    is_near = -2.0 < cell.top - box.bottom < CAPTION_GAP and abs(box.x0 - cell.x0) < ALIGNED
    return is_near and box.x1 < cell.x1 + ALIGNED and 0.9 * height < cell.height < TALLEST * height
