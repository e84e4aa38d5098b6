"""The prescriber where no label asks for one: named before an NPI in one line, or as the sender with credentials."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from extractor.fields.base import Context, families
from extractor.fields.evidence import from_words
from extractor.fields.names import words_of
from extractor.fields.numbers import find_phones, find_ten_digits
from extractor.knowledge.names import NameReading, parse_name
from extractor.knowledge.npi import is_valid_npi
from extractor.packet import Role
from models.record import PageType, Reason
from models.stages.candidate import Candidate
from models.stages.layout import PageReading
from models.stages.text import Word, join_words

_BESIDE_NPI, _AS_SENDER = 0.65, 0.6
"""How surely such a person is the one who orders: nobody's label says so."""
_NPI = re.compile(r"^\W*n\W?p\W?[il1]\b", re.IGNORECASE)
_NOT_A_NAME = re.compile(r"\d|[:@]|^\W*(?:phone|tel|ph|fax|office|direct|ext|cell|npi)\b", re.IGNORECASE)
_SOMEBODY_ELSE = re.compile(
    r"\b(?:group|facility|pharmacy|billing|supervis\w*|referr\w*|pcp|primary care|patient|collaborat\w*)\b",
    re.IGNORECASE,
)
_LONGEST_NAME = 7
"""Words of a name with its credentials."""
_REPORTS = frozenset({PageType.LAB_REPORT, PageType.IMAGING_REPORT, PageType.INSURANCE_CARD})
_FAX = re.compile(r"\bfa?x\b|^\W*f\W*$", re.IGNORECASE)
_PHONE = re.compile(r"\b(?:phone|tel|ph|office|call)\b|^\W*[pt]\W*$", re.IGNORECASE)


class _Signers:
    name = "signers"
    paths = tuple(f"prescriber.{leaf}" for leaf in ("first_name", "last_name", "credentials", "phone", "fax"))

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        if page.page.type in _REPORTS:
            return
        for line in page.layout.lines:
            yield from _beside_npi(line.words, page)
        for answer in context.answers[page.page.page_no]:
            if answer.attribute == "from" and answer.role is Role.PRESCRIBER:
                yield from _as_sender(answer.words, page, context)


def _beside_npi(words: Sequence[Word], page: PageReading) -> Iterator[Candidate]:
    """``Nadia Montrose, DO, NPI 2188984043``."""
    place = next((index for index, word in enumerate(words) if _NPI.match(word.text)), 0)
    named = words[:place]
    if not 2 <= len(named) <= _LONGEST_NAME or any(_NOT_A_NAME.search(word.text) for word in named):
        return
    digits = find_ten_digits(join_words(words[place:])[0])
    if digits and is_valid_npi(digits[0][0]):
        reason = Reason(code="beside_npi", text="stands before an NPI in a line of text")
        yield from _parts(named, page, _BESIDE_NPI, reason)


def _as_sender(words: Sequence[Word], page: PageReading, context: Context) -> Iterator[Candidate]:
    """``From: Nadia Montrose, DO, phone 314.555.0137, fax 314.555.0133``: staff who send have no credentials."""
    named = tuple(takewhile(lambda word: not _NOT_A_NAME.search(word.text), words))
    if not 2 <= len(named) <= _LONGEST_NAME:
        return
    reason = Reason(code="sender", text="is named as the sender of the fax")
    parts = list(_parts(named, page, _AS_SENDER, reason))
    yield from parts
    if not parts:
        return
    start = len(named)
    for reading, found, _behind in find_phones(words[start:], context.country):
        before = " ".join(word.text for word in words[start : words.index(found[0])])
        kind = "fax" if _FAX.search(before) else "phone" if _PHONE.search(before) else None
        start = words.index(found[-1]) + 1
        if kind is not None and reading.e164 not in context.receiver_phones:
            yield from_words(
                f"prescriber.{kind}",
                reading.value,
                found,
                page,
                role=_AS_SENDER,
                reason=reason,
                is_valid=reading.is_valid,
                reasons=reading.reasons,
            )


def _parts(named: Sequence[Word], page: PageReading, role: float, reason: Reason) -> Iterator[Candidate]:
    text = join_words(named)[0]
    reading = None if _SOMEBODY_ELSE.search(text) else parse_name(text.strip(" ,;-"))
    if reading is None or not _is_whole(reading):
        return
    values = {"first_name": reading.first, "last_name": reading.last, "credentials": reading.credentials}
    for part, value in values.items():
        if value is not None:
            found = words_of(value, named) or tuple(named)
            yield from_words(
                f"prescriber.{part}", value, found, page, role=role, reason=reason, reasons=reading.reasons
            )


def _is_whole(reading: NameReading) -> bool:
    return bool(reading.first and reading.last and reading.credentials)


families.register("signers")(_Signers())
