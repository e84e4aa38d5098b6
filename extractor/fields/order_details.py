"""What a page says once for its orders: priority, duration, refills, start and last treatment date.

Each is proposed for all orders of the page (``orders[*]``); which of several it belongs to is settled later. A printed
word that nobody ticked (``STAT`` beside an empty box) says nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from extractor.fields.base import Context, families
from extractor.fields.evidence import from_answer, from_words, is_blank_field
from extractor.fields.order_places import DETAILS, orders_by_place
from extractor.fields.ticks import named_tick_reason, tick_features
from extractor.fields.told_details import tell_details
from extractor.fields.typed_marks import is_unticked
from extractor.knowledge.dates import parse_date
from extractor.knowledge.periods import read_span
from extractor.packet import Answer
from extractor.packet.questions import fold
from models.record import BBox, PageType, Reason, lies_on
from models.stages.candidate import Candidate
from models.stages.layout import CheckBox, Line, PageReading
from models.stages.text import join_words, words_between, words_outside

_ORDER_PAGES = frozenset({PageType.ORDER, PageType.ENROLLMENT_FORM, PageType.PRIOR_AUTHORIZATION, PageType.OTHER})
_PRIORITIES = {
    **dict.fromkeys(("routine", "standard", "elective", "normal", "non urgent", "nonurgent", "not urgent"), "routine"),
    **dict.fromkeys(("urgent", "expedited", "expedite", "rush", "high", "priority"), "urgent"),
    **dict.fromkeys(("stat", "emergent", "emergency", "immediate", "asap"), "stat"),
}
_ASKS_PRIORITY = re.compile(
    r"\b(?:priority|urgency|review type|type of review|referral type|order type|request type|type of request"
    r"|processing)\b"
)
_STAMP = re.compile(r"^\W*(STAT|URGENT|RUSH|ASAP)(?:\W+(?:ORDER|REFERRAL|REQUEST|PLEASE))?\W*$")
_LABELLED, _STAMPED, _TICKED = 0.95, 0.7, 0.95


class _OrderDetails:
    name = "order_details"
    paths = (
        "orders[*].priority",
        "orders[*].duration",
        "orders[*].refills",
        "orders[*].start_date",
        "orders[*].last_treatment_date",
    )

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        if page.page.type not in _ORDER_PAGES:
            return
        answers = context.answers[page.page.page_no]
        orders = _orders_of(page, context)
        yield from (_of_its_order(one, orders) for one in _all(page, answers, context.today))


def _all(page: PageReading, answers: Sequence[Answer], today: date) -> Iterator[Candidate]:
    yield from _priority(page, answers)
    yield from _durations(page, answers)
    yield from _refills(page, answers)
    for answer in answers:
        if answer.attribute in {"start_date", "last_treatment_date"}:
            yield from _dated(answer, page, today)
    yield from tell_details(page, answers, today)


def _orders_of(page: PageReading, context: Context) -> Mapping[str, Candidate]:
    """A leaf of each order by the row, column or block that it stands in; empty where nothing tells them apart."""
    answers = [one for one in context.answers[page.page.page_no] if one.item is not None and one.words]
    if not any(one.attribute in DETAILS for one in answers):
        return {}
    return orders_by_place(answers, [one for one in families.get("orders").propose(page, context) if one.value])


def _of_its_order(candidate: Candidate, orders: Mapping[str, Candidate]) -> Candidate:
    """What stands in the row, column or block of one order is that order's alone."""
    order = orders.get(candidate.item) if candidate.item is not None else None
    if order is None:
        return candidate.model_copy(update={"item": None}) if orders else candidate
    head = order.path.partition(".")[0]
    return candidate.model_copy(update={"path": candidate.path.replace("orders[*]", head), "item": order.item})


def _boxes_of(answer: Answer, page: PageReading) -> list[CheckBox]:
    """The boxes that stand in an answer's place or behind its label."""
    place = answer.label_bbox.union(answer.bbox)
    return [
        box
        for box in page.layout.checkboxes
        if box.bbox.y_overlap(place) > -4
        and place.x0 - 4 <= box.bbox.x0 <= place.x1 + 300
        and box.question is not None
        and fold(box.question) == fold(answer.label)
    ]


def _priority(page: PageReading, answers: Sequence[Answer]) -> Iterator[Candidate]:
    path = "orders[*].priority"
    boxes = [box for box in page.layout.checkboxes if _priority_of(box, page) is not None]
    for box in boxes:
        if box.is_checked is not False:
            yield _ticked(path, str(_priority_of(box, page)), box, page)
    places = [place for box in boxes for place in (box.bbox, box.label_bbox) if place is not None]
    for answer in answers:
        if answer.attribute != "priority":
            continue
        words = words_outside(answer.words, places)
        named = {_PRIORITIES[word] for w in words for word in fold(w.text).split() if word in _PRIORITIES}
        if len(named) == 1 and len(words) <= 3 and not _has_other_choice(answer, named, page):
            yield from_answer(path, named.pop(), answer, page, words=words, item=answer.item, extra={"role": _LABELLED})
        elif not answer.words and not boxes and is_blank_field(answer):
            yield from_answer(path, None, answer, page)
    for line in page.layout.lines:
        yield from _stamp(line, page, places)


def _has_other_choice(answer: Answer, named: set[str], page: PageReading) -> bool:
    """Whether another priority stands on the answer's row: a printed choice whose boxes nobody saw."""
    row = [
        word
        for line in page.layout.lines
        for word in line.words
        if word.bbox.x0 > answer.label_bbox.x1 and _is_row(word.bbox, answer.label_bbox)
    ]
    said = {_PRIORITIES[part] for word in row for part in fold(word.text).split() if part in _PRIORITIES}
    return bool(said - named)


def _priority_of(box: CheckBox, page: PageReading) -> str | None:
    """The priority that a box offers: its question asks for one, or its neighbours offer the others."""
    value = _PRIORITIES.get(fold(box.label)) or _PRIORITIES.get(fold(re.split(r"[(:\u2013-]", box.label)[0]))
    if value is None:
        return None
    if box.question is not None and _ASKS_PRIORITY.search(fold(box.question)):
        return value
    others = {
        _PRIORITIES.get(fold(other.label))
        for other in page.layout.checkboxes
        if other is not box and abs(other.bbox.y_mid - box.bbox.y_mid) < 40
    } - {None, value}
    return value if others else None


def _ticked(path: str, value: str, box: CheckBox, page: PageReading) -> Candidate:
    return from_words(
        path,
        value,
        (),
        page,
        role=_TICKED,
        reason=named_tick_reason(box),
        bbox=box.bbox,
        raw=box.label,
        extra=tick_features(box),
    )


def _stamp(line: Line, page: PageReading, places: Sequence[BBox]) -> Iterator[Candidate]:
    """``STAT`` in capitals on a line of its own, beside no box."""
    found = _STAMP.match(line.text)
    if found is None or lies_on(line.bbox, places) or is_unticked(line.text, page.layout.lines):
        return
    near = [
        box for box in page.layout.checkboxes if 0 <= line.bbox.x0 - box.bbox.x1 < 16 and _is_row(box.bbox, line.bbox)
    ]
    if near:
        return
    word = found.group(1).casefold()
    reason = Reason(code="stamped", text="stands in capitals by itself on the order")
    yield from_words(
        "orders[*].priority", _PRIORITIES[word], line.words, page, role=_STAMPED, reason=reason, extra={"label": 0.7}
    )


def _is_row(first: BBox, second: BBox) -> bool:
    return first.y_overlap(second) > 0.4 * min(first.height, second.height)


def _durations(page: PageReading, answers: Sequence[Answer]) -> Iterator[Candidate]:
    path = "orders[*].duration"
    for answer in answers:
        if answer.attribute != "duration":
            continue
        boxes = _boxes_of(answer, page)
        for box in boxes:
            read = read_span(box.label)
            if box.is_checked is not False and read is not None:
                yield _ticked(path, read[0], box, page)
        if boxes:
            continue
        text, spans = join_words(answer.words)
        read = read_span(text)
        if read is not None:
            yield from_answer(
                path,
                read[0],
                answer,
                page,
                words=words_between(answer.words, spans, read[1], read[2]),
                item=answer.item,
                extra={"role": _LABELLED},
            )
        elif not answer.words and is_blank_field(answer):
            yield from_answer(path, None, answer, page)


def _refills(page: PageReading, answers: Sequence[Answer]) -> Iterator[Candidate]:
    path = "orders[*].refills"
    for answer in answers:
        if answer.attribute != "refills":
            continue
        text, spans = join_words(answer.words)
        found = re.search(r"(?<![\d/.])(\d{1,2})(?![\d/]|\.\d)|\b(none|no|zero)\b", text, re.IGNORECASE)
        if found is not None and len(answer.words) <= 4:
            value = str(int(found.group(1))) if found.group(1) else "0"
            yield from_answer(
                path,
                value,
                answer,
                page,
                words=words_between(answer.words, spans, found.start(), found.end()),
                item=answer.item,
                extra={"role": _LABELLED},
            )
        elif not answer.words and is_blank_field(answer):
            yield from_answer(path, None, answer, page)


def _dated(answer: Answer, page: PageReading, today: date) -> Iterator[Candidate]:
    path = f"orders[*].{answer.attribute}"
    if not answer.words:
        if is_blank_field(answer):
            yield from_answer(path, None, answer, page)
        return
    reading = parse_date(answer.text, today=today, kind="event")
    if reading is None:
        if sum(character.isdigit() for character in answer.text) >= 4:
            why = Reason(code="not_a_date", text="what is written there is no possible date")
            yield from_answer(path, None, answer, page, is_valid=False, is_illegible=True, reasons=(why,))
        return
    is_late = answer.attribute == "last_treatment_date" and reading.value > today.isoformat()
    codes = {reason.code for reason in reading.reasons}
    validity = 1.0 - 0.4 * reading.is_ambiguous - 0.3 * reading.is_repaired - 0.4 * ("far_from_today" in codes)
    yield from_answer(
        path,
        reading.value,
        answer,
        page,
        item=answer.item,
        is_valid=not is_late,
        validity=max(0.0, validity - 0.6 * is_late),
        extra={"role": _LABELLED},
        reasons=reading.reasons,
    )


families.register("order_details")(_OrderDetails())
