"""What the text of an order tells beside its labels: how long it holds, refills, the day on which it shall begin."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from extractor.fields.evidence import from_words
from extractor.fields.statements import Statement, find_statements
from extractor.knowledge.dates import find_dates
from extractor.knowledge.periods import read_span
from extractor.packet import Answer
from models.record import Reason
from models.stages.candidate import Candidate
from models.stages.layout import PageReading
from models.stages.text import join_words, words_between

_HOLDS_FOR = re.compile(
    r"\b(?:duration(?: of (?:order|therapy|treatment))?|order (?:is )?(?:valid|good) for|valid for|good for"
    r"|length of therapy|for a total of|for|over)\s*[:=]?\s*"
    r"(?=(?:\d{1,2}|six|twelve|one)\s*(?:\(\d+\)\s*)?-?\s*(?:months?|mos?\b|years?|yrs?))"
    r"|\bx\s*(?=\d{1,2}\s*(?:months?|mos?\b|years?|yrs?))",
    re.IGNORECASE,
)
_REFILLS_IN_TEXT = re.compile(
    r"\b(?:refills?\s*[:#x=]?\s*_*(\d{1,2})(?!\d)|(\d{1,2}|no|zero)\s+refills?|refills?\s*[:=]?\s*(none|zero))\b",
    re.IGNORECASE,
)
_OF_AN_ORDER = re.compile(
    r"\d\s?m?c?g\b|\border|\bdos(?:e|ing)|\brefill|\binfus|\bauthori|\bvalid|\bevery\b|\bweeks?\b|\btherapy\b",
    re.IGNORECASE,
)
"""What a sentence says beside a span of time where that is an order's."""
_BEGINS = re.compile(
    r"\b(?:(?:first|next|initial) (?:infusion|dose|treatment|injection|visit)"
    r"|(?:start|begin|commence|initiate)(?:s|ing)?|to (?:start|begin|commence))\b",
    re.IGNORECASE,
)
_JOINS = re.compile(
    r"\W*(?:(?:date|day|therapy|treatment|infusions?|is|be|to|the|planned|scheduled|due|set|desired|requested|wanted"
    r"|on|for|from|by|about|or|after|week|of|as|early)\b\W*){0,7}",
    re.IGNORECASE,
)
"""What may stand between saying that a treatment begins and its day."""
_IN_TEXT = 0.7
_IN_SENTENCE = Reason(code="in_text", text="stands in the text of the order")


def tell_details(page: PageReading, answers: Sequence[Answer], today: date) -> Iterator[Candidate]:
    """``IV every 8 weeks x 12 months, 3 refills`` inside what states an order."""
    for statement in find_statements(page, answers):
        asked = None if statement.answer is None else statement.answer.attribute
        if asked in {"refills", "frequency"}:
            continue
        text, spans = join_words(statement.words)
        lead = _HOLDS_FOR.search(text) if asked != "duration" else None
        read = read_span(text[lead.end() :]) if lead is not None else None
        is_order = not statement.is_prose or _OF_AN_ORDER.search(text) is not None
        if is_order and lead is not None and read is not None and read[1] == 0:
            words = words_between(statement.words, spans, lead.end(), lead.end() + read[2])
            yield from_words(
                "orders[*].duration", read[0], words, page, role=_IN_TEXT * statement.strength, reason=_IN_SENTENCE
            )
        refills = _REFILLS_IN_TEXT.search(text)
        if refills is not None:
            raw = next(group for group in refills.groups() if group)
            value = str(int(raw)) if raw.isdigit() else "0"
            words = words_between(statement.words, spans, refills.start(), refills.end())
            yield from_words(
                "orders[*].refills", value, words, page, role=_IN_TEXT * statement.strength, reason=_IN_SENTENCE
            )
        yield from _start(page, statement, today)


def _start(page: PageReading, statement: Statement, today: date) -> Iterator[Candidate]:
    """``The first infusion is planned for Dec 3``: the day on which the treatment shall begin."""
    text, spans = join_words(statement.words)
    for said in _BEGINS.finditer(text):
        found = next(iter(find_dates(text[said.end() :], today=today, kind="event")), None)
        if found is None or not _JOINS.fullmatch(text[said.end() : said.end() + found.start]):
            continue
        words = words_between(statement.words, spans, said.end() + found.start, said.end() + found.end)
        reading = found.reading
        yield from_words(
            "orders[*].start_date",
            reading.value,
            words,
            page,
            role=_IN_TEXT * statement.strength,
            reason=_IN_SENTENCE,
            is_valid=not reading.is_ambiguous,
            reasons=reading.reasons,
        )
        return
