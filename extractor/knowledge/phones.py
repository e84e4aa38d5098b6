"""Telephone and fax numbers to E.164, with the extension apart.

A number is never invented: without an area code there is no E.164 number, and a letter read for a digit is marked.
"""

import re
from functools import cache

import phonenumbers

from models.record import Reason, Value

_EXTENSION = re.compile(r"(?:;\s*ext\s*=|\bextension\b|\bextn?\b|\bx|#)\s*[.:#]?\s*(\d{1,6})\s*$", re.IGNORECASE)
_LETTERS = str.maketrans({"O": "0", "o": "0", "Q": "0", "l": "1", "I": "1", "|": "1", "S": "5", "B": "8"})
_BODY = re.compile(r"\+?[0-9OoQlI|SB()\[\]{}.\-\u2010-\u2015/\s_*:,']{7,40}")
_IN_TEXT = re.compile(
    r"(?<![\w.\-+])(?:\+?1[\s.\-]{0,2})?(?:\([0-9OolI]{3}\)|[0-9OolI]{3})[\s.\-/\u2010-\u2014]{0,3}[0-9OolIS]{3}"
    r"[\s.\-\u2010-\u2014]{0,3}[0-9OolIS]{4}(?:\s*(?:;\s*ext\s*=|,?\s*(?:extension|ext|x|#)\.?\s*:?)\s*\d{1,6})?(?![\w\-])",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^\s*(?:tel(?:ephone)?|phone|ph|fax|cell|mobile|home|work|office|[tpfchmw])\s*[.:#]+\s*", re.IGNORECASE
)


class PhoneReading(Value):
    """``e164`` without extension; ``is_valid``: the numbering plan has such a number."""

    e164: str
    extension: str | None = None
    is_valid: bool
    reasons: tuple[Reason, ...] = ()

    @property
    def value(self) -> str:
        """The record's format: ``+13035550147``, with an extension ``+13035550147;ext=12``."""
        return self.e164 if self.extension is None else f"{self.e164};ext={self.extension}"


class PhoneMention(Value):
    """A number inside a text: characters ``start`` to ``end`` (exclusive)."""

    reading: PhoneReading
    start: int
    end: int


def find_phones(text: str, country: str = "US") -> tuple[PhoneMention, ...]:
    """All North American numbers with an area code in running ``text``; ten digits in a row count as well."""
    return tuple(
        PhoneMention(reading=reading, start=found.start(), end=found.end())
        for found in _IN_TEXT.finditer(text)
        if (reading := parse_phone(found.group(0), country))
    )


def parse_phone(text: str, country: str = "US") -> PhoneReading | None:
    """The number written in ``text``, or None where it is not one whole number with its area code.

    ``country`` (ISO 3166 alpha-2) is what a number without ``+`` belongs to.
    """
    body = _LABEL.sub("", text).strip()
    reasons: list[Reason] = []
    extension = None
    if found := _EXTENSION.search(body):
        extension, body = found.group(1), body[: found.start()].rstrip(" ,;(.")
    if _BODY.fullmatch(body) is None:
        return None
    digits = re.sub(r"[^0-9]", "", body.translate(_LETTERS))
    if re.search(r"[OoQlI|SB]", body):
        if len(re.sub(r"[^0-9]", "", body)) < 7:
            return None
        reasons.append(Reason(code="repaired", text="A letter was read where a digit must stand."))
    is_foreign = body.startswith("+") and not digits.startswith("1")
    if not is_foreign and _plan(country) == 1:
        return _read_nanp(digits, country, extension, reasons)
    try:
        number = phonenumbers.parse(("+" if body.startswith("+") else "") + digits, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    is_valid = phonenumbers.is_valid_number(number)
    if not is_valid:
        reasons.append(Reason(code="implausible_number", text="The numbering plan has no such number."))
    return PhoneReading(e164=e164, extension=extension, is_valid=is_valid, reasons=tuple(reasons))


def _read_nanp(digits: str, country: str, extension: str | None, reasons: list[Reason]) -> PhoneReading | None:
    """North American plan: NPA-NXX-XXXX where N is 2-9; 555-01XX is kept for fiction and counts as well formed."""
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    if len(digits) != 10:
        return None
    area, exchange = digits[:3], digits[3:6]
    is_valid = area[0] in "23456789" and exchange[0] in "23456789" and exchange[1:] != "11"
    if not is_valid:
        reasons.append(Reason(code="implausible_number", text="The numbering plan has no such number."))
    elif not _is_area_code(area, country):
        is_valid = False
        reasons.append(Reason(code="unknown_area_code", text="The area code is not in use."))
    return PhoneReading(e164=f"+1{digits}", extension=extension, is_valid=is_valid, reasons=tuple(reasons))


@cache
def _is_area_code(area: str, country: str) -> bool:
    """Whether the plan uses ``area``: asked with an ordinary local number, so 555-01XX does not matter."""
    number = phonenumbers.parse(f"+1{area}2345678", country)
    return phonenumbers.is_valid_number(number)


@cache
def _plan(country: str) -> int:
    return phonenumbers.country_code_for_region(country)
