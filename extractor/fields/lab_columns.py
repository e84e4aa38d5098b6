"""Where the columns of a laboratory report stand: heads by their wording, edges where the words leave room."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from extractor.fields.lab_heads import (
    NO_YEAR,
    PHRASE_GAP,
    UNKNOWN,
    Head,
    read_one_head,
    read_row_heads,
    split_segments,
    stack_rows,
)
from extractor.knowledge.lab_values import read_number
from models.record import BBox, bounding_box
from models.stages.text import Word

RESULTS = frozenset({"result", "normal", "abnormal", "dated"})
"""Kinds of columns that hold results: the usual one, in and out of range, and one named by its date."""
_DATED = frozenset({"result", "previous"})
_LONGEST_STEP = 1100
"""Days between the dates of two columns beside each other."""
_SUPPORT = frozenset({"unit", "range", "flag", "test", "low", "high", "previous", "normal", "abnormal"})
_FEWEST_KNOWN = 2
"""Kinds of heads that must be known beside the test's for a row of heads whose results' head nobody knows."""
_LINE_GAP = 1.8
"""Text heights from one line of a head to the next."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one table: heads from left to right, edges between them, and from where to where it reaches.

    ``edges`` has one number more than ``heads``, in points. ``top`` is the foot of the heads. ``is_guessed``: no head
    on the page said what the columns are, or which one is the newest.
    """

    heads: tuple[Head, ...]
    edges: tuple[float, ...]
    head_top: float
    top: float
    bottom: float
    is_guessed: bool = False

    def kind_at(self, word: Word) -> str | None:
        """The kind of the column a word stands in; None beside the table."""
        middle = word.bbox.x_mid
        for head, (left, right) in zip(self.heads, pairwise(self.edges), strict=True):
            if left <= middle < right:
                return head.kind
        return None

    def has(self, kind: str) -> bool:
        """Whether there is such a column."""
        return any(head.kind == kind for head in self.heads)

    @property
    def has_units_behind_names(self) -> bool:
        """Whether the head of the tests says that their units stand behind them: ``Test (unit)``."""
        return any(head.kind == "test" and "unit" in head.also for head in self.heads)

    @property
    def unit_of_results(self) -> tuple[Word, ...]:
        """The words of the unit that the results' head names for all of them."""
        return next((head.unit for head in self.heads if head.kind == "result"), ())

    @property
    def current_date(self) -> str | None:
        """The date that names the result column, where one does."""
        return next((head.date for head in self.heads if head.kind == "result" and head.date), None)


def find_columns(rows: Sequence[Sequence[Word]], today: date, page_bottom: float) -> list[Columns]:
    """The tables of a page, side by side ones too, from the rows of its words (top to bottom)."""
    found: list[tuple[list[Head], float, float]] = []
    skip = -1
    for number, row in enumerate(rows):
        if number <= skip:
            continue
        single = read_row_heads([[word] for word in row], today)
        double: list[Head] = []
        if number + 1 < len(rows) and _is_close(row, rows[number + 1]):
            merged = stack_rows(row, rows[number + 1])
            double = read_row_heads(merged, today, is_split=True) if merged else []
        heads = (
            double if (_worth(double), not _lacks_year(double)) > (_worth(single), not _lacks_year(single)) else single
        )
        if not _is_header(heads) or _is_sentence(heads, row if heads is single else [*row, *rows[number + 1]]):
            continue
        last = rows[number + 1] if heads is double and double else row
        skip = number + 1 if heads is double else number
        if skip + 1 < len(rows) and _is_close(last, rows[skip + 1]):
            dated = _date_heads(heads, rows[skip + 1], today)
            if dated:
                heads, last, skip = dated, rows[skip + 1], skip + 1
        found.append((heads, min(w.bbox.top for w in row), max(w.bbox.bottom for w in [*row, *last])))
    tables: list[Columns] = []
    for place, (heads, head_top, top) in enumerate(found):
        bottom = found[place + 1][1] if place + 1 < len(found) else page_bottom
        body = [row for row in rows if row and top - 1 < _middle(row) < bottom]
        tables.extend(_split_bands(heads, body, head_top, top, bottom))
    return tables


def make_columns(carried: Columns, rows: Sequence[Sequence[Word]], bottom: float) -> Columns:
    """The columns of the page before, for a page that goes on without heads of its own."""
    top = min((word.bbox.top for row in rows for word in row), default=0.0) - 1
    return Columns(carried.heads, carried.edges, top, top, bottom, is_guessed=True)


def _date_heads(heads: Sequence[Head], below: Sequence[Word], today: date) -> list[Head]:
    """The heads with the dates that stand below them; [] where the row below holds anything else."""
    dates = [read_one_head(piece, today) for piece in split_segments(below, PHRASE_GAP)]
    if not dates or any(each is None or each.date is None for each in dates):
        return []
    under = {
        index: each.date
        for each in dates
        for index, head in enumerate(heads)
        if each is not None and each.box.x_overlap(head.box) > 0
    }
    return [replace(head, date=under.get(index, head.date)) for index, head in enumerate(heads)] if under else []


def _middle(row: Sequence[Word]) -> float:
    return sum(word.bbox.y_mid for word in row) / len(row)


def _is_close(row: Sequence[Word], other: Sequence[Word]) -> bool:
    height = max(word.bbox.height for word in row)
    return 0 < _middle(other) - _middle(row) < _LINE_GAP * height


def _lacks_year(heads: Sequence[Head]) -> bool:
    return any(NO_YEAR in head.also for head in heads)


def _is_doubtful(dates: Sequence[str]) -> bool:
    """Whether the dates of columns do not run one way, in steps of less than some years: one of them was misread."""
    steps = [(date.fromisoformat(b) - date.fromisoformat(a)).days for a, b in pairwise(dates)]
    is_one_way = all(step > 0 for step in steps) or all(step < 0 for step in steps)
    return not is_one_way or any(abs(step) > _LONGEST_STEP for step in steps)


def _worth(heads: Sequence[Head]) -> int:
    return len({head.kind for head in heads}) if _is_header(heads) else 0


def _is_header(heads: Sequence[Head]) -> bool:
    kinds = {head.kind for head in heads}
    if {"test", "previous"} <= kinds and kinds & {"unit", "range"}:
        return True
    if not kinds & RESULTS:
        # The head of the results may be unread: tests, units and ranges together head nothing else.
        return {"test", "unit", "range"} <= kinds or (
            UNKNOWN in kinds and "test" in kinds and len(kinds & _SUPPORT) >= _FEWEST_KNOWN
        )
    if kinds <= {"dated", "test"}:
        return sum(head.kind == "dated" for head in heads) > 1 and "test" in kinds
    return len(kinds & (_SUPPORT | {"result", "dated"})) >= 2 and bool(kinds & _SUPPORT)


def _is_sentence(heads: Sequence[Head], words: Sequence[Word]) -> bool:
    """Whether most heads follow the word before them as words of a sentence do, and not after a column's gap."""
    close = 0
    following = sorted(heads, key=lambda head: head.box.x0)[1:]
    for head in following:
        ends = [word.bbox.x1 for word in words if word.bbox.x1 <= head.box.x0 + 1]
        close += bool(ends) and head.box.x0 - max(ends) < PHRASE_GAP * head.box.height
    return close > 0.5 * len(following)


def _split_bands(
    heads: Sequence[Head], body: Sequence[Sequence[Word]], head_top: float, top: float, bottom: float
) -> list[Columns]:
    """One table for each column of tests: two panels may stand side by side."""
    heads = sorted(heads, key=lambda head: head.box.x0)
    if not any(head.kind == "test" for head in heads):
        left = min((word.bbox.x0 for row in body for word in row), default=0.0)
        if left < heads[0].box.x0 - 20:
            heads = [Head("test", BBox(left, head_top, left + 10, top)), *heads]
    if not any(head.kind in RESULTS | {UNKNOWN, "previous"} for head in heads):
        heads = _with_result(heads, body)
    segments = [
        bounding_box([word.bbox for word in piece])
        for row in body
        if len(split_segments(row)) > 1
        for piece in split_segments(row, 0.6)
    ]
    segments += [head.box for head in heads]
    cuts = [-1.0, *(_cut(a.box, b.box, segments) for a, b in pairwise(heads)), 10_000.0]
    starts = [index for index, head in enumerate(heads) if head.kind == "test"] or [0]
    starts[0] = 0
    tables = []
    for start, end in zip(starts, [*starts[1:], len(heads)], strict=True):
        part = _settle(heads[start:end])
        if len(part) > 1 and any(head.kind in RESULTS | {UNKNOWN, "previous"} for head in part):
            is_guessed = _lacks_year(part) or _is_doubtful([h.date for h in part if h.date and h.kind in _DATED])
            tables.append(Columns(tuple(part), tuple(cuts[start : end + 1]), head_top, top, bottom, is_guessed))
    return tables


def _with_result(heads: Sequence[Head], body: Sequence[Sequence[Word]]) -> list[Head]:
    """The heads with one over the numbers that stand first behind the tests' names."""
    test, following = next(
        ((a, b) for a, b in pairwise(heads) if a.kind == "test"), (heads[0], heads[1] if len(heads) > 1 else heads[0])
    )
    boxes = [
        bounding_box([word.bbox for word in piece])
        for row in body
        for piece in split_segments(row)[1:]
        if test.box.x1 < piece[0].bbox.x0 and piece[-1].bbox.x1 < following.box.x0 and read_number(piece[0].text)
    ]
    if len(boxes) < 2:
        return list(heads)
    boxes.sort(key=lambda box: box.x0)
    middle = boxes[len(boxes) // 2]
    made = Head("result", BBox(middle.x0, test.box.top, middle.x1, test.box.bottom))
    return sorted([*heads, made], key=lambda head: head.box.x0)


def _settle(heads: Sequence[Head]) -> list[Head]:
    """Among columns named by dates the latest is the current one; beside a current one they are all earlier."""
    dated = [head for head in heads if head.kind == "dated" and head.date]
    has_current = any(head.kind in {"result", "normal", "abnormal"} for head in heads)
    latest = max((head.date or "" for head in dated), default="")
    settled = []
    for head in heads:
        if head.kind == "dated":
            is_current = not has_current and head.date == latest
            settled.append(replace(head, kind="result" if is_current else "previous"))
        elif head.kind == "normal" and not any(other.kind == "abnormal" for other in heads):
            settled.append(Head("range", head.box))
        else:
            settled.append(head)
    return settled


def _cut(left: BBox, right: BBox, segments: Sequence[BBox]) -> float:
    """The place between two heads that the fewest pieces of text cross; in the middle of the widest such gap."""
    start, end = left.x_mid, right.x_mid
    if end <= start + 1:
        return (start + end) / 2
    places = [start + step * (end - start) / 60 for step in range(1, 60)]
    crossings = [sum(box.x0 + 0.5 < place < box.x1 - 0.5 for box in segments) for place in places]
    least = min(crossings)
    runs: list[list[float]] = []
    for place, count, before in zip(places, crossings, [least + 1, *crossings], strict=False):
        if count == least and before == least and runs:
            runs[-1].append(place)
        elif count == least:
            runs.append([place])
    best = max(runs, key=lambda run: (len(run), -abs(run[len(run) // 2] - right.x0)))
    return (best[0] + best[-1]) / 2
