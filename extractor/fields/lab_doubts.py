"""What speaks against a laboratory row: numbers, flags, ranges and units that do not fit each other."""

import re
from collections.abc import Sequence

from extractor.fields.lab_cells import LabRow, Part
from extractor.knowledge.lab_guesses import GUESS
from extractor.knowledge.lab_tests import EXACT, LabTest, plausible_span
from extractor.knowledge.lab_values import RangeReading

WHY = {
    "unknown_test": "no test of this name is known",
    "near_name": "a letter of the test's name was misread, or it is another test",
    "guessed_name": "the test's name was misread: this is the likeliest one",
    "footnote": "the last letter looked like the mark of a footnote and was left out",
    "cut_name": "the name may go on in the next line",
    "guessed_columns": "the heads of the columns were not read: what stands in them says what they are",
    "unassigned": "words of the row have no place in it",
    "two_numbers": "several numbers stand in the row",
    "two_tests": "another test's name stands in the row",
    "earlier_result": "an earlier result stands beside it",
    "result_below": "the result stands on a line below the test",
    "bare_number": "a number stands below the name, without unit or range",
    "implausible": "the number cannot occur for this test in this unit",
    "unusual_unit": "the test does not come in this unit",
    "repaired": "a letter was read where a digit must stand",
    "flag_contradicts": "the flag and the reference range contradict each other: a decimal point may be lost",
    "flag_missing": "the number lies outside the reference range and no flag was read",
    "see_note": "a note stands in place of the result",
    "far_number": "the number is far from its reference range: a decimal point may be lost",
    "several_collected": "several dates of collection stand on the page",
    "several_dates": "several dates stand in the row and nothing says which is that of collection",
    "future_date": "the date is still to come",
    "assumed_final": "a result with no other status is final",
    "kind_untold": "without a result nothing says whether the test gives a number or a word: each has its own code",
    "said_again": "the same test stands in a fuller row: this one may be a remark about it",
    "status_contradicts": "a result stands there and its status says there is none yet, or the other way round",
    "several_statuses": "the page states several statuses",
    "kind_of_result": "words stand where the test has a number",
    "uneven": "the result stands higher or lower than the test's name",
    "odd_range": "decimals stand in some of the row's numbers only: a decimal point may be lost",
    "repaired_range": "the dash of the reference range was misread",
    "near_word": "a letter of the result's word was misread",
    "no_collected": "no date of collection was found on the page",
    "not_understood": "what stands there was not understood",
    "misread_flag": "the flag was misread; the number lies outside the reference range",
    "misread_unit": "the unit was misread: it is the one of the test's units that looks most like it",
    "no_method": "the report does not say by what method it tested: laboratories code this test with or without one",
    "lookalike_unit": "a letter of the unit was exchanged for one that looks like it",
}
"""What each doubt says to who is asked."""

AGAINST_RESULT = frozenset(
    {
        "unassigned",
        "two_numbers",
        "two_tests",
        "bare_number",
        "implausible",
        "repaired",
        "flag_contradicts",
        "flag_missing",
        "far_number",
        "kind_of_result",
        "uneven",
        "odd_range",
    }
)
"""Doubts that make the result one to ask for."""

_FINDINGS = frozenset(
    {"positive", "reactive", "detected", "immune", "present", "abnormal", "weakly reactive", "low positive"}
)
_NO_FINDINGS = frozenset(
    {"negative", "non-reactive", "not detected", "non-immune", "absent", "normal", "none", "none seen"}
)


def judge_row(row: LabRow, test: LabTest | None) -> None:
    """Write down what speaks against the row."""
    if row.match is None:
        row.doubts.append("unknown_test")
    elif row.match.score <= GUESS:
        row.doubts.append("guessed_name")
    elif row.match.score < EXACT:
        row.doubts.append("near_name")
    if row.unit is not None and row.unit.unit is not None and not row.unit.unit.is_exact:
        row.doubts.append("lookalike_unit")
    if row.absence is not None and row.absence.value == "see_note":
        row.doubts.append("see_note")
    if row.range is not None and row.range.range is not None and row.range.range.is_repaired:
        row.doubts.append("repaired_range")
    if row.result is not None and row.result.is_near:
        row.doubts.append("near_word")
    number = row.result.number if row.result is not None else None
    if number is not None and number.is_repaired:
        row.doubts.append("repaired")
    if test is not None:
        _judge_number(row, test)
        if _is_kind_untold(row, test):
            row.doubts.append("kind_untold")
    _judge_flag(row)


def mark_repeats(rows: Sequence[tuple[LabRow, LabTest | None]]) -> None:
    """Doubt what is said of a test beside a fuller row of the same test and day: a footnote, a scale of readings."""
    fullest: dict[tuple[str, str | None, str], int] = {}
    for row, test in rows:
        if test is not None:
            key = _occasion(row, test)
            fullest[key] = max(fullest.get(key, 0), _fullness(row))
    for row, test in rows:
        if test is not None and _fullness(row) < fullest[_occasion(row, test)]:
            row.doubts.append("said_again")


def _occasion(row: LabRow, test: LabTest) -> tuple[str, str | None, str]:
    return test.key, row.column_date, row.collected.value if row.collected is not None else ""


def _fullness(row: LabRow) -> int:
    """How many parts of a row were read, a place under heads of columns for one of them."""
    return row.is_headed + sum(part is not None for part in (row.result, row.unit, row.range, row.flag))


def _is_kind_untold(row: LabRow, test: LabTest) -> bool:
    """Whether a row without result has a name that stands for several tests, each with a code of its own."""
    if row.match is None or row.result is not None or row.unit is not None:
        return False
    limits = row.range.range if row.range is not None else None
    is_told = limits is not None and (limits.is_numeric or limits.word is not None)
    return not is_told and len({each.loinc for each in row.match.tests if each.specimen == test.specimen}) > 1


def _judge_number(row: LabRow, test: LabTest) -> None:
    unit = row.unit.value if row.unit is not None else None
    span = plausible_span(test, unit or "")
    if unit is not None and span is None and test.units:
        row.doubts.append("unusual_unit")
    if row.result is None:
        return
    if row.result.kind == "word" and not test.words and test.units:
        row.doubts.append("kind_of_result")
    number = row.result.number
    if number is None or number.number is None:
        return
    spans = [span] if span is not None else list(test.units.values()) if unit is None else []
    if spans and not any(low <= number.number <= high for low, high in spans):
        row.doubts.append("implausible")


def _judge_flag(row: LabRow) -> None:
    limits = row.range.range if row.range is not None else None
    number = row.result.number if row.result is not None else None
    if row.result is not None and limits is not None and limits.word and row.result.kind == "word":
        is_flagged = row.flag is not None and bool(row.flag.value)
        if is_flagged and row.result.value == limits.word:
            row.doubts.append("flag_contradicts")
        elif not is_flagged and not row.is_out_of_range_column and _is_opposite(row.result.value, limits.word):
            row.doubts.append("flag_missing")
        return
    if limits is None or number is None or number.number is None or number.compare:
        return
    outside = limits.excludes(number.number)
    if outside is None:
        return
    if _is_odd(limits, row.result):
        row.doubts.append("odd_range")
    flag = row.flag.value[0] if row.flag is not None and row.flag.value else ""
    if (flag in {"H", "L"} and outside != flag) or (flag == "A" and not outside):
        row.doubts.append("flag_contradicts")
    elif outside and not flag and not row.is_out_of_range_column:
        row.doubts.append("flag_missing")
    if outside and limits.high and (number.number > 8 * limits.high or (limits.low and number.number < limits.low / 8)):
        row.doubts.append("far_number")


def _is_opposite(result: str, reference: str) -> bool:
    """Whether one is a finding and the other its absence."""
    return (result in _FINDINGS) != (reference in _FINDINGS) and {result, reference} <= _FINDINGS | _NO_FINDINGS


def _is_odd(limits: RangeReading, result: Part | None) -> bool:
    """Whether decimals stand in some of the three numbers only: ``24`` beside ``1.4-70`` has lost points."""
    bounds = re.findall(r"\d+(?:\.\d+)?", limits.text)
    if result is None or len(bounds) != 2:
        return False
    decimals = ["." in bound for bound in bounds]
    return (decimals[0] and not decimals[1] and float(bounds[1]) >= 20) or (
        all(decimals) and result.number is not None and "." not in result.number.value and result.number.value != "0"
    )
