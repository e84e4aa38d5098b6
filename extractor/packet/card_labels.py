"""The small labels of insurance cards and what stands behind, below or above each.

Cards print labels without a colon, far smaller than their values, on whichever side the designer liked. One card keeps
to one side, so the side on which most labels find a value of their own shape is the card's; where two are as good, the
nearer one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.knowledge.organisations import is_only_plan, is_payer_name
from extractor.packet.answer import Answer
from extractor.packet.card_values import RX_GROUP, find_fitting, measure_fit, read_card_label
from extractor.packet.questions import GUESSED, Role, fold
from models.record import BBox
from models.stages.layout import Line, PageReading, Relation
from models.stages.text import Word

CARD_ATTRIBUTES = frozenset({"member_id", "group_number", RX_GROUP, "bin", "pcn", "full_name", "plan", "payer"})
_MOST_LABEL_WORDS, _MOST_LINES = 5, 48
_COLUMN_GAP, _COLUMN_EDGE = 14.0, 5.0
_NUMBERS = frozenset({"member_id", "group_number", RX_GROUP, "bin", "pcn"})
_FEWEST_STACKED = 2
_LEVEL = 0.6
_NAME_EDGE = 60.0
_EDGE, _REACH, _ROWS = 12.0, 280.0, 1.7
"""Points between edges that align, and from a label to the value on its right; label heights to the next row."""
_SIDES = (Relation.RIGHT, Relation.BELOW, Relation.ABOVE)
_HOLDER = re.compile(r"subscriber|holder|insured|employee", re.IGNORECASE)
_GLUED = re.compile(
    r"(?P<label>[A-Za-z][A-Za-z#. /]*[:#])(?P<value>\w.*)|(?P<bare>rxbin|bin)(?P<digits>\d{6})",
    re.IGNORECASE,
)
_NEED_COLON = frozenset({"plan", "payer"})
_NEED_COLON_INSIDE = frozenset({"plan", "payer", "full_name"})
"""Asked by ordinary words: with more behind them in the run, and no colon, they are text."""
_LONG_NUMBER = re.compile(r"(?=.*[A-Z])(?=(?:.*\d){5})[A-Z0-9\-]{9,15}")
"""A member number told by its shape alone: long, of capitals and digits."""
_BIN = re.compile(r"0[0-2]\d{4}|6[01]\d{4}")
"""Where the issuer numbers of pharmacy benefits lie (NCPDP processor identifiers and ANSI issuer numbers)."""
_WAY = 0.001
"""How much a point of distance takes off a value's fit."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of words of one line: a label (``attribute`` not None), and what stands behind it in the run."""

    attribute: str | None
    label: tuple[Word, ...]
    words: tuple[Word, ...]

    @property
    def box(self) -> BBox:
        used = self.label or self.words
        return used[0].bbox.union(used[-1].bbox)


@dataclass(frozen=True, slots=True)
class _Found:
    value: _Piece
    worth: float


def read_card(page: PageReading) -> tuple[Answer, ...]:
    """An answer for each label of a card, ``words`` empty where nothing of its shape stands beside it.

    ``attribute`` is one of ``CARD_ATTRIBUTES``.
    """
    return _read(page.layout.lines, page, shapes=True)


def read_block(lines: Sequence[Line], page: PageReading) -> tuple[Answer, ...]:
    """The same for a form's block about a policy whose labels stand over or under their values; else nothing.

    Two numbers at least must stand on that side, so that a block read from left to right is left alone.
    """
    found = _read(lines, page, shapes=False)
    numbers = [answer for answer in found if answer.words and answer.attribute in _NUMBERS]
    is_stacked = sum(answer.relation in {Relation.BELOW, Relation.ABOVE} for answer in numbers) >= _FEWEST_STACKED
    return tuple(answer for answer in found if answer.words) if is_stacked else ()


def _read(lines: Sequence[Line], page: PageReading, *, shapes: bool) -> tuple[Answer, ...]:
    pieces = _pieces(lines)
    asked = [piece for piece in pieces if piece.attribute in CARD_ATTRIBUTES]
    behind = {id(piece): find_fitting(piece.attribute, piece.words) for piece in asked}
    lone = [piece for piece in asked if not piece.words]
    sides = {side: _assign(lone, pieces, side) for side in _SIDES}
    best = max(_SIDES, key=lambda side: sum(one.worth for one in sides[side].values()))
    found: list[Answer] = []
    for piece in asked:
        words, relation = behind[id(piece)], Relation.RIGHT
        if not words and not piece.words and id(piece) in sides[best]:
            words, relation = sides[best][id(piece)].value.words, best
        found.append(_answer(piece, words, relation, page))
    return (*found, *_by_shape(pieces, found, page)) if shapes else tuple(found)


def _by_shape(pieces: Sequence[_Piece], found: Sequence[Answer], page: PageReading) -> list[Answer]:
    """The one member number and the pharmacy numbers whose labels nobody could read; ``label_score`` is ``GUESSED``."""
    read = {answer.attribute for answer in found if answer.words}
    used = {word.bbox for answer in found for word in answer.words}
    free = [piece for piece in pieces if piece.attribute is None and piece.words[0].bbox not in used]
    guessed: list[Answer] = []
    members = [piece for piece in free if _LONG_NUMBER.fullmatch(_text(piece))]
    if "member_id" not in read and len(members) == 1:
        guessed.append(_guess("member_id", members[0], page))
    number = next(
        (answer.bbox for answer in (*found, *guessed) if answer.attribute == "member_id" and answer.words), None
    )
    names = [piece for piece in free if number is not None and _is_beside(piece, number)]
    if "full_name" not in read and len(names) == 1:
        guessed.append(_guess("full_name", names[0], page))
    bins = [piece for piece in free if _BIN.fullmatch(_text(piece))]
    if "bin" not in read and len(bins) == 1:
        guessed.append(_guess("bin", bins[0], page))
        level = [p for p in free if p.box.x0 > bins[0].box.x1 and p.box.y_overlap(bins[0].box) > 0.5 * p.box.height]
        nearest = min(level, key=lambda piece: piece.box.x0, default=None)
        if "pcn" not in read and nearest is not None and measure_fit("pcn", nearest.words) > 0.0:
            guessed.append(_guess("pcn", nearest, page))
    return guessed


def _is_beside(piece: _Piece, number: BBox) -> bool:
    """Whether a piece is a person's name right over or under the member number: in capitals or with an initial."""
    gap = max(piece.box.top - number.bottom, number.top - piece.box.bottom)
    is_near = gap <= _ROWS * number.height and abs(piece.box.x0 - number.x0) < _NAME_EDGE
    return (
        is_near
        and measure_fit("full_name", piece.words) > 0.0
        and not is_payer_name(_text(piece))
        and not is_only_plan(_text(piece))
    )


def _text(piece: _Piece) -> str:
    return " ".join(word.text for word in piece.words)


def _guess(attribute: str, piece: _Piece, page: PageReading) -> Answer:
    box = piece.box
    return Answer(
        attribute=attribute,
        role=None,
        label="",
        label_score=GUESSED,
        role_score=GUESSED,
        relation=None,
        words=piece.words,
        label_bbox=box,
        bbox=box,
        page_no=page.page.page_no,
    )


def is_card_front(page: PageReading) -> bool:
    """Whether a page prints a card's labels and little else: a number's, and two more of its own kind."""
    if len(page.layout.lines) > _MOST_LINES:
        return False
    pieces = _pieces(page.layout.lines)
    asked = {piece.attribute for piece in pieces if piece.attribute is not None}
    own = asked & (CARD_ATTRIBUTES - {"payer"})
    has_colons = sum(piece.label[-1].text.endswith(":") for piece in pieces if piece.label)
    is_pharmacy = {"bin", "pcn"} <= own or {"bin", RX_GROUP} <= own
    numbers = {"member_id", "group_number", "bin", "pcn", RX_GROUP} & own
    is_named = any("card" in fold(line.text).split() for line in page.layout.lines)
    is_numbered = len(numbers) >= 2 or ("member_id" in numbers and is_named)
    return len(own) >= 3 and is_numbered and (is_pharmacy or has_colons <= len(own))


def _pieces(lines: Sequence[Line]) -> list[_Piece]:
    return [piece for line in lines for run in word_runs(line.words) for piece in _part(run)]


def _cut_at_labels(values: Sequence[_Piece], labels: Sequence[_Piece], side: Relation) -> list[_Piece]:
    """The values; one so long that it meets the next column's is cut where the label of that column begins."""
    cut: list[_Piece] = []
    for piece in values:
        near = [] if side is Relation.RIGHT else [one.box.x0 for one in labels if _is_row_of(one.box, piece.box, side)]
        parts: list[list[Word]] = [[]]
        for word in piece.words:
            if parts[-1] and any(abs(word.bbox.x0 - x0) < _COLUMN_EDGE for x0 in near):
                parts.append([])
            parts[-1].append(word)
        cut.extend(_Piece(None, (), tuple(part)) for part in parts)
    return cut


def _is_row_of(label: BBox, value: BBox, side: Relation) -> bool:
    gap = value.top - label.bottom if side is Relation.BELOW else label.top - value.bottom
    return -0.5 * label.height <= gap <= _ROWS * max(label.height, value.height)


def word_runs(words: Sequence[Word]) -> list[tuple[Word, ...]]:
    """A line's words parted at wide gaps, a label that is glued to its value apart from it."""
    runs: list[list[Word]] = []
    for word in (part for whole in words for part in _unglued(whole)):
        if runs and word.bbox.x0 - runs[-1][-1].bbox.x1 < _COLUMN_GAP:
            runs[-1].append(word)
        else:
            runs.append([word])
    return [tuple(run) for run in runs]


def _unglued(word: Word) -> tuple[Word, ...]:
    """``ID:XEP943490947`` as two words, the box cut where the letters are."""
    found = _GLUED.fullmatch(word.text)
    if found is None:
        return (word,)
    cut = found.start("value") if found.group("value") is not None else found.start("digits")
    if read_card_label(word.text[:cut]) is None:
        return (word,)
    x = word.bbox.x0 + word.bbox.width * cut / len(word.text)
    scores = word.char_confidences
    first = {"text": word.text[:cut], "bbox": BBox(word.bbox.x0, word.bbox.top, x, word.bbox.bottom)}
    last = {"text": word.text[cut:], "bbox": BBox(x, word.bbox.top, word.bbox.x1, word.bbox.bottom)}
    return (
        word.model_copy(update={**first, "steps": None, "char_confidences": scores[:cut]}),
        word.model_copy(update={**last, "steps": None, "char_confidences": scores[cut:]}),
    )


def _part(run: tuple[Word, ...]) -> list[_Piece]:
    """A run as labels with what stands behind each; a run that begins with no label is one piece without one."""
    attribute, count = _label_at(run, 0)
    is_text = attribute in _NEED_COLON and count < len(run) and not run[count - 1].text.endswith(":")
    if attribute is None or is_text:
        return [_Piece(None, (), run)]
    pieces: list[_Piece] = []
    start = 0
    while start < len(run):
        end = start + count
        following: tuple[str | None, int] = (None, 0)
        while end < len(run):
            following = _label_at(run, end)
            is_asking = following[0] not in _NEED_COLON_INSIDE or run[end + following[1] - 1].text.endswith(":")
            if following[0] is not None and end > start + count and is_asking:
                break
            following = (None, 0)
            end += 1
        pieces.append(_Piece(attribute, run[start : start + count], run[start + count : end]))
        start, (attribute, count) = end, following
    return pieces


def _label_at(run: tuple[Word, ...], start: int) -> tuple[str | None, int]:
    """The longest label that begins at a place of a run, and how many words it has."""
    for count in range(min(len(run) - start, _MOST_LABEL_WORDS), 0, -1):
        words = run[start : start + count]
        if any(word.text.endswith(":") for word in words[:-1]):
            continue
        attribute = read_card_label(" ".join(word.text for word in words))
        if attribute is not None:
            return attribute, count
    return None, 0


def _assign(lone: Sequence[_Piece], pieces: Sequence[_Piece], side: Relation) -> dict[int, _Found]:
    """For each label that stands alone the value on one side of it, each value once and the nearest pairs first."""
    labels = [piece for piece in pieces if piece.attribute is not None]
    plain = [piece for piece in pieces if piece.attribute is None]
    # A label that was misread still heads its column, where it stands level with those that were read.
    heads = [*labels, *(one for one in plain if any(_is_level(one.box, label.box) for label in labels))]
    free = _cut_at_labels(plain, heads, side)
    near: list[tuple[float, int, int]] = []
    for row, label in enumerate(lone):
        for column, value in enumerate(free):
            way = _way(label.box, value.box, side)
            if way is not None and measure_fit(label.attribute, value.words) > 0.0:
                near.append((way, row, column))
    found: dict[int, _Found] = {}
    used: set[int] = set()
    for way, row, column in sorted(near):
        label, value = lone[row], free[column]
        if id(label) in found or column in used:
            continue
        if side is Relation.RIGHT and any(_is_between(label.box, other.box, value.box) for other in labels):
            continue
        found[id(label)] = _Found(value, measure_fit(label.attribute, value.words) - _WAY * way)
        used.add(column)
    return found


def _way(label: BBox, value: BBox, side: Relation) -> float | None:
    """Points from a label to a value on one side of it, None where it does not stand there."""
    if side is Relation.RIGHT:
        is_level = label.y_overlap(value) > 0.4 * min(label.height, value.height)
        gap = value.x0 - label.x1
        return gap if is_level and -2.0 <= gap <= _REACH else None
    gap = value.top - label.bottom if side is Relation.BELOW else label.top - value.bottom
    least = min(label.height, value.height)
    is_near = -0.5 * least <= gap <= _ROWS * max(label.height, least)
    aligned = min(abs(label.x0 - value.x0), abs(label.x1 - value.x1), abs(label.x_mid - value.x_mid))
    return max(gap, 0.0) + aligned if is_near and aligned <= _EDGE else None


def _is_level(one: BBox, other: BBox) -> bool:
    return one.y_overlap(other) > _LEVEL * max(one.height, other.height)


def _is_between(label: BBox, other: BBox, value: BBox) -> bool:
    is_level = other.y_overlap(label) > 0.4 * min(other.height, label.height)
    return is_level and label.x1 <= other.x0 and other.x1 <= value.x0


def _answer(piece: _Piece, words: tuple[Word, ...], relation: Relation, page: PageReading) -> Answer:
    label = " ".join(word.text for word in piece.label)
    box = piece.label[0].bbox.union(piece.label[-1].bbox)
    is_holder = piece.attribute == "full_name" and _HOLDER.search(label) is not None
    return Answer(
        attribute=piece.attribute or "unknown",
        role=Role.SUBSCRIBER if is_holder else None,
        label=label,
        label_score=1.0,
        role_score=1.0,
        relation=relation,
        words=words,
        label_bbox=box,
        bbox=words[0].bbox.union(words[-1].bbox) if words else box,
        page_no=page.page.page_no,
    )
