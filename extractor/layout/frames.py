"""Boxes that part a form into blocks: what stands in one of them is of one person, or of one thing."""

from extractor.layout.answer_columns import lines_by_cell
from extractor.layout.scene import Scene
from models.record import BBox

FEWEST_ROWS = 2
WIDEST, NARROWEST = 0.97, 0.25
"""Of the page's width."""
TALLEST = 0.6
"""Of the page's height: a higher box is a border around the form."""


def find_frames(scene: Scene) -> tuple[BBox, ...]:
    """The ruled boxes with several rows of text in them, where a page has at least two such boxes."""
    frames = []
    for cell, lines in lines_by_cell(scene).items():
        rows = {round(line.bbox.y_mid / max(scene.text_height, 1.0)) for line in lines}
        is_block = NARROWEST * scene.width < cell.width < WIDEST * scene.width and cell.height < TALLEST * scene.height
        if is_block and len(rows) >= FEWEST_ROWS:
            frames.append(cell)
    return tuple(sorted(frames)) if len(frames) > 1 else ()
