"""Names of practices and payers in text that no label stands for. Data in ``data/organisations.yaml``."""

import re
from functools import cache
from importlib import resources

import yaml

from models.record import Value


class _Organisations(Value):
    practice_words: tuple[str, ...]
    payer_words: tuple[str, ...]
    plan_words: tuple[str, ...]
    shared_words: tuple[str, ...]
    payers: tuple[str, ...]


@cache
def _load() -> _Organisations:
    text = resources.files(__package__).joinpath("data/organisations.yaml").read_text(encoding="utf-8")
    return _Organisations.model_validate(yaml.safe_load(text))


@cache
def _pattern(family: str) -> re.Pattern[str]:
    words = getattr(_load(), family)
    alternatives = "|".join(re.escape(word).replace(r"\ ", r"\s?") for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![a-z0-9])(?:{alternatives})(?![a-z0-9])", re.IGNORECASE)


def is_practice_name(text: str) -> bool:
    """Whether a text holds a word that names of practices hold."""
    return _pattern("practice_words").search(text) is not None


def is_payer_name(text: str) -> bool:
    """Whether a text names a known payer or holds a word that names of payers hold.

    Words that practices bear as well tell a payer only where no word of a practice stands: ``Blue Mesa Arthritis``.
    """
    own, shared = text, _pattern("shared_words")
    if is_practice_name(text) and not _pattern("payers").fullmatch(text.strip()):
        own = shared.sub(" ", text)
    return any(_pattern(family).search(own) is not None for family in ("payers", "payer_words")) or (
        own is text and shared.search(text) is not None
    )


def is_known_payer(text: str) -> bool:
    """Whether a text begins with a known payer's name."""
    return _pattern("payers").match(text.strip()) is not None


def is_plan_name(text: str) -> bool:
    """Whether a text holds a word that names of plans hold: ``Gold HMO``."""
    return _pattern("plan_words").search(text) is not None


@cache
def organisation_words() -> frozenset[str]:
    """The single words of payers' and plans' names, folded."""
    data = _load()
    phrases = (*data.payer_words, *data.plan_words, *data.payers)
    return frozenset(word for phrase in phrases for word in phrase.split())


def is_only_plan(text: str) -> bool:
    """Whether a text names a plan and no payer beside it: ``Gold HMO``, not ``Medicare Part B``."""
    pattern = _pattern("plan_words")
    return pattern.search(text) is not None and not is_payer_name(pattern.sub(" ", text))
