"""Whether the prescriber signed, when, and the date of the order.

Not the order date: date of birth, start, last treatment, form revision, print and fax dates. With no labelled order
date the date beside the signature stands in (source ``derived``).
"""

import re
from collections.abc import Iterable
from datetime import date

from extractor.fields.base import Context, families
from extractor.fields.evidence import from_answer, from_words
from extractor.fields.names import is_reference
from extractor.fields.prescriber import name_under
from extractor.knowledge.dates import find_dates, parse_date
from extractor.packet import Answer, Role, find_letter
from extractor.packet.questions import GUESSED, find_role, fold, read_label
from models.record import BBox, PageType, Reason
from models.stages.candidate import Candidate
from models.stages.layout import PageReading, SignatureArea
from models.stages.text import Word

_NOT_PRESCRIBER = re.compile(
    r"patient|guardian|parent|member|subscriber|witness|nurse|\brn\b|pharmacist|staff|insured|caregiver|verified"
    r"|noted|transcribed|checked|reviewed|received|administered|collected|performed|radiolog|interpret",
    re.IGNORECASE,
)
_ORDER_PAGES = frozenset({PageType.ORDER, PageType.ENROLLMENT_FORM, PageType.PRIOR_AUTHORIZATION, PageType.OTHER})
_LEFT = 8.0
"""Points that a date left of a signature counts as farther."""
_NEARER = {"signature_date": -20.0, "date": 0.0, "order_date": 20.0}
"""Points that a date beside a signature counts as nearer or farther by what its label says: an order's date that
stands there is the day it was signed, unless another date does."""
_SIGNS = re.compile(r"\bsign(?:ature|ed|s)?\b", re.IGNORECASE)
_LONGEST_LABEL = 12
_FEWEST_LETTERS, _LONGEST_NAME = 3, 5
"""Letters, and words, of what may be a signature that was read as text."""
_BELOW_NAME = Reason(code="in_text", text="stands below the name of who wrote the letter")
_AS_TEXT = Reason(code="read_as_text", text="what stands there was read as text: a signature, or a name in print")
_ELSEWHERE = 0.5
_UNSIGNED = re.compile(
    r"signature (?:is )?pending|pending (?:provider |physician )?signature|(?:awaiting|needs) signature|not yet signed"
    r"|^\W*unsigned|status\W+unsigned",
    re.IGNORECASE,
)
_SIGNED_BY = re.compile(r"\b(?:electronically|digitally|e-?)\s*signed|esigned|/s/", re.IGNORECASE)


class _Signature:
    name = "signature"
    paths = ("prescriber.signature_present", "prescriber.signature_date")

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        is_only = _is_only_place(page)
        for area in page.layout.signatures:
            if not is_prescribers(area):
                continue
            yield from _propose_presence(area, page, context, is_only=is_only)
            yield from _propose_date(area, page, context)
        if not page.layout.signatures:
            yield from _from_text(page, context.today)
            yield from _from_label(page, context)
            yield from _from_closing(page, context.today)
        yield from _from_unsigned(page)


def is_prescribers(area: SignatureArea) -> bool:
    """Whether a signature is asked of who orders: nobody else is named."""
    question = read_label(area.label)
    if question is not None and question.attribute in {"date", "signature_date"}:
        return False
    role = find_role(area.label)
    return not _NOT_PRESCRIBER.search(area.label) and role in {None, Role.PRESCRIBER}


def _fit(page: PageReading) -> float:
    return 1.0 if page.page.type in _ORDER_PAGES else 0.4


def _owned(page: PageReading) -> float:
    """How surely the date of a signature dates the order's: a note has a signature and a date of its own."""
    return 0.9 if page.page.type in _ORDER_PAGES else 0.4


def _anchor(page: PageReading) -> float:
    """A signature on a note or a report signs that page, not the order."""
    return 1.0 if page.page.type in _ORDER_PAGES else 0.0


def _is_only_place(page: PageReading) -> bool:
    """Whether the page speaks of a signature nowhere else: then the prescriber cannot have signed elsewhere."""
    taken = [other.label_bbox for other in page.layout.signatures]
    return all(
        any(line.bbox.intersection_area(box) > 0.3 * min(line.bbox.area, box.area) for box in taken)
        for line in page.layout.lines
        if _SIGNS.search(line.text) and not _NOT_PRESCRIBER.search(line.text) and len(line.words) <= _LONGEST_LABEL
    )


def _propose_presence(
    area: SignatureArea, page: PageReading, context: Context, *, is_only: bool
) -> Iterable[Candidate]:
    path = "prescriber.signature_present"
    named = 1.0 if find_role(area.label) is Role.PRESCRIBER else 0.8
    if not area.has_ink and not is_only:
        # Nothing stands here, but the signature may be meant to stand at the other place.
        named = _ELSEWHERE
    if area.electronic:
        reason = Reason(code="electronic_signature", text="an electronic signature is printed there")
        yield from_words(
            path,
            True,
            (),
            page,
            role=named,
            reason=reason,
            bbox=area.area,
            raw=area.electronic,
            extra=_signs(page, area),
        )
    elif area.has_ink is None and (words := _read_there(area, context.answers[page.page.page_no])):
        extra = _signs(page, area)
        yield from_words(
            path, True, words, page, role=named, reason=_AS_TEXT, bbox=area.area, is_valid=False, extra=extra
        )
    elif area.has_ink is None:
        reason = Reason(code="ink_unclear", text="it cannot be told whether there is a signature")
        yield from_words(
            path,
            None,
            (),
            page,
            role=named,
            reason=reason,
            bbox=area.area,
            raw="",
            is_valid=False,
            extra=_signs(page, area),
        ).model_copy(update={"is_illegible": True})
    else:
        reason = Reason(
            code="ink" if area.has_ink else "no_ink",
            text=f"label '{area.label.strip(' :*')}', "
            + ("ink stands there" if area.has_ink else "nothing is written there"),
        )
        yield from_words(
            path, area.has_ink, (), page, role=named, reason=reason, bbox=area.area, raw="", extra=_signs(page, area)
        )


def _read_there(area: SignatureArea, answers: Iterable[Answer]) -> tuple[Word, ...]:
    """The name that was read where a signature is asked: neat handwriting, or a name in print. A person tells which."""
    for answer in answers:
        if answer.attribute != "signature" or answer.label_bbox.intersection_area(area.label_bbox) <= 0:
            continue
        text = answer.text.strip(" .,;:_-")
        letters = sum(character.isalpha() for character in text)
        is_name = letters >= _FEWEST_LETTERS and letters > 0.7 * len(text.replace(" ", ""))
        is_other = is_reference(text) or read_label(text) is not None or len(answer.words) > _LONGEST_NAME
        if is_name and not is_other:
            return answer.words
    return ()


def _signs(page: PageReading, area: SignatureArea) -> dict[str, float]:
    """``ink_certainty``: how far the ink is from the undecided middle; sources without a figure count 0.9."""
    certainty = 1.0 if area.electronic else 0.9
    signs = {"label": 1.0, "relation": 1.0, "page": _fit(page), "reading_mean": certainty, "reading_min": certainty}
    return {**signs, "anchor": _anchor(page)}


def _propose_date(area: SignatureArea, page: PageReading, context: Context) -> Iterable[Candidate]:
    if area.electronic:
        mentions = find_dates(area.electronic, today=context.today, kind="event")
        for mention in mentions[:1]:
            reason = Reason(code="electronic_signature", text="stands in the electronic signature")
            for path, source in (("prescriber.signature_date", None), ("orders[*].date", "derived")):
                found = from_words(
                    path,
                    mention.reading.value,
                    (),
                    page,
                    role=_owned(page),
                    reason=reason,
                    bbox=area.area,
                    raw=area.electronic[mention.start : mention.end],
                    extra=_signs(page, area),
                )
                yield found if source is None else _derived(found)
    near = _date_near(area, context.answers[page.page.page_no])
    is_unsigned = area.has_ink is False and not area.electronic
    if near is not None and not (is_unsigned and near.attribute == "order_date"):
        yield from _propose_signed(near, page, context.today)


def _date_near(area: SignatureArea, answers: Iterable[Answer]) -> Answer | None:
    """The date label on the signature's row (right of it first), or right below or above it."""
    box = area.label_bbox.union(area.area)
    best: tuple[float, Answer] | None = None
    for answer in answers:
        if answer.attribute not in _NEARER:
            continue
        distance = _distance(box, answer.label_bbox.union(answer.bbox)) + _NEARER[answer.attribute]
        # Two people sign side by side, each with a date to the right.
        distance += _LEFT * (answer.label_bbox.x0 < area.label_bbox.x0 - 1)
        if distance < 60 and (best is None or distance < best[0]):
            best = (distance, answer)
    return best[1] if best is not None else None


def _distance(area: BBox, other: BBox) -> float:
    """Points between rows, weighed four times, plus a little for the way along the row."""
    rows = max(0.0, -area.y_overlap(other))
    along = max(0.0, -area.x_overlap(other))
    return 4 * rows + along * 0.1


def _propose_signed(answer: Answer, page: PageReading, today: date) -> Iterable[Candidate]:
    """A signature's date and, derived from it, the order's."""
    extra = {"role": min(0.95, _owned(page) + 0.05), "page": _fit(page)}
    if page.page.type not in _ORDER_PAGES:
        extra["anchor"] = 0.0
    if not answer.words:
        yield from_answer("prescriber.signature_date", None, answer, page, extra=extra)
        return
    found = _dated("prescriber.signature_date", answer, page, today, extra)
    yield found
    if found.value is not None:
        yield _derived(found.model_copy(update={"path": "orders[*].date"}))


def _derived(found: Candidate) -> Candidate:
    why = Reason(code="signature_date", text="the date beside the signature stands in for the order date")
    features = {**found.features, "role": min(found.features.get("role", 1.0), 0.85)}
    return found.model_copy(
        update={"path": "orders[*].date", "source": "derived", "features": features, "reasons": (*found.reasons, why)}
    )


def _dated(path: str, answer: Answer, page: PageReading, today: date, extra: dict[str, float]) -> Candidate:
    reading = parse_date(answer.text, today=today, kind="event")
    if reading is None:
        why = Reason(code="not_a_date", text="what is written there is no possible date")
        return from_answer(path, None, answer, page, is_valid=False, is_illegible=True, extra=extra, reasons=(why,))
    is_late = reading.value > today.isoformat()
    reasons = list(reading.reasons)
    if is_late:
        reasons.append(Reason(code="in_the_future", text="the date lies in the future"))
    codes = {reason.code for reason in reasons}
    validity = (
        1.0 - 0.4 * reading.is_ambiguous - 0.3 * reading.is_repaired - 0.4 * ("far_from_today" in codes) - 0.6 * is_late
    )
    return from_answer(
        path,
        reading.value,
        answer,
        page,
        is_valid=not is_late,
        validity=max(0.0, validity),
        extra=extra,
        reasons=reasons,
    )


def _from_label(page: PageReading, context: Context) -> Iterable[Candidate]:
    """``Date signed`` where the place of the signature itself was not found: a date to ask about."""
    if page.page.type not in _ORDER_PAGES:
        return
    for answer in context.answers[page.page.page_no]:
        is_asked = answer.attribute == "signature_date" and answer.words and answer.role in {None, Role.PRESCRIBER}
        if is_asked and not _NOT_PRESCRIBER.search(answer.label):
            doubtful = answer.model_copy(update={"label_score": min(answer.label_score, GUESSED)})
            yield from _propose_signed(doubtful, page, context.today)


def _from_unsigned(page: PageReading) -> Iterable[Candidate]:
    """A line that says that the signature is still to come."""
    for line in page.layout.lines:
        if _UNSIGNED.search(line.text) is not None and not _NOT_PRESCRIBER.search(line.text):
            reason = Reason(code="said_unsigned", text="the page says that it is not signed yet")
            extra = {"page": _fit(page), "relation": 0.9, "label": 0.9, "anchor": _anchor(page)}
            path = "prescriber.signature_present"
            yield from_words(path, False, line.words, page, role=0.9, reason=reason, extra=extra)


def _from_text(page: PageReading, today: date) -> Iterable[Candidate]:
    """An electronic signature in a line, where the layout found no signature area."""
    for line in page.layout.lines:
        if _SIGNED_BY.search(line.text) is None:
            continue
        reason = Reason(code="electronic_signature", text="an electronic signature is printed there")
        extra = {"page": _fit(page), "relation": 0.9, "label": 0.9, "anchor": _anchor(page)}
        yield from_words("prescriber.signature_present", True, line.words, page, role=0.9, reason=reason, extra=extra)
        for mention in find_dates(line.text, today=today, kind="event")[:1]:
            found = from_words(
                "prescriber.signature_date",
                mention.reading.value,
                line.words,
                page,
                role=_owned(page),
                reason=reason,
                extra=extra,
            )
            yield found
            yield _derived(found)


def _from_closing(page: PageReading, today: date) -> Iterable[Candidate]:
    """A letter whose writer's name stands twice below its closing: what was read first may be the signature.

    ``Signed 11/16/2026`` below the name dates it.
    """
    letter = find_letter(page.layout)
    closing = None if letter is None else letter.closing
    named = None if closing is None else name_under(closing, page.layout.lines)
    if closing is None or named is None:
        return
    name = set(fold(" ".join(word.text for word in named)).split())
    between = [line for line in page.layout.lines if closing.bbox.bottom <= line.bbox.y_mid < named[0].bbox.top]
    for line in between:
        if set(fold(line.text).split()) <= name:
            extra = {"label": 0.9, "relation": 0.9, "page": _fit(page), "anchor": _anchor(page)}
            path = "prescriber.signature_present"
            yield from_words(path, True, line.words, page, role=0.8, reason=_AS_TEXT, is_valid=False, extra=extra)
    for line in page.layout.lines:
        mentions = find_dates(line.text, today=today, kind="event")
        if line.bbox.top > named[0].bbox.top and mentions and _SIGNS.match(line.text):
            path, value = "prescriber.signature_date", mentions[0].reading.value
            yield from_words(path, value, line.words, page, role=_owned(page), reason=_BELOW_NAME, is_valid=False)


class _OrderDate:
    name = "order_date"
    paths = ("orders[*].date",)

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        answers = context.answers[page.page.page_no]
        beside = [near for area in page.layout.signatures if (near := _date_near(area, answers)) is not None]
        for answer in answers:
            if answer.attribute == "order_date":
                if answer.words:
                    yield _dated("orders[*].date", answer, page, context.today, {"role": 1.0})
                else:
                    yield from_answer("orders[*].date", None, answer, page, extra={"role": 1.0})
            elif answer.attribute == "date" and answer.words and answer not in beside and _is_head_date(answer, page):
                yield _dated("orders[*].date", answer, page, context.today, {"role": 0.8})


def _is_head_date(answer: Answer, page: PageReading) -> bool:
    """A bare "Date" counts in the head of an order, or in a section about the order or its prescriber."""
    if page.page.type not in _ORDER_PAGES or answer.role in {
        Role.SUBSCRIBER,
        Role.PAYER,
        Role.PHARMACY,
        Role.REVIEWER,
        Role.CONTACT,
    }:
        return False
    height = page.page.height or 792.0
    return answer.label_bbox.top < 0.25 * height or "order" in fold(answer.section or "")


families.register("signature")(_Signature())
families.register("order_date")(_OrderDate())
