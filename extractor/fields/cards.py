"""Copies of insurance cards, front and back: small labels, the payer's name in large letters without one.

What a card prints for others (a provider's line, a nurse line, where to send claims) is not the member's. A back names
nobody: it belongs to the front on the page before it, else to the one behind it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from extractor.fields.base import Context, families
from extractor.fields.evidence import from_answer, from_words
from extractor.fields.numbers import find_phones
from extractor.fields.policy_values import (
    LEAVES,
    PAGE_FIT,
    find_identifier,
    is_member_number,
    read_pcn,
    read_relationship,
    write_identifier,
    write_subscriber,
)
from extractor.knowledge.organisations import is_known_payer, is_payer_name, is_plan_name
from extractor.packet import Answer, Role
from extractor.packet.questions import Question, read_label
from models.record import BBox, PageType, Reason, lies_on
from models.stages.candidate import Candidate
from models.stages.layout import Line, PageReading, Relation
from models.stages.text import Word

_MEMBER_PHONE = re.compile(r"\b(?:member|customer|subscriber|patient)s?\b", re.IGNORECASE)
_OTHER_PHONE = re.compile(
    r"\b(?:provider|nurse|pharmac|precert|prior auth|24|behavioral|claims|fax|dental|vision)\w*", re.IGNORECASE
)
_NOT_A_NAME = re.compile(
    r"\d{3}|:|\b(?:copay|card|front|back|scan|copy|issuer|effective|www|rx|show|deductible)\b", re.IGNORECASE
)
_LOGO, _UNSURE_LOGO = 0.75, 0.5
_LABELLED, _UNLABELLED = 0.95, 0.6
_COLUMN_GAP, _ROW_GAP, _MARGIN = 14.0, 9.0, 8.0
"""Points between columns, between a label and what stands below it, and between their left edges."""
_SURE_LABEL, _MOST_LABEL_WORDS = 0.96, 4
_MOST_LINES, _FEWEST_ON_CARDS = 30, 2
"""Lines of a page that holds a card and nothing else, and attributes that tell one."""
_ON_CARDS = frozenset({"member_id", "group_number", "bin", "pcn", "plan", "payer", "full_name"})
_PRINTED_ON_CARDS = _ON_CARDS | {
    "payer_phone",
    "phone",
    "relationship",
    "other_id",
    "other_date",
    "date",
    "date_of_birth",
    "prescription_plan",
    "first_name",
    "last_name",
    "pages",
}
_WHOLE_RUN = frozenset({"full_name", "plan", "payer", "member_id"})
"""Attributes whose labels are ordinary words: with more behind them on the row they are text."""


class _Cards:
    name = "insurance_cards"
    paths = tuple(f"coverages[].{leaf}" for leaf in LEAVES if leaf != "rank")

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        if not is_card(page, context.answers[page.page.page_no]):
            return
        answers = [*context.answers[page.page.page_no]]
        answers.extend(_unpaired(page, answers))
        if not _member_ids(answers):
            yield from _from_back(page, answers, context)
            return
        cards = _cards(answers, page)
        for answer in answers:
            yield from _from_card_answer(answer, page, _nearest(cards, answer.label_bbox))
        for line in page.layout.lines:
            yield from _phone_in_line(line, page, context.country, cards)
        taken = [answer.label_bbox for answer in answers] + [w.bbox for answer in answers for w in answer.words]
        for card in cards:
            yield from _logo(card, cards, page, taken)


def is_card(page: PageReading, answers: Sequence[Answer]) -> bool:
    """Whether a page is a copy of cards; one that no page type was found for is, where it says what a card says."""
    if page.page.type is PageType.INSURANCE_CARD:
        return True
    lines = page.layout.lines
    return page.page.type is PageType.OTHER and 0 < len(lines) <= _MOST_LINES and _is_front(answers)


def _is_front(answers: Sequence[Answer]) -> bool:
    """Whether answers are a member number and little else than what cards print."""
    known = {answer.attribute for answer in answers if answer.attribute != "unknown"}
    return bool(_member_ids(answers)) and known <= _PRINTED_ON_CARDS and len(known) >= _FEWEST_ON_CARDS


def _member_ids(answers: Sequence[Answer]) -> dict[str, Answer]:
    """The member numbers that differ, each with the first answer that gives it."""
    found: dict[str, Answer] = {}
    for answer in answers:
        read = find_identifier(answer.text) if is_member_number(answer) and answer.words else None
        if read is not None:
            found.setdefault(read[0], answer)
    return found


def _from_back(page: PageReading, answers: Sequence[Answer], context: Context) -> Iterator[Candidate]:
    """What a back gives for the policy of its front; of a front with several cards none is picked."""
    number = page.page.page_no
    front = _front_of(number, context.answers)
    item = f"p{number}card0"
    here = ((item, BBox(0.0, 0.0, page.page.width or 612.0, page.page.height or 792.0)),)
    taken = [answer.label_bbox for answer in answers] + [w.bbox for answer in answers for w in answer.words]
    found = [one for answer in answers for one in _from_card_answer(answer, page, item)]
    found.extend(one for line in page.layout.lines for one in _phone_in_line(line, page, context.country, here))
    yield from found
    if front is None:
        yield from _logo(here[0], here, page, taken)
        return
    if not found:
        return
    member, answer = front
    reason = Reason(code="card_back", text=f"the back of the card on page {answer.page_no}")
    extra = {"page": PAGE_FIT[page.page.type]}
    yield from_words(
        "coverages[].member_id", member, (), page, role=_UNSURE_LOGO, reason=reason, item=item, raw="", extra=extra
    )


def _front_of(number: int, answers: Mapping[int, Sequence[Answer]]) -> tuple[str, Answer] | None:
    """The one member number of the card on the page before, else behind."""
    for there in (number - 1, number + 1):
        members = _member_ids(answers.get(there, ()))
        if members and _is_front(answers[there]):
            return next(iter(members.items())) if len(members) == 1 else None
    return None


def _unpaired(page: PageReading, known: Sequence[Answer]) -> Iterator[Answer]:
    """Small labels without a colon that the layout paired with nothing: the value stands behind them or right below."""
    taken = [answer.label_bbox for answer in known if answer.words]
    taken.extend(word.bbox for answer in known for word in answer.words)
    runs = [run for line in page.layout.lines for run in _runs(line)]
    for run in runs:
        label, question = _label_of(run)
        if question is None or _is_taken(label, taken):
            continue
        words, relation = run[len(label) :], Relation.RIGHT
        if not words:
            words, relation = _below(run, runs), Relation.BELOW
        if not words or _is_taken(words, taken):
            continue
        box = label[0].bbox.union(label[-1].bbox)
        yield Answer(
            attribute=question.attribute,
            role=question.role,
            label=" ".join(word.text for word in label),
            label_score=question.score,
            role_score=1.0 if question.role else 0.0,
            relation=relation,
            words=words,
            label_bbox=box,
            bbox=words[0].bbox.union(words[-1].bbox),
            page_no=page.page.page_no,
        )


def _runs(line: Line) -> list[tuple[Word, ...]]:
    """A line's words parted at wide gaps."""
    runs: list[list[Word]] = []
    for word in line.words:
        if runs and word.bbox.x0 - runs[-1][-1].bbox.x1 < _COLUMN_GAP:
            runs[-1].append(word)
        else:
            runs.append([word])
    return [tuple(run) for run in runs]


def _label_of(run: tuple[Word, ...]) -> tuple[tuple[Word, ...], Question | None]:
    """The longest label that a run starts with; a label that asks for a name must be the whole run."""
    for count in range(min(len(run), _MOST_LABEL_WORDS), 0, -1):
        question = read_label(" ".join(word.text for word in run[:count]))
        if question is None or question.score < _SURE_LABEL or question.attribute not in _ON_CARDS:
            continue
        if question.attribute in _WHOLE_RUN and count < len(run) and not run[count - 1].text.endswith(":"):
            continue
        return run[:count], question
    return (), None


def _below(run: tuple[Word, ...], runs: Sequence[tuple[Word, ...]]) -> tuple[Word, ...]:
    """The run right below with the same left edge, unless it is a label itself."""
    for other in runs:
        gap = other[0].bbox.top - run[0].bbox.bottom
        if -3.0 <= gap <= _ROW_GAP and abs(other[0].bbox.x0 - run[0].bbox.x0) < _MARGIN:
            return () if _label_of(other)[1] is not None and len(_label_of(other)[0]) == len(other) else other
    return ()


def _is_taken(words: Sequence[Word], taken: Sequence[BBox]) -> bool:
    return not words or lies_on(words[0].bbox, taken, 0.3)


def _cards(answers: Sequence[Answer], page: PageReading) -> list[tuple[str, BBox]]:
    """An item and a place for each card: one for each member number that differs."""
    places = [answer.label_bbox for answer in _member_ids(answers).values()]
    return [(f"p{page.page.page_no}card{index}", place) for index, place in enumerate(places)]


def _nearest(cards: Sequence[tuple[str, BBox]], box: BBox) -> str:
    return min(cards, key=lambda card: abs(card[1].y_mid - box.y_mid) + 0.5 * abs(card[1].x_mid - box.x_mid))[0]


def _from_card_answer(answer: Answer, page: PageReading, item: str) -> Iterator[Candidate]:
    extra = {"role": _LABELLED, "page": PAGE_FIT[page.page.type]}
    if not answer.words:
        return
    if answer.attribute == "group_number" or is_member_number(answer):
        read = find_identifier(answer.text)
        if read is not None:
            yield from write_identifier(answer.attribute, answer, page, item, extra)
        elif answer.attribute == "member_id" and answer.role in {Role.PATIENT, Role.SUBSCRIBER}:
            yield from write_subscriber(answer, page, item, extra)
    elif answer.attribute == "bin":
        found = re.search(r"(?<!\d)\d{6}(?!\d)", answer.text)
        if found is not None:
            yield from_answer("coverages[].bin", found.group(), answer, page, item=item, extra=extra)
    elif answer.attribute == "pcn":
        pcn = read_pcn(answer.text)
        if pcn is not None:
            yield from_answer("coverages[].pcn", pcn, answer, page, item=item, extra=extra)
    elif answer.attribute == "plan" and any(character.isalpha() for character in answer.text):
        yield from_answer("coverages[].plan", answer.text, answer, page, item=item, extra=extra)
    elif answer.attribute == "payer" and any(character.isalpha() for character in answer.text):
        yield from_answer("coverages[].payer", answer.text, answer, page, item=item, extra=extra)
    elif answer.attribute == "full_name":
        yield from write_subscriber(answer, page, item, extra)
    elif answer.attribute == "relationship":
        value = read_relationship(answer.text)
        if value is not None:
            yield from_answer("coverages[].relationship", value, answer, page, item=item, extra=extra)


def _phone_in_line(
    line: Line, page: PageReading, country: str, cards: Sequence[tuple[str, BBox]]
) -> Iterator[Candidate]:
    """The number that a card gives its members."""
    found = find_phones(line.words, country)
    for index, (reading, words, _behind) in enumerate(found):
        start = found[index - 1][1][-1].bbox.x1 if index else line.bbox.x0 - 1
        said = " ".join(w.text for w in line.words if start <= w.bbox.x0 < words[0].bbox.x0)
        if not _MEMBER_PHONE.search(said) or _OTHER_PHONE.search(said):
            continue
        reason = Reason(code="card_phone", text="the number for members on the card")
        yield from_words(
            "coverages[].payer_phone",
            reading.value,
            words,
            page,
            role=_LABELLED,
            reason=reason,
            is_valid=reading.is_valid,
            item=_nearest(cards, line.bbox),
            reasons=reading.reasons,
            extra={"page": PAGE_FIT[page.page.type], "label": 0.9, "relation": 0.95, "anchor": 1.0},
        )


def _logo(
    card: tuple[str, BBox], cards: Sequence[tuple[str, BBox]], page: PageReading, taken: Sequence[BBox]
) -> Iterator[Candidate]:
    """The payer, which a card prints large and without a label, and the plan below it."""
    free = [
        line
        for line in page.layout.lines
        if not _NOT_A_NAME.search(line.text)
        and len(line.words) <= 6
        and any(character.isalpha() for character in line.text)
        and not lies_on(line.bbox, taken, 0.3)
        and _nearest(cards, line.bbox) == card[0]
    ]
    named = [line for line in free if is_payer_name(line.text)]
    pool = named or free
    if not pool:
        return
    payer = max(pool, key=lambda line: (is_known_payer(line.text), round(line.bbox.height), -line.bbox.top))
    role = _LOGO if named else _UNSURE_LOGO
    fit = {"page": PAGE_FIT[page.page.type]}
    reason = Reason(code="card_name", text="the name in large letters on the card")
    yield from_words(
        "coverages[].payer", payer.text, payer.words, page, role=role, reason=reason, item=card[0], extra=fit
    )
    below = [
        line
        for line in free
        if line is not payer and is_plan_name(line.text) and _is_below_or_beside(line.bbox, payer.bbox)
    ]
    for line in below[:1]:
        reason = Reason(code="card_plan", text="stands below the payer's name on the card")
        yield from_words(
            "coverages[].plan", line.text, line.words, page, role=_UNLABELLED, reason=reason, item=card[0], extra=fit
        )


def _is_below_or_beside(box: BBox, name: BBox) -> bool:
    is_level = box.y_overlap(name) > 0.4 * min(box.height, name.height)
    return (is_level and box.x0 >= name.x1) or -4 <= box.top - name.bottom < 36


families.register("insurance_cards")(_Cards())
