"""From an answer to a candidate: where it was read, how well, and why."""

from collections.abc import Iterable, Iterator, Sequence

from extractor.packet import Answer, Role
from extractor.packet.questions import GUESSED
from models.record import Alternative, BBox, PageType, Reason, bounding_box, lies_on
from models.stages.candidate import Candidate
from models.stages.layout import PageReading, Relation
from models.stages.text import Word

RELATION_SCORES = {
    Relation.RIGHT: 1.0,
    Relation.LEFT: 0.9,
    Relation.CELL: 0.98,
    Relation.INSIDE: 0.95,
    Relation.COMB: 0.95,
    Relation.BELOW: 0.85,
    Relation.ABOVE: 0.75,
}
PROSE_RELATION = 0.55
MENDED = 0.5
"""How surely a label counts as read where a known phrase replaced what the engine read."""
CROSSED_OUT = Reason(code="crossed_out", text="something there is crossed out: check what stands instead")
_BOXED = frozenset({Relation.CELL, Relation.INSIDE, Relation.COMB})

_PLACES = {
    Relation.RIGHT: "right of it",
    Relation.LEFT: "left of it",
    Relation.BELOW: "below it",
    Relation.ABOVE: "above it",
    Relation.INSIDE: "inside its box",
    Relation.COMB: "in its comb boxes",
    Relation.CELL: "in its cell",
}
_ORDER_FIT = {
    PageType.ORDER: 1.0,
    PageType.ENROLLMENT_FORM: 1.0,
    PageType.PRIOR_AUTHORIZATION: 0.9,
    PageType.OTHER: 0.7,
    PageType.CLINICAL_NOTE: 0.6,
    PageType.DEMOGRAPHICS: 0.6,
    PageType.COVER_SHEET: 0.45,
    PageType.LAB_REPORT: 0.35,
    PageType.MEDICATION_LIST: 0.35,
    PageType.IMAGING_REPORT: 0.35,
    PageType.INSURANCE_CARD: 0.2,
    PageType.BLANK: 0.2,
}
_PATIENT_FIT = {
    **dict.fromkeys(PageType, 0.9),
    PageType.ORDER: 1.0,
    PageType.ENROLLMENT_FORM: 1.0,
    PageType.DEMOGRAPHICS: 1.0,
    PageType.INSURANCE_CARD: 0.5,
    PageType.COVER_SHEET: 0.7,
}


def page_fit(page: PageReading, path: str) -> float:
    """How much a page of this type is trusted for ``path``, 0-1."""
    fits = _PATIENT_FIT if path.startswith("patient.") else _ORDER_FIT
    return fits[page.page.type]


def reading_features(words: Sequence[Word]) -> dict[str, float]:
    """``reading_min`` and ``reading_mean``: character scores of the words; embedded text without scores counts as 1."""
    scores: list[float] = []
    for word in words:
        if word.char_confidences:
            scores.extend(word.char_confidences)
        elif word.confidence is not None:
            scores.append(word.confidence)
        elif word.source == "embedded":
            scores.append(1.0)
    if not scores:
        return {}
    return {"reading_min": round(min(scores), 4), "reading_mean": round(sum(scores) / len(scores), 4)}


def source_of(words: Sequence[Word]) -> str:
    """The one source of the words, ``derived`` where there are none."""
    sources = sorted({word.source for word in words})
    return sources[0] if sources else "derived"


def box_of(words: Sequence[Word]) -> BBox | None:
    """The box around the words, None where there are none."""
    return bounding_box([word.bbox for word in words]) if words else None


def label_reading(answer: Answer, page: PageReading) -> float:
    """How surely the words of an answer's label were read, 0-1: the least of its words."""
    scores = [answer.label_score]
    for line in page.layout.lines:
        for word in line.words:
            if lies_on(word.bbox, (answer.label_bbox,)):
                is_mended = word.read_as is not None and word.read_as != word.text
                scores.append(MENDED if is_mended else 1.0 if word.confidence is None else word.confidence)
    return round(min(scores), 4)


def is_blank_field(answer: Answer) -> bool:
    """Whether an answer is a field that nobody filled: a bare word may also be the heading of a block."""
    is_field = answer.label.rstrip().endswith(":") or answer.relation in _BOXED or len(answer.label.split()) > 1
    return not answer.words and is_field and answer.label_score > GUESSED


def from_answer(
    path: str,
    value: str | bool | float | None,
    answer: Answer,
    page: PageReading,
    *,
    words: Sequence[Word] | None = None,
    is_valid: bool = True,
    is_illegible: bool = False,
    item: str | None = None,
    validity: float | None = None,
    role: Role | None = None,
    alternatives: tuple[Alternative[str], ...] = (),
    reasons: Iterable[Reason] = (),
    extra: dict[str, float] | None = None,
) -> Candidate:
    """A candidate read from a labelled answer; ``words`` narrows the box to part of it.

    ``validity`` is how well the value passed its checks (default 1 or 0 by ``is_valid``). ``role`` is the role the
    path needs: a different one weighs nothing.
    """
    used = tuple(answer.words if words is None else words)
    is_blank = not answer.words
    anchor = (
        {"label_read": label_reading(answer, page)} if is_blank else {"anchor": float(answer.label_score > GUESSED)}
    )
    features = {
        **reading_features(used),
        "label": answer.label_score,
        "relation": RELATION_SCORES.get(answer.relation, PROSE_RELATION) if answer.relation else PROSE_RELATION,
        "role": answer.role_score if role is None or answer.role is role else (0.35 if answer.role is None else 0.0),
        "page": page_fit(page, path),
        "valid": (1.0 if is_valid else 0.0) if validity is None else validity,
        **anchor,
        **(extra or {}),
    }
    where = _PLACES.get(answer.relation, "beside it") if answer.relation else "beside it"
    label = answer.label.strip(" :*")
    if answer.has_strike:
        is_valid, reasons = False, (*reasons, CROSSED_OUT)
    why = Reason(code="label", text=f"label '{label}', " + ("nothing written there" if is_blank else f"read {where}"))
    return Candidate(
        path=path,
        value=value,
        raw=" ".join(word.text for word in used),
        page_no=answer.page_no,
        bbox=(box_of(used) or answer.bbox),
        source=source_of(used),
        item=item,
        is_blank=is_blank,
        is_illegible=is_illegible,
        is_valid=is_valid,
        features=features,
        alternatives=alternatives,
        reasons=(why, *reasons),
    )


def propose_unread_phone(path: str, answer: Answer, page: PageReading, role: Role) -> Iterator[Candidate]:
    """An illegible candidate where an answer holds digits enough for a telephone number and none could be read."""
    if sum(character.isdigit() for character in answer.text) >= 6:
        why = Reason(code="not_a_phone", text="what is written there is no whole telephone number")
        yield from_answer(path, None, answer, page, role=role, is_valid=False, is_illegible=True, reasons=(why,))


def from_words(
    path: str,
    value: str | bool | float | None,
    words: Sequence[Word],
    page: PageReading,
    *,
    role: float,
    reason: Reason,
    is_valid: bool = True,
    item: str | None = None,
    bbox: BBox | None = None,
    raw: str | None = None,
    reasons: Iterable[Reason] = (),
    extra: dict[str, float] | None = None,
) -> Candidate:
    """A candidate without a label of its own: prose, a ticked box, a signature area.

    Who has a mark or a label for it says so with ``extra={"anchor": 1.0}``; without one a critical field is never
    found.
    """
    features = {
        **reading_features(words),
        "label": 0.5,
        "relation": PROSE_RELATION,
        "role": role,
        "page": page_fit(page, path),
        "valid": 1.0 if is_valid else 0.0,
        "anchor": 0.0,
        **(extra or {}),
    }
    return Candidate(
        path=path,
        value=value,
        raw=" ".join(word.text for word in words) if raw is None else raw,
        page_no=page.page.page_no,
        bbox=bbox or box_of(words),
        source=source_of(words),
        item=item,
        is_valid=is_valid,
        features=features,
        reasons=(reason, *reasons),
    )
