"""Records from the truth of sample faxes: what a perfect reading would give, for whatever stands behind the reading."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from pydantic import BaseModel

from models.record import (
    BBox,
    Document,
    DocumentKind,
    Extraction,
    Field,
    Page,
    Referral,
    ReferralKind,
    Software,
    State,
    Status,
)

FAXES = Path(__file__).parent / "faxes"
CREATED = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
PLAIN = frozenset({"referral_id", "revision", "supersedes", "created_at", "kind", "pages", "readiness"})


def truth_files(folder: Path = FAXES) -> Sequence[Path]:
    """Every truth of a folder, sorted by name."""
    return sorted(folder.glob("*.truth.json"))


def record_of(truth_file: Path) -> Extraction:
    """The record whose values are the truth, with their boxes; what is not there is blank where the form asks."""
    truth = json.loads(truth_file.read_text(encoding="utf-8"))
    name = truth_file.name.removesuffix(".truth.json")
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    pages = truth["document"]["pages"]
    return Extraction(
        document=Document(
            sha256=sha256,
            filename=f"{name}.tif",
            media_type="image/tiff",
            page_count=len(pages),
            kind=DocumentKind(truth["document"]["kind"]),
            pages=tuple(Page(page_no=page["page_no"], type=page["type"], quality=page["quality"]) for page in pages),
        ),
        status=Status.COMPLETE,
        software=Software(version="truth"),
        referrals=tuple(_referral(truth, index, sha256) for index in range(len(truth["referrals"]))),
    )


def _referral(truth: Mapping[str, object], index: int, sha256: str) -> Referral:
    others = truth.get("others") or []
    marks = truth if index == 0 else others[index - 1] if index - 1 < len(others) else {}
    values = truth["referrals"][index]
    known = {name: part for name, part in values.items() if name not in PLAIN and name in Referral.model_fields}
    built = {
        name: _built(
            Referral.model_fields[name].annotation, part, name, marks.get("boxes") or {}, marks.get("blank") or ()
        )
        for name, part in known.items()
    }
    return Referral(
        referral_id=f"{sha256[:24]}-{index + 1}",
        created_at=CREATED,
        kind=ReferralKind(values["kind"]),
        pages=tuple(values["pages"]),
        **built,
    )


def _built(kind: object, value: object, path: str, boxes: Mapping[str, object], blank: Sequence[str]) -> object:
    if isinstance(value, list):
        item = get_args(kind)[0]
        return tuple(_built(item, one, f"{path}[{place}]", boxes, blank) for place, one in enumerate(value))
    assert isinstance(kind, type) and issubclass(kind, BaseModel)
    if issubclass(kind, Field):
        return _field(kind, value, path, boxes, blank)
    assert isinstance(value, dict)
    return kind(
        **{
            name: _built(kind.model_fields[name].annotation, part, f"{path}.{name}", boxes, blank)
            for name, part in value.items()
            if name in kind.model_fields
        }
    )


def _field(kind: type[Field], value: object, path: str, boxes: Mapping[str, object], blank: Sequence[str]) -> object:
    if value is None:
        return kind(state=State.BLANK if path in blank else State.NOT_ON_FORM)
    place = boxes.get(path)
    page_no, box = _place(place)
    return kind(
        value=value,
        confidence=0.97,
        state=State.FOUND,
        raw=str(value),
        page_no=page_no,
        bbox=box,
        source="embedded",
    )


def _place(place: object) -> tuple[int | None, BBox | None]:
    first = place[0] if isinstance(place, list) and place and isinstance(place[0], dict) else place
    if not isinstance(first, dict):
        return None, None
    return first["page_no"], BBox(*first["bbox"])


def all_records(folder: Path = FAXES) -> Iterator[Extraction]:
    """The record of every truth of a folder."""
    return (record_of(path) for path in truth_files(folder))
