"""Fits the calibrated model of ``extractor.confidence`` to values known to be right or wrong. Deterministic.

Penalised maximum likelihood of an additive logistic model whose rises may not fall, by projected Newton steps
(Bertsekas 1982). The penalty on the shift of a group draws it to what the wider groups say (shrinkage as in ridge
regression, Hoerl and Kennard 1970): the narrower, the more.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extractor.confidence.calibrated import FORMAT, Calibration, Line, Rise, groups_of
from extractor.confidence.evidence import Evidence
from extractor.evaluate.samples import Sample

Floats = NDArray[np.float64]

KNOTS: Mapping[str, tuple[float, tuple[float, ...]]] = {
    "rank": (0.0, (0.0, 0.3, 0.5, 0.7, 0.84, 0.9, 0.94, 0.96, 0.98, 0.99)),
    "reading_min": (0.7, (0.0, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99)),
    "open_reading": (1.0, (0.0, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99)),
    "reading_mean": (0.9, (0.5, 0.8, 0.9, 0.95, 0.99)),
    "label": (0.5, (0.0, 0.5, 0.8, 1.0)),
    "relation": (0.5, (0.5, 0.8, 1.0)),
    "role": (0.5, (0.0, 0.4, 0.7, 0.85, 1.0)),
    "page": (0.5, (0.0, 0.5, 0.8, 1.0)),
    "valid": (1.0, (0.0, 0.5, 1.0)),
    "checked": (1.0, (0.0, 1.0)),
    "usual": (1.0, (0.0, 1.0)),
    "anchor": (0.0, (0.0, 1.0)),
    "verified": (0.0, (0.0, 1.0)),
    "undisputed": (0.0, (0.0, 1.0)),
    "pages": (0.0, (0.0, 0.5, 1.0)),
    "places": (0.0, (0.0, 0.34, 1.0)),
    "lead": (0.0, (0.0, 0.25, 0.6, 1.0)),
    "unrivalled": (0.0, (0.0, 1.0)),
    "name_rank": (0.0, (0.0, 0.5, 0.84, 0.94, 0.98)),
    "name_undisputed": (0.0, (0.0, 1.0)),
    "weakest": (0.0, (0.0, 0.5, 0.8, 0.95)),
    "legible": (0.5, (0.4, 0.7, 0.9, 0.97, 1.0)),
    "unique": (1.0, (0.2, 0.5, 1.0)),
    "peers": (0.5, (0.4, 0.7, 0.85, 0.97)),
    "part_peers": (0.5, (0.4, 0.7, 0.85, 0.97)),
    "one_patient": (1.0, (0.3, 1.0)),
    "is_referral": (1.0, (0.0, 1.0)),
    "known_labels": (0.5, (0.3, 0.6, 0.9)),
    "mass": (0.9, (0.0, 0.5, 0.8, 0.95, 0.99, 1.0)),
    "posterior": (0.9, (0.0, 0.5, 0.8, 0.95, 0.99, 1.0)),
    "margin": (0.9, (0.0, 0.5, 0.9, 1.0)),
    "second": (0.5, (0.0, 0.5, 1.0)),
}
"""What rises: the default where it is not given, and the knots between which its weight is fitted."""
SLOPES = ("read", "embedded", "derived", "long", "few", "filled")
"""What may speak for or against."""
PENALTY = {"rise": 1.0, "slope": 1.0, "tier": 1.0, "part": 1.0, "path": 2.0, "page_type": 2.0, "reason": 2.0}
NARROW = 4.0
"""The penalty of every group that is not named."""
FEWEST = 8
"""A group of fewer values has no shift of its own."""
FOLDS = 8
STIFF = 4.0
"""How strongly a line is drawn to the identity, in observations."""
_ROUNDS, _CLOSE = 60, 1e-6


@dataclass(frozen=True, slots=True)
class _Design:
    """Columns of the model in their order: their names, penalties, and which may not fall."""

    groups: tuple[tuple[str, str], ...]
    penalty: Floats
    is_rise: NDArray[np.bool_]

    def rows(self, evidence: Sequence[Evidence]) -> Floats:
        """One row a value: 1, steps of the rises, slopes, groups."""
        rises = _empty_rises()
        place = {group: number for number, group in enumerate(self.groups)}
        steps = sum(len(rise.weights) for rise in rises.values())
        start = 1 + steps + len(SLOPES)
        rows = np.zeros((len(evidence), start + len(self.groups)))
        rows[:, 0] = 1.0
        for number, one in enumerate(evidence):
            rows[number, 1 : 1 + steps] = [
                step for name, rise in rises.items() for step in rise.steps(one.features.get(name))
            ]
            rows[number, 1 + steps : start] = [one.features.get(name, 0.0) for name in SLOPES]
            for group in groups_of(one):
                if group in place:
                    rows[number, start + place[group]] = 1.0
        return rows


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model, and the log-odds of each sample from a model that saw no form of its family."""

    calibration: Calibration
    held_out: Floats


def fit_calibration(samples: Sequence[Sample], weights: Floats, version: str, card: Mapping[str, object]) -> Fitted:
    """The model of all samples, each counted ``weights`` times; both its lines are still the identity."""
    design = _design(samples)
    rows, right = design.rows([one.evidence for one in samples]), right_of(samples)
    fold = np.array([_fold(one.form) for one in samples])
    held_out = np.zeros(len(samples))
    whole = _fit(rows, right, weights, design, np.zeros(rows.shape[1]))
    for number in range(FOLDS):
        out = fold == number
        if out.any() and not out.all():
            # The loss is convex: starting near its least only saves steps.
            held_out[out] = rows[out] @ _fit(rows[~out], right[~out], weights[~out], design, whole)
    return Fitted(_model(design, whole, version, card), held_out)


def fit_line(log_odds: Floats, right: Floats, weights: Floats) -> Line:
    """The line from log-odds to those observed (Platt 1999), drawn to the identity where there is little to go by."""
    at = np.array([1.0, 0.0])
    columns = np.column_stack([log_odds, np.ones(len(log_odds))])
    for _ in range(_ROUNDS):
        likely = _sigmoid(columns @ at)
        gradient = columns.T @ (weights * (likely - right)) + STIFF * (at - (1.0, 0.0))
        curve = (columns.T * weights * np.maximum(likely * (1 - likely), 1e-6)) @ columns + STIFF * np.eye(2)
        new = at - np.linalg.solve(curve, gradient) / 2
        is_done = np.abs(new - at).max() < 1e-9
        at = np.array([max(new[0], 0.0), new[1]])
        if is_done:
            break
    return Line(slope=round(float(at[0]), 4), shift=round(float(at[1]), 4))


def fit_ceiling(log_odds: Floats, right: Floats) -> Line:
    """The line that log-odds are cut down to where they lie above it, likeliest for what is observed.

    By trying all of a grid, as what is cut has kinks. No steeper than the identity nor above it at 0: it lowers only.
    """
    best, found = math.inf, (1.0, 0.0)
    for slope in np.arange(1.0, 0.29, -0.02):
        for shift in np.arange(0.0, -2.01, -0.05):
            cut = np.minimum(log_odds, slope * log_odds + shift)
            loss = float((np.logaddexp(0, cut) - right * cut).sum() + STIFF * ((slope - 1) ** 2 + shift**2) / 2)
            if loss < best - 1e-9:
                best, found = loss, (float(slope), float(shift))
    return Line(slope=round(found[0], 4), shift=round(found[1], 4))


def _design(samples: Sequence[Sample]) -> _Design:
    counts = Counter(group for one in samples for group in groups_of(one.evidence))
    groups = tuple(sorted(group for group, count in counts.items() if count >= FEWEST))
    steps = sum(len(rise.weights) for rise in _empty_rises().values())
    wide = [1e-3, *[PENALTY["rise"]] * steps, *[PENALTY["slope"]] * len(SLOPES)]
    penalty = np.array([*wide, *(PENALTY.get(kind, NARROW) for kind, _ in groups)])
    is_rise = np.zeros(len(penalty), dtype=np.bool_)
    is_rise[1 : 1 + steps] = True
    return _Design(groups, penalty, is_rise)


def _fold(form: str) -> int:
    return int(hashlib.sha256(form.encode()).hexdigest(), 16) % FOLDS


def _fit(rows: Floats, right: Floats, counts: Floats, design: _Design, start: Floats) -> Floats:
    """Weights of least penalised loss; each row counts ``counts`` times."""
    weights = start
    loss = _loss(rows, right, counts, design, weights)
    for _ in range(_ROUNDS):
        likely = _sigmoid(rows @ weights)
        gradient = rows.T @ (counts * (likely - right)) + design.penalty * weights
        is_free = ~(design.is_rise & (weights <= 0) & (gradient > 0))
        free: Floats = rows[:, is_free]
        curve = (free * (counts * likely * (1 - likely))[:, None]).T @ free + np.diag(design.penalty[is_free])
        step = np.zeros_like(weights)
        step[is_free] = np.linalg.solve(curve, gradient[is_free])
        for halvings in range(30):
            new = weights - step / 2.0**halvings
            new[design.is_rise] = np.maximum(new[design.is_rise], 0.0)
            new_loss = _loss(rows, right, counts, design, new)
            if new_loss <= loss:
                break
        else:
            return weights
        if loss - new_loss < _CLOSE * loss:
            return new
        weights, loss = new, new_loss
    return weights


def _loss(rows: Floats, right: Floats, counts: Floats, design: _Design, weights: Floats) -> float:
    log_odds = rows @ weights
    return float(counts @ (np.logaddexp(0, log_odds) - right * log_odds) + design.penalty @ weights**2 / 2)


def _model(design: _Design, weights: Floats, version: str, card: Mapping[str, object]) -> Calibration:
    plain = [round(float(weight), 4) for weight in weights]
    at = 1
    rises: dict[str, Rise] = {}
    for name, rise in _empty_rises().items():
        after = at + len(rise.weights)
        rises[name] = rise.model_copy(update={"weights": tuple(plain[at:after])})
        at = after
    slopes = dict(zip(SLOPES, plain[at:], strict=False))
    shifts: dict[str, dict[str, float]] = {}
    for (kind, name), weight in zip(design.groups, plain[at + len(SLOPES) :], strict=True):
        shifts.setdefault(kind, {})[name] = weight
    identity = Line(slope=1.0, shift=0.0)
    return Calibration(
        format=FORMAT,
        version=version,
        card=card,
        bias=plain[0],
        rises=rises,
        slopes=slopes,
        shifts=shifts,
        observed=identity,
        transfer={},
        accepted={},
    )


def _empty_rises() -> Mapping[str, Rise]:
    return {
        name: Rise(default=default, knots=knots, weights=(0.0,) * (len(knots) - 1))
        for name, (default, knots) in KNOTS.items()
    }


def right_of(samples: Sequence[Sample]) -> Floats:
    """1 for each sample that is right, else 0."""
    return np.array([one.is_right for one in samples], dtype=np.float64)


def _sigmoid(log_odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -30, 30))), dtype=np.float64)
