"""Where the columns of a laboratory report stand: heads by their wording, edges where the words leave room."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from extractor.knowledge.dates import parse_date
from extractor.knowledge.lab_values import read_number
from extractor.knowledge.lab_words import read_head
from models.record import BBox, bounding_box
from models.stages.text import Word

RESULTS = frozenset({"result", "normal", "abnormal", "dated"})
"""Kinds of columns that hold results: the usual one, in and out of range, and one named by its date."""
_SUPPORT = frozenset({"unit", "range", "flag", "test", "low", "high", "previous", "normal", "abnormal"})
_LONGEST = 5
WIDE_GAP = 1.6
"""Text heights: a wider gap parts two columns."""
_PHRASE_GAP = 0.8
_LINE_GAP = 1.8
"""Text heights from one line of a head to the next."""


@dataclass(frozen=True, slots=True)
class Head:
    """One column head; ``date`` (``YYYY-MM-DD``) where the column is named by one."""

    kind: str
    box: BBox
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one table: heads from left to right, edges between them, and from where to where it reaches.

    ``edges`` has one number more than ``heads``, in points. ``top`` is the foot of the heads. ``is_guessed``: no head
    on the page said what the columns are.
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
        single = _read_heads([[word] for word in row], today)
        double: list[Head] = []
        if number + 1 < len(rows) and _is_close(row, rows[number + 1]):
            merged = _stack(row, rows[number + 1])
            double = _read_heads(merged, today, is_split=True) if merged else []
        heads = double if _worth(double) > _worth(single) else single
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


def split_segments(row: Sequence[Word], gap: float = WIDE_GAP) -> list[tuple[Word, ...]]:
    """The pieces of a row between gaps wider than ``gap`` text heights."""
    pieces: list[list[Word]] = []
    for word in row:
        last = pieces[-1][-1] if pieces else None
        if last is not None and word.bbox.x0 - last.bbox.x1 <= gap * max(6.0, min(last.bbox.height, word.bbox.height)):
            pieces[-1].append(word)
        else:
            pieces.append([word])
    return [tuple(piece) for piece in pieces]


def _date_heads(heads: Sequence[Head], below: Sequence[Word], today: date) -> list[Head]:
    """The heads with the dates that stand below them; [] where the row below holds anything else."""
    dates = [_head(piece, today) for piece in split_segments(below, _PHRASE_GAP)]
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


def _stack(row: Sequence[Word], below: Sequence[Word]) -> list[list[Word]]:
    """Phrases of two rows, each with the words that stand under it; [] where the second row is no part of a head."""
    phrases = [list(piece) for piece in split_segments(row, _PHRASE_GAP)]
    for piece in split_segments(below, _PHRASE_GAP):
        box = bounding_box([word.bbox for word in piece])
        over = [p for p in phrases if bounding_box([w.bbox for w in p]).x_overlap(box) > 0.3 * min(box.width, 20)]
        if any(any(c.isdigit() for c in word.text) for word in piece):
            return []
        if len(over) == 1:
            over[0].extend(piece)
        elif over or read_head(_text(piece)) is None:
            return []
        else:
            phrases.append(list(piece))
    return sorted(phrases, key=lambda p: p[0].bbox.x0)


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _read_heads(units: Sequence[Sequence[Word]], today: date, *, is_split: bool = False) -> list[Head]:
    """The heads a row consists of; what is left of the first known one is the test's column."""
    heads: list[Head] = []
    unknown: list[Sequence[Word]] = []
    index = 0
    while index < len(units):
        length = 1 if is_split else min(_LONGEST, len(units) - index)
        while length > 0:
            run = [word for unit in units[index : index + length] for word in unit]
            head = None if not is_split and _has_gap(run) else _head(run, today)
            if head is not None:
                heads.append(head)
                break
            length -= 1
        else:
            unknown.append(units[index])
            length = 1
        index += length
    return _with_test(heads, unknown, sum(len(unit) for unit in units))


def _with_test(heads: list[Head], unknown: Sequence[Sequence[Word]], total: int) -> list[Head]:
    if not heads:
        return []
    # "Lab" heads the tests where it stands first, and behind them the code of who did them.
    first = heads[0]
    heads = [replace(h, kind="test" if h is first else "code") if h.kind == "lab" else h for h in heads]
    before = [word for unit in unknown for word in unit if word.bbox.x1 <= heads[0].box.x0 + 1]
    if any(read_number(word.text) for word in before[1:]):
        return []  # a row of results with its date
    if sum(len(unit) for unit in unknown) - len(before) > max(1, total // 4):
        return []
    if any(word.text.endswith(":") for unit in unknown for word in unit):
        return []  # a label and its value
    if not any(head.kind == "test" for head in heads) and before:
        # The name of the panel stands where others print "Test".
        heads = [Head("test", bounding_box([word.bbox for word in before])), *heads]
    return heads


def _has_gap(run: Sequence[Word]) -> bool:
    return any(b.bbox.x0 - a.bbox.x1 > 1.2 * min(a.bbox.height, b.bbox.height) for a, b in pairwise(run))


def _head(run: Sequence[Word], today: date) -> Head | None:
    text = _text(run)
    box = bounding_box([word.bbox for word in run])
    if any(character.isdigit() for character in text):
        reading = parse_date(text, today=today, kind="event") if len(run) <= 3 else None
        is_only_date = reading is not None and not any(r.code == "other_text" for r in reading.reasons)
        return Head("dated", box, reading.value) if reading and is_only_date else None
    if text.endswith(":") and len(run) < _LONGEST:
        return None
    kind = read_head(text)
    return Head(kind, box) if kind else None


def _worth(heads: Sequence[Head]) -> int:
    return len({head.kind for head in heads}) if _is_header(heads) else 0


def _is_header(heads: Sequence[Head]) -> bool:
    kinds = {head.kind for head in heads}
    if not kinds & RESULTS:
        # The head of the results may be unread: tests, units and ranges together head nothing else.
        return {"test", "unit", "range"} <= kinds
    if kinds <= {"dated", "test"}:
        return sum(head.kind == "dated" for head in heads) > 1 and "test" in kinds
    return len(kinds & (_SUPPORT | {"result", "dated"})) >= 2 and bool(kinds & _SUPPORT)


def _is_sentence(heads: Sequence[Head], words: Sequence[Word]) -> bool:
    """Whether most heads follow the word before them as words of a sentence do, and not after a column's gap."""
    close = 0
    following = sorted(heads, key=lambda head: head.box.x0)[1:]
    for head in following:
        ends = [word.bbox.x1 for word in words if word.bbox.x1 <= head.box.x0 + 1]
        close += bool(ends) and head.box.x0 - max(ends) < _PHRASE_GAP * head.box.height
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
    if not any(head.kind in RESULTS for head in heads):
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
        if len(part) > 1 and any(head.kind in RESULTS for head in part):
            tables.append(Columns(tuple(part), tuple(cuts[start : end + 1]), head_top, top, bottom))
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
            settled.append(Head("result" if is_current else "previous", head.box, head.date))
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
