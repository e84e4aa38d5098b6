"""One item from what several pages say of it: the coverage on a form and its card, a report that was sent twice.

Two readings are one item only where something names it (a member ID, a payer, a test with its day) and nothing that
was read on both speaks against it. What then differs is shown as pages that disagree, never settled silently.
"""

from collections.abc import Callable, Sequence

from rapidfuzz import fuzz

from extractor.resolve.items import Item
from models.record.normalise import canonical, plain_text
from models.stages.candidate import Scored

_NEAR_ID, _NEAR_NAME, _NEAR_TEXT = 80.0, 85.0, 85.0
_RANKS, _UNRANKED = {"primary": 0, "secondary": 2, "tertiary": 3}, 1


def merge_coverages(items: Sequence[Item]) -> list[Item]:
    """One item a policy, primary first; a card joins the policy whose number or payer it shows."""
    named = [item for item in items if item.says("payer") or item.says("member_id")]
    # Those with a rank first, so that a bare card finds its policy whatever page it stands on.
    merged = _merge(sorted(named, key=lambda item: not item.says("rank")), _is_same_coverage)
    return sorted(merged, key=lambda item: _RANKS.get(item.key("rank") or "", _UNRANKED))


def merge_prior_therapies(items: Sequence[Item]) -> list[Item]:
    """One item a course of a drug, in the order in which they stand."""
    return _merge([item for item in items if item.says("drug")], _is_same_course)


def merge_labs(items: Sequence[Item]) -> list[Item]:
    """One item a result; the same test of the same day on two pages is one result that two pages show."""
    return _merge([item for item in items if item.says("test")], _is_same_result)


def merge_texts(scored: Sequence[Scored]) -> list[list[Scored]]:
    """The candidates of a list of texts (allergies) by what they say; a misread letter on another page is the same."""
    groups: list[list[Scored]] = []
    for one in sorted(scored, key=lambda one: (-one.probability, one.candidate.page_no, str(one.candidate.bbox))):
        if one.candidate.value is None:
            continue
        home = next((group for group in groups if _says_same(group[0], one)), None)
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    return sorted(groups, key=_place)


def _place(group: Sequence[Scored]) -> tuple[int, float, float]:
    return min(
        (one.candidate.page_no, round(box.top) if (box := one.candidate.bbox) else 0.0, box.x0 if box else 0.0)
        for one in group
    )


def _says_same(first: Scored, second: Scored) -> bool:
    here, there = first.candidate, second.candidate
    if canonical(here.path, here.value) == canonical(there.path, there.value):
        return True
    # On one page two near words are two words: a form does not say the same thing twice.
    is_near = fuzz.ratio(plain_text(str(here.value)), plain_text(str(there.value))) >= _NEAR_TEXT
    return here.page_no != there.page_no and is_near


def _merge(items: Sequence[Item], is_same: Callable[[Item, Item], bool]) -> list[Item]:
    merged: list[Item] = []
    for item in items:
        home = next((place for place, other in enumerate(merged) if is_same(item, other)), None)
        if home is None:
            merged.append(item)
        else:
            merged[home] = merged[home].joined(item)
    return merged


def _is_same_coverage(item: Item, other: Item) -> bool:
    if item.differs(other, "rank"):
        return False
    member = _likeness(item, other, "member_id")
    if member is not None:
        return member >= _NEAR_ID
    payer = _likeness(item, other, "payer")
    return payer is None or payer >= _NEAR_NAME


def _is_same_course(item: Item, other: Item) -> bool:
    return item.key("drug") == other.key("drug") and not item.differs(other, "start")


def _is_same_result(item: Item, other: Item) -> bool:
    if item.pages & other.pages:
        return False
    name = "loinc" if item.says("loinc") and other.says("loinc") else "test"
    if item.key(name) != other.key(name) or item.differs(other, "collected"):
        return False
    is_dated = item.says("collected") and other.says("collected")
    return is_dated or not item.differs(other, "result")


def _likeness(item: Item, other: Item, leaf: str) -> float | None:
    """How alike (0-100) both are in ``leaf``; None where one does not say."""
    here, there = item.key(leaf), other.key(leaf)
    return None if here is None or there is None else fuzz.token_set_ratio(here, there)
