"""Answers of people that still hold after a referral was put together anew from other pages."""

from collections import Counter, defaultdict
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
    else is asked again: an empty field, because another page may fill it, and whether a list is complete. Where the
    pages are the same ones (read again, or called something else), what a person entered is theirs to change alone: a
    value of an item that is not found again becomes one of a further item.
    """
    places = _by_place(after)
    fields = dict(walk_fields(before))
    sizes, now = list_sizes(before), list_sizes(after)
    standing = tuple(standing)
    own = _OwnValues(before, after, standing) if before.pages == after.pages else None
    found = []
    for answer in standing:
        if answer.action is Answer.REMOVE:
            path = _same_item(answer.path, fields, places)
        elif answer.path in fields:
            path = _same_field(answer.path, fields[answer.path], places)
        else:
            path = _added(answer, sizes, now, after) if with_added else None
        if path is None and own is not None and (answer.value is not None or own.is_as_empty(answer.path)):
            path = own.find(answer.path)
        if path is not None:
            found.append(answer.model_copy(update={"path": path, "revision": after.revision}))
    return tuple(found)


class _OwnValues:
    """Where values that a person entered go in ``after``, which is made of the same pages as ``before``."""

    def __init__(self, before: Referral, after: Referral, standing: Iterable[Correction]) -> None:
        self._fields, self._now = dict(walk_fields(before)), dict(walk_fields(after))
        self._places = _by_place(after)
        self._was, self._is = list_sizes(before), list_sizes(after)
        self._heads: dict[str, str] = {}
        # Behind the items that people added, which come behind those that were found.
        self._free = dict(self._is)
        for head in {item_heads(one.path)[0] for one in standing if item_heads(one.path)}:
            name, _, index = head.removesuffix("]").partition("[")
            added = int(index) - self._was.get(name, 0) + 1
            self._free[name] = max(self._free.get(name, 0), self._is.get(name, 0) + added)

    def is_as_empty(self, path: str) -> bool:
        """Whether the program reads nothing there now: what a person said of an empty field holds."""
        now = self._now.get(path)
        return now is not None and now.value is None and not path.startswith("lists.")

    def find(self, path: str) -> str | None:
        """The path of the value now; None for the count of a list, which is asked again."""
        if path.startswith("lists."):
            return None
        heads = item_heads(path)
        if not heads:
            return path if path in self._now else None
        if heads[0] not in self._heads:
            self._heads[heads[0]] = self._find_item(heads[0])
        return self._heads[heads[0]] + path.removeprefix(heads[0])

    def _find_item(self, head: str) -> str:
        """The item of which most stands where it stood, the only one where there is one only, or a further one."""
        told = [
            _same_field(path, one, self._places)
            for path, one in self._fields.items()
            if _is_in(path, head) and one.bbox is not None
        ]
        votes = Counter(item_heads(path)[0] for path in told if path is not None)
        name = head.partition("[")[0]
        taken = set(self._heads.values())
        best = next((item for item, _ in votes.most_common() if item not in taken), None)
        if best is not None:
            return best
        if (self._was.get(name), self._is.get(name)) == (1, 1) and f"{name}[0]" not in taken:
            return f"{name}[0]"
        place = self._free.get(name, 0)
        self._free[name] = place + 1
        return f"{name}[{place}]"


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
