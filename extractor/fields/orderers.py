"""Who orders where a form names several clinicians: a referring one beside an ordering one sent the patient there.

On most forms "Referring provider" is who orders. Where somebody else stands under "Ordering provider", "Authorized by"
or the like, the referring one's name, credentials and numbers are another clinician's: they stay as readings that
never win.
"""

import re
from collections.abc import Mapping

from extractor.packet import Answer, Role, fold
from models.record import PageType
from models.stages.layout import PageReading

_REFERS = re.compile(r"\brefer(?:ring|red|s|ral)\b")
_NAMES = frozenset({"provider_name", "full_name", "last_name"})
_NUMBERS = frozenset({"phone", "fax", "npi", "credentials", "first_name"})
_NEVER_WINS = 0.3
_SHORTEST = 3
"""Letters of a word by which two names are one person's."""
_ORDERS = frozenset({PageType.ORDER, PageType.ENROLLMENT_FORM})


def demote_referrers(
    answers: Mapping[int, tuple[Answer, ...]], pages: tuple[PageReading, ...]
) -> dict[int, tuple[Answer, ...]]:
    """The answers by page number; those of a referring clinician with a low role where another one orders.

    Who orders is told by the same page, else by a page with an order.
    """
    types = {page.page.page_no: page.page.type for page in pages}
    named = {number: _orderers(asked) for number, asked in answers.items()}
    ordering = frozenset(word for number, words in named.items() if types.get(number) in _ORDERS for word in words)
    return {number: _demoted(asked, named[number] or ordering) for number, asked in answers.items()}


def _orderers(answers: tuple[Answer, ...]) -> frozenset[str]:
    """The words of the names under labels that say who orders."""
    return frozenset(
        word
        for answer in answers
        if answer.attribute in _NAMES and answer.role is Role.PRESCRIBER and not _refers(answer)
        for word in _words(answer)
    )


def _demoted(answers: tuple[Answer, ...], orderers: frozenset[str]) -> tuple[Answer, ...]:
    others = [a for a in answers if a.attribute in _NAMES and _refers(a) and a.words and not _words(a) & orderers]
    if not orderers or not others:
        return answers
    return tuple(
        answer.model_copy(update={"role_score": min(answer.role_score, _NEVER_WINS)})
        if _refers(answer) and answer.attribute in _NAMES | _NUMBERS
        else answer
        for answer in answers
    )


def _refers(answer: Answer) -> bool:
    return answer.role is Role.PRESCRIBER and _REFERS.search(fold(answer.label)) is not None


def _words(answer: Answer) -> frozenset[str]:
    """The folded words of a name that are long enough to tell people apart."""
    return frozenset(word for word in fold(answer.text).split() if len(word) >= _SHORTEST and word.isalpha())
