"""Fields of a record against the truth: what is right, and every way to be wrong counted apart.

Values are equal, and list items belong together, as ``models.record.normalise`` says.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import get_args

from pydantic import BaseModel

from extractor.evaluate.score import Outcome, Pairing, Plain, Row
from models.record import Document, Extraction, Field, Lists, Page, Referral, State
from models.record.list_places import leaf_name
from models.record.normalise import Item, ItemKind, is_same, pair_items

# Plain facts of a referral, which are not fields.
NOT_FIELDS = frozenset(
    {"referral_id", "revision", "supersedes", "created_at", "kind", "touchless", "pages", "readiness"}
)
NOTHING: Mapping[str, object] = {}
_KINDS: Mapping[str, ItemKind] = {kind: kind for kind in get_args(ItemKind)}


def score_fields(truth: Mapping[str, object], extraction: Extraction) -> tuple[Row, ...]:
    """Compare a record with the truth of the same fax, field by field.

    ``truth``: the record's shape with plain values for fields. Its referrals are paired with those of the record for
    the most values in common; one without a partner counts on every leaf. A list count (``lists.labs``) that the truth
    leaves null is no value: nothing states it. A part of a referral (``labs``) that the truth leaves out is not scored.
    """
    true_referrals = [item for item in _items(truth.get("referrals")) if isinstance(item, Mapping)]
    rows: list[Row] = []
    for number, (true_referral, referral) in enumerate(pair_referrals(true_referrals, extraction.referrals)):
        lists = None if referral is None else referral.lists
        known = tuple(true_referral)
        for row in _rows("", true_referral, referral, None):
            if not known or row.path.partition(".")[0].partition("[")[0] in known:
                state = _list_state(row, lists) if row.outcome is Outcome.OMITTED else row.state
                rows.append(replace(row, referral=number, state=state))
    return tuple(rows)


def _list_state(row: Row, lists: Lists | None) -> State | None:
    """What the record says of the list that a field's item is missing from."""
    name = leaf_name(row.item_path or "")
    return None if lists is None else getattr(lists, name).state


def score_document(truth: Mapping[str, object], document: Document) -> tuple[Row, ...]:
    """Compare what the record says of the file: kind, transmit header, and each page's type, quality and rotation.

    ``truth``: the ``document`` of the record's shape; facts that it does not have are not scored.
    """
    pages = {page.page_no: page for page in document.pages}
    return tuple(_document_rows(truth, document, pages))


def _document_rows(truth: Mapping[str, object], document: Document, pages: Mapping[int, Page]) -> Iterator[Row]:
    if "kind" in truth:
        yield _fact("document.kind", truth["kind"], document.kind)
    header = truth.get("fax_header")
    for name, value in header.items() if isinstance(header, Mapping) else ():
        yield _fact(f"document.fax_header.{name}", value, getattr(document.fax_header, name, None))
    for index, page in enumerate(_items(truth.get("pages"))):
        if not isinstance(page, Mapping):
            continue
        number = page.get("page_no")
        read = pages.get(number) if isinstance(number, int) else None
        for name in ("type", "quality", "rotation"):
            if name in page:
                yield _fact(f"document.pages[{index}].{name}", page[name], getattr(read, name, None))


def _fact(path: str, truth: object, read: object) -> Row:
    expected = _plain_leaf(truth)
    found = read.isoformat(timespec="minutes") if hasattr(read, "isoformat") else _plain_leaf(read)
    return Row(path, expected, found, _outcome(path, expected, found))


def pair_referrals(
    truth: Sequence[Mapping[str, object]], read: Sequence[Referral]
) -> list[tuple[Mapping[str, object], Referral | None]]:
    """Each true referral with its partner, the pairs with most in common first; then the partnerless of the record."""
    common = {
        (i, j): sum(row.outcome is Outcome.CORRECT for row in _rows("", true, referral, None))
        for i, true in enumerate(truth)
        for j, referral in enumerate(read)
    }
    partner: dict[int, int] = {}
    for i, j in sorted(common, key=lambda pair: (-common[pair], pair)):
        if i not in partner and j not in partner.values():
            partner[i] = j
    pairs = [(true, read[partner[i]] if i in partner else None) for i, true in enumerate(truth)]
    return pairs + [(NOTHING, referral) for j, referral in enumerate(read) if j not in partner.values()]


def _rows(path: str, truth: object, read: object, item: Pairing | None) -> Iterator[Row]:
    """Both trees side by side: ``truth`` of plain values, ``read`` of values of the record; either may be None."""
    if isinstance(read, Field):
        expected = _plain_leaf(truth)
        outcome = _outcome(path, expected, read.value, item)
        where = (read.page_no, read.bbox, read.raw)
        yield Row(path, expected, read.value, outcome, read.state, read.confidence, *where, item)
    elif isinstance(read, BaseModel) or isinstance(truth, Mapping):
        yield from _object_rows(path, truth if isinstance(truth, Mapping) else NOTHING, read, item)
    elif isinstance(read, tuple) or isinstance(truth, list | tuple):
        yield from _list_rows(path, _items(truth), _items(read))
    else:
        expected = _plain_leaf(truth)
        yield Row(path, expected, None, _outcome(path, expected, None, item), item=item)


def _object_rows(path: str, truth: Mapping[str, object], read: object, item: Pairing | None) -> Iterator[Row]:
    names = dict.fromkeys((*type(read).model_fields, *truth) if isinstance(read, BaseModel) else truth)
    for name in names:
        if name not in NOT_FIELDS:
            inner = f"{path}.{name}" if path else name
            yield from _rows(inner, truth.get(name), getattr(read, name, None), item)


def _list_rows(path: str, truth: Sequence[object], read: Sequence[object]) -> Iterator[Row]:
    pairs = pair_items(_KINDS[path.rsplit(".", 1)[-1]], [_item(i) for i in truth], [_item(i) for i in read])
    numbers = itertools.count(len(truth))
    for i, j in pairs:
        number = next(numbers) if i is None else i
        pairing = Pairing.EXTRA if i is None else Pairing.OMITTED if j is None else Pairing.PAIRED
        yield from _rows(f"{path}[{number}]", None if i is None else truth[i], None if j is None else read[j], pairing)


def _outcome(path: str, truth: Plain, read: Plain, item: Pairing | None = None) -> Outcome:
    if truth is None:
        return Outcome.ABSENT if read is None else Outcome.SPURIOUS
    if read is None:
        return Outcome.OMITTED if item is Pairing.OMITTED else Outcome.MISSING
    return Outcome.CORRECT if is_same(path, truth, read) else Outcome.WRONG


def _item(value: object) -> Item:
    """A list item of either side with plain values: a mapping of leaves, or the value itself."""
    if isinstance(value, Field):
        return value.value
    if isinstance(value, BaseModel):
        leaves = ((name, getattr(value, name)) for name in type(value).model_fields)
        return {name: leaf.value for name, leaf in leaves if isinstance(leaf, Field)}
    return value if isinstance(value, Mapping) else _plain_leaf(value)


def _plain_leaf(value: object) -> Plain:
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, str | float | bool | int):
        return value
    raise TypeError(f"a truth holds plain values, not {type(value).__name__}")


def _items(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()
