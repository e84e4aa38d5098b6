"""Truth: the record's shape with plain values, built from what was really drawn."""

import itertools
import re
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from models.record import Referral
from samples.generator.ops import Json, Said
from samples.generator.sheet import Sheet

LISTS = ("allergies", "coverages", "orders", "premedications", "diagnoses", "prior_therapies", "labs")
INDEX = re.compile(r"\[(\d+)\]")

Place = tuple[int, Said]
Order = dict[str, dict[int, int]]


def places(sheets: Mapping[int, Sheet]) -> tuple[list[Place], list[str]]:
    """What the pages (by number) of one person say, and the paths that they ask for in vain.

    A list item that no page shows is not there at all, so its leaves are not blank either.
    """
    kept = [(page_no, said) for page_no, sheet in sheets.items() for said in sheet.drawing.said]
    order = _order(said.path for _, said in kept)
    said_paths = {said.path for _, said in kept}
    asked = {path for sheet in sheets.values() for path in sheet.blank} - said_paths
    blank = {_renumbered(path, order) for path in asked if _is_there(path, order)}
    return renumber(kept), sorted(blank | _empty_lists(asked, said_paths))


def renumber(places: Iterable[Place]) -> list[Place]:
    """The same with list indexes closed up: a form that shows only the second diagnosis shows one diagnosis."""
    kept = list(places)
    order = _order(said.path for _, said in kept)
    return [(page_no, Said(_renumbered(said.path, order), said.value, said.box)) for page_no, said in kept]


def _order(paths: Iterable[str]) -> Order:
    seen: dict[str, set[int]] = {}
    for path in paths:
        for match in INDEX.finditer(path):
            seen.setdefault(path[: match.start()], set()).add(int(match.group(1)))
    return {prefix: {old: new for new, old in enumerate(sorted(found))} for prefix, found in seen.items()}


def _renumbered(path: str, order: Order) -> str:
    return INDEX.sub(lambda m: f"[{order[path[: m.start()]][int(m.group(1))]}]", path)


def _is_there(path: str, order: Order) -> bool:
    """Whether the list items on the way to ``path`` are shown by some page."""
    return all(int(m.group(1)) in order.get(path[: m.start()], {}) for m in INDEX.finditer(path))


def _empty_lists(asked: set[str], said_paths: set[str]) -> set[str]:
    """``lists.NAME`` for every list of which only the blank is on the form."""
    names = {name for path in asked if (name := _list_of(path))}
    return {f"lists.{name}" for name in names} - {f"lists.{_list_of(path)}" for path in said_paths} - said_paths


def _list_of(path: str) -> str | None:
    """The innermost list that ``path`` belongs to, where an answer to it would be an item."""
    found = re.match(r"(?:.*\.)?(\w+)\[\d+\]", path)
    return found.group(1) if found else None


def referral(places: list[Place], pages: list[int], is_stray: bool = False) -> dict[str, Any]:
    """One referral of the record with plain values; what no page says is null, an unsigned order's signature false."""
    tree = _empty()
    for _, said in places:
        if not said.path.startswith("lists."):
            _put(tree, said.path, said.value)
    if tree["orders"]:
        tree["prescriber"]["signature_present"] = bool(tree["prescriber"]["signature_present"])
    tree["kind"] = "stray" if is_stray else "referral" if tree["orders"] else "supplement"
    tree["pages"] = pages
    stated_none = {said.path[6:] for _, said in places if said.path.startswith("lists.") and said.value == 0}
    premedications = {value for order in tree["orders"] for value in order["premedications"]}
    counts = {name: len(tree[name]) for name in LISTS if name not in ("allergies", "premedications")}
    counts |= {"allergies": len(tree["patient"]["allergies"]), "premedications": len(premedications)}
    tree["lists"] = {name: counts[name] if counts[name] or name in stated_none else None for name in LISTS}
    return tree


def boxes(places: list[Place]) -> dict[str, list[dict[str, Any]]]:
    """For every path the pages and boxes where its value stands."""
    found: dict[str, list[dict[str, Any]]] = {}
    for page_no, said in places:
        found.setdefault(said.path, []).append({"page_no": page_no, "bbox": [round(v, 1) for v in said.box]})
    return found


def _empty() -> dict[str, Any]:
    """A referral of the record without anything in it."""
    names = ("patient", "coverages", "orders", "diagnoses", "prescriber", "prior_therapies", "labs")
    return {"kind": "", "pages": [], **{name: _plain(Referral.model_fields[name].get_default()) for name in names}}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return []
    if hasattr(value, "confidence"):
        return None
    return {name: _plain(getattr(value, name)) for name in type(value).model_fields}


def _item(name: str) -> Any:
    """An empty item of the list called ``name``; None where the items are plain."""
    holder = Referral.model_fields.get(name)
    return _plain(get_args(holder.annotation)[0]()) if holder else None


def _put(tree: dict[str, Any], path: str, value: Json) -> None:
    parts = [part for part in re.split(r"[.\[\]]", path) if part]
    node: Any = tree
    for part, following in itertools.pairwise(parts):
        if isinstance(node, list):
            node = node[int(part)]
            continue
        child = node[part]
        if isinstance(child, list):
            while len(child) <= int(following):
                child.append(_item(part))
        node = child
    last: int | str = int(parts[-1]) if isinstance(node, list) else parts[-1]
    old = node[last]
    if path == "patient.middle_name" and old is not None:
        # An initial on one page and the name on another agree; the name says more.
        old, value = None, max(str(old), str(value), key=len)
    if path == "prescriber.phone" and old is not None and str(old)[:12] == str(value)[:12]:
        # The same number with its extension on one page and without on another.
        old, value = None, max(str(old), str(value), key=len)
    if old is not None and old != value and path != "prescriber.signature_present":
        raise ValueError(f"two pages say different things of {path}: {old!r} and {value!r}")
    node[last] = value
