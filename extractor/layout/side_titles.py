"""Titles that stand on their side, at the edge of the box they head: ``PATIENT`` up the left margin."""

from collections.abc import Sequence

from extractor.knowledge.labels import match_section
from extractor.layout.scene import Scene
from models.record import BBox, bounding_box
from models.stages.layout import Line, Section
from models.stages.text import Word

TALL = 2.2
"""Heights to width from which a word of several letters stands on its side."""
FEWEST_LETTERS = 3
SAME_EDGE = 4.0
"""Points by which words of one sideways title may be out of line."""


def part_sideways(words: Sequence[Word]) -> tuple[tuple[Word, ...], tuple[Line, ...]]:
    """The words that stand upright, and the sideways ones joined to titles from their upper to their lower end."""
    sideways = [word for word in words if _is_sideways(word)]
    if not sideways:
        return tuple(words), ()
    columns: list[list[Word]] = []
    for word in sorted(sideways, key=lambda each: (round(each.bbox.x_mid), each.bbox.top)):
        last = columns[-1][-1] if columns else None
        is_next = last is not None and abs(last.bbox.x_mid - word.bbox.x_mid) < SAME_EDGE
        if last is not None and is_next and word.bbox.top - last.bbox.bottom < 1.5 * word.bbox.width:
            columns[-1].append(word)
        else:
            columns.append([word])
    upright = tuple(word for word in words if not any(word is each for each in sideways))
    return upright, tuple(Line(words=tuple(run), bbox=bounding_box([w.bbox for w in run])) for run in columns)


def side_sections(scene: Scene, titles: Sequence[Line]) -> tuple[Section, ...]:
    """The boxes that sideways titles stand in, as sections; a title outside of every box heads nothing."""
    found = []
    for line in titles:
        cell = scene.cell_of(line.bbox)
        if cell is None:
            continue
        known = match_section(line.text)
        right = _right_of(scene, cell)
        box = BBox(cell.x0, cell.top, right, cell.bottom)
        # The title heads its box from the top edge on, however far down it is written.
        head = BBox(line.bbox.x0, cell.top, line.bbox.x1, line.bbox.bottom)
        found.append(Section(title=line.text, title_bbox=head, bbox=box, key=known[0] if known else None))
    return tuple(found)


def _is_sideways(word: Word) -> bool:
    letters = sum(character.isalpha() for character in word.text)
    return letters >= FEWEST_LETTERS and word.bbox.height > TALL * word.bbox.width


def _right_of(scene: Scene, cell: BBox) -> float:
    """Where the box ends that a narrow band of titles stands beside."""
    if cell.width > 0.15 * scene.width:
        return cell.x1
    beside = [
        other.x1
        for other in scene.rules.cells
        if abs(other.x0 - cell.x1) < SAME_EDGE and other.y_overlap(cell) > 0.8 * min(other.height, cell.height)
    ]
    return max(beside, default=scene.width)
