"""``assemble``: the pages of one file, typed, given to people, and checked for completeness."""

from collections.abc import Sequence
from itertools import pairwise

from extractor.packet.answer import Answer
from extractor.packet.answers import read_answers
from extractor.packet.completeness import find_missing_pages, find_repeated_pages
from extractor.packet.letters import find_letter, goes_on, is_order, joined
from extractor.packet.page_type import ORDER_PAGES, classify_page
from extractor.packet.people import group_people
from extractor.packet.questions import fold
from models.record import DocumentKind, Failure, PageStatus, PageType
from models.record.arrangement import Arrangement
from models.stages.candidate import Packet, Person
from models.stages.layout import PageReading

_PATIENT_PAGES = frozenset(
    {
        PageType.LAB_REPORT,
        PageType.CLINICAL_NOTE,
        PageType.DEMOGRAPHICS,
        PageType.INSURANCE_CARD,
        PageType.IMAGING_REPORT,
        PageType.MEDICATION_LIST,
    }
)
_LETTER_PAGES = frozenset(
    {PageType.ORDER, PageType.CLINICAL_NOTE, PageType.COVER_SHEET, PageType.PRIOR_AUTHORIZATION, PageType.OTHER}
)
"""What a page of a letter may look like by itself."""
AS_FOUND = Arrangement()
"""Nobody said anything of the pages."""
_REPLIES = (
    "notice of determination",
    "has been approved",
    "has been denied",
    "authorization approval",
    "notice of denial",
    "approval notice",
    "denial notice",
)
_CANCELLATIONS = (
    "cancel this referral",
    "cancel referral",
    "cancel order",
    "cancel this order",
    "order cancelled",
    "referral cancelled",
    "discontinue order",
    "please cancel",
)


def assemble(
    sha256: str, readings: Sequence[PageReading], page_count: int, said: Arrangement = AS_FOUND
) -> tuple[Packet, tuple[Failure, ...]]:
    """Type every page, find people and document kind, and say which pages are missing or repeated.

    ``page_count`` is the number of pages in the file, read or not. Pages are taken in ``page_no`` order. What people
    ``said`` of pages goes before what would be found.
    """
    ordered = sorted(readings, key=lambda reading: reading.page.page_no)
    answers = [read_answers(reading) for reading in ordered]
    typed = [_typed(reading, asked, said) for reading, asked in zip(ordered, answers, strict=True)]
    typed = _letters_over_pages(typed, said)
    failures: list[Failure] = []
    missing = find_missing_pages(typed, answers, page_count)
    if missing is not None:
        failures.append(missing)
    failures.extend(find_repeated_pages(typed))
    packet = Packet(
        sha256=sha256,
        pages=tuple(typed),
        people=_give_out(group_people(typed, answers), said),
        kind=_document_kind(typed),
        fax_header=next((page.fax_header for page in typed if page.fax_header is not None), None),
    )
    return packet, tuple(failures)


def _give_out(found: tuple[Person, ...], said: Arrangement) -> tuple[Person, ...]:
    """The people as a person gave the pages out; what they did not move stays as doubtful as it was."""
    if said.people is None:
        return found
    guessed = {page for one in found for page in one.guessed} - said.moved
    contested = {page for one in found for page in one.contested} - said.moved
    return tuple(
        Person(
            pages=pages,
            guessed=tuple(page for page in pages if page in guessed),
            contested=tuple(page for page in pages if page in contested),
        )
        for pages in said.people
    )


def _typed(reading: PageReading, asked: Sequence[Answer], said: Arrangement) -> PageReading:
    if reading.page.status is PageStatus.FAILED:
        return reading
    kind = said.types.get(reading.page.page_no) or classify_page(reading, tuple(asked))
    return reading.model_copy(update={"page": reading.page.model_copy(update={"type": kind})})


def _letters_over_pages(pages: list[PageReading], said: Arrangement) -> list[PageReading]:
    """The pages; both of a letter that orders an infusion and is signed on the next page are orders."""
    found = [find_letter(page.layout) if page.page.type in _LETTER_PAGES else None for page in pages]
    orders = {
        page.page.page_no
        for (one, other), pair in zip(pairwise(found), pairwise(pages), strict=True)
        if one is not None and other is not None and goes_on(one, other) and is_order(joined(one, other))
        for page in pair
    }
    return [
        page.model_copy(update={"page": page.page.model_copy(update={"type": PageType.ORDER})})
        if page.page.page_no in orders and page.page.page_no not in said.types
        else page
        for page in pages
    ]


def _document_kind(pages: Sequence[PageReading]) -> DocumentKind:
    kinds = {page.page.type for page in pages}
    if kinds & ORDER_PAGES:
        return DocumentKind.REFERRAL
    text = " ".join(fold(page.layout.text) for page in pages)
    if any(phrase in text for phrase in _CANCELLATIONS):
        return DocumentKind.CANCELLATION
    if any(phrase in text for phrase in _REPLIES):
        return DocumentKind.PRIOR_AUTH_REPLY
    if PageType.PRIOR_AUTHORIZATION in kinds:
        return DocumentKind.REFERRAL
    return DocumentKind.SUPPLEMENT if kinds & _PATIENT_PAGES else DocumentKind.OTHER
