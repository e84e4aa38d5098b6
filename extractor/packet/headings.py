"""Headings inside a section that name somebody else: ``EMERGENCY CONTACT`` on a patient's face sheet.

What stands below such a heading is that person's, not the section's. Only whole lines in capitals count that name one
role and ask nothing themselves.
"""

from collections.abc import Sequence

from extractor.packet.answer import Answer
from extractor.packet.placement import OTHER_PROVIDERS, ROLE_BY_LABEL, ROLE_BY_SECTION
from extractor.packet.questions import Role, find_heading_role, fold, names_any_provider, read_label
from models.record import BBox, lies_on
from models.stages.layout import Layout, Line, Relation
from models.stages.text import Word

_OTHERS = frozenset(
    {
        Role.CONTACT,
        Role.GUARANTOR,
        Role.SUBSCRIBER,
        Role.PCP,
        Role.PHARMACY,
        Role.FACILITY,
        Role.SUPERVISOR,
        Role.LABORATORY,
    }
)
CONTACT_HEADINGS = frozenset({"contact", "contact information", "contact info", "contact details"})
"""Over an address and telephones: they are the section's person's, and no contact's of theirs."""
_STACKED = frozenset({"home_phone", "mobile_phone", "work_phone"})
_MARGIN, _GAP = 8.0, 12.0
"""Points between the left edges of a label and the number below it, and between the two rows."""
_PHONE_DIGITS = 10
_FOUND_BELOW = 0.9
"""What a label's score keeps where this module, not the layout, paired it."""


def place_headings(answers: Sequence[Answer], layout: Layout) -> list[Answer]:
    """The answers with the role of the nearest heading above them where only their section gave them one.

    On a form in capitals ``FACILITY NAME`` is no heading but the label of what is written for it.
    """
    labels = [answer.label_bbox for answer in answers if answer.words]
    headings = [
        (line, role)
        for line in layout.lines
        if line.text.isupper()
        and fold(line.text) not in CONTACT_HEADINGS
        and (role := find_heading_role(line.text)) is not None
        and not lies_on(line.bbox, labels, 0.6)
    ]
    return [_under_heading(answer, headings, layout) for answer in answers]


def _under_heading(answer: Answer, headings: Sequence[tuple[Line, Role]], layout: Layout) -> Answer:
    is_named = answer.role_score >= ROLE_BY_LABEL and not names_any_provider(answer.label)
    if is_named or answer.label_bbox.area <= 0:
        return answer
    box = answer.label_bbox
    above = [(line, role) for line, role in headings if _is_above(line.bbox, box)]
    if not above:
        return answer
    line, role = max(above, key=lambda pair: pair[0].bbox.top)
    titles = [section.title_bbox for section in layout.sections]
    is_ended = any(line.bbox.bottom <= title.top + 2 and _is_above(title, box) for title in titles)
    is_theirs = answer.role_score < ROLE_BY_LABEL or role in OTHER_PROVIDERS
    if is_ended or role not in _OTHERS or not is_theirs:
        return answer
    return answer.model_copy(update={"role": role, "role_score": ROLE_BY_SECTION})


def _is_above(heading: BBox, box: BBox) -> bool:
    return heading.bottom <= box.top + 2 and heading.x0 <= box.x1


def find_stacked(layout: Layout, known: Sequence[Answer]) -> list[Answer]:
    """``Home`` with a telephone number right below it, which the layout left as two lines."""
    taken = [answer.label_bbox for answer in known]
    taken.extend(word.bbox for answer in known for word in answer.words)
    found: list[Answer] = []
    for line in layout.lines:
        question = read_label(line.text) if len(line.words) <= 2 else None
        if question is None or question.attribute not in _STACKED or lies_on(line.bbox, taken, 0.3):
            continue
        words = _number_below(line, layout)
        if not words or any(lies_on(word.bbox, taken, 0.3) for word in words):
            continue
        found.append(
            Answer(
                attribute=question.attribute,
                role=question.role,
                label=line.text,
                label_score=round(question.score * _FOUND_BELOW, 3),
                role_score=ROLE_BY_LABEL if question.role else 0.0,
                relation=Relation.BELOW,
                words=words,
                label_bbox=line.bbox,
                bbox=words[0].bbox.union(words[-1].bbox),
                page_no=layout.page_no,
                section=layout.sections[line.section].title
                if line.section is not None and line.section < len(layout.sections)
                else None,
            )
        )
    return found


def _number_below(line: Line, layout: Layout) -> tuple[Word, ...]:
    for other in layout.lines:
        gap = other.bbox.top - line.bbox.bottom
        is_below = -2.0 <= gap <= _GAP and abs(other.bbox.x0 - line.bbox.x0) < _MARGIN
        if is_below and sum(character.isdigit() for character in other.text) == _PHONE_DIGITS:
            return other.words
    return ()
