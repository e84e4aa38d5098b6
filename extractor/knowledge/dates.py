"""Dates as people write them on forms, to ``YYYY-MM-DD``; whatever had to be assumed is said.

Numeric dates are month first (US); a two-digit year is settled only by what the date is of; a letter read for a
digit is marked as repaired. Nothing impossible becomes a date.
"""

import re
from datetime import date, timedelta
from typing import Literal

from models.record import Reason, Value

DateKind = Literal["birth", "event", "any"]
"""``birth``: never in the future; ``event``: an order, a signature, a blood draw, near today; ``any``: also partial."""

OLDEST_AGE = 120
_CENTENARIAN = 100
_YEARS_AHEAD = 10
_EARLIEST_EVENT = 1900

_MONTH_NAMES = (
    "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|"
    "october oct|november nov|december dec"
)
_MONTHS = {name: month for month, names in enumerate(_MONTH_NAMES.split("|"), start=1) for name in names.split()}
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")(?![a-z])\.?"
_D = r"[0-9OoQlI|SB]"
_SEP = r"\s{0,2}[/.\-\u2010-\u2014\\,]\s{0,2}"
_EDGE, _END = r"(?<![0-9A-Za-z])(?<!\d[/.\-])", r"(?:(?=T\d)|(?![0-9A-Za-z]|[/\-.]\d))"
_DAY_SUFFIX = r"(?:st|nd|rd|th)?"

_FORMS = tuple(
    re.compile(_EDGE + body + _END, re.IGNORECASE)
    for body in (
        rf"(?P<y>(?:1[89]|2[0Oo]){_D}{{2}}){_SEP}(?P<m>{_D}{{1,2}}){_SEP}(?P<d>{_D}{{1,2}})",
        rf"(?P<m>{_D}{{1,2}})(?P<sep>{_SEP})(?P<d>{_D}{{1,2}})(?P<sep2>{_SEP})(?P<y>{_D}{{4}}|'?{_D}{{2}})",
        rf"(?P<d>[0-3]?[0-9]){_DAY_SUFFIX}[\s\-./,]{{0,3}}(?:of\s+)?{_MONTH}[\s\-./,]{{0,3}}(?P<y>{_D}{{4}}|'?\d{{2}})",
        rf"{_MONTH}[\s\-./,]{{0,3}}(?P<d>[0-3]?[0-9]){_DAY_SUFFIX}[\s\-./,]{{1,3}}(?P<y>{_D}{{4}}|'?\d{{2}})",
    )
)
"""Forms told by their separators: safe to look for inside running text."""

_TIGHT = (
    re.compile(r"(?P<y>(?:1[89]|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})"),
    re.compile(rf"(?P<m>{_D}{{2}})(?P<d>{_D}{{2}})(?P<y>{_D}{{4}})"),
    re.compile(r"(?P<m>\d{2})(?P<d>\d{2})(?P<y>\d{2})"),
)
"""Comb boxes: digits only, so only for a text that is nothing but the date."""

_GAPS = re.compile(r"[\s_|/.\-]+")
_ONE_OR_SLASH = r"[1lI|7/.\-]"
_SLASH_AS_ONE = re.compile(rf"(?P<m>\d{{2}}){_ONE_OR_SLASH}(?P<d>\d{{2}}){_ONE_OR_SLASH}(?P<y>(?:19|20)\d{{2}})")
_ANY_CENTURY = date(2030, 1, 1)
_PARTIAL = (
    re.compile(rf"(?:{_MONTH}[\s\-./,]{{0,3}}|(?P<m>\d{{1,2}})\s?[/\-.]\s?)(?P<y>(?:19|20)\d{{2}})", re.IGNORECASE),
    re.compile(r"(?P<y>(?:19|20)\d{2})-(?P<m>\d{2})"),
    re.compile(r"(?P<y>(?:19|20)\d{2})"),
)
_CLOCK = re.compile(
    r"[\sT,@]+(?:at\s+)?\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?(?:\s?[A-Z]{2,4})?\s*$", re.IGNORECASE
)
_WEEKDAY = re.compile(r"^\s*(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b[.,]*\s*", re.IGNORECASE)
_TO_DIGITS = str.maketrans({"O": "0", "o": "0", "Q": "0", "l": "1", "I": "1", "i": "1", "|": "1", "S": "5", "B": "8"})

_WHY = {
    "two_digit_year": "The year is printed with two digits.",
    "day_first": "Only day before month gives a date.",
    "repaired": "A letter was read where a digit must stand.",
    "no_separators": "The digits stand without separators.",
    "mixed_separators": "The two separators differ.",
    "slash_as_one": "Two ones are read as slashes.",
    "other_text": "Other text stands beside the date.",
    "several_dates": "Several dates stand here.",
    "partial_date": "Only part of the date is printed.",
    "far_from_today": "The date is far from today.",
}


class DateReading(Value):
    """``value`` is ``YYYY-MM-DD`` (or ``YYYY``, ``YYYY-MM`` for kind ``any``); ``alternatives`` in the same format.

    ``is_ambiguous``: a person should look, because the printed text allows another date. ``reasons`` name every
    assumption, also the harmless ones.
    """

    value: str
    alternatives: tuple[str, ...] = ()
    is_ambiguous: bool = False
    reasons: tuple[Reason, ...] = ()

    @property
    def is_repaired(self) -> bool:
        """Whether a character had to be changed to read a date."""
        return any(reason.code in {"repaired", "slash_as_one"} for reason in self.reasons)


class DateMention(Value):
    """A date inside a text: characters ``start`` to ``end`` (exclusive)."""

    reading: DateReading
    start: int
    end: int


def parse_date(text: str, *, today: date, kind: DateKind = "any") -> DateReading | None:
    """The date that ``text`` is, or None where it is none, or impossible for its ``kind``.

    A label or an age beside the date is allowed and marked; several different dates make the reading ambiguous.
    """
    body = _WEEKDAY.sub("", _CLOCK.sub("", text.strip())).strip(" _.,;:'\"[]()|")
    if not body or len(text) > 200:
        return None
    for form in _FORMS:
        if found := form.fullmatch(body):
            return _read(found, today, kind, ())
    pieces = [piece for piece in _GAPS.split(body) if piece]
    squeezed = "".join(pieces)
    longest = 4 if len(squeezed) == 8 else 2
    if len(pieces) == 1 or max(map(len, pieces), default=0) <= longest:
        for form in _TIGHT:
            if found := form.fullmatch(squeezed):
                return _read(found, today, kind, ("no_separators",))
    if found := _SLASH_AS_ONE.fullmatch(body.replace(" ", "")):
        return _doubtful(_read(found, today, kind, ("slash_as_one",)))
    if kind == "any":
        for form in _PARTIAL:
            if found := form.fullmatch(body):
                return _read_partial(found, today)
    return _pick(find_dates(body, today=today, kind=kind))


def age_on(born: date, day: date) -> int:
    """Age in whole years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def read_whole_date(text: str) -> str | None:
    """The date that ``text`` is, ``YYYY-MM-DD``, where only day, month and the year's last two digits matter."""
    reading = parse_date(text, today=_ANY_CENTURY, kind="any")
    return reading.value if reading is not None and len(reading.value) == len("2030-01-01") else None


def find_whole_dates(text: str) -> tuple[str, ...]:
    """The whole dates in running text, as ``read_whole_date`` reads one, in order."""
    return tuple(mention.reading.value for mention in find_dates(text, today=_ANY_CENTURY, kind="any"))


def find_dates(text: str, *, today: date, kind: DateKind = "any") -> tuple[DateMention, ...]:
    """All whole dates with separators or month names in running ``text``, in order, none overlapping."""
    mentions: list[DateMention] = []
    taken: list[tuple[int, int]] = []
    for form in _FORMS:
        for found in form.finditer(text):
            start, end = found.span()
            if any(start < other_end and end > other_start for other_start, other_end in taken):
                continue
            if reading := _read(found, today, kind, ()):
                mentions.append(DateMention(reading=reading, start=start, end=end))
                taken.append((start, end))
    return tuple(sorted(mentions, key=lambda mention: mention.start))


def _pick(mentions: tuple[DateMention, ...]) -> DateReading | None:
    if not mentions:
        return None
    first = mentions[0].reading
    others = tuple(dict.fromkeys(m.reading.value for m in mentions if m.reading.value != first.value))
    code = "several_dates" if others else "other_text"
    return first.model_copy(
        update={
            "alternatives": first.alternatives + others,
            "is_ambiguous": first.is_ambiguous or bool(others),
            "reasons": (*first.reasons, _reason(code)),
        }
    )


def _read(found: re.Match[str], today: date, kind: DateKind, codes: tuple[str, ...]) -> DateReading | None:
    groups = found.groupdict()
    printed = [(groups["y"] or "").lstrip("'"), groups.get("month") or groups.get("m") or "", groups["d"]]
    parts = [part if part.lower() in _MONTHS else part.translate(_TO_DIGITS) for part in printed]
    if parts != printed:
        if sum(character.isdecimal() for part in printed for character in part) < 4:
            return None
        codes = (*codes, "repaired")
    year, month_text, day_text = parts
    if not (year.isdecimal() and day_text.isdecimal() and (month_text.isdecimal() or month_text.lower() in _MONTHS)):
        return None
    month, day = _MONTHS.get(month_text.lower()) or int(month_text), int(day_text)
    is_swapped = month > 12 and day <= 12 and found.re is not _FORMS[0]
    if is_swapped:
        month, day, codes = day, month, (*codes, "day_first")
    dates = [made for y in _years(year) if (made := _make(y, month, day)) and _is_possible(made, today, kind)]
    if not dates:
        return None
    if len(year) == 2:
        codes = (*codes, "two_digit_year")
        dates = _order_centuries(dates, today, kind)
    if kind == "event" and not today - timedelta(days=3653) <= dates[0] <= today + timedelta(days=732):
        codes = (*codes, "far_from_today")
    is_mixed = (groups.get("sep") or "").strip() != (groups.get("sep2") or "").strip()
    if is_mixed:
        codes = (*codes, "mixed_separators")
    is_bare = len(year) == 2 and "no_separators" in codes and kind != "birth"
    return DateReading(
        value=dates[0].isoformat(),
        alternatives=tuple(other.isoformat() for other in dates[1:]),
        is_ambiguous=len(dates) > 1 or is_swapped or is_mixed or is_bare,
        reasons=tuple(_reason(code) for code in codes),
    )


def _years(year: str) -> tuple[int, ...]:
    """The years a printed one may mean: two digits stand for one in either century."""
    return (int(year),) if len(year) == 4 else (1900 + int(year), 2000 + int(year))


def _order_centuries(dates: list[date], today: date, kind: DateKind) -> list[date]:
    """The likeliest century first; the others stay only where a person could mean them."""
    if kind == "birth":
        born = sorted(dates, reverse=True)
        return [born[0], *(d for d in born[1:] if today.year - d.year <= _CENTENARIAN + 10)]
    near = sorted(dates, key=lambda d: abs((d - today).days))
    return near[:1]


def _is_possible(value: date, today: date, kind: DateKind) -> bool:
    if kind == "birth":
        return today.year - OLDEST_AGE <= value.year and value <= today
    return _EARLIEST_EVENT <= value.year <= today.year + _YEARS_AHEAD


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _read_partial(found: re.Match[str], today: date) -> DateReading | None:
    groups = found.groupdict()
    year = int(groups["y"])
    name = groups.get("month")
    month = _MONTHS[name.lower()] if name else int(groups.get("m") or 0)
    if not _EARLIEST_EVENT <= year <= today.year + _YEARS_AHEAD or month > 12 or (groups.get("m") and month < 1):
        return None
    value = f"{year}-{month:02d}" if month else f"{year}"
    return DateReading(value=value, reasons=(_reason("partial_date"),))


def _doubtful(reading: DateReading | None) -> DateReading | None:
    return reading and reading.model_copy(update={"is_ambiguous": True})


def _reason(code: str) -> Reason:
    return Reason(code=code, text=_WHY[code])
