"""Rules on laboratory results: the right test, its result, in time, and nothing that says otherwise.

Met only by a row whose name, result and (where time counts) day were read surely, and only if no row that is or may be
the same test says or may say otherwise. A time rule counts from the start date, else from the day of judging.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from extractor.knowledge.lab_tests import all_tests
from extractor.knowledge.protocols.rules import LabRule
from extractor.readiness.case import Case, Finding, Used
from extractor.readiness.lab_rows import Reading, Row, find_rows
from extractor.readiness.words import IS, NAME, WAS, absent_from_list, combine, join_words, say_days
from models.record import RuleOutcome

_DOUBTFUL = frozenset({Reading.UNSURE, Reading.UNREADABLE, Reading.UNCLEAR})


def check_labs(rule: LabRule, case: Case) -> Finding:
    """Each group of tests, and all of them together."""
    groups = rule.tests or ((),)
    names = ["the result"] if len(groups) == 1 else [_name_of(group) for group in groups]
    return combine([(name, _check_group(rule, keys, case)) for name, keys in zip(names, groups, strict=True)])


@dataclass(frozen=True, slots=True)
class _Group:
    """One group's rows sorted by what they are good for."""

    good: tuple[Row, ...]
    old: tuple[Row, ...]
    bad: tuple[Row, ...]
    pending: tuple[Row, ...]
    doubtful: tuple[Row, ...]


def _check_group(rule: LabRule, keys: Sequence[str], case: Case) -> Finding:
    rows = find_rows(rule, keys, case)
    group = _sort(rule, rows, case)
    found = _find(rule, group, case)
    # A day that lies in the future today is one that counts later.
    return replace(found, changes_on=(*found.changes_on, *(row.future for row in rows if row.future is not None)))


def _find(rule: LabRule, group: _Group, case: Case) -> Finding:
    if group.bad:
        row = group.bad[0]
        said = f"{NAME}{_of_day(row)} {IS} {row.result}; please ask the prescriber before scheduling."
        return Finding(RuleOutcome.ABNORMAL, said, _used(group.bad))
    if group.good:
        return _check_good(rule, group, case)
    if group.doubtful:
        return _say_doubtful(group.doubtful)
    if group.pending:
        said = f"{NAME}{_of_day(group.pending[0])} {IS} still pending; please send the final result."
        return Finding(RuleOutcome.PENDING, said, _used(group.pending))
    if group.old:
        return _say_old(rule, group.old, case)
    return absent_from_list(case, "labs")


def _sort(rule: LabRule, rows: Sequence[Row], case: Case) -> _Group:
    sure = [row for row in rows if row.is_sure]
    final = [row for row in sure if row.reading is Reading.GOOD]
    dated = [row for row in final if row.day is not None or (rule.within_days is None and not row.is_odd)]
    good = tuple(row for row in dated if _is_in_time(rule, row, case))
    newest = max((row.day for row in good if row.day is not None), default=None)

    def is_passed(row: Row) -> bool:
        """Whether a good result came later, and only the latest counts."""
        return rule.history == "latest" and row.day is not None and newest is not None and row.day < newest

    return _Group(
        good=good,
        old=tuple(row for row in dated if row not in good),
        bad=tuple(row for row in sure if row.reading is Reading.BAD and not is_passed(row)),
        pending=tuple(row for row in sure if row.reading is Reading.PENDING and not is_passed(row)),
        doubtful=tuple(
            row
            for row in rows
            if not is_passed(row)
            and (row.reading in _DOUBTFUL or not row.is_sure or (row in final and row not in dated))
        ),
    )


def _is_in_time(rule: LabRule, row: Row, case: Case) -> bool:
    if rule.within_days is None:
        return True
    return row.day is not None and (case.anchor.day - row.day).days <= rule.within_days


def _check_good(rule: LabRule, group: _Group, case: Case) -> Finding:
    """A good result in time, unless another row may say otherwise or the start date may be later."""
    best = max(group.good, key=lambda row: row.day or date.min)
    if rule.result != "any":
        rivals = tuple(row for row in group.doubtful if row.reading is not Reading.GOOD)
        newer = tuple(row for row in group.pending if row.day is None or best.day is None or row.day >= best.day)
        if rivals:
            return _say_doubtful(rivals)
        if newer:
            said = f"{NAME} {WAS} taken again, which is still pending; please send the final result."
            return Finding(RuleOutcome.PENDING, said, _used(newer))
    if rule.within_days is not None and not case.anchor.is_sure:
        said = f"whether {NAME}{_of_day(best)} {IS} in time hangs on the start date: please check that date."
        return Finding(RuleOutcome.NEEDS_REVIEW, said, best.used)
    changes = (best.day + timedelta(days=rule.within_days + 1),) if best.day and rule.within_days is not None else ()
    said = f"{NAME}{_of_day(best)} {IS} {'final' if rule.result == 'any' else best.result}{_say_age(rule, best, case)}."
    return Finding(RuleOutcome.MET, said, best.used, changes)


def _say_old(rule: LabRule, rows: Sequence[Row], case: Case) -> Finding:
    newest = max(rows, key=lambda row: row.day or date.min)
    said = f"{NAME}{_of_day(newest)} {IS} too old{_say_age(rule, newest, case)}. Please send a new result."
    return Finding(RuleOutcome.EXPIRED, said, newest.used)


def _say_doubtful(rows: Sequence[Row]) -> Finding:
    """Rows that a person has to look at, or, where none can be read at all, to ask for again."""
    pages = join_words(row.page for row in rows)
    if all(row.reading is Reading.UNREADABLE for row in rows):
        said = f"{NAME} on {pages} cannot be read; please send a clearer copy."
        return Finding(RuleOutcome.UNREADABLE, said, _used(rows))
    unclear = next((row for row in rows if row.is_sure and row.reading is Reading.UNCLEAR), None)
    if unclear is not None:
        said = f"{NAME} on {unclear.page} {IS} neither clearly fit nor unfit ({unclear.result}); please look."
    else:
        said = f"please check {pages}: {NAME} may stand there and {WAS} not read with certainty."
    return Finding(RuleOutcome.NEEDS_REVIEW, said, _used(rows))


def _say_age(rule: LabRule, row: Row, case: Case) -> str:
    """How long before the anchor it lies, where time counts."""
    if rule.within_days is None or row.day is None:
        return ""
    anchor = case.anchor
    days = (anchor.day - row.day).days
    return f", {say_days(days)} before {anchor.words}; {say_days(rule.within_days)} at most"


def _of_day(row: Row) -> str:
    return "" if row.day is None else f" of {row.day.isoformat()}"


def _used(rows: Sequence[Row]) -> tuple[Used, ...]:
    return tuple(dict.fromkeys(one for row in rows for one in row.used))


def _name_of(keys: Sequence[str]) -> str:
    """The first test's first plain name, without what catalogues add."""
    names = all_tests()[keys[0]].names
    return next((name for name in names if not set(name) & set(",()")), names[0])
