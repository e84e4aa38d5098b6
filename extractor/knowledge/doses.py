"""Doses, strengths, routes as printed on orders, to the record's format.

A vial's strength (``300 mg/10 mL``) is never a dose: it comes back as kind ``concentration``. A quantity that needed
a letter changed to a digit is kept as read in ``raw`` and marked ``repaired``.
"""

import re
from typing import Literal

from models.record import Reason, Value

QuantityKind = Literal["dose", "concentration", "rate", "supply", "volume"]
"""``concentration`` is per mL (a vial's strength), ``rate`` per hour or minute, ``supply`` the content of a vial.

``volume`` is liquid alone (``in 250 mL``): what a drug is diluted in, not how much of it is given.
"""

_UNITS = {
    "mg": "mg", "milligram": "mg", "milligrams": "mg", "mgs": "mg", "mgm": "mg",
    "g": "g", "gm": "g", "gms": "g", "gram": "g", "grams": "g",
    "mcg": "mcg", "ug": "mcg", "\u00b5g": "mcg", "\u03bcg": "mcg", "microgram": "mcg", "micrograms": "mcg",
    "ml": "mL", "mls": "mL", "cc": "mL", "milliliter": "mL", "milliliters": "mL", "l": "L", "liter": "L",
    "unit": "units", "units": "units", "iu": "units", "u": "units",
    "million units": "million units", "meq": "mEq", "mmol": "mmol", "%": "%",
    "rng": "mg", "mq": "mg", "m9": "mg", "rnq": "mg",
    "m8": "mg", "mg8": "mg", "ing": "mg", "ms": "mg", "nig": "mg",
}  # fmt: skip
_PER = {
    "kg": "kg", "kilogram": "kg", "kilo": "kg", "m2": "m2", "m\u00b2": "m2", "m^2": "m2", "sqm": "m2", "bsa": "m2",
    "ml": "mL", "cc": "mL", "l": "L", "vial": "vial", "syringe": "syringe", "h": "h", "hr": "h", "hour": "h",
    "hrs": "h", "min": "min", "minute": "min", "dose": "dose", "day": "day", "infusion": "dose",
    "d": "day", "dl": "dL", "kq": "kg", "k9": "kg", "k8": "kg", "ks": "kg", "rn2": "m2",
}  # fmt: skip

_PER_TIME = frozenset({"day", "dose"})
_MISREAD = frozenset({"rng", "mq", "m9", "rnq", "m8", "mg8", "ing", "ms", "nig", "kq", "k9", "k8", "ks", "rn2"})
"""Keys of the two tables that no one prints: ``mg`` and ``kg`` as an engine may read them."""

_DIGIT = r"[0-9OoQlI|SB]"
_NUMBER = rf"(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?|{_DIGIT}{{1,7}}(?:[.,]{_DIGIT}{{1,4}})?|\.[0-9]{{1,4}})"
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_PER_UNIT = "|".join(re.escape(unit) for unit in sorted(_PER, key=len, reverse=True))
_TIMES = r"\s*(?:/|\bper\b|\bp/|\u2215|\u2044|[?\\|!]|[il1I](?=(?:kg|m2)\b))\s*"
_QUANTITY = re.compile(
    rf"(?<![0-9A-Za-z.,\-])(?<![0-9]/)(?P<low>{_NUMBER})(?:\s*(?:-|\u2013|\bto\b)\s*(?P<high>{_NUMBER}))?\s*-?\s*"
    rf"(?P<unit>{_UNIT})(?:(?![A-Za-z0-9\u00b2])|(?=[il1I](?:kg|m2)\b))"
    rf"(?P<rest>(?:{_TIMES}(?P<amount>[0-9]+(?:\.[0-9]+)?)?\s*(?P<per>{_PER_UNIT})(?![A-Za-z0-9\u00b2]))*)",
    re.IGNORECASE,
)
_MISREAD_SLASH = re.compile(r"\s*[?\\|!il1I]")
_PER_PART = re.compile(rf"{_TIMES}(?P<amount>[0-9]+(?:\.[0-9]+)?)?\s*(?P<per>{_PER_UNIT})(?![A-Za-z0-9\u00b2])", re.I)
_PARTED = re.compile(
    r"\s/\s(?:IV|SC|SQ|IM|PO|intraven|subcut|intramus|oral|every|q\s?\d|weeks?|once|daily|days?|month)", re.IGNORECASE
)
"""A slash between a dose and its route or scheme, and none of the unit: ``750 mg / IV / weeks 0, 2, 4``."""
_TO_DIGITS = str.maketrans({"O": "0", "o": "0", "Q": "0", "l": "1", "I": "1", "|": "1", "S": "5", "B": "8"})
_SUPPLY_AFTER = re.compile(
    r"^\s*(?:/\s*)?(?:single[- ](?:use|dose)\s+)?(?:vials?|pens?|syringes?|amp(?:oule|ule)?s?)\b", re.I
)
_SUPPLY_BEFORE = re.compile(
    r"(?:\bvials?|\bsyringes?|\bper vial|\bbags?)\s*(?:of|contains?|=|:|\()?\s*$", re.IGNORECASE
)

_ROUTES = {
    "IV": r"i\.?\s?v\.?(?:\s?(?:p|pb|infusion|push))?|intravenous(?:ly)?|ivpb?|ivp",
    "SC": r"s\.?\s?c\.?|s\.?\s?q\.?|sub\s?-?\s?q\.?|sub\s?-?\s?cut(?:\.|aneous(?:ly)?)?|subcutaneous(?:ly)?|scig",
    "IM": r"i\.?\s?m\.?|intramuscular(?:ly)?",
    "PO": r"p\.?\s?o\.?(?![.\s]*(?:box|#))|by mouth|oral(?:ly)?|per os",
}
_ROUTE = re.compile(
    r"(?<![A-Za-z0-9])(?:" + "|".join(f"(?P<{name}>{form})" for name, form in _ROUTES.items()) + r")(?![A-Za-z0-9])",
    re.IGNORECASE,
)


class DoseReading(Value):
    """A quantity in ``text[start:end]``. ``value`` as the record writes a dose; only kind ``dose`` may become one.

    ``alternatives`` holds the plain reading where characters had to be changed or a comma may be a decimal point.
    """

    value: str
    start: int
    end: int
    raw: str
    kind: QuantityKind = "dose"
    is_repaired: bool = False
    alternatives: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


class RouteReading(Value):
    """A route of administration in ``text[start:end]``: ``IV``, ``SC``, ``IM`` or ``PO``."""

    value: str
    start: int
    end: int


def parse_doses(text: str) -> tuple[DoseReading, ...]:
    """All quantities with a unit in ``text``, in order; look at ``kind`` before one is used as a dose."""
    return tuple(reading for found in _QUANTITY.finditer(text) if (reading := _read(found, text)))


def find_routes(text: str) -> tuple[RouteReading, ...]:
    """All routes of administration in ``text``; ``I'm`` is none, nor is the numeral of ``stage IV``."""
    return tuple(
        RouteReading(value=str(found.lastgroup), start=found.start(), end=found.end())
        for found in _ROUTE.finditer(text)
        if text[found.start() - 1 : found.start()] != "'" and not (_is_roman(text, found))
    )


def parse_route(text: str) -> str | None:
    """The one route that ``text`` names, or None where it names none or several."""
    values = {reading.value for reading in find_routes(text)}
    return values.pop() if len(values) == 1 else None


def _is_roman(text: str, found: re.Match[str]) -> bool:
    """``stage IV`` and ``class IV`` are numerals."""
    return (
        found.lastgroup == "IV"
        and re.search(r"(?:stage|class|grade|type|cranial nerve|factor)\s*$", text[: found.start()], re.I) is not None
    )


def _read(found: re.Match[str], text: str) -> DoseReading | None:
    low, high = found["low"], found["high"]
    reasons: list[Reason] = []
    alternatives: list[str] = []
    numbers = [_number(part) for part in (low, high) if part]
    if any(number is None for number in numbers):
        return None
    units = [found["unit"].lower(), *(part["per"].lower() for part in _PER_PART.finditer(found["rest"]))]
    is_repaired = any(re.search(r"[A-Za-z|]", part) for part in (low, high) if part) or not _MISREAD.isdisjoint(units)
    is_repaired = is_repaired or _MISREAD_SLASH.match(found["rest"]) is not None
    unit = _UNITS[found["unit"].lower()]
    if found["unit"] in {"L", "l"} and not found["rest"]:
        unit = "L"
    pers = [(part["amount"], _PER[part["per"].lower()]) for part in _PER_PART.finditer(found["rest"])]
    behind = text[found.end() :]
    if re.match(r"\s?/\s?[A-Za-z]", behind) and not _PARTED.match(behind):
        return None
    tail = "".join(f"/{amount} {per}" if amount else f"/{per}" for amount, per in pers if per not in _PER_TIME)
    if any(per in _PER_TIME for _, per in pers):
        reasons.append(Reason(code="per_time", text="The quantity is printed for one day or one dose."))
    value = "-".join(str(number) for number in numbers) + (f"{unit}" if unit == "%" else f" {unit}") + tail
    if is_repaired:
        reasons.append(Reason(code="repaired", text="Characters were read that no quantity has."))
    if re.fullmatch(r"[0-9]{1,3},[0-9]{1,2}", low):
        reasons.append(Reason(code="decimal_comma", text="A comma is read as the decimal point."))
        alternatives.append(value.replace(str(numbers[0]), low.replace(",", "").lstrip("0"), 1))
    return DoseReading(
        value=value,
        start=found.start(),
        end=found.end(),
        raw=found.group(0),
        kind=_kind(pers, text, found),
        is_repaired=is_repaired,
        alternatives=tuple(alternatives),
        reasons=tuple(reasons),
    )


def _kind(pers: list[tuple[str | None, str]], text: str, found: re.Match[str]) -> QuantityKind:
    units = {per for _, per in pers}
    if units & {"mL", "L", "dL", "vial", "syringe"} and not units & {"h", "min"}:
        return "concentration"
    if units & {"h", "min"}:
        return "rate"
    unit = _UNITS[found["unit"].lower()]
    if unit == "%":
        return "concentration"
    if unit in {"mL", "L"} and not pers:
        return "volume"
    if pers:
        return "dose"  # no vial holds so much a kilogram of its patient
    if _SUPPLY_AFTER.search(text[found.end() :]) or _SUPPLY_BEFORE.search(text[: found.start()]):
        return "supply"
    return "dose"


def _number(raw: str) -> str | None:
    """Plain decimal text: no thousands separators, no trailing zeros behind the point (12.0 is 12, .5 is 0.5)."""
    if sum(character.isdecimal() for character in raw) == 0:
        return None
    text = raw.translate(_TO_DIGITS)
    if re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", text):
        text = text.replace(",", "")
    text = text.replace(",", ".")
    whole, _, decimals = text.partition(".")
    whole, decimals = whole.lstrip("0") or "0", decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole
