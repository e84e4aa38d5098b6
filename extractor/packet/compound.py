"""Labels that ask several things at once: ``Date of birth / sex`` is two questions, ``5/21/1978 / Male`` two answers.

A label is parted only where its parts are questions of different kinds, an answer only at signs that stand between
words (``/``, ``;``, ``|``). An answer that has fewer parts than its label is given to the part whose kind it is; where
its kind leaves that open it keeps the first question, as a guess.
"""

import re
from collections.abc import Sequence
from itertools import groupby

from extractor.knowledge.dates import read_whole_date
from extractor.knowledge.drugs import find_drugs
from extractor.knowledge.labels import is_label_word
from extractor.knowledge.organisations import is_practice_name
from extractor.packet.answer import Answer
from extractor.packet.mentions import BIRTH, DATE
from extractor.packet.questions import GUESSED, Question, Role, fold, read_label
from models.record import BBox, bounding_box
from models.stages.text import Word, join_words, words_between

_PARTS = re.compile(r"\s*[/;|]\s*|\s+(?:and|&)\s+", re.IGNORECASE)
_DAY_BEHIND = re.compile(r"\b(" + DATE + r")\W*$")
_CHART = re.compile(
    r"\b(?:chart|mrn|mr|med(?:ical)? rec(?:ord)?|record)\W{0,2}(?:no|num(?:ber)?|#)?[\s.:#]*([A-Z]{0,3}-?\d{4,12})\b",
    re.I,
)
_WHOLE_NAME = re.compile(r"[A-Z][A-Za-z'-]+, [A-Z][A-Za-z'-]+(?: [A-Z][A-Za-z.'-]*)?")
"""``Roe, Jane Marie``: no other phrase is written so."""
_PLAIN_NAME = re.compile(r"[A-Z][A-Za-z'-]+(?: [A-Z][A-Za-z.'-]*){1,3}")
_FORM_OF_ADDRESS = re.compile(r"^(?:Mr|Mrs|Ms|Miss)\b\.? ?")
_NEXT_ROW, _SAME_ROW = 24.0, 3.0
"""Points from a subject down to the row below it, and between tops in one row."""
_SIGNS = frozenset("/;|")
_MOST_PARTS = 4
_LEAST_FIT = 0.9
_LONGEST_NAME = 5
_NAMED = frozenset({"subject", "full_name"})
_ROLE_BY_BIRTH = 0.85
_DAYS = frozenset(
    {"date", "order_date", "start_date", "signature_date", "date_of_birth", "last_treatment_date", "other_date"}
)
_NUMBERS = frozenset({"phone", "home_phone", "mobile_phone", "work_phone", "other_phone", "fax", "payer_phone"})
_SEXES = frozenset({"m", "f", "male", "female"})


def part_answers(answers: Sequence[Answer]) -> list[Answer]:
    """The answers, those to several questions as one answer for each question."""
    births = [answer.label_bbox for answer in answers if answer.attribute == "date_of_birth" and answer.words]
    return [part for answer in answers for whole in _part_birth(answer, births) for part in _part(whole)]


def _part_birth(answer: Answer, births: Sequence[BBox]) -> list[Answer]:
    """``Re: Jane Roe, born 5/1/1963``: a subject that gives a date of birth is the patient's name before it."""
    if answer.attribute == "date_of_birth" and answer.role in {Role.PATIENT, None}:
        return _part_chart(answer)
    if answer.attribute not in _NAMED:
        return [answer]
    text, spans = join_words(answer.words)
    born = BIRTH.search(text)
    is_said = born is not None
    if born is None and answer.attribute == "full_name" and answer.role in {Role.PATIENT, None}:
        born = _DAY_BEHIND.search(text)
    if born is None or born.start(1) == 0:
        is_over_birth = any(-_SAME_ROW < box.top - answer.label_bbox.top < _NEXT_ROW for box in births)
        is_name = answer.attribute == "subject" and _is_whole_name(text.strip(" .,;"), is_over_birth=is_over_birth)
        # Nothing says that a subject is a person: a name alone is one to ask about.
        return [_as_patient(answer, "full_name", answer.words, GUESSED)] if is_name else [answer]
    before = [word for word, (_first, last) in zip(answer.words, spans, strict=True) if last <= born.start()]
    name = _name_of(before)
    day = [
        word
        for word, (first, last) in zip(answer.words, spans, strict=True)
        if first < born.end(1) and last > born.start(1)
    ]
    chart = _CHART.search(text, born.end())
    number = () if chart is None else words_between(answer.words, spans, chart.start(1), chart.end(1))
    # A day behind a name that nothing calls the date of birth is one to ask about.
    score = answer.label_score if is_said else GUESSED
    parts = (
        ("full_name", name, answer.label_score),
        ("date_of_birth", tuple(day), score),
        ("mrn", number, answer.label_score),
    )
    return [_as_patient(answer, attribute, words, score) for attribute, words, score in parts if words]


def _part_chart(answer: Answer) -> list[Answer]:
    """``Date of birth: 5/1/1963  Our chart no. RC-20417``: the day, and behind it the number of the chart."""
    text, spans = join_words(answer.words)
    chart = _CHART.search(text)
    if chart is None or chart.start() == 0:
        return [answer]
    before = [word for word, (_first, last) in zip(answer.words, spans, strict=True) if last <= chart.start()]
    ends = [place for place, word in enumerate(before, start=1) if any(c.isdigit() for c in word.text)]
    day = tuple(before[: max(ends, default=0)])
    number = words_between(answer.words, spans, chart.start(1), chart.end(1))
    parts = (("date_of_birth", day), ("mrn", number))
    return [_as_patient(answer, attribute, words, answer.label_score) for attribute, words in parts if words]


def _is_whole_name(text: str, *, is_over_birth: bool) -> bool:
    """Whether a subject is a person's name and nothing else, not ``Referral, Uplizna``.

    Without a comma only one that a date of birth follows in its row or the next: ``Re: Jane Marie Roe``.
    """
    text = _FORM_OF_ADDRESS.sub("", text)
    is_other = find_drugs(text) or is_practice_name(text) or any(is_label_word(word) for word in fold(text).split())
    forms = (_WHOLE_NAME, _PLAIN_NAME) if is_over_birth else (_WHOLE_NAME,)
    return not is_other and any(form.fullmatch(text) is not None for form in forms)


def _as_patient(answer: Answer, attribute: str, words: tuple[Word, ...], score: float) -> Answer:
    """The words of an answer as one to a question about the patient."""
    return answer.model_copy(
        update={
            "attribute": attribute,
            "role": answer.role or Role.PATIENT,
            "role_score": answer.role_score or _ROLE_BY_BIRTH,
            "words": words,
            "bbox": bounding_box([word.bbox for word in words]),
            "label_score": score,
        }
    )


def _name_of(words: Sequence[Word]) -> tuple[Word, ...]:
    """The last words before a date of birth, up to a sign that ends another phrase (``Infusion order: Jane Roe``)."""
    run: list[Word] = []
    for word in reversed(words[-_LONGEST_NAME:]):
        if run and word.text.endswith((":", ";", "-", ".")) and len(word.text.strip(".")) > 1:
            break
        if any(character.isdigit() for character in word.text):
            break
        run.insert(0, word)
    last = run[-1] if run else None
    if last is not None and last.text.rstrip(",;(") != last.text:
        run[-1] = last.model_copy(update={"text": last.text.rstrip(",;(")}) if last.text.rstrip(",;(") else last
    return tuple(run)


def _part(answer: Answer) -> list[Answer]:
    questions = _questions(answer.label)
    if not questions or not answer.words:
        return [answer]
    runs = _split(answer.words, len(questions))
    if len(runs) == len(questions):
        return [
            _asked(answer, question, label, run) for (label, question), run in zip(questions, runs, strict=True) if run
        ]
    fitting = [(label, question) for label, question in questions if _may_be(question.attribute, answer.text)]
    if len(fitting) == 1:
        label, question = fitting[0]
        return [_asked(answer, question, label, answer.words)]
    if len(fitting) == len(questions):
        return [answer]
    return [answer.model_copy(update={"label_score": min(answer.label_score, GUESSED)})]


def _questions(label: str) -> list[tuple[str, Question]]:
    """The questions of a label with their words; none where it asks one thing, or is not understood part by part."""
    texts = [text for text in _PARTS.split(label.strip(" *:")) if text]
    if not 1 < len(texts) <= _MOST_PARTS:
        return []
    found: list[tuple[str, Question]] = []
    for text in texts:
        question = _best(read_label(text), read_label(f"{texts[0].split()[0]} {text}") if text != texts[0] else None)
        if question is None:
            return []
        found.append((text, question))
    whole = read_label(label)
    kinds = {question.attribute for _text, question in found}
    is_one = whole is not None and whole.score >= 1.0 and whole.attribute not in kinds
    return [] if len(kinds) < len(found) or is_one else found


def _best(*questions: Question | None) -> Question | None:
    sure = [question for question in questions if question is not None and question.score >= _LEAST_FIT]
    return max(sure, key=lambda question: question.score, default=None)


def _split(words: Sequence[Word], parts: int) -> list[tuple[Word, ...]]:
    """The words between signs; the whole where the signs do not make as many parts as wanted."""
    for sign in (_SIGNS, _SIGNS | {","}):
        cut = [_cut(word, sign) for word in words]
        flat = [piece for pieces in cut for piece in pieces]
        runs = [
            tuple(word for _is_sign, word in group)
            for is_sign, group in groupby(flat, key=lambda piece: piece[0])
            if not is_sign
        ]
        if len(runs) == parts:
            return runs
    return [tuple(words)]


def _cut(word: Word, signs: frozenset[str]) -> list[tuple[bool, Word]]:
    """A word as pieces, each a sign or not: ``G194231;`` ends in one, ``5/21/1978`` holds none that parts it."""
    text = word.text
    if all(character in signs for character in text):
        return [(True, word)]
    if text[-1] in signs:
        return [(False, word.model_copy(update={"text": text[:-1], "steps": None})), (True, word)]
    if text[0] in signs:
        return [(True, word), (False, word.model_copy(update={"text": text[1:], "steps": None}))]
    return [(False, word)]


def _may_be(attribute: str, text: str) -> bool:
    """Whether an answer can be of the kind that a question asks for; True where its kind cannot be told."""
    digits = sum(character.isdigit() for character in text)
    if attribute in _DAYS:
        return read_whole_date(text) is not None
    if read_whole_date(text) is not None:
        return False
    if attribute in _NUMBERS:
        return digits >= 10
    if attribute == "npi":
        return digits == 10
    if attribute == "sex":
        return text.strip(" .").casefold() in _SEXES
    if attribute in {"refills", "signature"}:
        return (
            False
            if attribute == "signature"
            else re.fullmatch(r"\W*(?:\d{1,2}|none)\W*", text, re.IGNORECASE) is not None
        )
    if attribute in {"duration", "frequency"}:
        return re.search(r"\b(?:day|week|month|year|wk|mo|yr|dose)", text, re.IGNORECASE) is not None
    return True


def _asked(answer: Answer, question: Question, label: str, words: tuple[Word, ...]) -> Answer:
    """The part of an answer that is one question's."""
    attribute = question.attribute
    if attribute == "date" and re.search(r"\bsign", answer.label, re.IGNORECASE):
        attribute = "signature_date"
    return answer.model_copy(
        update={
            "attribute": attribute,
            "role": question.role or answer.role,
            "label": label,
            "label_score": question.score,
            "words": words,
            "bbox": bounding_box([word.bbox for word in words]),
        }
    )
