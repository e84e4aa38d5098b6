"""What a person types into a field, to the record's format; what cannot be the field's value is refused with a reason.

A message never repeats what was typed.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date

from extractor.errors import InvalidEntry
from extractor.knowledge.addresses import parse_postal_code, parse_state
from extractor.knowledge.body import BodyReading, parse_height, parse_weight
from extractor.knowledge.dates import DateKind, parse_date
from extractor.knowledge.doses import find_routes, parse_doses
from extractor.knowledge.drugs import find_drugs
from extractor.knowledge.formulary import products
from extractor.knowledge.frequencies import find_frequencies, parse_duration
from extractor.knowledge.icd10cm import is_code, normalise_code
from extractor.knowledge.lab_values import read_number
from extractor.knowledge.names import parse_credentials
from extractor.knowledge.npi import is_valid_npi
from extractor.knowledge.phones import parse_phone
from models.record.list_places import leaf_name, unplaced

Entered = str | float | bool | int
Reader = Callable[[str, date], Entered | None]
"""The value that a text is, None where it is none; the day is today."""

LONGEST = 200
"""Characters of one answer."""
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "sex": ("female", "male", "other", "unknown"),
    "priority": ("routine", "urgent", "stat"),
    "rank": ("primary", "secondary", "tertiary"),
    "relationship": ("self", "spouse", "child", "parent", "other"),
    "flag": ("H", "L", "A", "HH", "LL"),
}
_LAB_STATUS = ("final", "preliminary", "pending", "cancelled")
_RESULT_WORDS = frozenset(
    {"negative", "positive", "reactive", "non-reactive", "indeterminate", "detected", "not detected"}
)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_YES, _NO = frozenset({"yes", "y", "true", "signed"}), frozenset({"no", "n", "false", "unsigned", "not signed"})
_BESIDE_ROUTE = frozenset({"", "infusion", "injection"})
_SCHEME = re.compile(
    r"(?:(?<![a-z])(?:every|each|other|once|twice|times?|x|then|thereafter|followed|by|and|at|on|in|to|for|over|a|per|"
    r"total|of|consecutive|only|single|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|"
    r"fourteen|twenty|fifty|hours?|hrs?|h|days?|d|daily|weeks?|wks?|w|weekly|months?|mos?|mths?|m|monthly|years?|yrs?|"
    r"y|yearly|annually|doses?|infusions?|treatments?|cycles?|q|qd|qw|qm|qy|qod|qow|bid|tid|qid)(?![a-z])"
    r"|(?<![a-z])[bqt]\.i\.d\.|[\d\s,;.&/+()#\u00d7\u2013-])+",
    re.IGNORECASE,
)
"""The only words that a scheme of doses is written with."""
_LASTING = re.compile(
    r"(?:(?:for|x|\u00d7|duration(?: of)?:?)\s*)?(?:\d{1,3}(?:\s?(?:-|\u2013|to|or)\s?\d{1,3})?|"
    r"(?:(?:twenty|fifty)[ -])?[a-z]+)(?:\s*\(\s*\w+\s*\))?\s*-?\s*(?:days?|weeks?|wks?|months?|mos?|years?|yrs?)\.?",
    re.IGNORECASE,
)
_RESULT = re.compile(r"(?:<=|>=|<|>)?-?\d+(?:\.\d+)?")


def read_entry(path: str, text: str, today: date) -> Entered:
    """The value of the field at ``path`` that ``text`` is, in the record's format.

    Raises ``InvalidEntry`` that says what is wanted: a check digit that fails, a day that does not exist, a code or a
    drug that nobody knows. Dates are month first.
    """
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    if not plain:
        raise InvalidEntry("Nothing is entered: type a value, or answer blank, illegible or not on form.")
    if len(plain) > LONGEST or any(unicodedata.category(character)[0] == "C" for character in plain):
        raise InvalidEntry(f"At most {LONGEST} printable characters can be a value: shorten it.")
    if unplaced(path) == "orders[].drug":
        return _read_drug(plain)
    reader, wanted = _reader(path)
    value = reader(plain, today)
    if value is None:
        raise InvalidEntry(wanted)
    return value


def _reader(path: str) -> tuple[Reader, str]:
    """How the field at ``path`` is read and what to say where that fails."""
    leaf, place = leaf_name(path), unplaced(path)
    if place.startswith("lists."):
        return _read_count, "A count is a whole number, 0 or more."
    if place == "labs[].status":
        return _choice(_LAB_STATUS), f"One of: {', '.join(_LAB_STATUS)}."
    if leaf == "state":
        return _read_state, "A state is two letters, such as CO."
    if leaf in _CHOICES:
        return _choice(_CHOICES[leaf]), f"One of: {', '.join(_CHOICES[leaf])}."
    if place in {"prior_therapies[].start", "prior_therapies[].stop"}:
        return _date("any"), "Not a date that exists: type it as 03/14/2019, 03/2019 or 2019."
    return _READERS.get(leaf) or _READERS.get(place) or (_read_text, "This cannot be a value of this field.")


def _choice(values: tuple[str, ...]) -> Reader:
    """One of these words, also by a beginning that only one of them has."""

    def read(text: str, today: date) -> str | None:  # noqa: ARG001 - a Reader
        folded = text.casefold()
        whole = [value for value in values if value.casefold() == folded]
        begun = [value for value in values if value.casefold().startswith(folded)]
        return whole[0] if whole else begun[0] if len(begun) == 1 else None

    return read


def _date(kind: DateKind) -> Reader:
    def read(text: str, today: date) -> str | None:
        reading = parse_date(text, today=today, kind=kind)
        if reading is None or reading.is_ambiguous or reading.is_repaired:
            return None
        if any(reason.code == "other_text" for reason in reading.reasons):
            return None
        is_whole = len(reading.value) == len("2030-01-01")
        return reading.value if is_whole or kind == "any" else None

    return read


def _read_text(text: str, today: date) -> str:  # noqa: ARG001 - a Reader
    return text


def _read_count(text: str, today: date) -> int | None:  # noqa: ARG001
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 else None


def _read_npi(text: str, today: date) -> str | None:  # noqa: ARG001
    digits = re.sub(r"[\s-]", "", text)
    return digits if is_valid_npi(digits) else None


def _read_phone(text: str, today: date) -> str | None:  # noqa: ARG001
    reading = parse_phone(text.replace(";ext=", " ext "))
    if reading is None or not reading.is_valid or any(reason.code == "repaired" for reason in reading.reasons):
        return None
    return reading.e164 if reading.extension is None else f"{reading.e164};ext={reading.extension}"


def _read_code(text: str, today: date) -> str | None:  # noqa: ARG001
    code = normalise_code(text)
    return code if code is not None and is_code(code) else None


def _read_drug(text: str) -> str:
    """The generic name; a name that nobody knows is taken only where it is not nearly a known one."""
    generics = {drug.generic for drug in products(text)}
    if len(generics) == 1:
        return generics.pop()
    if len(generics) > 1:
        raise InvalidEntry("Several drugs have this name: type the generic name.")
    near = find_drugs(text, is_named=True)
    if near:
        raise InvalidEntry("This is nearly a known drug's name: check its spelling, without dose or route.")
    return text.casefold()


def _read_dose(text: str, today: date) -> str | None:  # noqa: ARG001
    found = parse_doses(text)
    if len(found) != 1 or found[0].kind != "dose" or found[0].is_repaired:
        return None
    is_all = not (text[: found[0].start] + text[found[0].end :]).strip()
    return found[0].value if is_all else None


def _read_route(text: str, today: date) -> str | None:  # noqa: ARG001
    found = find_routes(text)
    rest = text
    for route in reversed(found):
        rest = rest[: route.start] + " " + rest[route.end :]
    is_all = rest.strip(" .,;()").casefold() in _BESIDE_ROUTE
    values = {route.value for route in found}
    return values.pop() if is_all and len(values) == 1 else None


def _read_frequency(text: str, today: date) -> str | None:  # noqa: ARG001
    """The scheme that the text is as a whole: a condition or an end in it would be lost."""
    single = re.fullmatch(r"(day|week|month) (\d{1,3})", text.casefold())
    if single:
        return single[0]
    plain = text.rstrip(" .")
    found = find_frequencies(plain) if _SCHEME.fullmatch(plain) else ()
    if len(found) != 1 or found[0].is_ambiguous or found[0].reasons:
        return None
    is_all = (found[0].start, found[0].end) == (0, len(plain))
    return found[0].value if is_all else None


def _read_duration(text: str, today: date) -> str | None:  # noqa: ARG001
    return parse_duration(text) if _LASTING.fullmatch(text) else None


def _read_state(text: str, today: date) -> str | None:  # noqa: ARG001
    found = parse_state(text)
    return found[0] if found is not None and not found[1] else None


def _read_postal_code(text: str, today: date) -> str | None:  # noqa: ARG001
    found = re.fullmatch(r"\d{5}(-?\d{4})?", text)
    read = parse_postal_code(text) if found else None
    return None if read is None else read[0]


_SURELY_CM = 100.0


def _read_height(text: str, today: date) -> float | None:  # noqa: ARG001
    reading, printed = parse_height(text, "cm"), parse_height(text)
    is_bare = printed is not None and not printed.has_unit
    if reading is not None and is_bare and reading.value < _SURELY_CM:
        return None  # 67 is an infant in centimetres and a grown person in inches
    return _read_measure(reading, text)


def _read_weight(text: str, today: date) -> float | None:  # noqa: ARG001
    return _read_measure(parse_weight(text, "kg"), text)


def _read_measure(reading: BodyReading | None, text: str) -> float | None:
    """A reading that is possible and the whole text: of ``80 or 90`` neither is said."""
    if reading is None or not reading.is_possible:
        return None
    is_all = not (text[: reading.start] + text[reading.end :].rstrip(" .")).strip()
    return reading.value if is_all else None


def _read_flag(text: str, today: date) -> bool | None:  # noqa: ARG001
    folded = text.casefold()
    return True if folded in _YES else False if folded in _NO else None


def _read_credentials(text: str, today: date) -> str | None:  # noqa: ARG001
    return parse_credentials(text)


def _read_result(text: str, today: date) -> str | None:  # noqa: ARG001
    """A number as printed, or one of the words."""
    if _RESULT.fullmatch(squeezed := text.replace(" ", "")):
        return squeezed
    if text.casefold() in _RESULT_WORDS:
        return text.casefold()
    reading = read_number(text)
    return text if reading is not None and reading.value == text else None


def _shape(pattern: str) -> Reader:
    """A text of this shape, in capitals."""
    form = re.compile(pattern)

    def read(text: str, today: date) -> str | None:  # noqa: ARG001 - a Reader
        upper = text.upper()
        return upper if form.fullmatch(upper) else None

    return read


def _read_email(text: str, today: date) -> str | None:  # noqa: ARG001
    return text if _EMAIL.fullmatch(text) else None


_PHONE = (_read_phone, "A phone or fax number has ten digits with its area code: 303-555-0147.")
_DAY = (_date("event"), "Not a day that exists near today: type it as 11/20/2026.")
_READERS: Mapping[str, tuple[Reader, str]] = {
    "date_of_birth": (_date("birth"), "Not a date of birth that is possible: type it as 02/21/1951."),
    "orders[].date": _DAY,
    "start_date": _DAY,
    "last_treatment_date": _DAY,
    "signature_date": _DAY,
    "collected": _DAY,
    "home_phone": _PHONE,
    "mobile_phone": _PHONE,
    "work_phone": _PHONE,
    "payer_phone": _PHONE,
    "phone": _PHONE,
    "fax": _PHONE,
    "email": (_read_email, "An e-mail address has one @ and a domain."),
    "npi": (_read_npi, "An NPI is ten digits whose check digit fits: compare it digit by digit."),
    "postal_code": (_read_postal_code, "A postal code is 12345 or 12345-6789."),
    "height_cm": (_read_height, "One height that is possible; below 100 with its unit: 170.2, 67 in, 5 ft 7 in."),
    "weight_kg": (_read_weight, "One weight that is possible, in kg or with its unit: 82.5, 180 lb."),
    "diagnoses[].code": (_read_code, "There is no such ICD-10-CM code: compare it letter by letter."),
    "dose": (_read_dose, "One dose with its unit: 300 mg, 5 mg/kg, 375 mg/m2."),
    "route": (_read_route, "One route and nothing else: IV, SC, IM or PO."),
    "frequency": (
        _read_frequency,
        "A scheme and nothing else, such as: every 8 weeks; weeks 0, 2, 6 then every 8 weeks; once.",
    ),
    "duration": (_read_duration, "How long the order holds and nothing else: 12 months, 1 year."),
    "refills": (_shape(r"\d{1,2}"), "Refills are a number."),
    "hcpcs": (_shape(r"[A-Z]\d{4}"), "A HCPCS code is a letter and four digits: J2350."),
    "bin": (_shape(r"\d{6}"), "A BIN has six digits."),
    "loinc": (_shape(r"\d{1,7}-\d"), "A LOINC code looks like 1988-5."),
    "credentials": (_read_credentials, "Known credentials without dots: MD, DO, NP, PA-C."),
    "signature_present": (_read_flag, "Signed: yes or no."),
    "labs[].result": (_read_result, "A number as printed, or a word such as negative or reactive."),
}
