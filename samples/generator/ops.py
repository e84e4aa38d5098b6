"""What is drawn on a page, in points with the origin top left: read by the raster and by the PDF renderer."""

from dataclasses import dataclass, field

from samples.generator.fonts import Face

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Json = str | float | bool | int | None


@dataclass(frozen=True)
class Seg:
    """A piece of text and what it says: pairs of a field's path and its normalised value."""

    text: str
    says: tuple[tuple[str, Json], ...] = ()


@dataclass(frozen=True)
class Said:
    """A field's value as it stands on the page."""

    path: str
    value: Json
    box: Box


@dataclass(frozen=True)
class WordBox:
    """One word of the page's truth."""

    text: str
    box: Box
    is_handwritten: bool = False
    is_header: bool = False


@dataclass(frozen=True)
class TextOp:
    """One word; ``y`` is the base line. ``grey`` is 0 for black and 1 for white."""

    x: float
    y: float
    text: str
    face: Face
    size: float
    grey: float = 0.0


@dataclass(frozen=True)
class GlyphOp:
    """One handwritten or stamped character, turned by ``angle`` degrees about its pen position.

    ``slant`` leans it to the right by that share of its height; ``bolder`` thickens it by pixels at 300 dpi a side.
    """

    x: float
    y: float
    text: str
    face: Face
    size: float
    angle: float
    grey: float = 0.0
    slant: float = 0.0
    bolder: float = 0.0


@dataclass(frozen=True)
class StrokeOp:
    """A polyline drawn with a round pen ``width`` points wide."""

    points: tuple[Point, ...]
    width: float
    grey: float = 0.0


@dataclass(frozen=True)
class FillOp:
    """A filled polygon."""

    points: tuple[Point, ...]
    grey: float


@dataclass(frozen=True)
class FieldOp:
    """A text field of a PDF form with its value; rasterised as plain text."""

    box: Box
    name: str
    value: str
    size: float
    face: Face


@dataclass(frozen=True)
class CheckOp:
    """A check box of a PDF form."""

    box: Box
    name: str
    is_on: bool


Op = TextOp | GlyphOp | StrokeOp | FillOp | FieldOp | CheckOp


@dataclass
class Drawing:
    """The operations of one page and the truth they carry, in drawing order."""

    width: float = 612.0
    height: float = 792.0
    ops: list[Op] = field(default_factory=list)
    words: list[WordBox] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)


def union(boxes: list[Box]) -> Box:
    """The smallest box around all of them."""
    return (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))


def seg(text: str, path: str = "", value: Json = None) -> Seg:
    """A segment that says one thing, with the text itself as value when no other is given; no path: it says nothing."""
    return Seg(text, ((path, text if value is None else value),) if path else ())


def plain(segs: list[Seg]) -> str:
    """The segments' text."""
    return "".join(s.text for s in segs)
