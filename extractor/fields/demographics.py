"""What else a page says of the patient: sex, email, record number, height and weight."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from extractor.fields.base import Context, families
from extractor.fields.evidence import from_answer, from_words, is_blank_field
from extractor.fields.names import is_reference
from extractor.fields.ticks import named_tick_reason, tick_features
from extractor.knowledge.body import BodyReading, Measure, find_unit, parse_height, parse_weight
from extractor.knowledge.dates import read_whole_date
from extractor.packet import Answer, Role
from extractor.packet.questions import fold
from models.record import BBox, PageType, Reason
from models.stages.candidate import Candidate
from models.stages.layout import CheckBox, PageReading
from models.stages.text import Word, join_words, words_between

_OURS = frozenset({Role.PATIENT, None})
_SEXES = {
    **dict.fromkeys(("f", "female", "fem", "woman", "girl"), "female"),
    **dict.fromkeys(("m", "male", "man", "boy"), "male"),
    **dict.fromkeys(("other", "x", "nonbinary", "non binary", "intersex"), "other"),
    **dict.fromkeys(("unknown", "unk", "u", "undifferentiated", "declined"), "unknown"),
}
_AGED = re.compile(
    r"\b\d{1,3}\s?[- ]?(?:y\.?\s?/?\s?o\.?|yrs?\.?(?:\s?old)?|years?[- ]?old|year[- ]old)[\s,]*(?:[A-Za-z\-]+\s+)?"
    r"(female|male|woman|man|F|M)\b"
    r"|\(\s*\d{1,3}\s*[,/]?\s*(?:y\.?o\.?|yrs?)?\s*[,/]?\s*(F|M|female|male)\s*\)",
    re.IGNORECASE,
)
_SEX_IN_AGE = re.compile(
    r"\b(?:\d{1,3}\s*(?:y\w*)?\s*[/,\-]?\s*)(female|male|f|m)\b|^(female|male|f|m)\b", re.IGNORECASE
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}")
_SPACED_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]+\s?[@\u00a9]\s?[A-Za-z0-9\-]+(?:\s?\.\s?[A-Za-z0-9\-]+)+")
_NUMBER = re.compile(r"[A-Za-z]{0,4}[\-\s]?\d[\dA-Za-z\-]{2,14}")
_NOTE_PAGES = frozenset({PageType.CLINICAL_NOTE, PageType.OTHER, PageType.LAB_REPORT, PageType.IMAGING_REPORT})
_MEASURES: dict[str, tuple[Measure, str]] = {"height": ("height", "height_cm"), "weight": ("weight", "weight_kg")}
_IN_PROSE: dict[Measure, re.Pattern[str]] = {
    "height": re.compile(r"\b(?:height|ht)\b\.?\s*(?:is|of|was|[:=])?\s*(?=\d)", re.IGNORECASE),
    "weight": re.compile(r"\b(?:weight|wt|weighs)\b\.?\s*(?:is|of|was|[:=])?\s*(?=\d)", re.IGNORECASE),
}
_BESIDE_BIRTH, _LONGEST_BIRTH, _ROLE_BESIDE_BIRTH = 120.0, 5, 0.45
"""Points from a date of birth to a sex behind it, words up to it, and how surely it is the patient's."""
_BEHIND_BIRTH = Reason(code="unlabelled", text="stands behind the date of birth; no label asks for it")
_WITHOUT_UNIT = 0.3
_REPORTS = frozenset({PageType.LAB_REPORT, PageType.IMAGING_REPORT})
_ACCOUNT = re.compile(r"\bacc(?:t|ount)?\b")
_ACCOUNT_NUMBER = Reason(code="account_number", text="an account may be the billing office's and no chart's")
_LAB_NUMBER = Reason(code="lab_number", text="an account or patient number of whoever made the report")


def is_patients(answer: Answer) -> bool:
    """Whether what only a patient has is asked of the patient: a section of the prescriber is then a misread place."""
    return answer.role in _OURS or (answer.role is Role.PRESCRIBER and answer.role_score < 1.0)


class _Sex:
    name = "sex"
    paths = ("patient.sex",)

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        boxes = [box for box in page.layout.checkboxes if _sex_of(box.label) is not None and _asks_sex(box, page)]
        answers = context.answers[page.page.page_no]
        ticked = [box for box in boxes if box.is_checked is not False]
        for box in ticked:
            yield _from_box(box, page)
        for answer in answers:
            if not is_patients(answer):
                continue
            if answer.attribute == "sex" and not (boxes and _covers(answer, boxes)):
                yield from _from_sex(answer, page)
            elif answer.attribute == "sex" and not ticked:
                yield from_answer("patient.sex", None, answer.model_copy(update={"words": ()}), page, role=Role.PATIENT)
            elif answer.attribute == "age" or (answer.attribute == "date_of_birth" and "(" in answer.text):
                yield from _from_age(answer, page)
            elif answer.attribute == "date_of_birth" and not boxes:
                yield from _beside_birth(answer, page)
        if page.page.type in _NOTE_PAGES:
            yield from _from_prose(page)


def _sex_of(text: str) -> str | None:
    return _SEXES.get(fold(text))


def _asks_sex(box: CheckBox, page: PageReading) -> bool:
    """Whether a box such as ``M`` is about the patient's sex: its question says so, or the other sex is beside it."""
    question = fold(box.question or "")
    if question:
        if re.search(r"\b(?:sex|gender)\b", question):
            return True
        if re.search(r"relation|subscriber|insured|guarantor|pregnan", question):
            return False
    mine = _sex_of(box.label)
    if mine not in {"female", "male"}:
        return False
    return any(
        _sex_of(other.label) in {"female", "male"} and _sex_of(other.label) != mine and _is_near(box.bbox, other.bbox)
        for other in page.layout.checkboxes
    )


def _is_near(first: BBox, second: BBox) -> bool:
    return abs(first.y_mid - second.y_mid) < 24 and abs(first.x0 - second.x0) < 160


def _covers(answer: Answer, boxes: Iterable[CheckBox]) -> bool:
    """Whether an answer's place holds boxes to tick: then a box, not a word, answers it."""
    place = answer.label_bbox.union(answer.bbox)
    return any(abs(box.bbox.y_mid - place.y_mid) < 24 and -60 < box.bbox.x0 - place.x0 < 260 for box in boxes)


def _from_box(box: CheckBox, page: PageReading) -> Candidate:
    return from_words(
        "patient.sex",
        _sex_of(box.label),
        (),
        page,
        role=0.95,
        reason=named_tick_reason(box),
        bbox=box.bbox,
        raw=box.label,
        extra=tick_features(box),
    )


def _from_sex(answer: Answer, page: PageReading) -> Iterator[Candidate]:
    if not answer.words:
        if is_blank_field(answer):
            yield from_answer("patient.sex", None, answer, page, role=Role.PATIENT)
        return
    folded = fold(answer.text).split()
    named = [value for word in folded if (value := _SEXES.get(word)) is not None]
    if len(set(named)) == 1:
        validity = 1.0 if len(folded) == 1 else 0.85
        yield from_answer("patient.sex", named[0], answer, page, role=Role.PATIENT, validity=validity)
    elif not named and len(folded) == 1 and len(folded[0]) > 2 and (near := _nearest_sex(folded[0])):
        why = Reason(code="repaired", text="a word close to a known one")
        yield from_answer("patient.sex", near, answer, page, role=Role.PATIENT, validity=0.5, reasons=(why,))


def _beside_birth(answer: Answer, page: PageReading) -> Iterator[Candidate]:
    """``DOB 2/6/1952, M``: a sex behind the date of birth, on its line or right of it, as stickers print it."""
    day = answer.words[0].bbox if answer.words else answer.label_bbox
    level = [line for line in page.layout.lines if _is_level(line.bbox, day)]
    words = sorted((word for line in level for word in line.words), key=lambda word: word.bbox.x0)
    behind = [word for word in words if word.bbox.x0 >= day.x0 - 1 and any(c.isalnum() for c in word.text)]
    for before, word in pairwise(behind[:_LONGEST_BIRTH]):
        is_near = word.bbox.x0 - before.bbox.x1 < _BESIDE_BIRTH and any(c.isdigit() for c in before.text)
        value = _SEXES.get(fold(word.text))
        if is_near and value in {"female", "male"}:
            yield from_words("patient.sex", value, (word,), page, role=_ROLE_BESIDE_BIRTH, reason=_BEHIND_BIRTH)
            return


def _is_level(line: BBox, word: BBox) -> bool:
    return abs(line.y_mid - word.y_mid) < 0.6 * max(line.height, word.height)


def _nearest_sex(word: str) -> str | None:
    """``Fernale``, ``Mae``: a word one sign off; male is never made of a word with another letter before it."""
    if re.fullmatch(r"fe?[mrn]{1,2}.?.?e?", word):
        return "female"
    return "male" if re.fullmatch(r"ma.?e|m.le", word) else None


def _from_age(answer: Answer, page: PageReading) -> Iterator[Candidate]:
    """``54/F`` behind "Age/Sex", ``03/14/1981 (45 y.o. F)`` behind a date of birth."""
    pattern = _SEX_IN_AGE if answer.attribute == "age" else _AGED
    found = pattern.search(answer.text)
    letter = next((group for group in found.groups() if group), None) if found else None
    if letter is not None:
        yield from_answer("patient.sex", _SEXES[letter.casefold()], answer, page, role=Role.PATIENT, validity=0.9)


def _from_prose(page: PageReading) -> Iterator[Candidate]:
    """``54-year-old woman``: the first one of a page is the patient."""
    for line in page.layout.lines:
        text, spans = join_words(line.words)
        found = _AGED.search(text)
        if found is None:
            continue
        word = next(group for group in found.groups() if group)
        reason = Reason(code="in_text", text="said of the patient in a line of text")
        words = words_between(line.words, spans, found.start(), found.end())
        yield from_words("patient.sex", _SEXES[word.casefold()], words, page, role=0.75, reason=reason)
        return


_LOOKALIKES = re.compile(r"[0-9lI|]")
_ALIKE = Reason(code="look_alike_letters", text="letters and digits that look alike cannot be told apart here")


class _Email:
    name = "email"
    paths = ("patient.email",)

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        for answer in context.answers[page.page.page_no]:
            if answer.attribute != "email" or answer.role is not Role.PATIENT:
                continue
            if not answer.words:
                if is_blank_field(answer):
                    yield from_answer("patient.email", None, answer, page, role=Role.PATIENT)
                continue
            yield from _read_email(answer, page)


def _read_email(answer: Answer, page: PageReading) -> Iterator[Candidate]:
    text = answer.text
    found = _EMAIL.search(text)
    if found is not None:
        is_read = any(word.source != "embedded" for word in answer.words)
        # No check catches an l read as 1 in a picture.
        unsure = is_read and _LOOKALIKES.search(found.group()) is not None
        yield from_answer(
            "patient.email",
            found.group().rstrip("."),
            answer,
            page,
            role=Role.PATIENT,
            validity=0.5 if unsure else 1.0,
            reasons=(_ALIKE,) if unsure else (),
        )
        return
    spaced = _SPACED_EMAIL.search(text)
    if spaced is not None:
        value = re.sub(r"\s", "", spaced.group()).replace("\u00a9", "@")
        why = Reason(code="repaired", text="spaces inside the address were taken out")
        yield from_answer("patient.email", value, answer, page, role=Role.PATIENT, validity=0.5, reasons=(why,))
    elif "@" in text or re.search(r"\.(?:com|org|net|edu)\b", text, re.IGNORECASE):
        why = Reason(code="not_an_email", text="what is written there is no whole email address")
        yield from_answer(
            "patient.email", None, answer, page, role=Role.PATIENT, is_valid=False, is_illegible=True, reasons=(why,)
        )


class _RecordNumber:
    name = "mrn"
    paths = ("patient.mrn",)

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        for answer in context.answers[page.page.page_no]:
            if answer.attribute != "mrn" or answer.role not in _OURS:
                continue
            if not answer.words:
                if is_blank_field(answer):
                    yield from_answer("patient.mrn", None, answer, page, role=Role.PATIENT)
                continue
            text, spans = join_words(answer.words)
            found = _NUMBER.search(text)
            is_day = read_whole_date(text) is not None and not text.strip(" .").isdigit()
            if found is None or is_reference(text) or is_day:
                continue
            words = words_between(answer.words, spans, found.start(), found.end())
            value = found.group().strip()
            # An account is the billing office's number: the record number only where nothing else is.
            is_account = _ACCOUNT.search(fold(answer.label)) is not None
            is_id = is_account or fold(answer.label).startswith("patient id")
            validity = 0.75 if is_id else 1.0
            # On a report such a number is the laboratory's, and no chart's of the clinic.
            is_lab = is_id and page.page.type in _REPORTS
            why = _LAB_NUMBER if is_lab else _ACCOUNT_NUMBER if is_account else None
            others = " ".join(text.replace(found.group(), " ").split())
            yield from_answer(
                "patient.mrn",
                value,
                answer,
                page,
                words=words,
                role=Role.PATIENT,
                validity=validity if len(others) < 4 else 0.6,
                is_valid=why is None,
                reasons=() if why is None else (why,),
            )


class _Body:
    name = "height_weight"
    paths = ("patient.height_cm", "patient.weight_kg")

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        answered: set[Measure] = set()
        for answer in context.answers[page.page.page_no]:
            if not is_patients(answer):
                continue
            if answer.attribute in _MEASURES:
                found = list(_from_measure(answer, page, *_MEASURES[answer.attribute]))
                answered |= {_MEASURES[answer.attribute][0] for one in found if one.value is not None}
                yield from found
            elif answer.attribute == "measure" and re.search(r"height|ht", answer.label, re.IGNORECASE):
                yield from _from_both(answer, page)
        for line in page.layout.lines:
            yield from _from_line(line.words, page, answered)


def _from_measure(answer: Answer, page: PageReading, measure: Measure, leaf: str) -> Iterator[Candidate]:
    path = f"patient.{leaf}"
    if not answer.words:
        if is_blank_field(answer):
            yield from_answer(path, None, answer, page, role=Role.PATIENT)
        return
    text, spans = join_words(answer.words)
    unit = find_unit(answer.label, measure) or _ticked_unit(answer, page, measure)
    reading = _parse(measure, text, unit)
    if reading is None:
        if any(character.isdigit() for character in text):
            why = Reason(code="not_a_number", text="what is written there is no number that can be read")
            yield from_answer(
                path, None, answer, page, role=Role.PATIENT, is_valid=False, is_illegible=True, reasons=(why,)
            )
        return
    yield from_answer(
        path,
        reading.value,
        answer,
        page,
        words=words_between(answer.words, spans, reading.start, reading.end),
        role=Role.PATIENT,
        is_valid=reading.is_possible and reading.has_unit,
        validity=_validity(reading),
        extra={"role": max(answer.role_score if answer.role is Role.PATIENT else 0.0, 0.85)},
        reasons=reading.reasons,
    )


def _parse(measure: Measure, text: str, unit: str | None) -> BodyReading | None:
    return parse_height(text, unit) if measure == "height" else parse_weight(text, unit)


def _validity(reading: BodyReading) -> float:
    if not reading.is_possible:
        return 0.0
    return 1.0 if reading.has_unit else _WITHOUT_UNIT


def _ticked_unit(answer: Answer, page: PageReading, measure: Measure) -> str | None:
    """The unit whose box is ticked on the answer's row: ``Weight 206 [x] lbs [ ] kg``."""
    units = {
        find_unit(box.label, measure)
        for box in page.layout.checkboxes
        if box.is_checked and len(box.label) < 10 and abs(box.bbox.y_mid - answer.label_bbox.y_mid) < 10
    } - {None}
    return units.pop() if len(units) == 1 else None


def _from_both(answer: Answer, page: PageReading) -> Iterator[Candidate]:
    """``Height/Weight: 5'11" / 206 lbs`` under one label: each only with its unit."""
    text, spans = join_words(answer.words)
    for measure, leaf in _MEASURES.values():
        parts = [(m.start(), m.end()) for m in re.finditer(r"[^/,;]+", text)]
        for start, end in parts:
            reading = _parse(measure, text[start:end], None)
            if reading is None or not reading.has_unit or _is_other_unit(text[start:end], measure):
                continue
            words = words_between(answer.words, spans, start + reading.start, start + reading.end)
            yield from_answer(
                f"patient.{leaf}",
                reading.value,
                answer,
                page,
                words=words,
                role=Role.PATIENT,
                is_valid=reading.is_possible,
                validity=_validity(reading),
            )
            break


def _is_other_unit(text: str, measure: Measure) -> bool:
    return find_unit(text, "weight" if measure == "height" else "height") is not None


def _from_line(words: tuple[Word, ...], page: PageReading, answered: set[Measure]) -> Iterator[Candidate]:
    text, spans = join_words(words)
    for measure, pattern in _IN_PROSE.items():
        if measure in answered:
            continue
        found = pattern.search(text)
        if found is None or "loss" in text[: found.start()].casefold()[-12:]:
            continue
        reading = _parse(measure, text[found.end() : found.end() + 24], None)
        if reading is None or reading.start > 0 or not (reading.has_unit and reading.is_possible):
            continue
        inside = words_between(words, spans, found.end(), found.end() + reading.end)
        reason = Reason(code="in_text", text=f"stands behind '{found.group().strip()}' in a line of text")
        yield from_words(f"patient.{_MEASURES[measure][1]}", reading.value, inside, page, role=0.85, reason=reason)


families.register("sex")(_Sex())
families.register("email")(_Email())
families.register("mrn")(_RecordNumber())
families.register("height_weight")(_Body())
