"""From one line's class probabilities to words with boxes, confidences and steps."""

import itertools

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.ocr.ctc import decode_best_path
from extractor.ocr.detection import Box
from extractor.ocr.recognition import STEP_WIDTH, line_scale
from extractor.ocr.spacing import Ink, find_borders, find_gaps, find_letter_ink
from extractor.pixels import Gray, PageImage
from models.stages.text import Steps, Word

UNREAD_WIDTH = 0.4
"""The width of a piece of ink, in heights of its line, from which on it may be a check box."""
UNREAD_STEPS = 2.5
"""Steps between a word's first ink and its first letter: no letter is so wide before it is seen."""


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
        word = letters[first:last]
        seen = (word[0].first - 0.5) * step - left, (word[-1].last + 0.5) * step - left
        own = _without_unread(ink[:, left:right], *seen, step)
        x0, top, x1, bottom = _trim(own, left)
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


def _without_unread(ink: Ink, first: float, last: float, step: float) -> Ink:
    """A word's ink without what stands before or behind its letters unread: a check box that was passed over.

    ``first`` and ``last``: where the first letter is seen first and the last one last, in columns of ``ink``, as is
    ``step``, the width of one step.
    """
    if not ink.any():
        return ink  # OpenCV cannot take a picture without columns
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    start, width = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_WIDTH]
    is_unread = (width >= UNREAD_WIDTH * ink.shape[0]) & ((start + width <= first) | (start >= last))
    is_unread[0] = False
    own = np.asarray(ink & ~is_unread[labels], np.bool_) if count > 1 and is_unread.any() else ink.copy()
    # A tick may run into the first letter: then the parting is where there is least ink.
    columns = np.flatnonzero(own.any(axis=0))
    if len(columns) and first - columns[0] > UNREAD_STEPS * step:
        near = own[:, round(first - 2 * step) : round(first)].sum(axis=0)
        own[:, : round(first - 2 * step) + int(near.argmin())] = False
    return own if own.any() else ink


def _trim(ink: Ink, left: int) -> tuple[int, int, int, int]:
    """The ink of a part that begins at column ``left``: (x0, top, x1, bottom); all of it where there is none."""
    columns, rows = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    if not len(columns):
        return left, 0, left + max(1, ink.shape[1]), ink.shape[0]
    return left + int(columns[0]), int(rows[0]), left + int(columns[-1]) + 1, int(rows[-1]) + 1
