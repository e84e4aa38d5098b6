"""Which answers belong to which of several orders: one column of a table for each, or one block of labels for each.

``Order 1 of 2`` above ``Order 2 of 2`` asks the same labels twice; a table whose first column holds the labels gives
each further column to one order. The answers of one order have the same ``item``, as those of a table's row.
"""

from collections.abc import Sequence

from extractor.knowledge.doses import parse_doses
from extractor.packet.answer import Answer
from extractor.packet.questions import Question, fold, read_label
from models.record import BBox, bounding_box, lies_on
from models.stages.layout import Cell, Layout, Relation, Table

OF_AN_ORDER = frozenset(
    {"drug", "dose", "strength", "route", "frequency", "directions", "duration", "refills", "hcpcs"}
    | {"start_date", "last_treatment_date", "priority", "course"}
)
_INSIDE = OF_AN_ORDER | {"unknown", "diagnosis", "diagnosis_code", "other_date", "order_date", "date"}
"""What a block of an order may ask."""
_GIVES = frozenset({"dose", "strength", "directions", "frequency", "route"})
_LEAST_LABELS, _LEAST_ORDERS = 3, 2
_SURE = 0.9
_SAME_MARGIN = 6.0
"""Points between left edges of labels of one margin."""
_LONGER = 1.5
"""How much longer than the block before it the last block may be."""


def group_orders(answers: Sequence[Answer], layout: Layout) -> list[Answer]:
    """The answers with an ``item`` for each order where a page asks for several, one column or block each."""
    grouped = list(answers)
    for number, table in enumerate(layout.tables):
        columns = _from_table(table, number, layout)
        if columns:
            grouped = [one for one in grouped if not lies_on(one.label_bbox, (table.bbox,), 0.5)]
            grouped.extend(columns)
    blocks = _blocks(grouped)
    return grouped if not blocks else [_in_block(answer, blocks) for answer in grouped]


def _from_table(table: Table, number: int, layout: Layout) -> list[Answer]:
    """The answers of a table with its labels in the first column and an order in each other; () for other tables.

    Each order's column gives a dose: in a grid of labels and answers every other column holds labels.
    """
    rows: dict[int, dict[int, Cell]] = {}
    for cell in table.cells:
        if cell.words:
            rows.setdefault(cell.row, {})[cell.column] = cell
    asked = {row: question for row, cells in rows.items() if (question := _question(cells.get(0))) is not None}
    doses = [row for row, question in asked.items() if question.attribute in _GIVES]
    columns = {column for row in doses for column, cell in rows[row].items() if column > 0 and parse_doses(cell.text)}
    is_kinds = len({question.attribute for question in asked.values()}) >= _LEAST_LABELS
    if not is_kinds or len(columns) < _LEAST_ORDERS:
        return []
    return [
        _answer(rows[row][0], cell, question, layout, f"p{layout.page_no}t{number}c{column}")
        for row, question in asked.items()
        for column, cell in rows[row].items()
        if column in columns
    ]


def _question(label: Cell | None) -> Question | None:
    question = None if label is None else read_label(label.text)
    return question if question is not None and question.score >= _SURE and question.attribute in OF_AN_ORDER else None


def _answer(label: Cell, cell: Cell, question: Question, layout: Layout, item: str) -> Answer:
    return Answer(
        attribute=question.attribute,
        role=question.role,
        label=label.text,
        label_score=question.score,
        role_score=0.0,
        relation=Relation.CELL,
        words=cell.words,
        label_bbox=bounding_box([word.bbox for word in label.words]),
        bbox=bounding_box([word.bbox for word in cell.words]),
        page_no=layout.page_no,
        item=item,
    )


def _blocks(answers: Sequence[Answer]) -> list[BBox]:
    """One box for each order that a page asks with the same labels, from top to bottom; () for one order."""
    named = [one for one in answers if one.attribute == "drug" and one.words and one.item is None]
    for first in named:
        same = [
            one
            for one in named
            if fold(one.label) == fold(first.label) and abs(one.label_bbox.x0 - first.label_bbox.x0) < _SAME_MARGIN
        ]
        tops = sorted(one.label_bbox.top for one in same)
        if len(tops) < _LEAST_ORDERS:
            continue
        ends = [*tops[1:], _end(tops, answers)]
        blocks = [
            BBox(0.0, top - 1, float("inf"), end - 1) for top, end in zip(tops, ends, strict=True) if end > top + 2
        ]
        if all(_gives(block, answers) for block in blocks):
            return blocks
    return []


def _end(tops: Sequence[float], answers: Sequence[Answer]) -> float:
    """Where the last block ends: at what asks for something else, or where it would be much longer than the others."""
    other = [one.label_bbox.top for one in answers if one.label_bbox.top > tops[-1] and one.attribute not in _INSIDE]
    return min([*other, tops[-1] + _LONGER * (tops[-1] - tops[-2])])


def _gives(block: BBox, answers: Sequence[Answer]) -> bool:
    return any(one.attribute in _GIVES and one.words and _is_inside(one, block) for one in answers)


def _is_inside(answer: Answer, block: BBox) -> bool:
    return block.top <= answer.label_bbox.y_mid < block.bottom


def _in_block(answer: Answer, blocks: Sequence[BBox]) -> Answer:
    if answer.item is not None or answer.attribute not in OF_AN_ORDER:
        return answer
    number = next((number for number, block in enumerate(blocks) if _is_inside(answer, block)), None)
    return answer if number is None else answer.model_copy(update={"item": f"p{answer.page_no}b{number}"})
