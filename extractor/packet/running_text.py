"""Running text: lines that are sentences, and pages that tell of somebody in them."""

from extractor.packet.questions import fold
from models.stages.layout import Layout, Line

_MIN_WORDS = 8
_SMALL_SHARE = 0.2
# fmt: off
_SMALL_WORDS = frozenset([
    "a", "an", "the", "of", "and", "or", "with", "without", "for", "from", "to", "in", "on", "at", "by", "was",
    "were", "is", "are", "has", "have", "had", "since", "after", "before", "then", "no", "not", "did", "does", "who",
    "which", "that", "this", "he", "she", "his", "her", "him", "they", "their", "it", "as", "but", "until",
])
# fmt: on
_PERSON_WORDS = frozenset(["he", "she", "his", "her", "him", "hers", "denies"])
_MIN_LINES = 2


def is_prose(line: Line) -> bool:
    """A line of running text: many words, some of them the small ones that only sentences need."""
    words = fold(line.text).split()
    return len(words) >= _MIN_WORDS and sum(word in _SMALL_WORDS for word in words) >= _SMALL_SHARE * len(words)


def narrates(layout: Layout) -> bool:
    """Whether the page tells of somebody in sentences, as a note does: ``she was started on``."""
    prose = [line for line in layout.lines if is_prose(line)]
    told = sum(word in _PERSON_WORDS for line in prose for word in fold(line.text).split())
    return len(prose) >= _MIN_LINES and told >= _MIN_LINES
