"""How far a figure can be trusted: exact binomial bounds, and the bootstrap over faxes.

Fields of one fax share its damage, its form and its reader's misunderstandings, so they are not independent: intervals
of rates come from resampling whole faxes (cluster bootstrap, percentile method; Efron and Tibshirani 1993, ch. 13;
Field and Welsh 2007 for clusters), seeded, so that the same records give the same intervals.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

ROUNDS = 1000
SEED = 20261122
FEWEST_FAXES = 5
"""With fewer faxes than this resampling says nothing: the interval is not shown."""

LEVEL = 0.95
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its two-sided 95 % interval; None where there is nothing to measure, or too few faxes to say."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Proportion:
    """``count`` of ``n`` with its one-sided 95 % bounds (Clopper and Pearson 1934); None where ``n`` is 0."""

    count: int
    n: int

    @property
    def value(self) -> float | None:
        """The share, 0 to 1."""
        return self.count / self.n if self.n else None

    @property
    def upper(self) -> float | None:
        """The share is below this with 95 % confidence; None where there is nothing to measure."""
        return upper_bound(self.count, self.n) if self.n else None

    @property
    def lower(self) -> float | None:
        """The share is above this with 95 % confidence; None where there is nothing to measure."""
        return 1 - upper_bound(self.n - self.count, self.n) if self.n else None


@lru_cache(maxsize=4096)
def upper_bound(count: int, n: int, level: float = LEVEL) -> float:
    """The largest share that still gives ``count`` or fewer of ``n`` with probability ``1 - level``.

    One-sided Clopper-Pearson bound, by bisection on the binomial distribution. ``n`` is at least 1.
    """
    if count >= n:
        return 1.0
    low, high = count / n, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(count, n, middle) > 1 - level else (low, middle)
    return high


def _at_most(count: int, n: int, share: float) -> float:
    """Probability of ``count`` or fewer successes in ``n`` trials."""
    if share <= 0 or share >= 1:
        return float(share <= 0 or count >= n)
    odds = math.log(share), math.log1p(-share)
    whole = math.lgamma(n + 1)
    logs = [
        whole - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * odds[0] + (n - i) * odds[1] for i in range(count + 1)
    ]
    return math.fsum(math.exp(one) for one in logs)


def resample(faxes: int, rounds: int = ROUNDS, seed: int = SEED) -> Floats:
    """How often each fax is drawn in each round, shape (rounds, faxes); every row sums to ``faxes``."""
    if faxes == 0:
        return np.zeros((rounds, 0))
    drawn = np.random.default_rng(seed).multinomial(faxes, np.full(faxes, 1 / faxes), size=rounds)
    return drawn.astype(np.float64)


def estimate_ratio(part: Floats, whole: Floats, weights: Floats) -> Estimate:
    """Sum of ``part`` over sum of ``whole``, both one number a fax, with its interval; ``weights`` from ``resample``.

    Where no resample differs from another (all faxes are perfect, or none is) the bootstrap has nothing to go by: the
    interval is then Clopper-Pearson's with one trial a fax.
    """
    total = float(whole.sum())
    if total == 0:
        return Estimate(None)
    value = float(part.sum()) / total
    faxes = int((whole > 0).sum())
    if faxes < FEWEST_FAXES:
        return Estimate(value)
    parts, wholes = weights @ part, weights @ whole
    low, high = percentiles(parts[wholes > 0] / wholes[wholes > 0])
    if high - low < 1e-12 and value in (0.0, 1.0):
        margin = upper_bound(0, faxes, (1 + LEVEL) / 2)
        return Estimate(value, 1 - margin if value else 0.0, 1.0 if value else margin)
    return Estimate(value, low, high)


def percentiles(values: Floats) -> tuple[float, float]:
    """The bounds between which 95 % of the values lie."""
    low, high = np.percentile(values, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return float(low), float(high)


def estimate_by_rounds(value: float | None, faxes: int, figure: Callable[[int], float | None]) -> Estimate:
    """A figure that is no plain ratio: ``figure(round)`` is its value in one resample, None where it has none."""
    if value is None or faxes < FEWEST_FAXES:
        return Estimate(value)
    values = [one for one in (figure(number) for number in range(ROUNDS)) if one is not None]
    return Estimate(value, *percentiles(np.array(values))) if values else Estimate(value)
