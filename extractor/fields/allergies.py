"""Allergies of the patient: labelled answers, ticked boxes, table columns, the body of an allergy section, prose.

An empty box says nothing; only a printed or ticked "none known" is ``NKDA``. A drug that somebody takes is no allergy.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from extractor.fields.base import Context, families
from extractor.fields.columns import ends_body
from extractor.fields.demographics import is_patients
from extractor.fields.evidence import from_answer, from_words, is_blank_field
from extractor.fields.ticks import PRINTED_CHOICE, tick_features, tick_reason
from extractor.fields.typed_marks import is_unticked
from extractor.knowledge.allergies import NKDA, AllergyReading, is_allergen, is_none_known, read_allergies
from extractor.knowledge.doses import parse_doses
from extractor.knowledge.frequencies import read_frequency
from extractor.knowledge.labels import match_section
from extractor.packet import Answer, Role
from extractor.packet.questions import fold
from models.record import Alternative, BBox, PageType, Reason
from models.stages.candidate import Candidate
from models.stages.entities import EntityContext, EntityLabel
from models.stages.layout import CheckBox, PageReading
from models.stages.text import Word, join_words, words_between, words_outside

_PATH = "patient.allergies[]"
_ASKS = re.compile(r"\ballerg", re.IGNORECASE)
_SAID = re.compile(r"\b(?:allergic|allergy|anaphyla\w+|hypersensitivity)\s+(?:reaction\s+)?to\b", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:no|not|denies|denied|without|never)\b[^.;]{0,30}$", re.IGNORECASE)
_NONE_SAID = re.compile(
    r"\b(?:NKDA|no known (?:drug |medication |food )?(?:or (?:drug|food) )?allerg(?:y|ies)|no (?:drug )?allergies)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[a-z)A-Z])\.\s+(?=[A-Z])|\.\s*$")
_MOST_BODY_LINES, _SURE_TITLE = 6, 0.85
_IN_PROSE, _IN_BODY = 0.6, 0.9
_PROSE_PAGES = frozenset({PageType.CLINICAL_NOTE, PageType.OTHER, PageType.MEDICATION_LIST})


class _Allergies:
    name = "allergies"
    paths = (_PATH,)

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        found = list(self._all(page, context)) or list(_unread_choice(page))
        for index, candidate in enumerate(found):
            yield candidate.model_copy(update={"item": f"p{page.page.page_no}:allergy{index}"})

    def _all(self, page: PageReading, context: Context) -> Iterator[Candidate]:
        answers = context.answers[page.page.page_no]
        boxes = [box for box in page.layout.checkboxes if _is_about_allergies(box, page)]
        used = [place for box in boxes for place in _places(box)]
        for box in boxes:
            if box.is_checked is not False:
                yield from _from_box(box, page)
        has_box = any(box.is_checked is not False for box in boxes)
        for answer in answers:
            if answer.attribute != "allergies" or not is_patients(answer):
                continue
            words = words_outside(answer.words, used)
            if words:
                yield from _from_answer(answer, words, page)
            elif not answer.words and not has_box and is_blank_field(answer) and not _has_body(page, answers, used):
                yield from_answer(_PATH, None, answer, page, role=Role.PATIENT)
        yield from _from_body(page, answers, used)
        if page.page.type in _PROSE_PAGES:
            yield from _from_prose(page, context)


def _unread_choice(page: PageReading) -> Iterator[Candidate]:
    """``No known allergies`` beside ``Yes, list``, whose boxes nobody saw: something was asked, the answer is open."""
    for line in page.layout.lines:
        text = " ".join(word.text for word in line.words)
        if is_none_known(text) and len(line.words) > 1:
            found = from_words(_PATH, None, line.words, page, role=0.3, reason=PRINTED_CHOICE, is_valid=False)
            yield found.model_copy(update={"is_illegible": True})


def _is_about_allergies(box: CheckBox, page: PageReading) -> bool:
    if is_none_known(box.label) and fold(box.label) not in {"none", "no known", "nil"}:
        return True
    title = page.layout.title_of(box.section)
    question = box.question or ""
    is_inside = not question and match_section(title) == ("allergies", 1.0)
    return bool(_ASKS.search(question)) or (is_inside and not _is_of_an_order(box.label))


def _is_of_an_order(label: str) -> bool:
    """Whether a box offers a dose or a scheme: a title that was taken for one reaches over what is no allergy."""
    return bool(parse_doses(label)) or read_frequency(label) is not None


def _places(box: CheckBox) -> tuple[BBox, ...]:
    return (box.bbox,) if box.label_bbox is None else (box.bbox, box.label_bbox)


def _from_box(box: CheckBox, page: PageReading) -> Iterator[Candidate]:
    for reading in read_allergies(box.label):
        yield from_words(
            _PATH,
            reading.value,
            (),
            page,
            role=0.95,
            reason=tick_reason(box),
            bbox=box.bbox,
            raw=box.label,
            extra={**tick_features(box), "valid": reading.score},
        )


def _from_answer(answer: Answer, words: tuple[Word, ...], page: PageReading) -> Iterator[Candidate]:
    text, spans = _by_lines(words)
    end = _SENTENCE.search(text)
    text = text[: end.start()] if end is not None else text
    readings = read_allergies(text)
    for reading in readings:
        yield from_answer(
            _PATH,
            reading.value,
            answer,
            page,
            words=words_between(words, spans, reading.start, reading.end),
            role=Role.PATIENT,
            validity=_validity(reading, readings),
            alternatives=_as_read(reading),
            extra={"role": 0.95},
        )
    if not readings and sum(character.isalpha() for character in text) >= 3:
        why = Reason(code="not_an_allergy", text="what is written there could not be read as an allergy")
        yield from_answer(
            _PATH,
            None,
            answer,
            page,
            words=words,
            role=Role.PATIENT,
            is_valid=False,
            is_illegible=True,
            reasons=(why,),
        )


def _by_lines(words: Sequence[Word]) -> tuple[str, list[tuple[int, int]]]:
    """As ``join_words``, with a line's end where whole allergens stand on both lines: a list with one on each line."""
    text, spans = join_words(words)
    starts = [0]
    for number in range(1, len(words)):
        box, before = words[number].bbox, words[number - 1].bbox
        if box.top > before.y_mid and box.x0 < before.x1:
            starts.append(number)
    ends = [*starts[1:], len(words)]
    lines = [text[spans[first][0] : spans[last - 1][1]] for first, last in zip(starts, ends, strict=True)]
    if len(lines) > 1 and all(is_allergen(line) for line in lines):
        for first in starts[1:]:
            at = spans[first][0] - 1
            text = f"{text[:at]}\n{text[at + 1 :]}"
    return text, spans


def _as_read(reading: AllergyReading) -> tuple[Alternative[str], ...]:
    return () if reading.read is None else (Alternative[str](value=reading.read),)


def _validity(reading: AllergyReading, readings: Sequence[AllergyReading]) -> float:
    """ "None known" beside an allergy contradicts it."""
    is_mixed = len({one.value == NKDA for one in readings}) > 1
    return min(reading.score, 0.4) if is_mixed else reading.score


def _body_lines(
    page: PageReading, answers: Sequence[Answer], used: Sequence[BBox]
) -> Iterator[tuple[tuple[Word, ...], str]]:
    """The lines below a title ``Allergies`` that no label asks for, with the title."""
    taken = [*used, *(answer.label_bbox for answer in answers if answer.attribute != "unknown")]
    taken.extend(word.bbox for answer in answers for word in answer.words if answer.attribute != "unknown")
    for number, line in enumerate(page.layout.lines):
        known = match_section(line.text)
        if known is None or known[0] != "allergies" or known[1] < _SURE_TITLE or not _is_title(line.text):
            continue
        bottom = line.bbox.bottom
        for below in page.layout.lines[number + 1 : number + 1 + _MOST_BODY_LINES]:
            is_next = -2.0 <= below.bbox.top - bottom <= 16.0
            if not is_next or _is_end(below.text) or below.bbox.x0 > line.bbox.x0 + 120:
                break
            words = words_outside(below.words, taken)
            is_other = is_unticked(below.text, page.layout.lines) or _is_of_an_order(below.text)
            if len(words) < len(below.words) or is_other:
                break
            yield words, line.text
            bottom = below.bbox.bottom


def _is_title(text: str) -> bool:
    return len(text.split()) <= 5 and ":" not in text.rstrip(": ")


def _is_end(text: str) -> bool:
    if is_none_known(text) or is_allergen(text):
        return False
    return ends_body(text) or match_section(text) is not None


def _has_body(page: PageReading, answers: Sequence[Answer], used: Sequence[BBox]) -> bool:
    return next(_body_lines(page, answers, used), None) is not None


def _from_body(page: PageReading, answers: Sequence[Answer], used: Sequence[BBox]) -> Iterator[Candidate]:
    for words, title in _body_lines(page, answers, used):
        text, spans = join_words(words)
        end = _SENTENCE.search(text)
        text = text[: end.start()] if end is not None else text
        readings = read_allergies(text)
        reason = Reason(code="section", text=f"stands under the title '{title.strip(' :')}'")
        for reading in readings:
            yield from_words(
                _PATH,
                reading.value,
                words_between(words, spans, reading.start, reading.end),
                page,
                role=_IN_BODY,
                reason=reason,
                extra={"label": 0.9, "relation": 0.9, "valid": _validity(reading, readings), "anchor": 1.0},
            )


def _from_prose(page: PageReading, context: Context) -> Iterator[Candidate]:
    """``She is allergic to penicillin``: drugs that the sentence names, and "no known drug allergies"."""
    for line in page.layout.lines:
        text, spans = join_words(line.words)
        none = _NONE_SAID.search(text)
        if none is not None:
            reason = Reason(code="in_text", text="said in a line of text")
            words = words_between(line.words, spans, none.start(), none.end())
            yield from_words(_PATH, NKDA, words, page, role=_IN_PROSE, reason=reason)
    if _SAID.search(page.layout.text) is None:
        return
    page_text = page.layout.text
    for located in context.read_entities(page):
        entity = located.entity
        if entity.label is not EntityLabel.DRUG or entity.context is not EntityContext.ALLERGY:
            continue
        before = page_text[max(0, entity.start - 60) : entity.start]
        said = list(_SAID.finditer(before))
        if not said or _DENIED.search(before[: said[-1].start()]):
            continue
        reason = Reason(code="in_text", text="said to be allergic to in a line of text")
        yield from_words(_PATH, entity.text, located.words, page, role=_IN_PROSE, reason=reason)


families.register("allergies")(_Allergies())
