"""The patient in a paragraph: ``Who: Jane Roe, DOB 11 Aug 1982, chart 77031, tel (home) 303-555-0169, 61 Elm Ct, ...``.

A paragraph that gives one date of birth speaks of the patient. Its address and telephones, which no label asks for,
are told by their shape alone, so that a person looks at them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from extractor.fields.addresses import WHOLE
from extractor.fields.base import Context, families
from extractor.fields.evidence import from_words
from extractor.fields.numbers import find_phones
from extractor.fields.run_on import run_on, stops_of
from extractor.knowledge.addresses import PARTS, parse_address
from extractor.packet import Answer, Role
from extractor.packet.mentions import BIRTH
from models.record import PageType, Reason
from models.stages.candidate import Candidate
from models.stages.layout import Line, PageReading
from models.stages.text import Word, join_words, words_between

_PAGES = frozenset({PageType.ORDER, PageType.ENROLLMENT_FORM, PageType.CLINICAL_NOTE, PageType.OTHER})
_PHONES = ("home_phone", "mobile_phone", "work_phone")
_ADDRESSES = frozenset({"address", "home_address", "city", "city_state_zip", "postal_code"})
_ROLE = 0.45
_REASON = Reason(code="in_text", text="stands in the paragraph about the patient; no label asks for it")
_ADDRESS = re.compile(
    r"(?<![\w\-])\d{1,6}\s+[A-Z0-9][\w'.\- #]+(?:,\s*[\w'.\- #]+){1,3},?\s+[A-Z]{2}\.?\s+\d{5}(?:-\d{4})?"
)
_LIVES = re.compile(r"\b(?:lives|living|resides|residing) (?:at|in)\s+(?=\d)", re.IGNORECASE)
_KINDS = (
    (re.compile(r"\b(?:cell|mobile)\b", re.IGNORECASE), "mobile_phone"),
    (re.compile(r"\b(?:work|business)\b", re.IGNORECASE), "work_phone"),
    (re.compile(r"\b(?:home|tel|telephone|phone|ph)\b", re.IGNORECASE), "home_phone"),
)
_OTHERS = re.compile(
    r"\bfax\b|\b(?:office|clinic|contact|spouse|wife|husband|son|daughter|mother|father)\b", re.IGNORECASE
)
_SEX = re.compile(r"[\s,;(]{1,3}(female|male|F|M)\b")
_BEFORE = 24
"""Characters before a number in which its kind is said."""
_MARGIN, _GAP, _MOST_LINES = 8.0, 0.9, 6
"""Points between left edges, and heights of text between the rows, of one paragraph; and its longest."""
_FEWEST_WORDS = 8
"""Words of the first row of a paragraph: fewer are a form's line."""


class _PatientParagraphs:
    name = "patient_paragraphs"
    paths = ("patient.sex", *(f"patient.{phone}" for phone in _PHONES), *(f"patient.address.{part}" for part in PARTS))

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        if page.page.type not in _PAGES:
            return
        answers = context.answers[page.page.page_no]
        for paragraph in _paragraphs(page):
            words = tuple(word for line in paragraph for word in line.words)
            if not _is_answered(answers, _ADDRESSES):
                yield from _address(words, page)
            if not _is_answered(answers, {"sex"}):
                yield from _sex(words, page)
            yield from _phones(words, page, context, [a for a in _PHONES if not _is_answered(answers, {a})])
        if not _is_answered(answers, _ADDRESSES):
            yield from _home(page)


def _is_answered(answers: Sequence[Answer], attributes: Iterable[str]) -> bool:
    return any(a.attribute in attributes and a.role is Role.PATIENT and a.words for a in answers)


def _paragraphs(page: PageReading) -> Iterator[tuple[Line, ...]]:
    """The runs of rows that begin with a row of text giving the one date of birth in them."""
    lines = sorted(page.layout.lines, key=lambda line: (line.bbox.top, line.bbox.x0))
    for line in lines:
        if len(line.words) < _FEWEST_WORDS or BIRTH.search(line.text) is None:
            continue
        run = [line]
        for below in lines:
            gap = below.bbox.top - run[-1].bbox.bottom
            is_next = below.bbox.top > run[-1].bbox.y_mid and gap < _GAP * run[-1].bbox.height
            if is_next and abs(below.bbox.x0 - line.bbox.x0) < _MARGIN and len(run) < _MOST_LINES:
                run.append(below)
        if len(BIRTH.findall(" ".join(each.text for each in run))) == 1:
            yield tuple(run)


def _home(page: PageReading) -> Iterator[Candidate]:
    """``She lives at 7 Mill Circle, Apt 21, Brentwood, TN 37027``, wherever a text says so; it may be another's."""
    for line in page.layout.lines:
        said = _LIVES.search(line.text)
        if said is not None:
            text, spans = join_words(line.words)
            own = words_between(line.words, spans, said.end(), len(text))
            words = (*own, *run_on(own, page, stops_of(page)))
            yield from _address(words, page)


def _address(words: Sequence[Word], page: PageReading) -> Iterator[Candidate]:
    text, spans = join_words(words)
    for found in _ADDRESS.finditer(text):
        reading = parse_address(found.group())
        if reading is None or not set(reading.parts) >= WHOLE or not reading.is_consistent:
            continue
        for name, part in reading.parts.items():
            its = words_between(words, spans, found.start() + part.start, found.start() + part.end)
            path = f"patient.address.{name}"
            yield from_words(path, part.value, its, page, role=_ROLE, reason=_REASON, is_valid=False)
        return


def _sex(words: Sequence[Word], page: PageReading) -> Iterator[Candidate]:
    """``DOB 11 Aug 1982, F``."""
    text, spans = join_words(words)
    born = BIRTH.search(text)
    said = None if born is None else _SEX.match(text, born.end())
    if said is not None:
        value = "female" if said[1][:1].casefold() == "f" else "male"
        its = words_between(words, spans, said.start(1), said.end(1))
        yield from_words("patient.sex", value, its, page, role=_ROLE, reason=_REASON, is_valid=False)


def _phones(words: Sequence[Word], page: PageReading, context: Context, wanted: Sequence[str]) -> Iterator[Candidate]:
    text, spans = join_words(words)
    for reading, at, _behind in find_phones(words, context.country):
        start = next(first for word, (first, _last) in zip(words, spans, strict=True) if word is at[0])
        before = re.split(r"[,;]\s|\d\.\s", text[max(0, start - _BEFORE) : start])[-1]
        kind = next((kind for pattern, kind in _KINDS if pattern.search(before)), None)
        if kind in wanted and not _OTHERS.search(before) and reading.e164 not in context.receiver_phones:
            path = f"patient.{kind}"
            yield from_words(
                path, reading.value, at, page, role=_ROLE, reason=_REASON, is_valid=False, reasons=reading.reasons
            )


families.register("patient_paragraphs")(_PatientParagraphs())
