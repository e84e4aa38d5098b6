"""Captions that stand right above the boxes they belong to, or at the foot of them."""

from collections.abc import Container, Mapping, Sequence
from statistics import median

from extractor.knowledge.labels import match_label
from extractor.layout.label_spans import LONGEST_LABEL
from extractor.layout.scene import CAPTION_GAP, Scene
from models.record import BBox
from models.stages.layout import Line

FEWEST = 3
"""Boxes with a caption above them that make it the style of a form."""
ALIGNED = 6.0
"""Points by which a caption may start beside the left edge of its box."""
SIMILAR, SMALLER = 1.12, 0.9
"""Times the usual height of captions that one may have, and times that of what is written over it."""
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


def find_feet(fields: Mapping[BBox, Sequence[Line]]) -> dict[BBox, Line]:
    """The captions at the foot of boxes, by box; none on a form whose captions stand at the top.

    Told by the boxes whose lowest line is a known label and whose first is none; boxes that hold one line alone, low
    in them and of the captions' size, are blanks of the same form.
    """
    two = {cell: (lines[0], lines[-1]) for cell, lines in fields.items() if _is_over_another(lines)}
    foot = [low for top, low in two.values() if match_label(low.text) and not match_label(top.text)]
    head = [top for top, low in two.values() if match_label(top.text) and not match_label(low.text)]
    if len(foot) < FEWEST or len(foot) <= 2 * len(head):
        return {}
    size = median(line.bbox.height for line in foot)
    found = {
        cell: low
        for cell, (top, low) in two.items()
        if any(letter.isalpha() for letter in low.text)
        and (low.bbox.height < max(SIMILAR * size, SMALLER * top.bbox.height) or match_label(low.text) is not None)
    }
    for cell, lines in fields.items():
        is_small = lines[0].bbox.height < SIMILAR * size or match_label(lines[0].text) is not None
        if len(lines) == 1 and is_small and lines[0].bbox.y_mid > cell.y_mid + 0.1 * cell.height:
            found[cell] = lines[0]
    return found


def _is_over_another(lines: Sequence[Line]) -> bool:
    """Whether a box holds two rows at least, the last of them short and in one piece."""
    low = lines[-1]
    # Handwriting is tall and reaches down beside its caption: the middles tell.
    is_alone = not any(
        other is not low and abs(other.bbox.y_mid - low.bbox.y_mid) < 0.6 * low.bbox.height for other in lines
    )
    return len(lines) > 1 and is_alone and lines[0].bbox.y_mid < low.bbox.top and len(low.words) <= LONGEST_LABEL
