"""What a second look says of a value: how much of the picture's probability is its own, what a second reader read."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from rapidfuzz import fuzz

from extractor.decode.beam import search_texts
from extractor.decode.grammars import Grammar, find_grammar
from models.record import Value
from models.stages.look import Look

AGREES, UNTOLD, DIFFERS = 1.0, 0.5, 0.0
_NEAR = 60.0
"""From this likeness (0-100) on another text is another reading of the same words; below, nothing was read."""
_LEAST = 0.01
"""Other values less probable than this are not worth a person's look."""
_MOST = 5
_WORTH_READING = 5e-4
"""A text less probable than this changes no share that is told: it is not asked what it means."""


class Weighed(Value):
    """``mass``: the probability of all texts that are the value. ``posterior``: the same among texts that the field may
    hold; ``margin``: how far it lies above the next value. ``second``: whether the second reader agrees (1), differs
    (0) or cannot tell. ``others``: other values with their posteriors, the likeliest first. ``seen``: what the second
    reader read instead.
    """

    mass: float
    posterior: float
    margin: float
    second: float
    others: tuple[tuple[str, float], ...] = ()
    seen: str | None = None

    @property
    def code(self) -> str | None:
        """A code for what the second reader says; None where it cannot tell."""
        return {AGREES: "readers_agree", DIFFERS: "readers_differ"}.get(self.second)

    @property
    def sentence(self) -> str:
        """The same in words."""
        return "two readers agree" if self.second == AGREES else f"a second reader reads '{self.seen}'"

    @property
    def features(self) -> Mapping[str, float]:
        """As evidence, by name."""
        return {"mass": self.mass, "posterior": self.posterior, "margin": self.margin, "second": self.second}


def weigh(path: str, looks: Sequence[Look], today: date) -> Weighed | None:
    """The looks at all lines of one value together; None where there is none, or the recogniser saw nothing."""
    if not looks or not any(look.steps for look in looks):
        return None
    lines = [_weigh_line(path, look, today) for look in looks]
    return Weighed(
        mass=_round(math.prod(line.mass for line in lines)),
        posterior=_round(math.prod(line.posterior for line in lines)),
        margin=min(line.margin for line in lines),
        second=min(line.second for line in lines),
        others=lines[0].others if len(lines) == 1 else (),
        seen=next((line.seen for line in lines if line.seen is not None), None),
    )


def _weigh_line(path: str, look: Look, today: date) -> Weighed:
    grammar = find_grammar(path, look.spot.text, today)
    key = grammar.read(look.spot.text)
    masses, weights = _values(look, grammar)
    total = sum(weights.values())
    own = weights.get(key, 0.0) / total if key is not None and total else 0.0
    others = sorted(((w / total, value) for value, w in weights.items() if value != key), key=lambda o: (-o[0], o[1]))
    second = _compare(grammar, look.spot.text, look.second)
    return Weighed(
        mass=_round(masses.get(key, 0.0) if key is not None else 0.0),
        posterior=_round(own),
        margin=_round(max(own - (others[0][0] if others else 0.0), 0.0)),
        second=second,
        others=tuple((value, _round(share)) for share, value in others[:_MOST] if grammar.is_typed and share >= _LEAST),
        seen=look.second if second == DIFFERS else None,
    )


def _values(look: Look, grammar: Grammar) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """The values that the picture may show: their probabilities, and these times what is likely beforehand."""
    masses: dict[str, float] = defaultdict(float)
    weights: dict[str, float] = defaultdict(float)
    for text, probability in search_texts(look.steps, grammar.admits).items():
        if probability < _WORTH_READING:
            break
        value = grammar.read(text)
        if value is not None:
            masses[value] += probability
            weights[value] += probability * grammar.weight(text)
    return masses, weights


def _compare(grammar: Grammar, text: str, other: str | None) -> float:
    if not other:
        return UNTOLD
    key, said = grammar.read(text), grammar.read(other)
    if key is not None and key == said:
        return AGREES
    return DIFFERS if fuzz.ratio(text.casefold(), other.casefold()) >= _NEAR else UNTOLD


def _round(share: float) -> float:
    return round(min(max(share, 0.0), 1.0), 4)
