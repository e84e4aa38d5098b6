"""Forms whose captions stand right below what is written, without a line between.

Told by the rows of the page: a row of known labels close below a row of other text, and farther from the row that
follows; or, however the rows are spaced, by what stands over and under the captions: a telephone number over
``Phone`` and a street under it. Where several rows are so, that is the form's style, and its captions are answered
from above only.
"""

from collections.abc import Sequence, Set
from statistics import median

from extractor.knowledge.labels import match_label
from extractor.knowledge.value_kinds import fits
from extractor.layout.label_places import PlacedLabel
from extractor.layout.label_spans import make_label
from extractor.layout.linking import BLANK, Claims, make_pair
from extractor.layout.scene import Scene
from models.record import BBox, bounding_box, lies_on
from models.stages.layout import KeyValue, Line, Relation

FEWEST_ROWS = 3
"""Rows of captions that make them the style of a form."""
KNOWN_SHARE = 0.5
"""Of a row's pieces that are known labels."""
CLOSE, FARTHER = 0.75, 1.6
"""Text heights from what is written down to its caption; how many times farther the next row must be."""
LONGEST = 7
"""Words of a caption."""
ALIKE = 0.1
"""Of its height by which a caption may differ from another."""
MOST_TOLD, FAR = 0.6, 2.0
"""Of a row's pieces that are known labels, where values tell; text heights to what may answer them."""
LARGER = 1.25
"""A caption is no larger than so many times what is written over it."""
BESIDE = 4.0
"""Points by which writing may begin left of its caption."""
SET_IN = 16.0
"""Points by which a caption begins right of its line where it stands in the middle of that."""


def read_undercaptions(scene: Scene, claims: Claims, taken: Sequence[BBox]) -> list[KeyValue]:
    """The captions of such a form, each with what is written above it, their words claimed; none on any other form.

    ``taken`` are the titles of sections, which head nothing where they stand among captions, and the labels of check
    boxes.
    """
    rows = [row if len(row) > 1 else tuple(line for line in row if line.bbox not in taken) for row in scene.rows]
    rows = [tuple(line for line in row if not _is_note(line)) for row in rows]
    rows = [row for row in rows if row]
    told = {place for place in _rows_told_by_values(scene, rows) if not _are_set_in(scene, rows[place])}
    places = [place for place in range(1, len(rows)) if place in told or _is_caption_row(scene, rows, place)]
    if len(places) < FEWEST_ROWS:
        return []
    pairs: list[KeyValue] = []
    for place in places:
        captions = [line for line in rows[place] if _may_be_caption(line)]
        for number, caption in enumerate(captions):
            right = captions[number + 1].bbox.x0 - BESIDE if number + 1 < len(captions) else scene.width
            pairs.append(_pair(caption, rows[place - 1], right, claims, taken))
    return pairs


def _pair(caption: Line, above: Sequence[Line], right: float, claims: Claims, taken: Sequence[BBox]) -> KeyValue:
    left, box = caption.bbox.x0 - BESIDE, caption.bbox
    value = tuple(
        word
        for line in above
        if match_label(line.text) is None or _is_over(line, caption)
        for word in line.words
        if left <= word.bbox.x0
        and word.bbox.x_mid < right
        and claims.is_free(word)
        and not BLANK.match(word.text)
        and not lies_on(word.bbox, taken)
    )
    claims.take(value)
    claims.labels.update(id(word) for word in caption.words)
    top = min((word.bbox.top for word in value), default=box.top - 1.5 * box.height)
    return make_pair(make_label(caption.words), value, Relation.ABOVE, BBox(left, top, right, box.top))


def _is_caption_row(scene: Scene, rows: Sequence[Sequence[Line]], place: int) -> bool:
    row, above = rows[place], rows[place - 1]
    captions = [line for line in row if _may_be_caption(line)]
    if not captions or not above or _is_under_lines(scene, captions):
        return False
    known = [line for line in captions if match_label(line.text) is not None]
    if len(known) < max(1.0, KNOWN_SHARE * len(row)) or len(captions) < 0.8 * len(row):
        return False
    over = [line for line in above if any(_is_over(line, caption) for caption in captions)]
    if not over or sum(match_label(line.text) is not None for line in over) > 0.34 * len(over):
        return False
    height = median(line.bbox.height for line in over)
    gap = bounding_box([line.bbox for line in captions]).top - bounding_box([line.bbox for line in over]).bottom
    if gap > CLOSE * height or median(line.bbox.height for line in captions) > LARGER * height:
        return False
    following = rows[place + 1] if place + 1 < len(rows) else ()
    below = [line.bbox.top for line in following if any(_is_over(caption, line) for caption in captions)]
    bottom = max(line.bbox.bottom for line in captions)
    return not below or min(below) - bottom > max(FARTHER * max(gap, 0.0), 0.2 * height)


def _rows_told_by_values(scene: Scene, rows: Sequence[Sequence[Line]]) -> frozenset[int]:
    """The rows of captions whose answers fit what stands over them and not what stands under them.

    A row of known labels alone speaks; those whose neighbours to the right are no labels are answered there.
    """
    over, under = set[int](), 0
    for place in range(1, len(rows)):
        labels = [(line, match_label(line.text)) for line in rows[place]]
        known = [(line, found[0]) for line, found in labels if found is not None and _may_be_caption(line)]
        if len(known) < max(MOST_TOLD * len(labels), 1.0):
            continue
        below = rows[place + 1] if place + 1 < len(rows) else ()
        votes = sum(_vote(line, key, rows[place - 1], below, scene.text_height) for line, key in known)
        over.update([place] if votes > 0 else [])
        under += votes < 0
    if len(over) < FEWEST_ROWS or len(over) <= 2 * under:
        return frozenset()
    return frozenset(over) | _rows_alike(rows, over)


def _rows_alike(rows: Sequence[Sequence[Line]], told: Set[int]) -> frozenset[int]:
    """Further rows of captions: of the size of those that are told, and as far below writing of another size."""
    size = median(line.bbox.height for place in told for line in rows[place])
    gap = median(_gap(rows[place - 1], rows[place]) for place in told)

    def is_small(line: Line) -> bool:
        return abs(line.bbox.height - size) < ALIKE * size

    return frozenset(
        place
        for place in range(1, len(rows))
        if place - 1 not in told
        and all(is_small(line) and _may_be_caption(line) for line in rows[place])
        and any(_is_over(over, line) and not is_small(over) for over in rows[place - 1] for line in rows[place])
        and abs(_gap(rows[place - 1], rows[place]) - gap) < 0.5 * size
    )


def _gap(above: Sequence[Line], row: Sequence[Line]) -> float:
    return min(line.bbox.top for line in row) - max(line.bbox.bottom for line in above)


def _vote(caption: Line, key: str, above: Sequence[Line], below: Sequence[Line], height: float) -> int:
    """1 where only what is over a caption can answer it, -1 where only what is under it can, else 0."""
    up = [line for line in above if _is_over(line, caption) and caption.bbox.top - line.bbox.bottom < FAR * height]
    down = [line for line in below if _is_over(caption, line) and line.bbox.top - caption.bbox.bottom < FAR * height]
    is_up = any(match_label(line.text) is None and fits(key, line.text) for line in up)
    is_down = any(match_label(line.text) is None and fits(key, line.text) for line in down)
    return int(is_up) - int(is_down)


def _is_under_lines(scene: Scene, captions: Sequence[Line]) -> bool:
    """Whether most captions of a row stand under lines to write on: what stands over those is theirs, however tall."""
    return 2 * sum(bool(_lines_over(scene, line)) for line in captions) > len(captions)


def _are_set_in(scene: Scene, captions: Sequence[Line]) -> bool:
    """Whether most captions of a row stand in the middle under lines to write on: their left edge says nothing then."""
    starts = [(line.bbox.x0, min((rule.x0 for rule in _lines_over(scene, line)), default=None)) for line in captions]
    return 2 * sum(rule is not None and left - rule > SET_IN for left, rule in starts) > len(captions)


def _lines_over(scene: Scene, caption: Line) -> list[BBox]:
    """The lines to write on that a caption stands under."""
    box = caption.bbox
    return [
        rule
        for rule in scene.rules.horizontal
        if box.top - 0.9 * scene.text_height < rule.y_mid < box.top + 0.3 * box.height and rule.x_overlap(box) > 0
    ]


def _is_note(line: Line) -> bool:
    """Whether a piece is the rest of a caption: ``(MM/DD/YYYY)``."""
    return line.text.startswith("(") and line.text.endswith(")") and not any(c.isdigit() for c in line.text)


def _is_over(upper: Line, lower: Line) -> bool:
    """Whether two pieces share a column."""
    return upper.bbox.x_overlap(lower.bbox) > 0


def _may_be_caption(line: Line) -> bool:
    has_letters = any(letter.isalpha() for letter in line.text)
    is_cut = line.text.rstrip().endswith((":", ".", ",")) and len(line.text) > len("M.I.")
    return has_letters and len(line.words) <= LONGEST and not is_cut


def drop_captioned(placed: Sequence[PlacedLabel], claims: Claims) -> tuple[PlacedLabel, ...]:
    """The labels without captions that were read, and without known words that are what is written over one."""
    return tuple(label for label in placed if all(claims.is_free(word) for word in label.span.words))
