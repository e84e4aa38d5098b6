"""From which probability values may be accepted without a person, shown by values that are known."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from extractor.confidence.calibrated import Accepted
from extractor.evaluate.intervals import LEVEL, upper_bound
from models.record import Quality

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

CELL, POOLED, NOT_SHOWN = "cell", "pooled", "not shown"
_STRIDE = 1.05
"""How much larger each next set of the surest values is that is tested."""


def find_threshold(sure: Floats, wrong: Floats, allowed: float) -> Accepted | None:
    """The least probability down to which the bound on the share of wrong values stays within ``allowed``.

    ``sure``: probabilities; ``wrong``: 1 for a wrong value. Fixed sequence testing (Angelopoulos, Bates, Candes, Jordan
    and Lei 2021, Learn then Test): sets of the surest values are tested from a first one upwards, each by the one-sided
    95 % bound of Clopper and Pearson (1934), up to the first that fails. The first is as large as bears some errors and
    still at most half of all: that depends on how many values there are, never on which of them are wrong. None where
    the first fails.
    """
    order = np.argsort(-sure, kind="stable")
    ranked, errors = sure[order], np.cumsum(wrong[order])
    size, best = _first_size(len(ranked), allowed), None
    while size <= len(ranked):
        threshold = _round_down(float(ranked[size - 1]))
        n = int((ranked >= threshold).sum())
        count = int(errors[n - 1])
        bound = upper_bound(count, n)
        if bound > allowed:
            break
        best = Accepted(threshold=threshold, n=n, wrong=count, bound=round(bound, 5), basis=CELL)
        if n == len(ranked):
            break
        size = min(max(math.ceil(size * _STRIDE), n + 1), len(ranked))
    return best


def _first_size(n: int, allowed: float) -> int:
    """The largest set of at most half the values that just bears some number of errors; else the smallest that can."""
    size = fewest_needed(allowed)
    for errors in range(1, 1000):
        larger = next((k for k in range(size, n // 2 + 1) if upper_bound(errors, k) <= allowed), None)
        if larger is None:
            break
        size = larger
    return size


def fewest_needed(allowed: float) -> int:
    """How many accepted values without an error it takes to show ``allowed``: 598 for 0.5 %."""
    return math.ceil(math.log(1 - LEVEL) / math.log1p(-allowed))


def control_risk(sure: Floats, wrong: Floats, allowed: float) -> float | None:
    """The least probability with which the expected share of values accepted wrongly stays within ``allowed``.

    Conformal risk control (Angelopoulos, Bates, Fisch, Lei and Schuster 2022) of the loss "wrong and accepted", which
    falls as the threshold rises: (losses + 1) / (n + 1) is at most ``allowed``. None where no threshold does it.
    """
    n = len(sure)
    most = math.floor(allowed * (n + 1)) - 1
    if most < 0:
        return None
    mistaken = np.sort(sure[wrong > 0])[::-1]
    return _above(float(mistaken[most])) if len(mistaken) > most else 0.0


def accept(
    sure: Floats, wrong: Floats, tiers: Sequence[str], allowed: float, others: tuple[Floats, Floats] | None
) -> Mapping[str, Accepted]:
    """The threshold of each tier for one group of fields.

    A tier with too few values takes that of all tiers together, which alone proves nothing of it: where its own values
    above it are wrong more often than allowed, its own threshold is raised until they are not. ``others``:
    probabilities and errors of faxes of other makers, which may raise every threshold.
    """
    known, tier_of = (sure, wrong), np.array(tiers)
    least = 0.0 if others is None else control_risk(*others, allowed)
    found = {}
    for quality in Quality:
        here = tier_of == quality.value
        shown = (_show(known, among, here, allowed, least) for among in (here, np.ones_like(here)))
        nothing = Accepted(threshold=None, n=int(here.sum()), wrong=0, bound=1.0, basis=NOT_SHOWN)
        found[quality.value] = next((one for one in shown if one is not None), nothing)
    return found


def order_levels(levels: Mapping[float, Mapping[str, Accepted]]) -> Mapping[str, Mapping[str, Accepted]]:
    """Thresholds by allowed share and tier, none below that of a larger share: who allows less asks for no less."""
    ordered: dict[str, Mapping[str, Accepted]] = {}
    above: Mapping[str, Accepted] = {}
    for share in sorted(levels, reverse=True):
        above = {tier: _no_less(one, above.get(tier)) for tier, one in levels[share].items()}
        ordered[str(share)] = above
    return dict(reversed(ordered.items()))


def _no_less(one: Accepted, other: Accepted | None) -> Accepted:
    if other is None or one.threshold is None:
        return one
    if other.threshold is None:
        return one.model_copy(update={"threshold": None, "bound": 1.0, "basis": NOT_SHOWN})
    return one.model_copy(update={"threshold": max(one.threshold, other.threshold)})


def _show(
    known: tuple[Floats, Floats], among: Mask, here: Mask, allowed: float, least: float | None
) -> Accepted | None:
    """The threshold for the values ``here`` that those ``among`` them show; None where they do not."""
    sure, wrong = known
    found = find_threshold(sure[among], wrong[among], allowed)
    if found is None or found.threshold is None or least is None:
        return None
    threshold = _raised(sure[here], wrong[here], max(found.threshold, least), allowed)
    taken = among & (sure >= threshold)
    n, count = int(taken.sum()), int(wrong[taken].sum())
    bound = upper_bound(count, n) if n else 1.0
    if bound > allowed:
        return None
    basis = CELL if np.array_equal(among, here) else POOLED
    return Accepted(threshold=round(threshold, 4), n=n, wrong=count, bound=round(bound, 5), basis=basis)


def _raised(sure: Floats, wrong: Floats, threshold: float, allowed: float) -> float:
    """The least probability from ``threshold`` up above which no more than ``allowed`` of the values are wrong.

    One wrong value alone may be chance and raises nothing.
    """
    for at in np.unique(sure[(sure >= threshold) & (wrong > 0)]):
        taken = sure >= threshold
        if wrong[taken].sum() <= max(1.0, allowed * taken.sum()):
            break
        threshold = _above(float(at))
    return threshold


def _round_down(value: float) -> float:
    return math.floor(value * 10_000 + 1e-9) / 10_000


def _above(value: float) -> float:
    """The next probability of four digits, which are all that a value carries: ``value`` itself is not accepted."""
    return (math.floor(value * 10_000 + 1e-6) + 1) / 10_000
