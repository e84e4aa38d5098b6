"""A second look at the words of one value: what else the recogniser saw there, and what another reader reads."""

from enum import StrEnum
from typing import NamedTuple

from models.record import BBox, Value


class Reader(StrEnum):
    """Who looks: the recogniser once more, on these words alone, or the second reader, which costs more."""

    RECOGNISER = "recogniser"
    SECOND = "second"


class Spot(NamedTuple):
    """Words of one value that stand in one line: their page, the box around them (points), and their text as read.

    ``is_number``: nothing but digits and signs stands there, so that a reader may be told.
    """

    page_no: int
    bbox: BBox
    text: str
    is_number: bool = False


class Seen(NamedTuple):
    """One class of one step: the character ("" for the CTC blank) and its probability."""

    character: str
    probability: float


class Look(Value):
    """What stands at a spot. ``steps``: the likely classes of each step of the recogniser, whatever is left out is
    improbable; empty where it has none. ``second``: what the second reader reads, None where there is none.
    """

    spot: Spot
    steps: tuple[tuple[Seen, ...], ...] = ()
    second: str | None = None
