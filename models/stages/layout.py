"""The structure of one page: lines, key-values, check boxes, tables, sections, signatures."""

from enum import StrEnum

from pydantic import Field as Key

from models.record import BBox, FaxHeader, Page, Value, lies_on
from models.stages.text import Word, Words


class Line(Value):
    """Words that stand on one base line without a column gap between them, left to right."""

    words: tuple[Word, ...]
    bbox: BBox
    section: int | None = None

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(word.text for word in self.words)


class Relation(StrEnum):
    """Where a value stands as seen from its label."""

    RIGHT = "right"
    LEFT = "left"
    BELOW = "below"
    ABOVE = "above"
    INSIDE = "inside"
    COMB = "comb"
    CELL = "cell"


class KeyValue(Value):
    """A printed label and what is written for it; ``value`` empty where the form asks and nobody answered.

    ``section`` is an index into ``Layout.sections``. ``area`` is where an answer would stand. ``key`` is the label's
    entry in the vocabulary (``extractor/knowledge/labels.yaml``), None for a label that is not in it. Where the answer
    is given by check boxes, ``value`` holds the labels of the checked ones.
    """

    label: str
    label_bbox: BBox
    value: tuple[Word, ...]
    relation: Relation
    area: BBox
    section: int | None = None
    key: str | None = None

    @property
    def text(self) -> str:
        """The value's words joined by single spaces."""
        return " ".join(word.text for word in self.value)


class Mark(StrEnum):
    """How a check box is marked."""

    NONE = "none"
    TICK = "tick"
    CROSS = "cross"
    FILL = "fill"
    RING = "ring"
    UNCLEAR = "unclear"


class CheckBox(Value):
    """A box, ``[ ]``, circle, or a word that can be ringed, with its label.

    ``is_checked`` is None where the mark cannot be told. ``question`` is the text the choice belongs to
    ("Sex", "Request is for"), if any.
    """

    bbox: BBox
    is_checked: bool | None
    mark: Mark
    label: str
    label_bbox: BBox | None
    question: str | None = None
    section: int | None = None
    ink: float | None = None


class Cell(Value):
    """One table cell; ``row`` and ``column`` count from 0."""

    row: int
    column: int
    bbox: BBox
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(word.text for word in self.words)


class Table(Value):
    """A ruled or aligned table; ``header_rows`` is how many first rows name the columns."""

    bbox: BBox
    cells: tuple[Cell, ...]
    header_rows: int = 0
    is_ruled: bool = False
    section: int | None = None


class Section(Value):
    """A titled part of the page (``PATIENT INFORMATION``); ``bbox`` covers title and body.

    ``key`` is the title's entry in the vocabulary (``patient``, ``prescriber`` ...), None for a title not in it.
    """

    title: str
    title_bbox: BBox
    bbox: BBox
    key: str | None = None


class SignatureArea(Value):
    """A place that asks for a signature. ``has_ink`` None where it cannot be told.

    ``electronic`` holds the text of an electronic signature ("Electronically signed by ...").
    """

    label: str
    label_bbox: BBox
    area: BBox
    has_ink: bool | None
    ink: float | None = None
    electronic: str | None = None
    section: int | None = None


class Layout(Value):
    """One page's structure; ``lines`` are in reading order. The transmit header line is not in it.

    ``frames`` are ruled boxes that part a form into blocks, each with several rows of text in it.
    """

    page_no: int
    lines: tuple[Line, ...] = ()
    key_values: tuple[KeyValue, ...] = ()
    checkboxes: tuple[CheckBox, ...] = ()
    tables: tuple[Table, ...] = ()
    sections: tuple[Section, ...] = ()
    signatures: tuple[SignatureArea, ...] = ()
    frames: tuple[BBox, ...] = ()

    @property
    def text(self) -> str:
        """The page's text, a line a row, in reading order."""
        return "\n".join(line.text for line in self.lines)

    def words_in(self, box: BBox) -> tuple[Word, ...]:
        """The words that lie with more than half their area in ``box``, in reading order."""
        return tuple(word for line in self.lines for word in line.words if lies_on(word.bbox, (box,)))

    def title_of(self, section: int | None) -> str:
        """The title of section number ``section``; empty where there is none."""
        return self.sections[section].title if section is not None and section < len(self.sections) else ""


class PageReading(Value):
    """All that was read from one page, with the CPU seconds each stage took (stage name to seconds).

    ``is_blank``: no writing stands on the page, judged by its ink and not by what was read; None where nobody looked.
    ``page_print``: the page's fingerprint, by which a second transmission is known; empty where none was made.
    """

    page: Page
    words: Words
    layout: Layout
    is_blank: bool | None = None
    fax_header: FaxHeader | None = None
    page_print: str = ""
    seconds: dict[str, float] = Key(default_factory=dict)
    notes: tuple[str, ...] = ()
