"""Where each field of a record stands: ``patient.first_name``, ``orders[0].dose``, ``labs[2].test``."""

from collections.abc import Iterator

from pydantic import BaseModel

from models.record.field import Field
from models.record.referral import Referral

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
