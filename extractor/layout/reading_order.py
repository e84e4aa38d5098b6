"""The order in which a page is read: recursive cuts along white space.

Nagy, Seth, "Hierarchical representation of optically scanned documents" (1984): a region is cut where white space
runs through it, and each part again. A cut from top to bottom parts columns and comes first where both sides are
text; labels with their values and the columns of a table stay together row by row.
"""

from collections.abc import Sequence

from models.record import BBox, bounding_box
from models.stages.layout import Line, Table

GUTTER = 1.3
"""Text heights: narrower white space is no gutter between columns."""
FEWEST_LINES = 3
"""Lines on each side of a gutter."""


def order_lines(rows: Sequence[Sequence[Line]], tables: Sequence[Table], text_height: float) -> tuple[Line, ...]:
    """All lines of a page in reading order; the lines of a table stay together, row by row."""
    blocks: list[tuple[Line, ...]] = []
    members: dict[int, list[Line]] = {index: [] for index in range(len(tables))}
    for row in rows:
        for line in row:
            table = next((index for index, each in enumerate(tables) if _holds(each.bbox, line.bbox)), None)
            if table is None:
                blocks.append((line,))
            else:
                members[table].append(line)
    blocks += [tuple(lines) for lines in members.values() if lines]
    boxes = [bounding_box([line.bbox for line in block]) for block in blocks]
    order = _cut(list(range(len(blocks))), boxes, blocks, text_height)
    return tuple(line for index in order for line in blocks[index])


def _cut(indexes: list[int], boxes: list[BBox], blocks: list[tuple[Line, ...]], height: float) -> list[int]:
    if len(indexes) <= 1:
        return indexes
    if (x := _gutter(indexes, boxes, blocks, height)) is not None:
        left = [index for index in indexes if boxes[index].x_mid < x]
        right = [index for index in indexes if boxes[index].x_mid >= x]
    elif (y := _break(indexes, boxes, height)) is not None:
        left = [index for index in indexes if boxes[index].y_mid < y]
        right = [index for index in indexes if boxes[index].y_mid >= y]
    else:
        return sorted(indexes, key=lambda index: (round(boxes[index].y_mid / (0.7 * height)), boxes[index].x0))
    return [*_cut(left, boxes, blocks, height), *_cut(right, boxes, blocks, height)]


def _gutter(indexes: list[int], boxes: list[BBox], blocks: list[tuple[Line, ...]], height: float) -> float | None:
    """Where a column ends: the widest white space from top to bottom with text columns on both sides."""
    gaps = _free([(boxes[index].x0, boxes[index].x1) for index in indexes], GUTTER * height)
    for start, end in sorted(gaps, key=lambda gap: gap[0] - gap[1]):
        middle = (start + end) / 2
        left = [index for index in indexes if boxes[index].x_mid < middle]
        right = [index for index in indexes if boxes[index].x_mid >= middle]
        if min(len(left), len(right)) >= FEWEST_LINES and not _is_label_column(left, blocks) and len(gaps) <= 3:
            return middle
    return None


def _is_label_column(indexes: list[int], blocks: list[tuple[Line, ...]]) -> bool:
    """Whether most lines end in a colon: the other side then holds their values."""
    ends = sum(blocks[index][-1].words[-1].text.endswith(":") for index in indexes)
    return ends > 0.6 * len(indexes)


def _break(indexes: list[int], boxes: list[BBox], height: float) -> float | None:
    """The widest white space from side to side."""
    gaps = _free([(boxes[index].top, boxes[index].bottom) for index in indexes], 0.02 * height)
    best = max(gaps, key=lambda gap: gap[1] - gap[0], default=None)
    return None if best is None else (best[0] + best[1]) / 2


def _free(spans: list[tuple[float, float]], least: float) -> list[tuple[float, float]]:
    gaps = []
    reach: float | None = None
    for start, end in sorted(spans):
        if reach is not None and start - reach >= least:
            gaps.append((reach, start))
        reach = end if reach is None else max(reach, end)
    return gaps


def _holds(table: BBox, line: BBox) -> bool:
    return table.intersection_area(line) > 0.6 * line.area
