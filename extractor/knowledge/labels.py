"""What forms call their fields: look a printed label up under the noise of a fax.

The vocabulary is ``labels.yaml`` (source, licence and date in it). Three families share one folding: labels of
values, heads of table columns, titles of sections. Short labels ("DOB", "NPI", "Fax") must agree exactly after
folding, longer ones may differ by a share of their letters (Levenshtein, rapidfuzz).
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

import yaml
from pydantic import TypeAdapter
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from models.record import Value

SHORTEST_FUZZY = 6
"""Folded labels below this length must agree exactly."""

LETTERS_A_SLIP = 7
"""One wrong letter is allowed for so many letters of a label."""

DOUBTED_SHARE, DOUBTED_LEAD = 0.34, 2
"""Wrong letters allowed in doubted text, and how many more the next best key must have."""

_CONFUSED = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "!": "l", "5": "s", "8": "b", "$": "s"})
_BRACKETS = re.compile(r"\([^()]*\)?|\[[^\[\]]*\]?")
_WHERE = re.compile(r"(?<=[\w.])\s*[\[(]\s*(home|cell|cellular|mobile|work)\s*[\])]", re.IGNORECASE)
"""What in brackets tells one telephone from another, and so belongs to its label."""

_POSSESSIVE = re.compile(r"[\u2019'`\u00b4]s\b|(?<=s)[\u2019'`\u00b4](?=\s|$)")
_NUMBER = re.compile(r"#|№|\b(?:no|num|nbr|numbers|number)\b\.?(?!\w)", re.IGNORECASE)
_ENUMERATION = re.compile(
    r"^\s*(?:(?:section|part|step)\s+(?:[a-z]|\d{1,2}|[ivx]{1,4}|one|two|three|four|five|six)\b\s*[.):\u2013\u2014-]*|(?:[a-z]|[ivx]{1,4})\s*[.)]|\d{1,2}\s*[.)]?)\s+(?=\S)",
    re.IGNORECASE,
)
_NOT_TEXT = re.compile(r"[^a-z0-9]+")
_QUESTION = re.compile(
    r"^\W*(?:what(?:'s| is| are| was)|when (?:was|is)|how)\s+(?:the\s+|your\s+|is\s+)?", re.IGNORECASE
)
_DROPPED = re.compile(r"\b(?:requlred|optlonal|please prlnt|the)\b")


class Entry(Value):
    """One field and what forms call it."""

    key: str
    variants: tuple[str, ...]


class Vocabulary(Value):
    """``labels.yaml`` as it lies there."""

    source: str
    licence: str
    date: str
    roles: dict[str, tuple[str, ...]]
    labels: tuple[Entry, ...]
    columns: tuple[Entry, ...]
    sections: tuple[Entry, ...]


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """The vocabulary, checked."""
    text = resources.files(__package__).joinpath("labels.yaml").read_text(encoding="utf-8")
    return TypeAdapter(Vocabulary).validate_python(yaml.load(text, Loader=_loader()))  # noqa: S506 (derived from SafeLoader)


def match_label(text: str, is_doubted: bool = False) -> tuple[str, float] | None:
    """The key of a printed label and how well it agrees (0-1, 1 exact after folding); None where it is none known.

    ``is_doubted``: recognition itself is unsure of the text, so more letters may be wrong; the label must then be
    clearly closer to its entry than to those of any other key.
    """
    text = _unasked(text)
    found = _match("labels", text)
    if found is None and (bare := _ENUMERATION.sub("", text)) != text:
        found = _match("labels", bare)
    return found or (_match_doubted(text) if is_doubted else None)


def _unasked(text: str) -> str:
    """A label that a web form asks as a whole question, without its question words; any other text as it is.

    ``What is the patient's first name?`` asks the ``patient's first name``.
    """
    return _QUESTION.sub("", text) if text.rstrip().endswith("?") else text


def match_label_exactly(text: str) -> str | None:
    """The key of a label that agrees exactly after folding: cheap enough for every run of words on a page.

    ``Unit / Apt`` and ``Dose / route`` are labels where both sides are; the key is the first side's.
    """
    text = _unasked(text)
    known = _folded_entries("labels")
    key = known.get(fold_label(text)) or known.get(fold_label(_ENUMERATION.sub("", text)))
    if key is None and "/" in text:
        keys = [known.get(fold_label(side)) for side in text.split("/")]
        key = None if None in keys else keys[0]
    return key


def match_column(text: str) -> tuple[str, float] | None:
    """The key of a table column's head (``test``, ``result``, ``previous`` ...), as ``match_label``."""
    return _match("columns", text)


def match_section(text: str) -> tuple[str, float] | None:
    """The key of a section's title (``patient``, ``prescriber`` ...), numbering before it ignored."""
    bare = _ENUMERATION.sub("", text)
    found = _match("sections", bare)
    if found is None and (cut := re.split(r"\s[-\u2013\u2014:|]\s|[(:]", bare, maxsplit=1)[0]) != bare:
        found = _match("sections", cut)
    if found is None:
        for part in re.split(r"\s+(?:and|&)\s+|\s*/\s*", bare, flags=re.IGNORECASE)[:2]:
            if found is None and part != bare and (first := _match("sections", part)):
                found = first[0], 0.8 * first[1]
    return found


def is_label_word(text: str) -> bool:
    """Whether a word occurs in some known label: it may qualify one ("Emergency Cell Phone")."""
    return fold_label(text) in _label_words()


@lru_cache(maxsize=20_000)
def fold_label(text: str) -> str:
    """A label without case, spaces, punctuation, brackets and possessives, with look-alike characters made one."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = _WHERE.sub(r" \1", plain)
    plain = _BRACKETS.sub(" ", plain) if plain.strip(" *:")[:1] not in "([" else plain
    plain = _POSSESSIVE.sub("", plain).replace("&", " and ")
    plain = _NUMBER.sub(" number ", plain)
    plain = _NOT_TEXT.sub(" ", plain.translate(_CONFUSED).replace("-", ""))
    return _DROPPED.sub("", plain).replace(" ", "")


@lru_cache(maxsize=20_000)
def _match(family: str, text: str) -> tuple[str, float] | None:
    folded = fold_label(text)
    entries = _folded_entries(family)
    if key := entries.get(folded):
        return key, 1.0
    if len(folded) < SHORTEST_FUZZY:
        return None
    slips = len(folded) // LETTERS_A_SLIP + (1 if len(folded) == SHORTEST_FUZZY else 0)
    known = _by_length(family, len(folded), slips)
    found = process.extractOne(folded, known, scorer=Levenshtein.distance, score_cutoff=slips) if known else None
    if found is None:
        return None
    match, distance, _ = found
    if len(match) < SHORTEST_FUZZY:
        return None
    return entries[match], 1.0 - distance / max(len(match), len(folded))


@lru_cache(maxsize=5_000)
def _match_doubted(text: str) -> tuple[str, float] | None:
    folded = fold_label(text)
    slips = int(DOUBTED_SHARE * len(folded))
    if len(folded) < SHORTEST_FUZZY or not slips:
        return None
    entries = _folded_entries("labels")
    known = [each for each in _by_length("labels", len(folded), slips) if len(each) >= SHORTEST_FUZZY]
    near = process.extract(folded, known, scorer=Levenshtein.distance, score_cutoff=slips, limit=12)
    if not near:
        return None
    match, distance, _ = near[0]
    rivals = [other for each, other, _ in near if entries[each] != entries[match]]
    if rivals and min(rivals) - distance < DOUBTED_LEAD:
        return None
    return entries[match], 1.0 - distance / max(len(match), len(folded))


@lru_cache(maxsize=500)
def _by_length(family: str, length: int, slips: int) -> tuple[str, ...]:
    return tuple(known for known in _folded_entries(family) if abs(len(known) - length) <= slips)


@lru_cache(maxsize=3)
def _folded_entries(family: str) -> dict[str, str]:
    vocabulary = load_vocabulary()
    entries = {"labels": vocabulary.labels, "columns": vocabulary.columns, "sections": vocabulary.sections}[family]
    folded: dict[str, str] = {}
    for entry in entries:
        for variant in itertools.chain.from_iterable(_expand(variant, vocabulary) for variant in entry.variants):
            folded.setdefault(fold_label(variant), entry.key)
    folded.pop("", None)
    return folded


@lru_cache(maxsize=1)
def _label_words() -> frozenset[str]:
    vocabulary = load_vocabulary()
    phrases = itertools.chain(
        (variant for entry in vocabulary.labels for variant in entry.variants), *vocabulary.roles.values()
    )
    words = {fold_label(word) for phrase in phrases for word in re.split(r"[\s/,]+|\{\w+\}", phrase)}
    return frozenset(word for word in words if len(word) > 1)


def _expand(variant: str, vocabulary: Vocabulary) -> Iterator[str]:
    for role, names in vocabulary.roles.items():
        mark = "{" + role + "}"
        if mark in variant:
            for name in names:
                yield from _expand(variant.replace(mark, name), vocabulary)
            return
    variant = variant.replace(" No~", " [No]")
    optional = re.search(r"\s*\[([^\]]*)\]", variant)
    if optional is None:
        yield variant
        return
    yield variant[: optional.start()] + variant[optional.end() :]
    yield variant[: optional.start()] + " " + optional.group(1) + variant[optional.end() :]


def _loader() -> type[yaml.SafeLoader]:
    """A safe loader that keeps every scalar text: ``No`` and dates are words here."""

    class TextLoader(yaml.SafeLoader):
        pass

    TextLoader.yaml_implicit_resolvers = {}
    return TextLoader


@lru_cache(maxsize=1)
def label_phrases() -> dict[str, str]:
    """Every known label and section title as print spells it, with its key."""
    vocabulary = load_vocabulary()
    phrases: dict[str, str] = {}
    for entry in (*vocabulary.labels, *vocabulary.sections):
        for variant in entry.variants:
            for phrase in _expand(variant, vocabulary):
                for spelling in _spell_number(phrase):
                    phrases.setdefault(spelling, entry.key)
    return phrases


def _spell_number(phrase: str) -> tuple[str, ...]:
    """``No`` as forms print it."""
    bare = re.sub(r"\bNo$", "", phrase)
    return (phrase,) if bare == phrase else (bare + "#", bare + "No.", bare + "Number")
