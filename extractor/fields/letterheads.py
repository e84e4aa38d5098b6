"""The practice's name and address in the head of its own paper, and whose paper it is, where no label says so."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from extractor.fields.addresses import WHOLE, join_rows
from extractor.fields.base import Context, families
from extractor.fields.evidence import from_words
from extractor.fields.names import words_of
from extractor.knowledge.addresses import PARTS, AddressReading, is_street, parse_address
from extractor.knowledge.drugs import find_drugs
from extractor.knowledge.names import parse_name
from extractor.knowledge.organisations import is_payer_name, is_practice_name
from extractor.packet import ROLE_BY_LETTERHEAD, Answer, Role, own_pieces
from models.record import PageType, Reason, bounding_box, lies_on
from models.stages.candidate import Candidate
from models.stages.layout import Line, PageReading
from models.stages.text import Word, words_between

_NO_LETTERHEAD = frozenset(
    {
        PageType.LAB_REPORT,
        PageType.IMAGING_REPORT,
        PageType.INSURANCE_CARD,
        PageType.PRIOR_AUTHORIZATION,
        PageType.BLANK,
    }
)
_PRACTICE_ROLE, _UNKNOWN_NAME = 0.6, 0.45
_NAMES = frozenset({"provider_name", "full_name", "last_name"})
_MOST_ROWS, _LONGEST_NAME = 4, 8
"""Pieces of an address, and words of a name."""
_WIDEST_GAP = 2.5
"""Heights of text between pieces of one row that are one address."""
_TALLER = 1.25
"""So much taller than the name on top the practice's own is where a larger body's stands over it."""
_SMALL_WORD = 3
_TITLE = re.compile(
    r"\b(?:orders?|form|sheet|referral|set|request|enrollment|prescription|report|page)\b", re.IGNORECASE
)
_REASON = Reason(code="letterhead", text="stands in the head of the practice's paper")


class _Letterheads:
    name = "letterheads"
    paths = (
        *(f"prescriber.{leaf}" for leaf in ("first_name", "last_name", "credentials", "practice")),
        *(f"prescriber.address.{part}" for part in PARTS),
    )

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        if page.page.type in _NO_LETTERHEAD:
            return
        answers = context.answers[page.page.page_no]
        pieces = [one for one in own_pieces(page) if not _is_asked(one, answers)]
        yield from _address(page, pieces)
        yield from _practice(page, pieces)
        if not any(
            answer.attribute in _NAMES and answer.role is Role.PRESCRIBER and answer.words for answer in answers
        ):
            yield from _person(page, pieces)


def _is_asked(piece: Line, answers: Sequence[Answer]) -> bool:
    """Whether a piece is a label, holds one that is answered, or is the answer: ``Medical Group`` asks for no group."""
    asked = [answer for answer in answers if answer.attribute not in {"practice", "unknown"}]
    return any(
        (
            lies_on(answer.label_bbox, (piece.bbox,))
            and (bool(answer.words) or answer.label_bbox.area > 0.5 * piece.bbox.area)
        )
        or any(lies_on(word.bbox, (piece.bbox,)) for word in answer.words if answer.role is Role.PATIENT)
        for answer in asked
    )


def _address(page: PageReading, pieces: list[Line]) -> Iterator[Candidate]:
    if any(is_payer_name(piece.text) for piece in pieces):
        return
    found = next((read for place, one in enumerate(pieces) if (read := _read_from(one, pieces[place + 1 :]))), None)
    if found is None:
        return
    words, spans, reading = found
    for name, part in reading.parts.items():
        is_tail = name in {"state", "postal_code"}
        yield from_words(
            f"prescriber.address.{name}",
            part.value,
            words_between(words, spans, part.start, part.end),
            page,
            role=ROLE_BY_LETTERHEAD,
            reason=_REASON,
            is_valid=reading.is_consistent or not is_tail,
            reasons=reading.reasons if is_tail else (),
        )


def _read_from(
    piece: Line, below: Sequence[Line]
) -> tuple[Sequence[Word], Sequence[tuple[int, int]], AddressReading] | None:
    """The address that begins with a street and goes on in the pieces behind and right below it; None without one."""
    start = _from_number(piece)
    rows = [] if start is None else [start]
    for more in (None, *below):
        if not rows or len(rows) > _MOST_ROWS:
            return None
        if more is not None and not _goes_on(rows[-1], more):
            continue
        rows += [more] if more is not None else []
        words = [word for row in rows for word in row.words]
        text, spans = join_rows(words)
        reading = parse_address(text)
        if reading is not None and set(reading.parts) >= WHOLE:
            return words, spans, reading
    return None


def _from_number(piece: Line) -> Line | None:
    """A piece from its house number on: a department's name may stand before it."""
    for place, word in enumerate(piece.words):
        if word.text[:1].isdigit() and is_street(" ".join(each.text for each in piece.words[place:])):
            words = piece.words[place:]
            return Line(words=words, bbox=bounding_box([each.bbox for each in words]))
    return piece if is_street(piece.text) else None


def _goes_on(row: Line, piece: Line) -> bool:
    """Whether a piece stands behind another on its row, or in the row right below it."""
    height = max(row.bbox.height, piece.bbox.height)
    if abs(row.bbox.y_mid - piece.bbox.y_mid) < 0.5 * height:
        return 0 <= piece.bbox.x0 - row.bbox.x1 < _WIDEST_GAP * height
    return -0.5 * height < piece.bbox.top - row.bbox.bottom < height


def _practice(page: PageReading, pieces: list[Line]) -> Iterator[Candidate]:
    named = [one for one in pieces if is_practice_name(one.text) and not is_payer_name(one.text)]
    named = [one for one in named if 2 <= len(one.words) <= 9 and not re.search(r"\d{3}|:", one.text)]
    named = [one for one in named if not _TITLE.search(one.text) and _is_capitalised(one.text)]
    role = _PRACTICE_ROLE
    if not named:
        # A name that holds no word of practices' names heads their street all the same.
        named, role = [one for one in [_over_street(pieces)] if one is not None], _UNKNOWN_NAME
    if named:
        top = min(named, key=lambda one: one.bbox.top)
        tallest = max(named, key=lambda one: one.bbox.height)
        best = tallest if tallest.bbox.height > _TALLER * top.bbox.height else top
        name = best.text.strip(" ,;")
        yield from_words("prescriber.practice", name, best.words, page, role=role, reason=_REASON)


def _over_street(pieces: Sequence[Line]) -> Line | None:
    """The piece right above the street that is written as a name is, and is no person's, title or drug."""
    for upper, lower in pairwise(pieces):
        text = upper.text
        is_name = 2 <= len(upper.words) <= _LONGEST_NAME and not re.search(r"\d|:", text) and _is_capitalised(text)
        person = parse_name(text)
        is_person = person is not None and person.credentials is not None
        if not is_name or is_person or _TITLE.search(text) or find_drugs(text) or is_payer_name(text):
            continue
        if is_street(lower.text) and _goes_on(upper, lower):
            return upper
    return None


def _person(page: PageReading, pieces: Sequence[Line]) -> Iterator[Candidate]:
    """``Nadia Montrose, DO`` over the street of her own paper, where no label names who prescribes."""
    for piece in pieces:
        reading = parse_name(piece.text) if 2 <= len(piece.words) <= _LONGEST_NAME else None
        if reading is None or not (reading.first and reading.last and reading.credentials):
            continue
        values = {"first_name": reading.first, "last_name": reading.last, "credentials": reading.credentials}
        for part, value in values.items():
            words = words_of(value, piece.words) or piece.words
            yield from_words(
                f"prescriber.{part}", value, words, page, role=_UNKNOWN_NAME, reason=_REASON, reasons=reading.reasons
            )
        return


def _is_capitalised(text: str) -> bool:
    """Whether a text is written as names are: ``in-center injection`` is none."""
    return all(word[0].isupper() or not word[0].isalpha() for word in text.split() if len(word) > _SMALL_WORD)


families.register("letterheads")(_Letterheads())
