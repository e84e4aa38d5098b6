"""Which words a check box stands for, and which question it answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from extractor.knowledge.labels import match_column, match_label, match_section
from extractor.layout.lines import has_rule_between
from extractor.layout.scene import Scene, box_over
from models.record import BBox, bounding_box
from models.stages.layout import CheckBox, Line, Mark
from models.stages.text import Word

LABEL_REACH = 2.6
"""Text heights from a box to the first word of its label."""
CELL_REACH = 6.0
"""Text heights from a box alone in its cell to the first word of the next one."""
LONGEST_LABEL, LEAST_GAP = 4, 0.35
"""Words of a label behind a choice, and text heights that part it from the choice."""
LABEL_GAP = 1.5
"""Text heights: a wider gap ends a label."""
BAR_REACH = 4.0
"""Text heights from the title in a dark band down to the first box under it."""
QUESTION_REACH = 14.0
"""Text heights from a question on the left to the first box of its row."""
_PAIRS = ({"yes", "no"}, {"y", "n"}, {"m", "f"}, {"male", "female"}, {"true", "false"})


@dataclass(frozen=True, slots=True)
class Spot:
    """A box before its label is known. ``words`` are those that recognition read for the box itself."""

    bbox: BBox
    is_checked: bool | None
    mark: Mark
    ink: float | None = None
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    """The boxes and words of one height, each from left to right."""

    spots: tuple[Spot, ...]
    words: tuple[Word, ...]


def place_choices(scene: Scene, spots: Sequence[Spot], rings: Sequence[tuple[BBox, Word]]) -> tuple[CheckBox, ...]:
    """Check boxes with label and question, and ringed words with the words they were chosen from."""
    rows = _make_rows(scene, spots)
    boxes: list[CheckBox] = []
    for row in rows:
        labels = _labels_of(scene, row)
        questions = _questions_on_row(scene, row, labels)
        for spot, label, question in zip(row.spots, labels, questions, strict=True):
            boxes.append(_make_box(spot, label, question))
    boxes = [_with_question_above(scene, box, boxes) for box in boxes]
    boxes += _ringed(scene, rings)
    return tuple(sorted(boxes, key=lambda box: (round(box.bbox.y_mid / 4), box.bbox.x0)))


def _make_rows(scene: Scene, spots: Sequence[Spot]) -> list[_Row]:
    groups: list[list[Spot]] = []
    for spot in sorted(spots, key=lambda each: each.bbox.y_mid):
        for group in groups:
            if abs(group[-1].bbox.y_mid - spot.bbox.y_mid) < 0.45 * max(spot.bbox.height, 0.8 * scene.text_height):
                group.append(spot)
                break
        else:
            groups.append([spot])
    rows = []
    for group in groups:
        own = {id(word) for spot in group for word in spot.words}
        level = sum(spot.bbox.y_mid for spot in group) / len(group)
        words = [
            word
            for line in scene.lines
            for word in line.words
            if id(word) not in own
            and abs(word.bbox.y_mid - level) < 0.62 * max(word.bbox.height, scene.text_height)
            and not any(_is_the_box(word, spot) for spot in group)
        ]
        rows.append(
            _Row(
                tuple(sorted(group, key=lambda spot: spot.bbox.x0)), tuple(sorted(words, key=lambda word: word.bbox.x0))
            )
        )
    return rows


def _is_the_box(word: Word, spot: Spot) -> bool:
    """Whether a short word is the box itself, read as a letter."""
    shared = word.bbox.intersection_area(spot.bbox)
    return len(word.text) <= 2 and shared > 0.4 * min(word.bbox.area, spot.bbox.area)


def _labels_of(scene: Scene, row: _Row) -> list[tuple[Word, ...]]:
    """Words right of each box; left of it where the row ends in a box and starts with a word."""
    right = [_run_right(scene, row, index) for index in range(len(row.spots))]
    if all(right) or right[-1]:
        return right
    left = [_run_left(scene, row, index) for index in range(len(row.spots))]
    if len(row.spots) == 1 and not left[0]:
        return [_rest_of_row(scene, row)]
    return left if all(left) else [after or before for after, before in zip(right, left, strict=True)]


def _rest_of_row(scene: Scene, row: _Row) -> tuple[Word, ...]:
    """All that stands right of a box alone in the first cell of its row: it ticks the row."""
    box = row.spots[0].bbox
    words = [word for word in row.words if word.bbox.x0 > box.x1]
    if not words or any(word.bbox.x1 < box.x0 for word in row.words):
        return ()
    is_near = words[0].bbox.x0 - box.x1 <= CELL_REACH * scene.text_height
    is_cell = has_rule_between(box, words[0].bbox, scene.rules.vertical)
    return tuple(words) if is_near and is_cell else ()


def _run_right(scene: Scene, row: _Row, index: int) -> tuple[Word, ...]:
    box = row.spots[index].bbox
    stop = row.spots[index + 1].bbox.x0 if index + 1 < len(row.spots) else scene.width
    run: list[Word] = []
    last = box
    for word in row.words:
        if word.bbox.x_mid < box.x1 or word.bbox.x0 < box.x_mid:
            continue
        reach = (LABEL_GAP if run else LABEL_REACH) * scene.text_height
        if (
            word.bbox.x_mid > stop
            or word.bbox.x0 - last.x1 > reach
            or has_rule_between(last, word.bbox, scene.rules.vertical)
        ):
            break
        run.append(word)
        last = word.bbox
        if word.text.endswith(":") and (first := _next_label(run, scene.text_height)):
            return tuple(run[:first])
    return tuple(run)


def _next_label(run: Sequence[Word], height: float) -> int | None:
    """Where in the words behind a box the label of another field begins that ends with their last word's colon."""
    for first in range(max(1, len(run) - LONGEST_LABEL), len(run)):
        is_apart = run[first].bbox.x0 - run[first - 1].bbox.x1 > LEAST_GAP * height
        if is_apart and match_label(" ".join(word.text for word in run[first:])):
            return first
    return None


def _run_left(scene: Scene, row: _Row, index: int) -> tuple[Word, ...]:
    box = row.spots[index].bbox
    stop = row.spots[index - 1].bbox.x1 if index else 0.0
    run: list[Word] = []
    last = box
    for word in reversed(row.words):
        if word.bbox.x_mid > box.x0:
            continue
        reach = (LABEL_GAP if run else LABEL_REACH) * scene.text_height
        if (
            word.bbox.x_mid < stop
            or last.x0 - word.bbox.x1 > reach
            or has_rule_between(word.bbox, last, scene.rules.vertical)
        ):
            break
        run.append(word)
        last = word.bbox
    return tuple(reversed(run))


def _questions_on_row(scene: Scene, row: _Row, labels: Sequence[tuple[Word, ...]]) -> list[str | None]:
    """For each box of a row the text left of it that is no box's label, else the one of the box before it.

    A line between columns ends a question's reach.
    """
    taken = {id(word) for label in labels for word in label}
    free = [word for word in row.words if id(word) not in taken]
    found: list[str | None] = []
    for index, spot in enumerate(row.spots):
        before = row.spots[index - 1].bbox if index else None
        own = _run_before(scene, spot.bbox, [w for w in free if before is None or w.bbox.x0 > before.x1])
        is_parted = before is not None and has_rule_between(before, spot.bbox, scene.rules.vertical)
        inherited = found[-1] if found and not is_parted else None
        found.append(" ".join(word.text for word in own) or inherited)
    return found


def _run_before(scene: Scene, box: BBox, words: Sequence[Word]) -> list[Word]:
    """The words that end close left of a box, without a line between."""
    run: list[Word] = []
    last = box
    for word in reversed(words):
        if word.bbox.x_mid > box.x0:
            continue
        reach = (LABEL_GAP if run else QUESTION_REACH) * scene.text_height
        if last.x0 - word.bbox.x1 > reach or has_rule_between(word.bbox, last, scene.rules.vertical):
            break
        run.insert(0, word)
        last = word.bbox
    return run


def _with_question_above(scene: Scene, box: CheckBox, boxes: Sequence[CheckBox]) -> CheckBox:
    """For a list of boxes under each other: the line above the topmost, if it ends like a question or is a title."""
    if box.question:
        return box
    top = box
    for _ in range(60):
        above = [
            other
            for other in boxes
            if abs(other.bbox.x0 - top.bbox.x0) < 0.6 * scene.text_height
            and 0 < top.bbox.y_mid - other.bbox.y_mid < 2.6 * scene.text_height
        ]
        if not above:
            break
        top = max(above, key=lambda other: other.bbox.y_mid)
        if top.question:
            return box.model_copy(update={"question": top.question})
    starts = [other for other in boxes if abs(other.bbox.y_mid - top.bbox.y_mid) < 0.5 * scene.text_height]
    starts = [other for other in starts if not has_rule_between(other.bbox, top.bbox, scene.rules.vertical)] or [top]
    first = min(starts, key=lambda other: other.bbox.x0).bbox
    line = _line_above(scene, top.bbox, boxes) or _line_above(scene, first, boxes)
    return box.model_copy(update={"question": line.text}) if line else box


def _line_above(scene: Scene, box: BBox, boxes: Sequence[CheckBox]) -> Line | None:
    """The closest line above a box that starts near its left, reads like a question and belongs to no other box."""
    height = scene.text_height
    near = [
        line
        for line in scene.lines
        if 0 < box.top - line.bbox.y_mid < (BAR_REACH if _is_in_bar(scene, line) else 2.4) * height
        and -height < box.x0 - line.bbox.x0 < 8 * height
        and _may_ask(scene, line)
        and not _heads_column(scene, line)
        and not any(
            abs(other.bbox.y_mid - line.bbox.y_mid) < 0.6 * height and other.bbox.x1 > line.bbox.x0 - 20
            for other in boxes
        )
    ]
    return max(near, key=lambda line: line.bbox.y_mid, default=None)


def _heads_column(scene: Scene, line: Line) -> bool:
    """Whether a line is one of the heads of a table, which ask about all that stands in their column."""
    row = next((row for row in scene.rows if any(each is line for each in row)), ())
    return sum(match_column(each.text) is not None for each in row) > 1


def _may_ask(scene: Scene, line: Line) -> bool:
    text = line.text
    if text.endswith((":", "?", ")", "*")) or text[:1].isdigit() or _is_in_bar(scene, line):
        return True
    return box_over(scene, line.bbox) is None and bool(match_label(text) or match_section(text))


def _is_in_bar(scene: Scene, line: Line) -> bool:
    """Whether a line stands in a dark band, as titles do."""
    return any(bar.intersection_area(line.bbox) > 0.65 * line.bbox.area for bar in scene.rules.bars)


def _ringed(scene: Scene, rings: Sequence[tuple[BBox, Word]]) -> list[CheckBox]:
    boxes: list[CheckBox] = []
    seen: set[int] = set()
    for ring, word in rings:
        row = next((row for row in scene.rows if any(each is word for line in row for each in line.words)), ())
        words = [each for line in row for each in line.words]
        at = next((index for index, each in enumerate(words) if each is word), None)
        if at is None or id(word) in seen:
            continue
        rivals = _rivals(words, at)
        first = min([word, *rivals], key=lambda each: each.bbox.x0)
        question = " ".join(each.text for each in words if each.bbox.x1 <= first.bbox.x0 + 1) or None
        seen.update(id(each) for each in (word, *rivals))
        boxes.append(_choice(word, ring, True, question))
        for rival in rivals:
            ringed = next((box for box, other in rings if other is rival), None)
            boxes.append(_choice(rival, ringed or rival.bbox, ringed is not None, question))
    return boxes


def _rivals(words: Sequence[Word], at: int) -> list[Word]:
    """The other words of a pair such as Yes/No beside a ringed word."""
    plain = [_plain(word) for word in words]
    for pair in _PAIRS:
        if plain[at] in pair:
            return [
                words[index]
                for index in range(max(0, at - 2), min(len(words), at + 3))
                if index != at and plain[index] in pair - {plain[at]}
            ]
    return []


def _choice(word: Word, box: BBox, is_checked: bool, question: str | None) -> CheckBox:
    return CheckBox(
        bbox=box,
        is_checked=is_checked,
        mark=Mark.RING if is_checked else Mark.NONE,
        label=word.text.strip("/,;"),
        label_bbox=word.bbox,
        question=question,
    )


def _plain(word: Word) -> str:
    return word.text.casefold().strip(".,/;:()[]")


def _make_box(spot: Spot, label: tuple[Word, ...], question: str | None) -> CheckBox:
    return CheckBox(
        bbox=spot.bbox,
        is_checked=spot.is_checked,
        mark=spot.mark,
        label=" ".join(word.text for word in label),
        label_bbox=bounding_box([word.bbox for word in label]) if label else None,
        question=question,
        ink=spot.ink,
    )
