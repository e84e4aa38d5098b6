"""Bounds against published values, and resampling that is the same each time."""

import numpy as np
import pytest

from extractor.evaluate.intervals import Proportion, estimate_ratio, resample, upper_bound


@pytest.mark.parametrize(
    ("count", "n", "bound"),
    [
        (0, 1, 0.95),
        (0, 59, 0.0495),  # the classic: 59 of 59 show 95/95
        (0, 598, 0.004997),
        (1, 10, 0.3942),
        (5, 10, 0.7776),
        (10, 10, 1.0),
    ],
)
def test_the_exact_bound(count: int, n: int, bound: float) -> None:
    assert upper_bound(count, n) == pytest.approx(bound, abs=1e-4)
    assert Proportion(n - count, n).lower == pytest.approx(1 - bound, abs=1e-4)


def test_nothing_to_measure_has_no_bound() -> None:
    empty = Proportion(0, 0)
    assert (empty.value, empty.lower, empty.upper) == (None, None, None)


def test_resampling_is_the_same_each_time_and_draws_whole_faxes() -> None:
    weights = resample(7)
    assert weights.shape == (1000, 7)
    assert (weights.sum(axis=1) == 7).all()
    assert (weights == resample(7)).all()
    assert not (weights == resample(7, seed=1)).all()


def test_an_interval_holds_its_figure_and_widens_where_faxes_differ() -> None:
    whole, weights = np.full(20, 10.0), resample(20)
    even = estimate_ratio(np.full(20, 5.0), whole, weights)
    mixed = estimate_ratio(np.array([10.0, 0.0] * 10), whole, weights)
    assert even.value == mixed.value == 0.5
    assert even.low == even.high == 0.5
    assert mixed.low is not None
    assert mixed.high is not None
    # The standard error of the mean of 20 coin throws is 0.11.
    assert 0.22 < mixed.low < 0.36
    assert 0.64 < mixed.high < 0.78


def test_few_faxes_give_no_interval_and_perfect_ones_no_empty_interval() -> None:
    few = estimate_ratio(np.full(4, 1.0), np.full(4, 2.0), resample(4))
    assert (few.value, few.low, few.high) == (0.5, None, None)
    perfect = estimate_ratio(np.full(10, 3.0), np.full(10, 3.0), resample(10))
    assert (perfect.value, perfect.high) == (1.0, 1.0)
    assert perfect.low == pytest.approx(0.025 ** (1 / 10))  # ten of ten, two-sided
    assert estimate_ratio(np.zeros(3), np.zeros(3), resample(3)).value is None
