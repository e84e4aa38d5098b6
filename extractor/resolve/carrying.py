"""Answers of people that still hold after a referral was put together anew from other pages."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from extractor.resolve.correcting import item_heads, list_sizes
from models.record import Referral
from models.record.list_places import unplaced
from models.record.paths import AnyField, walk_fields
from models.record.review import Answer, Correction


def carry_answers(
    before: Referral, after: Referral, standing: Iterable[Correction], *, with_added: bool = True
) -> tuple[Correction, ...]:
    """The answers on ``before`` that hold for ``after``, with their paths and revision there; by whom and when stays.

    An answer holds where the program reads the same, at the same place on a page: whatever it was given for is still
    there. What a person added to a list is added again ``with_added``, unless they read it on a page that is gone. All
    else is asked again: an empty field, because another page may fill it, and whether a list is complete.
    """
    places = _by_place(after)
    fields = dict(walk_fields(before))
    sizes, now = list_sizes(before), list_sizes(after)
    found = []
    for answer in standing:
        if answer.action is Answer.REMOVE:
            path = _same_item(answer.path, fields, places)
        elif answer.path in fields:
            path = _same_field(answer.path, fields[answer.path], places)
        else:
            path = _added(answer, sizes, now, after) if with_added else None
        if path is not None:
            found.append(answer.model_copy(update={"path": path, "revision": after.revision}))
    return tuple(found)


_Place = tuple[object, ...]


def _by_place(referral: Referral) -> Mapping[_Place, list[str]]:
    found: dict[_Place, list[str]] = defaultdict(list)
    for path, field in walk_fields(referral):
        found[_place(path, field)].append(path)
    return found


def _place(path: str, field: AnyField) -> _Place:
    return unplaced(path), field.value, field.raw, field.page_no, field.bbox


def _same_field(path: str, field: AnyField, places: Mapping[_Place, list[str]]) -> str | None:
    found = places.get(_place(path, field), [])
    return found[0] if field.bbox is not None and len(found) == 1 else None


def _same_item(head: str, fields: Mapping[str, AnyField], places: Mapping[_Place, list[str]]) -> str | None:
    """The one item that holds everything of ``head`` that stands on a page."""
    inside = [(path, one) for path, one in fields.items() if _is_in(path, head) and one.bbox is not None]
    told = [_same_field(path, one, places) for path, one in inside]
    depth = head.count("[")
    heads = {None if path is None else item_heads(path)[depth - 1] for path in told}
    return heads.pop() if len(heads) == 1 else None


def _is_in(path: str, head: str) -> bool:
    return path == head or path.startswith(f"{head}.")


def _added(answer: Correction, sizes: Mapping[str, int], now: Mapping[str, int], after: Referral) -> str | None:
    """The place behind the last item of the list as it is now."""
    if answer.page_no is not None and answer.page_no not in after.pages:
        return None
    head = item_heads(answer.path)[0] if item_heads(answer.path) else ""
    name, _, index = head.removesuffix("]").partition("[")
    if name not in sizes or int(index) < sizes[name]:
        return None
    return f"{name}[{int(index) - sizes[name] + now[name]}]{answer.path.removeprefix(head)}"
