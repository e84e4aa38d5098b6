"""Height and weight in text: centimetres and kilograms with one decimal, and whether a unit was printed.

Factors: 1 in = 2.54 cm and 1 lb = 0.45359237 kg, exact (NIST Handbook 44, appendix C). A number without a unit is read
as the unit in which it is a possible one, and marked.
"""

import re
from typing import Literal

from models.record import Reason, Value

Measure = Literal["height", "weight"]

CM_PER_INCH, KG_PER_POUND, OUNCES = 2.54, 0.45359237, 16
POSSIBLE: dict[Measure, tuple[float, float]] = {"height": (40.0, 230.0), "weight": (2.0, 350.0)}
"""Centimetres and kilograms outside which a reading is taken for a misreading."""

_NUMBER = r"(\d{1,3}(?:[.,]\d{1,2})?)"
_FEET = re.compile(
    r"(?<![\d.])([3-7])\s*(?:'|\u2019|\u2032|`|\u00b4|ft\.?|feet|foot)\s*-?\s*"
    r"(?:(\d{1,2}(?:\.\d+)?|\d\s?1/2)\s*(?:\"|''|\u201d|\u2033|\u2019\u2019|in\.?\b|inch(?:es)?|\b)?)?",
    re.IGNORECASE,
)
_HEIGHT = re.compile(
    _NUMBER + r"\s*(cm\.?|cms|centimet(?:er|re)s?|m\b|in\b\.?|ins\b|inch(?:es)?|\"|\u201d|\u2033|'')?", re.IGNORECASE
)
_WEIGHT = re.compile(
    _NUMBER + r"\s*(kgs?\b\.?|kilos?|kilograms?|lbs?\b\.?|1bs?\b|ibs?\b|pounds?|#)?"
    r"(?:\s*(\d{1,2}(?:\.\d)?)\s*(?:oz|ounces)\b)?",
    re.IGNORECASE,
)
_CHOICE: dict[Measure, re.Pattern[str]] = {
    "height": re.compile(
        r"\b(?:in|ins|inch|inches|ft)\b\W*(?:or\W*)?\bcms?\b|\bcms?\b\W*(?:or\W*)?\b(?:in|ins|inch|inches|ft)\b", re.I
    ),
    "weight": re.compile(r"\b(?:lbs?|pounds)\b\W*(?:or\W*)?\bkgs?\b|\bkgs?\b\W*(?:or\W*)?\b(?:lbs?|pounds)\b", re.I),
}
"""Both units printed to choose from, ``206 lbs or kgs``: neither is said."""
_CM, _KG = re.compile(r"^c(?:m|ent)", re.I), re.compile(r"^k", re.I)
_NO_UNIT = Reason(code="unit_assumed", text="no unit is printed beside the number")
_IMPOSSIBLE = Reason(code="impossible", text="no person measures that")


class BodyReading(Value):
    """``value`` in cm or kg with one decimal, characters ``start`` to ``end`` of the text.

    ``has_unit``: a unit is printed (or was given); without one ``value`` is only the likelier of two.
    """

    value: float
    start: int
    end: int
    has_unit: bool = True
    is_possible: bool = True
    reasons: tuple[Reason, ...] = ()


def parse_height(text: str, unit: str | None = None) -> BodyReading | None:
    """The first height in ``text``; ``unit`` (``cm`` or ``in``) where a label or a ticked box names it."""
    text = _without_choice("height", text)
    feet = _FEET.search(text)
    if feet is not None:
        extra = feet.group(2) or "0"
        inches = float(extra.split()[0][0]) + 0.5 if "1/2" in extra else float(extra)
        if inches < 12:
            return _reading("height", (int(feet.group(1)) * 12 + inches) * CM_PER_INCH, feet.span(), True)
    found = _HEIGHT.search(text)
    if found is None:
        return None
    number = float(found.group(1).replace(",", "."))
    printed = found.group(2) or unit or ""
    if _CM.match(printed):
        return _reading("height", number, found.span(), True)
    if printed.casefold() == "m":
        return _reading("height", number * 100, found.span(), True)
    if printed:
        return _reading("height", number * CM_PER_INCH, found.span(), True)
    return _reading("height", number if number > 96 else number * CM_PER_INCH, found.span(), False)


def parse_weight(text: str, unit: str | None = None) -> BodyReading | None:
    """The first weight in ``text``; ``unit`` (``kg`` or ``lb``) where a label or a ticked box names it."""
    text = _without_choice("weight", text)
    found = _WEIGHT.search(text)
    if found is None:
        return None
    number = float(found.group(1).replace(",", "."))
    printed = found.group(2) or unit or ""
    if _KG.match(printed):
        return _reading("weight", number, found.span(), True)
    pounds = number + float(found.group(3) or 0) / OUNCES
    # More pounds than kilograms are written where nothing says which.
    return _reading("weight", pounds * KG_PER_POUND, found.span(), bool(printed))


def _without_choice(measure: Measure, text: str) -> str:
    return _CHOICE[measure].sub(lambda found: " " * len(found.group()), text)


def find_unit(text: str, measure: Measure) -> str | None:
    """The one unit that a label names: ``Weight (kg)``; None where it names none or offers both."""
    if measure == "height":
        units = {"cm": r"\b(?:cms?|centimet\w+)\b", "in": r"\b(?:in|ins|inch(?:es)?|ft)\b|\""}
    else:
        units = {"kg": r"\b(?:kgs?|kilo\w*)\b", "lb": r"\b(?:lbs?|pounds?)\b"}
    named = [unit for unit, pattern in units.items() if re.search(pattern, text, re.IGNORECASE)]
    return named[0] if len(named) == 1 else None


def _reading(measure: Measure, value: float, span: tuple[int, int], has_unit: bool) -> BodyReading:
    least, most = POSSIBLE[measure]
    is_possible = least <= value <= most
    reasons = (*(() if has_unit else (_NO_UNIT,)), *(() if is_possible else (_IMPOSSIBLE,)))
    return BodyReading(
        value=round(value, 1),
        start=span[0],
        end=span[1],
        has_unit=has_unit,
        is_possible=is_possible,
        reasons=reasons,
    )
