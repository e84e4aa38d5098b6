"""Insurance: one item for each policy a page shows, from forms, face sheets and copies of cards.

The rank comes from what is printed over or in a label (``Secondary insurance``); a policy that nothing ranks has none.
A guarantor, an employer and an emergency contact are no subscribers.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from extractor.fields.base import Context, families
from extractor.fields.evidence import from_answer, from_words, is_blank_field
from extractor.fields.numbers import find_phones
from extractor.fields.policies import (
    COVERED,
    HOLDERS,
    Policy,
    find_policies,
    find_rank,
    is_coverage_section,
    is_ranked_in_words,
)
from extractor.fields.policy_blocks import find_payer_near, find_payer_over, with_blocks
from extractor.fields.policy_values import (
    LEAVES,
    PAGE_FIT,
    REFUSED,
    RELATIONSHIPS,
    find_identifier,
    read_name,
    read_pcn,
    read_relationship,
    split_plan,
    write_identifier,
    write_name,
    write_subscriber,
)
from extractor.fields.ticks import named_tick_reason, tick_features
from extractor.knowledge.organisations import is_known_payer, is_payer_name, is_plan_name
from extractor.packet import Answer
from extractor.packet.questions import fold, read_label
from models.record import Alternative, PageType, Reason
from models.stages.candidate import Candidate
from models.stages.layout import CheckBox, Line, PageReading
from models.stages.text import join_words, words_between

_REST_OF_LABEL = frozenset({"co", "carrier", "company"})
"""What a label split after "Ins." leaves before its answer."""
_PROSE = re.compile(r"(?:[a-z]+ ){3}|\(|\W*\w\W*$")
"""How running text begins, and what stands in brackets under a line: no payer's name."""
_SPECIFIC = frozenset({"group_number", "bin", "pcn", "payer", "payer_phone", "member_id", "plan"})
_COMPANY = re.compile(r"\b(?:health(?:care)?|mutual|insurance|medical|benefits?|trust|assurance|care)\b", re.IGNORECASE)
"""Words of companies that insure: with one before it the kind of plan stands behind its payer's name."""
_UNPARTED = 0.6
"""How well a payer's or plan's name is told that nothing printed parts from the other."""
_SHORT_GROUP = re.compile(r"[A-Z]{3,12}|\d{2,3}")
"""Group numbers without the length of others: a few capitals or digits, where they are the whole answer."""
_BIN = re.compile(r"(?<!\d)\d{6}(?!\d)")
_BIN_AND_PCN = re.compile(r"(?P<bin>\d{6})\s*[/,|]\s*(?P<pcn>[A-Z0-9]{2,10})", re.IGNORECASE)
_RANKED = Reason(code="ranked", text="printed over the policy or in its label")
_NUMBERED = Reason(code="rank_by_number", text="its block has a number and no rank is said: the number may only count")
_BESIDE = Reason(code="payer_by_place", text="a payer's name beside the policy's numbers, without a label")
_ONE_OF_SEVERAL = Reason(code="which_policy", text="printed once for several policies: nothing says whose it is")
_ONE_NAME = Reason(code="one_name", text="the kind of plan stands right behind the payer's name: it may belong to it")
_NUMBERS = ("member_id", "group_number")
_OF_SEX = frozenset({"other"})
"""A choice that the boxes of a sex end with, too."""
_SAME_ROW, _REACH = 4.0, 160.0
"""Points between boxes of one row of choices, up and down and to the side."""
_SURE_LABEL = 0.96
_SURE, _NEAR, _VAGUE = 0.95, 0.85, 0.4


class _Coverages:
    name = "coverages"
    paths = tuple(f"coverages[].{leaf}" for leaf in LEAVES)

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        answers = context.answers[page.page.page_no]
        if page.page.type is PageType.INSURANCE_CARD:
            return  # read by their places: see ``cards``
        answers = with_blocks(answers, page)
        policies = find_policies(answers, page)
        if len(policies) == 1:
            yield from _payer_by_place(policies[0], answers, page)
        for policy in policies:
            yield from _write(policy, page, context)
            yield from _ticked_relationship(policy, page)


def _role_score(answer: Answer, leaf: str) -> float:
    """How surely an answer is about an insurance policy."""
    if answer.role in HOLDERS or is_coverage_section(answer):
        return _SURE
    if answer.attribute in _SPECIFIC and fold(answer.label) not in {"id", "identification", "plan", "contract"}:
        return _NEAR
    return _NEAR if leaf == "relationship" and COVERED.search(fold(answer.label)) else _VAGUE


def _write(policy: Policy, page: PageReading, context: Context) -> Iterator[Candidate]:
    item = f"p{page.page.page_no}{policy.key}"
    fit = PAGE_FIT[page.page.type]
    written: list[Candidate] = []
    payer = policy.leaves.get("payer")
    for leaf, answer in policy.leaves.items():
        extra = {"role": _role_score(answer, leaf), "page": fit}
        is_alone = leaf == "plan" and not (payer is not None and payer.words)
        made = _write_leaf(leaf, answer, page, country=context.country, item=item, extra=extra, is_alone=is_alone)
        written.extend(_unsure(one) if leaf in policy.unsure else one for one in made)
    if "subscriber_name" not in policy.leaves:
        written.extend(_joined_subscriber(policy, page, item, fit))
    has_value = any(one.value is not None for one in written)
    if has_value and policy.rank is not None and policy.rank_from is not None:
        written.append(_rank(policy.rank, policy.rank_from, page, item, fit))
    yield from written


def _unsure(made: Candidate) -> Candidate:
    """A number that one of several policies of a page has, and nothing printed says which."""
    return made.model_copy(update={"is_valid": False, "reasons": (*made.reasons, _ONE_OF_SEVERAL)})


def _payer_by_place(policy: Policy, answers: Sequence[Answer], page: PageReading) -> Iterator[Candidate]:
    """The payer of a page's only policy where no label names one: a person should look."""
    payer = policy.leaves.get("payer")
    numbers = [policy.leaves[leaf].label_bbox for leaf in _NUMBERS if leaf in policy.leaves]
    if (payer is not None and payer.words) or not numbers:
        return
    taken = [answer.label_bbox for answer in answers] + [word.bbox for answer in answers for word in answer.words]
    words = find_payer_near(numbers, taken, page) or find_payer_over(page)
    if words:
        yield from_words(
            "coverages[].payer",
            read_name(" ".join(word.text for word in words), words, page),
            words,
            page,
            role=_VAGUE,
            reason=_BESIDE,
            is_valid=False,
            item=f"p{page.page.page_no}{policy.key}",
            extra={"page": PAGE_FIT[page.page.type]},
        )


def _rank(rank: str, source: Answer | Line, page: PageReading, item: str, fit: float) -> Candidate:
    box = source.bbox if isinstance(source, Line) else source.label_bbox
    raw = source.text if isinstance(source, Line) else source.label
    if not isinstance(source, Line) and find_rank(source.text) == rank and find_rank(raw) is None:
        raw = f"{raw} {source.text}"
    extra = {"page": fit, "label": 0.95, "relation": 1.0, "anchor": 1.0}
    is_said = is_ranked_in_words(raw)
    return from_words(
        "coverages[].rank",
        rank,
        (),
        page,
        role=_SURE,
        reason=_RANKED if is_said else _NUMBERED,
        is_valid=is_said,
        bbox=box,
        raw=raw,
        item=item,
        extra=extra,
    )


def _write_leaf(
    leaf: str, answer: Answer, page: PageReading, *, country: str, item: str, extra: dict[str, float], is_alone: bool
) -> Iterator[Candidate]:
    """``is_alone``: a plan's policy has no answer that names its payer, which may stand before the plan's kind."""
    path = f"coverages[].{leaf}"
    if not answer.words:
        if leaf in LEAVES and is_blank_field(answer):
            yield from_answer(path, None, answer, page, item=item, extra=extra)
        return
    text = answer.text
    if leaf == "payer":
        yield from _write_payer(answer, page, item, extra)
    elif leaf in {"member_id", "group_number"}:
        yield from _write_identifier(leaf, answer, page, item, extra)
    elif leaf in {"bin", "pcn"} and (both := _BIN_AND_PCN.fullmatch(text.strip(" .,"))) is not None:
        for name, value in both.groupdict().items():
            yield from_answer(f"coverages[].{name}", value, answer, page, item=item, extra=extra)
    elif leaf == "bin":
        found = _BIN.search(text)
        if found is not None:
            yield from_answer(path, found.group(), answer, page, item=item, extra=extra)
        elif any(c.isdigit() for c in text):
            why = Reason(code="not_six_digits", text="what is written there is not six digits")
            yield from_answer(
                path, None, answer, page, item=item, extra=extra, is_valid=False, is_illegible=True, reasons=(why,)
            )
    elif leaf == "pcn":
        pcn = read_pcn(text)
        if pcn is not None:
            yield from_answer(path, pcn, answer, page, item=item, extra=extra)
    elif leaf == "payer_phone":
        for reading, words, _behind in find_phones(answer.words, country)[:1]:
            yield from_answer(
                path,
                reading.value,
                answer,
                page,
                words=words,
                item=item,
                extra=extra,
                is_valid=reading.is_valid,
                reasons=reading.reasons,
            )
    elif leaf == "plan":
        value = text.strip(" ,;/")
        kind = split_plan(value) if is_alone else None
        if kind is not None and (is_known_payer(kind[0]) or _COMPANY.search(kind[0]) is not None):
            yield from _write_payer(answer, page, item, extra)
            return
        if not REFUSED.match(value) and any(c.isalpha() for c in value) and len(answer.words) <= 8:
            yield write_name(path, value, answer, page, words=answer.words, item=item, extra=extra)
    elif leaf == "subscriber_name":
        yield from write_subscriber(answer, page, item, extra)
    elif leaf == "relationship":
        relation = read_relationship(text)
        if relation is not None:
            yield from_answer(path, relation, answer, page, item=item, extra=extra)


def _write_payer(answer: Answer, page: PageReading, item: str, extra: dict[str, float]) -> Iterator[Candidate]:
    words = answer.words
    if len(words) > 1 and fold(words[0].text) in _REST_OF_LABEL and not fold(answer.label).endswith("company"):
        words = words[1:]
    text, spans = join_words(words)
    value = text.strip(" ,;/")
    if REFUSED.match(value) or not any(c.isalpha() for c in value) or len(answer.words) > 10:
        return
    if _PROSE.match(value):
        return
    label = read_label(value)
    if label is not None and label.score >= _SURE_LABEL and not is_known_payer(value):
        return  # the rest of a label: "Other coverage: | carrier"
    end = len(text)
    plan: tuple[int, int] | None = None
    is_parted = True
    cut = re.search(r"\s+(?:/|\||-|\u2013|\u2014)\s+|\s*/\s*|,\s+(?=[^,]+$)", text)
    if cut is not None and (
        ("," not in cut.group() and re.search(r"/|plan", answer.label, re.IGNORECASE))
        or is_plan_name(text[cut.end() :])
        or ("\u2014" in cut.group() and not is_payer_name(text[cut.end() :]))
    ):
        plan, end = (cut.end(), len(text)), cut.start()
    elif (kind := split_plan(text)) is not None:
        is_parted = False
        plan, end = (text.rindex(kind[1]), text.rindex(kind[1]) + len(kind[1])), len(kind[0])
    number = re.search(r"[\s,;]+(?:(?:member|policy|group|id)\b.*|#.*|[A-Z]{0,4}\d{5,}.*)$", text[:end], re.IGNORECASE)
    if number is not None and number.start() > 0:
        end = number.start()
    head = text[:end].strip(" ,;")
    fit = 1.0 if is_parted else _UNPARTED
    if head:
        inside = words_between(words, spans, 0, end)
        made = write_name("coverages[].payer", head, answer, page, words=inside, item=item, extra=extra, validity=fit)
        yield made if is_parted else _unparted(made, value)
    if plan is not None:
        name, inside = text[plan[0] : plan[1]].strip(" ,;"), words_between(words, spans, *plan)
        made = write_name("coverages[].plan", name, answer, page, words=inside, item=item, extra=extra, validity=fit)
        yield made if is_parted else _unparted(made, None)


def _unparted(made: Candidate, whole: str | None) -> Candidate:
    """A payer's or plan's name that nothing printed parts from the other: a person says whether it is one name."""
    others = () if whole is None else (Alternative[str](value=whole),)
    told = {"reasons": (*made.reasons, _ONE_NAME), "alternatives": (*made.alternatives, *others)}
    return made.model_copy(update=told)


def _write_identifier(
    leaf: str, answer: Answer, page: PageReading, item: str, extra: dict[str, float]
) -> Iterator[Candidate]:
    """Letters and digits as printed; what holds no digit is no number, unless a group's whole answer is one word."""
    both = _two_identifiers(answer)
    if both is not None:
        for name, value in both.items():
            yield from_answer(f"coverages[].{name}", value, answer, page, item=item, extra=extra)
        return
    if find_identifier(answer.text) is not None:
        yield from write_identifier(leaf, answer, page, item, extra)
        return
    is_code = leaf == "group_number" and _SHORT_GROUP.fullmatch(answer.text.strip(" .,")) is not None
    if is_code and not REFUSED.match(answer.text):
        path = f"coverages[].{leaf}"
        yield from_answer(path, answer.text.strip(" .,"), answer, page, item=item, extra=extra, validity=0.6)


def _two_identifiers(answer: Answer) -> dict[str, str] | None:
    """``Member ID and group: HAH177584746 / G936154``: a label that asks both, answered by two in its order."""
    asked = {
        name: found.start()
        for name, form in (("member_id", r"member|subscriber|policy|\bid\b"), ("group_number", r"group|\bgrp"))
        if (found := re.search(form, answer.label, re.IGNORECASE)) is not None
    }
    parts = re.fullmatch(r"([A-Za-z0-9\-]{4,20})\s*[/,;|]\s*([A-Za-z0-9\-]{4,20})", answer.text.strip(" .,"))
    if len(asked) < 2 or parts is None or not all(any(c.isdigit() for c in part) for part in parts.groups()):
        return None
    return dict(zip(sorted(asked, key=lambda name: asked[name]), parts.groups(), strict=True))


def _joined_subscriber(policy: Policy, page: PageReading, item: str, fit: float) -> Iterator[Candidate]:
    """First and last name under labels of their own."""
    first, last = policy.leaves.get("subscriber_first_name"), policy.leaves.get("subscriber_last_name")
    if first is None or last is None or not first.words or not last.words:
        return
    value = f"{first.text} {last.text}"
    yield from_answer(
        "coverages[].subscriber_name",
        value,
        last,
        page,
        words=(*first.words, *last.words),
        item=item,
        extra={"role": _SURE, "page": fit},
    )


def _ticked_relationship(policy: Policy, page: PageReading) -> Iterator[Candidate]:
    """``Relationship to insured: [x] Self [ ] Spouse [ ] Child``, where no label's answer holds it."""
    if "relationship" in policy.leaves and policy.leaves["relationship"].words:
        return
    area = [answer.label_bbox for answer in policy.leaves.values()]
    boxes = page.layout.checkboxes
    for box in boxes:
        value = RELATIONSHIPS.get(fold(box.label))
        if value is None or box.is_checked is False or not _asks_relationship(box, boxes):
            continue
        if area and min(abs(box.bbox.y_mid - place.y_mid) for place in area) > 60:
            continue
        yield from_words(
            "coverages[].relationship",
            value,
            (),
            page,
            role=_SURE,
            reason=named_tick_reason(box),
            bbox=box.bbox,
            raw=box.label,
            item=f"p{page.page.page_no}{policy.key}",
            extra={**tick_features(box), "page": PAGE_FIT[page.page.type]},
        )


def _asks_relationship(box: CheckBox, boxes: Sequence[CheckBox]) -> bool:
    """Whether a box's question asks for the relationship, or the boxes beside it all name one (``Policyholder``)."""
    if re.search(r"\brelation", fold(box.question or "")) is not None:
        return True
    beside = [
        other
        for other in boxes
        if abs(other.bbox.y_mid - box.bbox.y_mid) < _SAME_ROW and abs(other.bbox.x_mid - box.bbox.x_mid) < _REACH
    ]
    named = sum(fold(other.label) in RELATIONSHIPS for other in beside)
    return named == len(beside) > 1 and not any(fold(other.label) in _OF_SEX for other in beside)


families.register("coverages")(_Coverages())
