"""What the running text of a page says of people: a known patient's name in a head line, after "RE:", in prose.

Labels tell whose a page is; where none was read, a name that is found as given and family name in one line does too.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from extractor.packet.identity import SUFFIXES, SURE_WORD, Identity, birth_digits, is_read, read_name
from extractor.packet.likeness import LOOKALIKES, letters_apart
from extractor.packet.questions import fold
from models.record import BBox, Value
from models.stages.layout import Layout, Line

_REACH = 4
"""Words from a given name to its family name in one line."""
_SQUEEZED_LETTERS, _SQUEEZED = 9, 88.0
"""Letters of a whole name from which it is sought in a line without spaces, and how alike it must be (0-100)."""
_NAME_WORDS = 4
_BEFORE_NAMES = frozenset(
    ["of", "for", "to", "by", "on", "in", "is", "was", "and", "the", "with", "re", "regarding", "about", "see", "saw"]
)
"""Words of a sentence that end before a name."""
_SHORTEST, _GIVEN_LETTERS = 2, 4
_LETTERS_A_SLIP = 6
"""Letters of a whole name for each that may be misread."""
_LETTERS = (5, 9)
"""Letters of a word from which one may be misread, and from which two may."""
DATE = (
    r"\d{1,4}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?\d{2,4}|[A-Za-z]{3,9}\.?\s?\d{1,2},?\s?\d{4}"
    r"|\d{1,2}[\s\-]?[A-Za-z]{3,9}[.,]?[\s\-]?\d{2,4}"
)
_ANY_DATE = re.compile(DATE)
BIRTH = re.compile(r"(?i:\b(?:born|dob|d\.o\.b\.?|birth\s?date|date of birth|birth)\b)\W{0,3}(?:on\s)?(" + DATE + ")")


class PageText(Value):
    """A page's lines as folded words; the dates on it, and those after "born", as six digits (``Identity.birth``).

    ``people`` are those whose name stands right before such a date of birth.
    """

    lines: tuple[tuple[str, ...], ...] = ()
    dates: frozenset[str] = frozenset()
    births: tuple[str, ...] = ()
    people: tuple[Identity, ...] = ()


def read_text(layout: Layout, without: Sequence[BBox] = ()) -> PageText:
    """What of a page's running text can tell of whom it speaks; words on the boxes ``without`` name somebody else."""
    texts = [line.text for line in layout.lines]
    dates = (_digits(found) for text in texts for found in _ANY_DATE.findall(text))
    people = [person for line in layout.lines for person in _people_in(line)]
    return PageText(
        lines=tuple(tuple(fold(_text_without(line, without)).split()) for line in layout.lines),
        dates=frozenset(digits for digits in dates if digits is not None),
        births=tuple(person.birth for person in people if person.birth is not None),
        people=tuple(person for person in people if person.first and person.last),
    )


def _text_without(line: Line, without: Sequence[BBox]) -> str:
    return " ".join(word.text for word in line.words if word.bbox not in without)


def _people_in(line: Line) -> list[Identity]:
    """Those whose date of birth a line gives, with the name right before it (``Roe, Jane, born 5/1/63``)."""
    is_sure = is_read(line.words, SURE_WORD)
    found = []
    for match in BIRTH.finditer(line.text):
        words = re.split(r"[:;()]", line.text[: match.start()].rstrip(" ,:;(-"))[-1].split()[-_NAME_WORDS:]
        start = max((place + 1 for place, word in enumerate(words) if word.lower() in _BEFORE_NAMES), default=0)
        before = words[start:]
        name = read_name(" ".join(before)) if len(before) > 1 else Identity()
        found.append(name.model_copy(update={"birth": _digits(match.group(1)), "is_sure": is_sure}))
    return found


def _digits(text: str) -> str | None:
    return birth_digits(re.sub(r"\s*([/.\-])\s*", r"\1", text))


def find_name(text: PageText, person: Identity) -> Identity | None:
    """The person's name as one line prints it: given and family name near each other, a few letters misread."""
    if not person.first or not person.last or len(person.first) < _SHORTEST:
        return None
    found = [line for line in text.lines if _is_in_line(line, person.first, person.last)]
    if not found:
        return None
    suffixes = [SUFFIXES[word] for line in found for word in line if word in SUFFIXES]
    return person.model_copy(update={"suffix": suffixes[0] if suffixes else None})


def mentions_given(text: PageText, person: Identity) -> bool:
    """Whether the given name stands anywhere: beside the same date of birth that is enough."""
    first = person.first or ""
    return len(first) >= _GIVEN_LETTERS and any(_bears(word, first) for line in text.lines for word in line)


def _is_in_line(line: Sequence[str], first: str, last: Sequence[str]) -> bool:
    family = "".join(last)
    most = (len(first) + len(family)) // _LETTERS_A_SLIP
    for place, word in enumerate(line):
        slips = letters_apart(word, first)
        if slips > min(most, len(first) // 2):
            continue
        near = (*line[max(0, place - _REACH) : place], *line[place + 1 : place + _REACH + 1])
        likely = [[letters_apart(other, part) for other in near if _bears(other, part)] for part in last]
        if all(likely) and slips + sum(min(found) for found in likely) <= most:
            return True
    if len(first) + len(family) < _SQUEEZED_LETTERS:
        return False
    squeezed = "".join(line).translate(LOOKALIKES)
    return any(
        len(squeezed) >= len(whole) and fuzz.partial_ratio(whole, squeezed, score_cutoff=_SQUEEZED) > 0
        for whole in ((first + family).translate(LOOKALIKES), (family + first).translate(LOOKALIKES))
    )


@lru_cache(maxsize=50_000)
def _bears(word: str, name: str) -> bool:
    """Whether ``word`` may be ``name``: stricter than under a label, as there are many words."""
    bearable = bisect_right(_LETTERS, len(name))
    return abs(len(word) - len(name)) <= bearable and letters_apart(word, name) <= bearable
