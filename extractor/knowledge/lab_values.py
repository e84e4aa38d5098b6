"""Results and reference ranges as laboratory reports print them."""

import re
import unicodedata

from extractor.knowledge.lab_words import read_unit, read_word
from models.record import Value

_COMPARE = r"(?:[<>\u2264\u2265]\s?=?|=\s?[<>]|[<>]\s?(?:or|OR)\s?=)"
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_NUMBER = re.compile(rf"(?P<compare>{_COMPARE})?\s?(?P<sign>[+-])?(?P<digits>{_DIGITS})")
_TITER = re.compile(r"[<>\u2264\u2265]?\s?1\s?:\s?\d{1,5}")
_COUNTED = re.compile(r"\d{1,3}\s?-\s?\d{1,3}")
_FLAGGED = re.compile(
    r"(?P<value>[<>\u2264\u2265=]{0,2}\s?[\d.,]*\d[\d.,]*)\s?(?P<flag>\*{0,2}\(?(?:HH|LL|H|L|A|High|Low)\)?\*{0,2}|\*{1,2}|!{1,2})$"
)
_FLAG_FIRST = re.compile(r"(?P<flag>\(?(?:HH|LL|H|L)\)?)\s?(?P<value>[<>]?\d[\d.,]*)$")
_LIKE_DIGITS = str.maketrans("OoQDlI|SBZ", "0000111582")
_LABEL = re.compile(
    r"^(?:(?:reference|ref\.?|normal|expected|standard)\s*(?:range|interval|value|rng)?|range|ref)\s*[:=]?\s*(?:above|below)?\s*",
    re.IGNORECASE,
)
_SPAN = re.compile(rf"(?P<low>-?(?:{_DIGITS}))\s*(?:-|\u2013|\u2014|~|to)\s*(?P<high>-?(?:{_DIGITS}))", re.IGNORECASE)
_BOUND = re.compile(
    rf"(?P<compare>{_COMPARE}|up to|under|over|less than|greater than)\s*(?P<limit>{_DIGITS})", re.IGNORECASE
)
_BROKEN = re.compile(r"(?P<low>\d+(?:\.\d+)?)(?:\s+|\s?[:_~]\s?|(?<=\.\d)\.|(?<=\.\d\d)\.)(?P<high>\d+(?:\.\d+)?)")
_BROKEN_WHOLE = re.compile(r"(?P<low>\d+)\.(?P<high>\d{2,})")
_UNSAID = re.compile(
    r"not\s+estab(?:lished|\.)?|none\s+(?:established|defined)|n/?a|no reference interval", re.IGNORECASE
)
_WORDED = re.compile(r"[A-Za-z][A-Za-z /+-]{1,40}")
_PARTED_HYPHEN = re.compile(r"(?<=[A-Za-z])(?: -|- )(?=[A-Za-z])")
"""A hyphen inside a word with a space on one side of it, which typesetting or reading put there."""
_BELOW = ("<", "\u2264", "=<", "up to", "under", "less")


class NumberReading(Value):
    """A result that is a number: ``value`` for the record (``<0.35``), ``number`` its size, ``flag`` as printed.

    ``is_repaired``: a letter was read where a digit must stand, or a comma for a point.
    """

    value: str
    number: float | None
    compare: str = ""
    flag: str = ""
    is_repaired: bool = False


class RangeReading(Value):
    """A reference range as printed (without label and unit), its limits where it has any, and a unit printed in it.

    ``is_strict``: the limit itself lies outside (``<5.0``). ``is_repaired``: the dash between the limits was misread;
    ``is_guess``: what stands there may also be one number.
    """

    text: str
    low: float | None = None
    high: float | None = None
    word: str | None = None
    unit: str | None = None
    is_strict: bool = False
    is_repaired: bool = False
    is_guess: bool = False

    @property
    def is_numeric(self) -> bool:
        """Whether a number can be compared with it."""
        return self.low is not None or self.high is not None

    def excludes(self, number: float) -> str | None:
        """``H`` or ``L`` where a number lies outside, "" where inside, None where the range does not say."""
        if not self.is_numeric:
            return None
        if self.high is not None and (number > self.high or (self.is_strict and number == self.high)):
            return "H"
        if self.low is not None and (number < self.low or (self.is_strict and number == self.low)):
            return "L"
        return ""


def read_number(text: str) -> NumberReading | None:
    """The number that ``text`` is, with the flag printed right behind or before it; None where it is none."""
    plain = _plain(text)
    if not any(character.isdigit() for character in plain):
        return None
    found = _NUMBER.fullmatch(plain)
    if found:
        return _number(found)
    if _TITER.fullmatch(plain):
        return NumberReading(value=plain.replace(" ", ""), number=None)
    for pattern in (_FLAGGED, _FLAG_FIRST):
        flagged = pattern.fullmatch(plain)
        inner = flagged and _NUMBER.fullmatch(flagged.group("value").strip())
        if flagged and inner:
            return _number(inner).model_copy(update={"flag": flagged.group("flag")})
    return _repaired(plain)


def read_counted(text: str) -> str | None:
    """A result that is a span of counted cells (``0-5``), as the microscope gives it."""
    plain = _plain(text)
    return plain.replace(" ", "") if _COUNTED.fullmatch(plain) else None


def read_range(text: str) -> RangeReading | None:
    """The reference range that ``text`` is; a label before it, brackets around it and a unit behind it are let go."""
    body = _unbracketed(_LABEL.sub("", _unbracketed(_plain(text))).strip())
    if not body:
        return None
    if _UNSAID.fullmatch(body):
        return RangeReading(text=body)
    for pattern in (_SPAN, _BOUND):
        found = pattern.match(body)
        if found is None:
            continue
        rest = body[found.end() :].strip(" .,;()[]")
        unit = read_unit(rest) if rest else None
        if rest and unit is None:
            continue
        return _limits(found, unit.ucum if unit else None)
    if _WORDED.fullmatch(body) and (word := read_word(body)):
        return RangeReading(text=mend_hyphen(body), word=word)
    return None


def mend_hyphen(text: str) -> str:
    """Words without the space that stands on one side of a hyphen inside them (``NON- REACTIVE``)."""
    return _PARTED_HYPHEN.sub("-", text)


def _unbracketed(text: str) -> str:
    return text[1:-1].strip() if len(text) > 2 and text[0] + text[-1] in {"()", "[]", "{}"} else text


def mend_range(text: str) -> RangeReading | None:
    """Two limits whose dash was misread (``3.5.5.2``, ``79 97``, ``586:1602``); for the column of ranges only."""
    plain = _unbracketed(_plain(text))
    found = _BROKEN.fullmatch(plain) or _BROKEN_WHOLE.fullmatch(plain)
    if found is None or _size(found["low"]) >= _size(found["high"]):
        return None
    low, high = found["low"], found["high"]
    is_guess = found.re is _BROKEN_WHOLE
    return RangeReading(text=f"{low}-{high}", low=_size(low), high=_size(high), is_repaired=True, is_guess=is_guess)


def _limits(found: re.Match[str], unit: str | None) -> RangeReading:
    groups = found.groupdict()
    text = " ".join(found.group().split())
    if "low" in groups:
        low, high = _size(groups["low"]), _size(groups["high"])
        return RangeReading(text=text, low=min(low, high), high=max(low, high), unit=unit)
    limit = _size(groups["limit"])
    compare = groups["compare"].casefold()
    is_upper = compare.lstrip("= ").startswith(_BELOW)
    return RangeReading(
        text=text,
        low=None if is_upper else limit,
        high=limit if is_upper else None,
        unit=unit,
        is_strict=compare.strip() in {"<", ">", "less than", "greater than", "under", "over"},
    )


def _number(found: re.Match[str]) -> NumberReading:
    compare = "".join((found["compare"] or "").lower().replace("or", "").split())
    value = f"{compare}{found['sign'] or ''}{found['digits']}"
    return NumberReading(value=value, number=_size((found["sign"] or "") + found["digits"]), compare=compare)


def _repaired(plain: str) -> NumberReading | None:
    """Digits with a letter among them that looks like one, a comma for the point, a space or a doubled point."""
    if len(plain) > 8 or not re.search(r"\d", plain):
        return None
    digits = re.sub(r"(?<=\d)[.'+]$", "", plain.translate(_LIKE_DIGITS))
    digits = re.sub(r"^([<>]?\d{1,3}),(\d{1,2})$", r"\1.\2", digits)
    digits = re.sub(r"(?<=\d)\s?[.\u00b7]{1,2}\s?(?=\d)", ".", digits)
    found = _NUMBER.fullmatch(digits)
    return _number(found).model_copy(update={"is_repaired": True}) if found else None


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("\u2013", "-").replace("\u2014", "-")
    return " ".join(plain.split()).strip(" ;:")


def _size(digits: str) -> float:
    return float(digits.replace(",", ""))
