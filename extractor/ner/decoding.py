"""The best well-formed sequence of labels ``O``, ``B-x``, ``I-x``, ``L-x``, ``U-x`` under a model's probabilities."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_LEAST = 1e-4
"""Labels less probable than this are not looked at."""


class LabelledSpan(NamedTuple):
    """Tokens ``first`` to ``last`` (inclusive) are a ``kind``; ``score`` is the least probability of their labels."""

    kind: str
    first: int
    last: int
    score: float


class _State(NamedTuple):
    """The best way to a label: its log probability, the label, and the state before."""

    total: float
    label: str
    probability: float
    before: "_State | None"


def best_spans(probabilities: Sequence[Sequence[float]], labels: Sequence[str]) -> tuple[LabelledSpan, ...]:
    """The spans of the likeliest well-formed labelling (Viterbi 1967); one row of probabilities a token."""
    free = _State(0.0, "O", 1.0, None)
    inside: dict[str, _State] = {}
    for row in probabilities:
        best: _State | None = None
        opened: dict[str, _State] = {}
        for place, probability in enumerate(row):
            label = labels[place]
            if probability < _LEAST and label != "O":
                continue
            kind = label[2:]
            before = inside.get(kind) if label[0] in "IL" else free
            if before is None:
                continue
            state = _State(before.total + math.log(max(probability, 1e-12)), label, probability, before)
            if label[0] in "BI":
                if kind not in opened or state.total > opened[kind].total:
                    opened[kind] = state
            elif best is None or state.total > best.total:
                best = state
        if best is None:
            raise ValueError("the labels hold no O")
        free, inside = best, opened
    return tuple(_spans(free))


def _spans(last: _State) -> Iterator[LabelledSpan]:
    states: list[_State] = []
    state: _State | None = last
    while state is not None and state.before is not None:
        states.append(state)
        state = state.before
    states.reverse()
    first, least = 0, 1.0
    for place, state in enumerate(states):
        part = state.label[0]
        if part in "BU":
            first, least = place, state.probability
        least = min(least, state.probability)
        if part in "LU":
            yield LabelledSpan(state.label[2:], first, place, least)
