"""The last step of a referral: each value's probability from all its evidence, and the state that policy gives it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel

from extractor.confidence import Evidence, Surroundings, explain, gather, load_calibration
from extractor.resolve.absence import OWNER_DOUBTS
from extractor.resolve.policy import load_policy
from extractor.resolve.scene import UNOWNED
from models.record import DocumentKind, Field, Reason, Referral, State
from models.record.list_places import unplaced
from models.record.normalise import plain_text
from models.record.paths import AnyField, walk_fields
from models.stages.candidate import Candidate, Packet, Scored

_NAMES: Mapping[str, tuple[str, ...]] = {
    "coverages": ("payer", "member_id"),
    "orders": ("drug",),
    "diagnoses": ("code",),
    "prior_therapies": ("drug",),
    "labs": ("test",),
}
"""The leaves that name an item of each list, the best first."""

ITEM_UNSURE = Reason(code="item_unsure", text="what it belongs to needs a person's look first")
TOO_FEW_KNOWN = Reason(
    code="too_few_known", text="too few such fields were checked on such pages to accept one without a person"
)

_Place = tuple[str, int | None, object, str | None]
K = TypeVar("K", bound=Hashable)


def settle(draft: Referral, packet: Packet, scored: Sequence[Scored]) -> Referral:
    """The referral with calibrated confidences, and with ``found`` only where policy accepts it."""
    calibration, policy = load_calibration(), load_policy()
    fields = dict(walk_fields(draft))
    settled: dict[str, AnyField] = {}
    for path, evidence in gather_evidence(draft, packet, scored).items():
        sure = calibration.probability(evidence)
        if OWNER_DOUBTS & set(fields[path].reasons):
            sure = min(sure, UNOWNED)
        threshold = policy.threshold(path, evidence.tier)
        settled[path] = _judge(with_confidence(fields[path], sure), threshold, explain(evidence, calibration))
    unsure = {head for head, (name, *_) in items_of(draft, settled).items() if name.state is not State.FOUND}
    in_doubt = {path: _demote(one, ITEM_UNSURE) for path, one in settled.items() if path.rpartition(".")[0] in unsure}
    return replace_fields(draft, settled | in_doubt)


def _judge(field: AnyField, threshold: float | None, doubts: Sequence[str]) -> AnyField:
    """The field as policy takes it; ``doubts`` say why it is not surer."""
    if threshold is None:
        return _demote(field, TOO_FEW_KNOWN)
    if (field.confidence or 0.0) >= threshold:
        return field
    why = f": {', '.join(doubts)}" if doubts else ""
    said = f"sure to {field.confidence:.1%}, and {threshold:.1%} is asked of such a field on such a page{why}"
    return _demote(field, Reason(code="low_confidence", text=said))


def _demote(field: AnyField, reason: Reason) -> AnyField:
    """The field for a person to look at, if nobody was to; what is disputed already keeps its state."""
    if field.state is not State.FOUND:
        return field
    return field.model_copy(update={"state": State.NEEDS_REVIEW, "reasons": (*field.reasons, reason)})


def with_confidence(field: AnyField, sure: float) -> AnyField:
    """The field with a probability; no other value is likelier than what that leaves."""
    most = round(1.0 - sure, 4)
    others = tuple(
        other if other.confidence is None else other.model_copy(update={"confidence": min(other.confidence, most)})
        for other in field.alternatives
    )
    return field.model_copy(update={"confidence": sure, "alternatives": others})


def replace_fields(referral: Referral, fields: Mapping[str, AnyField]) -> Referral:
    """The referral with other fields at some paths."""
    replaced = _replace(referral, "", fields)
    assert isinstance(replaced, Referral)
    return replaced


def _replace(value: object, path: str, fields: Mapping[str, AnyField]) -> object:
    if isinstance(value, Field):
        return fields.get(path, value)
    if isinstance(value, BaseModel):
        names = type(value).model_fields
        inner = {name: _replace(getattr(value, name), f"{path}.{name}" if path else name, fields) for name in names}
        return value.model_copy(update=inner)
    if isinstance(value, tuple):
        return tuple(_replace(one, f"{path}[{index}]", fields) for index, one in enumerate(value))
    return value


def gather_evidence(referral: Referral, packet: Packet, scored: Sequence[Scored]) -> dict[str, Evidence]:
    """The evidence for every value of a referral, by path."""
    candidates = _by_place(scored)
    pages = {page.page.page_no: page for page in packet.pages}
    fields = {path: field for path, field in walk_fields(referral) if field.value is not None}
    items = items_of(referral, {})
    names = Counter((unplaced(head), _name(item)) for head, item in items.items())
    sizes = Counter(unplaced(head) for head in items)
    by_page, by_part = _ranks(fields, lambda path: fields[path].page_no), _ranks(fields, _part)
    found: dict[str, Evidence] = {}
    for path, field in fields.items():
        head = path.rpartition(".")[0]
        item = items.get(head, ())
        around = Surroundings(
            page=pages.get(field.page_no or 0),
            item=item,
            size=sizes[unplaced(head)],
            namesakes=names[unplaced(head), _name(item)],
            peers=_others(by_page[field.page_no], path),
            parts=_others(by_part[_part(path)], path),
            people=len(packet.people),
            is_referral=packet.kind is DocumentKind.REFERRAL,
        )
        candidate = candidates.get((unplaced(path), field.page_no, field.bbox, field.raw))
        found[path] = gather(path, field, candidate, around)
    return found


def _name(item: Sequence[AnyField]) -> str | None:
    return plain_text(str(item[0].value)) if item and item[0].value is not None else None


def _part(path: str) -> str:
    return path.partition(".")[0]


def _ranks(fields: Mapping[str, AnyField], key: Callable[[str], K]) -> Mapping[K, Mapping[str, float]]:
    """The draft confidences of the fields by a key, each by its path."""
    found: dict[K, dict[str, float]] = defaultdict(dict)
    for path, field in fields.items():
        found[key(path)][path] = field.confidence or 0.0
    return found


def _others(ranks: Mapping[str, float], path: str) -> tuple[float, ...]:
    return tuple(rank for other, rank in ranks.items() if other != path)


def _by_place(scored: Sequence[Scored]) -> dict[_Place, Candidate]:
    """Candidates by what is said of them in the record, the likeliest of those that say the same."""
    ordered = sorted(
        scored, key=lambda one: (one.probability, str(one.candidate.value), sorted(one.candidate.features.items()))
    )
    return {_place(one.candidate): one.candidate for one in ordered if one.candidate.value is not None}


def _place(candidate: Candidate) -> _Place:
    return (unplaced(candidate.path), candidate.page_no, candidate.bbox, candidate.raw)


def items_of(referral: Referral, instead: Mapping[str, AnyField]) -> dict[str, tuple[AnyField, ...]]:
    """The fields of each list item by its path (``orders[0]``), the one that names the item first.

    ``instead``: fields by path that count instead of the referral's own.
    """
    found: dict[str, tuple[AnyField, ...]] = {}
    for name, leaves in _NAMES.items():
        for index, item in enumerate(getattr(referral, name)):
            head = f"{name}[{index}]"
            own = {key: getattr(item, key) for key in type(item).model_fields}
            plain = {key: instead.get(f"{head}.{key}", one) for key, one in own.items() if isinstance(one, Field)}
            first = next((leaf for leaf in leaves if plain[leaf].value is not None), leaves[0])
            found[head] = (plain[first], *(plain[key] for key in plain if key != first))
    return found
