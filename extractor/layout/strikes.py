"""Words that were crossed out: a pen line runs through their middle from end to end.

Strokes of letters end at the letter; a line that crosses the gaps between letters belongs to none of them.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from extractor.layout.ink import PageInk
from models.stages.text import Word

BAND = (0.28, 0.72)
"""Where a line through a word runs, as shares of its height from the top; an underline and a frame lie outside."""
LEAST_CROSSED = 0.86
"""The share of a word's width that the line must cross."""
FEWEST_LETTERS = 3
MOST_INK = 0.55
"""More ink than this is no word but a dark bar with white letters."""
SLOPE = 2
"""Pixels that a line may rise or fall over a break of its ink."""


def mark_struck(ink: PageInk, words: Sequence[Word]) -> tuple[Word, ...]:
    """The words, those that are crossed out marked so."""
    return tuple(word.model_copy(update={"is_struck": True}) if _is_struck(ink, word) else word for word in words)


def _is_struck(ink: PageInk, word: Word) -> bool:
    if sum(character.isalnum() for character in word.text) < FEWEST_LETTERS:
        return False
    part = ink.crop(word.bbox)
    height, width = part.shape
    if height < 8 or width < 2 * height or float(part.mean()) > MOST_INK:
        return False
    band = part[round(BAND[0] * height) : round(BAND[1] * height)]
    # A pen line is nowhere straight: it may pass from one row to the next.
    thick = cv2.dilate(np.ascontiguousarray(band), np.ones((SLOPE, 1), np.uint8))
    length = max(6, round(0.7 * height))
    runs = np.asarray(cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8)), np.uint8)
    crossed = runs.any(axis=0)
    return float(crossed.mean()) >= LEAST_CROSSED
