"""A site's own calibration: the packaged model, drawn to what the site's confirmed referrals show.

The model keeps its order of values. Its probabilities are moved along one line (Platt 1999), which takes few values to
fit, and thresholds come from the site's values alone: in a tier of which the site has too few, a person is asked.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from extractor.confidence.calibrated import Accepted, Calibration, Line
from extractor.errors import UsageError
from extractor.evaluate.acceptance import NOT_SHOWN, accept, fewest_needed, order_levels
from extractor.evaluate.calibrate import LEVELS, is_undisputed
from extractor.evaluate.fitting import Floats, fit_line, right_of
from extractor.evaluate.samples import Sample
from extractor.resolve.policy import Policy

FEWEST_FAXES = 50
"""Values of one fax are wrong together: from fewer faxes than this nothing is learnt of how often."""
FEWEST_IN_TIER = 60
"""Fewer values of a tier show nothing of it."""
FOLDS = 5


@dataclass(frozen=True, slots=True)
class SiteRefit:
    """The site's calibration, and what the one before and this one give for each sample.

    ``after`` comes from lines that were fitted without the sample's fax.
    """

    calibration: Calibration
    before: Floats
    after: Floats


def refit_site(samples: Sequence[Sample], base: Calibration, policy: Policy, today: datetime) -> SiteRefit:
    """Fit the line and the thresholds. Raises ``UsageError`` where the site has too few confirmed referrals."""
    _check_enough(samples, policy)
    raw, right = np.array([base.weakest(one.evidence) for one in samples]), right_of(samples)
    log_odds = base.observed.slope * raw + base.observed.shift
    fold = np.array([int(hashlib.sha256(one.fax.encode()).hexdigest(), 16) % FOLDS for one in samples])
    after = np.zeros(len(samples))
    for number in range(FOLDS):
        held_out = fold == number
        model = _moved(base, log_odds[~held_out], right[~held_out])
        after[held_out] = [model.of(float(raw[n]), samples[n].evidence.tier) for n in np.flatnonzero(held_out).tolist()]
    accepted = {
        group: order_levels({share: _accepted(samples, after, group, share) for share in {*LEVELS[group], allowed}})
        for group, allowed in policy.allowed_error.items()
    }
    card = {
        "what": f"{base.version}, drawn to this site's own confirmed referrals by extractor calibrate.",
        "own": {"values": len(samples), "wrong": int((right == 0).sum()), "faxes": len({one.fax for one in samples})},
        "date": today.date().isoformat(),
    }
    changes = {"accepted": accepted, "card": card, "version": f"{base.version}+site-{today:%Y%m%d}"}
    site = _moved(base, log_odds, right).model_copy(update=changes)
    return SiteRefit(site, np.array([base.probability(one.evidence) for one in samples]), after)


def _check_enough(samples: Sequence[Sample], policy: Policy) -> None:
    """Twice as many critical values as it takes without an error, for the first half alone must show the limit."""
    faxes = len({one.fax for one in samples})
    critical = sum(one.group == "critical" and is_undisputed(one) for one in samples)
    needed = 2 * fewest_needed(policy.allowed_error["critical"])
    if faxes < FEWEST_FAXES or critical < needed:
        raise UsageError(
            f"{faxes} confirmed faxes with {critical} undisputed critical values are too few to show an error of "
            f"{policy.allowed_error['critical']:.1%}: it takes {FEWEST_FAXES} faxes and {needed} values. Keep the "
            "calibration in use until then."
        )


def _moved(base: Calibration, log_odds: Floats, right: Floats) -> Calibration:
    """``base`` with its log-odds moved to those observed here, in place of those on faxes of other makers."""
    line = fit_line(log_odds, right, np.ones(len(right)))
    known = base.observed
    both = Line(slope=line.slope * known.slope, shift=line.of(known.shift))
    return base.model_copy(update={"observed": both, "transfer": {}})


def _accepted(samples: Sequence[Sample], sure: Floats, group: str, allowed: float) -> Mapping[str, Accepted]:
    at = [n for n, one in enumerate(samples) if one.group == group and is_undisputed(one)]
    wrong = np.array([float(not samples[n].is_right) for n in at])
    tiers = [samples[n].evidence.tier for n in at]
    found = accept(sure[at], wrong, tiers, allowed, None)
    nothing = {"threshold": None, "bound": 1.0, "basis": NOT_SHOWN}
    return {
        tier: one if tiers.count(tier) >= FEWEST_IN_TIER else one.model_copy(update=nothing)
        for tier, one in found.items()
    }
