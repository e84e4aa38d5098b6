"""Whose letterhead a page carries, and so whose are the bare telephone and fax numbers in it.

The head of an order form names either the practice that orders or the center that receives; the words of its name
tell. A title ("Infusion Order Form") is no name.
"""

import re
from collections.abc import Iterator, Sequence

from extractor.knowledge.addresses import is_street, parse_address
from extractor.knowledge.organisations import is_practice_name
from extractor.packet.answer import Answer
from extractor.packet.letter_blocks import Block, owner_of_head, part_blocks
from extractor.packet.placement import ROLE_BY_NEIGHBOUR
from extractor.packet.questions import Role, find_role, fold
from models.record import BBox, PageType, bounding_box, lies_on
from models.stages.layout import Line, PageReading, Relation
from models.stages.text import Word

ROLE_BY_LETTERHEAD = 0.6
_DOUBTED = 0.3
"""Where it is not sure that the number is part of the letterhead: a person looks."""

_HEAD_SHARE, _LONG_HEAD_SHARE = 0.16, 0.3
"""How much of a page is its head, and how far down a head may go on where nothing is said of the patient yet."""
_LOWEST_HEAD, _LOW_HEAD_SHARE = 0.15, 0.075
"""How far down a page its text may begin, and how much of the page is then its head."""
_DEFAULT_HEIGHT = 792.0
_TALL_HEADS = frozenset({PageType.ORDER, PageType.ENROLLMENT_FORM, PageType.OTHER})
"""Pages whose head may be tall; a cover sheet has the receiver's numbers there, a face sheet the patient's."""
_BLOCK_ROWS, _BLOCK_GAP = 30.0, 120.0
"""Points down and across within which the lines of one letterhead stand."""
_WIDE_GAP = 30.0
"""Points between words of two pieces of a line."""
_MARK = re.compile(r"[|\u00b7\u2022\u2027\u2013\u2014*-]+")
_HOUSE = re.compile(r"\d{1,6}[A-Za-z]?")
_DIGITS_OF_NUMBER = 10
_SHORT_LABEL = 0.9
"""How well one or two letters before a telephone number are a label."""
_SHORT_FORMS = {
    **dict.fromkeys(("t", "p", "ph", "tel", "telephone", "phone", "office", "main"), "phone"),
    **dict.fromkeys(("f", "fx", "fax", "facsimile"), "fax"),
}
_NUMBERS = frozenset({"phone", "fax", "phone_fax", "work_phone", "fax_to"})
_ADDRESSES = frozenset({"address", "home_address", "city", "state", "postal_code", "city_state_zip"})
_NAMES = frozenset({"full_name", "last_name"})
_RETURNED = 0.45
"""How surely an address that its neighbours gave to the prescriber is the patient's."""


def place_letterhead(answers: Sequence[Answer], page: PageReading) -> tuple[Answer, ...]:
    """The answers with a role for the numbers of the letterhead that nothing else gives one."""
    pieces = head_pieces(page)
    blocks = part_blocks(pieces)
    role = owner_of_head(blocks)
    if role is None:
        return tuple(answers)
    foot = _foot_of_numbers(page, answers)
    streets = [line for block in blocks if block.owner is Role.PRESCRIBER for line in block.lines if _has_street(line)]
    known = []
    for answer in _return_addresses(answers, streets):
        is_free = answer.role is None or (answer.role_score <= ROLE_BY_NEIGHBOUR and _is_beside(answer, streets))
        if answer.attribute in _NUMBERS and is_free and answer.label_bbox.bottom < foot:
            score = ROLE_BY_LETTERHEAD if _is_in_letterhead(answer, page, pieces) else _DOUBTED
            owner = _owner_at(answer.label_bbox, blocks) or role
            answer = answer.model_copy(update={"role": owner, "role_score": score})  # noqa: PLW2901
        known.append(answer)
    return (*known, *_unasked_numbers(page, answers, role, blocks))


def _has_street(piece: Line) -> bool:
    reading = parse_address(piece.text) if is_street(piece.text) else None
    return reading is not None and "state" in reading.parts


def _is_beside(answer: Answer, streets: Sequence[Line]) -> bool:
    """Whether a number stands on the row of the practice's own street: whoever stands below it has none there."""
    return any(abs(line.bbox.y_mid - answer.label_bbox.y_mid) < 0.5 * line.bbox.height for line in streets)


def _return_addresses(answers: Sequence[Answer], streets: Sequence[Line]) -> list[Answer]:
    """The answers; a bare address below the practice's own one is the patient's where no other is.

    Its neighbours, which may be the provider's, are all that said whose it is: a person looks.
    """
    has_patients = any(a.attribute in _ADDRESSES and a.role is Role.PATIENT and a.words for a in answers)
    is_patients = any(a.role is Role.PATIENT and a.attribute in _NAMES and a.words for a in answers)
    if not streets or has_patients or not is_patients:
        return list(answers)
    head = max(line.bbox.bottom for line in streets)
    known = [fold(line.text) for line in streets]
    return [
        answer.model_copy(update={"role": Role.PATIENT, "role_score": _RETURNED})
        if answer.attribute in _ADDRESSES
        and answer.role is Role.PRESCRIBER
        and answer.role_score <= ROLE_BY_NEIGHBOUR
        and answer.words
        and answer.label_bbox.top > head
        and not any(fold(answer.words[0].text) in text and fold(answer.words[-1].text) in text for text in known)
        else answer
        for answer in answers
    ]


def _owner_at(box: BBox, blocks: Sequence[Block]) -> Role | None:
    """Whose the block is in which a label stands."""
    return next((block.owner for block in blocks if lies_on(box, [line.bbox for line in block.lines])), None)


def _is_in_letterhead(answer: Answer, page: PageReading, pieces: Sequence[Line]) -> bool:
    """Whether a number stands in the head beside the name or street of whose paper it is; not on a face sheet."""
    box = answer.label_bbox
    if page.page.type is PageType.DEMOGRAPHICS or box.bottom >= head_of(page):
        return False
    return any(
        abs(piece.bbox.y_mid - box.y_mid) < _BLOCK_ROWS
        and piece.bbox.x0 - _BLOCK_GAP < box.x0 < piece.bbox.x1 + _BLOCK_GAP
        for piece in pieces
        if is_practice_name(piece.text) or is_street(piece.text)
    )


def _unasked_numbers(
    page: PageReading, answers: Sequence[Answer], role: Role, blocks: Sequence[Block]
) -> Iterator[Answer]:
    """``p 303-555-0144 | f 303-555-0149``: telephone and fax of a letterhead that no label was made of."""
    taken = [answer.label_bbox for answer in answers] + [word.bbox for answer in answers for word in answer.words]
    for owner, piece in ((block.owner or role, line) for block in blocks for line in block.lines):
        if find_role(piece.text) not in {None, Role.PRESCRIBER}:
            continue  # "Send orders to fax ..." is the center's, on whosever paper it stands
        for place, word in enumerate(piece.words[:-1]):
            is_first = place == 0 or piece.words[place - 1].text[-1:].isdigit()
            attribute = _SHORT_FORMS.get(fold(word.text)) if is_first else None
            number = _number_after(piece.words[place + 1 :])
            if place == 0 and attribute is None and len(number := _number_after(piece.words)) == len(piece.words) - 1:
                # The label stands behind: ``850.555.0144 office``.
                word = piece.words[-1]  # noqa: PLW2901
                attribute = _SHORT_FORMS.get(fold(word.text))
            if attribute is None or not number or lies_on(word.bbox, taken, 0.3):
                continue
            yield Answer(
                attribute=attribute,
                role=owner,
                label=word.text,
                label_score=_SHORT_LABEL,
                role_score=_DOUBTED,
                relation=Relation.RIGHT,
                words=number,
                label_bbox=word.bbox,
                bbox=bounding_box([one.bbox for one in number]),
                page_no=page.page.page_no,
            )


def _number_after(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words that begin ``words`` and make one telephone number; none where they make something else."""
    for count in range(1, min(len(words), 3) + 1):
        text = "".join(word.text for word in words[:count])
        if re.search(r"[A-Za-z]", text):
            return ()
        if sum(c.isdigit() for c in text) == _DIGITS_OF_NUMBER:
            return tuple(words[:count])
    return ()


def head_of(page: PageReading) -> float:
    """Points from the top of the page down to which its letterhead stands; a prescription pad's begins lower."""
    height = page.page.height or _DEFAULT_HEIGHT
    first = min((line.bbox.top for line in page.layout.lines), default=0.0)
    return max(_HEAD_SHARE, min(first / height, _LOWEST_HEAD) + _LOW_HEAD_SHARE) * height


def _foot_of_numbers(page: PageReading, answers: Sequence[Answer]) -> float:
    """Down to where bare telephone and fax numbers are the letterhead's: a tall one ends where the patient begins."""
    least = head_of(page)
    if page.page.type not in _TALL_HEADS:
        return least
    patient = min((answer.label_bbox.top for answer in answers if answer.role is Role.PATIENT), default=least)
    return max(least, min(patient, _LONG_HEAD_SHARE * (page.page.height or _DEFAULT_HEIGHT)))


def head_pieces(page: PageReading) -> list[Line]:
    """The head of the page in its pieces, top to bottom: a line is parted at wide gaps, at marks (``Name | Street``),
    and before a house number (``Name, 12 Elm St``)."""
    lines = [line for line in page.layout.lines if line.bbox.bottom < head_of(page)]
    lines.sort(key=lambda line: (round(line.bbox.y_mid / 4), line.bbox.x0))
    pieces = [piece for line in lines for piece in _parted(line.words)]
    return [Line(words=words, bbox=bounding_box([word.bbox for word in words])) for words in pieces]


def _parted(words: Sequence[Word]) -> list[tuple[Word, ...]]:
    pieces: list[list[Word]] = [[]]
    for word in words:
        here = pieces[-1]
        is_house = bool(here) and here[-1].text.endswith(",") and _HOUSE.fullmatch(word.text) is not None
        is_first_house = is_house and not any(c.isdigit() for one in here for c in one.text)
        if _MARK.fullmatch(word.text) or is_first_house or (here and word.bbox.x0 - here[-1].bbox.x1 > _WIDE_GAP):
            pieces.append([])
        if not _MARK.fullmatch(word.text):
            pieces[-1].append(word)
    return [tuple(piece) for piece in pieces if piece]


def own_pieces(page: PageReading) -> list[Line]:
    """The pieces of the head that are the practice's own: its name and address, not the center's beside them."""
    blocks = part_blocks(head_pieces(page))
    owners = {block.owner for block in blocks}
    return [
        line
        for block in blocks
        if block.owner is Role.PRESCRIBER or (block.owner is None and Role.RECEIVER not in owners)
        for line in block.lines
        if Role.PRESCRIBER in owners
    ]
