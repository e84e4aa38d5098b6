"""The status that a report states for what stands below it: ``STATUS: COMPLETED`` over each of several panels.

A report of several orders states one for each, and one of them may still be pending. What has a result is not
pending, so such a status is never a result's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from extractor.fields.lab_cells import row_text
from extractor.fields.lab_lines import Row
from extractor.knowledge.lab_words import read_report_status
from models.record import bounding_box

WITHOUT_RESULT = frozenset({"pending", "cancelled"})
"""What a test with a result cannot be."""


@dataclass(frozen=True, slots=True)
class StatedStatus:
    """A status in a line of the report and the height it stands at (points)."""

    value: str
    top: float


def find_statuses(rows: Sequence[Row]) -> tuple[StatedStatus, ...]:
    """All statuses that lines of a page state for what stands below or around them, from top to bottom."""
    return tuple(
        StatedStatus(value, bounding_box([word.bbox for word in row]).top)
        for row in rows
        if (value := read_report_status(row_text(row))) is not None
    )


def status_for(top: float, stated: Sequence[StatedStatus]) -> tuple[str, list[str]]:
    """The status of a row with a result at ``top`` (points), and what speaks against it.

    The nearest one above says it, else the page's first; where a page states several that a result may have, or where
    the row's own is one that no result has, a person must look.
    """
    if not stated:
        return "final", ["assumed_final"]
    above = [each for each in stated if each.top <= top]
    nearest = max(above, key=lambda each: each.top) if above else stated[0]
    others = {each.value for each in stated} - WITHOUT_RESULT
    if nearest.value in WITHOUT_RESULT:
        return (others.pop() if len(others) == 1 else "final"), ["status_contradicts"]
    return nearest.value, ["several_statuses"] if len(others) > 1 else []
