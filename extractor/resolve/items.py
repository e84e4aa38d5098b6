"""List items from the candidates of several pages: the same diagnosis or order named twice is one item."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from models.record.normalise import canonical
from models.stages.candidate import Scored

_WEAK_PAGE = 0.65
_LEAF = re.compile(r"^[a-z_]+\[(\d*)\]\.(\w+)$")


@dataclass(frozen=True, slots=True)
class Item:
    """One list item: leaf name (``drug``) to the candidates that say something of it, and to those that do not.

    The second are labels without an answer, and answers that could not be read.
    """

    said: dict[str, list[Scored]] = field(default_factory=dict)
    unsaid: dict[str, list[Scored]] = field(default_factory=dict)

    def says(self, leaf: str) -> bool:
        """Whether a value of ``leaf`` was read."""
        return leaf in self.said

    def key(self, leaf: str) -> str | None:
        """What the first candidate of ``leaf`` says, equal for equal values; None where none says anything."""
        if leaf not in self.said:
            return None
        candidate = self.said[leaf][0].candidate
        return str(canonical(candidate.path, candidate.value))

    def differs(self, other: "Item", leaf: str) -> bool:
        """Whether both say something of ``leaf`` and not the same."""
        here, there = self.key(leaf), other.key(leaf)
        return here is not None and there is not None and here != there

    def of(self, leaf: str) -> list[Scored]:
        """All candidates of ``leaf``."""
        return [*self.said.get(leaf, ()), *self.unsaid.get(leaf, ())]

    @property
    def pages(self) -> frozenset[int]:
        """The pages (1-based) that say something of the item."""
        return frozenset(one.candidate.page_no for leaf in self.said.values() for one in leaf)

    @property
    def page_weight(self) -> float:
        """How far the best of its pages is trusted for orders, 0-1."""
        return max((one.candidate.features.get("page", 0.0) for one in self.said.get("drug", ())), default=0.0)

    def joined(self, other: "Item") -> "Item":
        """The item with the candidates of ``other`` behind its own."""
        return Item(_joined(self.said, other.said), _joined(self.unsaid, other.unsaid))


def _joined(first: dict[str, list[Scored]], second: dict[str, list[Scored]]) -> dict[str, list[Scored]]:
    return {name: [*first.get(name, ()), *second.get(name, ())] for name in dict.fromkeys((*first, *second))}


def page_items(scored: Sequence[Scored], family: str) -> list[Item]:
    """The items of ``family`` (``orders``) as proposed page by page, from top to bottom."""
    groups: dict[tuple[int, str], Item] = {}
    for one in scored:
        match = _LEAF.match(one.candidate.path)
        if match is None or not one.candidate.path.startswith(f"{family}["):
            continue
        key = (one.candidate.page_no, one.candidate.item or match.group(1))
        item = groups.setdefault(key, Item())
        leaves = item.said if one.candidate.value is not None else item.unsaid
        leaves.setdefault(match.group(2), []).append(one)
    said = {key: item for key, item in groups.items() if item.said}
    return [said[key] for key in sorted(said, key=lambda key: (key[0], _place(said[key]), key[1]))]


def _place(item: Item) -> tuple[float, float]:
    boxes = [one.candidate.bbox for leaf in item.said.values() for one in leaf if one.candidate.bbox is not None]
    return (min((box.top for box in boxes), default=0.0), min((box.x0 for box in boxes), default=0.0))


def merge_diagnoses(items: Sequence[Item]) -> list[Item]:
    """One item a code; the primary first, then as they stand."""
    merged: dict[str, Item] = {}
    for item in items:
        key = item.key("code")
        if key is not None:
            merged[key] = merged[key].joined(item) if key in merged else item
    return sorted(merged.values(), key=lambda item: -_rank(item))


def _rank(item: Item) -> float:
    """How much an item looks like the first reason for treatment: its label, its page, how sure it is."""
    return max(
        round(one.candidate.features.get("primary", 0.5), 1)
        + one.candidate.features.get("page", 0.5)
        + 0.2 * one.probability
        for one in item.said["code"]
    )


def merge_orders(items: Sequence[Item]) -> list[Item]:
    """One item for each drug, dose and (on one page) scheme; an item without dose joins any of its drug.

    Pages that are no order (a note, a cover sheet) support what an order says, and only where no order says anything
    do they stand for themselves. Doses of a page that names no drug go to the one order that has none.
    """
    strong = [item for item in items if item.says("drug") and item.page_weight >= _WEAK_PAGE]
    weak = [item for item in items if item.says("drug") and item.page_weight < _WEAK_PAGE]
    merged: list[Item] = []
    for item in sorted(strong, key=lambda item: not item.says("dose")):
        home = _home(item, merged)
        if home is None:
            merged.append(item)
        else:
            merged[home] = merged[home].joined(item)
    has_strong = bool(merged)
    for item in weak:
        home = _home(item, merged)
        if home is not None:
            merged[home] = merged[home].joined(item)
        elif not has_strong:
            merged.append(item)
    return _given_doses(merged, [item for item in items if not item.says("drug") and item.says("dose")])


def _given_doses(orders: list[Item], doses: Sequence[Item]) -> list[Item]:
    """The orders; a single one without dose, once for each dose that stands on another page."""
    if len(orders) != 1 or orders[0].says("dose"):
        return orders
    (order,) = orders
    apart = [dose for dose in doses if dose.pages.isdisjoint(order.pages)]
    return [order.joined(dose) for dose in apart] or orders


def _home(item: Item, merged: Sequence[Item]) -> int | None:
    """The place of the item in ``merged`` that ``item`` belongs to."""
    same = [place for place, other in enumerate(merged) if other.key("drug") == item.key("drug")]
    if item.says("dose"):
        same = [place for place in same if not item.differs(merged[place], "dose")]
        same = [place for place in same if not _is_another_course(item, merged[place])]
        scheme = item.key("frequency")
        same = [p for p in same if scheme is not None and merged[p].key("frequency") == scheme] or same
    return same[0] if same else None


def _is_another_course(item: Item, other: Item) -> bool:
    """Whether one page gives the same dose under two schemes: a loading and a maintenance dose."""
    if not item.differs(other, "frequency"):
        return False
    pages = [{one.candidate.page_no for one in one_item.said["frequency"]} for one_item in (item, other)]
    return bool(pages[0] & pages[1])
