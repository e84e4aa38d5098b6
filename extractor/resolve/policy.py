"""When a value counts as found: thresholds by field, in ``policy.json``."""

import json
import re
from functools import cache
from importlib import resources

from models.record import Quality, Value


class RunnerUp(Value):
    """``ratio``: another value this near the best needs a person; ``conflict``: two pages this sure disagree."""

    ratio: float
    conflict: float


class Needed(Value):
    """What a critical field needs to be found, as features (0-1) of one of its candidates; ``blank_label`` is how
    surely the label of a field must have been read before its emptiness is believed."""

    label: float
    role: float
    blank_label: float


class Policy(Value):
    """Thresholds of probability (0-1); ``quality_margin`` is added for pages that came through badly.

    ``expected``: what every referral states, so that finding nothing is rather a failure to read. On ``poor`` pages an
    expected answer that looks empty may only be too faint."""

    version: str
    card: dict[str, str]
    thresholds: dict[str, float]
    quality_margin: dict[str, float]
    runner_up: RunnerUp
    evidence: Needed
    critical: frozenset[str]
    expected: frozenset[str]
    poor: frozenset[Quality]

    def is_critical(self, path: str) -> bool:
        """Whether being wrong in ``path`` (list places as numbers, ``*`` or empty) harms."""
        return _pattern(path) in self.critical

    def is_expected(self, path: str) -> bool:
        """Whether every referral states ``path``."""
        return _pattern(path) in self.expected

    def threshold(self, path: str, quality: Quality | None) -> float:
        """The least probability with which ``path`` is found on a page of this quality."""
        margin = self.quality_margin.get(str(quality), 0.0) if quality is not None else 0.0
        return self.thresholds["critical" if self.is_critical(path) else "other"] + margin


def _pattern(path: str) -> str:
    return re.sub(r"\[[^\]]*\]", "[]", path)


@cache
def load_policy() -> Policy:
    """The packaged policy, checked."""
    text = resources.files("extractor.resolve").joinpath("policy.json").read_text(encoding="utf-8")
    return Policy.model_validate(json.loads(text))


POLICY = load_policy().version
