"""Text with marked spans, and the operations that keep the marks in place."""

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Mark:
    """Characters ``start`` to ``end`` are a ``label``; ``value`` is what stood there before damage.

    ``therapies`` are the numbers of the earlier therapies that the span belongs to.
    """

    start: int
    end: int
    label: str
    value: str
    therapies: tuple[int, ...] = ()


@dataclass(frozen=True)
class Marked:
    """Text and its marks in order; none overlap."""

    text: str
    marks: tuple[Mark, ...] = ()

    def shifted(self, by: int) -> tuple[Mark, ...]:
        """The marks as they stand ``by`` characters further on."""
        return tuple(replace(mark, start=mark.start + by, end=mark.end + by) for mark in self.marks)


def join(parts: Iterable[Marked], joint: str = "") -> Marked:
    """The parts one behind the other with ``joint`` between them."""
    text, marks = "", []
    for index, part in enumerate(parts):
        text += joint if index else ""
        marks.extend(part.shifted(len(text)))
        text += part.text
    return Marked(text, tuple(marks))


def rewrite(marked: Marked, pieces: Iterable[str]) -> Marked:
    """Each character replaced by the piece of its place (which may be empty or longer); the marks follow."""
    text, starts = "", []
    for piece in pieces:
        starts.append(len(text))
        text += piece
    starts.append(len(text))
    moved = []
    for mark in marked.marks:
        start, end = starts[mark.start], starts[mark.end]
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if start < end:
            moved.append(replace(mark, start=start, end=end))
    return Marked(text, tuple(moved))
