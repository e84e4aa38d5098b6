"""Answers that the layout left beside their labels: split labels, words right of a label or right below it."""

import re
from collections.abc import Sequence

from extractor.knowledge.addresses import is_zip_of
from extractor.packet.answer import Answer
from extractor.packet.placement import ROLE_BY_LABEL
from extractor.packet.questions import Role, find_role, fold, read_label
from models.record import BBox, bounding_box, lies_on
from models.stages.layout import Layout, Relation
from models.stages.text import Word

_LABEL_GAP = 14.0
"""Points between two pieces of one label."""
_RIGHT, _BELOW = 190.0, 16.0
"""Points right of and below a label within which its answer may start."""
_NUMBERS = frozenset({"npi", "phone", "fax"})
_KINDS_OF_PHONE = frozenset({"home_phone", "mobile_phone", "work_phone", "payer_phone", "other_phone"})
_PHONES = frozenset({"phone", "other_phone", "home_phone"})
_KIND = re.compile(r"\([a-z]{4,8}\)", re.IGNORECASE)
_WHOLE_LABEL = 0.95
"""The score of a label that says nothing else."""
_ONE_PHRASE = 0.98
"""The score of words that together are a phrase that forms ask, shortened or not."""
_OTHERS = frozenset({Role.RECEIVER, Role.PCP, Role.PHARMACY, Role.SUPERVISOR, Role.CONTACT})
_TOUCH = 6.0
"""Points by which boxes of neighbours may overlap."""
_MOSTLY = 0.7
"""Share of answers right of their labels above which a form is taken to have none below them."""
_MAX_WORDS = 12
_TAKEN = 0.2
"""Share of a word that may lie on what is answered already."""
_TOUCHING = 9.0
"""Points between the words of one address."""
_FOUND_BESIDE = 0.9
"""What a label's score keeps where this module, not the layout, found the answer."""


def join_labels(answers: Sequence[Answer]) -> list[Answer]:
    """``Group`` without answer and ``NPI:`` right beside it are one label, if together they ask something."""
    joined: list[Answer] = []
    for answer in answers:
        before = joined[-1] if joined else None
        if before is None or before.words or not _is_beside(before.label_bbox, answer.label_bbox, _LABEL_GAP):
            joined.append(answer)
            continue
        label = f"{before.label} {answer.label}"
        question = read_label(label)
        if question is None or question.score < 0.9:
            joined.append(answer)
            continue
        role = question.role or find_role(label)
        update = {
            "label": label,
            "attribute": question.attribute,
            "label_score": question.score,
            "role": role,
            "role_score": ROLE_BY_LABEL if role else 0.0,
            "label_bbox": before.label_bbox.union(answer.label_bbox),
        }
        joined[-1] = answer.model_copy(update=update)
    return joined


def widen_labels(answers: Sequence[Answer], layout: Layout) -> list[Answer]:
    """``Center | NPI``: a word that names somebody, right before a label that names nobody, belongs to the label."""
    widened: list[Answer] = []
    taken: list[Word] = []
    labels = [answer.label_bbox for answer in answers]
    for answer in map(_with_kind, answers):
        word = None if answer.role is not None else _word_before(answer, layout)
        whole = _kind_of_phone(word, answer) or _whole_phrase(word, answer)
        if word is not None and whole is not None:
            taken.append(word)
            widened.append(whole)
            continue
        is_label = word is not None and lies_on(word.bbox, labels, 0.3)
        role = find_role(word.text) if word is not None and not is_label else None
        if word is None or role is None:
            widened.append(_others_row(answer, layout))
            continue
        update = {"role": role, "role_score": ROLE_BY_LABEL, "label": f"{word.text} {answer.label}"}
        widened.append(answer.model_copy(update=update))
    return [_without(answer, taken) for answer in widened]


def _with_kind(answer: Answer) -> Answer:
    """``Primary phone (work)``: a kind in brackets is the label's and no answer, which stands in the next column."""
    question = read_label(f"{answer.text} phone") if _KIND.fullmatch(answer.text.strip()) else None
    if answer.attribute not in _PHONES or question is None or question.attribute not in _KINDS_OF_PHONE:
        return answer
    label = answer.label_bbox.union(answer.bbox)
    update = {"attribute": question.attribute, "label": f"{answer.label} {answer.text}", "words": ()}
    return answer.model_copy(update={**update, "label_bbox": label, "bbox": label})


def _kind_of_phone(word: Word | None, answer: Answer) -> Answer | None:
    """The answer with the word before its label, where both together name a kind of telephone."""
    label = answer.label if word is None else f"{word.text} {answer.label}"
    whole = None if word is None else read_label(label)
    if whole is None or whole.attribute not in _KINDS_OF_PHONE or whole.score < _WHOLE_LABEL:
        return None
    update = {"attribute": whole.attribute, "role": whole.role, "label_score": whole.score, "label": label}
    return answer.model_copy(update=update)


def _whole_phrase(word: Word | None, answer: Answer) -> Answer | None:
    """The answer with the word before its label, where only both together are what a form asks: ``Prev | therapy:``."""
    if word is None or answer.attribute != "drug":
        return None
    label = f"{word.text} {answer.label}"
    whole = read_label(label)
    if whole is None or whole.attribute == answer.attribute or whole.score < _ONE_PHRASE:
        return None
    update = {"attribute": whole.attribute, "role": whole.role, "label_score": whole.score, "label": label}
    return answer.model_copy(update=update)


def _without(answer: Answer, words: Sequence[Word]) -> Answer:
    """The answer less its last word where that begins the next label: ``Home Ph: 303-555-0150 | Cell | Ph:``."""
    if len(answer.words) < 2 or answer.words[-1] not in words:
        return answer
    left = answer.words[:-1]
    return answer.model_copy(update={"words": left, "bbox": bounding_box([word.bbox for word in left])})


def join_address_words(answers: Sequence[Answer], layout: Layout) -> list[Answer]:
    """Answers without labels that are words of an address: ``Boise, | ID | 83702``, ``Quarry Way, | Suite | 130``.

    The pieces go back to the answer they were cut from, where there is one.
    """
    inside = [answer for answer in answers if _is_inside_address(answer, layout)]
    kept = [answer for answer in answers if answer not in inside]
    for answer in sorted(inside, key=lambda answer: answer.label_bbox.x0):
        words = (*layout.words_in(answer.label_bbox), *answer.words)
        for number, one in enumerate(kept):
            place = next((n for n, w in enumerate(one.words) if _is_beside(w.bbox, words[0].bbox, _TOUCHING)), None)
            if place is not None:
                whole = (*one.words[: place + 1], *words, *one.words[place + 1 :])
                box = bounding_box([word.bbox for word in whole])
                kept[number] = one.model_copy(update={"words": whole, "bbox": box})
                break
    return kept


def _is_inside_address(answer: Answer, layout: Layout) -> bool:
    """Whether a label is a state before its postal code, a unit behind a comma, or the ``St`` of a street."""
    label = answer.label.strip(" .,")
    if not answer.words or answer.label.rstrip().endswith(":"):
        return False
    is_state = len(label) == 2 and label.isupper() and is_zip_of(answer.words[0].text[:5], label)
    if is_state:
        return True
    before = [
        word for line in layout.lines for word in line.words if _is_beside(word.bbox, answer.label_bbox, _TOUCHING)
    ]
    if answer.attribute == "address_line2":
        return any(word.text.endswith(",") for word in before)
    return answer.attribute == "state" and len(label) == 2 and any(word.text[-1].isalpha() for word in before)


def _others_row(answer: Answer, layout: Layout) -> Answer:
    """A number on a row that starts with somebody else's label: ``Family doctor | Dr. Roe, NPI 1234567893``."""
    if answer.attribute not in _NUMBERS:
        return answer
    box = answer.label_bbox
    row = [w for line in layout.lines for w in line.words if _is_beside(w.bbox, box, 700.0)]
    if row and fold(min(row, key=lambda word: word.bbox.x0).text) == "cc":
        return answer.model_copy(update={"role": Role.CONTACT, "role_score": ROLE_BY_LABEL})
    if answer.role is not None:
        return answer
    text = " ".join(word.text for word in sorted(row, key=lambda word: word.bbox.x0))
    role = find_role(text)
    if role not in _OTHERS:
        return answer
    return answer.model_copy(update={"role": role, "role_score": ROLE_BY_LABEL})


def _word_before(answer: Answer, layout: Layout) -> Word | None:
    """The word that ends right before a label, unless it ends a phrase of its own."""
    for line in layout.lines:
        for word in line.words:
            if _is_beside(word.bbox, answer.label_bbox, 7.0) and not word.text.endswith((":", ",", ".", "|", ";", ")")):
                return word
    return None


def _is_beside(left: BBox, right: BBox, gap: float) -> bool:
    is_row = left.y_overlap(right) > 0.4 * max(1.0, min(left.height, right.height))
    return is_row and -_TOUCH <= right.x0 - left.x1 <= gap


def fill_blanks(answers: Sequence[Answer], layout: Layout) -> list[Answer]:
    """Blank answers with the free words right of their label, else right below it, where there are some."""
    taken = [word.bbox for answer in answers for word in answer.words] + [answer.label_bbox for answer in answers]
    taken.extend(box.label_bbox or box.bbox for box in layout.checkboxes)
    taken.extend(section.title_bbox for section in layout.sections)
    answered = [answer.relation for answer in answers if answer.words]
    is_right_form = answered.count(Relation.RIGHT) > _MOSTLY * len(answered)
    filled: list[Answer] = []
    for answer in answers:
        words: tuple[Word, ...] = ()
        relation = Relation.RIGHT
        if not answer.words and answer.attribute != "unknown":
            words = _words_right(answer, layout, taken)
            if not words and not is_right_form:
                words, relation = _words_below(answer, layout, taken), Relation.BELOW
        if not words:
            filled.append(answer)
            continue
        taken.extend(word.bbox for word in words)
        update = {
            "words": words,
            "bbox": bounding_box([word.bbox for word in words]),
            "relation": relation,
            "label_score": round(answer.label_score * _FOUND_BESIDE, 3),
        }
        filled.append(answer.model_copy(update=update))
    return filled


def _words_right(answer: Answer, layout: Layout, taken: Sequence[BBox]) -> tuple[Word, ...]:
    label = answer.label_bbox
    row = [
        w for line in layout.lines for w in line.words if _is_beside(label, w.bbox, 600.0) and w.bbox.x_mid > label.x1
    ]
    row.sort(key=lambda word: word.bbox.x0)
    words: list[Word] = []
    for word in row:
        gap = word.bbox.x0 - (words[-1].bbox.x1 if words else label.x1)
        if lies_on(word.bbox, taken, _TAKEN) or gap > (_RIGHT if not words else 40.0):
            break
        words.append(word)
    return _if_answer(words)


def _words_below(answer: Answer, layout: Layout, taken: Sequence[BBox]) -> tuple[Word, ...]:
    label = answer.label_bbox
    rivals = [box.x0 for box in taken if abs(box.y_mid - label.y_mid) < 6 and box.x0 > label.x1]
    right = min(rivals, default=float("inf"))
    for line in layout.lines:
        if not label.bottom - 3 <= line.bbox.top <= label.bottom + _BELOW or line.bbox.y_mid <= label.bottom:
            continue
        words = [word for word in line.words if label.x0 - 8 <= word.bbox.x0 < right - 2]
        if words and words[0].bbox.x0 <= label.x1 + 40 and not any(lies_on(word.bbox, taken, _TAKEN) for word in words):
            return _if_answer(words)
    return ()


def _if_answer(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words, unless they are themselves a label or a sentence."""
    text = " ".join(word.text for word in words)
    is_answer = 0 < len(words) <= _MAX_WORDS and ":" not in text[:-1] and read_label(text) is None
    return tuple(words) if is_answer else ()
