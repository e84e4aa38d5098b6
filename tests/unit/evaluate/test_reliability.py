"""Figures of confidence on sets small enough to count by hand."""

import math

import pytest

from extractor.evaluate.intervals import resample
from extractor.evaluate.reliability import Given, Reliability, measure_reliability


def measure(*given: tuple[float, bool], faxes: int = 1) -> Reliability:
    spread = [Given(number % faxes, confidence, is_right) for number, (confidence, is_right) in enumerate(given)]
    return measure_reliability(spread, resample(faxes))


def test_calibration_errors() -> None:
    found = measure((0.95, True), (0.95, True), (0.95, False), (0.55, True), (0.995, True))
    # Bins: 0.55 alone, and four at 0.9 and above of which three are right.
    assert found.ece.value == pytest.approx((0.45 + abs(3 * 0.95 + 0.995 - 3)) / 5)
    assert found.below == 4
    assert found.ece_below.value == pytest.approx((0.45 + abs(3 * 0.95 - 2)) / 4)
    assert found.brier.value == pytest.approx((2 * 0.05**2 + 0.95**2 + 0.45**2 + 0.005**2) / 5)
    losses = (2 * math.log(0.95), math.log(0.05), math.log(0.55), math.log(0.995))
    assert found.log_loss.value == pytest.approx(-sum(losses) / 5)
    assert found.base_log_loss == pytest.approx(-(4 * math.log(0.8) + math.log(0.2)) / 5)
    assert [(one.low, one.right.count, one.right.n) for one in found.bins] == [(0.5, 1, 1), (0.9, 3, 4)]


@pytest.mark.parametrize(
    ("given", "auroc"),
    [
        ([(0.9, True), (0.1, False)], 1.0),
        ([(0.1, True), (0.9, False)], 0.0),
        ([(0.5, True), (0.5, False)], 0.5),
        ([(0.9, True), (0.4, True), (0.5, False), (0.1, False)], 0.75),
        ([(0.9, True)], None),
    ],
)
def test_ranking(given: list[tuple[float, bool]], auroc: float | None) -> None:
    assert measure(*given).auroc.value == (None if auroc is None else pytest.approx(auroc))


def test_what_may_pass_takes_equal_confidences_together() -> None:
    found = measure(*[(0.9, True)] * 6, *[(0.8, True)] * 3, (0.8, False))
    assert found.accepted.share.value == pytest.approx(0.6)
    assert (found.accepted.errors.count, found.accepted.errors.n) == (0, 6)
    assert [(point.coverage, point.risk) for point in found.curve] == [(0.6, 0.0), (1.0, 0.1)]


def test_few_values_cannot_show_half_a_percent() -> None:
    few, enough = measure(*[(0.9, True)] * 597), measure(*[(0.9, True)] * 598)
    assert few.accepted.share.value == enough.accepted.share.value == 1.0
    assert few.accepted.needed == 598
    assert few.accepted.shown is None
    assert enough.accepted.shown == 1.0


def test_intervals_are_over_faxes_and_the_same_each_time() -> None:
    given = [(0.9, number % 3 > 0) for number in range(60)]
    found = measure(*given, faxes=10)
    assert found == measure(*given, faxes=10)
    assert found.ece.low is not None
    assert found.ece.high is not None
    assert found.ece.low <= (found.ece.value or 0) <= found.ece.high
    assert measure(*given, faxes=4).ece.low is None


def test_no_value_at_all() -> None:
    found = measure()
    assert (found.n, found.ece.value, found.auroc.value, found.curve) == (0, None, None, ())
