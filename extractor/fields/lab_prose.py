"""Results that a letter or a note names in a sentence: ``Her TSH was 2.1 mIU/L on 10/08/2026``.

Only known names are looked for, and only what is said of them as a fact: a condition, a goal or an order is none.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache

from extractor.fields.lab_cells import LabRow, Part
from extractor.fields.lab_paragraphs import Passage, split_passages
from extractor.knowledge.dates import find_dates
from extractor.knowledge.lab_tests import EXACT, URINE, LabTest, all_tests, choose_test, match_test, plausible_span
from extractor.knowledge.lab_values import read_number, read_range
from extractor.knowledge.lab_words import is_ordinary, read_absence, read_flag, read_unit, read_word
from models.stages.layout import PageReading
from models.stages.text import Word, join_words, words_between

_SENTENCE = re.compile(r"(?<=[.;!?])\s+(?=[A-Z\"(])")
_NOT_A_FACT = re.compile(
    r"\b(?:if|hold|goal|target|should|must|unless|until|when|whenever|call|notify|require[sd]?|needs?|check|draw"
    r"|order(?:ed)?|obtain|repeat|recheck|monitor|before each|prior to each|every|will|would|recommend(?:ed)?"
    r"|screen(?:ed|ing)? for|due|mother|father|sister|brother|family)\b",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"\s*(?:\([^()]{1,20}\)\s*)?(?:(?:levels?|titers?|counts?|results?|screen|test|today|again)\s+)*"
    r"(?P<link>was|is|were|of|at|=|:|came back|come back|returned|measured|resulted|remains|remained)?\s*"
    r"(?:(?:found to be|again|still|also|now|mildly|slightly|elevated|low|high|normal|at|as)\s+){0,3}",
    re.IGNORECASE,
)
_SAID = frozenset({"was", "were", "came back", "come back", "returned", "measured", "resulted"})
_VALUE = re.compile(r"[<>]?\s?=?\s?\d[\d,]*\.?\d*|\d{1,2}:\d{1,4}")
_FLAG = re.compile(r"\s*[,;(]?\s*(?P<flag>low|high|abnormal|critical|[HL])\b\)?", re.IGNORECASE)
_RANGE = re.compile(
    r"\s*,?\s*[(\[]?\s*(?:reference|ref|normal|expected)(?:\s+(?:range|interval|values?))?\s*[.:]?\s*(?P<range>[^()\[\];]{2,30}?)"
    r"\s*[)\]]",
    re.IGNORECASE,
)
_OPEN_RANGE = re.compile(
    r"\s*,?\s*(?:reference|ref|normal|expected)(?:\s+(?:range|interval|values?))?\s*[.:]?\s*"
    r"(?P<range>[<>]?=?\s?\d+(?:\.\d+)?(?:\s?-\s?\d+(?:\.\d+)?)?)(?=\s*(?:[,;.]|$))",
    re.IGNORECASE,
)
"""A range behind its label, up to the next mark: ``0.52 x10E3/uL, ref 0.0-0.4, High``."""
_BARE_RANGE = re.compile(r"\s*,?\s*[(\[]\s*(?P<range>[^()\[\]]{2,24}?)\s*[)\]]")
"""A range in brackets of its own, as in ``WBC 4.1 x10E3/uL (3.4-10.8)``."""
_NAME_TAIL = re.compile(r",?\s*(?:\([A-Za-z][A-Za-z0-9 .-]*\)|(?<=,\s)[A-Z][A-Za-z]+)")
_LONGEST_TAIL = 30
_LEAST_NAME = 3
_DATE_REACH = 45


def find_prose_rows(page: PageReading, today: date, *, is_strict: bool) -> Iterator[LabRow]:
    """The results of a page's running text. ``is_strict``: only where a verb in the past tense says so."""
    words = tuple(word for line in page.layout.lines for word in line.words)
    text, spans = join_words(words)
    for passage in split_passages(page, text, today):
        start = passage.start
        for sentence in _SENTENCE.split(text[passage.start : passage.end]):
            start = text.index(sentence, start)
            if not _NOT_A_FACT.search(sentence):
                is_asked = is_strict and not passage.is_labelled
                for row in _rows(sentence, start, words, spans, today, is_strict=is_asked):
                    _date_row(row, passage, words, spans)
                    yield row
            start += len(sentence)


def _date_row(row: LabRow, passage: Passage, words: Sequence[Word], spans: Sequence[tuple[int, int]]) -> None:
    """Give a row without a date the one that its paragraph gives to all its results."""
    day = passage.day
    if day is not None and row.collected is None:
        inside = words_between(words, spans, day.start, day.end)
        row.collected = Part("date", inside, day.reading.value, date=day.reading)


def _rows(
    sentence: str,
    start: int,
    words: Sequence[Word],
    spans: Sequence[tuple[int, int]],
    today: date,
    *,
    is_strict: bool,
) -> Iterator[LabRow]:
    names = [found for found in _names().finditer(sentence) if _is_name(found.group())]
    dates = find_dates(sentence, today=today, kind="event")

    def part(kind: str, first: int, last: int, value: str) -> Part:
        return Part(kind, words_between(words, spans, start + first, start + last), value)

    for place, name in enumerate(names):
        end = names[place + 1].start() if place + 1 < len(names) else len(sentence)
        name_end = _name_end(sentence, name.start(), name.end(), end)
        link = _LINK.match(sentence, name_end, end)
        after = link.end() if link else name_end
        said = (link["link"] or "").casefold() if link else ""
        if is_strict and said not in _SAID:
            continue
        found = _value(sentence, after, end)
        match = match_test(sentence[name.start() : name_end])
        if found is None or match is None:
            continue
        kind, last, value = found
        unit = _unit(sentence, last, end) if kind == "number" else None
        test = choose_test(match, unit=unit[1] if unit else None, specimen=None, is_number=kind == "number")
        if not _fits(kind, test, unit, said):
            continue
        row = LabRow(words_between(words, spans, start + name.start(), start + name_end), match, is_headed=False)
        row.is_prose = True
        if kind == "absence":
            row.absence = part("absence", after, last, value)
        else:
            row.result = part(kind, after, last, value)
            row.result.number = read_number(value) if kind == "number" else None
        if unit is not None:
            row.unit = part("unit", last, unit[0], unit[1])
            row.unit.unit = read_unit(sentence[last : unit[0]].strip())
            last = unit[0]
        _take_rest(row, sentence, (last, end), part)
        behind = [d for d in dates if last <= d.start <= last + _DATE_REACH and d.start < end]
        before = [d for d in dates if d.end <= names[0].start()]
        for mention in (behind or before)[:1]:
            row.collected = part("date", mention.start, mention.end, mention.reading.value)
            row.collected.date = mention.reading
        yield row


def _name_end(sentence: str, first: int, last: int, end: int) -> int:
    """Where a name ends that goes on behind the known words: ``Neutrophils (Absolute)``, ``Ferritin, Serum``."""
    longest = last
    for piece in _NAME_TAIL.finditer(sentence, last, min(end, last + _LONGEST_TAIL)):
        if piece.start() != longest:
            break
        match = match_test(sentence[first : piece.end()])
        if match is None or match.score < EXACT:
            break
        longest = piece.end()
    return longest


def _take_rest(row: LabRow, sentence: str, place: tuple[int, int], part: Callable[[str, int, int, str], Part]) -> None:
    """The flag and the range that stand right behind a result: ``10.7 g/dL, low (reference 12.0-15.5)``."""
    end = place[1]
    last = _take_flag(row, sentence, place, part)
    limits = next(
        (found for form in (_RANGE, _OPEN_RANGE, _BARE_RANGE) if (found := form.match(sentence, last, end))), None
    )
    reading = read_range(limits["range"]) if limits is not None else None
    is_number = row.result is None or row.result.kind == "number"
    if limits is not None and reading is not None and (reading.is_numeric if is_number else reading.word):
        row.range = part("range", limits.start("range"), limits.end("range"), reading.text)
        row.range.range = reading
        if row.flag is None:
            _take_flag(row, sentence, (limits.end(), end), part)


def _take_flag(row: LabRow, sentence: str, place: tuple[int, int], part: Callable[[str, int, int, str], Part]) -> int:
    """Give a row the flag that stands next, and say where what follows begins."""
    flag = _FLAG.match(sentence, *place)
    if flag is None:
        return place[0]
    value = read_flag(flag["flag"])
    if value is not None:
        row.flag = part("flag", flag.start("flag"), flag.end("flag"), value)
    return flag.end()


def _value(sentence: str, after: int, end: int) -> tuple[str, int, str] | None:
    """Kind, last character and value of what stands right behind a name and its verb."""
    number = _VALUE.match(sentence, after, end)
    if number is not None:
        tail = sentence[number.end() : number.end() + 1]
        reading = read_number(number.group().rstrip(",."))
        if reading is None or tail in {"/", "-"} or (tail.isalpha() and not tail.islower()):
            return None
        return "number", after + len(number.group().rstrip(",.")), reading.value
    pieces = re.split(r"(?=[\s,.;()])", sentence[after : min(end, after + 40)])
    for count in range(min(4, len(pieces)), 0, -1):
        raw = "".join(pieces[:count])
        if read_absence(raw.strip(" ,.;")) in {"pending", "cancelled"}:
            return "absence", after + len(raw), read_absence(raw.strip(" ,.;")) or ""
        word = read_word(raw.strip(" ,.;"))
        if word is not None and len(raw.strip(" ,.;()")) > 2:
            return "word", after + len(raw), word
    return None


def _unit(sentence: str, last: int, end: int) -> tuple[int, str] | None:
    """Where the unit behind a number ends, and its UCUM code."""
    pieces = re.findall(r"\s*[^\s,;()]+", sentence[last : min(end, last + 30)])
    for count in range(min(3, len(pieces)), 0, -1):
        raw = "".join(pieces[:count])
        unit = read_unit(raw.strip().rstrip("."))
        if unit is not None and sentence.startswith(raw, last):
            return last + len(raw), unit.ucum
    return None


def _fits(kind: str, test: LabTest | None, unit: tuple[int, str] | None, said: str) -> bool:
    """Whether the value can be that test's: the unit is one of its units, or a verb ties a bare number to it."""
    if test is None:
        return kind != "number" or bool(said)
    if kind != "number":
        return test.words or kind == "absence"
    if unit is not None:
        return plausible_span(test, unit[1]) is not None
    return bool(said) and bool(test.units)


def _is_name(text: str) -> bool:
    return not is_ordinary(text) and (len(text) > _LEAST_NAME or text == text.upper() or text[1:] != text[1:].lower())


@cache
def _names() -> re.Pattern[str]:
    names = {
        name
        for test in all_tests().values()
        for name in test.names
        if test.specimen != URINE and len(name) > 1 and not (test.key.endswith("_level") and " " not in name)
    }
    ordered = sorted(names, key=len, reverse=True)
    body = "|".join(re.escape(name).replace(r"\ ", r",?\s+") for name in ordered)
    return re.compile(rf"(?<![\w/-])(?:{body})(?![\w/%]|-\w)", re.IGNORECASE)
