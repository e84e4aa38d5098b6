"""Blocks about a policy that the layout's pairs do not tell: labels over or under their values, and whole policies
written on one line (``Great Lakes Mutual / Gold HMO - ID GLM448812, group 5521``).
"""

import re
from collections.abc import Sequence
from itertools import takewhile

from extractor.fields.policies import COVERED, RANKS, find_rank
from extractor.fields.policy_texts import read_policy_texts
from extractor.fields.policy_values import find_identifier, read_name
from extractor.knowledge.hints import is_hint
from extractor.knowledge.labels import match_section
from extractor.knowledge.organisations import is_known_payer, is_only_plan, is_payer_name, is_practice_name
from extractor.packet import Answer, Role
from extractor.packet.card_labels import read_block, word_runs
from extractor.packet.card_values import RX_GROUP
from extractor.packet.questions import Question, fold, names_only, read_label
from models.record import BBox, lies_on
from models.stages.layout import Line, PageReading, Relation
from models.stages.text import Word, join_words, words_between

_NUMBER_LABEL = (
    r"(?:member |subscriber |policy |insurance |insured )?(?:id|policy)(?: ?(?:no\.?|number|#))?|"
    r"(?:member|policy|subscriber) ?(?:no\.?|number|#)"
)
_ON_ONE_LINE = re.compile(
    rf"^(?P<payer>[A-Z][^:#]*?)\s*[-\u2013\u2014,;|(:]*\s+(?P<label>{_NUMBER_LABEL})\s*[:#]?\s+"
    r"(?P<member>(?=\w*\d)[A-Z0-9][A-Z0-9\-]{4,19})\b",
    re.IGNORECASE,
)
_GROUP_BEHIND = re.compile(
    r"\b(?:group|grp)\.?\s*(?:no\.?|number|id|#)?\s*[:#]?\s*(?P<group>(?=[A-Z\-]*\d)[A-Z0-9\-]{2,20})\b", re.IGNORECASE
)
_PHONE_BEHIND = re.compile(
    r"\b(?:ph|phone|tel|telephone)\b\.?\s*(?:no\.?|#)?\s*:?\s*(?P<phone>(?:1[-. ])?\(?\d{3}\)?[-. ]*\d{3}[-. ]\d{4})",
    re.IGNORECASE,
)
_LABEL_BEFORE = re.compile(
    r"^(?:(?:primary|secondary|tertiary|other|1st|2nd)\s+)?(?:insurance|ins\.?|insurer|payer|payor|carrier)"
    r"(?:\s+(?:company|co\.?|name|carrier|\d))?\s*[:#]\s*",
    re.IGNORECASE,
)
_COUNT_BEFORE = re.compile(r"^#\s?\d\s+(?=[A-Z])")
"""``#1 Great Lakes Mutual Subscriber: ...``: one of a list of policies, where a label of one stands behind."""
_NEXT_LABEL = re.compile(
    r"\s(?:subscriber|policy ?holder|member|insured|policy|group)(?: (?:id|name|no\.?|number))?\s*:", re.IGNORECASE
)
_NUMBER_INSIDE = re.compile(
    r"\b(?P<label>(?P<asks>(?:member|subscriber|insured|policy)\s?)?(?:id|no\.?|number)\s?#?)\s*:?\s+"
    r"(?P<member>[A-Z]{2,4}(?: \d{2,6}){2,4}|[A-Z]{0,4} ?\d[A-Z0-9\-]{4,14})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_ABOVE, _BELOW, _MOST_WORDS = 45.0, 22.0, 6
"""Points around a policy's answers where its payer may stand without a label, and words of its name."""
_SURE_LABEL = 0.9
_BIN_INSIDE = re.compile(r"\b(?P<label>rx ?bin)\W{1,3}(?P<value>\d{6})\b", re.IGNORECASE)
_PCN_INSIDE = re.compile(r"\b(?P<label>rx ?pcn)\W{1,3}(?P<value>[A-Z0-9]{2,10})\b", re.IGNORECASE)
_INLINE = {"member_id": "ID", "group_number": "Group", "payer_phone": "Phone", "bin": "RxBIN", "pcn": "RxPCN"}
_WIDEST, _DEEPEST = 612.0, 220.0
"""Points: a letter page's width, and how far down a head of columns speaks."""
_SMALLER = 0.66
_HEAD_SHARE, _TALLEST = 0.12, 792.0
"""Of a page's height what is its head, and a letter page's height in points."""
_HEAD_EDGE, _FEWEST_ROWS = 24.0, 2
"""Points by which a value may stand left of its column's head, and rows that make a table of policies."""
_TITLE = re.compile(
    r"\b(?:request|authorization|form|referral|orders?|information|continued|review|report)\b", re.IGNORECASE
)


def with_blocks(answers: Sequence[Answer], page: PageReading) -> tuple[Answer, ...]:
    """The answers, with what sections about insurance and whole policies on one line say instead of or beside them."""
    columns = _from_columns(page)
    texts = [] if columns else read_policy_texts(page, answers)
    told = [word.bbox for answer in texts for word in answer.words]
    others = [*(columns or _from_sections(page)), *_from_lines(answers, page)]
    found = [*texts, *(one for one in others if not any(lies_on(word.bbox, told, 0.3) for word in one.words))]
    if not any(one.attribute == "member_id" and one.words for one in (*answers, *found)):
        found.extend(_numbers_in_lines(page))
    if not any(one.attribute in {"bin", "pcn"} and one.words for one in (*answers, *found)):
        found.extend(_pharmacy_in_lines(page))
    labels = [answer.label_bbox for answer in found]
    values = [word.bbox for answer in found for word in answer.words]
    kept = [
        answer
        for answer in answers
        if not lies_on(answer.label_bbox, labels, 0.3)
        and not any(lies_on(word.bbox, values, 0.3) for word in answer.words)
    ]
    found = [one for one in found if not is_hint(one.text)]
    return tuple(sorted((*kept, *found), key=lambda a: (round(a.label_bbox.y_mid / 4), a.label_bbox.x0)))


def _from_sections(page: PageReading) -> list[Answer]:
    found: list[Answer] = []
    for section in page.layout.sections:
        known = match_section(section.title)
        if known is None or known[0] != "coverage":
            continue
        lines = [
            line
            for line in page.layout.lines
            if lies_on(line.bbox, (section.bbox,), 0.6) and not lies_on(line.bbox, (section.title_bbox,), 0.5)
        ]
        for answer in read_block(lines, page):
            is_rx = answer.attribute == RX_GROUP
            found.append(
                answer.model_copy(
                    update={"section": section.title, "attribute": "group_number" if is_rx else answer.attribute}
                )
            )
    return found


def _from_columns(page: PageReading) -> list[Answer]:
    """A table with a column for each policy (``Primary | Secondary``) and the labels on its left."""
    runs = [run for line in page.layout.lines for run in word_runs(line.words)]
    heads = [(run, rank) for run in runs if (rank := find_rank(_said(run))) is not None and _is_rank_head(run)]
    row = [(run, rank) for run, rank in heads if sum(_is_level(run, other) for other, _ in heads) > 1][: len(RANKS)]
    if len({rank for _, rank in row}) < 2 or not all(_is_level(run, row[0][0]) for run, _ in row):
        return []
    left = min(run[0].bbox.x0 for run, _ in row)
    found: list[Answer] = []
    for label in runs:
        question = read_label(_said(label)) if label[-1].bbox.x1 < left and _is_under(label, row[0][0]) else None
        if question is None or question.score < _SURE_LABEL:
            continue
        for head, rank in row:
            end = min((run[0].bbox.x0 for run, _ in row if run[0].bbox.x0 > head[0].bbox.x0), default=page.page.width)
            inside = [
                word
                for run in runs
                if _is_level(run, label)
                for word in run
                if head[0].bbox.x0 - _HEAD_EDGE <= word.bbox.x0 < (end or _WIDEST) - _HEAD_EDGE
            ]
            if inside:
                found.append(_cell(question, label, tuple(inside), rank, page))
    rows = {answer.label for answer in found}
    return found if len(rows) >= _FEWEST_ROWS else []


def _said(run: Sequence[Word]) -> str:
    return " ".join(word.text for word in run)


def _is_rank_head(run: Sequence[Word]) -> bool:
    """Whether a run says a rank and nothing else but that it is of insurance."""
    left = [word for word in fold(_said(run)).split() if word not in RANKS]
    return not left or all(COVERED.fullmatch(word) for word in left)


def _is_level(run: Sequence[Word], other: Sequence[Word]) -> bool:
    return run[0].bbox.y_overlap(other[0].bbox) > 0.5 * min(run[0].bbox.height, other[0].bbox.height)


def _is_under(label: Sequence[Word], head: Sequence[Word]) -> bool:
    return 0.0 < label[0].bbox.top - head[0].bbox.bottom + head[0].bbox.height < _DEEPEST


def _cell(question: Question, label: Sequence[Word], words: tuple[Word, ...], rank: str, page: PageReading) -> Answer:
    is_phone = question.attribute == "phone"
    is_holder = question.attribute == "full_name"
    return Answer(
        attribute="payer_phone" if is_phone else question.attribute,
        role=Role.SUBSCRIBER if is_holder else Role.PAYER,
        label=f"{rank} {_said(label)}",
        label_score=question.score,
        role_score=1.0,
        relation=Relation.CELL,
        words=words,
        label_bbox=label[0].bbox.union(label[-1].bbox),
        bbox=words[0].bbox.union(words[-1].bbox),
        page_no=page.page.page_no,
        item=rank,
    )


def _from_lines(answers: Sequence[Answer], page: PageReading) -> list[Answer]:
    asked = [answer.label_bbox for answer in answers if answer.attribute == "payer"]
    return [
        answer
        for number, line in enumerate(page.layout.lines)
        for answer in _from_line(line, number, page) or _payer_of(line, number, page)
        if answer.item is not None or not lies_on(line.words[0].bbox, asked, 0.3)
    ]


def _numbers_in_lines(page: PageReading) -> list[Answer]:
    """The one member number of a page on which the layout paired none: ``Member ID HAH 4471 9920 03`` within a line."""
    found: dict[str, Answer] = {}
    for number, line in enumerate(page.layout.lines):
        text, spans = join_words(line.words)
        said = _NUMBER_INSIDE.search(text)
        if said is None or (said["asks"] is None and not is_payer_name(text[: said.start()])):
            continue
        words = words_between(line.words, spans, *said.span("member"))
        made = _answer("member_id", said["label"], words, line, (page.page.page_no, number))
        found.setdefault(said["member"], made.model_copy(update={"item": None}))
    return list(found.values()) if len(found) == 1 else []


def _pharmacy_in_lines(page: PageReading) -> list[Answer]:
    """The numbers of a pharmacy benefit that one sentence of a page names: ``(RxBIN 015581, RxPCN TIDEX)``."""
    found: list[Answer] = []
    for name, form in (("bin", _BIN_INSIDE), ("pcn", _PCN_INSIDE)):
        places = [
            (said, line, number) for number, line in enumerate(page.layout.lines) for said in form.finditer(line.text)
        ]
        if len({said["value"] for said, _, _ in places}) != 1:
            continue
        said, line, number = places[0]
        words = words_between(line.words, join_words(line.words)[1], *said.span("value"))
        found.append(_answer(name, said["label"], words, line, (page.page.page_no, number)))
    return [one.model_copy(update={"item": None}) for one in found]


def _payer_of(line: Line, number: int, page: PageReading) -> list[Answer]:
    """``Insurance 1: Great Lakes Mutual`` where the layout paired nothing."""
    text, spans = join_words(line.words)
    lead = _LABEL_BEFORE.match(text) or _COUNT_BEFORE.match(text)
    following = _NEXT_LABEL.search(text, lead.end()) if lead is not None else None
    end = len(text) if following is None else following.start()
    if lead is None or not 0 < len(text[lead.end() : end].split()) <= _MOST_WORDS:
        return []
    if lead.re is _COUNT_BEFORE and following is None:
        return []
    words = words_between(line.words, spans, lead.end(), end)
    place = (page.page.page_no, number)
    answer = _answer("payer", lead.group().strip(" :#"), words, line, place)
    return [answer.model_copy(update={"item": None})]


def _from_line(line: Line, number: int, page: PageReading) -> list[Answer]:
    """A whole policy on one line: who pays, a member number behind its label, a group."""
    text, spans = join_words(line.words)
    lead = _LABEL_BEFORE.match(text)
    first = 0 if lead is None else lead.end()
    told = _ON_ONE_LINE.match(text[first:])
    if told is None or (lead is None and not is_payer_name(told.group("payer"))):
        return []
    places = {"payer": told.span("payer"), "member_id": told.span("member")}
    group = _GROUP_BEHIND.search(text[first:], told.end())
    if group is not None:
        places["group_number"] = group.span("group")
    call = _PHONE_BEHIND.search(text[first:], told.end())
    if call is not None:
        places["payer_phone"] = call.span("phone")
    label = text[:first].strip(" :#") or "Insurance"
    place = (page.page.page_no, number)
    return [
        _answer(name, label, words_between(line.words, spans, first + start, first + end), line, place)
        for name, (start, end) in places.items()
    ]


def _answer(name: str, label: str, words: tuple[Word, ...], line: Line, place: tuple[int, int]) -> Answer:
    """``place``: the page's number and the line's."""
    box = words[0].bbox.union(words[-1].bbox)
    return Answer(
        attribute=name,
        role=None,
        label=label if name == "payer" else _INLINE[name],
        label_score=1.0,
        role_score=1.0,
        relation=Relation.RIGHT,
        words=_trimmed(words),
        label_bbox=line.words[0].bbox if name == "payer" else box,
        bbox=box,
        page_no=place[0],
        item=f"line{place[1]}",
    )


def _trimmed(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words without the comma or dash that parts them from what follows."""
    kept = list(words)
    while len(kept) > 1 and not any(character.isalnum() for character in kept[-1].text):
        kept.pop()
    last = kept[-1].text.rstrip(",;:#()")
    return (*kept[:-1], kept[-1].model_copy(update={"text": last})) if last else tuple(kept)


def find_payer_near(numbers: Sequence[BBox], taken: Sequence[BBox], page: PageReading) -> tuple[Word, ...]:
    """The one name of a payer that stands without a label beside or over a policy's numbers; () where no one does."""
    top, bottom = min(box.top for box in numbers) - _ABOVE, max(box.bottom for box in numbers) + _BELOW
    found: dict[str, tuple[Word, ...]] = {}
    for words in (run for line in page.layout.lines for run in word_runs(line.words)):
        box, text = words[0].bbox.union(words[-1].bbox), read_name(" ".join(word.text for word in words), words, page)
        is_near = top <= box.top and box.bottom <= bottom and len(words) <= _MOST_WORDS
        if is_near and _is_payer(text) and not lies_on(box, taken, 0.3):
            found[fold(text)] = words
    return next(iter(found.values())) if len(found) == 1 else ()


def find_payer_over(page: PageReading) -> tuple[Word, ...]:
    """The one name of a payer in the head of the page, which the payer's own forms and letters have; () for none.

    A name of which smaller words stand on its line is taken where no whole line is one.
    """
    least = (page.page.height or _TALLEST) * _HEAD_SHARE
    runs = [run for line in page.layout.lines for run in word_runs(line.words) if run[0].bbox.top < least]
    whole = _only_payer(runs) if any(_names(run) for run in runs) else _only_payer([_as_tall(run) for run in runs])
    tall = _as_tall(whole) if whole else ()
    return tall if tall and _names(tall) else whole


def _only_payer(runs: Sequence[tuple[Word, ...]]) -> tuple[Word, ...]:
    found = {fold(" ".join(word.text for word in words)): words for words in runs if _names(words)}
    return next(iter(found.values())) if len(found) == 1 else ()


def _names(words: Sequence[Word]) -> bool:
    return len(words) <= _MOST_WORDS and _is_payer(" ".join(word.text for word in words))


def _as_tall(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The first words of a run that are as tall as its first: what stands smaller behind a name is no part of it."""
    tall = takewhile(lambda word: word.bbox.height > _SMALLER * words[0].bbox.height, words)
    return tuple(tall)


def _is_payer(text: str) -> bool:
    if is_known_payer(text):
        return True
    label = read_label(text)
    if is_only_plan(text) or is_practice_name(text):
        return False
    is_label = names_only(text) or match_section(text) is not None or (label is not None and label.score >= _SURE_LABEL)
    return (
        is_payer_name(text)
        and not is_label
        and ":" not in text
        and _TITLE.search(text) is None
        and find_identifier(text) is None
    )
