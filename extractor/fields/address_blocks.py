"""A patient's address that no label asks for: lines of a street and a city among the patient's other fields.

Nothing but its place says whose it is, so that a person always looks.
"""

from collections.abc import Iterable, Sequence

from extractor.fields.addresses import WHOLE, join_rows
from extractor.fields.base import Context, families
from extractor.fields.evidence import from_words
from extractor.knowledge.addresses import PARTS, is_street, is_unit, parse_address
from extractor.packet import Answer, Role
from models.record import BBox, PageType, Reason, lies_on
from models.stages.candidate import Candidate
from models.stages.layout import Line, PageReading
from models.stages.text import words_between

_PAGES = frozenset({PageType.DEMOGRAPHICS, PageType.ORDER, PageType.ENROLLMENT_FORM, PageType.CLINICAL_NOTE})
_ADDRESSES = frozenset({"address", "home_address", "city", "city_state_zip", "postal_code"})
_MARGIN, _NEXT_ROW, _NEIGHBOUR = 8.0, 16.0, 44.0
"""Points: between left edges of one column, to the next row of an address, and to the nearest field in its column."""
_ROWS = 4
_ROLE = 0.4
_REASON = Reason(code="unlabelled", text="no label asks for it; it stands among the patient's fields")


class _AddressBlocks:
    name = "address_blocks"
    paths = tuple(f"patient.address.{part}" for part in PARTS)

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        answers = context.answers[page.page.page_no]
        is_asked = any(a.role is Role.PATIENT and a.attribute in _ADDRESSES and a.words for a in answers)
        if page.page.type not in _PAGES or is_asked:
            return
        taken = [answer.label_bbox for answer in answers]
        taken += [word.bbox for answer in answers for word in answer.words if not is_unit(f"{answer.label} 1")]
        free = sorted(
            (line for line in page.layout.lines if not lies_on(line.bbox, taken, 0.2)), key=lambda line: line.bbox.top
        )
        for number, line in enumerate(free):
            rows = _rows_of(line, free[number + 1 :]) if is_street(line.text) else ()
            if not rows or not _is_among_patients(rows, answers):
                continue
            words = [word for row in rows for word in row.words]
            text, spans = join_rows(words)
            reading = parse_address(text)
            if reading is None or not set(reading.parts) >= WHOLE or not reading.is_consistent:
                continue
            for name, part in reading.parts.items():
                its = words_between(words, spans, part.start, part.end)
                yield from_words(
                    f"patient.address.{name}", part.value, its, page, role=_ROLE, reason=_REASON, is_valid=False
                )
            return


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


def _is_among_patients(rows: Sequence[Line], answers: Sequence[Answer]) -> bool:
    """Whether the nearest fields above and below in the same column are the patient's."""
    first, last = rows[0].bbox, rows[-1].bbox
    column = [(answer, box) for answer in answers for box in _boxes(answer) if abs(box.x0 - first.x0) < _MARGIN]
    above = [(first.top - box.bottom, answer) for answer, box in column if box.bottom <= first.top + 3]
    below = [(box.top - last.bottom, answer) for answer, box in column if box.top >= last.bottom - 3]
    nearest = [min(side, key=lambda pair: pair[0]) for side in (above, below) if side]
    near = [answer for gap, answer in nearest if gap < _NEIGHBOUR]
    return bool(near) and all(answer.role is Role.PATIENT for answer in near) and bool(above)


def _boxes(answer: Answer) -> tuple[BBox, ...]:
    return (answer.label_bbox, answer.words[0].bbox) if answer.words else (answer.label_bbox,)


families.register("address_blocks")(_AddressBlocks())
