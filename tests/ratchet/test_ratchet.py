"""Quality does not fall unseen: the fixed set is read again and compared with the figures that are kept."""

from dataclasses import replace

import pytest
from ratchet import Figures, f1, find_losses, load, measure, noise

SET = [Figures(f"{number}.tif", "0", 80 + number, 100, 110, 1, 1) for number in range(12)]


def test_the_fixed_set_has_not_got_worse() -> None:
    assert find_losses(load(), measure()) == []


def change(faxes: list[Figures], count: int, **by: int) -> list[Figures]:
    """The first ``count`` faxes with these figures changed by so much."""
    new = [replace(fax, **{name: getattr(fax, name) + step for name, step in by.items()}) for fax in faxes[:count]]
    return new + faxes[count:]


@pytest.mark.parametrize("better", [SET, change(SET, 12, correct=1), change(SET, 3, silent=-1, denied=-1)])
def test_the_same_and_better_pass(better: list[Figures]) -> None:
    assert find_losses(SET, better) == []


def test_a_fall_on_many_faxes_is_seen_and_names_them() -> None:
    losses = find_losses(SET, change(SET, 6, correct=-4))
    assert "F1 fell" in losses[0]
    assert len(losses) == 1 + 6


def test_a_fall_within_its_noise_passes() -> None:
    mixed = change(SET, 1, correct=-20)[:1] + change(SET[1:], 1, correct=8)
    assert f1(mixed) < f1(SET)
    assert noise(SET, mixed) > f1(SET) - f1(mixed)
    assert find_losses(SET, mixed) == []


@pytest.mark.parametrize("column", ["silent", "denied"])
def test_one_more_silent_or_denied_value_is_seen(column: str) -> None:
    assert find_losses(SET, change(SET, 1, **{column: 1}))[0] == f"{column} rose from 12 to 13"


def test_another_set_cannot_be_compared() -> None:
    assert "has changed" in find_losses(SET, SET[:11])[0]
    assert "has changed" in find_losses(SET, [replace(SET[0], sha256="1"), *SET[1:]])[0]
