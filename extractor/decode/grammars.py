"""Which texts a field may hold, and what value each of them is: the automata that decoding is bound to."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from extractor.decode.beam import Admits
from extractor.decode.lexicons import read_known
from extractor.knowledge.dates import DateKind, parse_date
from extractor.knowledge.glyphs import strip_accents
from extractor.knowledge.icd10cm import is_code, load, normalise_code
from extractor.knowledge.npi import is_valid_npi
from extractor.knowledge.phones import parse_phone
from models.record.list_places import leaf_name
from models.record.normalise import canonical

_DATES = frozenset({"date_of_birth", "date", "collected", "signature_date", "start_date", "last_treatment_date"})
_PHONES = frozenset({"home_phone", "mobile_phone", "work_phone", "payer_phone", "phone", "fax"})
_A, _9 = "AC-HJKMNP-RT-Y", "0-9"
_MBI = re.compile(f"[1-9][{_A}][{_A}{_9}][{_9}][{_A}][{_A}{_9}][{_9}][{_A}]{{2}}[{_9}]{{2}}")
"""Medicare Beneficiary Identifier: eleven characters, each of its kind; never S, L, O, I, B or Z (CMS, Understanding
the Medicare Beneficiary Identifier Format, 2023)."""
_SIGNS = " ()/.,:;+-'"
_LIKELIER = 20.0
"""How much likelier a text of a known shape is than one that only nearly has it, before the picture is asked."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """``admits``: whether a character may follow a prefix. ``read``: the value that a whole text is, None where it is
    none; texts of one value count together. ``weight``: how likely the text is before anybody looks, 1 for most.
    ``is_typed``: what it reads is in the record's own format.
    """

    admits: Admits
    read: Callable[[str], str | None]
    weight: Callable[[str], float] = lambda _text: 1.0
    is_typed: bool = True


def find_grammar(path: str, text: str, today: date) -> Grammar:
    """The grammar of a field of which ``text`` was read; one that admits every text where none fits the whole of it."""
    leaf, free = leaf_name(path), _free(path)
    typed = _typed(leaf, text, today)
    return typed if typed is not None and (leaf == "npi" or typed.read(text)) and _admits_all(typed, text) else free


def _admits_all(grammar: Grammar, text: str) -> bool:
    """Whether the grammar is of this text: more may stand beside the value, such as an age or a second date."""
    return all(grammar.admits(text[:place], character) for place, character in enumerate(text))


def _typed(leaf: str, text: str, today: date) -> Grammar | None:
    has_letters = any(character.isalpha() for character in text)
    if leaf == "npi" and not has_letters:
        return Grammar(_digits(10, _SIGNS), _read_npi)
    if leaf in _PHONES and not has_letters:
        return Grammar(_digits(11, _SIGNS), _read_phone)
    if leaf in _DATES:
        kind: DateKind = "birth" if leaf == "date_of_birth" else "event"
        admits = _digits(8, _SIGNS, letters=has_letters)
        return Grammar(admits, lambda said: _read_date(said, today, kind))
    if leaf == "postal_code" and not has_letters:
        return Grammar(_digits(9, _SIGNS), _read_postal_code)
    if leaf == "code" and normalise_code(text) is not None:
        return Grammar(_admits_code, _read_code)
    if leaf == "member_id":
        return Grammar(lambda _prefix, _character: True, _read_member_id, _member_weight)
    return None


def _free(path: str) -> Grammar:
    """Every text; known words weigh more, as a drug's name does against one that no list has."""
    return Grammar(
        lambda _prefix, _character: True,
        lambda said: _key(path, said),
        lambda said: 1.0 if read_known(path, said) is None else _LIKELIER,
        is_typed=False,
    )


def _key(path: str, said: str) -> str | None:
    known = read_known(path, said)
    if known is not None:
        return f"= {known}"
    key = canonical(path, strip_accents(said.strip()))
    return str(key) if key else None


def _digits(most: int, signs: str, *, letters: bool = False) -> Admits:
    """At most so many digits with signs between them, and letters where a month may be spelled."""

    def admits(prefix: str, character: str) -> bool:
        if character.isdecimal():
            return sum(one.isdecimal() for one in prefix) < most
        return character in signs or (letters and character.isalpha())

    return admits


def _read_npi(said: str) -> str | None:
    digits = _only_digits(said)
    return digits if is_valid_npi(digits) else None


def _read_phone(said: str) -> str | None:
    reading = parse_phone(said)
    return reading.value if reading is not None and reading.is_valid else None


def _read_date(said: str, today: date, kind: DateKind) -> str | None:
    reading = parse_date(said, today=today, kind=kind)
    return None if reading is None else reading.value


def _read_postal_code(said: str) -> str | None:
    digits = _only_digits(said)
    return digits if len(digits) in {5, 9} else None


def _only_digits(said: str) -> str:
    return "".join(character for character in said if character.isdecimal())


def _admits_code(prefix: str, character: str) -> bool:
    """A walk down the trie of existing codes; brackets and the like around the code take no step of it."""
    if not character.isalnum():
        return True
    return _begins_code("".join(one for one in prefix + character if one.isalnum()).upper())


@cache
def _begins_code(key: str) -> bool:
    return next(load().below(key), None) is not None


def _read_code(said: str) -> str | None:
    code = normalise_code(said)
    return code if code is not None and is_code(code) else None


def _read_member_id(said: str) -> str | None:
    return re.sub(r"[^0-9A-Z]", "", said.upper()) or None


def _member_weight(said: str) -> float:
    return _LIKELIER if _MBI.fullmatch(_read_member_id(said) or "") else 1.0
