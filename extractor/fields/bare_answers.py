"""Answers that no colon, box or gap parts from their labels: ``Via IV``, ``For how long? 12 months``.

The first words of a line are a label only where the rest is, as a whole, a value of the kind that the label asks. A
question (``Which treatment was tried?``) is answered behind its mark or on the line below.
"""

import re
from collections.abc import Sequence
from datetime import date

from extractor.fields.answer_kinds import find_test
from extractor.packet import Answer, Role
from extractor.packet.answers import section_title
from extractor.packet.placement import ROLE_BY_LABEL, place_roles
from extractor.packet.questions import Question, find_role, read_label
from models.record import BBox, PageType, bounding_box, lies_on
from models.stages.layout import Line, PageReading, Relation
from models.stages.text import Word, join_words

_MOST_LABEL_WORDS = 5
_QUESTION_SCORE, _BARE_SCORE = 0.95, 0.92
_BELOW, _INDENT, _BESIDE = 16.0, 30.0, 160.0
"""Points from a label down to its answer, how far right of it that may start, and to what stands beside it."""
_LOOSE = frozenset({Relation.BELOW, Relation.ABOVE})
"""Answers so far off that a line that answers itself outweighs them."""
_BOXED = frozenset({Relation.INSIDE, Relation.CELL, Relation.COMB})
_NEVER_LOOSE = frozenset({"drug"})
"""Below "Medication" a form may print what it offers: a box that was not seen would make an order of it."""
_FORMS = frozenset({PageType.ORDER, PageType.ENROLLMENT_FORM, PageType.PRIOR_AUTHORIZATION, PageType.OTHER})
_BULLET = re.compile(r"^[\W_]+$")
_ASKED: tuple[tuple[re.Pattern[str], str, Role | None], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), attribute, role)
    for pattern, attribute, role in (
        (r"\bhow often\b", "frequency", None),
        (r"\bhow long\b", "duration", None),
        (r"\bhow many refills\b|\brefills\b", "refills", None),
        (r"\blast (?:dose|infusion|treatment|given)\b", "last_treatment_date", None),
        (r"\bbefore (?:the|each|every) infusion\b|\bpre-?med", "premedication", None),
        (r"\b(?:should|to|will|does) (?:it|treatment|therapy)? ?(?:start|begin)\b", "start_date", None),
        (r"\b(?:tried|failed)\b|\btreated with before\b", "prior_therapy", None),
        (r"\ballerg", "allergies", Role.PATIENT),
        (r"\b(?:insurer|insurance company|health plan)\b", "payer", Role.PAYER),
        (
            r"\bwhose (?:policy|insurance|plan)\b|\bwho is (?:the )?(?:insured|subscriber)\b",
            "full_name",
            Role.SUBSCRIBER,
        ),
        (r"\bmember (?:id|number)\b|\bpolicy number\b", "member_id", Role.PAYER),
        (r"\bwhere does (?:the patient|he or she) live\b|\bpatient's address\b", "address", Role.PATIENT),
        (r"\bwhere is the (?:practice|office|clinic)\b", "address", Role.PRESCRIBER),
    )
)
"""What a question asks, by its words; the first that fits counts."""


_SAID: tuple[tuple[re.Pattern[str], str, Role | None], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), attribute, role)
    for pattern, attribute, role in (
        (r"\bis allergic to\b", "allergies", Role.PATIENT),
        (r"\bpatient (?:lives|resides) at\b", "address", Role.PATIENT),
        (r"\b(?:our|my|office) address is\b", "address", Role.PRESCRIBER),
        (r"\border (?:holds|is valid|is good) for\b", "duration", None),
        (r"\blast (?:dose|infusion|treatment) was(?: given)? on\b", "last_treatment_date", None),
        (r"(?:\b(?:starting|beginning|to start|to begin)(?: on)?|^\W*from)\b", "start_date", None),
        (r"\bbefore (?:each|every|the) infusion,? give\b", "premedication", None),
        (r"\b(?:we|has|have) (?:already )?tried\b", "prior_therapy", None),
        (r"\b(?:bill goes to|insured (?:by|with)|covered by)\b", "payer", Role.PAYER),
        (r"\bgroup\b", "group_number", Role.PAYER),
        (r"\bin the name of\b", "full_name", Role.SUBSCRIBER),
        (r"\bat home at\b", "home_phone", Role.PATIENT),
        (r"\bon a cell ?phone at\b", "mobile_phone", Role.PATIENT),
        (r"\bcall (?:my|our) office at\b", "phone", Role.PRESCRIBER),
    )
)
"""What leads up to an answer in a form that is written in sentences."""


def with_bare_answers(page: PageReading, answers: Sequence[Answer], today: date) -> tuple[Answer, ...]:
    """``answers`` with those that stand in bare lines, from top to bottom; roles come from their places."""
    known = [answer for answer in answers if answer.attribute != "unknown" and answer.words]
    taken = [answer.label_bbox for answer in known]
    taken.extend(word.bbox for answer in known for word in answer.words if answer.relation not in _LOOSE)
    taken.extend(word.bbox for answer in answers for word in answer.words if answer.relation in _BOXED)
    for box in page.layout.checkboxes:
        taken.extend(place for place in (box.bbox, box.label_bbox) if place is not None)
    found = [*_questions(page, taken), *_bare(page, taken, today)]
    if page.page.type in _FORMS:
        found.extend(_sentences(page, [*taken, *(one.label_bbox for one in found)], today))
    found.extend(_beside_or_below(page, [*taken, *(one.label_bbox for one in found)], today))
    if not found:
        return tuple(answers)
    labels = {id(answer) for answer in found}
    kept = [answer for answer in answers if answer.words or not _is_replaced(answer, found)]
    merged = sorted([*kept, *found], key=lambda one: (round(one.label_bbox.y_mid / 4), one.label_bbox.x0))
    placed = place_roles(merged)
    return tuple(after if id(before) in labels else before for before, after in zip(merged, placed, strict=True))


def _is_replaced(blank: Answer, found: Sequence[Answer]) -> bool:
    """Whether what looked like a label alone holds its answer too: ``Refills 3``."""
    return any(
        one.words and blank.attribute in {one.attribute, "unknown"} and lies_on(one.label_bbox, [blank.label_bbox])
        for one in found
    )


def _questions(page: PageReading, taken: Sequence[BBox]) -> list[Answer]:
    found: list[Answer] = []
    for line in page.layout.lines:
        mark = next((number for number, word in enumerate(line.words) if word.text.endswith("?")), None)
        if mark is None or mark == 0:
            continue
        label, words, relation = line.words[: mark + 1], line.words[mark + 1 :], Relation.RIGHT
        asked = " ".join(word.text for word in label)
        question = next(((name, role) for form, name, role in _ASKED if form.search(asked)), None)
        if question is None:
            continue
        if not words or _is_instruction(words):
            words, relation = _line_below(line, page), Relation.BELOW
        if any(lies_on(word.bbox, taken) for word in words):
            continue
        name, role = question
        found.append(_answer(Question(attribute=name, role=role, score=_QUESTION_SCORE), label, words, relation, page))
    return found


def _is_instruction(words: Sequence[Word]) -> bool:
    """``Write NKDA if none.``, ``Mark one.``: a sentence to the writer."""
    return re.match(r"(?:write|mark|check|list|tick|if|please|give|state)\b", words[0].text, re.IGNORECASE) is not None


def _line_below(line: Line, page: PageReading) -> tuple[Word, ...]:
    """The nearest line right below that is no question itself."""
    below = [
        other
        for other in page.layout.lines
        if 0 < other.bbox.top - line.bbox.bottom + 3 < _BELOW and -4 < other.bbox.x0 - line.bbox.x0 < _INDENT
    ]
    nearest = min(below, key=lambda other: other.bbox.top, default=None)
    if nearest is None or any(word.text.endswith(("?", ":")) for word in nearest.words):
        return ()
    return nearest.words


def _bare(page: PageReading, taken: Sequence[BBox], today: date) -> list[Answer]:
    titles = [section.title_bbox for section in page.layout.sections]
    found: list[Answer] = []
    for line in page.layout.lines:
        words = line.words
        while words and _BULLET.match(words[0].text):
            words = words[1:]
        words = _before_label(words)
        if len(words) < 2 or lies_on(words[0].bbox, [*taken, *titles]):
            continue
        for last in range(min(len(words) - 1, _MOST_LABEL_WORDS), 0, -1):
            text = " ".join(word.text for word in words[:last])
            question = read_label(text) if text[:1].isupper() else None
            fits = find_test(question)
            if question is not None and fits is not None and fits(words[last:], today):
                role = question.role if question.role is not None else find_role(text)
                asked = Question(attribute=question.attribute, role=role, score=_BARE_SCORE)
                found.append(_answer(asked, words[:last], words[last:], Relation.RIGHT, page))
                break
    return found


def _before_label(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The sentences of a line before the one in which a label with a colon stands."""
    colon = next((place for place, word in enumerate(words) if word.text.endswith(":")), None)
    if colon is None:
        return words
    ends = [place + 1 for place, word in enumerate(words[:colon]) if word.text.endswith((".", ";"))]
    return words[: ends[-1]] if ends else ()


def _beside_or_below(page: PageReading, taken: Sequence[BBox], today: date) -> list[Answer]:
    """Runs of words that are a label as a whole and answered by the next run on the row, else by the one below."""
    free = [line for line in page.layout.lines if not any(lies_on(word.bbox, taken) for word in line.words)]
    found: list[Answer] = []
    for line in free:
        question = read_label(line.text) if len(line.words) <= _MOST_LABEL_WORDS else None
        fits = find_test(question)
        if question is None or fits is None or question.attribute in _NEVER_LOOSE:
            continue
        beside = [other for other in free if 0 <= other.bbox.x0 - line.bbox.x1 < _BESIDE and _is_level(other, line)]
        nearest = min(beside, key=lambda other: other.bbox.x0, default=None)
        words, relation = (() if nearest is None else nearest.words), Relation.RIGHT
        if not words or not fits(words, today):
            words, relation = _line_below(line, page), Relation.BELOW
        if words and fits(words, today) and not lies_on(words[0].bbox, taken):
            score = question.model_copy(update={"score": _BARE_SCORE})
            found.append(_answer(score, line.words, words, relation, page))
    return found


def _sentences(page: PageReading, taken: Sequence[BBox], today: date) -> list[Answer]:
    """Values behind the words that lead up to them in a sentence: the longest run that is one as a whole."""
    found: list[Answer] = []
    for line in page.layout.lines:
        text, spans = join_words(line.words)
        for form, attribute, role in _SAID:
            cue = form.search(text)
            if cue is None:
                continue
            first = next((number for number, span in enumerate(spans) if span[0] >= cue.end()), len(line.words))
            words = line.words[first:]
            fits = find_test(Question(attribute=attribute, role=role, score=1.0))
            if not words or fits is None or any(lies_on(word.bbox, taken) for word in words):
                continue
            stop = next((last for last in range(len(words), 0, -1) if fits(words[:last], today)), None)
            if stop is not None:
                label = [word for word, span in zip(line.words, spans, strict=True) if span[1] > cue.start()]
                label = label[: len(label) - len(words)]
                asked = Question(attribute=attribute, role=role, score=_BARE_SCORE)
                found.append(_answer(asked, label, words[:stop], Relation.RIGHT, page))
    return found


def _is_level(first: Line, second: Line) -> bool:
    return first.bbox.y_overlap(second.bbox) > 0.5 * min(first.bbox.height, second.bbox.height)


def _answer(
    question: Question, label: Sequence[Word], words: Sequence[Word], relation: Relation, page: PageReading
) -> Answer:
    box = bounding_box([word.bbox for word in label])
    return Answer(
        attribute=question.attribute,
        role=question.role,
        label=" ".join(word.text for word in label),
        label_score=question.score,
        role_score=ROLE_BY_LABEL if question.role else 0.0,
        relation=relation,
        words=tuple(words),
        label_bbox=box,
        bbox=bounding_box([word.bbox for word in words]) if words else box,
        page_no=page.page.page_no,
        section=section_title(page.layout, None, box),
    )
