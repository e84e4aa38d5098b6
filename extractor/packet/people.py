"""Whose page is whose: a page that states another name and another date of birth is another person's.

Never merged: two pages whose patient names and dates of birth both differ clearly. A page that states no identity
goes with the page before it (the first ones with the page after).
"""

import re
from collections.abc import Sequence
from datetime import date

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from extractor.knowledge.dates import parse_date
from extractor.packet.answer import Answer
from extractor.packet.questions import Role, fold
from models.record import Value
from models.stages.candidate import Person

_SAME_NAME_WORD = 70.0
_NAME_ROLE_SCORE = 0.7
_PIVOT = date(2030, 1, 1)
"""Only month, day and the year's last two digits are compared, so the century this decides does not matter."""


class Identity(Value):
    """Who a page says its patient is: folded name words and month-day-year digits, either may be missing."""

    names: tuple[str, ...] = ()
    birth: str | None = None


def read_identity(answers: Sequence[Answer]) -> Identity:
    """The patient that a page states."""
    names: list[str] = []
    for attribute in ("full_name", "first_name", "last_name"):
        stated = [
            a
            for a in answers
            if a.attribute == attribute and a.role is Role.PATIENT and a.role_score >= _NAME_ROLE_SCORE and a.words
        ]
        if stated:
            names.extend(re.sub(r"\d", "", fold(stated[0].text)).split())
        if names and attribute == "full_name":
            break
    births = [
        reading.value
        for a in answers
        if a.attribute == "date_of_birth" and a.words and a.role in {Role.PATIENT, None}
        if (reading := parse_date(a.text, today=_PIVOT, kind="any")) is not None and len(reading.value) == 10
    ]
    birth = births[0][5:7] + births[0][8:] + births[0][2:4] if births else None
    return Identity(names=tuple(name for name in names if len(name) > 1), birth=birth)


def is_other_person(first: Identity, second: Identity) -> bool:
    """Whether name and date of birth both differ clearly: in a whole name word and in two digits or more."""
    if not (first.names and second.names and first.birth and second.birth):
        return False
    if Levenshtein.distance(first.birth, second.birth) < 2:
        return False
    shorter, longer = sorted((first.names, second.names), key=len)
    return any(max(fuzz.ratio(word, other) for other in longer) < _SAME_NAME_WORD for word in shorter)


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
    return tuple(Person(pages=tuple(pages)) for _identities, pages in groups)


def _find_group(identity: Identity, groups: list[tuple[list[Identity], list[int]]]) -> int | None:
    """The group an identity belongs to, a new one for a stranger, None where the page states no whole one."""
    if not identity.names or not identity.birth:
        return None
    for place, (members, _pages) in enumerate(groups):
        if not any(is_other_person(identity, member) for member in members):
            return place
    groups.append(([identity], []))
    return len(groups) - 1
