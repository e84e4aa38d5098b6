"""One segment of a parsed message, asked by field, repetition, component and subcomponent, all counted from 1."""

from collections.abc import Iterator

import hl7

NULL = '""'


class Segment:
    """What the ``hl7`` library parsed of one line."""

    def __init__(self, message: hl7.Message, parsed: hl7.Segment) -> None:
        self._message = message
        self._parsed = parsed
        self.name = str(parsed[0])

    def get(self, field: int, component: int = 1, *, repetition: int = 1, subcomponent: int = 1) -> str | None:
        """The text with its escape sequences resolved; None where nothing, or explicitly no value, is said."""
        part: object = _at(self._parsed, field, first=0)
        for place in (repetition, component, subcomponent):
            part = _at(part, place)
        raw = str(part)
        return None if raw in ("", NULL) else self._message.unescape(raw)

    def is_null(self, field: int) -> bool:
        """Whether the sender says that there is no value, so that a stored one has to go."""
        return str(_at(self._parsed, field, first=0)) == NULL

    def count(self, field: int) -> int:
        """How many repetitions a field has."""
        part = _at(self._parsed, field, first=0)
        return len(part) if isinstance(part, hl7.Field) else 0


def segments(text: str) -> Iterator[Segment]:
    """The segments of one message in their order."""
    message = hl7.parse(text)
    for parsed in message:
        yield Segment(message, parsed)


def _at(part: object, place: int, first: int = 1) -> object:
    """The library leaves out levels that hold one thing only: that thing is then the first of its level."""
    if isinstance(part, str):
        return part if place == first else ""
    assert isinstance(part, hl7.Container)
    return part[place - first] if place - first < len(part) else ""
