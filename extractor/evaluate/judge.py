"""One fax judged: every field with what the truth says about where it stands, and the facts of pages and patients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from extractor.evaluate.fields import score_document, score_fields
from extractor.evaluate.patients import PatientSplit, compare_patients
from extractor.evaluate.roles import Stated, find_owner, find_stated
from extractor.evaluate.score import Row
from extractor.evaluate.truth import UNKNOWN, Truth
from extractor.evaluate.words import WordScore, add_scores, in_order_of, score_words
from models.record import Extraction, Status
from models.stages.layout import PageReading

BOX_HIT = 0.3
"""Intersection over union from which a box shows the right place."""

AS_READ = " (as read)"
"""Marks a tier that the reader told, because the truth does not say it."""


class Said(StrEnum):
    """What a fax says of a field; the last two are states of the record too."""

    STATED = "stated"
    UNREADABLE = "stated, illegible"
    BLANK = "blank"
    NOT_ON_FORM = "not on form"


@dataclass(frozen=True, slots=True)
class Case:
    """One field of fax number ``fax`` (0-based).

    ``tier``, ``page_type`` and ``pen`` are those of the first page where the truth says the value stands, else of where
    it was read. ``is_box_hit`` is None where no value is read or the truth has no place for it. ``owner`` is what a
    wrong value is called where it does belong.
    """

    fax: int
    row: Row
    tier: str
    page_type: str
    pen: str
    said: Said
    is_box_hit: bool | None
    owner: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """One fax. ``facts`` are those of the document, ``words`` by tier.

    ``cpu`` is seconds by stage over all pages, ``wall`` seconds that passed.
    """

    name: str
    pages: int
    is_failed: bool
    cases: tuple[Case, ...]
    facts: tuple[Row, ...]
    split: PatientSplit | None
    words: Mapping[str, WordScore]
    cpu: Mapping[str, float]
    wall: float


def judge_fax(
    number: int,
    truth: Truth,
    extraction: Extraction,
    readings: Sequence[PageReading] = (),
    *,
    keys: Sequence[str] = (),
    seconds: float = 0.0,
    wall: float = 0.0,
) -> Judged:
    """Compare one record with its truth. ``keys`` keeps only fields that begin so.

    ``seconds``: CPU after reading; ``wall``: seconds that passed from file to record.
    """
    rows = score_fields(truth.record, extraction)
    stated = find_stated(rows, truth.decoys)
    cpu: dict[str, float] = {}
    for reading in readings:
        for stage, spent in reading.seconds.items():
            cpu[stage] = cpu.get(stage, 0.0) + spent
    return Judged(
        name=truth.name,
        pages=max(extraction.document.page_count, len(truth.types)),
        is_failed=extraction.status is Status.FAILED,
        cases=tuple(_case(number, truth, extraction, row, stated) for row in rows if _is_asked(row, keys)),
        facts=score_document(_with_tiers(truth), extraction.document),
        split=compare_patients(truth.record, extraction),
        words=_score_pages(truth, readings),
        cpu=cpu | {"extraction": seconds},
        wall=wall,
    )


def _score_pages(truth: Truth, readings: Sequence[PageReading]) -> Mapping[str, WordScore]:
    """The words by tier, read ones in the order of the true ones; pages without true words are left out."""
    scores: dict[str, list[WordScore]] = {}
    for reading in readings:
        page_no, read = reading.page.page_no, reading.words.words
        true = [word for word in truth.words if word.place.page_no == page_no]
        if true:
            order = in_order_of([word.place.bbox for word in true], [word.bbox for word in read])
            score = score_words((word.text for word in true), (read[index].text for index in order))
            scores.setdefault(truth.tiers.get(page_no, UNKNOWN), []).append(score)
    return {tier: add_scores(some) for tier, some in scores.items()}


def _is_asked(row: Row, keys: Sequence[str]) -> bool:
    return not keys or any(row.key.startswith(key) for key in keys)


def _case(number: int, truth: Truth, extraction: Extraction, row: Row, stated: tuple[Stated, ...]) -> Case:
    page_no = truth.page_of(row) or min((*truth.tiers, *truth.types), default=1)
    read = next((page for page in extraction.document.pages if page.page_no == page_no), None)
    return Case(
        fax=number,
        row=row,
        tier=truth.tiers.get(page_no) or (f"{read.quality}{AS_READ}" if read and read.quality else UNKNOWN),
        page_type=truth.types.get(page_no) or (f"{read.type}{AS_READ}" if read else UNKNOWN),
        pen=truth.pen_of(row),
        said=_said(truth, row),
        is_box_hit=_is_box_hit(truth, row),
        owner=find_owner(row, stated),
    )


def _said(truth: Truth, row: Row) -> Said:
    if row.truth is not None:
        return Said.STATED if truth.is_legible(row) else Said.UNREADABLE
    return Said.BLANK if row.path in truth.marks_of(row).blank else Said.NOT_ON_FORM


def _is_box_hit(truth: Truth, row: Row) -> bool | None:
    places = truth.places_of(row)
    if not places or row.read is None or row.bbox is None:
        return None
    return any(place.page_no == row.page_no and place.bbox.iou(row.bbox) >= BOX_HIT for place in places)


def _with_tiers(truth: Truth) -> Mapping[str, object]:
    """The document's true facts with the tier of each page as its quality."""
    document = truth.record.get("document")
    pages = document.get("pages") if isinstance(document, Mapping) else None
    if not isinstance(document, Mapping) or not isinstance(pages, Sequence):
        return {}
    tiered = [{**page, "quality": truth.tiers.get(page["page_no"], page.get("quality"))} for page in pages]
    return {**document, "pages": tiered}
