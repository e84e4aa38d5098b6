"""What a label of unknown wording asks, told by its words and by what is written for it.

``Most recent weight | 67.6 kg`` and ``Where does the patient live? | 7763 Sycamore Rd, Raleigh, NC 27609`` are in no
vocabulary. What is written can be few things (``value_kinds``); which of them, the words of the label tell, each by
the share of the known phrases holding it that ask that thing. Such a question has the score ``GUESSED``: its answer
is proposed and always goes to a person.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from rapidfuzz import fuzz

from extractor.knowledge.value_kinds import kinds_of
from extractor.packet.answer import Answer
from extractor.packet.questions import GUESSED, attribute_phrases, fold, is_filler

LEAST, MARGIN = 0.3, 0.08
"""How much the words of a label must say for an attribute, and how much more than for the next one."""
ALONE = frozenset({"email", "weight", "height", "npi", "city_state_zip"})
"""What the shape of the value tells without a word of the label."""
SAME_WORD = 85.0
SHORTEST = 4
LONGEST_LABEL = 8
"""Words."""


def tell_meanings(answers: Sequence[Answer]) -> list[Answer]:
    """The answers; those of labels that no vocabulary knows with the attribute that words and value agree on."""
    return [_tell(answer) for answer in answers]


def _tell(answer: Answer) -> Answer:
    if answer.attribute != "unknown" or answer.label_score > 0.0 or not answer.words:
        return answer
    attribute = tell_meaning(answer.label, answer.text)
    if attribute is None:
        return answer
    return answer.model_copy(update={"attribute": attribute, "label_score": GUESSED})


@lru_cache(maxsize=5_000)
def tell_meaning(label: str, value: str) -> str | None:
    """The attribute that the words of a label and its value agree on, None where they tell none."""
    words = [word for word in fold(label).split() if not is_filler(word) and not word.isdigit()]
    if not words or len(words) > LONGEST_LABEL:
        return None
    kinds = kinds_of(value)
    if not kinds:
        return None
    said = {kind: _said(words, kind, kinds) for kind in kinds}
    ranked = sorted(said.items(), key=lambda item: (-item[1], item[0]))
    best, score = ranked[0]
    next_best = ranked[1][1] if len(ranked) > 1 else 0.0
    if score >= LEAST and score - next_best >= MARGIN:
        return best
    return next(iter(kinds)) if len(kinds) == 1 and kinds <= ALONE else None


def _said(words: Iterable[str], attribute: str, kinds: frozenset[str]) -> float:
    """How much the words speak for an attribute among those that the value can be (0-1)."""
    doubt = 1.0
    for word in words:
        counts = _asked_with(word)
        total = sum(counts[kind] for kind in kinds)
        if total:
            doubt *= 1.0 - counts[attribute] / (total + 0.5)
    return 1.0 - doubt


@lru_cache(maxsize=5_000)
def _asked_with(word: str) -> Counter[str]:
    """How often known phrases of each attribute hold a word, a share of the attribute's phrases."""
    known = _by_word()
    if word not in known and len(word) >= SHORTEST:
        near = [each for each in known if len(each) >= SHORTEST and fuzz.ratio(each, word) >= SAME_WORD]
        return sum((known[each] for each in near), Counter())
    return known.get(word, Counter())


@cache
def _by_word() -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for attribute, phrases in attribute_phrases().items():
        for phrase in phrases:
            for word in set(phrase.split()):
                found.setdefault(word, Counter())[attribute] += 1
    return found
