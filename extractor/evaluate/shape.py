"""Whether a truth has the record's shape, so that a misspelled key is said and not counted as a miss."""

from collections.abc import Iterator, Mapping
from typing import get_args, get_origin

from pydantic import BaseModel

from models.record import Field, Referral


def check_shape(record: object) -> None:
    """Raise ``TypeError`` naming the first place that is not as the record has it.

    A truth is an object with ``referrals``, each in the shape of ``models.record.Referral`` with plain values (text, a
    number, true or false, or null) for its fields. Keys may be left out; keys that the record does not have are wrong.
    """
    if not isinstance(record, Mapping) or not isinstance(record.get("referrals"), list):
        raise TypeError("it needs a list of referrals")
    for number, referral in enumerate(record["referrals"]):
        for problem in _problems(f"referrals[{number}]", Referral, referral):
            raise TypeError(problem)


def _problems(path: str, kind: object, value: object) -> Iterator[str]:
    if isinstance(kind, type) and issubclass(kind, Field):
        if value is not None and not isinstance(value, str | int | float | bool):
            yield f"{path} has to be a plain value"
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        if not isinstance(value, Mapping):
            yield f"{path} has to be an object"
            return
        for name, inner in value.items():
            if name not in kind.model_fields:
                yield f"{path} has a key that the record does not have"
            else:
                yield from _problems(f"{path}.{name}", kind.model_fields[name].annotation, inner)
    elif get_origin(kind) is tuple and issubclass(_item_kind(kind), BaseModel):
        if not isinstance(value, list):
            yield f"{path} has to be a list"
            return
        for index, inner in enumerate(value):
            yield from _problems(f"{path}[{index}]", _item_kind(kind), inner)


def _item_kind(kind: object) -> type:
    """The class of a tuple's items; ``object`` where they are no class of the record."""
    first = get_args(kind)[0]
    return first if isinstance(first, type) else object
