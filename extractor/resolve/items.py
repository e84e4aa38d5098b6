"""List items from the candidates of several pages: the same diagnosis or order named twice is one item."""

import re
from collections.abc import Sequence

from models.record.normalise import canonical
from models.stages.candidate import Scored

Item = dict[str, list[Scored]]
"""Leaf name (``drug``) to its candidates."""

_WEAK_PAGE = 0.65
_LEAF = re.compile(r"^[a-z_]+\[(\d+)\]\.(\w+)$")


def page_items(scored: Sequence[Scored], family: str) -> list[Item]:
    """The items of ``family`` (``orders``) as proposed page by page, best first."""
    groups: dict[tuple[int, str], Item] = {}
    for one in scored:
        match = _LEAF.match(one.candidate.path)
        if match is None or not one.candidate.path.startswith(f"{family}[") or one.candidate.value is None:
            continue
        key = (one.candidate.page_no, one.candidate.item or match.group(1))
        groups.setdefault(key, {}).setdefault(match.group(2), []).append(one)
    return [groups[key] for key in sorted(groups, key=lambda key: (key[0], _sort_key(groups[key]), key[1]))]


def _sort_key(item: Item) -> tuple[float, float]:
    tops = [one.candidate.bbox for leaf in item.values() for one in leaf if one.candidate.bbox is not None]
    return (min((box.top for box in tops), default=0.0), min((box.x0 for box in tops), default=0.0))


def merge_diagnoses(items: Sequence[Item]) -> list[Item]:
    """One item a code; the primary first, then as they stand."""
    merged: dict[str, Item] = {}
    for item in items:
        if "code" not in item:
            continue
        key = _key(item, "code")
        _absorb(merged.setdefault(key, {}), item)
    ranked = sorted(merged.values(), key=lambda item: -_rank(item))
    return ranked


def _rank(item: Item) -> float:
    """How much an item looks like the first reason for treatment: its label, its page, how sure it is."""
    return max(
        round(one.candidate.features.get("primary", 0.5), 1)
        + one.candidate.features.get("page", 0.5)
        + 0.2 * one.probability
        for one in item["code"]
    )


def merge_orders(items: Sequence[Item]) -> list[Item]:
    """One item for each drug, dose and (on one page) scheme; an item without dose joins any of its drug.

    Pages that are no order (a note, a cover sheet) support what an order says, and only where no order says anything
    do they stand for themselves.
    """
    strong = [item for item in items if "drug" in item and _page(item) >= _WEAK_PAGE]
    weak = [item for item in items if "drug" in item and _page(item) < _WEAK_PAGE]
    merged: list[Item] = []
    for item in [*[i for i in strong if "dose" in i], *[i for i in strong if "dose" not in i]]:
        home = _home(item, merged)
        if home is None:
            merged.append({name: list(leaf) for name, leaf in item.items()})
        else:
            _absorb(home, item)
    has_strong = bool(merged)
    for item in weak:
        home = _home(item, merged)
        if home is not None:
            _absorb(home, item)
        elif not has_strong:
            merged.append({name: list(leaf) for name, leaf in item.items()})
    return merged


def _key(item: Item, leaf: str) -> str:
    candidate = item[leaf][0].candidate
    return str(canonical(candidate.path, candidate.value))


def _page(item: Item) -> float:
    return max(one.candidate.features.get("page", 0.0) for one in item["drug"])


def _home(item: Item, merged: Sequence[Item]) -> Item | None:
    drug = _key(item, "drug")
    same = [other for other in merged if _key(other, "drug") == drug]
    if "dose" not in item:
        return same[0] if same else None
    dose = _key(item, "dose")
    open_to = [other for other in same if "dose" not in other or _key(other, "dose") == dose]
    open_to = [other for other in open_to if not _is_another_course(item, other)]
    return next((other for other in open_to if _says_same_scheme(item, other)), open_to[0] if open_to else None)


def _says_same_scheme(item: Item, other: Item) -> bool:
    return "frequency" in item and "frequency" in other and _key(item, "frequency") == _key(other, "frequency")


def _is_another_course(item: Item, other: Item) -> bool:
    """Whether one page gives the same dose under two schemes: a loading and a maintenance dose."""
    if "frequency" not in item or "frequency" not in other or _says_same_scheme(item, other):
        return False
    pages = [{one.candidate.page_no for one in one_item["frequency"]} for one_item in (item, other)]
    return bool(pages[0] & pages[1])


def _absorb(home: Item, item: Item) -> None:
    for name, leaf in item.items():
        home.setdefault(name, []).extend(leaf)
