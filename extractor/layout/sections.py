"""Titled parts of a page: which lines are titles and how far each part reaches."""

import re
from collections.abc import Sequence

from extractor.knowledge.labels import match_label_exactly, match_section
from extractor.knowledge.value_kinds import kinds_of
from extractor.layout.scene import Scene, box_over, is_inside, is_level
from models.record import BBox
from models.stages.layout import Line, Section

TITLE_SCORE = 2.5
TOUCHING = 4.0
"""Points between the edges of neighbouring boxes."""
_SAME_EDGE, _NEAR_ROWS = 3.0, 2.8
"""Points between left edges of labels in a column, and text heights between them."""
ROOM_BELOW, LOW_BOX = 0.8, 6.0
"""Text heights that a box has below its caption, and from top to bottom, where it holds an answer too."""
BLOCK_WIDTH, FEWEST_IN_BLOCK = 0.4, 4
"""Of the page's width, and pieces of rows below the title, in a box that is a part of the form."""
LONGEST_TITLE = 8
"""Words."""

_ENUMERATED = re.compile(
    r"^\W*(?:(?:section|part|step)\s+(?:[a-z0-9]{1,3}|one|two|three|four|five|six)\b|[A-Z][.)]|\d{1,2}[.)]|[IVX]{1,4}[.)])",
    re.IGNORECASE,
)


def find_sections(scene: Scene) -> tuple[Section, ...]:
    """The sections of a page by the height of their titles; each reaches to the next title below it."""
    titles = [line for row in scene.rows for line in row if _score_title(scene, line, row) >= TITLE_SCORE]
    spans = [_across(scene, line, titles) for line in titles]
    sections = []
    for index, line in enumerate(titles):
        x0, x1 = spans[index]
        below = [
            other.bbox.top
            for other, (left, right) in zip(titles, spans, strict=True)
            if other.bbox.top > line.bbox.bottom - 2 and left <= line.bbox.x_mid <= right
        ]
        found = match_section(line.text)
        sections.append(
            Section(
                title=line.text,
                title_bbox=line.bbox,
                bbox=BBox(x0, line.bbox.top, x1, min(below, default=scene.height)),
                key=found[0] if found else None,
            )
        )
    return tuple(sections)


def section_of(box: BBox | None, sections: Sequence[Section]) -> int | None:
    """The index of the section a box stands in: the one whose title is the closest above it."""
    if box is None:
        return None
    around = [
        (section.title_bbox.top, -section.bbox.width, index)
        for index, section in enumerate(sections)
        if section.bbox.x0 <= box.x_mid <= section.bbox.x1 and section.bbox.top <= box.y_mid <= section.bbox.bottom
    ]
    return max(around)[2] if around else None


def _score_title(scene: Scene, line: Line, row: Sequence[Line]) -> float:
    text = line.text
    letters = [letter for letter in text if letter.isalpha()]
    if len(line.words) > LONGEST_TITLE or len(letters) < 4 or text[:1].islower():
        return 0.0
    is_in_bar = _bar_of(scene, line) is not None
    is_bare_bar = is_in_bar and ":" not in text
    if (not is_bare_bar and box_over(scene, line.bbox) is not None) or _is_answered_beside(scene, line):
        return 0.0
    if not is_in_bar and (_is_in_label_column(scene, line) or _is_caption_of_box(scene, line)):
        return 0.0
    found = match_section(text)
    is_enumerated = bool(_ENUMERATED.match(text))
    if ":" in text.rstrip(": ") and not is_in_bar and (not is_enumerated or _is_answered(text)):
        return 0.0  # a label with its answer, underlined or not
    is_capital = sum(letter.isupper() for letter in letters) > 0.85 * len(letters)
    score = 0.0
    score += 3.0 * is_in_bar
    if found:
        score += 1.0 + found[1]
    score += 1.0 * is_enumerated + 1.0 * is_capital
    if len(row) == 1 or all(_is_apart(scene, line, other) for other in row if other is not line):
        score += 0.5
    if line.bbox.height > 1.15 * scene.text_height:
        score += 0.5
    if text.rstrip().endswith(":"):
        score -= 1.5
    if ":" in text.rstrip(": ") or (sum(letter.isdigit() for letter in text) > 2):
        score -= 1.5
    is_underlined = _is_underlined(scene, line)
    score += 1.0 * is_underlined
    cell = scene.cell_of(line.bbox)
    heads_block = found is not None and cell is not None and _heads_block(scene, line, cell)
    score += 0.5 * heads_block
    is_marked = is_enumerated or is_underlined or heads_block
    if found and not is_marked and match_label_exactly(text) is not None:
        score -= 1.0
    if cell is not None and cell.height > 1.8 * line.bbox.height and cell.width < 0.45 * scene.width:
        score -= 1.0
    return score if found or score >= 3.0 or is_enumerated else min(score, TITLE_SCORE - 0.5)


def _is_answered(text: str) -> bool:
    """Whether a numbered line is a label with its answer (``5. Premedication: none required``), not a title."""
    label, _colon, answer = _ENUMERATED.sub("", text, count=1).partition(":")
    if not label.strip() or not answer.strip():
        return False
    return answer.strip()[0].islower() or (match_label_exactly(label) is not None and match_section(answer) is None)


def _is_answered_beside(scene: Scene, line: Line) -> bool:
    """Whether a date, a number, a drug or the like fills the box right of the one a line fills: a label's answer."""
    cell = scene.cell_of(line.bbox)
    if cell is None or cell.height > 5 * line.bbox.height:
        return False
    beside = [
        other
        for other in scene.lines
        if other.bbox.x0 > cell.x1 - 2 and other.bbox.y_overlap(line.bbox) > 0.4 * line.bbox.height
    ]
    nearest = min(beside, key=lambda other: other.bbox.x0, default=None)
    if nearest is None or (own := scene.cell_of(nearest.bbox)) is None or abs(own.x0 - cell.x1) > TOUCHING:
        return False
    return bool(kinds_of(nearest.text) - {"word", "full_name", "provider_name"})


def _is_in_label_column(scene: Scene, line: Line) -> bool:
    """Whether a line is one of a column of labels whose answers make a column beside it: it is answered as they are."""
    height = max(scene.text_height, line.bbox.height)

    def answer_of(label: Line) -> Line | None:
        level = [o for o in scene.lines if o.bbox.x0 > label.bbox.x1 and is_level(o.bbox, label.bbox)]
        return min(level, key=lambda other: other.bbox.x0, default=None)

    own = answer_of(line)
    if own is None or match_label_exactly(own.text) is not None or match_section(own.text) is not None:
        return False
    beside = [
        other
        for other in scene.lines
        if other is not line
        and abs(other.bbox.x0 - line.bbox.x0) < _SAME_EDGE
        and abs(other.bbox.y_mid - line.bbox.y_mid) < _NEAR_ROWS * height
        and (answer := answer_of(other)) is not None
        and abs(answer.bbox.x0 - own.bbox.x0) < height
    ]
    return any(o.bbox.y_mid < line.bbox.y_mid for o in beside) and any(o.bbox.y_mid > line.bbox.y_mid for o in beside)


def _is_caption_of_box(scene: Scene, line: Line) -> bool:
    """Whether a line stands in the upper corner of a low box with room for an answer, one of several in its row."""
    cell = scene.cell_of(line.bbox)
    if cell is None or not _is_at_corner(scene, line, cell):
        return False
    level = [
        other
        for other in scene.rules.cells
        if other is not cell
        and min(abs(other.x0 - cell.x1), abs(cell.x0 - other.x1)) < TOUCHING
        and abs(other.top - cell.top) < TOUCHING
    ]
    return any(scene.cell_of(other.bbox) in level and _is_at_corner(scene, other, cell) for other in scene.lines)


def _heads_block(scene: Scene, line: Line, cell: BBox) -> bool:
    """Whether a line stands alone over the rows of a wide box that is too high for one answer."""
    box = line.bbox
    if cell.width < BLOCK_WIDTH * scene.width or cell.height < LOW_BOX * max(scene.text_height, box.height):
        return False
    others = [other.bbox for other in scene.lines if other is not line and is_inside(other.bbox, cell)]
    return len(others) >= FEWEST_IN_BLOCK and all(other.y_mid > box.bottom for other in others)


def _is_at_corner(scene: Scene, line: Line, cell: BBox) -> bool:
    """Whether a line begins at the top of a box that is low and has room for another line below it."""
    box, height = line.bbox, max(scene.text_height, line.bbox.height)
    has_room = cell.bottom - box.bottom > ROOM_BELOW * scene.text_height
    return has_room and cell.height < LOW_BOX * height and abs(box.top - cell.top) < height


def _bar_of(scene: Scene, line: Line) -> BBox | None:
    """The dark band a line stands in."""
    box = line.bbox
    return next((bar for bar in scene.rules.bars if bar.intersection_area(box) > 0.65 * box.area), None)


def _is_underlined(scene: Scene, line: Line) -> bool:
    """Whether a rule much longer than the line runs close below it from where it starts: a heading's rule."""
    box = line.bbox
    return any(
        -0.2 * box.height < rule.y_mid - box.bottom < 0.7 * box.height
        and -8 < box.x0 - rule.x0 < 40
        and rule.width > max(2.2 * box.width, 0.4 * scene.width)
        for rule in scene.rules.horizontal
    ) and not any(
        cell.x0 - 2 < box.x_mid < cell.x1 + 2 and cell.top - 2 < box.y_mid < cell.bottom + 2
        for cell in scene.rules.cells
    )


def _is_apart(scene: Scene, line: Line, other: Line) -> bool:
    """Whether another piece of the row is no value of this one: far to its right, or left of it."""
    return other.bbox.x0 - line.bbox.x1 > 6 * scene.text_height or other.bbox.x1 < line.bbox.x0


def _across(scene: Scene, line: Line, titles: Sequence[Line]) -> tuple[float, float]:
    """How far a title's part reaches from left to right: its bar, its box, or up to the titles beside it."""
    bar = _bar_of(scene, line)
    if bar is not None:
        return _widen(scene, bar.x0, bar.x1)
    cell = scene.cell_of(line.bbox)
    if cell is not None and cell.width > 0.25 * scene.width:
        return _widen(scene, cell.x0, cell.x1)
    level = [
        other for other in titles if other is not line and other.bbox.y_overlap(line.bbox) > 0.4 * line.bbox.height
    ]
    right = min((other.bbox.x0 - 4 for other in level if other.bbox.x0 > line.bbox.x1), default=scene.width)
    has_left = any(other.bbox.x1 < line.bbox.x0 for other in level)
    is_centred = abs(line.bbox.x_mid - scene.width / 2) < 0.08 * scene.width and not level
    starts_right = line.bbox.x0 > 0.42 * scene.width and not is_centred
    return (line.bbox.x0 - 6 if has_left or starts_right else 0.0), right


def _widen(scene: Scene, x0: float, x1: float) -> tuple[float, float]:
    """A part nearly as wide as the page reaches from edge to edge."""
    return (0.0, scene.width) if x1 - x0 > 0.7 * scene.width else (x0 - 3, x1 + 3)
