"""Who a page says its patient is, from its labels."""

import re
from collections.abc import Sequence

from extractor.knowledge.dates import find_whole_dates, read_whole_date
from extractor.knowledge.names import NameReading, parse_name
from extractor.packet.answer import Answer
from extractor.packet.questions import Role, fold, is_label_word
from models.record import Value
from models.stages.text import Word

SURE_WORD, _CERTAIN_WORD = 0.85, 0.95
_NAME_ROLE_SCORE = 0.7
_SURE_LABEL = 0.5
"""A label below this score was guessed: what stands for it shows no other person."""
_PATIENTS = frozenset({Role.PATIENT, None})
_ACCOUNT = re.compile(r"\bacc", re.IGNORECASE)
"""Accounts are a family's, or the practice's with its laboratory."""
_GLUED_SUFFIX = re.compile(r"(?<=[a-z])(Jr|Sr|II|III|IV)\b")
SUFFIXES = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
"""What tells namesakes of one family apart, as printed and as compared."""


class Identity(Value):
    """Who a page says its patient is; what it does not say is empty.

    ``first`` is the folded given name (or its initial), ``last`` the folded words of the family name, ``names`` all of
    the name's words. ``birth``: month, day and year as six digits; ``has_unread_birth`` where a date of birth is given
    that is no date, or cannot be found. ``is_sure`` where all of it was read without doubt, ``is_certain`` where
    not one letter or digit is misread.
    """

    names: tuple[str, ...] = ()
    first: str | None = None
    last: tuple[str, ...] = ()
    suffix: str | None = None
    birth: str | None = None
    has_unread_birth: bool = False
    mrn: str | None = None
    is_sure: bool = True
    is_certain: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it tells one person from another: a whole name and a date of birth."""
        return bool(self.first and self.last and self.birth)

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing of anybody."""
        return not (self.names or self.birth or self.mrn)


def read_identity(answers: Sequence[Answer]) -> Identity:
    """The patient that a page states."""
    stated = [
        a
        for a in answers
        if a.role is Role.PATIENT and a.role_score >= _NAME_ROLE_SCORE and a.words and _bare_name(a.text)
    ]
    whole = next((a for a in stated if a.attribute == "full_name" and len(read_name(a.text).names) > 1), None)
    parts = {
        part: next((a for a in stated if whole is None and a.attribute == part), None)
        for part in ("first_name", "last_name")
    }
    named = [a for a in (whole, *parts.values()) if a is not None]
    name = parse_name(_bare_name(whole.text)) if whole is not None else None
    if name is None:
        given, family = ("" if part is None else part.text for part in parts.values())
        name = NameReading(first=given or None, last=family or None)
    suffix = next((fold(a.text) for a in answers if a.attribute == "suffix" and a.role is Role.PATIENT), None)
    if suffix in SUFFIXES and name.suffix is None:
        name = name.model_copy(update={"suffix": suffix})
    asked = [a for a in answers if a.attribute == "date_of_birth" and a.role in _PATIENTS]
    births = [(digits, a) for a in asked if (digits := birth_digits(a.text)) is not None]
    numbers = [a for a in answers if a.attribute == "mrn" and a.role in _PATIENTS and not _ACCOUNT.search(a.label)]
    used = [*named, *(a for _, a in births[:1])]
    words = [word for answer in used for word in answer.words]
    is_sure = is_read(words, SURE_WORD)
    return _named(name).model_copy(
        update={
            "birth": births[0][0] if births else None,
            "has_unread_birth": bool(asked) and not births,
            "mrn": next((number for a in numbers if (number := _number(a.text)) is not None), None),
            "is_certain": is_read(words, _CERTAIN_WORD),
            "is_sure": is_sure and all(a.label_score >= _SURE_LABEL for a in used) and not any(map(_is_torn, named)),
        }
    )


def is_read(words: Sequence[Word], score: float) -> bool:
    """Whether no word was read less surely than ``score`` (0-1)."""
    return all(word.confidence is None or word.confidence >= score for word in words)


def read_name(text: str) -> Identity:
    """The person that ``text`` names, in any order."""
    name = parse_name(_bare_name(text))
    return Identity() if name is None else _named(name)


def _named(name: NameReading) -> Identity:
    """Words of the names; a suffix may stand behind the family name (``Roe Sr``, which parts of a form print so)."""
    given, middle, last = (_words(part) for part in (name.first, name.middle, name.last))
    words = (*given, *middle, *last)
    printed = (fold(name.suffix or ""), *words[1:])
    whole = [word for word in words if len(word) > 1 and word not in SUFFIXES]
    return Identity(
        names=tuple(whole),
        first=given[0] if given else None,
        last=tuple(word for word in last if word in whole),
        suffix=next((SUFFIXES[word] for word in printed if word in SUFFIXES), None),
    )


def _is_torn(answer: Answer) -> bool:
    """Whether a name came in single letters: its parts cannot be told."""
    return sum(len(word) == 1 for word in fold(answer.text).split()) > 1


def _bare_name(text: str) -> str:
    """What stands for a name without what follows it ("Jane Roe, date of birth ..."); empty where it is no name."""
    words = _GLUED_SUFFIX.sub(r" \1", re.split(r";|\d", text)[0]).split()
    known = [_is_label_word(fold(word)) for word in words]
    end = next((place for place, is_known in enumerate(known) if is_known and place > 1), len(words))
    is_name = end > 0 and 2 * sum(known[:end]) < end
    return " ".join(words[:end]) if is_name else ""


def _is_label_word(word: str) -> bool:
    """A misread label is a label too: a registration summary is nobody's name."""
    return len(word) > 1 and word not in SUFFIXES and is_label_word(word)


def birth_digits(text: str) -> str | None:
    """A date of birth as month, day and year in six digits, None where it is no whole date; of several the first."""
    dates = find_whole_dates(text)
    day = dates[0] if len(dates) > 1 else read_whole_date(text)
    return None if day is None else day[5:7] + day[8:] + day[2:4]


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(re.sub(r"\d", "", fold(text)).split()) if text else ()


def _number(text: str) -> str | None:
    """The first word of a record number that has digits, without signs."""
    return next((re.sub(r"\W", "", word) for word in text.split() if sum(c.isdigit() for c in word) > 2), None)
