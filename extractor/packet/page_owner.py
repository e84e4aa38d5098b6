"""All that a page says of whose it is, and how that fits what another page says."""

import re
from collections.abc import Sequence

from extractor.packet.answer import Answer
from extractor.packet.identity import Identity, read_identity, read_name
from extractor.packet.likeness import (
    Likeness,
    Verdict,
    compare_births,
    compare_names,
    is_same_mrn,
    is_twins_name,
    judge,
)
from extractor.packet.mentions import PageText, find_name, mentions_given, read_text
from extractor.packet.questions import Role
from extractor.packet.traits import Traits, differ, read_traits
from models.record import BBox, PageType, Value
from models.stages.layout import PageReading

_FACTS = frozenset(
    {
        *("date_of_birth", "mrn", "sex", "age", "allergies", "height", "weight", "home_phone", "home_address"),
        *("member_id", "diagnosis", "diagnosis_code", "drug", "dose", "frequency"),
    }
)
_LIKE_CARDS = frozenset({PageType.PRIOR_AUTHORIZATION, PageType.OTHER})
_WORDS_OF_CARD = 60
"""The most words that the copy of one side of a card has."""
_NAMES = frozenset({"full_name", "first_name", "last_name"})
_KIN = frozenset({Role.CONTACT, Role.SUBSCRIBER, Role.GUARANTOR})
_SURE_ROLE = 0.9
_HOLDERS = frozenset({Role.SUBSCRIBER, Role.GUARANTOR})
_SHORTEST_POLICY = 6


class Statement(Value):
    """What one page says of its owner.

    ``is_card``: it looks like the copy of an insurance card, whose "member" is often the subscriber. ``holders`` are
    the people whose policy it is, ``policies`` the numbers of policies, ``tokens`` all words with digits, without
    signs. ``has_facts``: something stands there that is true of one patient only.
    """

    page_no: int
    is_card: bool
    identity: Identity
    text: PageText
    holders: tuple[Identity, ...] = ()
    policies: frozenset[str] = frozenset()
    tokens: frozenset[str] = frozenset()
    traits: Traits = Traits()
    has_facts: bool = False


def read_statement(page: PageReading, answers: Sequence[Answer]) -> Statement:
    """What ``page``, typed and with its answers, says of its owner."""
    text = read_text(page.layout, _names_of_others(answers))
    identity = _with_text(read_identity(answers), text)
    is_card = identity.birth is None and _is_like_card(page)
    if is_card:
        text = read_text(page.layout)
    stated = [a for a in answers if a.attribute == "full_name" and a.role in _HOLDERS and a.words]
    holders = [read_name(answer.text) for answer in stated]
    if is_card:
        identity = Identity()
    policies = (number for a in answers if a.attribute == "member_id" for number in _numbers(a.text))
    return Statement(
        page_no=page.page.page_no,
        is_card=is_card,
        identity=identity,
        text=text,
        holders=tuple(holder for holder in holders if holder.names),
        policies=frozenset(policies),
        tokens=frozenset(number for line in page.layout.lines for number in _numbers(line.text)),
        traits=read_traits(text, answers),
        has_facts=any(answer.attribute in _FACTS and answer.words for answer in answers),
    )


def _names_of_others(answers: Sequence[Answer]) -> list[BBox]:
    """Where contacts, subscribers and the like are named: a patient may be somebody else's next of kin."""
    named = [a for a in answers if a.attribute in _NAMES and a.role_score >= _SURE_ROLE]
    return [word.bbox for a in named if a.role in _KIN for word in a.words]


def _is_like_card(page: PageReading) -> bool:
    kind = page.page.type
    return kind is PageType.INSURANCE_CARD or (kind in _LIKE_CARDS and len(page.words.words) <= _WORDS_OF_CARD)


def is_back_of(front: Statement, page: Statement) -> bool:
    """Whether a page may be the other side of a card: it shows no name, no date of birth and no number of a policy."""
    is_bare = not (page.text.people or page.text.births or page.policies or page.holders)
    return front.is_card and page.is_card and is_bare


def _with_text(stated: Identity, text: PageText) -> Identity:
    """What labels state, else what the running text gives: one date of birth, and the name before it."""
    if stated.birth is None and len(set(text.births)) == 1:
        stated = stated.model_copy(update={"birth": text.births[0], "has_unread_birth": False})
    people = [person for person in text.people if person.birth == stated.birth]
    if stated.names or not people:
        return stated
    return people[0].model_copy(update={"mrn": stated.mrn, "is_sure": stated.is_sure and people[0].is_sure})


def _numbers(text: str) -> list[str]:
    found = [re.sub(r"\W", "", word).lower() for word in text.split()]
    return [word for word in found if len(word) >= _SHORTEST_POLICY and sum(c.isdigit() for c in word) > 3]


def compare_pages(page: Statement, other: Statement) -> Verdict:
    """Whether two pages are of one patient, by their labels and by what each prints of the other's patient."""
    here, there = page.identity, other.identity
    name, birth = compare_names(here, there), compare_births(here, there)
    if is_same_mrn(here, there) and Likeness.OTHER not in (name, birth):
        return Verdict.AGREES
    if is_twins_name(here, there):
        return judge(name, birth, here, there)
    found = find_name(page.text, there) or find_name(other.text, here)
    has_birth = (there.birth in page.text.dates) or (here.birth in other.text.dates)
    if has_birth and birth is not Likeness.OTHER:
        birth = Likeness.SAME
    is_denied = name is Likeness.OTHER and (birth is not Likeness.SAME or (here.is_sure and there.is_sure))
    if birth is Likeness.SAME and name is Likeness.UNTOLD and _shares_given(page, other):
        name = Likeness.SAME
    if found is not None and not is_denied:
        name = Likeness.SAME
        here = here.model_copy(update={"suffix": here.suffix or found.suffix}) if not here.names else here
    verdict = judge(name, birth, here, there)
    if verdict is Verdict.AGREES:
        is_told = birth is Likeness.SAME or not differ(page.traits, other.traits, here.birth or there.birth)
        return verdict if is_told else Verdict.UNSURE
    if verdict is Verdict.DISAGREES and found is not None and birth is not Likeness.OTHER:
        return Verdict.UNSURE
    is_policy = _shares_policy(page, other) or _shares_policy(other, page)
    return Verdict.AGREES if is_policy and verdict is not Verdict.DISAGREES else verdict


def _shares_given(page: Statement, other: Statement) -> bool:
    return mentions_given(page.text, other.identity) or mentions_given(other.text, page.identity)


def _shares_policy(card: Statement, other: Statement) -> bool:
    """Whether a card shows a policy number that the other page states: whoever holds it, it is the same coverage."""
    return card.is_card and not card.tokens.isdisjoint(other.policies)
