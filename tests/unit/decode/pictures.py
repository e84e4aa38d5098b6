"""What a recogniser might give for a text: each character in two steps of its own, blanks between them."""

from collections.abc import Mapping

from models.record import BBox
from models.stages.look import Look, Seen, Spot

SURE = 0.98


def steps_for(text: str, doubts: Mapping[int, Mapping[str, float]] | None = None) -> tuple[tuple[Seen, ...], ...]:
    """``doubts``: by place of a character, the probabilities of what it may be instead."""
    steps: list[tuple[Seen, ...]] = []
    for place, character in enumerate(text):
        others = (doubts or {}).get(place, {})
        own = SURE - sum(others.values())
        seen = (Seen("", 1 - SURE), Seen(character, own), *(Seen(other, share) for other, share in others.items()))
        steps += [seen, (Seen("", 1.0),)]
    return tuple(steps)


def look_for(
    text: str,
    doubts: Mapping[int, Mapping[str, float]] | None = None,
    *,
    second: str | None = None,
    read: str | None = None,
) -> Look:
    """A look at a picture of ``text`` that was first read as ``read``."""
    spot = Spot(1, BBox(10.0, 10.0, 90.0, 20.0), text if read is None else read)
    return Look(spot=spot, steps=steps_for(text, doubts), second=second)
