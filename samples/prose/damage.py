"""What reading a fax does to characters: exchanged, lost and added ones, lost blanks, all by measured shares."""

import random
from functools import cache
from pathlib import Path

import yaml

from samples.prose.marked import Marked, rewrite


@cache
def _confusions() -> dict[str, tuple[tuple[str, ...], tuple[int, ...]]]:
    """For each character what it is read as, with counts."""
    table = yaml.safe_load((Path(__file__).with_name("confusions.yaml")).read_text(encoding="utf-8"))
    return {true: (tuple(others), tuple(others.values())) for true, others in table["read_as"].items()}


def damage(marked: Marked, share: float, rng: random.Random, *, blanks: float | None = None) -> Marked:
    """The text with about ``share`` of its characters changed, in the proportions that readings of faxes show.

    ``blanks``: the share of blanks that is lost, by default as many as of characters.
    """
    lost = share if blanks is None else blanks
    if share <= 0.0 and lost <= 0.0:
        return marked
    read = _confusions()
    pieces = []
    for character in marked.text:
        if character == " ":
            pieces.append("" if rng.random() < lost else " ")
        elif character in read and rng.random() < share * _weight(character):
            others, counts = read[character]
            pieces.append(rng.choices(others, counts)[0])
        else:
            pieces.append(character)
    return rewrite(marked, pieces)


@cache
def _weight(character: str) -> float:
    """How much oftener than the mean this character is misread, bounded."""
    read = _confusions()
    counts = {true: sum(numbers) for true, (_, numbers) in read.items()}
    mean = sum(counts.values()) / len(counts)
    return min(3.0, max(0.3, counts[character] / mean))
