"""Entities of a page with the words and the box they were read from."""

from bisect import bisect_right
from datetime import date

from extractor.ner.entities import find_entities
from models.record import BBox, bounding_box
from models.stages.entities import EntityLabel, LocatedEntity
from models.stages.layout import Layout
from models.stages.text import Word


def page_entities(layout: Layout, *, today: date | None = None, is_learned: bool = True) -> tuple[LocatedEntity, ...]:
    """All entities of ``layout.text``, each with its words; an entity may run over a line's end.

    People that only the model sees are left out: measured on faxes, they add nothing to what labels and titles say.
    """
    starts, words = _word_offsets(layout)
    located = []
    for entity in find_entities(layout.text, today=today, is_learned=is_learned):
        if entity.label is EntityLabel.PERSON and not entity.is_by_rule:
            continue
        first = max(0, bisect_right(starts, entity.start) - 1)
        held = tuple(
            word
            for start, word in zip(starts[first:], words[first:], strict=True)
            if start < entity.end and start + len(word.text) > entity.start
        )
        if held:
            box: BBox = bounding_box([word.bbox for word in held])
            located.append(LocatedEntity(entity=entity, page_no=layout.page_no, words=held, bbox=box))
    return tuple(located)


def _word_offsets(layout: Layout) -> tuple[list[int], list[Word]]:
    """Where each word starts in ``layout.text``: words joined by one space, lines by one line feed."""
    starts: list[int] = []
    words: list[Word] = []
    at = 0
    for line in layout.lines:
        for word in line.words:
            starts.append(at)
            words.append(word)
            at += len(word.text) + 1
        if not line.words:
            at += 1
    return starts, words
