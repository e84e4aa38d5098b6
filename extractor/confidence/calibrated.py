"""The calibrated probability of a value: a small additive model over its evidence, data in ``calibration.json``.

An additive logistic model (Hastie and Tibshirani, Generalized Additive Models, 1990): every measure of good evidence
enters through a piecewise linear function that only rises, because its weights are never negative; fields, tiers and
reasons shift the log-odds. Two straight lines follow: one maps log-odds to those observed on forms that the fit did
not see (Platt 1999), one to those observed on faxes of other makers, and it may only lower what the first says.
"""

import json
import math
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import Field as Key
from pydantic import model_validator

from extractor.confidence.evidence import Evidence
from extractor.errors import UsageError
from models.record import Quality, Value

FORMAT = 2
_TIERS = tuple(quality.value for quality in Quality)
"""From the best read to the worst."""
_MOST = 0.9999
"""No value is more than this sure: nothing that was measured shows more."""


def sigmoid(log_odds: float) -> float:
    """The probability of log-odds, which beyond 30 either way say no more."""
    return 1.0 / (1.0 + math.exp(-max(min(log_odds, 30.0), -30.0)))


class Rise(Value):
    """A piecewise linear function of one feature that only rises: ``weights[i]`` from ``knots[i]`` to the next knot.

    ``default`` stands for the feature where it is not given. Weights are log-odds, never negative.
    """

    default: float
    knots: tuple[float, ...] = Key(min_length=2)
    weights: tuple[float, ...]

    @model_validator(mode="after")
    def _only_rises(self) -> "Rise":
        if len(self.weights) != len(self.knots) - 1 or list(self.knots) != sorted(set(self.knots)):
            raise ValueError("a rise needs one weight between each two knots, which ascend")
        if min(self.weights) < 0:
            raise ValueError("the weights of a rise are not negative")
        return self

    def steps(self, value: float | None) -> tuple[float, ...]:
        """How far ``value`` has come from each knot to the next, 0-1."""
        at = self.default if value is None else value
        pairs = zip(self.knots, self.knots[1:], strict=False)
        return tuple(min(max((at - low) / (high - low), 0.0), 1.0) for low, high in pairs)

    def of(self, value: float | None) -> float:
        """The log-odds that ``value`` adds."""
        return sum(weight * step for weight, step in zip(self.weights, self.steps(value), strict=True))


class Line(Value):
    """Log-odds to log-odds: ``slope`` (never negative) times them, plus ``shift``."""

    slope: float = Key(ge=0.0)
    shift: float

    def of(self, log_odds: float) -> float:
        """The log-odds that this line gives."""
        return self.slope * log_odds + self.shift


class Accepted(Value):
    """From which probability values of one group and tier are right often enough, and what shows it.

    ``threshold`` is None where no probability is high enough. ``n`` values at least so sure were seen, ``wrong`` of
    them wrong; with 95 % confidence fewer than ``bound`` of such values are wrong. ``basis``: ``cell`` where these are
    values of this tier alone, ``pooled`` where the tier has too few and they are of all tiers.
    """

    threshold: float | None
    n: int
    wrong: int
    bound: float
    basis: str


class Calibration(Value):
    """The fitted model. ``slopes``: features whose sign the fit was free to choose; ``shifts``: by group and name.

    ``observed``: to log-odds as seen on forms left out of the fit. ``transfer``: by tier, to those seen on faxes of
    other makers, which may only lower them. ``accepted``: by group of fields (``critical``, ``other``), the share of
    wrong values that is allowed (as text), and tier.
    """

    format: int
    version: str
    card: Mapping[str, object]
    bias: float
    rises: Mapping[str, Rise]
    slopes: Mapping[str, float]
    shifts: Mapping[str, Mapping[str, float]]
    observed: Line
    transfer: Mapping[str, Line]
    accepted: Mapping[str, Mapping[str, Mapping[str, Accepted]]]

    @model_validator(mode="after")
    def _is_of_this_format(self) -> "Calibration":
        if self.format != FORMAT:
            raise ValueError(f"this is calibration format {self.format}, not {FORMAT}: fit it again")
        return self

    def accepted_at(self, group: str, allowed: float) -> Mapping[str, Accepted]:
        """By tier, for the largest share of wrong values that thresholds were shown for and that is ``allowed``."""
        shown = {float(share): tiers for share, tiers in self.accepted.get(group, {}).items()}
        return shown[max(share for share in shown if share <= allowed)] if min(shown, default=1.0) <= allowed else {}

    def raw(self, evidence: Evidence) -> float:
        """The log-odds before both lines."""
        features = evidence.features
        rises = sum(rise.of(features.get(name)) for name, rise in self.rises.items())
        slopes = sum(weight * features.get(name, 0.0) for name, weight in self.slopes.items())
        shifts = sum(self.shifts.get(group, {}).get(name, 0.0) for group, name in groups_of(evidence))
        return self.bias + rises + slopes + shifts

    def weakest(self, evidence: Evidence) -> float:
        """The least log-odds before both lines that the value would have on a page that is read no worse."""
        return min(self.raw(evidence.model_copy(update={"tier": tier})) for tier in _no_worse_than(evidence.tier))

    def probability(self, evidence: Evidence) -> float:
        """The probability that the value is right, 0-1: never more than on a page that is read better."""
        tiers = [evidence.model_copy(update={"tier": tier}) for tier in _no_worse_than(evidence.tier)]
        return min(self.of(self.raw(one), one.tier) for one in tiers)

    def of(self, raw: float, tier: str) -> float:
        """The probability that both lines give to log-odds of ``raw`` on a page of ``tier``.

        What new forms take from a better tier they take from a worse one too: few faxes show what they take there.
        """
        observed = self.observed.of(raw)
        lines = [self.transfer[one].of(observed) for one in _no_worse_than(tier) if one in self.transfer]
        return round(min(sigmoid(min([observed, *lines])), _MOST), 4)


def _no_worse_than(tier: str) -> tuple[str, ...]:
    """The tier and those that are read better."""
    return _TIERS[: _TIERS.index(tier) + 1] if tier in _TIERS else (tier,)


def groups_of(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """The groups that shift a value's log-odds, from wide to narrow: a narrow one adds to what a wide one says."""
    part = evidence.path.partition(".")[0].partition("[")[0]
    yield "tier", evidence.tier
    yield "part", part
    yield "path", evidence.path
    yield "page_type", evidence.page_type
    yield "tier and part", f"{evidence.tier} {part}"
    yield from (("reason", code) for code in sorted(evidence.reasons))


@cache
def load_calibration(file: str | None = None) -> Calibration:
    """The packaged model, or a site's own from ``file``, checked. Raises ``UsageError`` for a file that holds none."""
    if file is None:
        text = resources.files("extractor.confidence").joinpath("calibration.json").read_text(encoding="utf-8")
        return Calibration.model_validate(json.loads(text))
    try:
        return Calibration.model_validate_json(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"policy.calibration names {file}, which holds no calibration of this version: make it again with "
            "extractor calibrate, or take the setting away."
        ) from error
