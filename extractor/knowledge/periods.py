"""Spans of time in words and figures."""

import re

_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    )
}
_SPAN = re.compile(
    r"(?<![\d.])(\d{1,3}|"
    + "|".join(_NUMBERS)
    + r"|a|an)\s*(?:\(\d+\)\s*)?[\s\-]?(days?|weeks?|wks?|months?|mos?\b|mths?|years?|yrs?)",
    re.IGNORECASE,
)
_UNITS = (("d", "day"), ("w", "week"), ("m", "month"), ("y", "year"))


def read_span(text: str) -> tuple[str, int, int] | None:
    """``12 months`` in ``text`` with its place; a year counts twelve months."""
    found = _SPAN.search(text)
    if found is None:
        return None
    raw = found.group(1).casefold()
    number = _NUMBERS.get(raw, 1 if raw in {"a", "an"} else None)
    count = int(raw) if number is None else number
    unit = next(name for letter, name in _UNITS if found.group(2).casefold().startswith(letter))
    if unit == "year":
        count, unit = 12 * count, "month"
    return f"{count} {unit}{'' if count == 1 else 's'}", found.start(), found.end()
