"""How often a drug is given, as printed on orders, to the record's wording of the whole scheme.

``every 8 weeks``, ``daily x 5 days``, ``weeks 0, 2, 6 then every 8 weeks``, ``day 1 and day 15``, ``once yearly``.
"""

import re
from itertools import pairwise

from extractor.knowledge.glyphs import glyph_distance, strip_accents
from models.record import Reason, Value

_COUNT_WORDS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
_NUMBER_WORDS = {word: str(number) for number, word in enumerate(_COUNT_WORDS.split())}
_NUMBER_WORDS |= {"twenty-four": "24", "twenty four": "24", "twenty-six": "26", "fifty-two": "52"}
_NUMBER = r"\d{1,3}(?:\s?(?:-|\u2013|to|or)\s?\d{1,3})?"
_PERIOD = r"(?P<{0}>hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mos?|mths?|m|years?|yrs?|y)"
_AND = r"(?:\s*(?:,|&|\band\b|/|\+|;)\s*)+"
_TIMES = r"\s*(?:[.,]\s*)?(?:\(?(?:x|\u00d7|for|times)\s*(?:a total of\s*)?)"
_HOW_MANY = (
    rf"(?:{_TIMES}(?P<count>\d{{1,3}})\.?\s*(?:consecutive\s+)?"
    r"(?P<of>days?|d|doses?|infusions?|treatments?|weeks?|wks?|cycles?)?\b(?!\s*(?:mo|month|yr|year))\)?)?"
)

_UNITS = {"h": "hours", "d": "days", "w": "weeks", "m": "months", "y": "years"}
_DAILY = r"(?:once\s+(?:a\s+day|daily|per\s+day)|every\s+day|each\s+day|daily|qd|q\.d\.?|q\s?day)"
_WEEKLY = r"(?:once\s+(?:a\s+week|weekly|per\s+week)|every\s+week|weekly|q\s?(?:1\s?)?(?:wk|week)|qw|q1w)"
_MONTHLY = r"(?:once\s+(?:a\s+month|monthly|per\s+month)|every\s+month|monthly|q\s?(?:1\s?)?mo(?:nth)?|qm)"
_YEARLY = r"(?:once\s+(?:a\s+year|yearly|per\s+year|annually)|every\s+year|yearly|annually|q\s?(?:1\s?)?(?:yr|year)|qy)"
_RATES = {"daily": _DAILY, "weekly": _WEEKLY, "monthly": _MONTHLY, "once yearly": _YEARLY}

_SLASH = {"daily": r"/\s?d(?:ay)?", "weekly": r"/\s?(?:week|wk)", "monthly": r"/\s?month", "once yearly": r"/\s?year"}

_SERIES = re.compile(
    rf"(?:\b(?:at|on|in|given|initial(?:ly)?)\s+)*\b(?P<what>weeks?|wks?|wk|days?|d|months?|mos?)\s*[#.]?\s*"
    rf"(?P<list>\d{{1,3}}(?:{_AND}(?:(?:on\s+)?(?:weeks?|wks?|days?|months?|d)\s*)?\d{{1,3}}(?![\d.]|\s*mg))*)\b(?!\s*(?:mg|of\b))",
    re.IGNORECASE,
)
_UNIT_OF_SERIES = re.compile(r"\b(?:weeks?|wks?|days?|months?|mos?|d)\b", re.IGNORECASE)
_EVERY = re.compile(
    rf"\b(?:(?:once\s+)?every|each|q\.?)\s*(?P<number>{_NUMBER})\s*-?\s*{_PERIOD.format('period')}\b(?:\.|\b)?{_HOW_MANY}",
    re.IGNORECASE,
)
_OTHER = re.compile(rf"\b(?:every\s+other|q\.?\s?o\.?)\s*{_PERIOD.format('period')}\b", re.IGNORECASE)
_RATE = {
    name: re.compile(rf"(?:(?<![A-Za-z]){form}|{_SLASH[name]})(?![A-Za-z]){_HOW_MANY}", re.IGNORECASE)
    for name, form in _RATES.items()
}
_MULTIPLE = re.compile(
    r"\b(?P<times>once|twice|(?:[2-6]|two|three|four)\s*(?:times|x))\s*(?:a|per|each|/)?\s*"
    r"(?P<period>day|daily|week|weekly|month|monthly|year|yearly)\b|\b(?P<latin>bid|b\.i\.d\.?|tid|t\.i\.d\.?|qid|q\.i\.d\.?)(?![a-z])",
    re.IGNORECASE,
)
_ONCE = re.compile(
    r"\b(?:(?:one|1)\s*-?\s*time(?:\s+(?:dose|only))?|once(?:\s+only)?|single\s+(?:dose|infusion)|x\s?1(?:\s?(?:dose|infusion))?(?![\d.]|\s*(?:day|we|wk|mo|y))|1\s+dose)\b",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"\b(?:divided\s+|given\s+)?over\s+(?P<number>\d{1,2}(?:\s?-\s?\d{1,2})?)\s*(?:consecutive\s+)?days?\b", re.I
)
_THEN = re.compile(
    r"\b(?:then|thereafter|followed\s+by|and\s+then|maintenance|subsequent(?:ly)?)\b|[,;]\s*$", re.IGNORECASE
)
_ZERO = re.compile(r"(\b(?:weeks?|wks?|days?)\s{0,2})[OoQ@\u00a9](?=\s?[,&]|\s+and\b)", re.IGNORECASE)
"""``weeks O, 2, 6``: a nought at the head of a series, where no letter can stand."""

_DOSE = re.compile(r"\d[\d.,]*\s?(?:mg|mcg|g|gm|grams?|units?|mL)\b(?:\s?/\s?(?:kg|m2))?", re.IGNORECASE)
_OR = re.compile(r"\bor\b|\[\s?\]", re.IGNORECASE)
_PERIOD_UNITS = {"day": "daily", "week": "weekly", "month": "monthly", "year": "yearly"}
_LASTING = re.compile(r"[\s,;]*(?:for\b|x|\u00d7|duration|\()", re.IGNORECASE)
_SUPPLY = re.compile(r"\d+\s*-?\s*(?:days?|months?)['s]*\s+supply", re.IGNORECASE)
_JOINER = re.compile(r"[\s,;]*\b(?:and\s+)?(?:then|thereafter|followed\s+by)[\s,;]*$", re.IGNORECASE)
_LOOK_AHEAD = 30
_SCHEME_WORDS = ("day", "days", "week", "weeks", "month", "months", "every", "daily", "then", "repeat")
_LATIN = {"b": "twice daily", "t": "3 times daily", "q": "4 times daily"}
_MORE = re.compile(
    r"\b(?:apart|weeks?\s+later|days?\s+later|repeat(?:ed)?\s+(?:in|after)|separated\s+by)\b", re.IGNORECASE
)
_FOR_HOW_LONG = re.compile(
    rf"(?:\b(?:for|x|\u00d7|duration\s*(?:of)?:?)\s*)?(?P<number>{_NUMBER})\s*-?\s*(?P<period>days?|weeks?|wks?|months?|mos?|years?|yrs?)\b"
    r"(?!\s*(?:apart|ago|old|prior|before|after|of age|from))",
    re.IGNORECASE,
)


class FrequencyReading(Value):
    """A scheme found in ``text[start:end]``. ``is_ambiguous``: several schemes stand there that no "then" joins."""

    value: str
    start: int
    end: int
    is_ambiguous: bool = False
    reasons: tuple[Reason, ...] = ()


class _Part(Value):
    start: int
    end: int
    text: str


def parse_frequency(text: str) -> str | None:
    """The scheme ``text`` states, in the record's wording; None where it states none, or several to choose from."""
    reading = read_frequency(text)
    return None if reading is None or reading.is_ambiguous else reading.value


def read_frequency(text: str) -> FrequencyReading | None:
    """Like ``parse_frequency`` but with its place, and also where the text leaves a choice or holds several orders."""
    readings = find_frequencies(text)
    if len(readings) <= 1:
        return readings[0] if readings else None
    values = tuple(reading.value for reading in readings)
    return FrequencyReading(
        value=values[0],
        start=readings[0].start,
        end=readings[-1].end,
        is_ambiguous=True,
        reasons=(Reason(code="several_orders", text="Several doses each have their own frequency."),),
    )


def find_frequencies(text: str) -> tuple[FrequencyReading, ...]:
    """The schemes of ``text``, one for each dose: ``300 mg day 1 and 15, then 600 mg every 6 months`` holds two."""
    plain = _spell(text)
    groups: list[list[_Part]] = []
    for part in _find_parts(plain):
        if groups and _dose_before(plain, part.start) == _dose_before(plain, groups[-1][-1].start):
            groups[-1].append(part)
        else:
            groups.append([part])
    readings = tuple(_join(group, plain) for group in groups)
    if _ZERO.search(strip_accents(text)) is None:
        return readings
    repaired = Reason(code="repaired", text="A letter was read where a nought must stand.")
    return tuple(reading.model_copy(update={"reasons": (*reading.reasons, repaired)}) for reading in readings)


def _join(parts: list[_Part], plain: str) -> FrequencyReading:
    wording = parts[0].text
    is_ambiguous = False
    for before, part in pairwise(parts):
        between = plain[before.end : part.start]
        if part.text == before.text:
            continue
        if _OR.search(between):
            is_ambiguous = True
        elif before.text.startswith("over ") or part.text.startswith("over "):
            wording += f" {part.text}"
        elif (_is_series(before.text) and not _is_series(part.text)) or _THEN.search(between):
            wording += f" then {part.text}"
        else:
            is_ambiguous = True
    reasons = (Reason(code="several_frequencies", text="More than one frequency stands here."),) if is_ambiguous else ()
    if _MORE.search(plain) or _is_cut(parts, plain):
        is_ambiguous = True
        reasons = (*reasons, Reason(code="scheme_not_all_read", text="Words of the scheme were not understood."))
    return FrequencyReading(
        value=wording, start=parts[0].start, end=parts[-1].end, is_ambiguous=is_ambiguous, reasons=reasons
    )


def _is_cut(parts: list[_Part], plain: str) -> bool:
    """Whether the scheme goes on in characters that were not read as such: a number or a word much like ``then``.

    A series that has one number, or starts late, has probably lost its other numbers.
    """
    for part in parts:
        numbers = re.findall(r"\d+", part.text)
        if _is_series(part.text) and (len(numbers) == 1 or int(numbers[0]) > 1):
            return True
    for before, part in pairwise(parts):
        if re.search(r"\d", _DOSE.sub("", plain[before.end : part.start])):
            return True
    last = parts[-1]
    rest = _DOSE.sub("\n", _SUPPLY.sub("", plain[last.end : last.end + _LOOK_AHEAD]))
    rest = re.split(
        r"\.(?=\s+[A-Z]|\s*$)|\n|\|", _FOR_HOW_LONG.sub("", rest) if _LASTING.match(rest) else rest, maxsplit=1
    )[0]
    rest = _JOINER.sub("", rest)
    if re.match(r"[\s:&)(\]]*\d" if not _is_series(last.text) else r"[\s,;:&)(\]]*\d", rest):
        return True
    front = _DOSE.split(plain[max(0, parts[0].start - _LOOK_AHEAD) : parts[0].start])[-1]
    words = re.findall(r"[A-Za-z]{3,}", f"{rest} {re.split(r'[.] +(?=[A-Z])', front)[-1]}".lower())
    return any(glyph_distance(word, known) <= len(known) / 5 for word in words for known in _SCHEME_WORDS)


def _dose_before(plain: str, at: int) -> str | None:
    """The last dose in front of a place, as printed without white space."""
    doses = _DOSE.findall(plain[:at])
    return re.sub(r"\s", "", doses[-1]).lower() if doses else None


def parse_duration(text: str) -> str | None:
    """How long an order holds: ``"x 1 year"`` to ``"1 year"``, ``"12 mos"`` to ``"12 months"``; None if none or two."""
    plain = _spell(text)
    for part in _find_parts(plain):
        plain = plain[: part.start] + ";" * (part.end - part.start) + plain[part.end :]
    values = {_count_of(found["number"], _UNITS[found["period"][0].lower()]) for found in _FOR_HOW_LONG.finditer(plain)}
    return values.pop() if len(values) == 1 else None


def _is_series(text: str) -> bool:
    return text.startswith(("day ", "days ", "week ", "weeks ", "month ", "months "))


def _is_mixed(*series: str) -> bool:
    """Whether one of the series counts in several units: ``day 1, month 3``."""
    return any(len({unit[0] for unit in _UNIT_OF_SERIES.findall(text)}) > 1 for text in series)


def _find_parts(plain: str) -> list[_Part]:
    parts: list[_Part] = []

    def add(start: int, end: int, wording: str) -> None:
        if not any(start < part.end and end > part.start for part in parts):
            parts.append(_Part(start=start, end=end, text=wording))

    for found in _EVERY.finditer(plain):
        add(*found.span(), _every(found["number"], _UNITS[found["period"][0].lower()]) + _times(found))
    for found in _OTHER.finditer(plain):
        add(*found.span(), _every("2", _UNITS[found["period"][0].lower()]))
    for found in _OVER.finditer(plain):
        add(*found.span(), f"over {_range(found['number'])} days" if found["number"] != "1" else "over 1 day")
    for found in _SERIES.finditer(plain):
        is_bare = len(found["what"]) == 1 and re.fullmatch(r"[01]\D.*\d", found["list"]) is None
        if not is_bare and (wording := _series(found["what"], found["list"])):
            add(*found.span(), wording)
    for found in _MULTIPLE.finditer(plain):
        if not (found["times"] or "").lower().startswith("once"):
            add(*found.span(), _multiple(found))
    for name, form in _RATE.items():
        for found in form.finditer(plain):
            add(*found.span(), name + _times(found))
    if not parts:
        for found in _ONCE.finditer(plain):
            add(*found.span(), "once")
    return sorted(_join_series(parts, plain), key=lambda part: part.start)


def _join_series(parts: list[_Part], plain: str) -> list[_Part]:
    """``300 mg day 1 and 300 mg day 15``: single days that stand one after another are one series."""
    joined: list[_Part] = []
    for part in sorted(parts, key=lambda item: item.start):
        before = joined[-1] if joined else None
        if (
            before
            and _is_series(before.text)
            and _is_series(part.text)
            and not _is_mixed(before.text, part.text)
            and not _THEN.search(plain[before.end : part.start])
        ):
            numbers = re.findall(r"\d+", before.text + " " + part.text)
            wording = _series(part.text.split()[0], ",".join(numbers))
            if wording and part.text[0] == before.text[0]:
                joined[-1] = _Part(start=before.start, end=part.end, text=wording)
                continue
        joined.append(part)
    return joined


def _spell(text: str) -> str:
    """Number words to digits at the same length of meaning; ``four (4)`` and ``4 (four)`` become one number."""
    plain = _ZERO.sub(r"\g<1>0", strip_accents(text.replace("\u2013", "-").replace("\u00a0", " ")))
    for word in sorted(_NUMBER_WORDS, key=len, reverse=True):
        plain = re.sub(
            rf"\b{word}\b(?!-?\s*time\s+(?:dose|only))(?!-time)",
            _NUMBER_WORDS[word].ljust(len(word)),
            plain,
            flags=re.I,
        )
    return re.sub(
        r"(\b\d+)(\s*)\(\s*(\1)\s*\)", lambda m: m.group(1) + " " * (len(m.group(0)) - len(m.group(1))), plain
    )


def _every(number: str, unit: str) -> str:
    amount = _range(number)
    if amount == "1":
        return {"hours": "every hour", "days": "daily", "weeks": "weekly", "months": "monthly", "years": "once yearly"}[
            unit
        ]
    return f"every {amount} {unit}"


def _range(number: str) -> str:
    return "-".join(str(int(part)) for part in re.findall(r"\d+", number))


def _count_of(number: str, units: str) -> str:
    amount = _range(number)
    return f"{amount} {units[:-1] if amount == '1' else units}"


def _times(found: re.Match[str]) -> str:
    count, of = found["count"], (found["of"] or "").lower()
    if count is None or not of:
        return f" x {int(count)} doses" if count else ""
    name = {"d": "days", "w": "weeks", "i": "infusions", "t": "treatments", "c": "cycles"}[of[0]]
    if of.startswith("do"):
        name = "doses"
    return f" x {_count_of(count, name)}"


def _series(what: str, listed: str) -> str | None:
    units = {what[0].lower(), *(unit[0].lower() for unit in _UNIT_OF_SERIES.findall(listed))}
    if len(units) > 1:
        return _mixed_series(f"{what} {listed}")
    numbers = list(dict.fromkeys(str(int(number)) for number in re.findall(r"\d+", listed)))
    unit = {"w": "week", "d": "day", "m": "month"}[what[0].lower()]
    if len(numbers) == 1:
        return f"{unit} {numbers[0]}"
    if [int(number) for number in numbers] != sorted(int(number) for number in numbers):
        return None
    if len(numbers) == 2 and unit == "day":
        return f"day {numbers[0]} and day {numbers[1]}"
    return f"{unit}s {', '.join(numbers)}"


def _mixed_series(text: str) -> str:
    """``day 1, month 3``: a number keeps the unit in front of it, for three months are not three days."""
    said: list[str] = []
    unit = ""
    for found in re.finditer(r"(?P<unit>[a-z]+)|(?P<number>\d+)", text, re.IGNORECASE):
        if found["number"] is not None:
            said.append(f"{unit} {int(found['number'])}")
        elif _UNIT_OF_SERIES.fullmatch(found["unit"]):
            unit = {"w": "week", "d": "day", "m": "month"}[found["unit"][0].lower()]
    return ", ".join(dict.fromkeys(said))


def _multiple(found: re.Match[str]) -> str:
    if latin := found["latin"]:
        return _LATIN[latin[0].lower()]
    times = found["times"].lower()
    period = found["period"].lower()
    rate = _PERIOD_UNITS.get(period, period)
    return f"twice {rate}" if times.startswith(("twice", "2")) else f"{times[0]} times {rate}"
