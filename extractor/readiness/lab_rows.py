"""Rows of laboratory reports as rules see them: which test a row surely is or may be, and what its result says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from extractor.knowledge.lab_values import read_number, read_range
from extractor.knowledge.lab_words import read_absence
from extractor.knowledge.protocols.rules import LabRule
from extractor.readiness.case import Case, Certainty, Used, read_day
from extractor.readiness.lab_names import identify
from models.record import Lab
from models.record.normalise import plain_text

_NEGATIVE = frozenset({"negative", "non reactive", "nonreactive", "not detected", "none detected", "undetected"})
_POSITIVE = frozenset({"positive", "reactive", "detected", "immune"})
_LESS = ("<", "\u2264")
_NORMAL = frozenset({"normal", "within normal limits", "adequate"})


class Reading(StrEnum):
    """What a row says to a rule; ``unsure`` may be anything, and so may ``unreadable``, to be sent again."""

    GOOD = "good"
    BAD = "bad"
    UNCLEAR = "unclear"
    PENDING = "pending"
    UNSURE = "unsure"
    UNREADABLE = "unreadable"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the record. ``is_sure``: it is surely one of the asked tests, else it only may be.

    ``day``: when it was collected, None where that is not surely known or cannot be; ``is_odd``: it cannot be, as it
    lies in the ``future`` or before the patient's birth. ``used``: the fields that were looked at.
    """

    name: str
    is_sure: bool
    reading: Reading
    day: date | None
    result: str | None
    is_odd: bool
    future: date | None
    used: tuple[Used, ...]

    @property
    def page(self) -> str:
        """Where a person would look."""
        return next((one.place for one in self.used if one.field.page_no is not None), "the record")


def find_rows(rule: LabRule, keys: Iterable[str], case: Case) -> tuple[Row, ...]:
    """The rows that are one of the tests ``keys``, or may be; no ``keys``: every row."""
    wanted = frozenset(keys)
    found = []
    for index, lab in enumerate(case.referral.labs):
        identity = identify(lab, case)
        if identity.may_be_one_of(wanted):
            found.append(_read_row(rule, index, lab, case, is_sure=identity.is_one_of(wanted)))
    return tuple(row for row in found if row.reading is not Reading.CANCELLED)


def _read_row(rule: LabRule, index: int, lab: Lab, case: Case, *, is_sure: bool) -> Row:
    collected = read_day(lab.collected) if case.is_sure(lab.collected) else None
    future = collected if collected is not None and collected > case.as_of else None
    born = read_day(case.referral.patient.date_of_birth)
    is_odd = future is not None or (collected is not None and born is not None and collected < born)
    leaves = ["test", "result"]
    if rule.within_days is not None or collected is not None:
        leaves.append("collected")
    if lab.status.value not in {None, "final"}:
        leaves.append("status")
    return Row(
        name=lab.test.value or "a test whose name cannot be read",
        is_sure=is_sure,
        reading=_read(rule, lab, case),
        day=None if is_odd else collected,
        result=lab.result.value,
        is_odd=is_odd,
        future=future,
        used=tuple(case.field(f"labs[{index}].{leaf}") for leaf in leaves),
    )


def _read(rule: LabRule, lab: Lab, case: Case) -> Reading:
    status, result = lab.status.value, lab.result
    if case.is_doubtful(lab.status):
        return Reading.UNREADABLE if case.judge(lab.status) is Certainty.UNREADABLE else Reading.UNSURE
    if status == "cancelled":
        return Reading.CANCELLED
    if status == "pending":
        return Reading.PENDING
    if status == "preliminary":
        return Reading.UNSURE
    says = case.judge(result)
    if says is Certainty.UNREADABLE:
        return Reading.UNREADABLE
    if says is not Certainty.SURE or result.value is None:
        return Reading.UNSURE
    if (why := read_absence(result.value)) is not None:
        # What stands in place of a result is none, whatever its status says.
        return Reading.PENDING if why == "pending" else Reading.UNSURE
    return _judge_result(rule, lab, case)


def _judge_result(rule: LabRule, lab: Lab, case: Case) -> Reading:
    value = lab.result.value or ""
    match rule.result:
        case "any":
            return Reading.GOOD
        case "negative" | "positive":
            return _judge_words(rule, lab, case)
        case "range":
            return _judge_limits(rule, lab, case)
        case _:
            return _judge_reference(rule.result, value, lab, case)


def _judge_words(rule: LabRule, lab: Lab, case: Case) -> Reading:
    says = _polarity(rule, lab, case)
    if says is None or (says is False and rule.result == "negative" and lab.flag.value is not None):
        # A negative result that the laboratory marks as abnormal is not what it was read as.
        return Reading.UNCLEAR
    return Reading.GOOD if says is (rule.result == "positive") else Reading.BAD


def _polarity(rule: LabRule, lab: Lab, case: Case) -> bool | None:
    """Whether a result is positive; None for neither (indeterminate, a number without a cut-off)."""
    word = plain_text(lab.result.value or "")
    if word in _NEGATIVE:
        return False
    if word in _POSITIVE:
        return True
    number = read_number(lab.result.value or "")
    keys = identify(lab, case).keys or frozenset()
    cutoffs = {rule.cutoffs[key] for key in keys if key in rule.cutoffs}
    if number is None or number.number is None or len(cutoffs) != 1 or not case.is_sure(lab.unit):
        return None
    (cutoff,) = cutoffs
    if lab.unit.value != cutoff.unit:
        return None
    if number.compare[:1] in _LESS:
        return False if number.number <= cutoff.negative_below else None
    if number.number >= cutoff.positive_from:
        return True
    return False if number.number < cutoff.negative_below and not number.compare else None


def _judge_limits(rule: LabRule, lab: Lab, case: Case) -> Reading:
    number = read_number(lab.result.value or "")
    if number is None or number.number is None or not case.is_sure(lab.unit) or lab.unit.value != rule.unit:
        return Reading.UNCLEAR
    if case.is_doubtful(lab.flag) or not _agrees_with_flag(lab):
        return Reading.UNCLEAR
    is_below = number.compare[:1] in _LESS
    reaches = rule.least is None or (number.number >= rule.least and not is_below)
    stays = rule.most is None or (number.number <= rule.most and (is_below or not number.compare))
    if reaches and stays:
        return Reading.GOOD
    return Reading.UNCLEAR if number.compare else Reading.BAD


def _judge_reference(asked: str, value: str, lab: Lab, case: Case) -> Reading:
    """By the flag and by the printed reference range; where they disagree, or neither is there, it is unclear."""
    if case.is_doubtful(lab.flag) or case.is_doubtful(lab.reference_range):
        return Reading.UNSURE
    flag, says = lab.flag.value, _compare(value, lab)
    if says is None:
        says = "" if plain_text(value) in _NORMAL and flag is None else flag
    elif not _agrees_with_flag(lab):
        return Reading.UNCLEAR
    if says is None or (says == "A" and asked != "normal"):
        return Reading.UNCLEAR
    bad = {"not_low": says.startswith("L"), "not_high": says.startswith("H"), "normal": says != ""}[asked]
    return Reading.BAD if bad else Reading.GOOD


def _agrees_with_flag(lab: Lab) -> bool:
    """Whether the printed flag, where there is one, says the same of a number as the printed reference range.

    Where they differ, one of number, range and flag was misread.
    """
    says, flag = _compare(lab.result.value or "", lab), lab.flag.value
    return says is None or flag is None or says == flag[0]


def _compare(value: str, lab: Lab) -> str | None:
    """``L`` or ``H`` outside the printed reference range, "" inside; None where that cannot be told."""
    number, limits = read_number(value), read_range(lab.reference_range.value or "")
    if number is None or number.number is None or number.compare or limits is None or limits.is_repaired:
        return None
    return limits.excludes(number.number)
