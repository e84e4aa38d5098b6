"""Tables of questions: a column of labels, a column of answers, with or without lines between the rows.

Many worksheets and printouts rule their columns only. Their rows are told by the labels, so that such a table reads
like one whose rows are ruled too.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from extractor.knowledge.labels import match_label, match_label_exactly
from extractor.knowledge.value_kinds import kinds_of
from extractor.layout.lines import make_line
from extractor.layout.scene import Scene, is_level
from models.record import BBox
from models.stages.layout import Line
from models.stages.text import Word

FEWEST_ROWS = 4
"""Rows from which a column of labels is told from a box with two or three words in it."""
FEWEST_UNRULED = 5
"""Rows of a table of questions without any line."""
_NUMBERING = re.compile(r"^\W*(?:\d{1,2}|[A-Za-z])(?:[.\-]\d{1,2})*[.)]?\s+(?=[A-Za-z]{2})")
KNOWN_SHARE = 0.4
"""Of the labels in a column that the vocabulary must know: the others are then labels too."""
MANY_KNOWN = 6
"""So many known labels show a column however long it is."""
LONGEST, LONGEST_QUESTION = 6, 12
"""Words of a label, and of one that is a whole question."""
TYPED_SHARE = 0.6
"""Of the answers in a column that must be of a known kind to speak for the labels beside them."""
_LOOSE_KINDS = frozenset({"word", "full_name", "provider_name", "refills"})
_BARE_NUMBER = re.compile(r"\(?\d{1,2}[.)]?")
FEWEST_IN_COLUMN, IN_COLUMN = 2, 3.0
"""Labels of other rows that begin where a label does, and the points by which they may be out of line."""
TOUCHING = 4.0
"""Points between the edges of neighbouring boxes."""


def rule_rows(scene: Scene) -> Scene:
    """The scene with a box for every row of a table of questions whose columns alone are ruled."""
    cells = [*scene.rules.cells, *_unruled(scene)]
    contents = lines_by_cell(scene)
    for cell, lines in contents.items():
        labels = _one_a_row(lines)
        if len(labels) < FEWEST_ROWS or not _is_label_column([[line] for line in labels]):
            continue
        beside = _beside(cell, cells)
        if not any(contents.get(other) for other in beside):
            continue
        edges = _edges(cell, labels, [line for other in beside for line in contents.get(other, ())])
        for column in (cell, *beside):
            cells.remove(column)
            cells.extend(BBox(column.x0, top, column.x1, bottom) for top, bottom in pairwise(edges))
    return replace(scene, rules=replace(scene.rules, cells=tuple(cells)))


def part_at_labels(scene: Scene) -> Scene:
    """The scene with its rows parted where a column of labels begins that other rows show, however near it stands.

    An answer that fills its column leaves no gap before the next one's label: ``Apt 3B City / State / ZIP``.
    """
    starts = [line.bbox.x0 for line in scene.lines if _is_known(line.words)]
    if len(starts) < FEWEST_IN_COLUMN:
        return scene
    return replace(scene, rows=tuple(tuple(p for line in row for p in _part(line, starts)) for row in scene.rows))


def _part(line: Line, starts: Sequence[float]) -> list[Line]:
    if _is_known(line.words):
        return [line]
    for place in range(1, len(line.words)):
        label = line.words[place:]
        left = label[0].bbox.x0
        is_aligned = sum(abs(start - left) < IN_COLUMN for start in starts) >= FEWEST_IN_COLUMN
        if is_aligned and label[0].text[:1].isalnum() and _is_known(label):
            return [make_line(line.words[:place]), make_line(label)]
    return [line]


def _is_known(words: Sequence[Word]) -> bool:
    text = " ".join(word.text for word in words)
    return len(words) <= LONGEST and match_label_exactly(text.strip(" *:")) is not None


def _unruled(scene: Scene) -> list[BBox]:
    """A box for every label and every answer of a table of questions that has no lines at all.

    Its rows are two pieces that start where those of the other rows do; labels that end in a colon need no column.
    """
    runs: list[list[tuple[Line, Line]]] = []
    for whole in scene.rows:
        row = whole[1:] if len(whole) == 3 and _BARE_NUMBER.fullmatch(whole[0].text) else whole
        if len(row) != 2 or any(scene.cell_of(line.bbox) is not None for line in row):
            continue
        label, answer = row
        if label.text.endswith(":") or _is_answered(label.text):
            continue
        for run in runs:
            first = run[0]
            is_in_line = abs(first[0].bbox.x0 - label.bbox.x0) < IN_COLUMN
            if is_in_line and abs(first[1].bbox.x0 - answer.bbox.x0) < IN_COLUMN:
                run.append((label, answer))
                break
        else:
            runs.append([(label, answer)])
    boxes: list[BBox] = []
    for run in runs:
        if len(run) >= FEWEST_UNRULED and _is_label_column(
            [[label] for label, _ in run], [text.text for _, text in run]
        ):
            left, middle = run[0][0].bbox.x0 - 2, min(answer.bbox.x0 for _label, answer in run) - 2
            right = max(answer.bbox.x1 for _label, answer in run) + 2
            for label, answer in run:
                top, lowest = min(label.bbox.top, answer.bbox.top) - 1, max(label.bbox.bottom, answer.bbox.bottom)
                # An answer may go on in lines of its own that start where it does.
                below = [
                    line.bbox.top
                    for line in scene.lines
                    if line.bbox.y_mid > lowest and abs(line.bbox.x0 - answer.bbox.x0) > IN_COLUMN
                ]
                bottom = max(lowest + 0.5, min([*below, lowest + 2.5 * answer.bbox.height]) - 0.5)
                boxes += [BBox(left, top, middle, bottom), BBox(middle, top, right, bottom)]
    return boxes


def lines_by_cell(scene: Scene) -> dict[BBox, list[Line]]:
    """For each cell the lines whose smallest cell it is, top to bottom."""
    contents: dict[BBox, list[Line]] = {}
    for line in scene.lines:
        cell = scene.cell_of(line.bbox)
        if cell is not None:
            contents.setdefault(cell, []).append(line)
    return contents


def find_label_cells(contents: Mapping[BBox, Sequence[Line]]) -> frozenset[BBox]:
    """The boxes that stand under each other and hold a label each, its answer in the next box to the right."""
    found: set[BBox] = set()
    filled = [cell for cell, lines in contents.items() if lines]
    for column in _columns(filled):
        rows = [contents[cell] for cell in column]
        is_answered = sum(_has_neighbour(cell, filled) for cell in column) >= FEWEST_ROWS
        answers = [_text_beside(cell, contents) for cell in column]
        if len(column) >= FEWEST_ROWS and is_answered and _is_label_column(rows, answers):
            found.update(cell for cell in column if not any(_is_answered(line.text) for line in contents[cell]))
    return frozenset(found)


def find_answer_cells(labels: Iterable[BBox], cells: Sequence[BBox]) -> frozenset[BBox]:
    """The boxes right of those that hold a label: what stands there is an answer, even where it looks like a label."""
    return frozenset(
        cell
        for label in labels
        for cell in cells
        if abs(cell.x0 - label.x1) < TOUCHING and cell.y_overlap(label) > 0.7 * min(cell.height, label.height)
    )


def _columns(cells: Sequence[BBox]) -> list[list[BBox]]:
    """Boxes of one width that touch each other from top to bottom."""
    columns: list[list[BBox]] = []
    for cell in sorted(cells, key=lambda each: (round(each.x0), each.top)):
        for column in columns:
            last = column[-1]
            is_under = abs(cell.top - last.bottom) < max(TOUCHING, 1.5 * last.height)
            if is_under and abs(cell.x0 - last.x0) < TOUCHING and abs(cell.x1 - last.x1) < TOUCHING:
                column.append(cell)
                break
        else:
            columns.append([cell])
    return columns


def _has_neighbour(cell: BBox, cells: Sequence[BBox]) -> bool:
    return any(
        abs(other.x0 - cell.x1) < TOUCHING and other.y_overlap(cell) > 0.7 * min(other.height, cell.height)
        for other in cells
    )


def _text_beside(cell: BBox, contents: Mapping[BBox, Sequence[Line]]) -> str:
    """What stands in the box right of another."""
    beside = next((other for other in find_answer_cells([cell], list(contents))), None)
    return "" if beside is None else " ".join(line.text for line in contents[beside])


def _one_a_row(lines: Sequence[Line]) -> list[Line]:
    """The lines of a column; none where pieces stand side by side: labels and values share the column."""
    for line in lines:
        if any(other is not line and is_level(other.bbox, line.bbox) for other in lines):
            return []
    return list(lines)


def _is_label_column(rows: Sequence[Sequence[Line]], answers: Sequence[str] = ()) -> bool:
    """Whether rows hold labels: short, the known ones show it, and no digits but for a numbering.

    Where most ``answers`` are dates, numbers, drugs and the like, few known labels show it.
    """
    texts = [_NUMBERING.sub("", " ".join(line.text for line in lines)) for lines in rows]
    short = [text for text in texts if _is_short(text)]
    known = sum(match_label(text.strip(" *:?")) is not None for text in short)
    figures = sum(_is_answered(text) for text in texts)
    typed = sum(bool(kinds_of(answer) - _LOOSE_KINDS) for answer in answers)
    least = max(3.0, min(KNOWN_SHARE * len(texts), MANY_KNOWN))
    if typed >= TYPED_SHARE * len(texts):
        least = max(2.0, 0.5 * least)
    return len(short) >= 0.8 * len(texts) and known >= least and figures <= 0.1 * len(texts)


def _is_short(text: str) -> bool:
    longest = LONGEST_QUESTION if text.rstrip().endswith("?") else LONGEST
    return len(text.split()) <= longest and not text.rstrip().endswith((".", ","))


def _is_answered(text: str) -> bool:
    """Whether figures stand in what should be a label: its answer stands behind it, ``DOB 7/22/91``."""
    return sum(character.isdigit() for character in _NUMBERING.sub("", text)) > 2


def _beside(cell: BBox, cells: Sequence[BBox]) -> list[BBox]:
    """The boxes of the same height right of a box, one after the other."""
    found: list[BBox] = []
    edge = cell.x1
    while True:
        following = [
            other
            for other in cells
            if abs(other.x0 - edge) < TOUCHING
            and abs(other.top - cell.top) < 2 * TOUCHING
            and abs(other.bottom - cell.bottom) < 2 * TOUCHING
        ]
        if not following:
            return found
        found.append(following[0])
        edge = following[0].x1


def _edges(cell: BBox, labels: Sequence[Line], answers: Sequence[Line]) -> list[float]:
    """Where the rows part: in the widest gap between the lines of two labels' answers, else halfway."""
    edges = [cell.top]
    for upper, lower in pairwise(labels):
        between = sorted(
            (line.bbox.top, line.bbox.bottom)
            for line in answers
            if upper.bbox.y_mid - upper.bbox.height < line.bbox.y_mid < lower.bbox.y_mid + lower.bbox.height
        )
        gaps = [
            (below[0] - above[1], (above[1] + below[0]) / 2)
            for above, below in pairwise(between)
            if upper.bbox.y_mid < (above[1] + below[0]) / 2 < lower.bbox.y_mid
        ]
        halfway = (upper.bbox.bottom + lower.bbox.top) / 2
        edges.append(max(gaps)[1] if gaps else halfway)
    return [*edges, cell.bottom]
