"""Which values of a draft are worth a second look, and what the looks say of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from extractor.confidence import Evidence
from extractor.decode import Weighed, find_spots, weigh
from extractor.resolve.gathering import gather_evidence, items_of
from extractor.resolve.policy import Policy
from models.record import Referral, State
from models.record.paths import AnyField, walk_fields
from models.stages.candidate import Packet, Scored
from models.stages.look import Look, Reader, Spot

Looks = Mapping[Spot, Look]
"""What was seen at each spot that was looked at again."""
NO_LOOKS: Looks = MappingProxyType({})

LookAgain = Callable[[Sequence[Spot], Reader], Looks]
"""Lets a reader look at some spots of the file; may leave some out."""

_SAID = {Reader.RECOGNISER: ("mass", "posterior", "margin", "second"), Reader.SECOND: ("second",)}
"""What each reader's look, and those that may follow it, can say; each from 0 to 1."""


def look_nowhere(spots: Sequence[Spot], reader: Reader) -> Looks:  # noqa: ARG001 - one of ``LookAgain``
    """For a file whose pixels are not at hand."""
    return NO_LOOKS


def look_where_it_decides(
    drafts: Sequence[Referral], packet: Packet, scored: Sequence[Scored], policy: Policy, look_again: LookAgain
) -> Looks:
    """The recogniser's looks at values that may be accepted or not by what it sees, then the second reader's at those
    that what it reads may still turn."""
    looks = NO_LOOKS
    for reader in Reader:
        spots: set[Spot] = set()
        for draft in drafts:
            evidence = gather_evidence(draft, packet, scored, weigh_looks(draft, packet, looks, policy))
            for path, places in find_doubts(draft, packet, policy).items():
                if may_change(path, evidence[path], policy, reader):
                    spots.update(places)
        looks = join_looks(looks, look_again(sorted(spots), reader) if spots else NO_LOOKS)
    return looks


def join_looks(first: Looks, second: Looks) -> Looks:
    """The recogniser's looks with what the second reader reads at the same spots."""
    joined = {
        spot: look.model_copy(update={"second": second[spot].second}) if spot in second else look
        for spot, look in first.items()
    }
    return {**second, **joined}


def find_doubts(draft: Referral, packet: Packet, policy: Policy) -> Mapping[str, tuple[Spot, ...]]:
    """Where to look again, by path: each critical value of a page of pixels that no rule sends to a person."""
    pages = {page.page.page_no: page for page in packet.pages}
    fields = dict(walk_fields(draft))
    names = {head: item[0] for head, item in items_of(draft, {}).items()}
    found = {}
    for path, field in _undisputed(fields, names):
        page = pages.get(field.page_no or 0)
        if page is not None and policy.is_critical(path):
            found[path] = find_spots(path, field, page)
    return {path: spots for path, spots in found.items() if spots}


def _undisputed(fields: Mapping[str, AnyField], names: Mapping[str, AnyField]) -> Iterator[tuple[str, AnyField]]:
    for path, field in fields.items():
        name = names.get(path.rpartition(".")[0])
        if field.state is State.FOUND and (name is None or name.state is State.FOUND):
            yield path, field


def may_change(path: str, evidence: Evidence, policy: Policy, reader: Reader) -> bool:
    """Whether what ``reader`` could say decides if the value is accepted: it is neither sure nor hopeless."""
    threshold = policy.threshold(path, evidence.tier)
    if threshold is None:
        return False
    best, worst = (
        _would_accept({**evidence.features, **dict.fromkeys(_SAID[reader], said)}, evidence, threshold, policy)
        for said in (1.0, 0.0)
    )
    return best and not worst


def _would_accept(features: Mapping[str, float], evidence: Evidence, threshold: float, policy: Policy) -> bool:
    sure = policy.load_calibration().probability(evidence.model_copy(update={"features": features}))
    return sure >= threshold and features.get("posterior", 1.0) >= policy.evidence.posterior


def weigh_looks(draft: Referral, packet: Packet, looks: Looks, policy: Policy) -> Mapping[str, Weighed]:
    """What the looks say, by path; only where all spots of a value were looked at."""
    if not looks:
        return {}
    today = draft.created_at.date()
    found: dict[str, Weighed] = {}
    for path, spots in find_doubts(draft, packet, policy).items():
        seen: Sequence[Look] = [looks[spot] for spot in spots if spot in looks]
        weighed = weigh(path, seen, today) if len(seen) == len(spots) else None
        if weighed is not None:
            found[path] = weighed
    return found
