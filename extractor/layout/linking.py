"""What linking labels to values needs throughout one page: who has taken which word, what stands on one row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extractor.layout.label_places import PlacedLabel
from extractor.layout.label_spans import LabelSpan
from extractor.layout.scene import Scene, is_level
from models.record import BBox
from models.stages.layout import CheckBox, KeyValue, Relation
from models.stages.text import Word

BLANK = re.compile(r"^[_\W]*_{2,}[_\W]*$|^[.·…_]{3,}$")
"""Underscores or dots that stand for a line to write on."""


@dataclass(slots=True)
class Claims:
    """Which words are spoken for while one page is linked: positions by identity of the word."""

    labels: set[int] = field(default_factory=set)
    used: set[int] = field(default_factory=set)

    def is_free(self, word: Word) -> bool:
        """Whether a word belongs to no label and to no value yet."""
        return id(word) not in self.labels and id(word) not in self.used

    def take(self, words: Sequence[Word]) -> None:
        """Note words as part of a value."""
        self.used.update(id(word) for word in words)


@dataclass(frozen=True, slots=True)
class LinkedPage:
    """What linking one page needs throughout."""

    scene: Scene
    placed: tuple[PlacedLabel, ...]
    checkboxes: tuple[CheckBox, ...]
    claims: Claims


def next_on_row(placed: Sequence[PlacedLabel], label: PlacedLabel, limit: float) -> float:
    """Where the next label on the same row starts, at most ``limit`` (points)."""
    box = label.box
    return min(
        [
            limit,
            *(
                other.box.x0 - 1
                for other in placed
                if other is not label and is_level(other.box, box) and other.box.x0 > box.x1
            ),
        ]
    )


def free_words(scene: Scene, area: BBox, claims: Claims) -> tuple[Word, ...]:
    """The words whose middle is in an area and that nobody has taken, row by row."""
    return tuple(
        word
        for line in scene.lines
        for word in line.words
        if claims.is_free(word)
        and not BLANK.match(word.text)
        and area.x0 <= word.bbox.x_mid <= area.x1
        and area.top <= word.bbox.y_mid <= area.bottom
    )


def make_pair(span: LabelSpan, value: tuple[Word, ...], relation: Relation, area: BBox) -> KeyValue:
    """What ``value``, which stands in ``area``, says of a label."""
    return KeyValue(label=span.text, label_bbox=span.bbox, value=value, relation=relation, area=area, key=span.key)
