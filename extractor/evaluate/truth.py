"""The truth files beside a fax: ``NAME.truth.json`` and, where there is one, ``NAME.words.json``.

``truth.json`` has the record's shape with plain values, and under ``boxes`` the places of each value by its path.
``legible`` says of a path whether a human can read its value on the fax (all can where it is absent).
``words.json`` has for each page its tier and its words with their boxes, handwritten ones marked.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from extractor.errors import FileUnavailable, RecordError
from extractor.evaluate.score import Row
from models.record import BBox

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value or a word stands: 1-based page and box in points."""

    page_no: int
    bbox: BBox


@dataclass(frozen=True, slots=True)
class Truth:
    """One fax and what is true of it.

    ``places``: a field's path to where its value stands; ``tiers``: page to tier; ``handwriting``: handwritten words;
    ``illegible``: paths of values that no human could read on this fax.
    """

    fax: Path
    record: Mapping[str, object]
    places: Mapping[str, tuple[Place, ...]]
    tiers: Mapping[int, str]
    handwriting: tuple[Place, ...]
    illegible: frozenset[str]

    def tier_of(self, row: Row) -> str:
        """The tier of the page where the value stands, else of the page where it was read, else of the first page."""
        page_no = min((place.page_no for place in self.places.get(row.path, ())), default=row.page_no)
        return self.tiers.get(page_no or min(self.tiers, default=1), UNKNOWN)

    def is_handwritten(self, row: Row) -> bool:
        """Whether any of the value's places, true or else as read, holds handwriting."""
        places = self.places.get(row.path, ())
        if not places and row.page_no is not None and row.bbox is not None:
            places = (Place(row.page_no, row.bbox),)
        return any(_overlaps(place, word) for place in places for word in self.handwriting)

    def is_legible(self, row: Row) -> bool:
        """Whether a human could read the value on the fax."""
        return row.path not in self.illegible


def load_truths(folder: Path) -> Iterator[Truth]:
    """Every fax of a folder and its sub-folders that has a truth, by name.

    Raises ``FileUnavailable`` where there is none, and ``RecordError`` for a truth that does not have its shape.
    """
    found = sorted(folder.rglob("*.truth.json"))
    if not found:
        raise FileUnavailable(f"There is no NAME.truth.json in {folder}: name a folder of faxes with truth.")
    return (_load(path) for path in found)


def _load(path: Path) -> Truth:
    name = path.name.removesuffix(".truth.json")
    faxes = [other for other in path.parent.glob(f"{name}.*") if other.stem == name and other.suffix != ".json"]
    if len(faxes) != 1:
        raise RecordError(f"{path.name} stands beside {len(faxes)} faxes of its name: there must be one.")
    words = path.with_name(f"{name}.words.json")
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        pages = json.loads(words.read_text(encoding="utf-8"))["pages"] if words.exists() else []
        return Truth(
            fax=faxes[0],
            record=record,
            places={key: tuple(_place(one) for one in places) for key, places in record.get("boxes", {}).items()},
            tiers={int(page["page_no"]): str(page["tier"]) for page in pages},
            handwriting=tuple(
                Place(int(page["page_no"]), BBox(*word["bbox"]))
                for page in pages
                for word in page["words"]
                if word.get("is_handwritten")
            ),
            illegible=frozenset(path for path, is_legible in record.get("legible", {}).items() if not is_legible),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordError(
            f"{path.name} or its words file does not have the shape of a truth: make it again."
        ) from error


def _place(value: Mapping[str, object]) -> Place:
    page_no, bbox = value["page_no"], value["bbox"]
    if not isinstance(page_no, int) or not isinstance(bbox, list):
        raise TypeError("a place is a page number and four numbers")
    return Place(page_no, BBox(*bbox))


def _overlaps(place: Place, other: Place) -> bool:
    return place.page_no == other.page_no and place.bbox.intersection_area(other.bbox) > 0
