"""Records made from truths, and broken on purpose."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter

from extractor.evaluate.truth import Marks, Place, Truth
from models.record import BBox, Document, Extraction, Page, Referral, Software, Status

BOX = BBox(100, 100, 200, 112)
Tree = dict[str, object]
Places = Mapping[str, tuple[Place, ...]]
NOWHERE: Places = {}


def leaf(value: object, state: str = "found", page_no: int | None = 1, bbox: BBox | None = BOX) -> Tree:
    """A field of the record: surely right, where it stands."""
    is_there = value is not None
    return {
        "value": value,
        "confidence": 0.97 if is_there else None,
        "state": state if is_there or state != "found" else "not_on_form",
        "page_no": page_no if is_there else None,
        "bbox": bbox if is_there else None,
    }


def fields_of(value: object, places: Places, path: str = "") -> object:
    """A tree of plain values with each leaf made a field, where ``places`` says that it stands."""
    if isinstance(value, Mapping):
        return {name: fields_of(inner, places, f"{path}.{name}" if path else name) for name, inner in value.items()}
    if isinstance(value, list):
        return [fields_of(inner, places, f"{path}[{number}]") for number, inner in enumerate(value)]
    place = places[path][0] if path in places else Place(1, BOX)
    return leaf(value, page_no=place.page_no, bbox=place.bbox)


def referral_of(tree: Mapping[str, object], places: Places = NOWHERE) -> Referral:
    """A referral of the record that says what the tree says."""
    plain = {name: inner for name, inner in tree.items() if name not in ("kind", "pages")}
    made = fields_of(plain, places)
    assert isinstance(made, dict)
    facts = {"referral_id": "r", "created_at": datetime(2026, 1, 2, tzinfo=UTC), "kind": "referral"}
    return TypeAdapter(Referral).validate_python({**facts, "pages": tree.get("pages") or [1], **made})


def record_of(*referrals: Referral, pages: tuple[Page, ...] = ()) -> Extraction:
    """A record of these referrals."""
    return Extraction(
        document=Document(sha256="0" * 64, filename="one.tif", media_type=None, page_count=len(pages), pages=pages),
        status=Status.COMPLETE,
        software=Software(version="0"),
        referrals=referrals,
    )


def truth_of(*trees: Tree, places: Places = NOWHERE, **more: object) -> Truth:
    """A truth of one fine fax of two pages; ``places`` and ``blank`` are of the first referral."""
    blank = more.pop("blank", ())
    assert isinstance(blank, tuple)
    types = {1: "order", 2: "lab_report"}
    pages = [{"page_no": number, "type": kind, "rotation": 0} for number, kind in types.items()]
    return Truth(
        fax=Path("one.tif"),
        record={"referrals": list(trees), "document": {"pages": pages}, **more},
        marks=(Marks(places, frozenset(), frozenset(blank)),),
        tiers={1: "fine_fax", 2: "fine_fax"},
        types=types,
        words=(),
    )
