"""One provider of the registry, and how its names and numbers are compared."""

import re
import unicodedata

from models.record import Value

_NOT_LETTERS = re.compile(r"[^A-Z]")
_NOT_DIGITS = re.compile(r"\D")


class Provider(Value):
    """A person or, where not ``is_person``, an organisation whose name is ``last``.

    Everything is spelled as the registry does, mostly in capitals. ``phone`` and ``fax``: ten digits of the practice;
    ``taxonomy``: the primary code of the NUCC set; ``ended``: the day of deactivation, ISO, None while active.
    """

    npi: str
    is_person: bool
    last: str | None = None
    first: str | None = None
    other_last: str | None = None
    credentials: str | None = None
    line1: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    phone: str | None = None
    fax: str | None = None
    taxonomy: str | None = None
    ended: str | None = None


def name_key(name: str) -> str:
    """A name's letters in capitals without accents: ``Núñez-Ortiz`` is ``NUNEZORTIZ``."""
    if name.isascii():
        return _NOT_LETTERS.sub("", name.upper())
    plain = unicodedata.normalize("NFKD", name)
    return _NOT_LETTERS.sub("", "".join(c for c in plain if not unicodedata.combining(c)).upper())


def ten_digits(number: str | None) -> str | None:
    """The ten digits of a North American number as the record (``+13035550147``) or the registry has it."""
    digits = _NOT_DIGITS.sub("", (number or "").partition(";")[0])
    digits = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
    return digits if len(digits) == 10 else None
