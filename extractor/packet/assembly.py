"""``assemble``: the pages of one file, typed, given to people, and checked for completeness."""

from collections.abc import Sequence

from extractor.packet.answer import Answer
from extractor.packet.answers import read_answers
from extractor.packet.completeness import find_missing_pages, find_repeated_pages
from extractor.packet.page_type import ORDER_PAGES, classify_page
from extractor.packet.people import group_people
from extractor.packet.questions import fold
from models.record import DocumentKind, Failure, PageStatus, PageType
from models.stages.candidate import Packet
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


def assemble(sha256: str, readings: Sequence[PageReading], page_count: int) -> tuple[Packet, tuple[Failure, ...]]:
    """Type every page, find people and document kind, and say which pages are missing or repeated.

    ``page_count`` is the number of pages in the file, read or not. Pages are taken in ``page_no`` order.
    """
    ordered = sorted(readings, key=lambda reading: reading.page.page_no)
    answers = [read_answers(reading) for reading in ordered]
    typed = [_typed(reading, asked) for reading, asked in zip(ordered, answers, strict=True)]
    failures: list[Failure] = []
    missing = find_missing_pages(typed, answers, page_count)
    if missing is not None:
        failures.append(missing)
    failures.extend(find_repeated_pages(typed))
    packet = Packet(
        sha256=sha256,
        pages=tuple(typed),
        people=group_people(typed, answers),
        kind=_document_kind(typed),
        fax_header=next((page.fax_header for page in typed if page.fax_header is not None), None),
    )
    return packet, tuple(failures)


def _typed(reading: PageReading, asked: Sequence[Answer]) -> PageReading:
    if reading.page.status is PageStatus.FAILED:
        return reading
    kind = classify_page(reading, tuple(asked))
    return reading.model_copy(update={"page": reading.page.model_copy(update={"type": kind})})


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
