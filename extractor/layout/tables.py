"""Tables: ruled grids whose columns run through, and rows aligned under a known head."""

from collections.abc import Sequence
from itertools import pairwise

from extractor.knowledge.labels import match_column
from extractor.layout.scene import Scene, box_over, is_inside
from models.record import BBox, bounding_box
from models.stages.layout import Cell, Line, Table
from models.stages.text import Word

FEWEST_HEADS = 3
"""Known column heads in one row that make an aligned table; two suffice in a ruled one."""
SNAP = 4.0
"""Points: edges closer than this are one edge."""
WIDEST_PITCH = 3.2
"""Text heights between two rows of one aligned table."""


def find_tables(scene: Scene) -> tuple[Table, ...]:
    """The tables of a page, top to bottom; a boxed form, whose columns differ from row to row, is none."""
    ruled = _ruled_tables(scene)
    aligned = [
        table
        for table in _aligned_tables(scene)
        if not any(table.bbox.intersection_area(other.bbox) > 0.3 * table.bbox.area for other in ruled)
    ]
    return tuple(sorted([*ruled, *aligned], key=lambda table: (table.bbox.top, table.bbox.x0)))


def _ruled_tables(scene: Scene) -> list[Table]:
    tables = []
    for group in _group_cells(scene.rules.cells):
        tops, lefts = _snap([cell.top for cell in group]), _snap([cell.x0 for cell in group])
        if len(tops) < 2 or len(lefts) < 2:
            continue
        rows = [[cell for cell in group if _nearest(tops, cell.top) == row] for row in range(len(tops))]
        # A form's grid changes its columns from row to row; a table keeps them.
        starts = [frozenset(_nearest(lefts, cell.x0) for cell in row) for row in rows]
        commonest = max(set(starts), key=starts.count)
        if starts.count(commonest) < max(2, 0.7 * len(rows)) or len(commonest) < 2:
            continue
        cells = tuple(
            Cell(row=row, column=_nearest(lefts, box.x0), bbox=box, words=_words_in(scene, box))
            for row, boxes in enumerate(rows)
            for box in sorted(boxes)
        )
        captioned = _with_captions(cells)
        if captioned is not None:
            tables.append(Table(bbox=bounding_box(list(group)), cells=captioned, header_rows=1, is_ruled=True))
            continue
        # A title may stand across the whole table, over the heads.
        head_row = 1 if len(rows[0]) == 1 and len(rows) > 2 else 0
        heads = sum(match_column(cell.text) is not None for cell in cells if cell.row == head_row)
        is_header = heads >= 2 or (heads == 1 and len(commonest) == 2)
        if not is_header and (len(rows) < 3 or _is_form(cells)):
            continue
        header_rows = head_row + 1 if is_header else 0
        tables.append(Table(bbox=bounding_box(list(group)), cells=cells, header_rows=header_rows, is_ruled=True))
    return tables


def _with_captions(cells: Sequence[Cell]) -> tuple[Cell, ...] | None:
    """The cells with the captions of the first row as a head of their own, where further rows go on below them.

    ``Dose`` in small print over ``300 mg``, and under that box one with ``600 mg`` alone. None for other grids: in a
    form every row has captions of its own.
    """
    first = [cell for cell in cells if cell.row == 0]
    parted = [(cell, *_part_caption(cell)) for cell in first]
    captions = sum(match_column(_text(head)) is not None for _, head, _ in parted)
    further = [cell for cell in cells if cell.row > 0 and cell.words]
    own = sum(match_column(_text(_part_caption(cell)[0])) is not None for cell in further)
    filled = sum(bool(rest) for _, _, rest in parted)
    if captions < FEWEST_HEADS or captions < 0.6 * len(first) or filled < 0.3 * len(first):
        return None
    if not further or own > 0.2 * len(further):
        return None
    heads = [
        Cell(row=0, column=cell.column, bbox=_over(head, cell.bbox), words=head) for cell, head, _ in parted if head
    ]
    body = [Cell(row=1, column=cell.column, bbox=_over(rest, cell.bbox), words=rest) for cell, _, rest in parted]
    return (*heads, *body, *(cell.model_copy(update={"row": cell.row + 1}) for cell in cells if cell.row > 0))


def _part_caption(cell: Cell) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """The words of a cell's first line, and the rest."""
    if not cell.words:
        return (), ()
    top = min(cell.words, key=lambda word: word.bbox.y_mid)
    head = tuple(word for word in cell.words if word.bbox.y_mid < top.bbox.y_mid + 0.6 * top.bbox.height)
    return head, tuple(word for word in cell.words if word not in head)


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _over(words: Sequence[Word], otherwise: BBox) -> BBox:
    return bounding_box([word.bbox for word in words]) if words else otherwise


def _is_form(cells: Sequence[Cell]) -> bool:
    """Whether most cells hold a label over or before its value."""
    with_colon = sum(any(word.text.endswith(":") for word in cell.words) for cell in cells)
    stacked = sum(
        len({round(word.bbox.y_mid / 5) for word in cell.words}) > 1 and cell.bbox.height > 18 for cell in cells
    )
    return with_colon > 0.3 * len(cells) or stacked > 0.4 * len(cells)


def _group_cells(cells: Sequence[BBox]) -> list[list[BBox]]:
    """Cells that touch each other, directly or through others."""
    groups: list[list[BBox]] = []
    for cell in sorted(cells, key=lambda each: (each.top, each.x0)):
        wide = BBox(cell.x0 - SNAP, cell.top - SNAP, cell.x1 + SNAP, cell.bottom + SNAP)
        near = [group for group in groups if any(wide.intersection_area(other) > 0 for other in group)]
        merged = [*(each for group in near for each in group), cell]
        groups = [group for group in groups if not any(group is other for other in near)]
        groups.append(merged)
    return [group for group in groups if len(group) >= 4]


def _aligned_tables(scene: Scene) -> list[Table]:
    tables: list[Table] = []
    rows = scene.rows
    for number, row in enumerate(rows):
        if tables and row[0].bbox.y_mid < tables[-1].bbox.bottom:
            continue
        heads = _read_heads(row)
        if heads is None or sum(_is_framed(scene, head[0].bbox) for head in heads) > 1:
            continue
        body = _read_body(scene, number, heads)
        if not body:
            continue
        edges = _column_edges(heads, body)
        grid = [
            [word for head in heads for word in head],
            *([word for line in line_row for word in line.words] for line_row in body),
        ]
        cells = tuple(
            Cell(row=index, column=column, bbox=bounding_box([word.bbox for word in part]), words=tuple(part))
            for index, words in enumerate(grid)
            for column, (left, right) in enumerate(pairwise(edges))
            if (part := [word for word in words if left <= word.bbox.x_mid < right])
        )
        tables.append(Table(bbox=bounding_box([cell.bbox for cell in cells]), cells=cells, header_rows=1))
    return tables


def _is_framed(scene: Scene, box: BBox) -> bool:
    """Whether a word stands in a box or is the caption of one: then it is a form's label."""
    return scene.cell_of(box) is not None or box_over(scene, box) is not None


def _read_heads(row: Sequence[Line]) -> list[tuple[Word, ...]] | None:
    """The column heads of a row that consists of little else; None for any other row."""
    heads: list[tuple[Word, ...]] = []
    known: set[str] = set()
    words = [word for line in row for word in line.words]
    index = unknown = 0
    while index < len(words):
        for length in range(min(4, len(words) - index), 0, -1):
            run = words[index : index + length]
            if any(right.bbox.x0 - left.bbox.x1 > 0.75 * left.bbox.height for left, right in pairwise(run)):
                continue
            found = match_column(" ".join(word.text for word in run))
            if found and not any(word.text.endswith(":") for word in run):
                heads.append(tuple(run))
                known.add(found[0])
                index += length
                break
        else:
            gap = words[index].bbox.x0 - words[index - 1].bbox.x1 if index else 0.0
            if heads and gap < 0.8 * words[index].bbox.height and len(heads[-1]) < 5:
                heads[-1] = (*heads[-1], words[index])
            else:
                heads.append((words[index],))
            unknown += 1
            index += 1
    return heads if len(known) >= FEWEST_HEADS and unknown <= len(known) else None


def _read_body(scene: Scene, number: int, heads: Sequence[tuple[Word, ...]]) -> list[tuple[Line, ...]]:
    """The rows below a head, until a wide gap, a sentence across the columns, or a label with a colon."""
    left, right = heads[0][0].bbox.x0, heads[-1][-1].bbox.x1
    bottom = max(word.bbox.bottom for head in heads for word in head)
    body: list[tuple[Line, ...]] = []
    pitch = WIDEST_PITCH * scene.text_height
    for row in scene.rows[number + 1 :]:
        lines = tuple(line for line in row if line.bbox.x1 > left - 30 and line.bbox.x0 < right + 60)
        if not lines:
            continue
        top = min(line.bbox.top for line in lines)
        is_sentence = any(len(line.words) > 7 for line in lines) and len(lines) <= 2
        has_label = any(word.text.endswith(":") for line in lines for word in line.words) and len(lines) <= 2
        if top - bottom > pitch or is_sentence or has_label:
            break
        body.append(lines)
        bottom = max(line.bbox.bottom for line in lines)
    return body if any(len(lines) > 1 for lines in body) else []


def _column_edges(heads: Sequence[tuple[Word, ...]], body: Sequence[tuple[Line, ...]]) -> list[float]:
    """Where columns part: the middle of the widest gap that the words leave between two heads."""
    boxes = [word.bbox for row in body for line in row for word in line.words]
    boxes += [word.bbox for head in heads for word in head]
    edges = [-1.0]
    for left, right in pairwise(heads):
        start, end = left[0].bbox.x0, right[-1].bbox.x1
        free = _gaps(boxes, start, end)
        between = [gap for gap in free if left[0].bbox.x0 < (gap[0] + gap[1]) / 2 < right[-1].bbox.x1]
        beside = [gap for gap in between if gap[1] > left[-1].bbox.x1 - 2 and gap[0] < right[0].bbox.x0 + 2]
        best = max(beside or between, key=lambda gap: gap[1] - gap[0], default=(left[-1].bbox.x1, right[0].bbox.x0))
        edges.append((best[0] + best[1]) / 2)
    return [*edges, 10_000.0]


def _gaps(boxes: Sequence[BBox], start: float, end: float) -> list[tuple[float, float]]:
    free: list[tuple[float, float]] = []
    reach = start
    for x0, _, x1, _ in sorted(boxes):
        if x0 > end:
            break
        if x0 > reach + 1:
            free.append((reach, x0))
        reach = max(reach, x1)
    return free


def _words_in(scene: Scene, box: BBox) -> tuple[Word, ...]:
    return tuple(word for line in scene.lines for word in line.words if is_inside(word.bbox, box))


def _snap(values: Sequence[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > SNAP:
            edges.append(value)
    return edges


def _nearest(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - value))
