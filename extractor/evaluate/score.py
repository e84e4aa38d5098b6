"""What became of each field, and the figures that follow.

The figure that matters most is ``silent``: values that are wrong, or that the fax does not say at all, given out as
``found``. A reader that asks instead costs a minute; a silent one can harm a patient.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from models.record import ASKS, BBox, State
from models.record.list_places import unplaced

Plain = str | float | bool | None
GIVEN_OUT = frozenset({State.FOUND, State.CONFIRMED, State.CORRECTED})
DENIED = frozenset({State.BLANK, State.NOT_ON_FORM})


class Outcome(StrEnum):
    """What became of one field; ``OMITTED`` is a field of a list item of which the record has nothing."""

    CORRECT = "correct"
    WRONG = "wrong"
    MISSING = "missing"
    OMITTED = "omitted"
    SPURIOUS = "spurious"
    ABSENT = "absent"


class Pairing(StrEnum):
    """Whether a list item of one side has its partner on the other."""

    PAIRED = "paired"
    OMITTED = "omitted"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class Row:
    """One field of one fax.

    ``referral`` counts as the truth does, and referrals that only the record has come after them. ``path`` counts list
    items in the same way. ``state`` is that of the field; where the list item is omitted that of its list's count, and
    None for facts of the document, which have none. ``page_no`` and ``bbox`` (points) say where the record read it,
    ``raw`` as what. ``item`` is for fields of list items.
    """

    path: str
    truth: Plain
    read: Plain
    outcome: Outcome
    state: State | None = None
    confidence: float | None = None
    page_no: int | None = None
    bbox: BBox | None = None
    raw: str | None = None
    item: Pairing | None = None
    referral: int = 0

    @property
    def key(self) -> str:
        """The path without the numbers of list items: ``orders[].dose``."""
        return unplaced(self.path)

    @property
    def item_path(self) -> str | None:
        """The list item that the field is of, ``orders[1]``; None where it is of none."""
        return self.path[: self.path.rindex("]") + 1] if self.item is not None else None

    @property
    def is_silent(self) -> bool:
        """Wrong, and given out as if it were right."""
        return self.outcome in (Outcome.WRONG, Outcome.SPURIOUS) and self.state in GIVEN_OUT

    @property
    def is_denied(self) -> bool:
        """Said not to be there although it is: ``blank``, ``not_on_form``, or left out of a list called whole."""
        if self.outcome is Outcome.OMITTED:
            return self.state in DENIED | GIVEN_OUT
        return self.outcome is Outcome.MISSING and self.state in DENIED

    @property
    def asks(self) -> bool:
        """Whether the record sends a human to this field."""
        return self.state in ASKS

    @property
    def is_right(self) -> bool:
        """The record has what the fax says, be it nothing."""
        return self.outcome in (Outcome.CORRECT, Outcome.ABSENT)


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over rows; ``absent`` are fields that neither the fax nor the record has, and enter no rate."""

    correct: int = 0
    wrong: int = 0
    missing: int = 0
    omitted: int = 0
    spurious: int = 0
    absent: int = 0
    silent: int = 0
    denied: int = 0
    asked: int = 0
    given_out: int = 0

    @property
    def truths(self) -> int:
        """How many values the faxes say."""
        return self.correct + self.wrong + self.missing + self.omitted

    @property
    def read(self) -> int:
        """How many values the records have."""
        return self.correct + self.wrong + self.spurious

    @property
    def precision(self) -> float | None:
        """Right values over values read; None where none was read."""
        return _ratio(self.correct, self.read)

    @property
    def recall(self) -> float | None:
        """Right values over values the faxes say; None where they say none."""
        return _ratio(self.correct, self.truths)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall: 2 correct / (values read + values the faxes say)."""
        return _ratio(2 * self.correct, self.read + self.truths)

    @property
    def asked_share(self) -> float | None:
        """Fields that need a human over fields that the fax or the record has."""
        return _ratio(self.asked, self.truths + self.spurious)

    @property
    def silent_share(self) -> float | None:
        """Silently wrong values over values given out as found."""
        return _ratio(self.silent, self.given_out)


def summarise(rows: Iterable[Row]) -> Summary:
    """Count rows of any fields and faxes together."""
    listed = tuple(rows)
    present = tuple(row for row in listed if row.outcome is not Outcome.ABSENT)
    counts = {outcome.value: sum(row.outcome is outcome for row in listed) for outcome in Outcome}
    return Summary(
        **counts,
        silent=sum(row.is_silent for row in present),
        denied=sum(row.is_denied for row in present),
        asked=sum(row.asks for row in present),
        given_out=sum(row.state in GIVEN_OUT and row.read is not None for row in present),
    )


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
