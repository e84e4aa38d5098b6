"""Laboratory results: one item a row, with a doubt for every row whose parts do not fit together.

A number outside what can occur, a flag that its range contradicts, an unknown test or unit, words of the row that
have no place, two dates of collection: each makes the leaf it touches one to ask for.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from extractor.fields.base import Context, families
from extractor.fields.lab_cells import LabPage, LabRow, Part, row_text
from extractor.fields.lab_columns import Columns
from extractor.fields.lab_dates import CollectedDate, collected_for, find_bare_dates, find_collected
from extractor.fields.lab_doubts import AGAINST_RESULT, judge_row, mark_repeats
from extractor.fields.lab_leaves import LeafMaker, PageFacts
from extractor.fields.lab_prose import find_prose_rows
from extractor.fields.lab_rows import read_lab_page
from extractor.fields.lab_statuses import WITHOUT_RESULT, StatedStatus, find_statuses, status_for
from extractor.knowledge.dates import find_dates
from extractor.knowledge.lab_tests import EXACT, LabTest, choose_test, match_test, units_of
from extractor.knowledge.lab_words import UnitReading, likeliest_unit, near_unit
from models.record import Alternative, PageType, bounding_box
from models.stages.candidate import Candidate
from models.stages.layout import PageReading
from models.stages.text import Word

LEAVES = ("test", "loinc", "result", "unit", "reference_range", "flag", "status", "collected")
_TOLD_PAGES = frozenset({PageType.CLINICAL_NOTE, PageType.OTHER, PageType.LAB_REPORT})
_HEAD_WORDS = frozenset({"value", "result", "results", "test", "flag", "units"})
_COLUMN_GAP = 1.5
"""Text heights."""
_MORE = 2
"""How many times more rows a report's sentences must give than its lines, to be read as running text."""
_PROSE_PAGES = _TOLD_PAGES | {PageType.ORDER, PageType.PRIOR_AUTHORIZATION, PageType.COVER_SHEET}


class _Labs:
    name = "labs"
    paths = tuple(f"labs[].{leaf}" for leaf in LEAVES)

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        read = read_page(page, context.today, _carried(page, context))
        dates = find_collected(read.lines.rows, context.today)
        if not dates and page.page.type is PageType.LAB_REPORT:
            dates = find_bare_dates(read.lines.rows, context.today)
        stated = find_statuses(read.lines.rows)
        told = tuple(_prose_rows(page, read, context.today))
        is_told = page.page.type is PageType.LAB_REPORT and len(told) > _MORE * len(read.rows)
        rows = told if is_told or not read.rows else tuple(read.rows)
        is_dated = any(row.column_date is not None for row in rows)
        latest = _latest_date(read.lines.rows, context.today) if is_dated else None
        first_top = min((_top(row) for row in rows), default=0.0)
        for row in rows:
            _drop_heads(row)
        mark_repeats([(row, _test_of(row)) for row in rows])
        for index, row in enumerate(rows):
            make = LeafMaker(row, index, page, read.lines, PageFacts(latest, first_top, context.today.isoformat()))
            yield from _candidates(row, make, dates, stated)


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


def _candidates(
    row: LabRow, make: LeafMaker, dates: Sequence[CollectedDate], stated: Sequence[StatedStatus]
) -> Iterator[Candidate]:
    test = _test_of(row)
    _mend_unit(row, test)
    judge_row(row, test)
    yield make.test()
    if test is not None and (code := make.loinc(test)) is not None:
        yield code
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
    yield from _status(row, make, stated)
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


def _result(row: LabRow, make: LeafMaker) -> Iterator[Candidate]:
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


def _flag(row: LabRow, make: LeafMaker) -> Iterator[Candidate]:
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


def _unread_flag(row: LabRow, make: LeafMaker) -> Iterator[Candidate]:
    """A misread flag: what the range says of the number, where it lies outside."""
    limits = row.range.range if row.range is not None else None
    size = row.result.number.number if row.result is not None and row.result.number is not None else None
    outside = limits.excludes(size) if limits is not None and size is not None else None
    if outside:
        yield make.leaf("flag", outside, row.unread["flag"], ["misread_flag"], is_valid=True)
    else:
        yield make.illegible("flag", row.unread["flag"])


def _status(row: LabRow, make: LeafMaker, stated: Sequence[StatedStatus]) -> Iterator[Candidate]:
    if row.status is not None:
        doubts = ["status_contradicts"] if _contradicts(row, row.status.value) else []
        # A bare P beside ``pending`` is as likely its first letter as that of ``preliminary``.
        is_letter = (
            row.absence is not None and row.status.value == "preliminary" and len(row_text(row.status.words)) == 1
        )
        value = row.absence.value if doubts and is_letter and row.absence is not None else row.status.value
        yield make.leaf("status", value, row.status.words, doubts, is_valid=not doubts)
    elif row.absence is not None and row.absence.value in WITHOUT_RESULT:
        yield make.leaf("status", row.absence.value, row.absence.words, [])
    elif row.result is not None:
        value, doubts = status_for(_top(row), stated)
        is_valid = not doubts or doubts == ["assumed_final"]
        yield make.leaf("status", value, row.result.words, doubts, is_valid=is_valid, derived=True)


def _contradicts(row: LabRow, status: str) -> bool:
    """Whether a row's own status says there is a result where there is none, or that there is none where one is."""
    if row.result is not None:
        return status in WITHOUT_RESULT
    return row.absence is not None and row.absence.value in WITHOUT_RESULT and status not in WITHOUT_RESULT


def _collected(row: LabRow, make: LeafMaker, dates: Sequence[CollectedDate]) -> Iterator[Candidate]:
    if row.collected is not None and row.collected.date is not None:
        reading = row.collected.date
        doubts = [*(d for d in row.doubts if d == "several_dates"), *make.date_doubts(reading.value)]
        is_valid = not reading.is_ambiguous and not doubts
        yield make.leaf("collected", reading.value, row.collected.words, doubts, is_valid=is_valid)
        return
    if row.is_prose and not make.is_report:
        return
    if row.column_date is not None:
        # A later date on the page may head a column that was not read: the newest one.
        is_alone = not {"unassigned", "two_numbers"} & set(row.doubts)
        # What a line of the page calls the day of collection may be another than a column's, which may be a report's.
        is_stated = not dates or any(each.reading.value == row.column_date for each in dates)
        is_alone = is_alone and is_stated
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


families.register("labs")(_Labs())
