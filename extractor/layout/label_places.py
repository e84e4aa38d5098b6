"""All labels of a page with what told them: text, the box they stand in, the line beside or above them."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from statistics import median

from extractor.layout.answer_columns import find_answer_cells, find_label_cells, lines_by_cell
from extractor.layout.captions import find_captioned, find_feet
from extractor.layout.label_spans import LabelSpan, find_labels, make_label
from extractor.layout.scene import Scene, box_over, is_level
from models.record import BBox, lies_on
from models.stages.layout import CheckBox, Line, Section

LONGEST = 6
"""Words of a label that only the ruled structure tells."""
FEWEST_ROWS = 2
"""Rows below the first one of a box that begin with a label: the box is a frame with a title."""
FEWEST_PAIRS, IN_COLUMN = 3, 3.0
"""Rows of a label and a value that make two columns, and the points that they may be out of line."""
LOWEST = (0.9, 3.4)
"""Text heights from a label down to the line that its answer is written on."""
LOW = 3.2
"""Label heights of a box that holds one line at half its height."""
ROOMY = 1.75
"""A box this many label heights high has room for a value under its label."""


_ANSWERED = re.compile(r":\s*\S")
"""A label with its answer behind it."""


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A label on row ``row`` of the scene; ``field`` is the box that holds it and its value, if any.

    ``is_alone``: it fills its box, so its value stands in the next one. ``box_below``: the box that it is the caption
    of.
    """

    span: LabelSpan
    row: int
    field: BBox | None
    is_alone: bool = False
    box_below: BBox | None = None

    @property
    def box(self) -> BBox:
        """Where the label stands."""
        return self.span.bbox


def place_labels(scene: Scene, checkboxes: Sequence[CheckBox], sections: Sequence[Section]) -> tuple[PlacedLabel, ...]:
    """The labels of a page, row by row; labels of check boxes and titles of sections are not among them."""
    titles = {section.title_bbox for section in sections}
    choices = [box.label_bbox for box in checkboxes if box.label_bbox]
    boxes = _read_boxes(scene)
    captioned = find_captioned(scene, titles, boxes.contents)
    boxed = set(captioned.values())
    placed: list[PlacedLabel] = []
    for number, row in enumerate(scene.rows):
        for line in row:
            if line.bbox in titles:
                continue
            if (below := captioned.get(id(line))) is not None:
                placed.append(PlacedLabel(make_label(line.words), number, None, box_below=below))
                continue
            cell = boxes.cells.get(id(line))
            if cell is not None and (cell in boxes.labels or cell in boxes.feet):
                if cell in boxes.feet and line is boxes.feet[cell]:
                    placed.append(PlacedLabel(make_label(line.words), number, cell))
                elif cell in boxes.labels and line is boxes.contents[cell][0]:
                    words = [word for each in boxes.contents[cell] for word in each.words]
                    placed.append(PlacedLabel(make_label(words), number, cell, is_alone=True))
                continue
            found, alone = _labels_at(scene, boxes, line, cell, is_captioned=cell in boxed)
            if not found and cell is None and (_is_over_blank(scene, line, row) or _is_under_line(scene, line, row)):
                found = (make_label(line.words),)
            for span in found:
                if span.has_colon or not lies_on(span.bbox, choices, 0.6):
                    is_alone = alone and len(span.words) == len(line.words)
                    placed.append(PlacedLabel(span, number, cell if cell in boxes.fields else None, is_alone))
    return tuple(placed)


@dataclass(frozen=True, slots=True)
class _Boxes:
    """The ruled boxes of a page and what their lines are.

    ``cells``: the box of each line, by its identity. ``labels`` hold a label each, ``answers`` what stands for one,
    ``fields`` a label and its value; ``feet``: the captions at their foot. ``columned``: lines of a column of labels,
    by identity. ``corners``, ``sides``: how many boxes have a caption at their top left, or left of a value.
    """

    contents: Mapping[BBox, Sequence[Line]]
    cells: Mapping[int, BBox]
    labels: Set[BBox]
    answers: Set[BBox]
    fields: Mapping[BBox, Sequence[Line]]
    feet: Mapping[BBox, Line]
    columned: Set[int]
    corners: int
    sides: int


def _read_boxes(scene: Scene) -> _Boxes:
    contents = lines_by_cell(scene)
    labels = find_label_cells(contents)
    columns = {cell: _label_column(lines) for cell, lines in contents.items()}
    fields = {c: lines for c, lines in contents.items() if _is_field(scene, c, lines, has_column=bool(columns[c]))}
    return _Boxes(
        contents=contents,
        cells={id(line): cell for cell, lines in contents.items() for line in lines},
        labels=labels,
        answers=find_answer_cells(labels, scene.rules.cells) - labels,
        fields=fields,
        feet=find_feet(fields),
        columned={id(line) for column in columns.values() for line in column},
        corners=_count_captions(fields),
        sides=sum(_is_beside_answer(lines[0], lines) and _is_bare_label(lines[0]) for lines in fields.values()),
    )


def _labels_at(
    scene: Scene, boxes: _Boxes, line: Line, cell: BBox | None, *, is_captioned: bool
) -> tuple[tuple[LabelSpan, ...], bool]:
    """The labels in one piece of a row, and whether one that fills it fills its box too."""
    if is_captioned or cell in boxes.answers:
        return tuple(span for span in find_labels(line) if span.has_colon), False
    if cell is None or cell not in boxes.fields:
        if id(line) in boxes.columned or _is_caption(scene, line):
            return (make_label(line.words),), False
        return _labels_in_line(scene, line), False
    lines = boxes.fields[cell]
    if _is_last_label(line, cell, lines):
        return (make_label(line.words),), True
    found = _labels_in_box(line, cell, lines, boxes.corners)
    if not found and _is_beside_answer(line, lines):
        span = make_label(line.words)
        found = (span,) if span.key or boxes.sides >= FEWEST_PAIRS else ()
    is_low = cell.height < ROOMY * line.bbox.height or _is_centred_label(line, cell)
    return found, len(lines) == 1 and is_low


def _is_field(scene: Scene, cell: BBox, lines: Sequence[Line], *, has_column: bool) -> bool:
    """Whether a box holds one field and is no frame around several, or around a column of labels."""
    holds_boxes = any(
        other is not cell and other.intersection_area(cell) > 0.9 * other.area for other in scene.rules.cells
    )
    if holds_boxes or cell.width > 0.97 * scene.width:
        return False
    starts = {round(line.bbox.top) for line in lines if (found := find_labels(line)) and found[0].has_colon}
    bare = {round(line.bbox.top) for line in lines[1:] if _begins_with_label(line)}
    is_one = len(starts) <= 1 and len(bare) < FEWEST_ROWS and not has_column
    return is_one or cell.height < 3.2 * scene.text_height


def _label_column(lines: Sequence[Line]) -> list[Line]:
    """The left pieces of rows whose right pieces start in one column: labels, the known ones show, and their values."""
    rows: dict[int, list[Line]] = {}
    for line in lines:
        near = next((top for top in rows if abs(top - line.bbox.y_mid) < 0.5 * line.bbox.height), None)
        rows.setdefault(round(line.bbox.y_mid) if near is None else near, []).append(line)
    pairs = [sorted(row, key=lambda line: line.bbox.x0) for row in rows.values() if len(row) == 2]
    if len(pairs) < FEWEST_PAIRS:
        return []
    left, right = pairs[0][0].bbox.x0, median(row[1].bbox.x0 for row in pairs)
    aligned = [
        row[0]
        for row in pairs
        if abs(row[0].bbox.x0 - left) < IN_COLUMN
        and abs(row[1].bbox.x0 - right) < IN_COLUMN
        and len(row[0].words) <= LONGEST
        and not any(character.isdigit() for character in row[0].text)
        and not _ANSWERED.search(row[0].text)
    ]
    is_known = any(_is_bare_label(line) for line in aligned)
    return aligned if is_known and len(aligned) >= max(FEWEST_PAIRS, 0.7 * len(pairs)) else []


def _begins_with_label(line: Line) -> bool:
    found = find_labels(line)
    return bool(found) and found[0].key is not None and found[0].words[0] is line.words[0]


def _is_bare_label(line: Line) -> bool:
    """Whether a piece of a row is nothing but a known label: its value stands in the next column."""
    found = find_labels(line)
    return len(found) == 1 and found[0].key is not None and len(found[0].words) == len(line.words)


def _count_captions(fields: dict[BBox, list[Line]]) -> int:
    """How many boxes of the page have room and something small at their top left: the style of the form."""
    return sum(
        cell.height > ROOMY * lines[0].bbox.height and _is_at_corner(lines[0].bbox, cell)
        for cell, lines in fields.items()
    )


def _labels_in_box(line: Line, cell: BBox, lines: Sequence[Line], captions: int) -> tuple[LabelSpan, ...]:
    """The label at the top left of a box; further down only labels with a colon."""
    found = find_labels(line)
    if any(span.has_colon for span in found):
        return tuple(span for span in found if span.has_colon or span.key)
    if line is not lines[0] or len(line.words) > LONGEST or not any(letter.isalpha() for letter in line.text):
        return ()
    span = make_label(line.words)
    if cell.height < ROOMY * line.bbox.height or (len(lines) == 1 and _is_centred_label(line, cell)):
        return (span,) if span.key else found
    if not _is_at_corner(line.bbox, cell):
        return ()
    below = [other.bbox.height for other in lines[1:] if other.bbox.top > line.bbox.y_mid]
    is_small = bool(below) and line.bbox.height < 0.9 * max(below)
    is_empty = not below and line.bbox.bottom < cell.top + 0.62 * cell.height
    has_style = captions >= 4 and (is_small or is_empty or bool(below))
    if span.key or is_small or has_style:
        return (span,)
    return found


def _is_beside_answer(line: Line, lines: Sequence[Line]) -> bool:
    """Whether a box holds one row: a few words, and what is written for them to their right."""
    others = [other for other in lines if other is not line]
    has_letters = any(letter.isalpha() for letter in line.text)
    is_first = all(
        other.bbox.x0 > line.bbox.x1 and is_level(other.bbox, line.bbox) and not _is_bare_label(other)
        for other in others
    )
    return bool(others) and is_first and has_letters and len(line.words) <= LONGEST


def _is_centred_label(line: Line, cell: BBox) -> bool:
    """Whether a known label stands at half the height of a low box: no caption, for it leaves no room below it."""
    is_low = cell.height < LOW * line.bbox.height and abs(line.bbox.y_mid - cell.y_mid) < 0.17 * cell.height
    return is_low and _is_bare_label(line)


def _is_last_label(line: Line, cell: BBox, lines: Sequence[Line]) -> bool:
    """Whether a low box ends in a label, behind the answer to another: its own answer stands in the next box."""
    is_last = len(lines) > 1 and all(other is line or other.bbox.x1 < line.bbox.x0 for other in lines)
    return is_last and _is_centred_label(line, cell)


def _is_caption(scene: Scene, line: Line) -> bool:
    """Whether a short line without a colon stands right under a box."""
    is_short = len(line.words) <= LONGEST and any(letter.isalpha() for letter in line.text)
    return is_short and not line.text.endswith((":", ".")) and box_over(scene, line.bbox) is not None


def _is_over_blank(scene: Scene, line: Line, row: Sequence[Line]) -> bool:
    """Whether a short piece beside a known label stands over a line to write on that begins under it, as that does."""
    is_short = len(line.words) <= LONGEST and any(letter.isalpha() for letter in line.text)
    if not is_short or line.text.endswith((".", ",")) or not has_line_below(scene, line.bbox):
        return False
    return any(other is not line and _is_bare_label(other) and has_line_below(scene, other.bbox) for other in row)


def _is_under_line(scene: Scene, line: Line, row: Sequence[Line]) -> bool:
    """Whether a short piece beside a known label is, as that is, the caption right under a line to write on."""
    is_short = len(line.words) <= LONGEST and any(letter.isalpha() for letter in line.text)
    if not is_short or line.text.endswith((".", ",")) or not _has_line_over(scene, line.bbox):
        return False
    return any(other is not line and _is_bare_label(other) and _has_line_over(scene, other.bbox) for other in row)


def _has_line_over(scene: Scene, box: BBox) -> bool:
    return any(
        abs(box.top - rule.y_mid) < LOWEST[0] * scene.text_height
        and abs(rule.x0 - box.x0) < 1.5 * scene.text_height
        and rule.width < 0.8 * scene.width
        for rule in scene.rules.horizontal
    )


def has_line_below(scene: Scene, box: BBox) -> bool:
    """Whether a line to write on follows a label, with room for writing between."""
    return any(
        LOWEST[0] * scene.text_height < rule.y_mid - box.bottom < LOWEST[1] * scene.text_height
        and abs(rule.x0 - box.x0) < 1.5 * scene.text_height
        and rule.width < 0.8 * scene.width
        for rule in scene.rules.horizontal
    )


def _is_at_corner(box: BBox, cell: BBox) -> bool:
    return box.x0 - cell.x0 < 12 and box.top - cell.top < max(5.0, 0.3 * cell.height)


def _labels_in_line(scene: Scene, line: Line) -> tuple[LabelSpan, ...]:
    found = find_labels(line)
    if not any(span.has_colon for span in found) and (before := _labels_before_lines(scene, line)):
        return before
    if found and found[-1].words[-1] is line.words[-1]:
        return found
    if (
        found
        or len(line.words) > LONGEST
        or line.text[:1].islower()
        or not any(letter.isalpha() for letter in line.text)
    ):
        return found
    box, height = line.bbox, scene.text_height
    underline = scene.underline_of(box.x1 - 2, box.x1 + 1.5 * height, box.top, box.bottom)
    if underline is not None and underline.x0 > box.x1 - 0.4 * box.width and underline.x1 - box.x1 > 3 * height:
        return (make_label(line.words),)
    return ()


def _labels_before_lines(scene: Scene, line: Line) -> tuple[LabelSpan, ...]:
    """The words before each line to write on that holds writing: ``Via |IV____|``; underlined words have no room."""
    box, height = line.bbox, scene.text_height
    rules = [
        rule
        for rule in scene.rules.horizontal
        if rule.x0 > box.x0 + 0.5 * height
        and box.top + 0.5 * box.height < rule.y_mid < box.bottom + 0.5 * height
        and rule.x0 < box.x1
    ]
    spans: list[LabelSpan] = []
    end = box.x0 - 1
    for rule in sorted(rules, key=lambda rule: rule.x0):
        words = [word for word in line.words if end <= word.bbox.x_mid < rule.x0 + 1]
        above = [word for word in line.words if rule.x0 + 1 <= word.bbox.x_mid <= rule.x1 + 1]
        end = rule.x1
        has_letters = any(letter.isalpha() for word in words for letter in word.text)
        if not words or not above or not has_letters or len(words) > LONGEST or words[0].text[:1].islower():
            continue
        is_at_label = rule.x0 - words[-1].bbox.x1 < 1.5 * height and above[0].bbox.x0 - rule.x0 < 1.5 * height
        span = make_label(words)
        if is_at_label and (span.key is not None or rule.x1 - above[-1].bbox.x1 > height):
            spans.append(span)
    return tuple(spans)
