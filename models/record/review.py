"""``Correction``: one answer of a person about one field, and the ``Change`` that keeps it in order.

Standard library and pydantic only. Changes are only ever added: undoing is a change that withdraws an earlier one, and
redoing withdraws the undoing.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol, Self, TypeVar

from pydantic import Field as Key
from pydantic import model_validator

from models.record.geometry import BBox
from models.record.value import Value


class Answer(StrEnum):
    """What a person said of a field.

    ``remove`` is said of a whole list item (``patient.allergies[1]``, ``orders[0]``) that is none. A ``correct`` at
    the place behind the last item (``patient.allergies[2]`` where there are two) adds one.
    """

    CONFIRM = "confirm"
    CORRECT = "correct"
    ALTERNATIVE = "alternative"
    BLANK = "blank"
    ILLEGIBLE = "illegible"
    NOT_ON_FORM = "not_on_form"
    REMOVE = "remove"


HAS_VALUE = frozenset({Answer.CONFIRM, Answer.CORRECT, Answer.ALTERNATIVE})
"""The answers that leave a value."""


class Correction(Value):
    """One answer: ``value`` is in the record's format, null exactly where the answer leaves none.

    ``path`` counts list items as they stand in ``revision``, with added ones behind them; ``page_no`` and ``bbox``
    (points on the upright page) say where the person read it, if they showed it. ``at`` is UTC.
    """

    referral_id: str
    revision: int = Key(ge=1)
    path: str = Key(min_length=1, max_length=200)
    action: Answer
    value: str | bool | int | float | None = None
    page_no: int | None = Key(default=None, ge=1)
    bbox: BBox | None = None
    actor: str
    at: datetime

    @model_validator(mode="after")
    def _value_fits_answer(self) -> Self:
        if (self.action in HAS_VALUE) != (self.value is not None):
            raise ValueError("value is null exactly where the answer leaves none")
        return self


class Change(Value):
    """One line of a referral's history, ``number`` growing: a correction, or the number of the change it withdraws."""

    number: int = Key(ge=1)
    correction: Correction | None = None
    withdraws: int | None = None
    actor: str
    at: datetime

    @model_validator(mode="after")
    def _is_one_of_two(self) -> Self:
        if (self.correction is None) == (self.withdraws is None):
            raise ValueError("a change holds a correction or withdraws one, and not both")
        return self


class Noted(Protocol):
    """A change of whatever is changed: it says something, or ``withdraws`` an earlier one."""

    @property
    def number(self) -> int:
        """Grows from change to change."""
        ...

    @property
    def withdraws(self) -> int | None:
        """The number of the change that is taken back, None for one that says something."""
        ...

    @property
    def actor(self) -> str:
        """Who did it."""
        ...


C = TypeVar("C", bound=Noted)


def standing(changes: Iterable[C]) -> tuple[C, ...]:
    """The changes that hold, oldest first: those that nothing withdrew, or whose withdrawal was withdrawn."""
    ordered = sorted(changes, key=lambda change: change.number)
    return tuple(change for change in ordered if change.withdraws is None and not _is_withdrawn(change, ordered))


def to_undo(changes: Iterable[C], actor: str) -> C | None:
    """The last standing change of ``actor``: what undoing withdraws; None where there is none."""
    return next((change for change in reversed(standing(changes)) if change.actor == actor), None)


def to_redo(changes: Iterable[C], actor: str) -> C | None:
    """The undoing of ``actor`` that redoing withdraws; None where none is left, or a newer change of theirs stands."""
    ordered = sorted(changes, key=lambda change: change.number)
    for change in reversed(ordered):
        if change.actor != actor:
            continue
        if change.withdraws is None:
            if not _is_withdrawn(change, ordered):
                return None
        elif not _is_withdrawn(change, ordered) and not _withdraws_undoing(change, ordered):
            return change
    return None


def _is_withdrawn(change: Noted, ordered: Sequence[Noted]) -> bool:
    """Whether a later change that itself holds withdraws this one."""
    return any(later.withdraws == change.number and not _is_withdrawn(later, ordered) for later in ordered)


def _withdraws_undoing(change: Noted, ordered: Sequence[Noted]) -> bool:
    """Whether this change is a redoing."""
    return any(other.number == change.withdraws and other.withdraws is not None for other in ordered)
