"""From one line's class probabilities to words with boxes, confidences and steps."""

import itertools

import numpy as np
from numpy.typing import NDArray

from extractor.ocr.ctc import decode_best_path
from extractor.ocr.detection import Box
from extractor.ocr.recognition import STEP_WIDTH, line_scale
from extractor.ocr.spacing import Ink, find_borders, find_gaps, find_letter_ink
from extractor.pixels import Gray, PageImage
from models.stages.text import Steps, Word


def make_words(
    page: PageImage,
    box: Box,
    crop: Gray,
    probabilities: NDArray[np.float32],
    alphabet: tuple[str, ...],
    *,
    source: str,
    segment: int,
) -> tuple[Word, ...]:
    """The words of one line.

    ``crop`` is the page inside ``box``; ``probabilities`` (steps, classes) come from it, their last class is the space.
    """
    letters = [character for character in decode_best_path(probabilities, alphabet) if character.text != " "]
    if not letters:
        return ()
    step = STEP_WIDTH / line_scale(crop)
    ink = find_letter_ink(crop)
    gaps = find_gaps(ink, [(character.peak + 0.5) * step for character in letters])
    borders = [0, *find_borders(letters, gaps, probabilities[:, -1], crop.shape[0], step), len(letters)]
    words = []
    for first, last in itertools.pairwise(borders):
        left = 0 if first == 0 else gaps[first - 1].last
        right = crop.shape[1] if last == len(letters) else gaps[last - 1].first
        x0, top, x1, bottom = _trim(ink, left, right)
        word = letters[first:last]
        words.append(
            Word(
                text="".join(character.text for character in word),
                bbox=page.to_points(box.x0 + x0, box.top + top, box.x0 + x1, box.top + bottom),
                confidence=round(sum(c.probability for c in word) / len(word), 4),
                char_confidences=tuple(round(c.probability, 4) for c in word),
                segment=segment,
                source=source,
                steps=Steps(segment, word[0].first, word[-1].last),
            )
        )
    return tuple(words)


def _trim(ink: Ink, left: int, right: int) -> tuple[int, int, int, int]:
    """The ink between two columns, (x0, top, x1, bottom); all of the crop's height where there is none."""
    part = ink[:, left:right]
    columns, rows = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
    if not len(columns):
        return left, 0, max(right, left + 1), ink.shape[0]
    return left + int(columns[0]), int(rows[0]), left + int(columns[-1]) + 1, int(rows[-1]) + 1
