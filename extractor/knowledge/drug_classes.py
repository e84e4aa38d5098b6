"""Which drugs do the same, which allergies go together, which therapies failed: ``data/drug_classes.yaml``."""

import re
from functools import cache
from importlib.resources import files

import yaml

from extractor.knowledge.formulary import products
from models.record import Value
from models.record.normalise import plain_text

_DENIED_BEFORE = re.compile(
    r"\b(?:no|not|never|without|denie[sd]|free (?:of|from)|absence of|prevented)\W+(?:\w+\W+){0,3}$", re.IGNORECASE
)
_FREE_BEHIND = re.compile(r"\W?free\b", re.IGNORECASE)


class DrugClass(Value):
    """Drugs (generic names) that do the same; of some classes one is given at a time."""

    title: str
    one_at_a_time: bool
    drugs: tuple[str, ...]


class AllergyFamily(Value):
    """Drugs of which an allergy to one is a reason to ask about the others; ``also``: words that mean them."""

    drugs: tuple[str, ...]
    also: tuple[str, ...]


class _Classes(Value):
    classes: dict[str, DrugClass]
    families: dict[str, AllergyFamily]
    inadequate: tuple[str, ...]
    not_tolerated: tuple[str, ...]


@cache
def _load() -> _Classes:
    text = files(__package__).joinpath("data/drug_classes.yaml").read_text(encoding="utf-8")
    return _Classes.model_validate(yaml.safe_load(text))


def class_names() -> frozenset[str]:
    """The names of all classes."""
    return frozenset(_load().classes)


def class_of(name: str) -> DrugClass:
    """The class of that name; ``KeyError`` where there is none."""
    return _load().classes[name]


def substance(drug: str) -> str:
    """The generic name that a drug's biosimilars share; a name that is not known is its own."""
    bases = {product.base for product in products(drug)}
    return bases.pop() if len(bases) == 1 else drug.casefold()


def is_in_class(drug: str, name: str) -> bool:
    """Whether a drug (generic, brand or alias) is of a class."""
    return substance(drug) in class_of(name).drugs


def shared_class(first: str, second: str) -> DrugClass | None:
    """A class of which one drug is given at a time and both are; None for one substance, or where there is none."""
    one, other = substance(first), substance(second)
    if one == other:
        return None
    return next((c for c in _load().classes.values() if c.one_at_a_time and one in c.drugs and other in c.drugs), None)


def allergy_family(word: str) -> frozenset[str]:
    """All drugs that an allergen's word stands for: itself and the drugs of its families; empty for no drug."""
    folded = plain_text(word)
    known = {substance(product.generic) for product in products(folded)}
    for family in _load().families.values():
        if folded in family.also or known & set(family.drugs):
            known |= set(family.drugs)
    return frozenset(known)


def is_inadequate(outcome: str) -> bool:
    """Whether an outcome says that the therapy did not work, and nothing else (``no relapse``, not tolerated)."""
    if _not_tolerated().search(outcome) is not None:
        return False
    found = list(_inadequate().finditer(outcome))
    return bool(found) and not any(_is_denied(outcome, match) for match in found)


def _is_denied(outcome: str, found: re.Match[str]) -> bool:
    """``no relapses``, ``free of disease activity``, ``relapse-free``; but ``no response`` says it itself."""
    before, behind = outcome[: found.start()], outcome[found.end() :]
    return _DENIED_BEFORE.search(before) is not None or _FREE_BEHIND.match(behind) is not None


@cache
def _inadequate() -> re.Pattern[str]:
    return _words(_load().inadequate)


@cache
def _not_tolerated() -> re.Pattern[str]:
    return _words(_load().not_tolerated)


def _words(listed: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(listed, key=len, reverse=True))
    return re.compile(rf"(?<![a-z])(?:{words})(?:s|d|ed)?(?![a-z])", re.IGNORECASE)
