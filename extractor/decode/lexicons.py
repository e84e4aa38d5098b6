"""The value that a text of a field with known words is: what the field's own vocabulary makes of it."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from extractor.knowledge.allergies import is_allergen, read_allergies
from extractor.knowledge.doses import parse_doses, parse_route
from extractor.knowledge.drugs import find_drugs
from extractor.knowledge.frequencies import parse_frequency
from extractor.knowledge.lab_tests import match_test
from extractor.knowledge.lab_values import read_number
from extractor.knowledge.lab_words import known_units, near_unit, near_word, read_unit, read_word
from models.record.list_places import leaf_name


def read_known(path: str, text: str) -> str | None:
    """What ``text`` is by the vocabulary of the field at ``path``, None where that has no word for it.

    Texts of one value give the same, so that a misreading that changes nothing counts for what was meant.
    """
    read = _READERS.get(leaf_name(path))
    return None if read is None else _read(read, text)


@lru_cache(maxsize=8192)
def _read(read: Callable[[str], str | None], text: str) -> str | None:
    return read(text) or None


def _test(text: str) -> str | None:
    match = match_test(text)
    return None if match is None else " ".join(sorted(test.key for test in match.tests))


def _unit(text: str) -> str | None:
    unit = read_unit(text)
    return near_unit(text, known_units()) if unit is None else unit.ucum


def _result(text: str) -> str | None:
    number = read_number(text)
    return (read_word(text) or near_word(text)) if number is None else number.value


def _drugs(text: str) -> str:
    return " ".join(f"{drug.generic} {drug.brand or ''}" for drug in find_drugs(text, is_named=True))


def _doses(text: str) -> str:
    return " ".join(dose.value for dose in parse_doses(text))


def _allergy(text: str) -> str:
    known = (one for one in read_allergies(text) if one.read is not None or is_allergen(one.value))
    return " ".join(one.value.casefold() for one in known)


_READERS: Mapping[str, Callable[[str], str | None]] = {
    "test": _test,
    "unit": _unit,
    "result": _result,
    "drug": _drugs,
    "dose": _doses,
    "route": parse_route,
    "frequency": parse_frequency,
    "allergies": _allergy,
}
