"""When a value counts as found: what is critical and how much error is allowed, in ``policy.json``."""

import json
from functools import cache
from importlib import resources

from extractor.confidence import load_calibration
from extractor.confidence.calibrated import Calibration
from extractor.errors import UsageError
from models.record import Quality, Value
from models.record.list_places import unplaced
from models.record.paths import record_paths
from models.stages.options import PolicyOptions

_NO_SITE = PolicyOptions()


class RunnerUp(Value):
    """``ratio``: another value this near the best needs a person; ``conflict``: two pages this sure disagree."""

    ratio: float
    conflict: float


class Needed(Value):
    """What a critical field needs to be found, as features (0-1) of one of its candidates; ``blank_label`` is how
    surely the label of a field must have been read before its emptiness is believed, ``posterior`` how much of what its
    pixels may say must be the value where they were looked at again."""

    label: float
    role: float
    blank_label: float
    posterior: float


class Policy(Value):
    """``allowed_error``: the share of wrong values among those accepted without a person, by group of fields.

    ``is_shadow``: what is found would be accepted, and a person still looks at every referral before it leaves.
    ``calibration``: the file of a site's own calibration, None for the packaged one.
    ``least``: the lowest probabilities that may be asked, whatever calibration shows.
    ``expected``: what every referral states, so that finding nothing is rather a failure to read. On ``poor`` pages an
    expected answer that looks empty may only be too faint."""

    version: str
    card: dict[str, str]
    is_shadow: bool
    allowed_error: dict[str, float]
    calibration: str | None = None
    least: dict[str, float]
    runner_up: RunnerUp
    evidence: Needed
    critical: frozenset[str]
    expected: frozenset[str]
    poor: frozenset[Quality]

    def is_critical(self, path: str) -> bool:
        """Whether being wrong in ``path`` (list places as numbers, ``*`` or empty) harms."""
        return unplaced(path) in self.critical

    def is_expected(self, path: str) -> bool:
        """Whether every referral states ``path``."""
        return unplaced(path) in self.expected

    def group(self, path: str) -> str:
        """Which of the groups of fields with a limit of their own ``path`` is in."""
        return "critical" if self.is_critical(path) else "other"

    def threshold(self, path: str, tier: str) -> float | None:
        """The least probability with which ``path`` is found on a page of this tier; None where none is enough.

        It follows from calibration: the least that kept the share of wrong values within ``allowed_error``, and never
        less than ``least``.
        """
        return self.threshold_of(self.load_calibration(), self.group(path), tier)

    def load_calibration(self) -> Calibration:
        """The calibration that this policy goes by."""
        return load_calibration(self.calibration)

    def threshold_of(self, calibration: Calibration, group: str, tier: str) -> float | None:
        """``threshold`` for a group of fields, as ``calibration`` shows it."""
        known = calibration.accepted_at(group, self.allowed_error[group]).get(tier)
        return None if known is None or known.threshold is None else max(known.threshold, self.least[group])


@cache
def load_policy(site: PolicyOptions = _NO_SITE) -> Policy:
    """The packaged policy with what a site asks beyond it.

    Raises ``UsageError`` for a critical field that no record has, and for a calibration that cannot be read.
    """
    text = resources.files("extractor.resolve").joinpath("policy.json").read_text(encoding="utf-8")
    packaged = Policy.model_validate(json.loads(text))
    added = frozenset(map(unplaced, site.critical))
    if unknown := sorted(added - record_paths()):
        raise UsageError(f"policy.critical names {unknown[0]}, which no record has: see RECORD.md, lists as labs[].")
    if not site.is_shadow and site.calibration is None:
        raise UsageError(
            "policy.is_shadow ends only with this site's own calibration: run extractor calibrate on confirmed "
            "referrals and name its file in policy.calibration."
        )
    changes = {
        "version": packaged.version if site == _NO_SITE else f"{packaged.version} (site)",
        "critical": packaged.critical | added,
        "allowed_error": {**packaged.allowed_error, "critical": site.allowed_error},
        "is_shadow": site.is_shadow,
        "calibration": site.calibration,
    }
    policy = packaged.model_copy(update=changes)
    policy.load_calibration()
    return policy


def name_policy(policy: Policy) -> str:
    """Its version, and whether it is in shadow, as a record says it."""
    return policy.version + (" (shadow)" if policy.is_shadow else "")


POLICY = name_policy(load_policy())
