"""Truth: the record's shape with plain values, built from what was really drawn."""

import itertools
import re
from collections.abc import Iterable
from typing import Any, get_args

from models.record import Referral
from samples.generator.ops import Json, Said

LISTS = ("allergies", "coverages", "orders", "premedications", "diagnoses", "prior_therapies", "labs")
INDEX = re.compile(r"\[(\d+)\]")

Place = tuple[int, Said]


def renumber(places: Iterable[Place]) -> list[Place]:
    """The same with list indexes closed up: a form that shows only the second diagnosis shows one diagnosis."""
    kept = list(places)
    seen: dict[str, list[int]] = {}
    for _, said in kept:
        for match in INDEX.finditer(said.path):
            seen.setdefault(said.path[: match.start()], []).append(int(match.group(1)))
    order = {prefix: {old: new for new, old in enumerate(sorted(set(found)))} for prefix, found in seen.items()}

    def fix(path: str) -> str:
        return INDEX.sub(lambda m: f"[{order[path[: m.start()]][int(m.group(1))]}]", path)

    return [(page_no, Said(fix(said.path), said.value, said.box)) for page_no, said in kept]


def referral(places: list[Place], pages: list[int]) -> dict[str, Any]:
    """One referral of the record with plain values; what no page says is null, ``signature_present`` then false."""
    tree = _empty()
    for _, said in places:
        if not said.path.startswith("lists."):
            _put(tree, said.path, said.value)
    tree["prescriber"]["signature_present"] = bool(tree["prescriber"]["signature_present"])
    tree["kind"] = "referral" if tree["orders"] else "supplement"
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
    if old is not None and old != value and path != "prescriber.signature_present":
        raise ValueError(f"two pages say different things of {path}: {old!r} and {value!r}")
    node[last] = value
