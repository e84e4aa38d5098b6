"""Where each field of a record stands: ``patient.first_name``, ``orders[0].dose``, ``labs[2].test``."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

from pydantic import BaseModel

from models.record.field import Field, Text
from models.record.list_places import unplaced
from models.record.referral import (
    Coverage,
    Diagnosis,
    Lab,
    Order,
    Patient,
    PriorTherapy,
    Referral,
    ReferralKind,
)

AnyField = Field[str] | Field[float] | Field[bool] | Field[int]


def walk_fields(referral: Referral) -> Iterator[tuple[str, AnyField]]:
    """Every field of a referral with its path, in the order of the contract; list items count from 0."""
    yield from _walk(referral, "")


def _walk(value: object, path: str) -> Iterator[tuple[str, AnyField]]:
    if isinstance(value, Field):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _walk(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _walk(item, f"{path}[{index}]")


@cache
def record_paths() -> frozenset[str]:
    """Every field that a referral can have, places in lists as ``[]``."""
    one = Referral(
        referral_id="",
        created_at=datetime(1970, 1, 1, tzinfo=UTC),
        kind=ReferralKind.REFERRAL,
        pages=(),
        patient=Patient(allergies=(Text(),)),
        coverages=(Coverage(),),
        orders=(Order(premedications=(Text(),)),),
        diagnoses=(Diagnosis(),),
        prior_therapies=(PriorTherapy(),),
        labs=(Lab(),),
    )
    return frozenset(unplaced(path) for path, _ in walk_fields(one))
