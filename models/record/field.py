"""``Field``: one value of the record with where it was read, how sure it is, and why."""

from enum import StrEnum
from typing import Annotated, Generic, Self, TypeVar

from pydantic import Field as Key
from pydantic import model_validator

from models.record.geometry import BBox
from models.record.value import Value

T = TypeVar("T", str, float, bool, int)

Probability = Annotated[float, Key(ge=0.0, le=1.0)]


class State(StrEnum):
    """Why a field has the value it has, or has none."""

    FOUND = "found"
    NEEDS_REVIEW = "needs_review"
    NOT_ON_FORM = "not_on_form"
    BLANK = "blank"
    ILLEGIBLE = "illegible"
    CONFLICTING = "conflicting"
    CORRECTED = "corrected"
    CONFIRMED = "confirmed"


ASKS = frozenset({State.NEEDS_REVIEW, State.ILLEGIBLE, State.CONFLICTING})
"""The states of a field that a person has to look at."""
STAFF = "staff"
"""The source of what a person answered."""
HAS_VALUE = frozenset({State.FOUND, State.CORRECTED, State.CONFIRMED})
HAS_NO_VALUE = frozenset({State.NOT_ON_FORM, State.BLANK})


class Alternative(Value, Generic[T]):
    """A runner-up for a field's value with its probability of being right."""

    value: T
    confidence: Probability | None = None


class Evidence(Value):
    """One place where the value was read."""

    page_no: int | None = Key(default=None, ge=1)
    bbox: BBox | None = None
    raw: str | None = None
    source: str


class Reason(Value):
    """A stable code and one line for a human."""

    code: str
    text: str


class Field(Value, Generic[T]):
    """A value with its provenance.

    ``confidence`` is a calibrated probability that ``value`` is right, null exactly where ``value`` is null.
    ``bbox`` is in points on the upright page ``page_no`` (1-based).
    """

    value: T | None = None
    confidence: Probability | None = None
    state: State = State.NOT_ON_FORM
    raw: str | None = None
    page_no: int | None = Key(default=None, ge=1)
    bbox: BBox | None = None
    source: str | None = None
    alternatives: tuple[Alternative[T], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def needs_person(self) -> bool:
        """Whether a person still has to look at it: one who says that it is illegible has looked."""
        return self.state in ASKS and self.source != STAFF

    @model_validator(mode="after")
    def _state_fits_value(self) -> Self:
        if (self.value is None) != (self.confidence is None):
            raise ValueError("confidence is null exactly where value is null")
        if self.state in HAS_VALUE and self.value is None:
            raise ValueError(f"state {self.state} needs a value")
        if self.state in HAS_NO_VALUE and self.value is not None:
            raise ValueError(f"state {self.state} has no value")
        return self


Text = Field[str]
Number = Field[float]
Flag = Field[bool]
Count = Field[int]
