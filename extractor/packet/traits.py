"""Age and sex as a page states them: too common to show whose page it is, but they show whose it is not."""

import re
from collections.abc import Sequence

from extractor.packet.answer import Answer
from extractor.packet.mentions import PageText
from extractor.packet.questions import Role, fold
from models.record import Value

_OLD = re.compile(r"\b(\d{1,3}) (?:years?|yrs?|yr|y) ?(?:old|o)\b(.{0,40})|\b(\d{1,3}) ?yo\b(.{0,40})")
_SEX = {
    **dict.fromkeys(("female", "woman", "lady", "girl", "f"), "female"),
    **dict.fromkeys(("male", "man", "gentleman", "boy", "m"), "male"),
}
_YEARS_OFF = 3
"""Years by which a stated age may miss: pages may be older than the newest date on them."""
_LAST_YEAR = 30
"""Two digits of a year up to which it is taken for one of this century."""


class Traits(Value):
    """``age`` in years in the year ``stated_in`` (the newest on the page), ``sex`` as in the record."""

    age: int | None = None
    stated_in: int | None = None
    sex: str | None = None


def read_traits(text: PageText, answers: Sequence[Answer]) -> Traits:
    """What running text ("a 45-year-old woman") and labels say."""
    ages: list[int] = []
    sexes: list[str] = []
    for line in text.lines:
        for match in _OLD.finditer(" ".join(line)):
            ages.append(int(match.group(1) or match.group(3)))
            sexes.extend(_SEX[word] for word in (match.group(2) or match.group(4) or "").split()[:3] if word in _SEX)
    for answer in answers:
        if answer.attribute == "sex" and answer.role in {Role.PATIENT, None}:
            sexes.extend(_SEX[word] for word in fold(answer.text).split() if word in _SEX)
    years = [2000 + int(digits[4:]) for digits in text.dates if int(digits[4:]) <= _LAST_YEAR]
    return Traits(
        age=ages[0] if len(set(ages)) == 1 else None,
        stated_in=max(years, default=None),
        sex=sexes[0] if len(set(sexes)) == 1 else None,
    )


def differ(first: Traits, second: Traits, birth: str | None) -> bool:
    """Whether sex or age speak against one person, born on ``birth`` (six digits) as one of the pages states."""
    if first.sex is not None and second.sex is not None and first.sex != second.sex:
        return True
    return birth is not None and any(_is_not_of_age(traits, int(birth[4:])) for traits in (first, second))


def _is_not_of_age(traits: Traits, year: int) -> bool:
    if traits.age is None or traits.stated_in is None:
        return False
    return all(abs(traits.stated_in - century - year - traits.age) > _YEARS_OFF for century in (1900, 2000))
