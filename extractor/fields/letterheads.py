"""The practice's name and address in the head of its own paper, where no label says what they are."""

import re
from collections.abc import Iterable, Iterator

from extractor.fields.addresses import WHOLE, join_rows
from extractor.fields.base import Context, families
from extractor.fields.evidence import from_words
from extractor.knowledge.addresses import PARTS, is_street, parse_address
from extractor.knowledge.organisations import is_payer_name, is_practice_name
from extractor.packet import ROLE_BY_LETTERHEAD, own_pieces
from models.record import PageType, Reason, lies_on
from models.stages.candidate import Candidate
from models.stages.layout import Line, PageReading
from models.stages.text import words_between

_NO_LETTERHEAD = frozenset(
    {
        PageType.LAB_REPORT,
        PageType.IMAGING_REPORT,
        PageType.INSURANCE_CARD,
        PageType.PRIOR_AUTHORIZATION,
        PageType.BLANK,
    }
)
_PRACTICE_ROLE = 0.6
_SMALL_WORD = 3
_TITLE = re.compile(
    r"\b(?:orders?|form|sheet|referral|set|request|enrollment|prescription|report|page)\b", re.IGNORECASE
)
_REASON = Reason(code="letterhead", text="stands in the head of the practice's paper")


class _Letterheads:
    name = "letterheads"
    paths = ("prescriber.practice", *(f"prescriber.address.{part}" for part in PARTS))

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        if page.page.type in _NO_LETTERHEAD:
            return
        answers = context.answers[page.page.page_no]
        labels = [answer.label_bbox for answer in answers if answer.attribute != "practice"]
        pieces = [one for one in own_pieces(page) if not any(lies_on(box, (one.bbox,)) for box in labels)]
        yield from _address(page, pieces)
        yield from _practice(page, pieces)


def _address(page: PageReading, pieces: list[Line]) -> Iterator[Candidate]:
    if any(is_payer_name(piece.text) for piece in pieces):
        return
    rows = [piece for piece in pieces if _is_address_line(piece)]
    words = [word for piece in rows for word in piece.words]
    if not words:
        return
    text, spans = join_rows(words)
    reading = parse_address(text)
    if reading is None or not set(reading.parts) >= WHOLE:
        return
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


def _is_address_line(line: Line) -> bool:
    reading = parse_address(line.text)
    return reading is not None and (is_street(line.text) or {"city", "state"} <= set(reading.parts))


def _practice(page: PageReading, pieces: list[Line]) -> Iterator[Candidate]:
    named = [one for one in pieces if is_practice_name(one.text) and not is_payer_name(one.text)]
    named = [one for one in named if 2 <= len(one.words) <= 9 and not re.search(r"\d{3}|:", one.text)]
    named = [one for one in named if not _TITLE.search(one.text) and _is_capitalised(one.text)]
    if named:
        best = max(named, key=lambda one: (round(one.bbox.height), -one.bbox.top))
        name = best.text.strip(" ,;")
        yield from_words("prescriber.practice", name, best.words, page, role=_PRACTICE_ROLE, reason=_REASON)


def _is_capitalised(text: str) -> bool:
    """Whether a text is written as names are: ``in-center injection`` is none."""
    return all(word[0].isupper() or not word[0].isalpha() for word in text.split() if len(word) > _SMALL_WORD)


families.register("letterheads")(_Letterheads())
