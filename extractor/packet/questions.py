"""What a label asks, and of whom: ``Physician NPI #`` is the ``npi`` of the ``prescriber``.

A label is read in two parts: its role words (patient, prescriber, pharmacy ...) and what is left, the attribute.
The words are data (``questions.yaml``). OCR errors are borne by edit similarity (rapidfuzz), never by guessing a
role that no word names: a label without role words has role None, and its place on the page decides.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources

import yaml
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from extractor.knowledge.labels import match_label
from models.record import Value

_MIN_SIMILARITY = 84.0
_MAX_LABEL_CHARS = 70
_MAX_DIGITS = 6
"""More digits are an answer that stuck to its label."""
_NUMBERED = re.compile(r"^(?!1st\b|2nd\b|3rd\b|\d+th\b)\d{1,2}(?: \d{2}(?= ))? ?(?=[a-z]{2})")
"""The number of a box on a form: ``14 HT`` and, its space lost, ``15WT``; ``1st dose`` has none, ``9ST`` has."""


_ASKING = re.compile(r"^(?:what (?:is|are|was)|whats|when (?:was|is)|how) (?:the |your |is )?(?=\w)")
_SHORTEST_HEAD = 5
_LONG_WORD = 8
GUESSED = 0.2
"""The score of a label that was only guessed: what stands for it needs a person."""
_SHORTEST_GUESS, _LONGEST_GUESS = 4, 24
_GUESS_SIMILARITY, _GUESS_MARGIN = 70.0, 6.0
_SAME_NAMES = frozenset({"full_name", "provider_name"})
"""A name either way: whose it is, the place tells."""


class Role(StrEnum):
    """Of whom a label asks."""

    PATIENT = "patient"
    PRESCRIBER = "prescriber"
    GUARANTOR = "guarantor"
    SUBSCRIBER = "subscriber"
    CONTACT = "contact"
    SUPERVISOR = "supervisor"
    PCP = "pcp"
    PHARMACY = "pharmacy"
    FACILITY = "facility"
    LABORATORY = "laboratory"
    REVIEWER = "reviewer"
    PAYER = "payer"
    RECEIVER = "receiver"


class Question(Value):
    """What a label asks: ``attribute`` as in ``questions.yaml``, ``role`` None where no word names one.

    ``score`` (0-1) is how well the label's words fit the attribute.
    """

    attribute: str
    role: Role | None
    score: float


class _Lexicon(Value):
    """``attributes`` maps a phrase without its spaces to its attribute; ``words`` are all words of those phrases."""

    roles: tuple[tuple[Role, tuple[str, ...]], ...]
    any_provider: frozenset[str]
    filler: frozenset[str]
    title_words: frozenset[str]
    short_forms: dict[str, str]
    attributes: dict[str, str]
    words: frozenset[str]
    keys: dict[str, tuple[str, Role | None]]


@cache
def _load() -> dict[str, dict[str, list[str]]]:
    """``questions.yaml``, read once a process."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = resources.files("extractor.packet").joinpath("questions.yaml").read_text(encoding="utf-8")
    data: dict[str, dict[str, list[str]]] = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader, in C if there
    return data


@cache
def _lexicon() -> _Lexicon:
    data = _load()
    filler: list[str] = list(data["filler"])
    attributes: dict[str, str] = {}
    for attribute, phrases in data["attributes"].items():
        for phrase in phrases:
            attributes.setdefault(phrase.replace(" ", ""), attribute)
    return _Lexicon(
        roles=tuple((Role(role), tuple(phrases)) for role, phrases in data["roles"].items()),
        any_provider=frozenset(data["any_provider"]),
        filler=frozenset(filler),
        title_words=frozenset(data["title_words"]),
        short_forms={str(short): str(word) for short, word in data["short_forms"].items()},
        attributes=attributes,
        keys={key: (attribute, None if role == "-" else Role(role)) for key, (attribute, role) in data["keys"].items()},
        words=frozenset(
            word for phrases in data["attributes"].values() for phrase in phrases for word in phrase.split()
        ),
    )


def fold(text: str) -> str:
    """Lower case, apostrophes dropped, everything that is no letter or digit a single space."""
    text = re.sub(r"['\u2019`\u00b4]", "", text.casefold())
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text).split())


def _has_phrase(words: list[str], phrase: str) -> tuple[int, int] | None:
    """Where ``phrase`` stands in ``words`` (first, last exclusive); long words may be misread a little."""
    wanted = _split(phrase)
    for first in range(len(words) - len(wanted) + 1):
        if all(word in _role_words_like(words[first + k]) for k, word in enumerate(wanted)):
            return first, first + len(wanted)
    return None


@cache
def _split(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.split())


@lru_cache(maxsize=50_000)
def _role_words_like(word: str) -> frozenset[str]:
    """The words of roles that ``word`` is, or is a misreading of."""
    return frozenset(wanted for wanted in _role_words() if _is_same(word, wanted))


@cache
def _role_words() -> frozenset[str]:
    return frozenset(word for _role, phrases in _lexicon().roles for phrase in phrases for word in phrase.split())


@cache
def _by_first_word() -> dict[str, tuple[tuple[int, Role, str], ...]]:
    """The roles' phrases with their place in the data, by their first word."""
    found: dict[str, list[tuple[int, Role, str]]] = {}
    numbered = ((role, phrase) for role, phrases in _lexicon().roles for phrase in phrases)
    for number, (role, phrase) in enumerate(numbered):
        found.setdefault(_split(phrase)[0], []).append((number, role, phrase))
    return {word: tuple(entries) for word, entries in found.items()}


def _roles_in(words: list[str]) -> Iterator[tuple[Role, str]]:
    """The roles and phrases, in the order of the data, whose first word stands in ``words``."""
    there = {like for word in words for like in _role_words_like(word)}
    found = {entry for word in there for entry in _by_first_word().get(word, ())}
    return ((role, phrase) for _number, role, phrase in sorted(found))


def _is_same(word: str, wanted: str) -> bool:
    if word == wanted:
        return True
    if len(wanted) < 6 or abs(len(word) - len(wanted)) > 1 or word in _known_words():
        return False  # "rendering" is no misread "ordering"
    return fuzz.ratio(word, wanted) >= 82


@cache
def _known_words() -> frozenset[str]:
    lexicon = _lexicon()
    words = {word for _role, phrases in lexicon.roles for phrase in phrases for word in phrase.split()}
    return frozenset(words | lexicon.filler | lexicon.words)


@lru_cache(maxsize=50_000)
def is_label_word(word: str) -> bool:
    """Whether a folded word is one that labels and titles are made of, a letter misread in a long one: no name."""
    known = _known_words() | _lexicon().title_words
    if word in known:
        return True
    return len(word) >= _LONG_WORD and any(Levenshtein.distance(word, one, score_cutoff=1) < 2 for one in known)


@cache
def find_role(text: str) -> Role | None:
    """The role that the words of a label or section title name, None where none does."""
    words = fold(text).split()
    return next((role for role, phrase in _roles_in(words) if _has_phrase(words, phrase)), None)


@cache
def names_any_provider(label: str) -> bool:
    """Whether a label speaks of a provider without saying which: ``Physician``, not ``Ordering physician``."""
    words = fold(label).split()
    left = [word for word in words if word not in _lexicon().any_provider]
    return find_role(label) is Role.PRESCRIBER and find_role(" ".join(left)) is None


@cache
def find_heading_role(text: str) -> Role | None:
    """The role that a heading names with all its words, also where its spaces were lost (``EMERGENCYCONTACT``)."""
    role = find_role(text)
    if role is not None and names_only(text):
        return role
    squeezed = fold(text).replace(" ", "")
    for role, phrases in _lexicon().roles:
        for phrase in phrases:
            head = phrase.replace(" ", "")
            if len(head) >= _SHORTEST_HEAD and squeezed.startswith(head) and _is_title_word(squeezed[len(head) :]):
                return role
    return None


def _is_title_word(rest: str) -> bool:
    return not rest or rest in _lexicon().title_words


def find_roles(text: str) -> tuple[Role, ...]:
    """All roles that the words of a text name, in the order of the data."""
    words = fold(text).split()
    return tuple(dict.fromkeys(role for role, phrase in _roles_in(words) if _has_phrase(words, phrase)))


_BY_HEAD = 0.85
"""How sure a question is that only the first part of its label asks."""


@cache
def read_label(label: str) -> Question | None:
    """What ``label`` asks, None for text that is no known label.

    The whole label is tried first ("Fax Back To" is no fax of anybody), then the label without its role words,
    then without filler words too.
    """
    folded = fold(label)
    if not folded or len(folded) > _MAX_LABEL_CHARS or sum(character.isdigit() for character in folded) > _MAX_DIGITS:
        return None
    role = find_role(label)
    best: Question | None = None
    # A web form asks in whole sentences: ``What is the patient's first name?``
    folded = _ASKING.sub("", folded) if label.rstrip().endswith("?") else folded
    for text, penalty in _variants(folded):
        found = _match(text)
        if found is None:
            continue
        attribute, score = found
        question = Question(attribute=attribute, role=role, score=round(score * penalty, 3))
        if best is None or question.score > best.score + 1e-9:
            best = question
    return best if best is not None else _by_head(label, role) or _by_key(label, role)


def _by_head(label: str, role: Role | None) -> Question | None:
    """``product, no substitution``: what stands before a comma or a bracket, where that alone is a known label."""
    head = fold(re.split(r"[,(;]", label, maxsplit=1)[0])
    found = _match(head.replace(" ", "")) if head and head != fold(label) else None
    if found is None or found[1] < 1.0:
        return None
    return Question(attribute=found[0], role=role, score=_BY_HEAD)


@cache
def guess_label(label: str) -> Question | None:
    """The question that a badly misread label resembles most, clearly more than any other; ``GUESSED`` as score.

    Only for what the layout took for a label: in running text it would find questions everywhere. The role is never
    guessed.
    """
    squeezed = fold(label).replace(" ", "")
    if not _SHORTEST_GUESS <= len(squeezed) <= _LONGEST_GUESS:
        return None
    best: dict[str, float] = {}
    for phrase, attribute in _lexicon().attributes.items():
        if abs(len(phrase) - len(squeezed)) <= 0.35 * len(phrase):
            best[attribute] = max(best.get(attribute, 0.0), fuzz.ratio(squeezed, phrase))
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < _GUESS_SIMILARITY:
        return None
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < _GUESS_MARGIN and set(dict(ranked[:2])) != _SAME_NAMES:
        return None
    return Question(attribute=ranked[0][0], role=None, score=GUESSED)


def _by_key(label: str, role: Role | None) -> Question | None:
    """The question of a label that only the layout's vocabulary knows."""
    found = match_label(label)
    if found is None or found[0] not in _lexicon().keys:
        return None
    attribute, key_role = _lexicon().keys[found[0]]
    return Question(attribute=attribute, role=key_role or role, score=round(0.95 * found[1], 3))


def read_key(key: str) -> Question | None:
    """What a key of the label vocabulary (``prescriber.npi``) asks, None for keys that no field here needs."""
    known = _lexicon().keys.get(key)
    return None if known is None else Question(attribute=known[0], role=known[1], score=0.95)


def _variants(folded: str) -> list[tuple[str, float]]:
    """Ever shorter forms of a label with how much each counts."""
    lexicon = _lexicon()
    words = _NUMBERED.sub("", folded).split()
    lean = [word for word in words if word not in lexicon.filler and not (word.isdigit() and word not in {"10", "9"})]
    bare = _without_roles(words)
    bare_lean = _without_roles(lean)
    forms = [(words, 1.0), (bare, 0.99), (lean, 0.97), (bare_lean, 0.96)]
    told = [("".join(form), weight) for form, weight in forms if form]
    if any(word in lexicon.short_forms for word in words):
        whole = [lexicon.short_forms.get(word, word) for word in words]
        told += [(text, weight - 0.01) for text, weight in _variants(" ".join(whole))]
    return told


def _without_roles(words: list[str]) -> list[str]:
    left = list(words)
    for _role, phrase in _roles_in(words):
        place = _has_phrase(left, phrase)
        if place is not None and len(left) > place[1] - place[0]:
            left = left[: place[0]] + left[place[1] :]
    return left


def _match(text: str) -> tuple[str, float] | None:
    attributes = _lexicon().attributes
    if text in attributes:
        return attributes[text], 1.0
    if len(text) < 4:
        return None
    found = process.extractOne(text, attributes.keys(), scorer=fuzz.ratio, score_cutoff=_MIN_SIMILARITY)
    if found is None or abs(len(found[0]) - len(text)) > 2:
        return None
    return attributes[found[0]], found[1] / 100.0


def attribute_phrases() -> dict[str, list[str]]:
    """The known phrases of each attribute, folded, with their spaces."""
    return _load()["attributes"]


def is_filler(word: str) -> bool:
    """Whether a folded word says nothing of what a label asks."""
    return word in _lexicon().filler


def is_asked(attribute: str, text: str) -> bool:
    """Whether ``text`` (folded, in spaces) holds a phrase of ``attribute`` of four letters or more as whole words."""
    return any(f" {phrase} " in text for phrase in _phrases(attribute))


@cache
def _phrases(attribute: str) -> tuple[str, ...]:
    return tuple(phrase for phrase in _load()["attributes"][attribute] if len(phrase) >= 4)


@cache
def names_only(title: str) -> bool:
    """Whether a title says nothing but of whom it speaks: role words, filler and words like "information"."""
    left = _without_roles(["", *fold(title).split()])
    lexicon = _lexicon()
    return all(not word or word in lexicon.filler or word in lexicon.title_words or word.isdigit() for word in left)
