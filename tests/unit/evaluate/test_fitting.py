"""Calibration fitted to values drawn from a known law, so that what it should find is known."""

import random
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from extractor.confidence.evidence import Evidence
from extractor.errors import RecordError, UsageError
from extractor.evaluate.calibrate import FEWEST, Refit, calibrate, report
from extractor.evaluate.fitting import KNOTS, fit_ceiling, fit_line
from extractor.evaluate.samples import Sample, read_samples, write_samples

TODAY = datetime(2026, 11, 22, tzinfo=UTC)
GOOD = {name: knots[-1] for name, (_, knots) in KNOTS.items()}


def _samples(count: int, seed: int, *, worse: float = 0.0) -> tuple[Sample, ...]:
    """A value is right the more often the better it is read; ``worse``: the share of right ones that are not."""
    rng = random.Random(seed)
    found = []
    for number in range(count):
        reading = rng.random()
        evidence = Evidence(
            path=rng.choice(("patient.last_name", "orders[].dose")),
            tier=rng.choice(("digital", "fine_fax")),
            page_type="order",
            features={**GOOD, "reading_min": reading, "role": rng.random()},
            reasons=frozenset(),
        )
        is_right = rng.random() < min(0.3 + reading, 0.995) * (1 - worse)
        found.append(
            Sample(
                evidence=evidence,
                is_right=is_right,
                fax=f"{seed}-{number // 20}",
                form=f"family {seed} {number % 7}",
                group="critical",
            )
        )
    return tuple(found)


@cache
def _refit() -> Refit:
    return calibrate(_samples(3000, 1), _samples(400, 2, worse=0.2), "test-1", TODAY)


def test_what_matters_is_found_and_what_does_not_is_not() -> None:
    rises = _refit().calibration.rises
    assert sum(rises["reading_min"].weights) > 2.0
    assert sum(rises["role"].weights) < 0.5
    assert all(weight >= 0 for rise in rises.values() for weight in rise.weights)


def test_held_out_probabilities_are_those_observed() -> None:
    sure, samples = calibrate(_samples(3000, 1), (), "test-1", TODAY).own
    right = np.array([one.is_right for one in samples], dtype=float)
    for low, high in ((0.0, 0.7), (0.7, 0.9), (0.9, 1.0)):
        inside = (sure >= low) & (sure < high)
        assert abs(sure[inside].mean() - right[inside].mean()) < 0.05


def test_worse_faxes_of_other_makers_lower_what_is_given_out() -> None:
    alone = calibrate(_samples(3000, 1), (), "test-1", TODAY).calibration
    assert alone.transfer == {}
    for tier, line in _refit().calibration.transfer.items():
        assert line.slope <= 1.0
        assert line.shift <= 0.0
        assert _refit().calibration.of(4.0, tier) < alone.of(4.0, tier)


def test_the_same_samples_give_the_same_model() -> None:
    again = calibrate(_samples(3000, 1), _samples(400, 2, worse=0.2), "test-1", TODAY)
    assert again.calibration == _refit().calibration


def test_too_little_is_refused() -> None:
    with pytest.raises(UsageError, match="more faxes"):
        calibrate(_samples(FEWEST - 1, 1), (), "test-1", TODAY)


def test_the_report_has_a_line_for_each_tier_and_says_what_is_not_shown() -> None:
    lines = list(report(_refit()))
    assert sum(line.startswith("digital") for line in lines) == 4
    assert any("not shown" in line for line in lines)


def test_a_ceiling_lowers_only_what_is_too_sure() -> None:
    log_odds = np.linspace(-2, 4, 200)
    line = fit_ceiling(log_odds, np.ones(200))
    assert (line.slope, line.shift) == (1.0, 0.0)
    often_wrong = np.array([float(number % 2) for number in range(200)])
    assert fit_ceiling(log_odds, often_wrong).of(4.0) < 2.0


def test_a_line_finds_the_law_it_was_drawn_from() -> None:
    rng = np.random.default_rng(5)
    log_odds = rng.normal(1.0, 2.0, 20000)
    right = (rng.uniform(size=20000) < 1 / (1 + np.exp(-(0.7 * log_odds + 0.4)))).astype(float)
    line = fit_line(log_odds, right, np.ones(20000))
    assert line.slope == pytest.approx(0.7, abs=0.05)
    assert line.shift == pytest.approx(0.4, abs=0.05)


def test_samples_are_kept_as_they_were(tmp_path: Path) -> None:
    samples, file = _samples(20, 3), tmp_path / "samples.jsonl"
    write_samples(samples, file)
    assert read_samples(file) == samples
    file.write_text('{"evidence": {}}\n', encoding="utf-8")
    with pytest.raises(RecordError, match="again"):
        read_samples(file)
