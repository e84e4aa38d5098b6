"""The evidence for every value of a draft: its candidate, its page, its list item, and what else the referral says."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from extractor.confidence import Evidence, Surroundings, gather
from extractor.decode import Weighed
from models.record import DocumentKind, Field, Referral
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

NOT_WEIGHED: Mapping[str, Weighed] = MappingProxyType({})
"""Nobody looked again."""
_Place = tuple[str, int | None, object, str | None]
K = TypeVar("K", bound=Hashable)


def gather_evidence(
    referral: Referral, packet: Packet, scored: Sequence[Scored], weighed: Mapping[str, Weighed] = NOT_WEIGHED
) -> dict[str, Evidence]:
    """The evidence for every value of a referral, by path; ``weighed``: what a second look says of some."""
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
            look=weighed[path].features if path in weighed else {},
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
