"""Whose page is whose: a page that states another name and another date of birth is another person's.

Never merged: pages whose patient names and dates of birth differ clearly, twins (one birthday, other first names) and
father and son (one name, other birthdays), as far as both were read surely. A page that states no identity goes with
the page before it (the first ones with the page after).
"""

import re
from collections.abc import Sequence
from datetime import date

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from extractor.knowledge.dates import parse_date
from extractor.knowledge.names import parse_name
from extractor.packet.answer import Answer
from extractor.packet.questions import Role, fold
from models.record import Value
from models.stages.candidate import Person

_SAME_WORD, _OTHER_WORD, _OTHER_FIRST = 78.0, 70.0, 55.0
"""Likeness (0-100) from which two words of names are one, and below which they are two."""
_OTHER_BIRTH, _FAR_BIRTH = 2, 3
"""Digits of month, day and year: more than one misread, and more than two."""
_SURE_WORD = 0.85
_SHORTEST_MRN = 5
_NAME_ROLE_SCORE = 0.7
_PIVOT = date(2030, 1, 1)
"""Only month, day and the year's last two digits are compared, so the century this decides does not matter."""


class Identity(Value):
    """Who a page says its patient is; what it does not say is empty.

    ``names`` are the folded words of the name, ``first`` the given one among them where that is told; ``birth`` month,
    day and year as six digits; ``is_sure`` where all of it was read without doubt.
    """

    names: tuple[str, ...] = ()
    first: str | None = None
    suffix: str | None = None
    birth: str | None = None
    mrn: str | None = None
    is_sure: bool = True


def read_identity(answers: Sequence[Answer]) -> Identity:
    """The patient that a page states."""
    stated = [a for a in answers if a.role is Role.PATIENT and a.role_score >= _NAME_ROLE_SCORE and a.words]
    whole = next((a for a in stated if a.attribute == "full_name"), None)
    parts = [next((a for a in stated if a.attribute == name), None) for name in ("first_name", "last_name")]
    named = [whole] if whole is not None else [part for part in parts if part is not None]
    name = parse_name(whole.text) if whole is not None else None
    first = name.first if name is not None else parts[0].text if parts[0] is not None else None
    births = [
        (reading.value, a)
        for a in answers
        if a.attribute == "date_of_birth" and a.words and a.role in {Role.PATIENT, None}
        if (reading := parse_date(a.text, today=_PIVOT, kind="any")) is not None and len(reading.value) == 10
    ]
    numbers = [a for a in answers if a.attribute == "mrn" and a.words and a.role in {Role.PATIENT, None}]
    used = [*named, *(a for _, a in births[:1])]
    words = [word for answer in used for word in answer.words]
    return Identity(
        names=tuple(word for a in named for word in re.sub(r"\d", "", fold(a.text)).split() if len(word) > 1),
        first=fold(first) if first else None,
        suffix=fold(name.suffix) if name is not None and name.suffix else None,
        birth=births[0][0][5:7] + births[0][0][8:] + births[0][0][2:4] if births else None,
        mrn=next((number for a in numbers if (number := _number(a.text)) is not None), None),
        is_sure=all(word.confidence is None or word.confidence >= _SURE_WORD for word in words),
    )


def _number(text: str) -> str | None:
    """The first word of a record number that has digits, without signs."""
    return next((re.sub(r"\W", "", word) for word in text.split() if sum(c.isdigit() for c in word) > 2), None)


def is_other_person(first: Identity, second: Identity) -> bool | None:
    """Whether two pages are of two people; None where they do not say enough."""
    if first.mrn and first.mrn == second.mrn and len(first.mrn) >= _SHORTEST_MRN:
        return False
    shared = _shared_words(first.names, second.names)
    is_sure = first.is_sure and second.is_sure
    if shared is None or not first.birth or not second.birth:
        return _by_one_sign(first, second, shared) if is_sure or shared else None
    apart = Levenshtein.distance(first.birth, second.birth)
    is_same_name = shared == min(len(first.names), len(second.names))
    if apart >= _OTHER_BIRTH:
        is_other_suffix = first.suffix is not None and second.suffix is not None and first.suffix != second.suffix
        return not is_same_name or is_other_suffix or (apart >= _FAR_BIRTH and is_sure)
    return is_sure and shared > 0 and not is_same_name and _is_other_first(first.first, second.first)


def _by_one_sign(first: Identity, second: Identity, shared: int | None) -> bool | None:
    """By the name alone, or by the date of birth alone."""
    if shared is not None:
        return shared == 0
    if not first.birth or not second.birth:
        return None
    apart = Levenshtein.distance(first.birth, second.birth)
    return False if apart == 0 else True if apart >= _FAR_BIRTH else None


def _shared_words(first: tuple[str, ...], second: tuple[str, ...]) -> int | None:
    """How many words of the shorter name are in the other; None where one is no whole name, or it cannot be told."""
    if len(first) < 2 or len(second) < 2:
        return None
    shorter, longer = sorted((first, second), key=len)
    likeness = [max(fuzz.ratio(word, other) for other in longer) for word in shorter]
    if any(_OTHER_WORD <= alike < _SAME_WORD for alike in likeness):
        # Half misread: whatever it is, it does not show another person.
        return sum(alike >= _OTHER_WORD for alike in likeness)
    return sum(alike >= _SAME_WORD for alike in likeness)


def _is_other_first(first: str | None, second: str | None) -> bool:
    """Whether two given names are two; an initial may stand for either, and a nickname begins like the name."""
    if first is None or second is None or min(len(first), len(second)) < 3:
        return False
    return first[0] != second[0] and fuzz.ratio(first, second) < _OTHER_FIRST


def group_people(page_nos: Sequence[int], identities: Sequence[Identity]) -> tuple[Person, ...]:
    """The people of a file in the order of their first pages; one person where nothing says otherwise."""
    groups: list[tuple[list[Identity], list[int]]] = []
    owner: list[int | None] = []
    for identity in identities:
        owner.append(_find_group(identity, groups))
        place = owner[-1]
        if place is not None:
            groups[place][0].append(identity)
    if not groups:
        return (Person(pages=tuple(page_nos)),) if page_nos else ()
    previous = next(place for place in owner if place is not None)
    for page_no, place in zip(page_nos, owner, strict=True):
        previous = previous if place is None else place
        groups[previous][1].append(page_no)
    unnamed = {page_no for page_no, place in zip(page_nos, owner, strict=True) if place is None}
    is_one = len(groups) == 1
    return tuple(
        Person(pages=tuple(pages), guessed=() if is_one else tuple(page for page in pages if page in unnamed))
        for _identities, pages in groups
    )


def _find_group(identity: Identity, groups: list[tuple[list[Identity], list[int]]]) -> int | None:
    """The group an identity belongs to, a new one for a stranger, None where the page does not say enough."""
    is_whole = bool(identity.names or identity.is_sure) and bool(identity.birth)
    verdicts = [[is_other_person(identity, member) for member in members] for members, _pages in groups]
    for place, found in enumerate(verdicts):
        if True not in found and (False in found or is_whole):
            return place
    if is_whole or (verdicts and all(True in found for found in verdicts)):
        groups.append(([identity], []))
        return len(groups) - 1
    return None
