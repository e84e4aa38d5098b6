"""The receiving center's own numbers: never the prescriber's or the patient's.

A site may list its own in settings; the rest is inferred from TO blocks and lines like "fax completed form to".
"""

import re
from collections.abc import Iterable, Mapping

from extractor.fields.numbers import find_phones, find_ten_digits
from extractor.packet import Answer, Role
from models.stages.layout import PageReading
from models.stages.options import SiteOptions
from models.stages.text import Word

_FAX_TO = re.compile(
    r"\b(?:fax|send|return|submit|e?mail|forward)\b[^.:]{0,60}?\bto\b|\bfax\s+(?:back|to)\b|\bcall\s+us\b|\bquestions\b.{0,20}\bcall\b",
    re.IGNORECASE,
)
_OURS = re.compile(r"\bour\s+(?:fax|phone)\b", re.IGNORECASE)
_NAMED = 0.9
"""Of a role, from which on a label or its block names it."""


def find_receiver_phones(
    pages: Iterable[PageReading], answers: Mapping[int, tuple[Answer, ...]], site: SiteOptions
) -> frozenset[str]:
    """E.164 numbers of the receiving center: those of the site's settings and those the pages show as "to"."""
    found = set(site.phones)
    senders: set[str] = set()
    ours: set[str] = set()
    for page in pages:
        asked = answers[page.page.page_no]
        for answer in asked:
            if answer.role is Role.PRESCRIBER and answer.role_score >= _NAMED and answer.attribute in {"phone", "fax"}:
                senders |= _numbers(answer.words)
            if answer.role is Role.RECEIVER and answer.attribute in {
                "phone",
                "fax",
                "phone_fax",
                "fax_to",
                "to",
                "work_phone",
            }:
                found |= _numbers(answer.words)
        for line in page.layout.lines:
            match = _FAX_TO.search(line.text)
            if match is not None:
                found |= _numbers(_behind(line.words, match.end()))
            if (match := _OURS.search(line.text)) is not None:
                ours |= _numbers(_behind(line.words, match.end()))
    # "Our fax" is the center's on its own forms and the sender's on a cover sheet: the prescriber's numbers tell.
    return frozenset(found | (ours - senders))


def _behind(words: tuple[Word, ...], end: int) -> tuple[Word, ...]:
    """The words behind character ``end`` of the line's text, up to the next label."""
    place = 0
    kept: list[Word] = []
    for word in words:
        place += len(word.text) + 1
        if place <= end:
            continue
        if kept and word.text.endswith(":"):
            break
        kept.append(word)
    return tuple(kept)


def _numbers(words: Iterable[Word]) -> set[str]:
    return {reading.e164 for reading, _words, _behind_it in find_phones(tuple(words), "US")}


def find_receiver_npis(
    pages: Iterable[PageReading], answers: Mapping[int, tuple[Answer, ...]], site: SiteOptions
) -> frozenset[str]:
    """NPIs of the receiving center, of facilities and of pharmacies."""
    others = {Role.RECEIVER, Role.FACILITY, Role.PHARMACY}
    found = set(site.npis)
    prescribers: set[str] = set()
    for page in pages:
        for answer in answers[page.page.page_no]:
            if answer.attribute == "npi":
                digits = {run for run, _start, _end, _repaired in find_ten_digits(answer.text)}
                if answer.role in others and answer.role_score >= 0.9:
                    found |= digits
                elif answer.role is Role.PRESCRIBER and answer.role_score >= 0.9:
                    prescribers |= digits
    # One who orders and runs the place under the same number is still the prescriber.
    return frozenset(found - (prescribers - set(site.npis)))
