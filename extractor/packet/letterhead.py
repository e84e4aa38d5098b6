"""Whose letterhead a page carries, and so whose are the bare telephone and fax numbers in it.

The head of an order form names either the practice that orders or the center that receives; the words of its name
tell. A title ("Infusion Order Form") is no name.
"""

import re
from collections.abc import Sequence

from extractor.packet.answer import Answer
from extractor.packet.questions import Role, find_role
from models.stages.layout import PageReading

ROLE_BY_LETTERHEAD = 0.6

_HEAD_SHARE, _LONG_HEAD_SHARE = 0.16, 0.3
"""How much of a page is its head, and how far down a head may go on where nothing is said of the patient yet."""
_DEFAULT_HEIGHT = 792.0
_NUMBERS = frozenset({"phone", "fax", "phone_fax", "work_phone", "fax_to"})
_TITLE = re.compile(
    r"\b(?:orders?|referral|form|request|prescription|enrol?lment|authorization|fax|tel|phone|call|page|date|name|dob)\b"
    r"|\d{3}",
    re.IGNORECASE,
)


def place_letterhead(answers: Sequence[Answer], page: PageReading) -> tuple[Answer, ...]:
    """The answers with a role for the numbers of the letterhead that nothing else gives one."""
    role = find_owner(page)
    foot = _foot_of_numbers(page, answers)
    if role is None:
        return tuple(answers)
    return tuple(
        answer.model_copy(update={"role": role, "role_score": ROLE_BY_LETTERHEAD})
        if answer.attribute in _NUMBERS and answer.role is None and answer.label_bbox.bottom < foot
        else answer
        for answer in answers
    )


def head_of(page: PageReading) -> float:
    """Points from the top of the page down to which its letterhead stands."""
    return _HEAD_SHARE * (page.page.height or _DEFAULT_HEIGHT)


def _foot_of_numbers(page: PageReading, answers: Sequence[Answer]) -> float:
    """Down to where bare telephone and fax numbers are the letterhead's: a tall one ends where the patient begins."""
    least = head_of(page)
    patient = min((answer.label_bbox.top for answer in answers if answer.role is Role.PATIENT), default=least)
    return max(least, min(patient, _LONG_HEAD_SHARE * (page.page.height or _DEFAULT_HEIGHT)))


def find_owner(page: PageReading) -> Role | None:
    """Whose letterhead the page carries, None where no name stands in its head."""
    foot = head_of(page)
    names = [line.text for line in page.layout.lines if line.bbox.bottom < foot and not _TITLE.search(line.text)]
    names = [name for name in names if 2 <= len(name.split()) <= 8]
    if not names:
        return None
    if any(find_role(name) is Role.RECEIVER or re.search(r"\binfusions?\b", name, re.IGNORECASE) for name in names):
        return Role.RECEIVER
    return Role.PRESCRIBER
