"""What changed between two records of one patient, field by field, so that an amended dose stands out."""

from collections.abc import Iterator
from typing import cast, get_args

from models.record.field import Field
from models.record.normalise import Item, ItemKind, Scalar, is_same, pair_items
from models.record.referral import Referral
from models.record.value import Value

_LISTS = frozenset(get_args(ItemKind))
_PLAIN = frozenset({"readiness", "lists"})
"""What follows from the rest, and counts that follow from the items."""


class Change(Value):
    """One leaf that differs. ``path`` is that of the later record, of the earlier one where the later lacks it."""

    path: str
    before: Scalar
    after: Scalar


def changes(before: Referral, after: Referral) -> tuple[Change, ...]:
    """Every leaf whose value is not equal, in the order of the record; list items are paired by what they are."""
    return tuple(_compare(before, after, ""))


def _compare(before: object, after: object, path: str) -> Iterator[Change]:
    if isinstance(before, Field) or isinstance(after, Field):
        old, new = _value(before), _value(after)
        if not _is_equal(path, old, new):
            yield Change(path=path, before=old, after=new)
    elif isinstance(before, Value) or isinstance(after, Value):
        kind = type(after) if isinstance(after, Value) else type(before)
        for name in cast(type[Value], kind).model_fields:
            if name not in _PLAIN:
                yield from _compare(getattr(before, name, None), getattr(after, name, None), _below(path, name))
    elif path.rpartition(".")[2] in _LISTS:
        yield from _compare_items(_items(before), _items(after), path)


def _compare_items(before: tuple[object, ...], after: tuple[object, ...], path: str) -> Iterator[Change]:
    kind = cast(ItemKind, path.rpartition(".")[2])
    pairs = pair_items(kind, [_plain(item) for item in before], [_plain(item) for item in after])
    # In the order of the later record; what only the earlier one has comes last.
    for old, new in sorted(pairs, key=lambda pair: (pair[1] is None, pair[1] or 0, pair[0] or 0)):
        place = new if new is not None else old
        yield from _compare(
            None if old is None else before[old], None if new is None else after[new], f"{path}[{place}]"
        )


def _plain(item: object) -> Item:
    if isinstance(item, Field):
        return cast(Scalar, item.value)
    assert isinstance(item, Value)
    return {name: _value(getattr(item, name)) for name in type(item).model_fields}


def _value(field: object) -> Scalar:
    return cast(Scalar, field.value) if isinstance(field, Field) else None


def _items(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _is_equal(path: str, first: Scalar, second: Scalar) -> bool:
    if first is None or second is None:
        return first is second
    return is_same(path, first, second)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
