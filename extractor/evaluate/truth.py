"""The truth files beside a fax: ``NAME.truth.json`` and, where there is one, ``NAME.words.json``.

``truth.json`` has the record's shape with plain values; nothing else is needed. More is used where it is there:
``boxes``: the places of each value by its path; ``legible``: whether a human can read the value on the fax (all can
where it is absent); ``blank``: paths that the form asks for and nobody answered; ``decoys``: values of other roles that
stand on the fax without being in the record (the receiving center's fax). These are of the first referral, the same of
the next ones are in ``others``. ``words.json`` has for each page its tier and its words with their boxes, handwritten
ones marked. A folder that holds one fax may call its truth ``truth.json``.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from extractor.errors import FileUnavailable, RecordError
from extractor.evaluate.score import Row
from extractor.evaluate.shape import check_shape
from models.record import BBox

UNKNOWN = "unknown"
TYPED, HANDWRITTEN = "typed", "handwritten"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value or a word stands: 1-based page and box in points."""

    page_no: int
    bbox: BBox


@dataclass(frozen=True, slots=True)
class TrueWord:
    """One word as it was written."""

    place: Place
    text: str
    is_handwritten: bool


@dataclass(frozen=True, slots=True)
class Marks:
    """What a truth says about the values of one referral, by path."""

    places: Mapping[str, tuple[Place, ...]]
    illegible: frozenset[str]
    blank: frozenset[str]


NO_MARKS = Marks({}, frozenset(), frozenset())


@dataclass(frozen=True)
class Truth:
    """One fax and what is true of it; ``tiers`` and ``types``: page to its tier and its type, as far as stated."""

    fax: Path
    record: Mapping[str, object]
    marks: tuple[Marks, ...]
    tiers: Mapping[int, str]
    types: Mapping[int, str]
    words: tuple[TrueWord, ...]

    @property
    def name(self) -> str:
        """The fax's file name."""
        return self.fax.name

    def marks_of(self, row: Row) -> Marks:
        """What is said about the referral that the row is of."""
        return self.marks[row.referral] if row.referral < len(self.marks) else NO_MARKS

    def places_of(self, row: Row) -> tuple[Place, ...]:
        """Where the value stands, in the order of pages."""
        return self.marks_of(row).places.get(row.path, ())

    def page_of(self, row: Row) -> int | None:
        """The first page where the value stands, else the page where it was read."""
        return min((place.page_no for place in self.places_of(row)), default=row.page_no)

    def pen_of(self, row: Row) -> str:
        """``handwritten`` where any of the value's places, true or else as read, holds handwriting."""
        if not self.words:
            return UNKNOWN
        places = self.places_of(row)
        if not places and row.page_no is not None and row.bbox is not None:
            places = (Place(row.page_no, row.bbox),)
        is_hand = any(_overlaps(place, word) for place in places for word in self._handwriting)
        return HANDWRITTEN if is_hand else TYPED

    def is_legible(self, row: Row) -> bool:
        """Whether a human could read the value on the fax."""
        return row.path not in self.marks_of(row).illegible

    @property
    def decoys(self) -> Mapping[str, object]:
        """Values of other roles on the fax, by a name of their own."""
        found = self.record.get("decoys")
        return found if isinstance(found, Mapping) else {}

    @cached_property
    def _handwriting(self) -> tuple[Place, ...]:
        return tuple(word.place for word in self.words if word.is_handwritten)


def load_truths(folder: Path) -> Sequence[Truth]:
    """Every fax of a folder and its sub-folders that has a truth, by name.

    Raises ``FileUnavailable`` where there is none, and ``RecordError`` for a truth that does not have its shape.
    """
    found = sorted([*folder.rglob("*.truth.json"), *folder.rglob("truth.json")])
    if not found:
        raise FileUnavailable(f"There is no NAME.truth.json in {folder}: name a folder of faxes with truth.")
    return [_load(path) for path in found]


def _load(path: Path) -> Truth:
    fax = _fax_beside(path)
    words = fax.with_suffix(".words.json")
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        pages = json.loads(words.read_text(encoding="utf-8"))["pages"] if words.exists() else []
        check_shape(record)
        return Truth(
            fax=fax,
            record=record,
            marks=tuple(_marks(part) for part in (record, *record.get("others", ()))),
            tiers=_page_facts(record, "quality") | {int(page["page_no"]): str(page["tier"]) for page in pages},
            types=_page_facts(record, "type"),
            words=tuple(_word(int(page["page_no"]), word) for page in pages for word in page["words"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordError(
            f"{path.name} or its words file does not have the shape of a truth ({_shape_problem(error)}): correct it."
        ) from error


def _shape_problem(error: Exception) -> str:
    """What is wrong, without any text of the document: only ``check_shape`` names a key."""
    return error.args[0] if isinstance(error, TypeError) and error.args else type(error).__name__


def _fax_beside(path: Path) -> Path:
    name = path.name.removesuffix("truth.json").rstrip(".")
    faxes = [
        other
        for other in path.parent.iterdir()
        if other.is_file() and other.suffix != ".json" and (not name or other.stem == name)
    ]
    if len(faxes) != 1:
        raise RecordError(f"{path.name} stands beside {len(faxes)} faxes of its name: there must be one.")
    return faxes[0]


def _marks(part: Mapping[str, object]) -> Marks:
    boxes, legible, blank = part.get("boxes") or {}, part.get("legible") or {}, part.get("blank") or ()
    if not isinstance(boxes, Mapping) or not isinstance(legible, Mapping) or not isinstance(blank, list | tuple):
        raise TypeError("boxes and legible are objects, blank is a list")
    return Marks(
        places={key: tuple(_place(one) for one in places) for key, places in boxes.items()},
        illegible=frozenset(path for path, is_legible in legible.items() if not is_legible),
        blank=frozenset(blank),
    )


def _page_facts(record: Mapping[str, object], name: str) -> dict[int, str]:
    document = record.get("document")
    pages = document.get("pages") or () if isinstance(document, Mapping) else ()
    return {int(page["page_no"]): str(page[name]) for page in pages if page.get(name) is not None}


def _word(page_no: int, word: Mapping[str, object]) -> TrueWord:
    place = _place({"page_no": page_no, "bbox": word["bbox"]})
    return TrueWord(place, str(word["text"]), bool(word.get("is_handwritten")) and not word.get("is_header"))


def _place(value: Mapping[str, object]) -> Place:
    page_no, bbox = value["page_no"], value["bbox"]
    if not isinstance(page_no, int) or not isinstance(bbox, list):
        raise TypeError("a place is a page number and four numbers")
    return Place(page_no, BBox(*bbox))


def _overlaps(place: Place, other: Place) -> bool:
    return place.page_no == other.page_no and place.bbox.intersection_area(other.bbox) > 0
