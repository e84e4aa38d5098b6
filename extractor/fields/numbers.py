"""Telephone numbers and identifiers inside answers."""

import re
from collections.abc import Sequence

from extractor.knowledge.phones import PhoneReading, parse_phone
from models.stages.text import Word, join_words, words_between

_GAP = r"[\s.\-\u2013\u2014]{0,3}"
_PHONE = re.compile(
    r"(?<![0-9A-Za-z])(?:\+?1[\s.\-]{0,2})?[(\[{]?[0-9OolISB]{3}[)\]}|]?/?"
    + _GAP
    + r"[0-9OolISB|]{3}"
    + _GAP
    + r"[0-9OolISB|]{4}"
    r"(?![0-9])(?:\s*,?\s*(?:x|ext\.?|extension)\s*[.:]?\s*\d{1,6})?",
    re.IGNORECASE,
)
_DIGIT_LIKE = str.maketrans({"O": "0", "o": "0", "Q": "0", "l": "1", "I": "1", "|": "1", "S": "5", "B": "8", "Z": "2"})


def find_phones(words: Sequence[Word], country: str) -> list[tuple[PhoneReading, tuple[Word, ...], str]]:
    """Numbers in the words' text: the reading, the words it stands in, and the text right behind it."""
    text, spans = join_words(words)
    found: list[tuple[PhoneReading, tuple[Word, ...], str]] = []
    for match in _PHONE.finditer(text):
        reading = parse_phone(match.group(), country)
        if reading is not None:
            found.append(
                (reading, words_between(words, spans, match.start(), match.end()), text[match.end() : match.end() + 12])
            )
    return found


def find_ten_digits(text: str) -> list[tuple[str, int, int, bool]]:
    """Runs of digits, spaces and hyphens let through, that could be an identifier of ten digits.

    Each with its start, end, and whether a letter was taken for a digit. Runs of 9 or 11 digits come too: a digit
    may have been lost or doubled, which a person must see.
    """
    found: list[tuple[str, int, int, bool]] = []
    for match in re.finditer(
        r"(?<![A-Za-z0-9])[0-9OoQlI|SBZ](?:[\s\-.]{0,2}[0-9OoQlI|SBZ]){8,10}(?![A-Za-z0-9])", text
    ):
        raw = re.sub(r"[\s\-.]", "", match.group())
        if sum(character.isdigit() for character in raw) < 7:
            continue
        digits = raw.translate(_DIGIT_LIKE)
        found.append((digits, match.start(), match.end(), digits != raw))
    return found
