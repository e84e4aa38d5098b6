"""Reading the best path of a CTC output (Graves et al. 2006, Connectionist Temporal Classification, section 3.2)."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Character:
    """One character of the best path: its steps ``first`` to ``last`` (exclusive), the surest step, its probability."""

    text: str
    first: int
    last: int
    peak: int
    probability: float


def decode_best_path(probabilities: NDArray[np.float32], alphabet: tuple[str, ...]) -> list[Character]:
    """The most probable class of each step, repeats merged, blanks (class 0) dropped.

    ``probabilities`` has shape (steps, classes). The space is a character like the others.
    """
    best = probabilities.argmax(axis=1)
    sure = probabilities[np.arange(len(best)), best]
    edges = np.flatnonzero(np.diff(best, prepend=-1, append=-1))
    characters = []
    for first, last in itertools.pairwise(edges):
        if best[first] != 0:
            peak = int(first + sure[first:last].argmax())
            characters.append(
                Character(alphabet[best[first]], int(first), int(last), peak, float(sure[first:last].max()))
            )
    return characters
