"""Who the patient is: name, date of birth, telephones. A subscriber, guarantor or contact is somebody else."""

import re
from collections.abc import Iterable
from datetime import date

from extractor.fields.base import Context, families
from extractor.fields.evidence import from_answer, propose_unread_phone
from extractor.fields.names import propose_name_part, propose_whole_name
from extractor.fields.numbers import find_phones
from extractor.knowledge.dates import parse_date
from extractor.packet import Answer, Role
from extractor.packet.questions import fold
from models.record import Alternative, Reason
from models.stages.candidate import Candidate
from models.stages.layout import PageReading

_NAME_PARTS = ("first_name", "middle_name", "last_name", "suffix")
_OURS = frozenset({Role.PATIENT, None})
_PHONES = {
    "home_phone": "home_phone",
    "phone": "home_phone",
    "mobile_phone": "mobile_phone",
    "work_phone": "work_phone",
}
_KINDS = (
    (re.compile(r"\b(cell|mobile|cellular)\b|^[\s(]*[cm]\b"), "mobile_phone"),
    (re.compile(r"\b(work|business|office)\b|^[\s(]*w\b"), "work_phone"),
    (re.compile(r"\bhome\b|^[\s(]*h\b"), "home_phone"),
)


class _PatientName:
    name = "patient_name"
    paths = tuple(f"patient.{part}" for part in _NAME_PARTS)

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        for answer in context.answers[page.page.page_no]:
            if answer.role not in _OURS:
                continue
            if answer.attribute == "full_name" and (answer.role is Role.PATIENT or _has_birth_near(answer, context)):
                yield from propose_whole_name(answer, page, "patient", Role.PATIENT, _NAME_PARTS)
            elif answer.attribute in _NAME_PARTS:
                yield from propose_name_part(answer, page, "patient", Role.PATIENT)


def _has_birth_near(answer: Answer, context: Context) -> bool:
    """Whether a date of birth is asked within two inches: a bare "Name" there is the patient's."""
    return any(
        other.attribute == "date_of_birth"
        and other.role in _OURS
        and abs(other.label_bbox.y_mid - answer.label_bbox.y_mid) < 72
        for other in context.answers[answer.page_no]
    )


class _DateOfBirth:
    name = "date_of_birth"
    paths = ("patient.date_of_birth",)

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        for answer in context.answers[page.page.page_no]:
            # A prescriber has no date of birth on a form: a place that says so is a misread place.
            is_ours = answer.role in _OURS or (answer.role is Role.PRESCRIBER and answer.role_score < 1.0)
            if answer.attribute == "date_of_birth" and is_ours:
                yield from _propose_birth(answer, page, context.today)


def _propose_birth(answer: Answer, page: PageReading, today: date) -> Iterable[Candidate]:
    path = "patient.date_of_birth"
    # Nobody but the patient has "the" date of birth, so a label without a role loses little.
    extra = {"role": max(answer.role_score, 0.9) if answer.role in _OURS else 0.6}
    if not answer.words:
        yield from_answer(path, None, answer, page, role=Role.PATIENT, extra=extra)
        return
    reading = parse_date(answer.text, today=today, kind="birth")
    if reading is None:
        if any(character.isdigit() for character in answer.text):
            why = Reason(code="not_a_date", text="what is written there is no possible date of birth")
            yield from_answer(
                path,
                None,
                answer,
                page,
                role=Role.PATIENT,
                is_valid=False,
                is_illegible=True,
                extra=extra,
                reasons=(why,),
            )
        return
    codes = {reason.code for reason in reading.reasons}
    validity = 1.0 - 0.5 * reading.is_ambiguous - 0.3 * reading.is_repaired - 0.05 * ("other_text" in codes)
    yield from_answer(
        path,
        reading.value,
        answer,
        page,
        role=Role.PATIENT,
        is_valid=not reading.is_ambiguous or not reading.is_repaired,
        validity=max(0.0, validity),
        alternatives=tuple(Alternative[str](value=value) for value in reading.alternatives),
        extra=extra,
        reasons=reading.reasons,
    )


class _PatientPhones:
    name = "patient_phones"
    paths = ("patient.home_phone", "patient.mobile_phone", "patient.work_phone")

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        for answer in context.answers[page.page.page_no]:
            if answer.attribute not in _PHONES:
                continue
            is_named = answer.attribute != "phone"
            if answer.role is Role.PATIENT or (answer.role is None and is_named):
                yield from _propose_phones(answer, page, context)


def _propose_phones(answer: Answer, page: PageReading, context: Context) -> Iterable[Candidate]:
    field = _PHONES[answer.attribute]
    if not answer.words:
        yield from_answer(f"patient.{field}", None, answer, page, role=Role.PATIENT)
        return
    found = find_phones(answer.words, context.country)
    for reading, words, behind in found:
        if reading.e164 in context.receiver_phones:
            continue
        kind = _kind_behind(behind) or _ticked_kind(answer, page) or field
        yield from_answer(
            f"patient.{kind}" if answer.attribute == "phone" or _kind_behind(behind) else f"patient.{field}",
            reading.value,
            answer,
            page,
            words=words,
            role=Role.PATIENT,
            is_valid=reading.is_valid,
            reasons=reading.reasons,
        )
    if not found:
        yield from propose_unread_phone(f"patient.{field}", answer, page, Role.PATIENT)


def _kind_behind(text: str) -> str | None:
    folded = text.casefold()
    return next((kind for pattern, kind in _KINDS if pattern.search(folded)), None)


def _ticked_kind(answer: Answer, page: PageReading) -> str | None:
    """The kind that a ticked box on the answer's row names: "Phone ____ [x] Cell [ ] Home"."""
    for box in page.layout.checkboxes:
        if box.is_checked and abs(box.bbox.y_mid - answer.label_bbox.y_mid) < 9 and len(box.label) < 16:
            kind = _kind_behind(fold(box.label) + " ")
            if kind is not None:
                return kind
    return None


families.register("patient_name")(_PatientName())
families.register("date_of_birth")(_DateOfBirth())
families.register("patient_phones")(_PatientPhones())
