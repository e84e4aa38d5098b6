"""The value right of a label: on its row, in its box or in the next one, and on the lines that go on with it."""

import re
from collections.abc import Sequence
from statistics import median

from extractor.knowledge.value_kinds import fits
from extractor.layout.label_places import ROOMY, PlacedLabel
from extractor.layout.lines import has_rule_between
from extractor.layout.linking import BLANK, LinkedPage, free_words, make_pair
from extractor.layout.scene import Scene, is_inside, is_level
from models.record import BBox
from models.stages.layout import KeyValue, Relation
from models.stages.text import Word

FAR = 150.0
"""Points. Without a line, a box or an aligned column a value stands no further from its label."""
_INTO_LABEL = 0.4
"""Heights of a label that an answer may begin before the label's end: handwriting does not keep to its place."""
_WORD_GAP = 1.5
"""Heights of a label: words of one answer stand no further apart."""
MULTILINE_KEYS = (
    "address", "diagnosis", "allergies", "order.directions", "order.premedications", "prior_therapy", "medications",
    "history", "order.drug", "order.frequency", "order.dose", "cover.message", "cover.subject", "city_state_zip",
    "other", "cover.to", "cover.from", "coverage.payer", "facility.name",
)  # fmt: skip
_ENDS_OPEN = re.compile(r"[,;/&-]$|^(?:of|and|or|to|with|without|for|in|by|due|from|the)$")
"""What no value ends in: it goes on in the next row."""
_OVER_LINE, _UNDER_LINE = 1.1, 0.4
"""Text heights from the foot of what is written down to its line, and that it may reach below it."""


def read_right(page: LinkedPage, label: PlacedLabel) -> KeyValue | None:
    """The value on the label's own row; None where nothing stands there and nothing shows that it should."""
    span, box, cell = label.span, label.box, label.field
    if label.is_alone:
        return _read_next_box(page, label)
    if cell is not None and cell.height > ROOMY * box.height and not span.has_colon and _is_only(page.placed, label):
        words = free_words(page.scene, cell, page.claims)
        page.claims.take(words)
        return make_pair(
            span, words, Relation.INSIDE, BBox(cell.x0, box.bottom - 0.25 * box.height, cell.x1, cell.bottom)
        )
    stop = _right_stop(page, label, cell)
    right = [
        word
        for number in range(max(0, label.row - 2), min(len(page.scene.rows), label.row + 2))
        for line in page.scene.rows[number]
        for word in line.words
        if page.claims.is_free(word)
        and box.x1 - max(2.0, _INTO_LABEL * box.height) <= word.bbox.x0
        and box.x1 < word.bbox.x_mid < stop
    ]
    candidates = _on_one_line(sorted(_level_with(right, box), key=lambda word: word.bbox.x0), box)
    underline = page.scene.underline_of(box.x1 - 2, stop, box.top, box.bottom)
    if not candidates and underline is not None:
        candidates = _on_underline(page, label, underline, stop)
    value: list[Word] = []
    last = box
    for word in candidates:
        if not _may_follow(page, label, last, word.bbox, has_value=bool(value), underline=underline):
            break
        value.append(word)
        last = word.bbox
    has_blank = any(BLANK.match(word.text) for word in value)
    written = tuple(word for word in value if not BLANK.match(word.text))
    if not written and not has_blank and (underline is None or underline.x0 - box.x1 > 3 * page.scene.text_height):
        return None
    page.claims.take(value)
    if written and _continues(label, written):
        below = _read_on(page, label, written, stop)
        written = (*written, *below)
    area = BBox(box.x1, box.top, max(box.x1 + 1, min(stop, _area_end(value, underline, stop))), box.bottom)
    relation = Relation.CELL if cell else Relation.RIGHT
    return make_pair(span, written, relation, area)


def _on_underline(page: LinkedPage, label: PlacedLabel, underline: BBox, stop: float) -> list[Word]:
    """The words that stand on the line right of a label, though higher than the label: handwriting does."""
    height = page.scene.text_height
    if underline.x0 - label.box.x1 > 3 * height:
        return []
    words = [
        word
        for number in range(max(0, label.row - 2), label.row + 1)
        for line in page.scene.rows[number]
        for word in line.words
        if page.claims.is_free(word)
        and label.box.x1 - 2 < word.bbox.x0
        and underline.x0 - height < word.bbox.x_mid < min(stop, underline.x1 + height)
        and -_UNDER_LINE * height < underline.y_mid - word.bbox.bottom < _OVER_LINE * height
        and word.bbox.bottom > label.box.top - _UNDER_LINE * height
    ]
    return sorted(words, key=lambda word: word.bbox.x0)


def _level_with(words: Sequence[Word], label: BBox) -> list[Word]:
    """The words on the label's height and their neighbours: a hand rises and falls, and a word without a long
    letter alone stands too high over the line it is written on."""
    level = [word for word in words if is_level(word.bbox, label)]
    others = [word for word in words if not is_level(word.bbox, label)]
    for _ in others:
        reached = [word for word in others if any(_is_next_to(word.bbox, one.bbox, label.height) for one in level)]
        if not reached:
            break
        level += reached
        others = [word for word in others if word not in reached]
    return level


def _is_next_to(word: BBox, other: BBox, height: float) -> bool:
    gap = max(word.x0, other.x0) - min(word.x1, other.x1)
    return -0.3 * height < gap < _WORD_GAP * height and is_level(word, other)


def _on_one_line(words: Sequence[Word], label: BBox) -> list[Word]:
    """Words from left to right without those above or below others that are nearer to the label's height."""
    kept: list[Word] = []
    for word in words:
        rivals = [o for o in words if o is not word and o.bbox.x_overlap(word.bbox) > 0.3 * word.bbox.width]
        if all(abs(word.bbox.y_mid - label.y_mid) <= abs(other.bbox.y_mid - label.y_mid) for other in rivals):
            kept.append(word)
    if len(kept) < len(words):
        # What is left of the other line is told by the words that were kept.
        middle = median(word.bbox.y_mid for word in kept)
        other = median(word.bbox.y_mid for word in words if word not in kept)
        kept = [word for word in words if abs(word.bbox.y_mid - middle) < abs(word.bbox.y_mid - other)]
    return kept


def _is_only(placed: Sequence[PlacedLabel], label: PlacedLabel) -> bool:
    """Whether a box holds no other label."""
    return sum(other.field == label.field for other in placed) == 1


def _area_end(value: Sequence[Word], underline: BBox | None, stop: float) -> float:
    ends = [word.bbox.x1 for word in value] + ([underline.x1] if underline else [])
    return max(ends, default=stop)


def _right_stop(page: LinkedPage, label: PlacedLabel, cell: BBox | None) -> float:
    """Where the row ends for this label: next label, check box, vertical rule, border."""
    box = label.box
    stops = [cell.x1 if cell else page.scene.width]
    stops += [
        other.box.x0
        for other in page.placed
        if abs(other.row - label.row) <= 1 and other.box.x0 >= box.x1 - 1 and is_level(other.box, box)
    ]
    stops += [check.bbox.x0 for check in page.checkboxes if check.bbox.x0 >= box.x1 - 1 and is_level(check.bbox, box)]
    stops += [
        rule.x_mid for rule in page.scene.rules.vertical if rule.x_mid > box.x1 and rule.top < box.y_mid < rule.bottom
    ]
    return min(stops)


def _may_follow(
    page: LinkedPage, label: PlacedLabel, last: BBox, word: BBox, *, has_value: bool, underline: BBox | None
) -> bool:
    """Whether a word right of the label or of the value's last word goes on with the value."""
    cell = label.field
    gap = word.x0 - last.x1
    height = max(page.scene.text_height, 0.8 * last.height)
    if has_rule_between(last, word, page.scene.rules.vertical):
        return False
    if gap <= 2.2 * height or (cell is not None and is_inside(word, cell) and gap < 0.7 * cell.width):
        return True
    if underline is not None and underline.x0 - 3 <= word.x_mid <= underline.x1 + 3:
        return True
    if has_value:
        return False
    if gap >= FAR or not (label.span.has_colon or label.span.key is not None):
        return False
    near = [
        other for other in page.placed if other is not label and abs(other.box.y_mid - label.box.y_mid) < 6 * height
    ]
    starts = sum(abs(other.box.x0 - word.x0) < 0.5 * height for other in near if other.row != label.row)
    return starts == 0 or _is_value_column(page.scene, label, word, near)


def _is_value_column(scene: Scene, label: PlacedLabel, word: BBox, near: Sequence[PlacedLabel]) -> bool:
    """Whether labels above or below in one column with this one have text that starts where this word does."""
    height = scene.text_height
    column = [other for other in near if abs(other.box.x0 - label.box.x0) < 0.5 * height]
    return any(
        abs(line.bbox.x0 - word.x0) < 0.4 * height and is_level(line.bbox, other.box)
        for other in column
        for line in scene.rows[other.row]
    )


def _continues(label: PlacedLabel, value: Sequence[Word]) -> bool:
    key = label.span.key or ""
    return key.endswith(MULTILINE_KEYS) or bool(_ENDS_OPEN.search(value[-1].text))


def _read_on(page: LinkedPage, label: PlacedLabel, value: Sequence[Word], stop: float) -> tuple[Word, ...]:
    """Further lines of a value: right below its first line, left edges aligned, no label on their row beside them."""
    left, bottom = value[0].bbox.x0, max(word.bbox.bottom for word in value)
    height = max(page.scene.text_height, value[0].bbox.height)
    found: list[Word] = []
    for number in range(label.row + 1, min(len(page.scene.rows), label.row + 6)):
        for line in page.scene.rows[number]:
            free = [word for word in line.words if page.claims.is_free(word)]
            if not free or len(free) != len(line.words):
                continue
            is_next = -0.4 * height < line.bbox.top - bottom < 0.75 * height
            is_aligned = abs(line.bbox.x0 - left) < 0.8 * height and line.bbox.x0 < stop
            beside = [
                other
                for other in page.placed
                if is_level(other.box, line.bbox) and other.box.x1 <= line.bbox.x0 + 1
                and other.box.x1 > label.box.x0
            ]  # fmt: skip
            if is_next and is_aligned and not beside and not _crosses_rule(page.scene, bottom, line.bbox):
                found += free
                page.claims.take(free)
                bottom = line.bbox.bottom
    return tuple(found)


def _crosses_rule(scene: Scene, bottom: float, box: BBox) -> bool:
    return any(
        bottom - 3 < rule.y_mid < box.y_mid and rule.x_overlap(box) > 0.5 * box.width for rule in scene.rules.horizontal
    )


def _read_next_box(page: LinkedPage, label: PlacedLabel) -> KeyValue:
    """The value of a label that fills its own box: in the box to the right, else in the one below."""
    own = label.field or label.box
    taken = [other.box for other in page.placed if other.field]

    def is_answer(cell: BBox) -> bool:
        return not any(is_inside(box, cell) and box.x0 < cell.x_mid for box in taken)

    right = [
        cell
        for cell in page.scene.rules.cells
        if abs(cell.x0 - own.x1) < 4 and cell.y_overlap(own) > 0.7 * min(cell.height, own.height) and is_answer(cell)
    ]
    below = [
        cell
        for cell in page.scene.rules.cells
        if abs(cell.top - own.bottom) < 4 and cell.x_overlap(own) > 0.7 * min(cell.width, own.width) and is_answer(cell)
    ]
    areas = [*right[:1], *below[:1]]
    if len(areas) > 1 and _says_otherwise(page, label, right[0]) and _answers(page, label, below[0]):
        areas = below
    area = next(iter(areas), None)
    if area is None:
        return make_pair(label.span, (), Relation.CELL, own)
    words = free_words(page.scene, area, page.claims)
    page.claims.take(words)
    return make_pair(label.span, words, Relation.CELL, area)


def _answers(page: LinkedPage, label: PlacedLabel, area: BBox) -> bool | None:
    """Whether what stands in a box is a value of what the label asks; None where any words may be, or none are."""
    text = " ".join(word.text for word in free_words(page.scene, area, page.claims))
    return None if label.span.key is None else fits(label.span.key, text)


def _says_otherwise(page: LinkedPage, label: PlacedLabel, area: BBox) -> bool:
    return _answers(page, label, area) is False
