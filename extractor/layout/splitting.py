"""Words that recognition ran together: ``DOB:01/02/1980`` is a label and its value."""

import re
from collections.abc import Sequence
from itertools import pairwise

from extractor.knowledge.labels import match_label
from extractor.layout.pitch import fits_behind
from models.record import BBox
from models.stages.text import Word

_COLON = re.compile(r"^(?P<label>[^\s:]*[A-Za-z#.)*][^\s:]*:)(?P<rest>[^\s:/\\].*)$")
_NOT_A_LABEL = re.compile(r"^(?:https?|mailto|ftp|urn):|^\W*\d{1,2}:\d{2}", re.IGNORECASE)
_CASE_CHANGE = re.compile(r"(?<=[a-z#.])(?=[A-Z0-9(])")
_GLYPH = re.compile(r"^(?P<glyph>[☐☑☒✓✔✗✘□■○●◯▢❏❑⬜]|\[[ xX✓vV]?\]|\([ xX✓]?\))(?P<rest>[A-Za-z0-9].*)$")
_LIKE_A_BOX = frozenset("Oo0DQCUG[]()|□☐☒☑■XxVv✓/\\IlB8")
SHORTEST_LABEL = 7
"""Letters of a known label that may end inside a word without a colon."""


def split_words(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Cut words after a colon, after a check-box glyph, and where a known label ends in a change of case.

    The boxes of the parts share the word's box by their number of characters; the recogniser's time steps
    cannot be shared out that way and are dropped from the parts.
    """
    return tuple(part for word in words for part in _split(word))


def split_at_boxes(words: tuple[Word, ...], boxes: Sequence[BBox]) -> tuple[Word, ...]:
    """Cut words in which check boxes stand: "OMF" over two boxes is "M" and "F".

    A character whose place is in a box and that looks like one is dropped; every other goes to the nearest run
    of text beside the boxes.
    """
    parts: list[Word] = []
    for word in words:
        x0, top, x1, bottom = word.bbox
        inside = sorted(
            box
            for box in boxes
            if x0 < box.x_mid < x1 and top < box.y_mid < bottom and box.width < 0.8 * word.bbox.width
        )
        parts += _share_out(word, inside, words) if inside and len(word.text) > 1 else [word]
    return tuple(parts)


def _share_out(word: Word, boxes: Sequence[BBox], words: Sequence[Word]) -> list[Word]:
    edges = [word.bbox.x0, *(edge for box in boxes for edge in (box.x0, box.x1)), word.bbox.x1]
    spaces = [(left, right) for left, right in zip(edges[::2], edges[1::2], strict=True) if right - left > 2]
    if not spaces:
        return [word]
    step = word.bbox.width / len(word.text)
    is_first = len(boxes) == 1 and boxes[0].x0 < word.bbox.x0 + 3
    is_passed_over = is_first and fits_behind(word, boxes[0].x1, words)
    runs: dict[int, list[int]] = {}
    for index, character in enumerate(word.text):
        at = word.bbox.x0 + (index + 0.5) * step
        in_box = any(box.x0 - 0.3 * step <= at <= box.x1 + 0.3 * step for box in boxes)
        if in_box and character in _LIKE_A_BOX and not (index == 0 and is_passed_over):
            continue
        nearest = min(range(len(spaces)), key=lambda number: max(spaces[number][0] - at, at - spaces[number][1], 0.0))
        runs.setdefault(nearest, []).append(index)
    parts = []
    for number, indexes in sorted(runs.items()):
        left, right = spaces[number]
        first, last = indexes[0], indexes[-1] + 1
        scores = word.char_confidences[first:last] if len(word.char_confidences) == len(word.text) else ()
        box = BBox(left, word.bbox.top, right, word.bbox.bottom)
        update = {"text": word.text[first:last], "bbox": box, "char_confidences": scores, "steps": None}
        parts.append(word.model_copy(update=update))
    return parts


def cut_word(word: Word, *cuts: int) -> tuple[Word, ...]:
    """The parts of a word between character positions."""
    edges = [0, *sorted(cuts), len(word.text)]
    width = word.bbox.width / len(word.text)
    parts = []
    for first, last in pairwise(edges):
        if first == last:
            continue
        box = BBox(word.bbox.x0 + first * width, word.bbox.top, word.bbox.x0 + last * width, word.bbox.bottom)
        scores = word.char_confidences[first:last] if len(word.char_confidences) == len(word.text) else ()
        parts.append(
            word.model_copy(
                update={"text": word.text[first:last], "bbox": box, "char_confidences": scores, "steps": None}
            )
        )
    return tuple(parts)


def _split(word: Word) -> tuple[Word, ...]:
    if glyph := _GLYPH.match(word.text):
        head, *tail = cut_word(word, len(glyph["glyph"]))
        return (head, *(part for rest in tail for part in _split(rest)))
    if _NOT_A_LABEL.match(word.text):
        return (word,)
    if colon := _COLON.match(word.text):
        head, *tail = cut_word(word, len(colon["label"]))
        return (head, *(part for rest in tail for part in _split(rest)))
    if len(word.text) > SHORTEST_LABEL:
        for change in reversed([found.start() for found in _CASE_CHANGE.finditer(word.text)]):
            if change >= SHORTEST_LABEL and (found := match_label(word.text[:change])) and found[1] == 1.0:
                return cut_word(word, change)
    return (word,)
