"""Copies of insurance cards, front and back: small labels, the payer's name in large letters without one.

What a card prints for others (a provider's line, a nurse line, where to send claims) is not the member's. A back names
nobody: it belongs to the front on the page before it, else to the one behind it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from extractor.fields.base import Context, families
from extractor.fields.evidence import from_answer, from_words
from extractor.fields.numbers import find_phones
from extractor.fields.policies import COVERED, find_rank
from extractor.fields.policy_values import (
    LEAVES,
    NEAR_WORD,
    PAGE_FIT,
    find_identifier,
    is_member_number,
    read_name,
    read_pcn,
    read_relationship,
    split_plan,
    write_identifier,
    write_name,
    write_subscriber,
)
from extractor.knowledge.hints import is_hint
from extractor.knowledge.organisations import is_known_payer, is_only_plan, is_payer_name, is_plan_name
from extractor.packet import Answer, Role
from extractor.packet.card_labels import read_card
from extractor.packet.card_values import RX_GROUP
from extractor.packet.questions import GUESSED, fold
from models.record import BBox, PageType, Reason, lies_on
from models.stages.candidate import Candidate
from models.stages.layout import Line, PageReading
from models.stages.text import Word

_MEMBER_PHONE = re.compile(r"\b(?:members?|customers?|subscribers?|patients?|questions)\b", re.IGNORECASE)
_OTHER_PHONE = re.compile(
    r"\b(?:nurse|pharmac|24|behavioral|mental|claims|fax|dental|vision|tty|tdd|rx|help ?desk|fraud)\w*", re.IGNORECASE
)
_PROVIDERS_PHONE = re.compile(r"\b(?:provider|precert|prior auth|doctor|physician|hospital)\w*", re.IGNORECASE)
"""Whose number it is where they are named first: cards give members and providers one number too."""
_NOT_A_NAME = re.compile(
    r"\d{3}|:|^\W*(?:front|back)\W*$|\b(?:front|back) (?:of|side|above|below)"
    r"|\b(?:copay|card|scan|copy|copied|issuer|effective|www|rx ?(?:bin|pcn|grp|group)|show|deductible|this"
    r"|your|call|please|claims|licensee|association|visit|not|providers?|pharmacists?|questions|prior authorization"
    r"|member services?)\b",
    re.IGNORECASE,
)
_MEDICARE_CARD = re.compile(r"medicare health insurance", re.IGNORECASE)
"""The title of the card that Medicare itself gives out, whose payer is Medicare."""
_KIND_OF_PLAN = re.compile(r"medicare (?:supplement|advantage|prescription|hmo|ppo|part d)\b", re.IGNORECASE)
"""What Medicare's name begins and is a private company's plan."""
_LOGO, _UNSURE_LOGO = 0.75, 0.5
_LABELLED, _UNLABELLED = 0.95, 0.6
_PAYERS_WORD = 1.25
_SHORTEST_NUMBER = 6
"""Letters and digits of a member number: a payer's own number (``Payer ID 55101``) is shorter."""
_CAPTION_GAP = 1.6
"""Line heights between a caption and the telephone number below it."""
_MOST_RANK_WORDS = 4
_RANKED = Reason(code="ranked", text="printed on the card")
_BY_SHAPE = Reason(code="told_by_shape", text="its label could not be read: its shape and place on the card tell it")


class _Cards:
    name = "insurance_cards"
    paths = tuple(f"coverages[].{leaf}" for leaf in LEAVES)

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        if page.page.type is not PageType.INSURANCE_CARD:
            return
        answers = _all_answers(page, context.answers[page.page.page_no])
        if not _member_ids(answers):
            yield from _from_back(page, answers, context)
            return
        cards = _cards(answers, page)
        for answer in answers:
            yield from _from_card_answer(answer, page, _nearest(cards, answer.label_bbox))
        for line in page.layout.lines:
            yield from _phone_in_line(line, page, context.country, cards)
            yield from _rank_in_line(line, page, cards)
        taken = [answer.label_bbox for answer in answers] + [w.bbox for answer in answers for w in answer.words]
        for card in cards:
            own = {a.attribute for a in answers if a.words and _nearest(cards, a.label_bbox) == card[0]}
            yield from (one for one in _logo(card, cards, page, taken) if one.path.rpartition(".")[2] not in own)


def _member_ids(answers: Sequence[Answer]) -> dict[str, Answer]:
    """The member numbers that differ, each with the first answer that gives it."""
    found: dict[str, Answer] = {}
    for answer in answers:
        read = find_identifier(answer.text) if is_member_number(answer) and answer.words else None
        if read is not None and len(re.sub(r"\W", "", read[0])) >= _SHORTEST_NUMBER:
            found.setdefault(read[0], answer)
    return found


def _from_back(page: PageReading, answers: Sequence[Answer], context: Context) -> Iterator[Candidate]:
    """What a back gives for the policy of its front; of a front with several cards none is picked."""
    number = page.page.page_no
    front = _front_of(number, context)
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


def _front_of(number: int, context: Context) -> tuple[str, Answer] | None:
    """The one member number of the card on the page before, else behind."""
    cards = {page.page.page_no: page for page in context.pages if page.page.type is PageType.INSURANCE_CARD}
    for there in (number - 1, number + 1):
        members = _member_ids(_all_answers(cards[there], context.answers[there])) if there in cards else {}
        if members:
            return next(iter(members.items())) if len(members) == 1 else None
    return None


def _all_answers(page: PageReading, layout: Sequence[Answer]) -> list[Answer]:
    """What a card's own labels ask, and of the layout's answers those about what no such label gave."""
    own = [answer for answer in read_card(page) if answer.words and not is_hint(answer.text)]
    labels = [answer.label_bbox for answer in own]
    values = [word.bbox for answer in own for word in answer.words]
    read = {answer.attribute for answer in own}
    rest = [
        answer
        for answer in layout
        if answer.attribute not in read
        and (answer.attribute != "payer" or is_payer_name(answer.text))
        and not lies_on(answer.label_bbox, labels, 0.3)
        and not any(lies_on(word.bbox, values, 0.3) for word in answer.words)
    ]
    has_group = "group_number" in read
    named = [
        answer.model_copy(update={"attribute": "group_number"})
        if answer.attribute == RX_GROUP and not has_group
        else answer
        for answer in own
    ]
    return [*named, *rest]


def _cards(answers: Sequence[Answer], page: PageReading) -> list[tuple[str, BBox]]:
    """An item and a place for each card: one for each member number that differs."""
    places = [answer.label_bbox for answer in _member_ids(answers).values()]
    return [(f"p{page.page.page_no}card{index}", place) for index, place in enumerate(places)]


def _nearest(cards: Sequence[tuple[str, BBox]], box: BBox) -> str:
    return min(cards, key=lambda card: abs(card[1].y_mid - box.y_mid) + 0.5 * abs(card[1].x_mid - box.x_mid))[0]


def _from_card_answer(answer: Answer, page: PageReading, item: str) -> Iterator[Candidate]:
    """The candidates of one answer; what only its shape told needs a person."""
    for one in _read_card_answer(answer, page, item):
        told = {"is_valid": False, "reasons": (*one.reasons, _BY_SHAPE)}
        yield one.model_copy(update=told) if answer.label_score <= GUESSED else one


def _read_card_answer(answer: Answer, page: PageReading, item: str) -> Iterator[Candidate]:
    extra = {"role": _LABELLED, "page": PAGE_FIT[page.page.type]}
    if not answer.words:
        return
    if answer.attribute == "group_number" or is_member_number(answer):
        read = find_identifier(answer.text)
        is_short = read is not None and len(re.sub(r"\W", "", read[0])) < _SHORTEST_NUMBER
        if read is not None and not (is_short and answer.attribute == "member_id"):
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
        words = answer.words
        yield write_name("coverages[].plan", answer.text, answer, page, words=words, item=item, extra=extra)
    elif answer.attribute == "payer" and not re.search(r"\d{3}", answer.text) and re.search(r"[A-Za-z]", answer.text):
        words = answer.words
        yield write_name("coverages[].payer", answer.text, answer, page, words=words, item=item, extra=extra)
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
        if not _is_members(re.split(r"[.;|]\s", said)[-1] or _caption(line, page)):
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


def _says_rank(line: Line) -> bool:
    """Whether a short line says of which rank the card's coverage is: ``PRIMARY COVERAGE``."""
    is_short = len(line.words) <= _MOST_RANK_WORDS and not any(c.isdigit() for c in line.text)
    words = set(fold(line.text).split())
    return (
        is_short
        and find_rank(line.text) is not None
        and COVERED.search(fold(line.text)) is not None
        and "care" not in words
    )


def _rank_in_line(line: Line, page: PageReading, cards: Sequence[tuple[str, BBox]]) -> Iterator[Candidate]:
    """The rank that a card, or who copied it, prints on it."""
    if not _says_rank(line):
        return
    yield from_words(
        "coverages[].rank",
        find_rank(line.text),
        line.words,
        page,
        role=_LABELLED,
        reason=_RANKED,
        item=_nearest(cards, line.bbox),
        extra={"page": PAGE_FIT[page.page.type], "label": 0.95, "relation": 1.0, "anchor": 1.0},
    )


def _is_members(said: str) -> bool:
    member, provider = _MEMBER_PHONE.search(said), _PROVIDERS_PHONE.search(said)
    is_first = member is not None and (provider is None or member.start() < provider.start())
    return is_first and _OTHER_PHONE.search(said) is None


def _caption(number: Line, page: PageReading) -> str:
    """What is printed for a number that stands alone: left of it on its height, else right above it."""
    box = number.bbox
    others = [line for line in page.layout.lines if line is not number and not re.search(r"\d{4}", line.text)]
    left = [
        line
        for line in others
        if line.bbox.x1 <= box.x0 and line.bbox.y_overlap(box) > 0.4 * min(box.height, line.bbox.height)
    ]
    if left:
        return max(left, key=lambda line: line.bbox.x1).text
    above = [
        line
        for line in others
        if -0.3 * box.height <= box.top - line.bbox.bottom <= _CAPTION_GAP * max(box.height, line.bbox.height)
        and abs(line.bbox.x0 - box.x0) < box.width
    ]
    return max(above, key=lambda line: line.bbox.bottom).text if above else ""


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
        and not _says_rank(line)
    ]
    named = [line for line in free if is_payer_name(line.text) and not is_only_plan(line.text)]
    pool = [line for line in free if not is_only_plan(line.text)] or free
    pool = [line for line in pool if _KIND_OF_PLAN.match(line.text) is None] or pool
    if not pool:
        return
    payer = max(pool, key=lambda line: (is_known_payer(line.text), line.bbox.height * _weight(line), -line.bbox.top))
    role = _LOGO if payer in named else _UNSURE_LOGO
    reason = Reason(code="card_name", text="the name in large letters on the card")
    kind = split_plan(payer.text)
    count = len(kind[0].split()) if kind is not None else len(payer.words)
    yield _printed_name("coverages[].payer", payer.words[:count], page, (role, reason), card[0])
    if kind is not None:
        reason = Reason(code="card_plan", text="stands behind the payer's name on the card")
        yield _printed_name("coverages[].plan", payer.words[count:], page, (_UNLABELLED, reason), card[0])
        return
    below = [
        line
        for line in free
        if line is not payer and is_plan_name(line.text) and _is_below_or_beside(line.bbox, payer.bbox)
    ]
    for line in below[:1]:
        reason = Reason(code="card_plan", text="stands below the payer's name on the card")
        yield _printed_name("coverages[].plan", line.words, page, (_UNLABELLED, reason), card[0])


def _weight(line: Line) -> float:
    """How much larger a line counts for holding a word of payers' names."""
    return _PAYERS_WORD if is_payer_name(line.text) else 1.0


def _printed_name(
    path: str, words: Sequence[Word], page: PageReading, told: tuple[float, Reason], item: str
) -> Candidate:
    """A payer's or plan's name without a label; ``told``: how surely it is one, and by what."""
    text = " ".join(word.text for word in words)
    value = read_name(text, words, page)
    is_whole = value == text
    if _MEDICARE_CARD.fullmatch(value):
        value = value.split()[0]
    return from_words(
        path,
        value,
        words,
        page,
        role=told[0],
        reason=told[1],
        is_valid=is_whole,
        item=item,
        reasons=() if is_whole else (NEAR_WORD,),
        extra={"page": PAGE_FIT[page.page.type]},
    )


def _is_below_or_beside(box: BBox, name: BBox) -> bool:
    is_level = box.y_overlap(name) > 0.4 * min(box.height, name.height)
    return (is_level and box.x0 >= name.x1) or -4 <= box.top - name.bottom < 36


families.register("insurance_cards")(_Cards())
