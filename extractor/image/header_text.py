"""The text of a transmit header line, taken apart: who sent, from which number, when, which page of how many.

Fax machines print this line themselves (ITU-T T.30 leaves its form open; in the US 47 CFR 68.318(d) asks for date,
time, sender and number at the top or bottom margin), so every maker orders it differently: it is told by its parts.
"""

import re
import unicodedata
from datetime import date, datetime, time
from typing import NamedTuple

from extractor.knowledge.dates import find_dates
from extractor.knowledge.phones import find_phones
from models.record import FaxHeader

MAX_LENGTH = 160

_D = r"[0-9OoIl|]"
_TO_DIGITS = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1"})
_GLUED_CLOCK = re.compile(r"(?<=[/.\- ](?:19|20)\d\d)(?=\d{1,2}[:.]\d{2}\b)")
_CLOCK = re.compile(r"(?<![\d:.])([0-2]?\d)\s?[:;]\s?([0-5]\d)(?::[0-5]\d)?(?:\s?([AP])\.?\s?M?\b\.?)?", re.IGNORECASE)
_POINT_CLOCK = re.compile(r"(?<![\d:./-])([01]\d|2[0-3])\.([0-5]\d)(?![\d./-])")
"""A clock with a point: as machines in Europe print it, or a colon that lost a dot."""
_WORN_DATE = re.compile(r"(?<![\d/.-])[0-3]?\d[ /.-][0-3]?\d[ /.-](?:20)?\d\d(?![\d/-])")
"""A date whose strokes were lost on the line: enough to know it is one, not which."""
_ZERO_IN_WORD = re.compile(r"(?<=[A-Za-z])0(?=[A-Za-z])|(?<=[A-Z]{2})0(?![\d])")
_PAGE_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b(?:pages?|pag|pgs?|p)\s?[.:,]?\s?(?P<page>{_D}{{1,4}})\s?(?:/|of)\s?(?P<total>{_D}{{1,4}})(?![\d/])",
        rf"\b(?:page|pag|pg|p)\s?[.:,]?\s?(?P<page>{_D}{{1,3}})(?![\w/])",
        rf"[@\u260e]\s?(?P<page>{_D}{{3}})(?:\s?/\s?(?P<total>{_D}{{3}}))?(?![\d/])",
        rf"(?<![\d/.-])(?P<page>{_D}{{1,3}})\s?(?:/|\bof\b)\s?(?P<total>{_D}{{1,3}})\s*\W?$",
        rf"#\s?(?P<page>{_D}{{3}})$",
    )
)
_SENDER_WORD = re.compile(r"\b(?:fr[o0]m|fr)\b\s?[:;.]?", re.IGNORECASE)
_RECEIVER_WORD = re.compile(r"(?:\bt[o0]\b\s?[:;.]?|[-=]+>+|>>+|\u2192+)", re.IGNORECASE)
_DEVICE_WORD = re.compile(
    r"\b(?:remote|caller|station|fax|tel|phone|id|tti|csid|tsid|no|number|server|via|line|job|tx|rx|"
    r"received|sent|at|date|time|page|[ecmp][sd]t|gmt|utc)\b\s?[:;.#]?",
    re.IGNORECASE,
)
_MARK = re.compile(r"\b(?:fax|fr[o0]m|fr|csid|tsid|tti|remote id|fax id|caller id)\b", re.IGNORECASE)
_COUNTER = re.compile(r"(?:\bR=\d+%?|\b[TF]-\d{2,4}\b|#\s?\d+\S*|\b\d{1,4}\b|\*+\d*)")
_INTERNATIONAL = re.compile(r"\+\d[\d\s().-]{7,17}\d")
_WEEKDAY = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b\.?,?", re.IGNORECASE)
_FORM_WORD = re.compile(
    r"\b(?:patient|dob|d\.o\.b|mrn|birth|printed|form|rev|revised|version|npi|order|referral|name|provider|physician|"
    r"subject|re|attn|attention|pages|cover|confidential|phone|tel(?:ephone)?|signature|signed|collected|reported|"
    r"specimen|accession|appointment|scheduled|account|encounter|visit|www|http|copyright)\b",
    re.IGNORECASE,
)
_MACHINE_WORDS = frozenset({"phone", "tel", "telephone", "pages"})


class HeaderText(NamedTuple):
    """What a header line says: its values, and the page number it states."""

    header: FaxHeader
    page: int | None


def read_header(text: str, *, today: date | None = None) -> HeaderText | None:
    """The values of a header line, None where the text is no header line.

    It is one when it has what a machine prints and a form does not: a clock time beside a date, with a page count, a
    number or the word FAX or FROM; or a page count in machine style with a sender; and no word of a form's own title.
    ``today`` settles two-digit years, default the day of the call. A date that can be read two ways gives no date.
    """
    line = " ".join(unicodedata.normalize("NFKC", text).split())
    if not 6 <= len(line) <= MAX_LENGTH:
        return None
    line = _ZERO_IN_WORD.sub("O", _GLUED_CLOCK.sub(" ", line))
    clock, rest = _take_clock(line)
    day, has_date, rest = _take_date(rest, today or date.today())
    page, total, rest = _take_page(rest)
    sender_part, _ = _split_ends(rest)
    number = _only_number(sender_part)
    has_number = bool(find_phones(rest)) or _INTERNATIONAL.search(rest) is not None
    signs = sum((clock is not None, has_date, page is not None, has_number, _MARK.search(rest) is not None))
    has_machine_time = clock is not None and has_date
    is_header = (has_machine_time and signs >= 3) or (page is not None and signs >= 4)
    if not is_header or _has_form_words(rest):
        return None
    sent_at = datetime.combine(day, clock) if day is not None and clock is not None else None
    sender = _sender_name(sender_part)
    header = FaxHeader(sender=sender, sender_number=number, sent_at=sent_at, page_total=total)
    return HeaderText(header, page)


def _take_clock(line: str) -> tuple[time | None, str]:
    for found in _CLOCK.finditer(line):
        hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").upper()
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "P" else 0)
        if hour < 24:
            return time(hour, minute), _cut(line, found.start(), found.end())
    pointed = _POINT_CLOCK.search(line)
    if pointed is not None:
        return time(int(pointed[1]), int(pointed[2])), _cut(line, pointed.start(), pointed.end())
    return None, line


def _take_date(line: str, today: date) -> tuple[date | None, bool, str]:
    """The date where it is certain, whether any stands there, and the line without it."""
    mentions = find_dates(" ".join(_WEEKDAY.sub(" ", line).split()), today=today, kind="event")
    stripped = " ".join(_WEEKDAY.sub(" ", line).split())
    if not mentions:
        worn = _WORN_DATE.search(stripped)
        return None, worn is not None, stripped if worn is None else _cut(stripped, worn.start(), worn.end())
    first = mentions[0]
    codes = {reason.code for reason in first.reading.reasons}
    is_certain = not (first.reading.is_ambiguous and ("two_digit_year" in codes or "day_first" not in codes))
    day = date.fromisoformat(first.reading.value) if is_certain else None
    return day, True, _cut(stripped, first.start, first.end)


def _take_page(line: str) -> tuple[int | None, int | None, str]:
    for form in _PAGE_FORMS:
        for found in form.finditer(line):
            page = _to_number(found["page"])
            total = _to_number(found.groupdict().get("total"))
            is_possible = page is not None and 1 <= page <= 999 and (total is None or page <= total)
            if is_possible:
                return page, total, _cut(line, found.start(), found.end())
    return None, None, line


def _to_number(digits: str | None) -> int | None:
    if digits is None or not any(character.isdigit() for character in digits):
        return None
    return int(digits.translate(_TO_DIGITS))


def _split_ends(line: str) -> tuple[str, str]:
    """What is said of the sender and of the receiver: FROM a TO b, a TO b, TO b FROM a, or a alone."""
    source, target = _SENDER_WORD.search(line), _RECEIVER_WORD.search(line)
    if source and target:
        if source.start() < target.start():
            return line[source.end() : target.start()], line[target.end() :]
        return line[source.end() :], line[target.end() : source.start()]
    if source:
        before, after = line[: source.start()], line[source.end() :]
        return (after if re.search(r"\w{3}", after) else before), ""
    if target and re.search(r"\w{3}", line[: target.start()]):
        return line[: target.start()], line[target.end() :]
    return ("", line[target.end() :]) if target else (line, "")


def _only_number(part: str) -> str | None:
    """The one plausible number of a part; None for none or several."""
    numbers = {found.reading.e164 for found in find_phones(part)}
    international = _INTERNATIONAL.search(part)
    if not numbers and international:
        numbers = {"+" + re.sub(r"\D", "", international[0])}
    return numbers.pop() if len(numbers) == 1 else None


def _sender_name(part: str) -> str | None:
    """The sender's words without numbers, counters and device words; None where too little is left to be a name."""
    for found in reversed(find_phones(part)):
        part = _cut(part, found.start, found.end)
    part = re.sub(r"\+?\d[\d\s().-]{6,}\d", " ", part)
    part = _COUNTER.sub(" ", _DEVICE_WORD.sub(" ", part))
    name = " ".join(part.split()).strip(" .,:;-_/|*#()[]@<>=~'\"+")
    letters = sum(character.isalpha() for character in name)
    return name if letters >= 3 and letters >= 0.6 * len(name.replace(" ", "")) else None


def _has_form_words(line: str) -> bool:
    words = {found[0].lower() for found in _FORM_WORD.finditer(line)}
    return bool(words - _MACHINE_WORDS)


def _cut(line: str, start: int, end: int) -> str:
    return " ".join(f"{line[:start]} {line[end:]}".split())
