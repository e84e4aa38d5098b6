"""Where a test's name ends: words that a column's edge or a line's end cut off it, and a unit that stands behind it."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from extractor.fields.lab_cells import LabRow, Part, row_text, scan, specimen_of
from extractor.fields.lab_lines import Row
from extractor.knowledge.lab_tests import EXACT, match_test, units_of
from extractor.knowledge.lab_words import likeliest_unit, read_flag, read_status, read_unit
from models.record import bounding_box
from models.stages.text import Word

_SPACE = 0.7
"""Text heights: a narrower gap is the space between two words of one name."""
_APART = 1.6
_TIGHT = 0.75
"""Of the distance from row to row: a line nearer to the row above it is part of that row."""
_CLOSE = 0.7
"""Text heights down to a line that is part of the row above, where no distance from row to row is known."""
_MOST_MOVED = 4
_GOES_ON = re.compile(r"(?:[,;/(-]|\b(?:and|of|with|to|w/))$", re.IGNORECASE)
_BRACKET = re.compile(r"[(\[]([^()\[\]]+)[)\]]?")
_MOST_UNIT_WORDS = 3


def join_adjoining(
    name: Row, cells: dict[str, Row], row: Row, orders: dict[str, str], today: date
) -> tuple[Row, dict[str, Row]]:
    """Give back to a name what stands right behind it and is nothing that the next column holds.

    ``orders``: what is tried of each column's words, as ``lab_cells.scan`` takes it.
    """
    for kind, words in cells.items():
        if kind not in orders or not name or words[0].bbox.x0 < name[-1].bbox.x1 - 1 or _is_between(name, words, row):
            continue
        count = _count_adjoining(name, words)
        while count and any(part.kind != "unknown" for part in scan(words[:count], today, orders[kind])):
            count -= 1
        if count:
            rest = {**cells, kind: words[count:]}
            return (*name, *words[:count]), {key: left for key, left in rest.items() if left}
    return name, cells


def _is_between(name: Row, words: Row, row: Row) -> bool:
    return any(name[-1].bbox.x1 - 1 < word.bbox.x0 < words[0].bbox.x0 - 1 for word in row)


def _count_adjoining(name: Row, words: Row) -> int:
    count = 0
    for left, right in pairwise((name[-1], *words[:_MOST_MOVED])):
        if right.bbox.x0 - left.bbox.x1 > _SPACE * max(6.0, min(left.bbox.height, right.bbox.height)):
            break
        count += any(character.isalpha() for character in right.text)
        if not any(character.isalpha() for character in right.text):
            break
    return count


def split_flag(name: Row) -> tuple[Row, Row]:
    """A name and the flag that stands in a column of its own behind it, without a head."""
    if len(name) < 2 or not read_flag(name[-1].text) or not name[-1].text.strip("*!()").isupper():
        return name, ()
    gap = name[-1].bbox.x0 - name[-2].bbox.x1
    is_apart = gap > _APART * max(6.0, min(name[-1].bbox.height, name[-2].bbox.height))
    return (name[:-1], name[-1:]) if is_apart else (name, ())


def split_range_flag(cells: dict[str, Row]) -> dict[str, Row]:
    """The cells of a row with the flag that stands beside its range in a column of its own, without a head."""
    words = cells.get("range", ())
    for flag, rest in ((words[:1], words[1:]), (words[-1:], words[:-1])):
        if flag and read_flag(flag[0].text) and flag[0].text.strip("*!()").isupper():
            beside = [_gap(one, flag[0]) / max(6.0, flag[0].bbox.height) for one in rest]
            if not beside or min(beside) > _APART:
                return {
                    **{kind: row for kind, row in cells.items() if kind != "range"},
                    **({"range": rest} if rest else {}),
                    "flag": flag,
                }
    return cells


def _gap(one: Word, other: Word) -> float:
    """Points between two words of a line."""
    return max(one.bbox.x0, other.bbox.x0) - min(one.bbox.x1, other.bbox.x1)


def split_status(name: Row) -> tuple[Row, Part | None]:
    """A name and the status behind it: one in a column of its own, or a plain ``final``, which no test is called."""
    if len(name) < 2:
        return name, None
    status = read_status(name[-1].text)
    gap = name[-1].bbox.x0 - name[-2].bbox.x1
    is_apart = gap > _APART * max(6.0, min(name[-1].bbox.height, name[-2].bbox.height))
    if status is None or not (is_apart or name[-1].text.casefold().strip("()") == status):
        return name, None
    return name[:-1], Part("status", name[-1:], status)


def split_unit(name: Row, *, is_said: bool) -> tuple[Row, Part | None, Row]:
    """A name without the unit behind it, the unit, and words in its place that are no known unit.

    ``is_said``: the head of the column says that units stand there. Without that a share or an index may belong to
    the name (``Neutrophils (%)``).
    """
    for count in range(min(_MOST_UNIT_WORDS, len(name) - 1), 0, -1):
        shorter, words = name[:-count], name[-count:]
        text = row_text(words)
        bracket = _BRACKET.fullmatch(text)
        is_listed = row_text(shorter).endswith(",") and count == 1 and "/" in text
        if bracket is None and not is_listed:
            continue
        unit = read_unit(bracket[1] if bracket else text)
        match = match_test(row_text(shorter).rstrip(" ,"))
        units = {each for test in match.tests for each in units_of(test)} if match is not None else set()
        if (
            unit is None
            and bracket is not None
            and match_test(row_text(name)) is None
            and match_test(bracket[1]) is None
        ):
            is_unit = is_said or (match is not None and likeliest_unit(bracket[1], tuple(units)) is not None)
            return (shorter, None, words) if is_unit else (name, None, ())
        if unit is None:
            return name, None, ()
        is_plain = unit.ucum == "%" or unit.ucum.startswith("{")
        if is_said or (not is_plain and ("/" in text or unit.ucum in units)):
            return shorter, Part("unit", words, unit.ucum, unit=unit), ()
        return name, None, ()
    return name, None, ()


def is_tight(above: Sequence[Word], line: Sequence[Word], pitch: float | None) -> bool:
    """Whether a line of words alone stands so near below a row that it is part of it. ``pitch``: from row to row."""
    box, upper = bounding_box([word.bbox for word in line]), bounding_box([word.bbox for word in above])
    if box.x0 > upper.x1 or box.x1 < upper.x0:
        return False
    if pitch is not None:
        return 0 < box.y_mid - upper.y_mid < _TIGHT * pitch
    return 0 < box.top - upper.bottom + 1 < _CLOSE * box.height


def goes_on(row: LabRow, line: Row, *, is_near: bool) -> bool:
    """Whether a line of words alone is the rest of the name above it; a name that may go on gets a doubt."""
    text = row_text(line)
    joined, alone = match_test(row_text((*row.name, *line))), match_test(text)
    is_exact = joined is not None and joined.score == EXACT
    is_open = _GOES_ON.search(row.text) is not None or text[:1].islower() or text[:1] in "(,"
    if is_exact and joined is not None and (alone is None or is_open):
        keys = {test.key for test in row.match.tests} if row.match is not None else set()
        is_other = keys != {test.key for test in joined.tests}
        if is_open or is_near or is_other or specimen_of(line) is None:
            return True
    is_words = not any(character.isdigit() or character == ":" for character in text)
    is_heading = text.isupper() and not row.text.isupper()
    if alone is not None or not is_words or is_heading or not (is_near or is_open or row.match is None):
        return False
    row.doubts.append("cut_name")
    return is_near and row.match is None


def join_pending(name: Row, pending: Row, *, is_near: bool) -> tuple[Row, bool]:
    """A name with the line above it that it goes on from, and whether it is doubtful that it does."""
    if not pending:
        return name, False
    joined = match_test(row_text((*pending, *name)))
    is_exact = joined is not None and joined.score == EXACT
    alone = match_test(row_text(name))
    if is_exact and alone is None:
        return (*pending, *name), False
    is_open = _GOES_ON.search(row_text(pending)) is not None
    if is_exact and joined is not None and alone is not None and is_open:
        return (*pending, *name), joined.tests != alone.tests
    if alone is None:
        is_heading = row_text(pending).isupper() and not row_text(name).isupper()
        return name, not is_heading and specimen_of(pending) is None
    return name, is_near and (is_open or is_exact)
