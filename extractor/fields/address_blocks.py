"""Addresses that no label asks for: lines of a street and a city among somebody's other fields.

``Harborlight Clinic, 8590 Chestnut Ave, Omaha, NE 68114`` gives the practice too. Nothing but its place says whose it
is, so that a person always looks.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from extractor.fields.addresses import WHOLE, join_rows
from extractor.fields.base import Context, families
from extractor.fields.evidence import from_words
from extractor.knowledge.addresses import PARTS, is_street, is_unit, parse_address
from extractor.knowledge.organisations import is_practice_name
from extractor.packet import Answer, Role
from models.record import BBox, PageType, Reason, bounding_box, lies_on
from models.stages.candidate import Candidate
from models.stages.layout import Line, PageReading
from models.stages.text import words_between

_PAGES = frozenset({PageType.DEMOGRAPHICS, PageType.ORDER, PageType.ENROLLMENT_FORM, PageType.CLINICAL_NOTE})
_ADDRESSES = frozenset({"address", "home_address", "city", "city_state_zip", "postal_code"})
_MARGIN, _NEXT_ROW, _NEIGHBOUR = 8.0, 16.0, 44.0
"""Points: between left edges of one column, to the next row of an address, and to the nearest field in its column."""
_ROWS = 4
_ROLE = 0.4
_REASON = Reason(code="unlabelled", text="no label asks for it; its place alone says whose it is")
_WHOSE = {Role.PATIENT: "patient", Role.PRESCRIBER: "prescriber"}


class _AddressBlocks:
    name = "address_blocks"
    paths = (*(f"{who}.address.{part}" for who in _WHOSE.values() for part in PARTS), "prescriber.practice")

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        if page.page.type not in _PAGES:
            return
        answers = context.answers[page.page.page_no]
        taken = [answer.label_bbox for answer in answers]
        understood = [a for a in answers if a.attribute != "unknown" and not is_unit(f"{a.label} 1")]
        taken += [word.bbox for answer in understood for word in answer.words]
        parts = (_free_part(line, taken) for line in page.layout.lines)
        free = sorted((part for part in parts if part is not None), key=lambda line: line.bbox.top)
        for role, who in _WHOSE.items():
            is_asked = any(a.role is role and a.attribute in _ADDRESSES and a.words for a in answers)
            if not is_asked:
                yield from _find_block(free, answers, page, role, who)


def _free_part(line: Line, taken: Sequence[BBox]) -> Line | None:
    """A line up to the first label or answer in it: ``Harborlight Clinic, 12 Elm St, Omaha, NE 68114 | Ph ...``."""
    words = tuple(takewhile(lambda word: not lies_on(word.bbox, taken, 0.3), line.words))
    return Line(words=words, bbox=bounding_box([word.bbox for word in words]), section=line.section) if words else None


def _find_block(
    free: Sequence[Line], answers: Sequence[Answer], page: PageReading, role: Role, who: str
) -> Iterator[Candidate]:
    """The first address among the fields of one role; a name of a practice before its street too."""
    for number, line in enumerate(free):
        place = _street_in(line) if role is Role.PRESCRIBER else (0 if is_street(line.text) else None)
        rows = _rows_of(line, free[number + 1 :]) if place is not None else ()
        if not rows or not (_is_among(rows, answers, role) or _leads_to(rows[-1], answers, role)):
            continue
        words = [word for row in rows for word in row.words][place:]
        text, spans = join_rows(words)
        reading = parse_address(text)
        if reading is None or not set(reading.parts) >= WHOLE or not reading.is_consistent:
            continue
        for name, part in reading.parts.items():
            its = words_between(words, spans, part.start, part.end)
            yield from_words(f"{who}.address.{name}", part.value, its, page, role=_ROLE, reason=_REASON, is_valid=False)
        before = line.words[:place]
        named = " ".join(word.text for word in before).strip(" ,;")
        if named and is_practice_name(named):
            yield from_words(f"{who}.practice", named, before, page, role=_ROLE, reason=_REASON, is_valid=False)
        return


def _street_in(line: Line) -> int | None:
    """The number of the word a street begins with: the first of the line, or one behind a comma."""
    for place, word in enumerate(line.words):
        is_start = place == 0 or line.words[place - 1].text.endswith((",", ";"))
        if is_start and word.text[:1].isdigit() and is_street(" ".join(each.text for each in line.words[place:])):
            return place
    return None


def _rows_of(street: Line, below: Sequence[Line]) -> tuple[Line, ...]:
    """The street's line and those right below it in its column down to the one with a state; none without."""
    rows = [street]
    for line in below:
        if _has_state(rows[-1]) or len(rows) == _ROWS:
            break
        is_next = -3.0 < line.bbox.top - rows[-1].bbox.bottom < _NEXT_ROW
        if is_next and abs(line.bbox.x0 - street.bbox.x0) < _MARGIN:
            rows.append(line)
    return tuple(rows) if _has_state(rows[-1]) else ()


def _has_state(line: Line) -> bool:
    reading = parse_address(line.text)
    return reading is not None and {"state", "postal_code"} <= set(reading.parts)


def _is_among(rows: Sequence[Line], answers: Sequence[Answer], role: Role) -> bool:
    """Whether the nearest fields above and below in the same column are those of one role."""
    first, last = rows[0].bbox, rows[-1].bbox
    column = [(answer, box) for answer in answers for box in _boxes(answer) if abs(box.x0 - first.x0) < _MARGIN]
    above = [(first.top - box.bottom, answer) for answer, box in column if box.bottom <= first.top + 3]
    below = [(box.top - last.bottom, answer) for answer, box in column if box.top >= last.bottom - 3]
    nearest = [min(side, key=lambda pair: pair[0]) for side in (above, below) if side]
    near = [answer for gap, answer in nearest if gap < _NEIGHBOUR]
    return bool(near) and all(answer.role is role for answer in near) and bool(above)


def _leads_to(row: Line, answers: Sequence[Answer], role: Role) -> bool:
    """Whether the label right behind an address, on its row, is one of that person's: ``... NE 68114  Ph``."""
    behind = [
        (answer.label_bbox.x0 - row.bbox.x1, answer)
        for answer in answers
        if abs(answer.label_bbox.y_mid - row.bbox.y_mid) < 0.5 * row.bbox.height
        and answer.label_bbox.x0 > row.bbox.x1 - 2
    ]
    nearest = min(behind, key=lambda pair: pair[0], default=None)
    return nearest is not None and nearest[0] < _NEIGHBOUR and nearest[1].role is role


def _boxes(answer: Answer) -> tuple[BBox, ...]:
    return (answer.label_bbox, answer.words[0].bbox) if answer.words else (answer.label_bbox,)


families.register("address_blocks")(_AddressBlocks())
