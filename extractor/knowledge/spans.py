"""Stretches of a text, each by its first character and the one behind its last."""

import re


def split_spans(text: str, between: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where the pieces of ``text`` stand that matches of ``between`` part; a piece may be empty."""
    pieces: list[tuple[int, int]] = []
    start = 0
    for found in between.finditer(text):
        pieces.append((start, found.start()))
        start = found.end()
    return [*pieces, (start, len(text))]
