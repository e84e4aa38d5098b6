"""Names that no label announces: the patient's over or before a date of birth, the prescriber's before an NPI.

Stickers and letterheads name people by place alone. Such an answer tells whose page it is and offers the name, but
nothing says that it is one: a person confirms it.
"""

from collections.abc import Sequence
from itertools import takewhile

from extractor.knowledge.names import parse_name
from extractor.knowledge.organisations import is_practice_name
from extractor.packet.answer import Answer
from extractor.packet.questions import Role, fold, is_label_word
from models.record import BBox, bounding_box, lies_on
from models.stages.layout import Layout, Line, Relation
from models.stages.text import Word

UNNAMED = 0.45
"""The score of a label that is not there."""
_SCORES = {Role.PATIENT: 0.7, Role.PRESCRIBER: 0.65}
_ABOVE, _MARGIN = 14.0, 8.0
"""Points from a name down to the date of birth below it, and between their left edges."""
_FEWEST_WORDS, _MOST_WORDS = 2, 6
_SEXES = frozenset({"male", "female"})
_FEWEST_LABELS = 2
"""Labels on the line of a banner."""
_PEOPLE = frozenset({Role.PATIENT, None})


def find_unlabelled(layout: Layout, known: Sequence[Answer]) -> list[Answer]:
    """Answers for names that stand where a name is expected, on pages that give none under a label."""
    found: list[Answer] = []
    if not _is_named(known, Role.PATIENT):
        births = [a for a in known if a.attribute == "date_of_birth" and a.words and a.role in _PEOPLE]
        names = (_over_birth(one, layout, known) or _before_birth(one, layout, known) for one in births[:1])
        found.extend(name for name in names if name is not None)
    if not _is_named(known, Role.PRESCRIBER):
        numbers = [a for a in known if a.attribute == "npi" and a.words and a.role is Role.PRESCRIBER]
        found.extend(name for answer in numbers[:1] if (name := _before_npi(answer, layout)) is not None)
    return found


def _is_named(known: Sequence[Answer], role: Role) -> bool:
    names = {"full_name", "provider_name", "last_name"}
    return any(a.attribute in names and a.role is role and a.words for a in known)


def _over_birth(birth: Answer, layout: Layout, known: Sequence[Answer]) -> Answer | None:
    """``ROE JR, JANE`` right above ``DOB 5/1/63``."""
    top, left = birth.label_bbox.top, birth.label_bbox.x0
    for line in layout.lines:
        gap = top - line.bbox.bottom
        if -2 <= gap <= _ABOVE and abs(line.bbox.x0 - left) < _MARGIN and not _is_asked(line, known):
            return _answer(line.words, birth, Role.PATIENT, layout.page_no)
    return None


def _before_birth(birth: Answer, layout: Layout, known: Sequence[Answer]) -> Answer | None:
    """``Jane Q. Roe`` before the first label of the line with ``DOB 5/1/63``, as banners and stickers print it."""
    line = next((one for one in layout.lines if lies_on(birth.label_bbox, (one.bbox,))), None)
    if line is None:
        return None
    labels = [answer.label_bbox.x0 for answer in known if lies_on(answer.label_bbox, (line.bbox,))]
    if len(labels) < _FEWEST_LABELS:
        return None  # in a sentence (``Jane Roe (born 5/1/63)``) the running text tells
    before = (word for word in line.words if word.bbox.x1 <= min(labels) + 2)
    words = tuple(takewhile(lambda word: fold(word.text) not in _SEXES, before))
    text = _text(words)
    is_other = is_practice_name(text) or any(is_label_word(word) for word in fold(text).split() if len(word) > 1)
    return None if len(words) < _FEWEST_WORDS or is_other else _answer(words, birth, Role.PATIENT, layout.page_no)


def _before_npi(number: Answer, layout: Layout) -> Answer | None:
    """``Jane Roe, MD`` on the line of ``NPI 1234567893``: only a credential shows that it is a clinician."""
    for line in layout.lines:
        if line.bbox.y_overlap(number.label_bbox) < 0.5 * number.label_bbox.height:
            continue
        words = tuple(word for word in line.words if word.bbox.x1 <= number.label_bbox.x0 + 2)
        reading = parse_name(_text(words)) if 1 < len(words) <= _MOST_WORDS else None
        if reading is not None and reading.credentials and reading.first and reading.last:
            return _answer(words, number, Role.PRESCRIBER, layout.page_no)
    return None


def _is_asked(line: Line, known: Sequence[Answer]) -> bool:
    """Whether a line is a label or the answer to one."""
    return any(
        _covers(answer.label_bbox, line.bbox) or any(_covers(word.bbox, line.bbox) for word in answer.words)
        for answer in known
        if answer.attribute != "unknown"
    )


def _covers(box: BBox, line: BBox) -> bool:
    return box.intersection_area(line) > 0.5 * min(box.area, line.area)


def _answer(words: tuple[Word, ...], beside: Answer, role: Role, page_no: int) -> Answer | None:
    text = _text(words)
    reading = parse_name(text) if len(words) <= _MOST_WORDS and not any(c.isdigit() for c in text) else None
    if reading is None or not reading.first or not reading.last or ":" in text:
        return None
    box = bounding_box([word.bbox for word in words])
    return Answer(
        attribute="full_name" if role is Role.PATIENT else "provider_name",
        role=role,
        label=beside.label,
        label_score=UNNAMED,
        role_score=_SCORES[role],
        relation=Relation.ABOVE,
        words=words,
        label_bbox=beside.label_bbox,
        bbox=box,
        page_no=page_no,
        section=beside.section,
    )


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)
