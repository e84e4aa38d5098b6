"""Stretches of a text between separators."""

import re

from extractor.knowledge.spans import split_spans


def test_pieces_stand_between_the_separators_and_may_be_empty() -> None:
    text = "one, two,"
    assert [text[start:end] for start, end in split_spans(text, re.compile(r",\s*"))] == ["one", "two", ""]
    assert split_spans("", re.compile(",")) == [(0, 0)]
