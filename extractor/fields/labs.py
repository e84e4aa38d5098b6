"""Laboratory results: one item a row, with a doubt for every row whose parts do not fit together.

A number outside what can occur, a flag that its range contradicts, an unknown test or unit, words of the row that
have no place, two dates of collection: each makes the leaf it touches one to ask for.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from extractor.fields.base import Context, families
from extractor.fields.evidence import PROSE_RELATION, from_words
from extractor.fields.lab_cells import GUESSES, LabPage, LabRow, Part, bare_name
from extractor.fields.lab_columns import Columns
from extractor.fields.lab_dates import CollectedDate, collected_for, find_collected
from extractor.fields.lab_doubts import AGAINST_RESULT, WHY, judge_row
from extractor.fields.lab_lines import Rows
from extractor.fields.lab_prose import find_prose_rows
from extractor.fields.lab_rows import read_lab_page
from extractor.knowledge.dates import find_dates
from extractor.knowledge.lab_tests import EXACT, LabTest, TestMatch, choose_test, match_test, space_out, units_of
from extractor.knowledge.lab_words import UnitReading, likeliest_unit, near_unit, read_report_status
from models.record import Alternative, PageType, Reason, bounding_box
from models.stages.candidate import Candidate
from models.stages.layout import PageReading
from models.stages.text import Word

LEAVES = ("test", "loinc", "result", "unit", "reference_range", "flag", "status", "collected")
_PAGE_FIT = {PageType.LAB_REPORT: 1.0, PageType.OTHER: 0.7, PageType.CLINICAL_NOTE: 0.6}
_TOLD_PAGES = frozenset({PageType.CLINICAL_NOTE, PageType.OTHER, PageType.LAB_REPORT})
_HEAD_WORDS = frozenset({"value", "result", "results", "test", "flag", "units"})
_COLUMN_GAP = 1.5
"""Text heights."""
_MORE = 2
"""How many times more rows a report's sentences must give than its lines, to be read as running text."""
_IN_NAME = frozenset({"cut_name", "unassigned"})
"""Doubts of a row that make an unknown test's name one to ask for: words may belong to it."""
_PROSE_PAGES = _TOLD_PAGES | {PageType.ORDER, PageType.PRIOR_AUTHORIZATION, PageType.COVER_SHEET}


class _Labs:
    name = "labs"
    paths = tuple(f"labs[].{leaf}" for leaf in LEAVES)

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        read = read_page(page, context.today, _carried(page, context))
        dates = find_collected(read.lines.rows, context.today)
        texts = (" ".join(word.text for word in row) for row in read.lines.rows)
        status = next((found for text in texts if (found := read_report_status(text))), None)
        told = tuple(_prose_rows(page, read, context.today))
        is_told = page.page.type is PageType.LAB_REPORT and len(told) > _MORE * len(read.rows)
        rows = told if is_told or not read.rows else tuple(read.rows)
        is_dated = any(row.column_date is not None for row in rows)
        latest = _latest_date(read.lines.rows, context.today) if is_dated else None
        first_top = min((_top(row) for row in rows), default=0.0)
        for index, row in enumerate(rows):
            _drop_heads(row)
            make = _Maker(row, index, page, read.lines, _Page(latest, first_top, context.today.isoformat()))
            yield from _candidates(row, make, dates, status)


def read_page(page: PageReading, today: date, carried: Columns | None = None) -> LabPage:
    """The laboratory rows of a page, whatever its type; see ``lab_rows.read_lab_page``."""
    return read_lab_page(page, today, is_report=page.page.type is PageType.LAB_REPORT, carried=carried)


def _carried(page: PageReading, context: Context) -> Columns | None:
    """The columns of the page before, where both are reports: it may have been the first of several pages."""
    reports = {each.page.page_no: each for each in context.pages if each.page.type is PageType.LAB_REPORT}
    before = reports.get(page.page.page_no - 1)
    if before is None or page.page.page_no not in reports:
        return None
    return read_page(before, context.today).columns


def _prose_rows(page: PageReading, read: LabPage, today: date) -> Iterable[LabRow]:
    if page.page.type is not PageType.LAB_REPORT and (page.page.type not in _PROSE_PAGES or read.rows):
        return ()
    if page.page.type is PageType.LAB_REPORT and read.is_headed and not read.rows:
        return ()  # numbers below heads of earlier results are no sentences
    return find_prose_rows(page, today, is_strict=page.page.type not in _TOLD_PAGES)


def _latest_date(rows: Sequence[Sequence[Word]], today: date) -> str | None:
    texts = (" ".join(word.text for word in row) for row in rows)
    return max(
        (found.reading.value for text in texts for found in find_dates(text, today=today, kind="event")), default=None
    )


def _top(row: LabRow) -> float:
    return bounding_box([word.bbox for word in row.words]).top


def _drop_heads(row: LabRow) -> None:
    """Take the column's head that stands beside it out of a test's name: ``Hemoglobin | Value``."""
    shorter = row.name
    while len(shorter) > 1 and shorter[-1].text.strip(" :.").casefold() in _HEAD_WORDS and _is_apart(shorter):
        shorter = shorter[:-1]
    match = match_test(" ".join(word.text for word in shorter))
    if len(shorter) < len(row.name) and match is not None and match.score == EXACT:
        row.name, row.match = shorter, match


def _is_apart(name: Sequence[Word]) -> bool:
    """Whether the last word of a name stands in a column of its own."""
    last, before = name[-1].bbox, name[-2].bbox
    return last.x0 - before.x1 > _COLUMN_GAP * before.height or abs(last.y_mid - before.y_mid) > 0.5 * before.height


def count_unparsed_rows(page: PageReading, today: date) -> int:
    """Rows that hold a value or a known test under laboratory column heads and gave no result.

    A report on which no row was understood counts 1, so that an unread report never looks like one without results.
    """
    read = read_page(page, today)
    if page.page.type is PageType.LAB_REPORT and not read.rows:
        return max(1, len(read.unparsed))
    return len(read.unparsed)


def _candidates(row: LabRow, make: "_Maker", dates: Sequence[CollectedDate], status: str | None) -> Iterator[Candidate]:
    test = _test_of(row)
    _mend_unit(row, test)
    judge_row(row, test)
    yield make.test()
    if test is not None and test.loinc is not None:
        yield make.leaf(
            "loinc",
            test.loinc,
            row.name,
            [d for d in row.doubts if d in {"near_name", "guessed_name", "unusual_unit", "cut_name"}],
            derived=True,
        )
    yield from _result(row, make)
    if row.unit is not None:
        doubts = [d for d in row.doubts if d in {"unusual_unit", "lookalike_unit", "misread_unit"}]
        yield make.leaf("unit", row.unit.value, row.unit.words, doubts, is_verified=not doubts)
    elif words := row.unread.get("unit"):
        yield make.illegible("unit", words)
    if row.range is not None:
        doubts = [d for d in row.doubts if d in {"flag_contradicts", "far_number", "repaired_range", "odd_range"}]
        if "range" in row.unread:
            doubts.append("not_understood")
        is_valid = not (row.range.range and row.range.range.is_guess) and set(doubts) <= {"repaired_range"}
        yield make.leaf(
            "reference_range", row.range.value or row.range.text, row.range.words, doubts, is_valid=is_valid
        )
    elif words := row.unread.get("range"):
        yield make.illegible("reference_range", words)
    yield from _flag(row, make)
    yield from _status(row, make, status)
    yield from _collected(row, make, dates)


def _test_of(row: LabRow) -> LabTest | None:
    if row.match is None:
        return None
    unit = row.unit.value if row.unit is not None else None
    if row.result is not None:
        is_number = row.result.kind in {"number", "counted"}
    else:
        is_number = row.range is not None and row.range.range is not None and row.range.range.is_numeric
    return choose_test(row.match, unit=unit, specimen=row.specimen, is_number=is_number)


def _mend_unit(row: LabRow, test: LabTest | None) -> None:
    """A misread unit as one the test comes in: the one it can only be, else the likeliest, for a person to confirm."""
    words = row.unread.get("unit")
    if row.unit is not None or words is None or test is None:
        return
    text = " ".join(word.text for word in words)
    unit = near_unit(text, units_of(test))
    if unit is None and (unit := likeliest_unit(text, tuple(each for each in test.units if each))) is not None:
        row.doubts.append("misread_unit")
    if unit is not None:
        row.unit = Part("unit", words, unit, unit=UnitReading(ucum=unit, is_exact=False))


def _result(row: LabRow, make: "_Maker") -> Iterator[Candidate]:
    if row.result is not None:
        doubts = [d for d in row.doubts if d in AGAINST_RESULT | {"earlier_result", "result_below", "near_word"}]
        is_valid = not any(d in AGAINST_RESULT for d in doubts)
        yield make.leaf(
            "result",
            row.result.value,
            row.result.words,
            doubts,
            is_valid=is_valid,
            is_verified=row.result.kind == "word" and not doubts,
        )
    elif row.absence is not None:
        is_note = row.absence.value == "see_note"
        doubts = ["see_note"] if is_note else ["near_word"] if row.absence.is_near else []
        blank = make.leaf("result", None, row.absence.words, doubts, is_valid=not doubts)
        yield blank.model_copy(update={"is_illegible": is_note, "is_blank": not is_note})


def _flag(row: LabRow, make: "_Maker") -> Iterator[Candidate]:
    doubts = [d for d in row.doubts if d == "flag_contradicts"]
    if row.flag is not None and row.flag.value:
        yield make.leaf("flag", row.flag.value, row.flag.words, doubts, is_valid=not doubts, is_verified=not doubts)
    elif "flag" in row.unread:
        yield from _unread_flag(row, make)
    elif row.is_out_of_range_column and row.result is not None:
        limits = row.range.range if row.range is not None else None
        size = row.result.number.number if row.result.number is not None else None
        outside = limits.excludes(size) if limits is not None and size is not None else None
        yield make.leaf("flag", outside or "A", row.result.words, [], derived=True)


def _unread_flag(row: LabRow, make: "_Maker") -> Iterator[Candidate]:
    """A misread flag: what the range says of the number, where it lies outside."""
    limits = row.range.range if row.range is not None else None
    size = row.result.number.number if row.result is not None and row.result.number is not None else None
    outside = limits.excludes(size) if limits is not None and size is not None else None
    if outside:
        yield make.leaf("flag", outside, row.unread["flag"], ["misread_flag"], is_valid=True)
    else:
        yield make.illegible("flag", row.unread["flag"])


def _status(row: LabRow, make: "_Maker", of_report: str | None) -> Iterator[Candidate]:
    if row.status is not None:
        yield make.leaf("status", row.status.value, row.status.words, [])
    elif row.absence is not None and row.absence.value in {"pending", "cancelled"}:
        yield make.leaf("status", row.absence.value, row.absence.words, [])
    elif row.result is not None:
        doubts = [] if of_report else ["assumed_final"]
        yield make.leaf("status", of_report or "final", row.result.words, doubts, is_valid=True, derived=True)


def _collected(row: LabRow, make: "_Maker", dates: Sequence[CollectedDate]) -> Iterator[Candidate]:
    if row.collected is not None and row.collected.date is not None:
        reading = row.collected.date
        doubts = make.date_doubts(reading.value)
        is_valid = not reading.is_ambiguous and not doubts
        yield make.leaf("collected", reading.value, row.collected.words, doubts, is_valid=is_valid)
        return
    if row.is_prose and not make.is_report:
        return
    if row.column_date is not None:
        # A later date on the page may head a column that was not read: the newest one.
        is_alone = not {"unassigned", "two_numbers"} & set(row.doubts)
        is_latest = is_alone and (make.told.latest is None or make.told.latest <= row.column_date)
        doubts = [*([] if is_latest else ["several_collected"]), *make.date_doubts(row.column_date)]
        yield make.leaf("collected", row.column_date, row.name, doubts, is_valid=not doubts, derived=True)
        return
    chosen, others = collected_for(_top(row), dates, make.told.first_top)
    if chosen is None:
        if make.is_report or row.is_headed:
            # Every report dates its specimen: what was not found was not read, or stands on another page.
            yield make.illegible("collected", row.name, "no_collected")
        return
    doubts = [*(["several_collected"] if others else []), *make.date_doubts(chosen.reading.value)]
    is_valid = not doubts and not chosen.reading.is_ambiguous
    candidate = make.leaf("collected", chosen.reading.value, chosen.words, doubts, is_valid=is_valid)
    values = (*others, *chosen.reading.alternatives)
    yield candidate.model_copy(update={"alternatives": tuple(Alternative[str](value=value) for value in values)})


@dataclass(frozen=True, slots=True)
class _Page:
    """What the rows of a page share: its latest date and today's (``YYYY-MM-DD``), where its first row stands."""

    latest: str | None
    first_top: float
    today: str


class _Maker:
    """Makes the candidates of one row."""

    def __init__(self, row: LabRow, index: int, page: PageReading, lines: Rows, told: "_Page") -> None:
        self.told = told
        self._row, self._index, self._page, self._lines = row, index, page, lines
        self._item = f"p{page.page.page_no}r{index:02d}"
        place = (
            "under the heads of its columns" if row.is_headed else "in a sentence" if row.is_prose else "in its line"
        )
        self._place = Reason(code="lab_row", text=f"row of '{row.text}', read {place}")

    def test(self) -> Candidate:
        """The test's name: as printed, or as it is known where a letter was misread."""
        match = self._row.match
        is_near = match is not None and match.score < EXACT
        value = (
            _as_printed(self._row.text, match, is_read=self._is_read())
            if match is not None
            else self._row.text.strip(" :*")
        )
        doubts = [d for d in self._row.doubts if d in {"unknown_test", "near_name", "guessed_name", "cut_name"}]
        is_whole = not self._row.unread and _IN_NAME.isdisjoint(self._row.doubts)
        is_sure = is_whole and not self._is_read() if match is None else "cut_name" not in doubts
        made = self.leaf(
            "test", value, self._row.name, doubts, is_valid=is_sure, is_verified=match is not None and not is_near
        )
        alternatives = (Alternative[str](value=self._row.text),) if is_near else ()
        return made.model_copy(update={"alternatives": alternatives})

    def _is_read(self) -> bool:
        return any(word.source != "embedded" for word in self._row.name)

    @property
    def is_report(self) -> bool:
        """Whether the page is a laboratory report."""
        return self._page.page.type is PageType.LAB_REPORT

    def date_doubts(self, value: str) -> list[str]:
        """What speaks against a date of collection (``YYYY-MM-DD``): it is still to come."""
        return ["future_date"] if value > self.told.today else []

    def illegible(self, leaf: str, words: Sequence[Word], doubt: str = "not_understood") -> Candidate:
        """A leaf whose words stand there and could not be read."""
        made = self.leaf(leaf, None, words, [doubt], is_valid=False)
        return made.model_copy(update={"is_illegible": True})

    def leaf(
        self,
        leaf: str,
        value: str | None,
        words: Sequence[Word],
        doubts: Sequence[str],
        *,
        is_valid: bool | None = None,
        is_verified: bool = False,
        derived: bool = False,
    ) -> Candidate:
        """One leaf; ``doubts`` lower it, and unless ``is_valid`` says otherwise make it one to ask for."""
        row = self._row
        doubts = [*doubts, *(d for d in row.doubts if d in GUESSES)]
        valid = (
            is_valid if is_valid is not None else not [d for d in doubts if d not in {"near_name", "lookalike_unit"}]
        ) and not row.is_guess
        is_exact = row.match is not None and row.match.score == EXACT
        is_anchored = not row.is_prose and (row.is_headed or is_exact)
        extra = {
            "label": 1.0 if row.is_headed else 0.6 if row.is_prose else 0.85,
            "relation": 1.0 if row.is_headed else PROSE_RELATION if row.is_prose else 0.8,
            "page": _PAGE_FIT.get(self._page.page.type, 0.5),
            "valid": 0.0 if not valid else 0.6 if doubts and doubts != ["assumed_final"] else 1.0,
            "anchor": float(is_anchored),
            "verified": float(is_verified and not row.is_guess),
        }
        made = from_words(
            f"labs[{self._index}].{leaf}",
            value,
            self._lines.read(words),
            self._page,
            role=1.0 if row.is_headed or self._page.page.type is PageType.LAB_REPORT else 0.6,
            reason=self._place,
            is_valid=valid,
            item=self._item,
            reasons=[Reason(code=code, text=WHY[code]) for code in dict.fromkeys(doubts)],
            extra=extra,
        )
        return made.model_copy(update={"source": "derived"}) if derived else made


def _as_printed(text: str, match: TestMatch, *, is_read: bool) -> str:
    """The printed name without the laboratory's code behind it; the known spelling where a letter or space was misread.

    ``is_read``: an engine read it from pixels, so that a space may be lost.
    """
    name = match.name
    if match.score == EXACT and is_read:
        name = next((known for test in match.tests for known in test.names if _pressed(known) == _pressed(name)), name)
        name = space_out(match.name) if len(name.split()) <= len(match.name.split()) else name
    is_capital = sum(c.isupper() for c in text) > 0.8 * sum(c.isalpha() for c in text)
    return bare_name(name.upper() if is_capital and name != match.name else name).strip(" :*")


def _pressed(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum() or character in "%#")


families.register("labs")(_Labs())
