"""Copies of insurance cards, front and back: small labels, the payer's name in large letters without one.

What a card prints for others (a provider's line, a nurse line, where to send claims) is not the member's.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from extractor.fields.base import Context, families
from extractor.fields.evidence import from_answer, from_words
from extractor.fields.numbers import find_phones
from extractor.fields.policy_values import LEAVES, PAGE_FIT, find_identifier, read_relationship, write_subscriber
from extractor.knowledge.organisations import is_known_payer, is_payer_name, is_plan_name
from extractor.packet import Answer, Role
from extractor.packet.questions import Question, read_label
from models.record import BBox, PageType, Reason
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
_ON_CARDS = frozenset({"member_id", "group_number", "bin", "pcn", "plan", "payer", "full_name"})
_WHOLE_RUN = frozenset({"full_name", "plan", "payer", "member_id"})
"""Attributes whose labels are ordinary words: with more behind them on the row they are text."""


class _Cards:
    name = "insurance_cards"
    paths = tuple(f"coverages[].{leaf}" for leaf in LEAVES if leaf != "rank")

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        if page.page.type is not PageType.INSURANCE_CARD:
            return
        answers = [*context.answers[page.page.page_no]]
        answers.extend(_unpaired(page, answers))
        cards = _cards(answers, page)
        for answer in answers:
            yield from _from_card_answer(answer, page, _nearest(cards, answer.label_bbox))
        for line in page.layout.lines:
            yield from _phone_in_line(line, page, context.country, cards)
        taken = [answer.label_bbox for answer in answers] + [w.bbox for answer in answers for w in answer.words]
        for card in cards:
            yield from _logo(card, cards, page, taken)


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
    return not words or any(words[0].bbox.intersection_area(box) > 0.3 * words[0].bbox.area for box in taken)


def _cards(answers: Sequence[Answer], page: PageReading) -> list[tuple[str, BBox]]:
    """An item and a place for each card: one for each member number that differs."""
    seen: dict[str, BBox] = {}
    for answer in answers:
        read = find_identifier(answer.text) if answer.attribute == "member_id" and answer.words else None
        if read is not None and read[0] not in seen:
            seen[read[0]] = answer.label_bbox
    width, height = page.page.width or 612.0, page.page.height or 792.0
    places = list(seen.values()) or [BBox(0.0, 0.0, width, height)]
    return [(f"p{page.page.page_no}card{index}", place) for index, place in enumerate(places)]


def _nearest(cards: Sequence[tuple[str, BBox]], box: BBox) -> str:
    return min(cards, key=lambda card: abs(card[1].y_mid - box.y_mid) + 0.5 * abs(card[1].x_mid - box.x_mid))[0]


def _from_card_answer(answer: Answer, page: PageReading, item: str) -> Iterator[Candidate]:
    extra = {"role": _LABELLED, "page": PAGE_FIT[page.page.type]}
    if not answer.words:
        return
    if answer.attribute in {"member_id", "group_number"}:
        read = find_identifier(answer.text)
        if read is not None:
            validity = 1.0 if read[3] else 0.7
            path = f"coverages[].{answer.attribute}"
            yield from_answer(path, read[0], answer, page, item=item, extra=extra, validity=validity)
        elif answer.attribute == "member_id" and answer.role in {Role.PATIENT, Role.SUBSCRIBER}:
            yield from write_subscriber(answer, page, item, extra)
    elif answer.attribute == "bin":
        found = re.search(r"(?<!\d)\d{6}(?!\d)", answer.text)
        if found is not None:
            yield from_answer("coverages[].bin", found.group(), answer, page, item=item, extra=extra)
    elif answer.attribute == "pcn":
        found = re.match(r"[A-Za-z0-9]{2,10}", answer.text)
        if found is not None:
            yield from_answer("coverages[].pcn", found.group(), answer, page, item=item, extra=extra)
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
        and not any(line.bbox.intersection_area(box) > 0.3 * line.bbox.area for box in taken)
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
        if line is not payer and is_plan_name(line.text) and -4 <= line.bbox.top - payer.bbox.bottom < 36
    ]
    for line in below[:1]:
        reason = Reason(code="card_plan", text="stands below the payer's name on the card")
        yield from_words(
            "coverages[].plan", line.text, line.words, page, role=_UNLABELLED, reason=reason, item=card[0], extra=fit
        )


families.register("insurance_cards")(_Cards())
