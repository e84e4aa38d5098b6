"""Whether words are, as a whole, a value of the kind that a question asks: ``IV`` for a route, ``12`` for refills."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from extractor.fields.numbers import find_phones
from extractor.knowledge.addresses import parse_address
from extractor.knowledge.allergies import is_allergen, is_none_known
from extractor.knowledge.dates import parse_date
from extractor.knowledge.doses import find_routes, parse_doses
from extractor.knowledge.drugs import DOUBTFUL, find_drugs
from extractor.knowledge.frequencies import read_frequency
from extractor.knowledge.organisations import is_payer_name, is_plan_name
from extractor.packet import Role
from extractor.packet.questions import Question, read_label
from models.stages.text import Word, join_words

_LEAST_SCORE = 0.96
"""Of a label, from which on it is taken for one where no colon shows it."""
_MOST_LETTERS_OF_A_PHONE = 4
_NONE = re.compile(r"^(?:none(?: (?:needed|required|ordered))?|n\s?/?\s?a|nkda)\W*$", re.IGNORECASE)
_OF_PAYER_LABELS = re.compile(r"\b(?:payer|payor|carrier|insurer|primary|secondary|tertiary)\b", re.IGNORECASE)


def find_test(question: Question | None) -> Callable[[Sequence[Word], date], bool] | None:
    """What tells an answer to the question; None where any words may be one."""
    if question is None or question.score < _LEAST_SCORE:
        return None
    if question.attribute == "full_name":
        return _is_name if question.role is Role.SUBSCRIBER else None
    return _FITS.get(question.attribute)


def _text(words: Sequence[Word]) -> str:
    return join_words(words)[0].strip(" .,;")


def _is_route(words: Sequence[Word], _today: date) -> bool:
    found = find_routes(_text(words))
    return len(found) == 1 and len(words) <= 2


def _is_frequency(words: Sequence[Word], _today: date) -> bool:
    text = _text(words)
    read = read_frequency(text)
    return read is not None and read.start == 0 and not read.is_ambiguous and len(words) <= 12


def _is_direction(words: Sequence[Word], today: date) -> bool:
    return _is_frequency(words, today) or _is_dose(words, today)


def _is_span(words: Sequence[Word], _today: date) -> bool:
    form = r"(?:\d{1,2}|one|two|three|six|twelve) ?-?(?:days?|weeks?|wks?|months?|mos?|years?|yrs?)"
    return re.fullmatch(form, _text(words), re.IGNORECASE) is not None


def _is_count(words: Sequence[Word], _today: date) -> bool:
    return re.fullmatch(r"\d{1,2}|none|zero", _text(words), re.IGNORECASE) is not None


def _is_date(words: Sequence[Word], today: date) -> bool:
    return len(words) <= 4 and words[0].text[:1].isalnum() and parse_date(_text(words), today=today) is not None


def _is_dose(words: Sequence[Word], _today: date) -> bool:
    doses = parse_doses(_text(words))
    return bool(doses) and doses[0].start == 0 and doses[0].kind == "dose"


def _is_drug(words: Sequence[Word], _today: date) -> bool:
    drugs = find_drugs(_text(words))
    return bool(drugs) and drugs[0].start <= 1 and drugs[0].score > DOUBTFUL and drugs[0].infused


def _is_code(words: Sequence[Word], _today: date) -> bool:
    return re.fullmatch(r"[A-Z]\d{4}", _text(words)) is not None


def _names_drug(words: Sequence[Word], _today: date) -> bool:
    text = _text(words)
    drugs = find_drugs(text, is_named=True)
    return _NONE.match(text) is not None or (bool(drugs) and drugs[0].start <= 1 and drugs[0].score > DOUBTFUL)


def _is_allergy(words: Sequence[Word], _today: date) -> bool:
    first = re.split(r"[,;(]", _text(words))[0].strip()
    return is_none_known(first) or is_allergen(first)


def _is_payer(words: Sequence[Word], _today: date) -> bool:
    is_labelled = _OF_PAYER_LABELS.search(_text(words)) is not None
    return len(words) <= 6 and not is_labelled and is_payer_name(_text(words)) and not find_phones(words, "US")


def _is_identifier(words: Sequence[Word], _today: date) -> bool:
    text = _text(words)
    return (
        len(words) == 1
        and re.fullmatch(r"(?=.*\d)[A-Z0-9\-]{6,20}|[A-Z0-9]*[A-Z][A-Z0-9]*\d[A-Z0-9]*", text) is not None
    )


def _is_phone(words: Sequence[Word], _today: date) -> bool:
    return len(find_phones(words, "US")) == 1 and sum(c.isalpha() for c in _text(words)) <= _MOST_LETTERS_OF_A_PHONE


def _is_address(words: Sequence[Word], _today: date) -> bool:
    read = parse_address(_text(words))
    return read is not None and {"line1", "postal_code"} <= read.parts.keys()


def _is_plan(words: Sequence[Word], today: date) -> bool:
    is_bare = len(words) <= 5 and not any(character in "?:" for character in _text(words))
    return is_bare and (is_plan_name(_text(words)) or _is_payer(words, today))


def _is_name(words: Sequence[Word], _today: date) -> bool:
    is_written = all(re.fullmatch(r"[A-Z][A-Za-z'.\-]*,?", word.text) for word in words)
    return 2 <= len(words) <= 4 and is_written and read_label(_text(words)) is None


_FITS: dict[str, Callable[[Sequence[Word], date], bool]] = {
    "route": _is_route,
    "frequency": _is_frequency,
    "directions": _is_direction,
    "duration": _is_span,
    "refills": _is_count,
    "start_date": _is_date,
    "last_treatment_date": _is_date,
    "order_date": _is_date,
    "dose": _is_dose,
    "drug": _is_drug,
    "hcpcs": _is_code,
    "premedication": _names_drug,
    "prior_therapy": _names_drug,
    "allergies": _is_allergy,
    "payer": _is_payer,
    "plan": _is_plan,
    "payer_phone": _is_phone,
    "home_phone": _is_phone,
    "mobile_phone": _is_phone,
    "work_phone": _is_phone,
    "phone": _is_phone,
    "fax": _is_phone,
    "address": _is_address,
    "home_address": _is_address,
    "member_id": _is_identifier,
    "group_number": _is_identifier,
}
"""Whether the rest of a line is a value of what its first words ask."""
