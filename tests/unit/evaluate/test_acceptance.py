import numpy as np
import pytest

from extractor.evaluate.acceptance import CELL, NOT_SHOWN, POOLED, accept, control_risk, fewest_needed, find_threshold


def _values(right: int, wrong: int, best: float = 1.0, worst: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Right ones from ``best`` down, then wrong ones further down."""
    sure = np.linspace(best, worst, right + wrong)
    return sure, np.array([0.0] * right + [1.0] * wrong)


def test_598_without_an_error_show_half_a_percent() -> None:
    assert fewest_needed(0.005) == 598
    assert find_threshold(*_values(597, 0), 0.005) is None
    found = find_threshold(*_values(598, 0), 0.005)
    assert found is not None
    assert (found.n, found.wrong) == (598, 0)


def test_the_threshold_stays_above_the_wrong_ones() -> None:
    sure, wrong = _values(1000, 100)
    found = find_threshold(sure, wrong, 0.005)
    assert found is not None
    assert found.threshold is not None
    assert found.wrong <= 1
    assert found.bound <= 0.005
    assert sure[wrong > 0].max() < found.threshold + 0.01


def test_a_wrong_value_among_the_surest_shows_nothing() -> None:
    sure, wrong = _values(650, 0)
    wrong[:5] = 1.0
    assert find_threshold(sure, wrong, 0.005) is None


def test_equal_probabilities_are_accepted_together_or_not_at_all() -> None:
    sure, wrong = np.full(1000, 0.99), np.zeros(1000)
    wrong[999] = 1.0
    found = find_threshold(sure, wrong, 0.005)
    assert found is not None
    assert (found.n, found.wrong) == (1000, 1)
    wrong[900:] = 1.0
    assert find_threshold(sure, wrong, 0.005) is None


@pytest.mark.parametrize(("n", "allowed"), [(100, 0.005), (1000, 0.005), (1000, 0.05)])
def test_risk_control_keeps_expected_errors_within_what_is_allowed(n: int, allowed: float) -> None:
    rng = np.random.default_rng(3)
    sure = rng.uniform(size=n)
    wrong = (rng.uniform(size=n) > sure).astype(float)
    threshold = control_risk(sure, wrong, allowed)
    if threshold is None:
        assert allowed * (n + 1) < 1
    else:
        assert (wrong[sure >= threshold].sum() + 1) / (n + 1) <= allowed


def test_a_small_tier_takes_the_threshold_of_all_but_not_against_its_own_errors() -> None:
    sure, wrong = _values(9000, 0)
    tiers = ["digital"] * 9000
    small, few = np.linspace(0.95, 0.6, 50), np.zeros(50)
    found = accept(
        np.concatenate([sure, small]), np.concatenate([wrong, few]), [*tiers, *["degraded"] * 50], 0.005, None
    )
    assert (found["digital"].basis, found["degraded"].basis) == (CELL, POOLED)
    few[5] = 1.0
    alone = accept(
        np.concatenate([sure, small]), np.concatenate([wrong, few]), [*tiers, *["degraded"] * 50], 0.005, None
    )
    assert alone["degraded"].threshold == found["degraded"].threshold
    few[10] = 1.0
    raised = accept(
        np.concatenate([sure, small]), np.concatenate([wrong, few]), [*tiers, *["degraded"] * 50], 0.005, None
    )
    assert small[5] >= raised["degraded"].threshold > small[10] > found["degraded"].threshold


def test_other_makers_faxes_only_raise_thresholds() -> None:
    sure, wrong = _values(3000, 0)
    tiers = ["digital"] * 3000
    alone = accept(sure, wrong, tiers, 0.005, None)["digital"].threshold
    good = accept(sure, wrong, tiers, 0.005, _values(1000, 0))["digital"].threshold
    other_sure, other_wrong = _values(1000, 0)
    other_wrong[600:620] = 1.0
    strict = accept(sure, wrong, tiers, 0.005, (other_sure, other_wrong))["digital"].threshold
    assert alone == good < strict
    assert accept(sure, wrong, tiers, 0.005, _values(20, 5))["digital"].basis == NOT_SHOWN


def test_a_wrong_value_is_not_accepted_with_its_own_probability() -> None:
    rng = np.random.default_rng(5)
    sure = np.round(rng.uniform(0.9, 1.0, size=4000), 4)
    wrong = (rng.uniform(size=4000) > sure).astype(float)
    threshold = control_risk(sure, wrong, 0.005)
    assert threshold is not None
    assert threshold == round(threshold, 4)
    assert (wrong[sure >= threshold].sum() + 1) / 4001 <= 0.005
    others = (np.array([0.98] * 300), np.array([1.0] * 10 + [0.0] * 290))
    found = accept(*_values(3000, 0), ["digital"] * 3000, 0.005, others)["digital"]
    assert found.threshold is None or found.threshold > 0.98
