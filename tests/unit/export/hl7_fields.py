"""Every field of an HL7 v2 message as two parsers see it: hl7apy, which builds the messages' structures, and hl7."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import hl7
from hl7apy.core import Element
from hl7apy.parser import parse_message


class Leaf(NamedTuple):
    """A subcomponent that says something: where it stands, counted from 1, and its text as it is written."""

    segment: str
    place: int
    field: int
    repetition: int
    component: int
    subcomponent: int
    text: str


def by_hl7apy(text: str) -> list[Leaf]:
    """The leaves of a message, found through the groups and data types of version 2.5.1."""
    return [
        Leaf(segment.name, place, number, repetition, _number(component), _number(leaf), leaf.to_er7())
        for place, segment in enumerate(_segments(parse_message(text)), start=1)
        for number, repetition, field in _fields(segment)
        for component in field.children
        for leaf in component.children
        if leaf.to_er7()
    ]


def by_hl7(text: str) -> list[Leaf]:
    """The same, found by delimiters alone."""
    return [
        Leaf(str(segment[0]), place, number, repetition, component, subcomponent, str(leaf))
        for place, segment in enumerate(hl7.parse(text), start=1)
        for number in range(1, len(segment))
        if not (place == 1 and number < 3)
        for repetition, field in enumerate(segment[number] if segment[number] != [""] else (), start=1)
        for component, parts in enumerate([field] if isinstance(field, str) else field, start=1)
        for subcomponent, leaf in enumerate([parts] if isinstance(parts, str) else parts, start=1)
        if str(leaf)
    ]


def _segments(element: Element) -> Iterator[Element]:
    for child in element.children:
        if child.classname == "Group":
            yield from _segments(child)
        else:
            yield child


def _fields(segment: Element) -> Iterator[tuple[int, int, Element]]:
    """Number and repetition of each field; those of MSH that are delimiters are left out."""
    seen: Counter[int] = Counter()
    for field in segment.children:
        number = int(field.name.rpartition("_")[2])
        seen[number] += 1
        if not (segment.name == "MSH" and number < 3):
            yield number, seen[number], field


def _number(element: Element) -> int:
    """``CX_4`` is the fourth; what has no number is alone."""
    number = (element.name or "").rpartition("_")[2]
    return int(number) if number.isdecimal() else 1
