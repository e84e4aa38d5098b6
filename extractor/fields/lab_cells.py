"""From the words of one laboratory row to its parts: result, flag, unit, reference range, dates, and what is left."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from extractor.fields.lab_columns import Columns
from extractor.fields.lab_lines import Row, Rows
from extractor.knowledge.dates import DateReading, parse_date
from extractor.knowledge.lab_guesses import guess_test
from extractor.knowledge.lab_tests import TestMatch
from extractor.knowledge.lab_values import (
    NumberReading,
    RangeReading,
    mend_hyphen,
    mend_range,
    read_counted,
    read_number,
    read_range,
)
from extractor.knowledge.lab_words import (
    UnitReading,
    is_no_name,
    known_units,
    likeliest_unit,
    near_absence,
    near_word,
    read_absence,
    read_flag,
    read_specimen,
    read_status,
    read_unit,
    read_word,
)
from models.stages.text import Word

GUESSES = frozenset({"guessed_name", "guessed_columns", "said_again"})
"""Doubts about a whole row."""
_NAME_LABEL = re.compile(r"^(?:tests?(?: name)?|analyte|component|assay|procedure)\s*:\s*(?=\S)", re.IGNORECASE)
_LONGEST = 6
_LONGEST_NAME = 7
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?|[AaPp]\.?[Mm]\.?")
_CODE = re.compile(r"0\d|[A-Z]{1,2},?\s?0\d|[A-Z]{2,3}\d?|@?[A-Z]{1,2}|\([A-Z]\)")
_SPECK = re.compile(r"[^\w%<>#]+")


_MISREAD_UNIT = re.compile(r"([<>]?\d[\d.]*)((?:[x\u00d7]\s?10|[A-Za-z%\u00b5]{1,5}[/|\\]).*)")
"""A number and right behind it what can only be a unit."""


@dataclass(slots=True)
class Part:
    """Words of a row that make one thing: ``kind`` is what they were read as."""

    kind: str
    words: tuple[Word, ...]
    value: str = ""
    number: NumberReading | None = None
    unit: UnitReading | None = None
    range: RangeReading | None = None
    date: DateReading | None = None
    is_near: bool = False

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(slots=True)
class LabRow:
    """One row as read. ``doubts`` are codes of what speaks against it; parts that are not there are None."""

    name: tuple[Word, ...]
    match: TestMatch | None
    is_headed: bool
    result: Part | None = None
    flag: Part | None = None
    unit: Part | None = None
    range: Part | None = None
    status: Part | None = None
    collected: Part | None = None
    absence: Part | None = None
    is_out_of_range_column: bool = False
    column_date: str | None = None
    specimen: str | None = None
    is_prose: bool = False
    is_told: bool = False
    """Whether labels within its line say what its parts are."""
    doubts: list[str] = field(default_factory=list)
    unread: dict[str, tuple[Word, ...]] = field(default_factory=dict)
    """Words of a column that were not understood, by the column's kind."""

    @property
    def text(self) -> str:
        """The name as printed."""
        return bare_name(row_text(self.name))

    @property
    def words(self) -> tuple[Word, ...]:
        """All words that were used."""
        parts = (self.result, self.flag, self.unit, self.range, self.status, self.collected, self.absence)
        return (*self.name, *(word for part in parts if part is not None for word in part.words))

    @property
    def has_value(self) -> bool:
        """Whether there is a result, or words that say why there is none."""
        return self.result is not None or self.absence is not None

    @property
    def is_guess(self) -> bool:
        """Whether the test or the columns are guessed, so that a person must look at every part."""
        return not GUESSES.isdisjoint(self.doubts)


@dataclass(slots=True)
class LabPage:
    """What one page gave: rows, the columns to go on with on the next page, and rows that gave no result."""

    lines: Rows
    rows: list[LabRow] = field(default_factory=list)
    columns: Columns | None = None
    unparsed: list[Row] = field(default_factory=list)

    @property
    def is_headed(self) -> bool:
        """Whether column heads of a laboratory table stand on the page."""
        return self.columns is not None


def bare_name(text: str) -> str:
    """A test's name without a label before it: ``Test: QUANTIFERON-TB GOLD PLUS``."""
    return _NAME_LABEL.sub("", text)


def row_text(words: Sequence[Word]) -> str:
    """The words joined by single spaces."""
    return " ".join(word.text for word in words)


def specimen_of(words: Row) -> str | None:
    """What a heading says the tests below it were made from; None for a line that says no such thing."""
    return read_specimen(row_text(words)) if 0 < len(words) <= 5 else None


def scan(words: Sequence[Word], today: date, order: str = "ANWCFURDTS") -> list[Part]:
    """The parts of a run of words, the longest readings first; words that are nothing known have kind ``unknown``.

    ``order`` says which kinds are tried, first come first served: A absence, N number, W word, C counted, F flag,
    U unit, R range, D date, T time, S status.
    """
    parts: list[Part] = []
    index = 0
    while index < len(words):
        for length in range(min(_LONGEST, len(words) - index), 0, -1):
            run = tuple(words[index : index + length])
            part = _read(run, " ".join(word.text for word in run), today, order)
            if part is not None:
                parts.append(part)
                index += length
                break
        else:
            fused = _split_fused(words[index], today)
            parts.extend(fused or [Part("unknown", (words[index],), words[index].text)])
            index += 1
    return parts


def _read(run: tuple[Word, ...], text: str, today: date, order: str) -> Part | None:
    for kind in order:
        part = _read_as(kind, run, text, today)
        if part is not None:
            return part
    return None


def _read_as(kind: str, run: tuple[Word, ...], text: str, today: date) -> Part | None:
    part: Part | None = None
    if kind == "A" and (why := read_absence(text)):
        part = Part("absence", run, why)
    elif kind == "N" and len(run) <= 4 and (number := read_number(text)):
        part = Part("number", run, number.value, number=number)
    elif kind == "W" and (word := read_word(text)):
        part = Part("word", run, word)
    elif kind == "C" and (counted := read_counted(text)):
        part = Part("counted", run, counted, range=read_range(text))
    elif kind == "F" and (flag := read_flag(text)) is not None:
        part = Part("flag", run, flag)
    elif kind == "U" and (unit := read_unit(text)):
        part = Part("unit", run, unit.ucum, unit=unit)
    elif kind == "R" and (limits := read_range(text)):
        part = Part("range", run, limits.text, range=limits)
    elif kind == "D" and (when := _date(run, text, today)):
        part = Part("date", run, when.value, date=when)
    elif kind == "T" and _CLOCK.fullmatch(text):
        part = Part("time", run, text)
    elif kind == "S" and (status := read_status(text)):
        part = Part("status", run, status)
    return part


def _date(run: Sequence[Word], text: str, today: date) -> DateReading | None:
    if len(run) > 4 or sum(character.isdigit() for character in text) < 3:
        return None
    reading = parse_date(text, today=today, kind="event")
    if reading is None or any(
        reason.code in {"other_text", "several_dates", "no_separators"} for reason in reading.reasons
    ):
        return None
    return reading


def _split_fused(word: Word, today: date) -> list[Part]:
    """A word that two columns were read into: ``x10E3/uL3.4-10.8``, ``6.2H``, ``82.0mg/dL``."""
    text = word.text
    for place in range(len(text) - 1, 0, -1):
        left = _read((word,), text[:place], today, "UNW")
        right = _read((word,), text[place:], today, "URF") if left is not None else None
        if left is not None and right is not None and left.kind != right.kind:
            return [left, right]
    behind = _MISREAD_UNIT.fullmatch(text)
    number = read_number(behind[1]) if behind else None
    if behind is not None and number is not None:
        return [Part("number", (word,), number.value, number=number), Part("unknown", (word,), behind[2])]
    return []


def as_result(part: Part) -> list[Part]:
    """``<0.01 uIU/mL`` as a number and its unit where a result must stand, and not a range; as it is otherwise."""
    for count in (1, 2):
        number = read_number(row_text(part.words[:count])) if part.kind == "range" else None
        if number is None or not number.compare:
            continue
        unit = read_unit(row_text(part.words[count:])) if count < len(part.words) else None
        made = Part("number", part.words[:count], number.value, number=number)
        if unit is not None:
            return [made, Part("unit", part.words[count:], unit.ucum, unit=unit)]
        if count == len(part.words):
            return [made]
    return [part]


def is_speck(part: Part) -> bool:
    """Whether a part is a mark without meaning: a footnote's number or letter, a stray dot."""
    return len(part.text) <= 1 or _SPECK.fullmatch(part.text) is not None


def is_code(part: Part) -> bool:
    """Whether a part may be the code of the laboratory at the end of a row."""
    return _CODE.fullmatch(part.text) is not None


def fill(row: LabRow, parts: Sequence[Part], kind: str) -> None:
    """Give the parts of one column to the row; what fits nowhere is ``unread``, beside a result ``unassigned``."""
    if kind == "range" and len(parts) > 1 and all(part.kind in {"number", "unknown"} for part in parts):
        words = tuple(word for part in parts for word in part.words)
        parts = [Part("unknown", words, " ".join(word.text for word in words))]
    if kind in {"result", "normal", "abnormal"} and parts and not row.has_value:
        parts = [*as_result(parts[0]), *parts[1:]]
    misread = {"unknown", "number"} if kind == "range" else {"unknown"}
    may_be_near = kind in {"result", "normal", "abnormal", "range"}
    for read in _join_unknown(parts):
        part = _near_part(read, kind) if may_be_near and read.kind in misread else read
        if _place(row, part, kind) or (kind == "range" and row.range is not None and is_code(part)):
            continue
        if kind in {"unit", "range", "flag"}:
            row.unread[kind] = (*row.unread.get(kind, ()), *part.words)
        elif not is_speck(part):
            row.doubts.append("unassigned")
    _take_unit(row)


def guess_row(row: LabRow) -> TestMatch | None:
    """The test that the misread name of a row with a value most likely is; None for a label or for no such name."""
    words = [word.text.strip(" :.,").casefold() for word in row.name]
    if not row.has_value or len(words) > _LONGEST_NAME or any(is_no_name(word) for word in words):
        return None
    unit = row.unit.value if row.unit is not None else None
    is_number = row.result is None or row.result.kind in {"number", "counted"}
    name = row.text.rstrip(" :")
    if unit is None and "unit" in row.unread:
        likely = likeliest_unit(row_text(row.unread["unit"]), known_units())
        found = guess_test(name, likely, is_number) if likely is not None else None
        if found is not None:
            return found
    return guess_test(name, unit, is_number)


def _near_part(part: Part, kind: str) -> Part:
    """A misread word or range of a column where one must stand; as it is where it is none."""
    limits = mend_range(part.text) if kind == "range" else None
    if limits is not None:
        return Part("range", part.words, limits.text, range=limits)
    why = near_absence(part.text) if kind != "range" else None
    if why is not None:
        return Part("absence", part.words, why, is_near=True)
    word = near_word(part.text)
    if word is None:
        return part
    if kind == "range":
        return Part("range", part.words, word, range=RangeReading(text=word, word=word, is_repaired=True))
    return Part("word", part.words, word, is_near=True)


def _join_unknown(parts: Sequence[Part]) -> list[Part]:
    """Unknown words side by side as one part."""
    joined: list[Part] = []
    for part in parts:
        if part.kind == "unknown" and joined and joined[-1].kind == "unknown":
            words = (*joined[-1].words, *part.words)
            joined[-1] = Part("unknown", words, " ".join(word.text for word in words))
        else:
            joined.append(part)
    return joined


def _place(row: LabRow, part: Part, kind: str) -> bool:
    """Whether the row had a free place for the part."""
    if part.kind == "absence" and row.result is None and (row.absence is None or row.absence.value == part.value):
        row.absence = row.absence or part
    elif part.kind in {"number", "word", "counted"} and kind in {"result", "normal", "abnormal"} and not row.has_value:
        row.result = part
        row.is_out_of_range_column = kind == "abnormal"
        _take_flag(row, part)
    elif part.kind in {"flag"} and row.flag is None:
        row.flag = part if part.value else None
    elif part.kind == "unit" and (row.unit is None or row.unit.value == part.value):
        row.unit = row.unit or part
    elif part.kind in {"range", "word", "counted"} and row.range is None and kind == "range":
        row.range = (
            part
            if part.range
            else Part(
                "range", part.words, said := mend_hyphen(part.text), range=RangeReading(text=said, word=part.value)
            )
        )
    elif part.kind == "range" and row.range is None:
        row.range = part
    elif part.kind == "status" and row.status is None:
        row.status = part
    elif part.kind == "date" and kind == "collected" and row.collected is None:
        row.collected = part
    else:
        return part.kind in {"time", "date"} and kind == "collected"
    return True


def _take_unit(row: LabRow) -> None:
    """The unit that is printed behind the range, where there is no other."""
    limits = row.range.range if row.range is not None else None
    if row.range is None or limits is None or limits.unit is None or row.unit is not None:
        return
    words = row.range.words
    for count in range(1, len(words)):
        unit = read_unit(" ".join(word.text for word in words[-count:]))
        if unit is not None and unit.ucum == limits.unit:
            row.unit = Part("unit", words[-count:], unit.ucum, unit=unit)
            return
    row.unit = Part("unit", words, limits.unit, unit=UnitReading(ucum=limits.unit, is_exact=True))


def _take_flag(row: LabRow, part: Part) -> None:
    if part.number is not None and part.number.flag and row.flag is None:
        flag = read_flag(part.number.flag)
        if flag:
            row.flag = Part("flag", part.words, flag)
