"""Checks of one review: accepted fields that a person is shown all the same, and what became of those answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from extractor.resolve.settling import replace_fields
from extractor.store.checks import Check, Outcome
from models.record import Alternative, Reason, Referral, State
from models.record.paths import walk_fields

Chooser = Callable[[Referral, date], Mapping[str, str | None]]
"""Which accepted fields are shown all the same: by path the wrong value to show, None for none at all."""

CHECK_DIFFERS = Reason(
    code="check_differs", text="a person who did not see this value read another one: say which is right"
)


def choose_none(referral: Referral, today: date) -> Mapping[str, str | None]:  # noqa: ARG001 - a Chooser
    """No field."""
    return {}


@dataclass(frozen=True, slots=True)
class Checks:
    """``chosen``: as a ``Chooser`` gives it; ``answered``: what people said so far."""

    chosen: Mapping[str, str | None] = field(default_factory=dict)
    answered: tuple[Check, ...] = ()

    @property
    def open(self) -> Mapping[str, str | None]:
        """What still waits for an answer."""
        done = {check.path for check in self.answered}
        return {path: planted for path, planted in self.chosen.items() if path not in done}

    @property
    def differing(self) -> Mapping[str, Check]:
        """Where a person read another value than was accepted: whoever answers next says who is right."""
        return {check.path: check for check in self.answered if check.outcome in _DIFFERING}

    def doubted(self, record: Referral) -> Referral:
        """The record with these fields asking, the person's value among the alternatives."""
        told = self.differing
        if not told:
            return record
        fields = dict(walk_fields(record))
        return replace_fields(
            record,
            {
                path: fields[path].model_copy(
                    update={
                        "state": State.CONFLICTING,
                        "alternatives": () if check.answer is None else (Alternative(value=check.answer),),
                        "reasons": (*fields[path].reasons, CHECK_DIFFERS),
                    }
                )
                for path, check in told.items()
            },
        )


_DIFFERING = frozenset({Outcome.DIFFERED, Outcome.SLIP, Outcome.MACHINE_WRONG})
NO_CHECKS = Checks()
