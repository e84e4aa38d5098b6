"""Prefix beam search against the sum over all alignments, counted out."""

import itertools

import pytest

from extractor.decode.beam import search_texts
from models.stages.look import Seen


def _collapse(path: tuple[str, ...]) -> str:
    merged = (character for character, _ in itertools.groupby(path))
    return "".join(merged)


def _count_out(steps: list[list[Seen]]) -> dict[str, float]:
    """The probability of each text: the sum over every path that collapses to it."""
    found: dict[str, float] = {}
    for path in itertools.product(*steps):
        share = 1.0
        for seen in path:
            share *= seen.probability
        text = _collapse(tuple(seen.character for seen in path))
        found[text] = found.get(text, 0.0) + share
    return found


STEPS = [
    [Seen("", 0.3), Seen("1", 0.5), Seen("7", 0.2)],
    [Seen("", 0.2), Seen("1", 0.6), Seen("7", 0.2)],
    [Seen("", 0.5), Seen("1", 0.4), Seen("7", 0.1)],
    [Seen("", 0.1), Seen("1", 0.3), Seen("7", 0.6)],
]


def test_probabilities_are_those_of_all_alignments() -> None:
    counted = _count_out(STEPS)
    found = search_texts(STEPS, lambda _prefix, _character: True, width=100)
    assert set(found) == set(counted)
    for text, share in found.items():
        assert share == pytest.approx(counted[text])
    assert sum(found.values()) == pytest.approx(1.0)


def test_a_grammar_takes_out_what_it_does_not_admit_and_changes_no_other_share() -> None:
    def admits(prefix: str, character: str) -> bool:
        return character != "7" and len(prefix) < 2

    found = search_texts(STEPS, admits, width=100)
    counted = _count_out(STEPS)
    assert set(found) == {"", "1", "11"}
    for text, share in found.items():
        assert share == pytest.approx(counted[text])


def test_the_order_of_classes_is_of_no_account() -> None:
    turned = [list(reversed(step)) for step in STEPS]
    plain, other = (search_texts(steps, lambda _p, _c: True, width=4) for steps in (STEPS, turned))
    assert list(plain) == list(other)
    assert list(plain.values()) == pytest.approx(list(other.values()))


def test_nothing_seen_is_the_empty_text() -> None:
    assert search_texts([], lambda _prefix, _character: True) == {"": 1.0}
