"""How right the machine and the review are, measured by the checks that people answered.

Of a machine's value that a person did not see and read likewise, or that they decided to be right after all, it is
known that it was right. Intervals are one-sided 95 % bounds of Clopper and Pearson (1934).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from extractor.evaluate.intervals import Proportion
from extractor.resolve.policy import Policy
from extractor.store.checks import Check, CheckKind, Outcome
from extractor.web.labels import label_of
from models.record import Value

WEEKS = 12
RECENT = timedelta(weeks=4)
"""What the alarm and the budget look back on."""
_RIGHT = frozenset({Outcome.AGREED, Outcome.SLIP})
_WRONG = frozenset({Outcome.MACHINE_WRONG})
_CAUGHT = frozenset({Outcome.AGREED, Outcome.DIFFERED, Outcome.SLIP, Outcome.MACHINE_WRONG})


class Measured(Value):
    """``wrong`` of ``n``; shares are None where nothing was measured. The share is at most ``upper``, surely enough."""

    name: str
    n: int
    wrong: int
    share: float | None
    upper: float | None


class Budget(Value):
    """A group of fields in the last weeks: the share of errors ``allowed`` and what was measured.

    ``left``: the part of the allowed errors that is not used up, below 0 where it is overdrawn, None where nothing was
    measured. ``is_alarm``: more is wrong than allowed, with 95 % confidence; ``is_shown``: less is, likewise.
    """

    group: str
    allowed: float
    measured: Measured
    left: float | None
    is_alarm: bool
    is_shown: bool


class Quality(Value):
    """Everything on the page; ``waiting`` counts checks where nobody has said yet who is right."""

    since: datetime
    machine: Measured
    by_field: tuple[Measured, ...]
    by_tier: tuple[Measured, ...]
    by_week: tuple[Measured, ...]
    review: Measured
    review_by_field: tuple[Measured, ...]
    review_by_week: tuple[Measured, ...]
    budgets: tuple[Budget, ...]
    waiting: int
    unreadable: int


def measure(checks: Iterable[Check], policy: Policy, now: datetime) -> Quality:
    """What the checks of the last ``WEEKS`` show. ``review`` counts planted values that a person confirmed."""
    since = now - timedelta(weeks=WEEKS)
    told = [check for check in checks if check.at >= since]
    decided = {check: check.outcome in _WRONG for check in told if check.outcome in _RIGHT | _WRONG}
    seeded = {
        check: check.outcome is Outcome.MISSED
        for check in told
        if check.kind is CheckKind.SEEDED and check.outcome in _CAUGHT | {Outcome.MISSED}
    }
    return Quality(
        since=since,
        machine=_measured("all", decided.values()),
        by_field=_by(decided, lambda check: label_of(check.field)),
        by_tier=_by(decided, lambda check: check.tier.replace("_", " ")),
        by_week=_by(decided, _week),
        review=_measured("all", seeded.values()),
        review_by_field=_by(seeded, lambda check: label_of(check.field)),
        review_by_week=_by(seeded, _week),
        budgets=tuple(_budget(group, decided, policy, now) for group in sorted(policy.allowed_error)),
        waiting=sum(check.outcome is Outcome.DIFFERED for check in told),
        unreadable=sum(check.outcome is Outcome.UNREADABLE for check in told),
    )


def _budget(group: str, decided: Mapping[Check, bool], policy: Policy, now: datetime) -> Budget:
    recent = [wrong for check, wrong in decided.items() if check.at >= now - RECENT and _group(check, policy) == group]
    measured, allowed = _measured(group, recent), policy.allowed_error[group]
    lower = Proportion(measured.wrong, measured.n).lower
    return Budget(
        group=group,
        allowed=allowed,
        measured=measured,
        left=None if measured.share is None else 1 - measured.share / allowed,
        is_alarm=lower is not None and lower > allowed,
        is_shown=measured.upper is not None and measured.upper <= allowed,
    )


def _group(check: Check, policy: Policy) -> str:
    return policy.group(check.path)


def _by(judged: Mapping[Check, bool], name: Callable[[Check], str]) -> tuple[Measured, ...]:
    found: dict[str, list[bool]] = {}
    for check, wrong in judged.items():
        found.setdefault(name(check), []).append(wrong)
    return tuple(_measured(key, found[key]) for key in sorted(found))


def _week(check: Check) -> str:
    return (check.at - timedelta(days=check.at.weekday())).date().isoformat()


def _measured(name: str, wrong: Iterable[bool]) -> Measured:
    all_of_it = list(wrong)
    share = Proportion(sum(all_of_it), len(all_of_it))
    return Measured(name=name, n=share.n, wrong=share.count, share=share.value, upper=share.upper)
