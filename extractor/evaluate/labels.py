"""A record that people approved as a truth: the other way round from ``truth``."""

from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel

from models.record import Field, Page, Referral, State
from models.record.paths import walk_fields

_KEPT = ("kind", "pages")
"""What is no field and still part of a truth."""


def make_truth(referrals: Sequence[Referral], pages: Iterable[Page]) -> Mapping[str, object]:
    """A truth file's content: plain values, where each was read, what nobody could read, and what was left blank."""
    first, *others = [_marks(referral) for referral in referrals]
    return {
        "document": {"pages": [_page(page) for page in pages]},
        "referrals": [_plain(referral) for referral in referrals],
        **first,
        "others": others,
    }


def _plain(value: object) -> object:
    if isinstance(value, Field):
        return value.value
    if isinstance(value, Referral):
        found = {name: _plain(getattr(value, name)) for name in type(value).model_fields if _is_told(value, name)}
        return found | {"kind": value.kind.value, "pages": list(value.pages)}
    if isinstance(value, BaseModel):
        return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _is_told(referral: Referral, name: str) -> bool:
    """Whether a part of a referral holds fields: its id, its date and its readiness are nothing that a fax says."""
    inner = getattr(referral, name)
    items = inner if isinstance(inner, tuple) else (inner,)
    return name not in _KEPT and name != "readiness" and all(isinstance(item, BaseModel) for item in items)


def _marks(referral: Referral) -> dict[str, object]:
    fields = dict(walk_fields(referral))
    return {
        "boxes": {
            path: [{"page_no": field.page_no, "bbox": list(field.bbox)}]
            for path, field in fields.items()
            if field.value is not None and field.page_no is not None and field.bbox is not None
        },
        "legible": {path: False for path, field in fields.items() if field.state is State.ILLEGIBLE},
        "blank": [path for path, field in fields.items() if field.state is State.BLANK],
    }


def _page(page: Page) -> dict[str, object]:
    quality = None if page.quality is None else page.quality.value
    return {"page_no": page.page_no, "type": page.type.value, "quality": quality, "rotation": page.rotation}
