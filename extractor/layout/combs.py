"""Combs: rows of boxes that take one character each, and the words written in them."""

import re
from collections.abc import Sequence

from extractor.layout.rules import Comb
from extractor.layout.squares import Square
from models.record import BBox, bounding_box
from models.stages.text import Word

_SEPARATOR = re.compile(r"^[/.|-]$")

FEWEST_BOXES = 4
"""Boxes with hardly a gap between them that are a comb rather than choices."""
NEAR = 34.0
"""Points between two combs of one answer (month, day, year)."""


def part_rows(squares: Sequence[Square]) -> tuple[tuple[Comb, ...], tuple[Square, ...]]:
    """Rows of boxes that stand box by box with hardly a gap, as combs; and the boxes that are in none."""
    rows: list[list[Square]] = []
    for square in sorted(squares, key=lambda each: each.bbox.x0):
        box = square.bbox
        for row in rows:
            last = row[-1].bbox
            is_level = abs(last.y_mid - box.y_mid) < 0.3 * box.height and abs(last.width - box.width) < 0.25 * box.width
            if is_level and not square.is_round and 0 < box.x_mid - last.x_mid < 1.7 * box.width:
                row.append(square)
                break
        else:
            rows.append([square])
    combs = [row for row in rows if len(row) >= FEWEST_BOXES]
    used = {id(square) for row in combs for square in row}
    return (
        tuple(Comb(bounding_box([each.bbox for each in row]), tuple(each.bbox for each in row)) for row in combs),
        tuple(square for square in squares if id(square) not in used),
    )


def answer_combs(combs: Sequence[Comb], label: BBox, right: float, height: float) -> tuple[Comb, ...]:
    """The combs that answer a label: right of it up to ``right``, else below it; several if close together."""
    level = [
        comb
        for comb in combs
        if comb.bbox.x0 > label.x1 - 4
        and comb.bbox.x_mid < right
        and comb.bbox.y_overlap(label) > 0.4 * min(label.height, comb.bbox.height)
    ]
    below = [
        comb
        for comb in combs
        if -3 < comb.bbox.top - label.bottom < 1.6 * height
        and comb.bbox.x_mid < right
        and comb.bbox.x0 > label.x0 - 2 * height
    ]
    for found, start in ((level, label.x1 + 8 * height), (below, label.x0 + 4 * height)):
        run: list[Comb] = []
        for comb in sorted(found, key=lambda each: each.bbox.x0):
            if comb.bbox.x0 < (run[-1].bbox.x1 + NEAR if run else start):
                run.append(comb)
        if run:
            return tuple(run)
    return ()


def combs_over(combs: Sequence[Comb], over: BBox, right: float) -> tuple[Comb, ...]:
    """The combs of one answer that starts with the comb ``over``; none where that is no comb."""
    run: list[Comb] = []
    for comb in sorted(combs, key=lambda each: each.bbox.x0):
        is_level = comb.bbox.y_overlap(over) > 0.6 * over.height
        if is_level and (comb.bbox == over if not run else comb.bbox.x0 < min(right, run[-1].bbox.x1 + NEAR)):
            run.append(comb)
    return tuple(run)


def read_combs(combs: Sequence[Comb], words: Sequence[Word]) -> tuple[Word, ...]:
    """The words in several combs of one answer; joined to one where separators are printed between them."""
    inside: dict[int, list[Word]] = {number: [] for number in range(len(combs))}
    between: list[Word] = []
    for word in words:
        at = next((number for number, comb in enumerate(combs) if _meets(comb.bbox, word.bbox)), None)
        if at is None or _SEPARATOR.match(word.text):
            between.append(word)
        else:
            inside[at].append(word)
    value = [read_comb(comb, inside[number]) for number, comb in enumerate(combs)]
    flat = tuple(word for part in value for word in part)
    lost = [word for word in between if not _SEPARATOR.match(word.text)]
    if lost:
        # Boxes whose lines were not all seen: what is written there belongs to the answer all the same.
        ordered = sorted((*flat, *lost), key=lambda word: word.bbox.x0)
        return _run_together(ordered) if all(word.text.isdigit() for word in ordered) else tuple(ordered)
    is_date = len(between) == len(combs) - 1 and all(_SEPARATOR.match(word.text) for word in between)
    if not between or not is_date or not all(len(part) == 1 for part in value):
        return flat
    return _run_together(sorted((*flat, *between), key=lambda word: word.bbox.x0))


def _run_together(words: Sequence[Word]) -> tuple[Word, ...]:
    """One word of all, from left to right."""
    scores = [word.confidence for word in words if word.confidence is not None]
    text, box = "".join(word.text for word in words), bounding_box([word.bbox for word in words])
    update = {"text": text, "bbox": box, "confidence": min(scores, default=None), "char_confidences": ()}
    return (words[0].model_copy(update=update),)


def _meets(comb: BBox, word: BBox) -> bool:
    return comb.x0 - 2 < word.x_mid < comb.x1 + 2


def read_comb(comb: Comb, words: Sequence[Word]) -> tuple[Word, ...]:
    """The characters in a comb joined to words; an empty box parts two words.

    Characters are given to boxes by their place in the word that recognition read, as it may read one character
    or many at a time.
    """
    cells: list[list[tuple[str, float | None, Word]]] = [[] for _ in comb.cells]
    for word in sorted(words, key=lambda each: each.bbox.x0):
        step = word.bbox.width / len(word.text)
        for index, character in enumerate(word.text):
            middle = word.bbox.x0 + (index + 0.5) * step
            at = min(range(len(comb.cells)), key=lambda number: abs(comb.cells[number].x_mid - middle))
            if character not in "|_[]":
                score = (
                    word.char_confidences[index] if len(word.char_confidences) == len(word.text) else word.confidence
                )
                cells[at].append((character, score, word))
    joined: list[Word] = []
    run: list[int] = []
    for number in range(len(cells) + 1):
        if number < len(cells) and cells[number]:
            run.append(number)
        elif run:
            joined.append(_join([part for each in run for part in cells[each]], [comb.cells[each] for each in run]))
            run = []
    return tuple(joined)


def _join(parts: Sequence[tuple[str, float | None, Word]], boxes: Sequence[BBox]) -> Word:
    scores = [score for _, score, _ in parts if score is not None]
    first = parts[0][2]
    return Word(
        text="".join(character for character, _, _ in parts),
        bbox=bounding_box(list(boxes)),
        confidence=min(scores) if len(scores) == len(parts) else None,
        char_confidences=tuple(scores) if len(scores) == len(parts) else (),
        segment=first.segment,
        source=first.source,
    )
