"""Fields by regular expressions alone: what an afternoon with a text reader gives, to compare with.

Each expression is anchored at a label, takes what follows on the same or the next line, and the first hit of the fax
wins. Addresses, coverages beyond two numbers, laboratory values and signatures are not tried. Normalisation is
what a regular expression can do: digits of telephones, month/day/year, the generic name of a brand.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from extractor.knowledge.formulary import load

GAP = r"[\s:#.)\-_]{0,12}"
PHONE = r"(\(?\d{3}\)?[\s.\-]{0,3}\d{3}[\s.\-]{0,3}\d{4})"
DATE = r"(\d{1,2}[/\-.]\d{1,2}[/\-.](?:\d{4}|\d{2}))"
NUMBER = r"([A-Z0-9][A-Z0-9\-]{3,})"
NAME = r"([A-Z][\w'\-]+(?:[ ]?,[ ]?|[ ]+(?:[A-Z]\.?[ ]+)?)[A-Z][\w'\-]+)"
WORD = r"([A-Z][\w'\-]+)"
CODE = r"([A-TV-Z]\d[0-9A-Z]\.?[0-9A-Z]{0,4})\b"
AMOUNT = r"(\d+(?:\.\d+)?\s?(?:mg/kg|mg/m2|g/kg|mcg|mg|units|g)\b)"

Found = tuple[str, str | float]
"""A field's path and its value."""


def find_fields(pages: Sequence[Sequence[str]]) -> dict[str, tuple[str | float, int]]:
    """Path to (value, 1-based page) of every field that some expression finds; ``pages`` are their lines of text."""
    found: dict[str, tuple[str | float, int]] = {}
    for page_no, lines in enumerate(pages, start=1):
        text = "\n".join(lines)
        for path, value in (*_labelled(text), *_names(text), *_drug(text), *_allergies(text)):
            found.setdefault(path, (value, page_no))
    return found


def _phone(text: str) -> str:
    return "+1" + re.sub(r"\D", "", text)


def _date(text: str) -> str:
    month, day, year = re.split(r"[/\-.]", text)
    return f"{_century(year)}-{month:0>2}-{day:0>2}"


def _century(year: str) -> str:
    return year if len(year) == 4 else ("20" if int(year) <= 30 else "19") + year


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _plain(text: str) -> str:
    return text.strip()


def _sex(text: str) -> str:
    return "female" if text[0] in "Ff" else "male"


def _every(text: str) -> str:
    return f"every {_digits(text)} weeks"


LABELLED: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("patient.date_of_birth", rf"(?:D\.?O\.?B|Date of Birth|Birth ?date){GAP}{DATE}", _date),
    ("patient.sex", rf"(?:Sex|Gender){GAP}(female|male|F|M)\b", _sex),
    ("patient.mrn", rf"(?:MRN|Medical Record (?:No|Number)){GAP}{NUMBER}", _plain),
    ("patient.home_phone", rf"(?:Home|Patient) (?:Phone|Tel)\w*{GAP}{PHONE}", _phone),
    ("patient.mobile_phone", rf"(?:Cell|Mobile)(?: Phone)?{GAP}{PHONE}", _phone),
    ("patient.work_phone", rf"Work(?: Phone)?{GAP}{PHONE}", _phone),
    ("patient.email", r"E-?mail[\s:]*([\w.+\-]+@[\w\-]+\.[\w.]+)", _plain),
    ("prescriber.npi", rf"NPI(?: No| Number)?{GAP}(\d(?: ?\d){{9}})\b", _digits),
    ("prescriber.phone", rf"(?:Office|Practice|Clinic|Provider|Prescriber) (?:Phone|Tel)\w*{GAP}{PHONE}", _phone),
    ("prescriber.fax", rf"\bFax(?: No| Number)?{GAP}{PHONE}", _phone),
    ("prescriber.credentials", r",[ ]?(MD|M\.D\.|DO|NP|PA-C|APRN)\b", lambda text: text.replace(".", "")),
    ("coverages[0].member_id", rf"(?:Member|Subscriber|Policy) ?(?:ID|No|Number){GAP}{NUMBER}", _plain),
    ("coverages[0].group_number", rf"(?:Group|Grp)(?: No| Number| ID)?{GAP}{NUMBER}", _plain),
    ("diagnoses[0].code", rf"(?:ICD|Dx|Diagnos[ei]s)[^\n]{{0,40}}?\b{CODE}", _plain),
    ("orders[0].dose", rf"(?:Dose|Dosage){GAP}{AMOUNT}", _plain),
    ("orders[0].route", rf"Route{GAP}(IV|SC|IM|PO)\b", _plain),
    ("orders[0].frequency", r"\b((?:every|q) ?\d+ ?(?:weeks?|wks?|w)\b)", _every),
    ("orders[0].refills", rf"Refills{GAP}(\d+)\b", _plain),
    ("orders[0].date", rf"(?:Order Date|Date of Order|Date Ordered){GAP}{DATE}", _date),
)
TRIED = frozenset(path.replace("[0]", "[]") for path, _, _ in LABELLED) | {
    "patient.first_name", "patient.last_name", "patient.height_cm", "patient.weight_kg", "patient.allergies[]",
    "prescriber.first_name", "prescriber.last_name", "orders[].drug", "orders[].brand",
}  # fmt: skip
"""The fields that some expression looks for."""

_COMPILED = [(path, re.compile(pattern, re.IGNORECASE), convert) for path, pattern, convert in LABELLED]
_PATIENT = re.compile(rf"(?:Patient(?:'s)? Name|Patient|Name of Patient){GAP}{NAME}")
_PRESCRIBER = re.compile(rf"(?:Prescriber|Physician|Provider)(?:'s)?(?: Name)?{GAP}(?:Dr\.? )?{NAME}")
_PARTS = (
    ("first_name", re.compile(rf"First(?: Name)?{GAP}{WORD}")),
    ("last_name", re.compile(rf"Last(?: Name)?{GAP}{WORD}")),
)
_WEIGHT = re.compile(r"(?:Weight|Wt)[\s:.]*(\d+(?:\.\d+)?)\s*(kg|lbs?)", re.IGNORECASE)
_HEIGHT = re.compile(r"(?:Height|Ht)[\s:.]*(\d+(?:\.\d+)?)\s*(cm|in)", re.IGNORECASE)
_ALLERGIES = re.compile(r"Allerg(?:y|ies)[\s:]*([^\n]{3,60})", re.IGNORECASE)


def _labelled(text: str) -> Iterator[Found]:
    for path, pattern, convert in _COMPILED:
        match = pattern.search(text)
        if match is not None:
            yield path, convert(match.group(1))
    weight, height = _WEIGHT.search(text), _HEIGHT.search(text)
    if weight is not None:
        yield "patient.weight_kg", round(float(weight[1]) * (1 if weight[2].lower() == "kg" else 0.45359237), 1)
    if height is not None:
        yield "patient.height_cm", round(float(height[1]) * (1 if height[2].lower() == "cm" else 2.54), 1)


def _names(text: str) -> Iterator[Found]:
    for role, pattern in (("patient", _PATIENT), ("prescriber", _PRESCRIBER)):
        match = pattern.search(text)
        if match is not None:
            first, last = _split(match.group(1))
            yield f"{role}.first_name", first
            yield f"{role}.last_name", last
    for name, pattern in _PARTS:
        match = pattern.search(text)
        if match is not None:
            yield f"patient.{name}", match.group(1)


def _split(name: str) -> tuple[str, str]:
    """First and last name: turned round at a comma."""
    if "," in name:
        last, _, first = name.partition(",")
        return first.strip(), last.strip()
    words = name.split()
    return words[0], words[-1]


def _drug(text: str) -> Iterator[Found]:
    pattern, generics = _drug_names()
    match = pattern.search(text)
    if match is not None:
        generic, brand = generics[match.group(1).casefold()]
        yield "orders[0].drug", generic
        if brand is not None:
            yield "orders[0].brand", brand


@cache
def _drug_names() -> tuple[re.Pattern[str], dict[str, tuple[str, str | None]]]:
    """An expression of all infused drugs' names, and each name's generic and brand."""
    names: dict[str, tuple[str, str | None]] = {}
    for drug in load().drugs:
        if drug.infused:
            names.setdefault(drug.generic.casefold(), (drug.generic, None))
            for brand in drug.brands:
                names.setdefault(brand.casefold(), (drug.generic, brand))
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"\b({'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE), names


def _allergies(text: str) -> Iterator[Found]:
    match = _ALLERGIES.search(text)
    if match is None:
        return
    if re.search(r"NKDA|no known|none", match.group(1), re.IGNORECASE):
        yield "patient.allergies[0]", "NKDA"
        return
    for number, name in enumerate(part.strip() for part in re.split(r"[,;]", match.group(1))):
        yield f"patient.allergies[{number}]", name
