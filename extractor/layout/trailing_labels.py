"""Forms whose labels stand in brackets behind what is written: ``Roe (last name)  Jane (first name)``."""

from collections.abc import Iterator

from extractor.knowledge.labels import match_label
from extractor.layout.label_spans import LabelSpan
from extractor.layout.linking import BLANK, Claims
from extractor.layout.scene import Scene
from models.record import BBox, bounding_box
from models.stages.layout import KeyValue, Relation
from models.stages.text import Word

FEWEST = 4
"""Known labels in brackets behind text that show that the form is of this kind."""
LONGEST = 6
"""Words of a label in brackets."""


def find_trailing(scene: Scene, claims: Claims) -> list[KeyValue]:
    """The pairs of such a form, their words claimed; none on any other form."""
    margin = min((line.bbox.x0 for line in scene.lines), default=0.0)
    pairs = [pair for row in scene.rows for pair in _pairs_of([word for line in row for word in line.words], margin)]
    known = sum(pair.key is not None and bool(pair.value) for pair in pairs)
    if known < FEWEST:
        return []
    for pair in pairs:
        claims.take(pair.value)
        claims.labels.update(
            id(word)
            for line in scene.lines
            for word in line.words
            if word.bbox.intersection_area(pair.label_bbox) > 0.5 * word.bbox.area
        )
    return pairs


def _pairs_of(words: list[Word], margin: float) -> Iterator[KeyValue]:
    """The pairs of one row: what stands between one closing bracket and the next opening one is answered there."""
    ordered = sorted(words, key=lambda word: word.bbox.x0)
    start, left = 0, margin
    for span, first, last in _brackets(ordered):
        value = tuple(word for word in ordered[start:first] if not BLANK.match(word.text))
        area = BBox(min(left, span.bbox.x0), span.bbox.top, span.bbox.x0, span.bbox.bottom)
        yield KeyValue(
            label=span.text.strip("() "),
            label_bbox=span.bbox,
            value=value,
            relation=Relation.LEFT,
            area=area,
            key=span.key,
        )
        start, left = last, span.bbox.x1


def _brackets(words: list[Word]) -> Iterator[tuple[LabelSpan, int, int]]:
    """Runs of words from an opening bracket to the closing one, with their places."""
    first: int | None = None
    for place, word in enumerate(words):
        if word.text.startswith("(") and not word.text[1:2].isdigit():
            first = place
        if first is not None and word.text.endswith(")"):
            run = tuple(words[first : place + 1])
            if len(run) <= LONGEST:
                text = " ".join(each.text for each in run).strip("() ")
                key, score = match_label(text) or (None, 0.0)
                box = bounding_box([each.bbox for each in run])
                yield LabelSpan(run, box, key, score, has_colon=False), first, place + 1
            first = None
