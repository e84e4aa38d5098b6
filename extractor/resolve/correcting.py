"""People's answers laid over a referral: a pure function, so that undoing is leaving an answer out.

Answers count list items as they stand in the revision they were given for; items they add come behind them, and items
they remove keep their place until all answers are laid on.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from pydantic import BaseModel

from extractor.errors import InvalidEntry
from extractor.resolve.entries import Entered, read_entry
from extractor.resolve.settling import replace_fields
from models.record import (
    STAFF,
    Count,
    Coverage,
    Diagnosis,
    Field,
    Lab,
    Order,
    PriorTherapy,
    Reason,
    Referral,
    ReferralKind,
    State,
    Text,
)
from models.record.list_places import unplaced
from models.record.paths import AnyField, walk_fields
from models.record.review import Answer, Correction

ADDED = Reason(code="item_added", text="a person added this item: answer what the pages say of it")
LIST_CHANGED = Reason(code="list_changed", text="items were added or removed: confirm that the list is complete now")
_SAID = {
    Answer.CONFIRM: Reason(code="staff_confirmed", text="a person confirmed it"),
    Answer.CORRECT: Reason(code="staff_corrected", text="a person entered it"),
    Answer.ALTERNATIVE: Reason(code="staff_chose", text="a person chose it among the readings"),
    Answer.BLANK: Reason(code="staff_blank", text="a person says that the form leaves it blank"),
    Answer.ILLEGIBLE: Reason(code="staff_illegible", text="a person cannot read it"),
    Answer.NOT_ON_FORM: Reason(code="staff_not_on_form", text="a person says that nothing asks for it"),
}
_ABSENCE = {
    Answer.BLANK: State.BLANK,
    Answer.ILLEGIBLE: State.ILLEGIBLE,
    Answer.NOT_ON_FORM: State.NOT_ON_FORM,
}
_LISTS: Mapping[str, tuple[str, type[BaseModel]]] = {
    "patient.allergies": ("allergies", Text),
    "coverages": ("coverages", Coverage),
    "orders": ("orders", Order),
    "orders[].premedications": ("premedications", Text),
    "diagnoses": ("diagnoses", Diagnosis),
    "prior_therapies": ("prior_therapies", PriorTherapy),
    "labs": ("labs", Lab),
}
"""The lists of a referral: the name of each one's count, and what its items are."""
_MOST_ADDED = 50
_LAST_PLACE = re.compile(r"\[(\d+)\](?=[^\[]*$)")
_ITEM = re.compile(r"\[(\d+)\]")


class Answered(NamedTuple):
    """A referral with answers on it, every item still at its place, and the items that are to be taken out."""

    referral: Referral
    removed: frozenset[str]


def apply_corrections(referral: Referral, corrections: Iterable[Correction]) -> Referral:
    """The referral as people's answers make it: items removed, counts of changed lists brought up to date.

    The last answer for a path counts. A field that nobody answered stays as it is, to the byte. What was taken for a
    supplement or a stray is a referral once a person says which drug it orders. Raises ``InvalidEntry`` for a path that
    is not there.
    """
    answered = answer_fields(referral, corrections)
    kept = _as_referral(_drop(answered.referral, "", answered.removed))
    is_ordered = any(order.drug.source == STAFF and order.drug.value is not None for order in kept.orders)
    return kept.model_copy(update={"kind": ReferralKind.REFERRAL}) if is_ordered else kept


def answer_fields(referral: Referral, corrections: Iterable[Correction]) -> Answered:
    """The answers laid on with every item at its place: what a person sees while working.

    Values were checked when they were given (``check_correction``) and are not checked again: tables of codes and
    drugs change, and an answer that stands must not keep anybody from loading the referral.
    """
    last = {correction.path: correction for correction in corrections}
    removed = {path for path, one in last.items() if one.action is Answer.REMOVE}
    grown = _grow(referral, [path for path in last if path not in removed])
    fields = dict(walk_fields(grown))
    answers = {path: _answer(fields.get(path), one) for path, one in last.items() if path not in removed}
    heads = set(_item_paths(grown))
    if removed - heads:
        raise InvalidEntry("There is no such item: load the referral again.")
    removed |= _untouched_additions(referral, heads, answers)
    answered = replace_fields(grown, answers)
    return Answered(_recount(referral, answered, frozenset(removed)), frozenset(removed))


def check_correction(
    referral: Referral, standing: Sequence[Correction], correction: Correction, today: date
) -> Answered:
    """What the referral becomes with one answer more.

    Here, and only here, its value is checked: raises ``InvalidEntry`` for what cannot be the field's value. An item may
    only be added right behind the last one, a field of a removed item takes no answer, and a count that is not the
    number of items in its list is refused: who knows of one more adds it.
    """
    before = answer_fields(referral, standing)
    heads = _item_paths(before.referral)
    for head in _heads(correction.path):
        previous = _LAST_PLACE.sub(lambda found: f"[{int(found[1]) - 1}]", head)
        if head not in heads and not head.endswith("[0]") and previous not in heads:
            raise InvalidEntry("An item is added behind the last one: load the referral again.")
    if correction.value is not None:
        _check_value(dict(walk_fields(before.referral)).get(correction.path), correction, today)
    after = answer_fields(referral, [*standing, correction])
    if correction.action is not Answer.REMOVE and _heads(correction.path) & after.removed:
        raise InvalidEntry("This item is removed: undo its removal before you answer a field of it.")
    if correction.path.startswith("lists.") and correction.value is not None:
        count = dict(walk_fields(after.referral))[correction.path]
        if count.source != STAFF:
            raise InvalidEntry(
                f"The list holds {count.value}: add the items that are missing, or remove those that are none."
            )
    return after


def original_paths(answered: Answered) -> Mapping[str, str]:
    """Each field's path after removal, with its path before."""
    kept = [path for path, _ in walk_fields(answered.referral) if not _heads(path) & answered.removed]
    after = [path for path, _ in walk_fields(_as_referral(_drop(answered.referral, "", answered.removed)))]
    return dict(zip(after, kept, strict=True))


def item_heads(path: str) -> tuple[str, ...]:
    """The list items that a path lies in, the outer one first: ``orders[0]``, ``orders[0].premedications[1]``."""
    return tuple(path[: found.end()] for found in _ITEM.finditer(path))


def list_sizes(referral: Referral) -> Mapping[str, int]:
    """How many items each list of the referral itself has, by its path; lists inside of items are theirs."""
    found = {}
    for name in _LISTS:
        if "[]" not in name:
            holder, _, leaf = name.rpartition(".")
            found[name] = len(getattr(referral.patient if holder else referral, leaf))
    return found


def _answer(field: AnyField | None, correction: Correction) -> AnyField:
    if field is None:
        raise InvalidEntry("There is no such field: load the referral again.")
    said = (_SAID[correction.action],)
    place: dict[str, object] = {"page_no": field.page_no, "bbox": field.bbox}
    if correction.page_no is not None:
        place = {"page_no": correction.page_no, "bbox": correction.bbox}
    kept = {"raw": field.raw, "alternatives": field.alternatives, "evidence": field.evidence} | place
    kind = type(field)
    if correction.value is None:
        return kind(state=_ABSENCE[correction.action], source=STAFF, reasons=said, **kept)
    value = correction.value
    state = State.CONFIRMED if _is_same(value, field.value) else State.CORRECTED
    # A person's answer is what all else is measured against, so it counts as sure.
    return kind(value=value, confidence=1.0, state=state, source=STAFF, reasons=said, **kept)


def _check_value(shown: AnyField | None, correction: Correction, today: date) -> None:
    """Whether the value can be given: ``shown`` is the field with all earlier answers on it, None for an added one."""
    value = correction.value
    assert value is not None
    if correction.action is Answer.CONFIRM and (shown is None or not _is_same(value, shown.value)):
        raise InvalidEntry("The value changed since it was shown: load the referral again.")
    choices = () if shown is None else shown.alternatives
    if correction.action is Answer.ALTERNATIVE and not any(_is_same(value, one.value) for one in choices):
        raise InvalidEntry("This reading is not among the alternatives: load the referral again.")
    read = read_entry(correction.path, as_text(value), today)
    if correction.action is Answer.CONFIRM:
        return
    if not _is_same(read, float(value) if isinstance(read, float) and not isinstance(value, bool | str) else value):
        raise InvalidEntry("The value is not in the record's format: enter it as text to have it read.")


def _is_same(first: object, second: object) -> bool:
    """Equal and of one type: True is not 1."""
    return first == second and isinstance(first, bool) == isinstance(second, bool)


def as_text(value: Entered) -> str:
    """A value as a person reads and types it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _heads(path: str) -> frozenset[str]:
    """The list items that a path lies in: ``orders[0].premedications[1]`` lies in ``orders[0]`` and in itself."""
    return frozenset(item_heads(path))


def _item_paths(referral: Referral) -> frozenset[str]:
    return frozenset(_walk_items(referral, ""))


def _walk_items(value: object, path: str) -> Iterable[str]:
    if isinstance(value, BaseModel) and not isinstance(value, Field):
        for name in type(value).model_fields:
            at = f"{path}.{name}" if path else name
            inner = getattr(value, name)
            if isinstance(inner, tuple) and unplaced(at) in _LISTS:
                for index, item in enumerate(inner):
                    yield f"{at}[{index}]"
                    yield from _walk_items(item, f"{at}[{index}]")
            else:
                yield from _walk_items(inner, at)


def _grow(referral: Referral, paths: Iterable[str]) -> Referral:
    """The referral with empty items for paths that lie behind the last one of a list."""
    sizes: dict[str, int] = {}
    for path in paths:
        for head in _heads(path):
            place, _, index = head[:-1].rpartition("[")
            sizes[place] = max(sizes.get(place, 0), int(index) + 1)
    grown = _extend(referral, "", sizes)
    assert isinstance(grown, Referral)
    return grown


def _extend(value: object, path: str, sizes: Mapping[str, int]) -> object:
    if isinstance(value, Field) or not isinstance(value, BaseModel):
        return value
    update: dict[str, object] = {}
    for name in type(value).model_fields:
        at = f"{path}.{name}" if path else name
        inner = getattr(value, name)
        if not any(place.startswith(at) for place in sizes):
            continue
        if isinstance(inner, tuple) and unplaced(at) in _LISTS:
            missing = sizes.get(at, 0) - len(inner)
            if missing > _MOST_ADDED:
                raise InvalidEntry("There is no such item: load the referral again.")
            items = (*inner, *(_empty_item(_LISTS[unplaced(at)][1]) for _ in range(missing)))
            update[name] = tuple(_extend(item, f"{at}[{index}]", sizes) for index, item in enumerate(items))
        elif isinstance(inner, BaseModel):
            update[name] = _extend(inner, at, sizes)
    return value.model_copy(update=update) if update else value


def _empty_item(kind: type[BaseModel]) -> BaseModel:
    """An item whose every field waits for a person."""
    asked = Text(state=State.NEEDS_REVIEW, reasons=(ADDED,))
    if kind is Text:
        return asked
    return kind(**{name: asked for name, info in kind.model_fields.items() if info.annotation is Text})


def _untouched_additions(referral: Referral, heads: Iterable[str], answers: Iterable[str]) -> set[str]:
    """Added items that no answer stands for any more: gaps that an undoing left."""
    touched = {head for path in answers for head in _heads(path)}
    return {head for head in heads if head not in touched} - _item_paths(referral)


def _drop(value: object, path: str, removed: frozenset[str]) -> object:
    """``value`` without the removed items; what holds none of them is the same object."""
    if isinstance(value, Field) or not isinstance(value, BaseModel):
        return value
    update: dict[str, object] = {}
    for name in type(value).model_fields:
        at = f"{path}.{name}" if path else name
        inner = getattr(value, name)
        if isinstance(inner, tuple) and unplaced(at) in _LISTS:
            places = [(f"{at}[{index}]", item) for index, item in enumerate(inner)]
            update[name] = tuple(_drop(item, head, removed) for head, item in places if head not in removed)
        elif isinstance(inner, BaseModel):
            update[name] = _drop(inner, at, removed)
    return value.model_copy(update=update)


def _as_referral(value: object) -> Referral:
    assert isinstance(value, Referral)
    return value


def _recount(before: Referral, answered: Referral, removed: frozenset[str]) -> Referral:
    """The counts of lists that changed; a count that a person gave holds only for the list as it is now."""
    kept = _as_referral(_drop(answered, "", removed))
    was, now = _sizes(before), _sizes(kept)
    counts: dict[str, AnyField] = {}
    for name, size in now.items():
        count = getattr(answered.lists, name)
        if (was[name] != size and count.value != size) or (count.source == STAFF and (count.value or 0) != size):
            counts[f"lists.{name}"] = Count(
                value=size, confidence=0.0, state=State.NEEDS_REVIEW, source="derived", reasons=(LIST_CHANGED,)
            )
    return replace_fields(answered, counts)


def _sizes(referral: Referral) -> dict[str, int]:
    premedications = {one.value for order in referral.orders for one in order.premedications}
    return {
        "allergies": len(referral.patient.allergies),
        "coverages": len(referral.coverages),
        "orders": len(referral.orders),
        "premedications": len(premedications),
        "diagnoses": len(referral.diagnoses),
        "prior_therapies": len(referral.prior_therapies),
        "labs": len(referral.labs),
    }
