"""What the small labels of insurance cards ask (``card_labels.yaml``) and the shapes of what answers them."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources

import yaml
from rapidfuzz import fuzz

from extractor.knowledge.names import parse_name
from extractor.packet.questions import fold, is_label_word
from models.stages.text import Word

RX_GROUP = "rx_group"
"""The attribute of a pharmacy benefit's group, which is the policy's only where it prints no other."""
_SHORTEST_FUZZY, _LIKE = 5, 84.0
_NOT_AN_IDENTIFIER = re.compile(
    r"[$%]|\b\d{1,2}[/-]\d{1,2}[/-]\d{2,4}\b|^\W*(?:1[-. ])?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}\W*$|\b[A-Z]{2} \d{5}\b|:"
)
_IDENTIFIER = re.compile(r"[A-Z0-9][A-Z0-9\-/*]{1,19}(?: [A-Z0-9\-]{1,12}){0,5}", re.IGNORECASE)
_STRICT, _PLAIN, _LOOSE, _WEAK = 1.0, 0.6, 0.4, 0.2
"""How much shapes tell: numbers, capitals alone, names, words."""


@cache
def _data() -> tuple[Mapping[str, str], Mapping[str, str], frozenset[str]]:
    """Attributes by squeezed phrase, those of labels that ask for a number, and the words for "number"."""
    text = resources.files("extractor.packet").joinpath("card_labels.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    labels = {phrase.replace(" ", ""): name for name, phrases in data["labels"].items() for phrase in phrases}
    numbered = {phrase.replace(" ", ""): name for phrase, name in data["numbered"].items()}
    return labels, numbered, frozenset(data["number_words"])


@cache
def read_card_label(text: str) -> str | None:
    """What a card's label asks (``other`` for what no policy keeps); None for text that is no such label."""
    for part in text.split("/") if "/" in text else (text,):
        found = _read_part(part)
        if found is not None:
            return found
    return None


def _read_part(text: str) -> str | None:
    labels, numbered, number_words = _data()
    words = fold(text.replace("#", " no ")).split()
    is_numbered = False
    while len(words) > 1 and words[-1] in number_words:
        words.pop()
        is_numbered = True
    squeezed = "".join(words)
    table = {**labels, **numbered} if is_numbered else labels
    if squeezed in table:
        return table[squeezed]
    if len(squeezed) < _SHORTEST_FUZZY or sum(c.isdigit() for c in squeezed) > 1:
        return None
    near = [(fuzz.ratio(squeezed, phrase), phrase) for phrase in table if abs(len(phrase) - len(squeezed)) <= 1]
    best = max(near, default=(0.0, ""))
    return table[best[1]] if best[0] >= _LIKE and len(best[1]) >= _SHORTEST_FUZZY else None


def find_fitting(attribute: str | None, words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words behind a label that have the shape of its value."""
    for count in range(len(words), 0, -1):
        if measure_fit(attribute, words[:count]) > 0.0:
            return words[:count]
    return ()


def measure_fit(attribute: str | None, words: Sequence[Word]) -> float:
    """How well words have the shape that a label asks for, 0-1."""
    shape = _SHAPES.get(attribute or "")
    return 0.0 if shape is None else shape(" ".join(word.text for word in words).strip(" .,;:"))


def _as_identifier(text: str) -> float:
    digits = sum(character.isdigit() for character in text)
    is_one = _IDENTIFIER.fullmatch(text) is not None and _NOT_AN_IDENTIFIER.search(text) is None
    has_words = re.search(r"\b[A-Za-z]*[a-z][A-Za-z]*\b", text) is not None and len(text.split()) > 1
    return _STRICT if is_one and digits >= 3 and not has_words else 0.0


def _as_group(text: str) -> float:
    is_code = re.fullmatch(r"[A-Z]{3,12}", text) is not None and read_card_label(text) is None
    is_short = re.fullmatch(r"[A-Z0-9][A-Z0-9\-]{1,11}", text) is not None and any(c.isdigit() for c in text)
    return _as_identifier(text) or (_LOOSE if is_code or is_short else 0.0)


def _as_bin(text: str) -> float:
    return _STRICT if re.fullmatch(r"\d{6}|\d{8}", text) else 0.0


def _as_pcn(text: str) -> float:
    is_code = re.fullmatch(r"[A-Z0-9]{2,10}", text) is not None and read_card_label(text) is None
    return _STRICT if is_code and any(c.isdigit() for c in text) else _PLAIN if is_code else 0.0


def _as_name(text: str) -> float:
    words = text.split()
    if not 2 <= len(words) <= 5 or re.search(r"[\d:$%]", text):
        return 0.0
    if any(is_label_word(fold(word)) for word in words if len(word) > 2):
        return 0.0
    reading = parse_name(text)
    return _LOOSE if reading is not None and reading.first and reading.last else 0.0


def _as_words(text: str) -> float:
    is_text = (
        len(text.split()) <= 6 and sum(c.isalpha() for c in text) >= 2 and not re.search(r"\d{3}-?\d{4}|[:$]", text)
    )
    return 0.2 if is_text and read_card_label(text) is None else 0.0


_SHAPES: Mapping[str, Callable[[str], float]] = {
    "member_id": _as_identifier,
    "group_number": _as_group,
    RX_GROUP: _as_group,
    "bin": _as_bin,
    "pcn": _as_pcn,
    "full_name": _as_name,
    "plan": _as_words,
    "payer": _as_words,
}
