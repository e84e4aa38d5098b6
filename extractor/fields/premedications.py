"""What is given before the infusion, as printed: labelled answers, ticked boxes, lines of a section.

Printed once, it belongs to all orders of the page. "None" is a stated empty list; an empty field is not.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from extractor.fields.base import Context, families
from extractor.fields.evidence import from_answer, from_words, is_blank_field
from extractor.fields.names import is_reference
from extractor.fields.order_readings import SUPPORTIVE
from extractor.fields.premedication_places import ASKS, boxes_of_titles, find_bodies, find_sentences, untitled_boxes
from extractor.fields.ticks import PRINTED_CHOICE, tick_features, tick_reason
from extractor.knowledge.doses import parse_doses
from extractor.knowledge.drugs import find_drugs
from extractor.knowledge.labels import match_section
from extractor.knowledge.spans import split_spans
from extractor.packet import Answer
from extractor.packet.questions import fold
from models.record import BBox, PageType, Reason, bounding_box
from models.stages.candidate import Candidate
from models.stages.layout import CheckBox, Line, PageReading
from models.stages.text import Word, join_words, words_between, words_outside

_PATH = "orders[*].premedications[]"
_COUNT = "lists.premedications"
_NONE = re.compile(
    r"^(?:none(?: (?:needed|required|ordered|indicated))?|no|no pre-?\s?med\w*(?: (?:needed|required|ordered))?"
    r"|not (?:needed|required|indicated)|n\s?/?\s?a|nil|0)$",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"[,;\n\u2022\u00b7|\u2713\u2714\u2611\u2612\u25a0\u25a1\u2610]+|(?<=[a-z0-9)O])\.\s+(?=[A-Z])"
    r"|\s+(?:(?i:and|plus)|&|\+)\s+"
)
_ROUTE = re.compile(r"(?:po|iv|im|sc|sq|subq|by mouth|orally)\s+", re.IGNORECASE)
"""How a drug is given, where a name read loosely takes it in."""
_NUMBER = re.compile(r"^\W*\d{1,2}[.)]\s+(?=[A-Za-z])")
"""Of an entry in a numbered list."""
_GLUED = re.compile(r"(?<=[a-z]{4})(?=\d)")
_MISREAD = (
    (re.compile(r"(?<![A-Za-z0-9])[1lI|]\s?V(?![A-Za-z0-9])"), "IV"),
    (re.compile(r"(?<![A-Za-z0-9])P0(?![A-Za-z0-9])"), "PO"),
    (re.compile(r"(?<=\d)[oO](?=\s?m[cg])"), "0"),
)
"""A route and a zero that an engine takes for what looks like them; nothing else is written so."""
_PAGES = frozenset(
    {PageType.ORDER, PageType.ENROLLMENT_FORM, PageType.PRIOR_AUTHORIZATION, PageType.OTHER, PageType.CLINICAL_NOTE}
)
_SAME_EDGE, _LIST_GAP = 6.0, 1.5
"""Points between left edges of a list's lines, and text heights between the lines."""
_MOST_BODY_LINES, _MOST_LETTERS = 8, 70
_ORDER_PAGES = _PAGES - {PageType.CLINICAL_NOTE}
"""What a note says of premedications may be what was given once."""
_BODY, _SAID, _CHOICE = 0.8, 0.6, 0.3
_IN_TEXT = Reason(code="in_text", text="said in a sentence to be given before the infusion")
_UNTITLED = Reason(code="no_title", text="nothing that was read calls this a premedication")
_TELLS_WHEN = re.compile(
    r"^\W*(?:once|give|to be given|\d+ min\w*)\b.*\b(?:before|prior|min\w*|visit|infusion)\b", re.IGNORECASE
)
"""A line below an entry that only says when it is given."""
_SAID_ROUTES = (
    (re.compile(r"\bby mouth\b|\borally\b", re.IGNORECASE), "PO"),
    (re.compile(r"\bintravenously\b", re.IGNORECASE), "IV"),
)
_TYPED = re.compile(r"(?<!\S)(?:[xX\u2713\u2714]|\[\s?[xX]\s?\])\s")
_OFFERS_NONE = re.compile(r"\b(?:none|nothing|no premed\w*)\b", re.IGNORECASE)


class _Premedications:
    name = "premedications"
    paths = (_PATH, _COUNT)

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        if page.page.type not in _PAGES:
            return
        found = list(self._all(page, context))
        for index, candidate in enumerate(found):
            item = f"p{page.page.page_no}:premedication{index}" if candidate.path == _PATH else None
            yield candidate.model_copy(update={"item": item})

    def _all(self, page: PageReading, context: Context) -> Iterator[Candidate]:
        answers = context.answers[page.page.page_no]
        titled = boxes_of_titles(page)
        boxes = [box for box in page.layout.checkboxes if _is_premedication(box, page) or box in titled]
        meant = [box for box in page.layout.checkboxes if box in boxes or box.is_checked is False]
        used = [place for box in meant for place in (box.bbox, box.label_bbox) if place is not None]
        for box in boxes:
            if box.is_checked is not False:
                yield from _from_box(box, page)
        for answer in answers:
            if answer.attribute != "premedication":
                continue
            words = words_outside(answer.words, used)
            if words:
                yield from _from_answer(answer, words, page, used)
                for line in [] if boxes else _further_lines(words, page):
                    yield from _from_line(line.words, page)
                    used.extend(word.bbox for word in line.words)
            elif not boxes and is_blank_field(answer):
                yield from_answer(_PATH, None, answer, page)
            used.extend(word.bbox for word in words)
            used.extend([answer.label_bbox] if words else [])
        if not boxes:
            yield from _from_body(page, used)
            for box in untitled_boxes(page):
                yield from (_doubt_purpose(one) for one in _from_box(box, page) if box.is_checked)
        if page.page.type in _ORDER_PAGES:
            yield from _from_sentences(page, used)


def _doubt_purpose(found: Candidate) -> Candidate:
    """What nothing on the page calls a premedication is one to ask about."""
    features = {**found.features, "role": _SAID, "label": _SAID, "anchor": 0.0}
    return found.model_copy(update={"features": features, "is_valid": False, "reasons": (*found.reasons, _UNTITLED)})


def _is_premedication(box: CheckBox, page: PageReading) -> bool:
    if box.question:
        return ASKS.search(box.question) is not None
    known = match_section(page.layout.title_of(box.section))
    return known is not None and known[0] == "premedications"


_DATE = re.compile(r"\s+\d{1,2}[/-](?:\d{1,2}|[A-Za-z]{3})[/-]\d{2,4}\b.*$")
_WHEN = re.compile(
    r"[\s,;(]*(?:\b(?:once|x\s?1|one time|stat)\b"
    r"|\b\d+(?:\s*(?:-|to)\s*\d+)?\s*min(?:utes?|s)?\.?\s+(?:before|prior)\b.*"
    r"|\b(?:before|prior to|with)\s+(?:each|every|the)?\s*(?:infusion|dose|treatment)s?\b.*)[\s,;.)]*$",
    re.IGNORECASE,
)
"""When a premedication is given is said of all of them, and no part of its name and dose."""


def tidy(text: str) -> str:
    """As printed, with the space that an engine lost between a name and its dose."""
    spaced = _WHEN.sub("", _GLUED.sub(" ", _NUMBER.sub("", text)))
    for pattern, mended in _MISREAD:
        spaced = pattern.sub(mended, spaced)
    return " ".join(spaced.split()).strip(" ,;:._-~")


def _names_drug(text: str) -> bool:
    return bool(find_drugs(text, is_named=True))


def _from_box(box: CheckBox, page: PageReading) -> Iterator[Candidate]:
    reason, extra = tick_reason(box), tick_features(box)
    words = page.layout.words_in(box.label_bbox) if box.label_bbox is not None else ()
    if _NONE.match(fold(box.label)):
        if box.is_checked:
            yield from_words(_COUNT, 0.0, words, page, role=0.95, reason=reason, bbox=box.bbox, extra=extra)
        return
    value = tidy(box.label)
    if _names_drug(value) and len(value) <= _MOST_LETTERS:
        yield from_words(_PATH, value, words, page, role=0.95, reason=reason, bbox=box.bbox, raw=box.label, extra=extra)


def _without_date(text: str) -> str:
    """The entry without the date behind it, which answers the label beside: ``famotidine 20 mg IV | 09-Nov-2026``."""
    found = _DATE.search(text)
    return text if found is None else text[: found.start()]


def split_premedications(text: str) -> list[tuple[int, int]]:
    """Where the entries of a list stand; a piece that names no drug belongs to the entry before it."""
    entries: list[tuple[int, int]] = []
    for first, last in split_spans(text, _BREAK):
        part = text[first:last]
        if not part.strip():
            continue
        is_sentence = bool(entries) and "." in text[entries[-1][1] : first]
        if (_names_drug(part) and (parse_doses(part) or not is_sentence)) or not entries:
            entries.append((first, last))
        elif is_sentence:
            break  # the next sentence is about something else
        elif parse_doses(part) or len(part.split()) <= 3:
            entries[-1] = (entries[-1][0], last)
    return [part for first, last in entries for part in _split_at_drugs(text, first, last)]


def _split_at_drugs(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """An entry parted before each drug that follows the dose of another: the sign between them was not read."""
    drugs = find_drugs(text[first:last], is_named=True)
    start = first
    for before, drug in pairwise(drugs):
        at = first + drug.start
        if parse_doses(text[first + before.end : at]) and first + before.end > start:
            if (route := _ROUTE.match(text, at)) is not None:
                at = route.end()
            yield start, at
            start = at
    yield start, last


def _from_answer(
    answer: Answer, words: tuple[Word, ...], page: PageReading, used: Sequence[BBox]
) -> Iterator[Candidate]:
    """``used``: boxes and what else speaks for itself."""
    if not _names_drug(answer.text) and not _NONE.match(answer.text.strip(" .,_-")):
        words = _rest_of_row(answer, page, used) or words
    text, spans = join_words(words)
    bare = re.split(r"(?<=\w)[.;]\s+(?=[A-Z])", text, maxsplit=1)[0].strip(" .,_-")
    if _NONE.match(bare):
        yield from_answer(_COUNT, 0.0, answer, page, words=words)
        return
    if is_reference(bare):
        return
    for start, end in split_premedications(text):
        value = tidy(_without_date(text[start:end]))
        if not value or len(value) > _MOST_LETTERS:
            continue
        drugs = find_drugs(value, is_named=True)
        best = max((drug.score for drug in drugs), default=0.0)
        if best or parse_doses(value):
            yield from_answer(
                _PATH, value, answer, page, words=words_between(words, spans, start, end), validity=max(best, 0.4)
            )


def _further_lines(words: Sequence[Word], page: PageReading) -> Iterator[Line]:
    """The lines right below an answer that begin where it does and name a drug with its dose: the list goes on."""
    last = bounding_box([word.bbox for word in words])
    for line in sorted(page.layout.lines, key=lambda line: line.bbox.top):
        gap = line.bbox.top - last.bottom
        if gap < -0.5 * line.bbox.height or abs(line.bbox.x0 - last.x0) > _SAME_EDGE:
            continue
        text = tidy(line.text)
        is_entry = _names_drug(text) and bool(parse_doses(text))
        if gap > _LIST_GAP * line.bbox.height or not (is_entry or _TELLS_WHEN.search(line.text)):
            return
        if is_entry:
            yield line
        last = line.bbox


def _rest_of_row(answer: Answer, page: PageReading, used: Sequence[BBox]) -> tuple[Word, ...]:
    """What stands behind a label that was cut short: ``Premeds | 30 min prior: acetaminophen 650 mg``."""
    row = [
        word
        for line in page.layout.lines
        for word in line.words
        if word.bbox.x0 > answer.label_bbox.x1 - 2 and word.bbox.y_overlap(answer.label_bbox) > 0.4 * word.bbox.height
    ]
    row.sort(key=lambda word: word.bbox.x0)
    colon = next((number for number, word in enumerate(row) if word.text.endswith(":")), -1)
    rest = words_outside(row[colon + 1 :], used)
    return rest if _names_drug(" ".join(word.text for word in rest)) else ()


def _from_body(page: PageReading, used: Sequence[BBox]) -> Iterator[Candidate]:
    """What stands under titles about premedications, on pages that give no boxes for them.

    Entries with a typed mark are those that are meant; without one beside a printed "none" nothing tells which are.
    """
    runs = list(find_bodies(page, used))
    texts = [join_words(words)[0] for words in runs]
    is_typed = any(_TYPED.search(text) for text in texts)
    is_choice = not is_typed and any(_OFFERS_NONE.search(text) for text in texts)
    for words in runs:
        for part in _by_marks(words) if is_typed else [words]:
            for found in _from_line(part, page):
                yield _doubt_choice(found) if is_choice else found


def _by_marks(words: tuple[Word, ...]) -> Iterator[tuple[Word, ...]]:
    """The words behind each typed mark of a line."""
    marks = [number for number, word in enumerate(words) if _TYPED.match(f"{word.text} ")]
    for first, last in pairwise([*marks, len(words)]):
        if first + 1 < last:
            yield words[first + 1 : last]


def _doubt_choice(found: Candidate) -> Candidate:
    features = {**found.features, "role": _CHOICE, "valid": _CHOICE}
    return found.model_copy(update={"features": features, "reasons": (*found.reasons, PRINTED_CHOICE)})


def _from_sentences(page: PageReading, used: Sequence[BBox]) -> Iterator[Candidate]:
    """``Please give cetirizine 10 mg PO before each infusion``: the drugs with doses, but what the infusion is of."""
    for told in find_sentences(page, used):
        if told.is_none:
            reason = Reason(code="in_text", text="the text says that none is given")
            yield from_words(_COUNT, 0.0, told.words, page, role=_SAID, reason=reason)
        else:
            entries = list(_from_line(told.words, page, role=_SAID))
            yield from (one for one in entries if not _is_infused(str(one.value)))


def _is_infused(value: str) -> bool:
    return any(drug.infused and drug.generic not in SUPPORTIVE for drug in find_drugs(value))


def _from_line(words: tuple[Word, ...], page: PageReading, role: float = _BODY) -> Iterator[Candidate]:
    text, spans = join_words(words)
    is_said = role < _BODY
    reason = _IN_TEXT if is_said else Reason(code="section", text="stands under a title about premedications")
    for start, end in split_premedications(text):
        entry = _from_its_name(text[start:end]) if is_said else text[start:end]
        value = re.sub(r"^\W*[xX\u2713]\W+", "", tidy(entry)).strip(" []()")
        if _names_drug(value) and len(value) <= _MOST_LETTERS and (parse_doses(value) or not is_said):
            place = words_between(words, spans, start, end)
            extra = {} if is_said else {"label": 0.8, "relation": 0.9}
            yield from_words(_PATH, value, place, page, role=role, reason=reason, extra=extra)


def _from_its_name(value: str) -> str:
    """An entry of a sentence from its drug on, with the route in the orders' short form: ``cetirizine 10 mg PO``."""
    drugs = find_drugs(value, is_named=True)
    entry = value[min(drug.start for drug in drugs) :] if drugs else value
    for pattern, route in _SAID_ROUTES:
        entry = pattern.sub(route, entry)
    return entry


families.register("premedications")(_Premedications())
