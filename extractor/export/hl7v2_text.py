"""HL7 v2 text (ER7): what is text of a referral and what is structure can never be mixed up.

``Er7`` is text that may stand in a message. Only this module makes it: ``escaped`` from data, the others from ``Er7``.
hl7apy's own encoder is not used for writing: it leaves data that looks like an escape sequence (``\\F\\``) as it is, so
that it would come back as another text.

Source: HL7 version 2.5.1, chapter 2, sections 2.5 to 2.7.
"""

import re
from collections.abc import Mapping
from typing import NewType

Er7 = NewType("Er7", str)

EMPTY = Er7("")
"""Nothing is said: a receiver keeps what it has."""
NULL = Er7('""')
"""There is explicitly no value: a receiver deletes what it has."""

_DELIMITERS = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"}
_LINE_ENDS = re.compile("\r\n|[\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def escaped(text: str | None) -> Er7:
    """Data as it may stand in a message; None is ``EMPTY``.

    Delimiters become their escape sequences, every kind of line end one line feed (``\\X0A\\``), other control
    characters their hexadecimal form; lone surrogates, which UTF-8 cannot say, become U+FFFD. Data that is ``""`` is
    escaped too, for it is not the null of a message.
    """
    if text is None:
        return EMPTY
    plain = _LINE_ENDS.sub("\n", text).encode("utf-8", "replace").decode()
    if plain == NULL:
        return Er7("\\X22\\\\X22\\")
    marked = "".join(_DELIMITERS.get(character, character) for character in plain)
    return Er7(_CONTROL.sub(lambda found: f"\\X{ord(found.group()):02X}\\", marked))


def timestamp(value: str | None) -> Er7 | None:
    """``1956-05``, ``2026-11-20`` as ``195605``, ``20261120``; None for what is no such date."""
    found = _DATE.fullmatch(value or "")
    return None if found is None else Er7("".join(part for part in found.groups() if part))


def components(*parts: Er7) -> Er7:
    """Components of a field; empty ones at the end are left out."""
    return Er7("^".join(parts).rstrip("^"))


def subcomponents(*parts: Er7) -> Er7:
    """Subcomponents of a component."""
    return Er7("&".join(parts).rstrip("&"))


def repetitions(*fields: Er7) -> Er7:
    """Repetitions of a field, which replace what the receiver has; null only where all are gone."""
    kept = [field for field in fields if field not in (EMPTY, NULL)]
    return Er7("~".join(kept)) if kept or NULL not in fields else NULL


def segment(name: str, fields: Mapping[int, Er7]) -> Er7:
    """One line without its end; ``fields`` by number from 1."""
    last = max((number for number, field in fields.items() if field), default=0)
    return Er7("|".join((name, *(fields.get(number, EMPTY) for number in range(1, last + 1)))))


def header(fields: Mapping[int, Er7]) -> Er7:
    """``MSH``, whose first field is the separator itself and whose second says the other delimiters."""
    return Er7("MSH|^~\\&|" + segment("", {number - 2: field for number, field in fields.items()})[1:])
