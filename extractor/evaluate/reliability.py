"""How far a confidence can be believed: calibration, ranking, and what may pass without a human.

All figures follow from two numbers for each confidence that occurs: how many values with it are right, and how many
wrong. A resample of faxes only changes these. Sources: reliability diagram and expected calibration error, Naeini et
al. 2015 (equal-width bins); Brier 1950; AUROC as Mann and Whitney 1947, ties half; risk and coverage, El-Yaniv and
Wiener 2010.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extractor.evaluate.intervals import (
    LEVEL,
    Estimate,
    Floats,
    Proportion,
    estimate_by_rounds,
    upper_bound,
)

BINS = 10
NEAR_SURE = 0.99
ACCEPTED_ERROR = 0.005
FLOOR = 1e-6
"""A probability is kept this far from 0 and 1, so that one surely wrong value does not make the log-loss infinite."""


@dataclass(frozen=True, slots=True)
class Given:
    """One value with its confidence: of which fax (0-based), how sure, and whether it is right."""

    fax: int
    confidence: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Values whose confidence is from ``low`` to ``high``: their mean confidence, and how many are right."""

    low: float
    high: float
    confidence: float
    right: Proportion


@dataclass(frozen=True, slots=True)
class Point:
    """The surest share of the values (``coverage``) and the errors among them; ``upper``: Clopper-Pearson, 95 %."""

    threshold: float
    coverage: float
    risk: float
    upper: float


@dataclass(frozen=True, slots=True)
class Accepted:
    """What may pass unseen at an error of ``ACCEPTED_ERROR``.

    ``share``: of all values, the largest share of the surest ones with no more errors than that in this set.
    ``shown``: the largest share for which the 95 % bound of the error is below it too; None where ``n`` values, even
    without an error, would not show it (``needed`` would). ``errors``: among those of ``share``.
    """

    share: Estimate
    errors: Proportion
    shown: float | None
    n: int
    needed: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """Everything about the confidence of one set of values; ``below`` is for those under ``NEAR_SURE`` alone."""

    n: int
    faxes: int
    right: Proportion
    bins: tuple[Bin, ...]
    ece: Estimate
    below: int
    ece_below: Estimate
    brier: Estimate
    log_loss: Estimate
    base_log_loss: float | None
    auroc: Estimate
    curve: tuple[Point, ...]
    accepted: Accepted


@dataclass(frozen=True, slots=True)
class _Counts:
    """Right and wrong values at each confidence ``at`` (ascending)."""

    at: Floats
    right: Floats
    wrong: Floats

    @property
    def all(self) -> Floats:
        """Values at each confidence."""
        return self.right + self.wrong

    def where(self, mask: NDArray[np.bool_]) -> "_Counts":
        """Only some confidences."""
        return _Counts(self.at[mask], self.right[mask], self.wrong[mask])


_Figure = Callable[[_Counts], float | None]
"""A figure of counts, None where there is nothing to measure."""


def measure_briefly(given: Sequence[Given]) -> tuple[float | None, float | None]:
    """ECE and AUROC alone, without their intervals."""
    is_right = np.array([one.is_right for one in given], dtype=np.float64)
    at, place = np.unique(np.array([one.confidence for one in given], dtype=np.float64), return_inverse=True)
    right = np.bincount(place, weights=is_right, minlength=len(at)).astype(np.float64)
    wrong = np.bincount(place, weights=1 - is_right, minlength=len(at)).astype(np.float64)
    counts = _Counts(at, right, wrong)
    return _ece(counts), _auroc(counts)


def measure_reliability(given: Sequence[Given], weights: Floats) -> Reliability:
    """Measure all of it; ``weights`` from ``intervals.resample``, one column a fax."""
    fax = np.array([one.fax for one in given], dtype=np.intp)
    is_right = np.array([one.is_right for one in given], dtype=np.float64)
    at, place = np.unique(np.array([one.confidence for one in given], dtype=np.float64), return_inverse=True)

    def counts(weight: Floats) -> _Counts:
        right = np.bincount(place, weights=weight * is_right, minlength=len(at))
        wrong = np.bincount(place, weights=weight * (1 - is_right), minlength=len(at))
        return _Counts(at, right.astype(np.float64), wrong.astype(np.float64))

    once = counts(np.ones(len(given)))
    below = at < NEAR_SURE
    faxes = len(set(fax.tolist()))
    resampled = [counts(row[fax]) for row in weights] if given else []

    def estimate(figure: _Figure) -> Estimate:
        return estimate_by_rounds(figure(once), faxes, lambda number: figure(resampled[number]))

    return Reliability(
        n=len(given),
        faxes=faxes,
        right=Proportion(int(is_right.sum()), len(given)),
        bins=_bins(once),
        ece=estimate(_ece),
        below=int(once.where(below).all.sum()),
        ece_below=estimate(lambda one: _ece(one.where(below))),
        brier=estimate(_brier),
        log_loss=estimate(_log_loss),
        base_log_loss=_base_log_loss(once),
        auroc=estimate(_auroc),
        curve=_curve(once),
        accepted=_accepted(once, estimate(_accepted_share)),
    )


def _bin_of(counts: _Counts) -> NDArray[np.intp]:
    return np.minimum((counts.at * BINS).astype(np.intp), BINS - 1)


def _bins(counts: _Counts) -> tuple[Bin, ...]:
    number, found = _bin_of(counts), []
    for one in range(BINS):
        inside = counts.where(number == one)
        n = inside.all.sum()
        if n:
            mean = float((inside.at * inside.all).sum() / n)
            found.append(Bin(one / BINS, (one + 1) / BINS, mean, Proportion(int(inside.right.sum()), int(n))))
    return tuple(found)


def _ece(counts: _Counts) -> float | None:
    n = counts.all.sum()
    if not n:
        return None
    gaps = np.bincount(_bin_of(counts), weights=counts.at * counts.all - counts.right, minlength=BINS)
    return float(np.abs(gaps).sum() / n)


def _brier(counts: _Counts) -> float | None:
    n = counts.all.sum()
    return float((counts.right * (1 - counts.at) ** 2 + counts.wrong * counts.at**2).sum() / n) if n else None


def _log_loss(counts: _Counts) -> float | None:
    n = counts.all.sum()
    at = np.clip(counts.at, FLOOR, 1 - FLOOR)
    return float(-(counts.right * np.log(at) + counts.wrong * np.log1p(-at)).sum() / n) if n else None


def _base_log_loss(counts: _Counts) -> float | None:
    """The log-loss of saying of every value how often values are right: the best that one number for all can do."""
    n, right = counts.all.sum(), counts.right.sum()
    return _log_loss(_Counts(np.array([right / n]), np.array([right]), np.array([n - right]))) if n else None


def _auroc(counts: _Counts) -> float | None:
    right, wrong = counts.right.sum(), counts.wrong.sum()
    if not right or not wrong:
        return None
    wrong_below = np.cumsum(counts.wrong) - counts.wrong
    return float((counts.right * (wrong_below + counts.wrong / 2)).sum() / (right * wrong))


def _surest(counts: _Counts) -> tuple[Floats, Floats]:
    """How many values, and how many wrong ones, are at least as sure as each confidence, the surest first."""
    return np.cumsum(counts.all[::-1]), np.cumsum(counts.wrong[::-1])


def _curve(counts: _Counts) -> tuple[Point, ...]:
    taken, wrong = _surest(counts)
    n = float(counts.all.sum())
    return tuple(
        Point(float(at), float(k / n), float(e / k), upper_bound(int(e), int(k)))
        for at, k, e in zip(counts.at[::-1], taken, wrong, strict=True)
    )


def _accepted_share(counts: _Counts) -> float | None:
    taken, wrong = _surest(counts)
    n = counts.all.sum()
    if not n:
        return None
    good = taken[(taken > 0) & (wrong <= ACCEPTED_ERROR * taken)]
    return float(good.max() / n) if good.size else 0.0


def _accepted(counts: _Counts, share: Estimate) -> Accepted:
    n = int(counts.all.sum())
    needed = int(np.ceil(np.log(1 - LEVEL) / np.log1p(-ACCEPTED_ERROR)))
    taken, wrong = _surest(counts)
    best = round((share.value or 0.0) * n)
    errors = int(wrong[taken <= best].max(initial=0))
    shown = [k for k, e in zip(taken, wrong, strict=True) if upper_bound(int(e), int(k)) <= ACCEPTED_ERROR]
    return Accepted(share, Proportion(errors, best), float(max(shown) / n) if shown else None, n, needed)
