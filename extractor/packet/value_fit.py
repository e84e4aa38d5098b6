"""Answers whose words cannot be what their label seems to ask, asked again by what they are.

``First dose: 12/01/2026`` asks for a day and ``Policy holder: Spouse`` for a relationship: a label read alone leaves
that open, its answer does not.
"""

import re
from collections.abc import Sequence

from extractor.knowledge.dates import read_whole_date
from extractor.knowledge.icd10cm import describe, normalise_code
from extractor.knowledge.phones import parse_phone
from extractor.knowledge.value_kinds import kinds_of
from extractor.packet.answer import Answer
from extractor.packet.questions import Role, fold

_NO_DATE = frozenset({"dose", "drug", "frequency", "directions", "course", "unknown", "duration"})
_BEGINS = re.compile(r"\b(?:first|1st|start|begin|initial|next)", re.IGNORECASE)
_ENDED = re.compile(r"\b(?:last|previous|prior|recent)\b", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)
_UNIT = re.compile(r"^\W*unit\b", re.IGNORECASE)
_HCPCS = re.compile(r"[CJQ]\d{4}", re.IGNORECASE)
"""The shape of a drug's billing code, which a bare ``Code`` beside the drug asks for."""
_OF_OFFICES = frozenset({"phone", "work_phone"})
"""What ``Office`` asks where its telephone stands behind it, and not its street."""
_OFFICES = frozenset({"office", "clinic"})
_HOUSE = re.compile(r"\d+[A-Za-z]? [A-Za-z0-9]")
"""How a street begins: a ``Location`` or ``Site`` that stands so is no practice's name."""
_RECORD_DIGITS = 5
"""Digits from which a hospital's ``Unit #`` is no dwelling but a patient's record."""
_RELATIONS = frozenset({"self", "spouse", "husband", "wife", "child", "parent", "mother", "father", "son", "daughter"})


def fit_questions(answers: Sequence[Answer]) -> list[Answer]:
    """The answers, each with the attribute that its words can be."""
    return [_fit(answer) for answer in answers]


def _fit(answer: Answer) -> Answer:
    if not answer.words:
        return answer
    attribute = _kind(answer)
    return answer if attribute is None else answer.model_copy(update={"attribute": attribute})


def _kind(answer: Answer) -> str | None:
    """What an answer states in spite of its label, None where the label may be right."""
    text = answer.text.strip()
    if answer.attribute in {"full_name", "unknown"} and _MAIL.fullmatch(text):
        return "email"
    if answer.attribute == "full_name" and answer.role is Role.SUBSCRIBER and fold(text) in _RELATIONS:
        return "relationship"
    if answer.attribute == "address_line2" and _UNIT.match(answer.label) and _is_record_number(text):
        return "mrn"
    if answer.attribute in _OF_OFFICES and "address" in kinds_of(text) and parse_phone(text) is None:
        return "address"
    if answer.attribute in _OF_OFFICES and fold(answer.label) in _OFFICES and not re.search(r"\d", text):
        return "practice"
    if answer.attribute == "practice" and _HOUSE.match(text) and "address" in kinds_of(text):
        return "address"
    if answer.attribute == "signature" and _is_date(text):
        return "signature_date"
    if answer.attribute == "diagnosis_code" and _HCPCS.fullmatch(text) and not _is_diagnosis(text):
        return "hcpcs"
    if answer.attribute in _NO_DATE and _is_date(text):
        if _ENDED.search(answer.label):
            return "last_treatment_date"
        if _BEGINS.search(answer.label):
            return "start_date"
        return "other_date" if answer.attribute != "unknown" else None
    return None


def _is_diagnosis(text: str) -> bool:
    code = normalise_code(text)
    return code is not None and describe(code) is not None


def _is_record_number(text: str) -> bool:
    return re.fullmatch(r"[\w-]+", text) is not None and sum(c.isdigit() for c in text) >= _RECORD_DIGITS


def _is_date(text: str) -> bool:
    return read_whole_date(text) is not None and sum(c.isdigit() for c in text) >= 3 and len(text) < 20
