"""Labels and what is written for them.

Labels come from the vocabulary, from colons, and from the ruled structure. A value is looked for to the right
first, then inside the same box, below, and above (a caption under a line). It ends at the next label, at a check
box, at a box border and at a column gap; a word belongs to one label only.
"""

from collections.abc import Sequence

from extractor.layout.combs import answer_combs, combs_over, read_combs
from extractor.layout.label_places import LOWEST, PlacedLabel, has_line_below, place_labels
from extractor.layout.label_spans import LabelSpan
from extractor.layout.linking import Claims, LinkedPage, free_words, make_pair, next_on_row
from extractor.layout.right_values import read_right
from extractor.layout.scene import Scene, box_over, is_inside, is_level
from extractor.layout.trailing_labels import find_trailing
from extractor.layout.undercaptions import drop_captioned, read_undercaptions
from models.record import BBox, bounding_box
from models.stages.layout import CheckBox, KeyValue, Relation, Section
from models.stages.text import Word

CLOSE = 0.45
"""Text heights from a line down to its caption, where another line follows."""
OPTIONAL, HINT = "(optional)", 1.5
"""The end of a hint on a form that was filled in on a screen, and the text heights from its label down to it."""
LOWEST_LINE = 5.0
"""Text heights from a label down to a line with room to sign."""


def find_key_values(
    scene: Scene, checkboxes: Sequence[CheckBox] = (), sections: Sequence[Section] = ()
) -> tuple[KeyValue, ...]:
    """All label-value pairs of a page in the order of their labels; values may be empty."""
    placed = _without_hints(place_labels(scene, checkboxes, sections))
    claims = Claims()
    trailing = find_trailing(scene, claims)
    placed = tuple(label for label in placed if not trailing or label.span.has_colon)
    choices = [box.label_bbox for box in checkboxes if box.label_bbox]
    under = read_undercaptions(scene, claims, [*(section.title_bbox for section in sections), *choices])
    placed = drop_captioned(placed, claims)
    page = LinkedPage(scene, placed, tuple(checkboxes), claims)
    titles = {section.title_bbox for section in sections}
    claims.labels.update(id(word) for line in scene.lines if line.bbox in titles for word in line.words)
    for label in placed:
        claims.labels.update(id(word) for word in label.span.words)
    answered = _take_choices(page)
    pairs: dict[int, KeyValue] = dict(answered)
    for index, label in enumerate(placed):
        if index not in pairs and (pair := _read_combs(page, label)):
            pairs[index] = pair
    for index, label in enumerate(placed):
        if index not in pairs and (pair := _read_box_below(page, label) or read_right(page, label)):
            pairs[index] = pair
    for index, label in enumerate(placed):
        if index not in pairs:
            pairs[index] = _read_around(page, label)
    found = tuple(pairs[index] for index in range(len(placed)) if not _is_noise(pairs[index], placed[index].span))
    return (*trailing, *under, *found)


def _without_hints(placed: tuple[PlacedLabel, ...]) -> tuple[PlacedLabel, ...]:
    """The labels without those that only say in the box below one what may be written there: ``Suffix (optional)``."""

    def is_hint(label: PlacedLabel) -> bool:
        box = label.box
        return label.span.text.endswith(OPTIONAL) and any(
            other is not label
            and other.span.key == label.span.key
            and 0 < box.top - other.box.bottom < HINT * box.height
            and other.box.x_overlap(box) > 0
            for other in placed
        )

    return tuple(label for label in placed if not is_hint(label))


def _take_choices(page: LinkedPage) -> dict[int, KeyValue]:
    """Labels that check boxes answer: the value is the labels of the checked ones."""
    pairs: dict[int, KeyValue] = {}
    words = [word for line in page.scene.lines for word in line.words]
    for index, label in enumerate(page.placed):
        question = label.span.text
        boxes = [
            box
            for box in page.checkboxes
            if (box.question or "").endswith(question) and _is_near(page.scene, box, label.box)
        ]
        if not boxes:
            continue
        chosen = [box.label_bbox for box in boxes if box.is_checked and box.label_bbox]
        value = tuple(
            word for word in words if any(is_inside(word.bbox, box) for box in chosen) and page.claims.is_free(word)
        )
        page.claims.take(
            [word for word in words for box in boxes if box.label_bbox and is_inside(word.bbox, box.label_bbox)]
        )
        area = bounding_box([box.label_bbox or box.bbox for box in boxes])
        pairs[index] = make_pair(label.span, value, Relation.RIGHT, area)
    return pairs


def _is_near(scene: Scene, box: CheckBox, label: BBox) -> bool:
    return -scene.text_height < box.bbox.y_mid - label.y_mid < 14 * scene.text_height


def _read_box_below(page: LinkedPage, label: PlacedLabel) -> KeyValue | None:
    """What stands in the box that a label is the caption of."""
    area = label.box_below
    if area is None:
        return None
    words = free_words(page.scene, area, page.claims)
    page.claims.take(words)
    return make_pair(label.span, words, Relation.INSIDE, area)


def _read_combs(page: LinkedPage, label: PlacedLabel) -> KeyValue | None:
    """The characters in the comb over a caption, right of a label, or below it, joined."""
    box, scene = label.box, page.scene
    over = None if label.span.has_colon else box_over(scene, box)
    if over is not None and any(is_inside(other.box, over) for other in page.placed if other is not label):
        over = None  # that box has a label of its own, which what is written in it answers
    right = next_on_row(page.placed, label, label.field.x1 if label.field else scene.width)
    if over is not None:
        combs = combs_over(scene.rules.combs, over, right)
        if not combs:
            words = free_words(scene, over, page.claims)
            page.claims.take(words)
            return make_pair(label.span, words, Relation.ABOVE, over)
    else:
        combs = answer_combs(scene.rules.combs, box, right, scene.text_height)
    if not combs:
        return None
    area = bounding_box([comb.bbox for comb in combs])
    words = free_words(scene, BBox(area.x0 - 2, area.top - 3, area.x1 + 2, area.bottom + 3), page.claims)
    page.claims.take(words)
    return make_pair(label.span, read_combs(combs, words), Relation.COMB, area)


def _read_around(page: LinkedPage, label: PlacedLabel) -> KeyValue:
    """Inside the box, above a caption's line, else below; an empty value where nothing stands there."""
    span, box, cell = label.span, label.box, label.field
    right = next_on_row(page.placed, label, cell.x1 if cell else page.scene.width)
    if cell is not None:
        area = BBox(cell.x0, box.bottom - 0.25 * box.height, right, cell.bottom)
        words = _before_labels(page.scene, page.placed, area, free_words(page.scene, area, page.claims))
        page.claims.take(words)
        return make_pair(span, words, Relation.INSIDE, area)
    line = _caption_line(page.scene, label)
    if line is not None:
        area = BBox(
            min(line.x0, box.x0) - 2, line.top - 1.8 * page.scene.text_height, min(right, line.x1), line.bottom + 1
        )
        words = free_words(page.scene, area, page.claims)
        if words or not _parts_rows(page, label, line):
            page.claims.take(words)
            return make_pair(span, words, Relation.ABOVE, area)
    reach = max(1.4 * page.scene.text_height + box.height, _to_line(page, label))
    area = BBox(
        box.x0 - page.scene.text_height,
        box.bottom - 1,
        max(box.x1, right - 0.5 * page.scene.text_height),
        box.bottom + reach,
    )
    words = _below(page, label, area)
    page.claims.take(words)
    return make_pair(span, words, Relation.BELOW, area)


def _to_line(page: LinkedPage, label: PlacedLabel) -> float:
    """Points from a label down to the line to write on that begins under it, nothing but writing between; else 0.

    The room to sign in stands under ``Signature`` and, as tall, under the ``Date`` beside it.
    """
    box, height = label.box, page.scene.text_height
    lines = [
        rule.y_mid
        for rule in page.scene.rules.horizontal
        if LOWEST[0] * height < rule.y_mid - box.bottom < LOWEST_LINE * height
        and abs(rule.x0 - box.x0) < 1.5 * height
        and rule.width < 0.8 * page.scene.width
    ]
    if label.span.has_colon or not lines:
        return 0.0
    line = min(lines)
    is_between = any(box.bottom < other.box.y_mid < line and other.box.x_overlap(box) > 0 for other in page.placed)
    return 0.0 if is_between else line - box.bottom + 1


def _below(page: LinkedPage, label: PlacedLabel, area: BBox) -> tuple[Word, ...]:
    """The line right under a label, if it starts under the label and no label or box stands in it."""
    if any(area.intersection_area(check.bbox) > 0 for check in page.checkboxes):
        return ()
    words = free_words(page.scene, area, page.claims)
    if not words:
        return ()
    top = min(word.bbox.top for word in words)
    first = [word for word in words if word.bbox.top < top + 0.6 * page.scene.text_height]
    run = [first[0]]
    for word in first[1:]:
        if word.bbox.x0 - run[-1].bbox.x1 > 2.2 * page.scene.text_height:
            break
        run.append(word)
    starts_under = run[0].bbox.x0 < label.box.x1 + page.scene.text_height
    owners = [line for line in page.scene.lines if any(word is run[0] for word in line.words)]
    begins_line = bool(owners) and owners[0].words[0] is run[0]
    has_label = any(
        other.box.y_overlap(run[0].bbox) > 0.4 * run[0].bbox.height
        and other.box.x1 <= run[0].bbox.x0 + 1
        and run[0].bbox.x0 - other.box.x1 < 40
        for other in page.placed
    )
    return tuple(run) if starts_under and begins_line and not has_label else ()


def _parts_rows(page: LinkedPage, label: PlacedLabel, line: BBox) -> bool:
    """Whether a line over a label runs over others of its row too, with nothing on it: it heads what stands below."""
    height = page.scene.text_height
    level = [other for other in page.placed if other is not label and is_level(other.box, label.box)]
    is_shared = any(line.x0 - 6 <= other.box.x_mid <= line.x1 + 6 for other in level)
    over = BBox(line.x0, line.top - 1.8 * height, line.x1, line.top)
    return is_shared and not free_words(page.scene, over, page.claims)


def _caption_line(scene: Scene, label: PlacedLabel) -> BBox | None:
    """The line that a label without colon stands under, where it is not a border of the label's box."""
    box = label.box
    if label.span.has_colon:
        return None
    lines = [
        rule
        for rule in scene.rules.horizontal
        if box.top - 0.9 * scene.text_height - 2 < rule.y_mid < box.top + 0.3 * box.height
        and rule.x0 - 6 <= box.x_mid <= rule.x1 + 6
        and rule.width < 0.8 * scene.width
    ]
    nearest = max(lines, key=lambda rule: rule.y_mid, default=None)
    if nearest is not None and box.top - nearest.y_mid > CLOSE * scene.text_height and has_line_below(scene, box):
        return None
    return nearest


def _before_labels(scene: Scene, placed: Sequence[PlacedLabel], area: BBox, words: Sequence[Word]) -> tuple[Word, ...]:
    """The words of an area above the next label in it."""
    tops = [other.box.top for other in placed if is_inside(other.box, area) and other.box.top > area.top]
    limit = min(tops, default=area.bottom) + 0.3 * scene.text_height
    return tuple(word for word in words if word.bbox.y_mid < limit)


def _is_noise(pair: KeyValue, span: LabelSpan) -> bool:
    """A known label alone on a line, without colon, line or box, and with nothing written: a title or a word."""
    return not pair.value and not span.has_colon and pair.relation is Relation.BELOW and span.key is None
