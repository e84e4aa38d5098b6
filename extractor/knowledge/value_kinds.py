"""What a few written words can be an answer to, by their shape and by what is known: dates, numbers, drugs, places."""

import re
from collections.abc import Callable
from functools import lru_cache

from extractor.knowledge.addresses import is_street, parse_address
from extractor.knowledge.allergies import is_allergen, is_none_known
from extractor.knowledge.body import find_unit
from extractor.knowledge.dates import find_whole_dates, read_whole_date
from extractor.knowledge.doses import find_routes, parse_doses
from extractor.knowledge.drugs import DOUBTFUL, find_drugs
from extractor.knowledge.frequencies import parse_duration, read_frequency
from extractor.knowledge.icd10cm import describe, find_codes
from extractor.knowledge.npi import is_valid_npi
from extractor.knowledge.organisations import is_payer_name, is_plan_name, is_practice_name
from extractor.knowledge.phones import parse_phone

_DATES = frozenset({"date_of_birth", "order_date", "start_date", "last_treatment_date", "signature_date"})
_PHONES = frozenset({"phone", "home_phone", "mobile_phone", "work_phone", "fax", "payer_phone"})
_IDENTIFIERS = frozenset({"member_id", "group_number", "mrn"})
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)
_IDENTIFIER = re.compile(r"(?=(?:.*\d){3})[A-Z0-9\-]{5,20}", re.IGNORECASE)
_COUNT = re.compile(r"\d{1,2}|none|zero", re.IGNORECASE)
_SEX = re.compile(r"m|f|male|female|man|woman", re.IGNORECASE)
_YEARS = re.compile(r"\b(?:19|20)\d\d\b")
_NAME = re.compile(r"(?:[A-Z][\w'.\-]*,? ?){2,5}")
_WORD = re.compile(r"[A-Z][\w'.\-]+")
_LONGEST = 12
"""Words of a date, a number or a name."""


@lru_cache(maxsize=5_000)
def kinds_of(text: str) -> frozenset[str]:
    """The attributes that ``text`` as a whole can answer; empty where nothing known is of this shape."""
    bare = text.strip(" .,;:")
    return frozenset(kind for test, kinds in _TESTS if test(bare) for kind in kinds) if bare else frozenset()


def fits(key: str, text: str) -> bool | None:
    """Whether ``text`` is a value of what a key of the label vocabulary asks; None where any words may be one."""
    kinds = _KINDS_OF_KEY.get(key.rpartition(".")[2])
    if kinds is None or not text.strip():
        return None
    return not kinds.isdisjoint(kinds_of(text))


def _is_date(text: str) -> bool:
    return len(text) < 20 and sum(c.isdigit() for c in text) >= 3 and read_whole_date(text) is not None


def _is_phone(text: str) -> bool:
    return len(text) < 24 and sum(c.isalpha() for c in text) <= 4 and parse_phone(text) is not None


def _is_npi(text: str) -> bool:
    digits = re.sub(r"[\s-]", "", text)
    return re.fullmatch(r"[12]\d{9}", digits) is not None and is_valid_npi(digits)


def _is_identifier(text: str) -> bool:
    return _IDENTIFIER.fullmatch(text) is not None and not _is_date(text) and not _is_phone(text)


def _is_address(text: str) -> bool:
    read = parse_address(text)
    return read is not None and {"line1", "postal_code"} <= read.parts.keys()


def _is_town(text: str) -> bool:
    read = parse_address(text)
    return read is not None and {"city", "state", "postal_code"} <= read.parts.keys() and "line1" not in read.parts


def _is_weight(text: str) -> bool:
    return text[:1].isdigit() and len(text) < 24 and find_unit(text, "weight") is not None and not parse_phone(text)


def _is_height(text: str) -> bool:
    return text[:1].isdigit() and len(text) < 24 and find_unit(text, "height") is not None and not _is_weight(text)


def _is_dose(text: str) -> bool:
    doses = parse_doses(text)
    return bool(doses) and doses[0].start == 0 and doses[0].kind == "dose" and not _is_weight(text)


def _is_route(text: str) -> bool:
    return len(find_routes(text)) == 1 and len(text.split()) <= 2


def _is_frequency(text: str) -> bool:
    read = read_frequency(text)
    return read is not None and read.start == 0 and not read.is_ambiguous and len(text.split()) <= _LONGEST


def _is_sig(text: str) -> bool:
    return bool(parse_doses(text)) and read_frequency(text) is not None


def _is_span(text: str) -> bool:
    return len(text.split()) <= 3 and parse_duration(text) is not None


def _is_infused(text: str) -> bool:
    drugs = find_drugs(text)
    return bool(drugs) and drugs[0].start <= 1 and drugs[0].score > DOUBTFUL and drugs[0].infused


def _is_drug(text: str) -> bool:
    drugs = find_drugs(text, is_named=True)
    return bool(drugs) and drugs[0].start <= 1 and drugs[0].score > DOUBTFUL


def _is_therapy(text: str) -> bool:
    return _is_drug(text) and not find_whole_dates(text) and (_YEARS.search(text) is not None or not _is_dosed(text))


def _is_dosed(text: str) -> bool:
    return _is_drug(text) and bool(parse_doses(text))


def _is_diagnosis(text: str) -> bool:
    codes = find_codes(text)
    return bool(codes) and codes[0].start <= 1 and describe(codes[0].code) is not None


def _is_diagnosed(text: str) -> bool:
    codes = find_codes(text)
    return any(describe(code.code) is not None for code in codes) and not _is_diagnosis(text)


def _is_allergy(text: str) -> bool:
    first = re.split(r"[,;(]", text)[0].strip()
    return is_none_known(first) or is_allergen(first)


def _is_name(text: str) -> bool:
    is_other = is_practice_name(text) or is_payer_name(text) or _is_drug(text)
    return _NAME.fullmatch(text) is not None and not is_other


_TESTS: tuple[tuple[Callable[[str], bool], frozenset[str]], ...] = (
    (_is_date, _DATES),
    (_is_phone, _PHONES),
    (_is_npi, frozenset({"npi"})),
    (_is_identifier, _IDENTIFIERS),
    (_is_address, frozenset({"address"})),
    (_is_town, frozenset({"city_state_zip"})),
    (lambda text: is_street(text) and 2 < len(text.split()) <= _LONGEST, frozenset({"street"})),
    (lambda text: _WORD.fullmatch(text) is not None, frozenset({"word"})),
    (_is_weight, frozenset({"weight"})),
    (_is_height, frozenset({"height"})),
    (_is_dose, frozenset({"dose"})),
    (_is_route, frozenset({"route"})),
    (_is_frequency, frozenset({"frequency"})),
    (_is_sig, frozenset({"directions"})),
    (_is_span, frozenset({"duration"})),
    (lambda text: _COUNT.fullmatch(text) is not None, frozenset({"refills"})),
    (_is_infused, frozenset({"drug"})),
    (_is_therapy, frozenset({"prior_therapy"})),
    (_is_dosed, frozenset({"premedication"})),
    (_is_diagnosis, frozenset({"diagnosis_code", "other_diagnosis_code"})),
    (_is_diagnosed, frozenset({"diagnosis"})),
    (_is_allergy, frozenset({"allergies"})),
    (lambda text: _SEX.fullmatch(text) is not None, frozenset({"sex"})),
    (lambda text: _MAIL.fullmatch(text) is not None, frozenset({"email"})),
    (is_payer_name, frozenset({"payer"})),
    (is_plan_name, frozenset({"plan"})),
    (is_practice_name, frozenset({"practice"})),
    (_is_name, frozenset({"full_name", "provider_name"})),
)

_KINDS_OF_KEY: dict[str, frozenset[str]] = {
    **dict.fromkeys(("date", "date_of_birth", "start_date", "last_treatment_date", "signature_date"), _DATES),
    **dict.fromkeys(("phone", "home_phone", "mobile_phone", "work_phone", "fax", "payer_phone"), _PHONES),
    **dict.fromkeys(("collected", "received", "reported", "subscriber_dob"), _DATES),
    **dict.fromkeys(("npi", "group_npi"), frozenset({"npi"})),
    **dict.fromkeys(("mrn", "member_id", "group_number"), _IDENTIFIERS),
    **dict.fromkeys(("address",), frozenset({"address", "street"})),
    **dict.fromkeys(("name", "first_name", "last_name", "middle_name"), frozenset({"full_name", "word"})),
    "city": frozenset({"word", "full_name", "city_state_zip"}),
    "code": frozenset({"diagnosis_code"}),
    "drug": frozenset({"drug", "premedication", "prior_therapy"}),
    "premedications": frozenset({"premedication", "prior_therapy"}),
    "allergies": frozenset({"allergies"}),
    **{each: frozenset({each}) for each in ("weight", "height", "email", "sex", "dose", "route", "frequency")},
    **{each: frozenset({each}) for each in ("duration", "refills", "city_state_zip")},
}
"""What the last part of a key can be answered by; the keys that any words may answer are left out."""
