"""The parts of a line that has no columns, each given its place in the row by what it is."""

from collections.abc import Sequence

from extractor.fields.lab_cells import LabRow, Part, fill, is_code, is_speck
from extractor.knowledge.lab_values import read_range


def is_full(row: LabRow) -> bool:
    """Whether a row has more than a bare number: such a one may be anything."""
    is_word = row.result is not None and row.result.kind == "word"
    return is_word or row.unit is not None or row.range is not None


def spread(row: LabRow, parts: Sequence[Part]) -> None:
    """Give each part of a line its place by what it is; what comes first among equals is the result."""
    if len({part.value for part in parts if part.kind == "date"}) > 1:
        row.doubts.append("several_dates")
    index = 0
    while index < len(parts):
        part = parts[index]
        following = parts[index + 1] if index + 1 < len(parts) else None
        is_value = part.kind in {"number", "word", "counted"}
        if is_value and row.has_value and following is not None and following.kind == "date":
            row.doubts.append("earlier_result")
            index += 2
            continue
        if part.kind == "date" and row.result is not None and row.collected is None:
            row.collected = part
        elif part.kind == "number" and row.has_value and row.range is None and part.number and part.number.compare:
            limits = read_range(part.text)
            row.range = Part("range", part.words, part.text, range=limits) if limits else None
        elif part.kind in {"word", "counted"} and row.has_value:
            fill(row, [part], "range")
        elif part.kind == "number" and row.has_value:
            is_last = index == len(parts) - 1
            if not (is_last and is_code(part)):
                row.doubts.append("two_numbers")
                keep_unread(row, part)
        elif part.kind == "unknown" and index == len(parts) - 1 and is_code(part):
            pass
        elif part.kind != "time":
            fill(row, [part], "result")
            if part.kind == "unknown" and row.has_value:
                keep_unread(row, part)
        index += 1


def keep_unread(row: LabRow, part: Part) -> None:
    """Words behind a result that were not understood stand where its unit is, or its range."""
    if is_speck(part):
        return
    is_unit_place = row.range is None or "/" in part.text
    if row.unit is None and part.kind == "unknown" and is_unit_place and "unit" not in row.unread:
        row.unread["unit"] = part.words
    elif row.range is None:
        row.unread["range"] = (*row.unread.get("range", ()), *part.words)
