"""Every field that is not right, the worst first, with the places on the page that show it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.evaluate.judge import Case, Judged
from extractor.evaluate.score import Outcome
from extractor.evaluate.truth import Place, Truth
from extractor.resolve.policy import load_policy
from models.record import BBox, bounding_box

TALLEST = 120.0
"""Points: an item that is spread over more of the page is shown at its first value."""


@dataclass(frozen=True, slots=True)
class Miss:
    """One field, or one omitted list item with all its fields.

    ``kind`` is what went wrong, ``rank`` how bad that is (0 the worst). ``true_place`` is where the value stands,
    ``read_place`` where it was read.
    """

    fax: int
    rank: int
    kind: str
    path: str
    truth: str
    read: str
    raw: str | None
    state: str
    confidence: float | None
    where: str
    owner: str | None
    true_place: Place | None
    read_place: Place | None


def find_misses(faxes: Sequence[Judged], truths: Sequence[Truth]) -> list[Miss]:
    """All of them: silent ones first, critical fields before others, then the surest."""
    misses = [miss for fax, truth in zip(faxes, truths, strict=True) for miss in _of_fax(fax, truth)]
    return sorted(misses, key=lambda miss: (miss.rank, -(miss.confidence or 0.0), miss.fax, miss.path))


def _of_fax(fax: Judged, truth: Truth) -> Iterator[Miss]:
    omitted: dict[tuple[int, str], list[Case]] = defaultdict(list)
    for case in fax.cases:
        if case.row.outcome is Outcome.OMITTED:
            omitted[case.row.referral, case.row.item_path or case.row.path].append(case)
        elif not case.row.is_right:
            yield _miss([case], truth, case.row.path)
    for (_, path), cases in omitted.items():
        yield _miss(cases, truth, path)


def _miss(cases: Sequence[Case], truth: Truth, path: str) -> Miss:
    case = cases[0]
    row = case.row
    kind, rank = _kind(cases)
    stated = "; ".join(_named(one, path) for one in cases if one.row.truth is not None)
    referral = f"referral {row.referral + 1}, " if row.referral else ""
    return Miss(
        fax=case.fax,
        rank=rank,
        kind=kind,
        path=referral + path,
        truth=stated or "(nothing)",
        read="(nothing)" if row.read is None else str(row.read),
        raw=row.raw,
        state=row.state or "no such item",
        confidence=row.confidence,
        where=f"{case.tier}, {case.pen}, {case.page_type}",
        owner=case.owner,
        true_place=_place(cases, truth, row.page_no),
        read_place=None if row.page_no is None or row.bbox is None else Place(row.page_no, row.bbox),
    )


def _kind(cases: Sequence[Case]) -> tuple[str, int]:
    row = cases[0].row
    is_minor = not any(load_policy().is_critical(case.row.path) for case in cases)
    if row.is_silent:
        return f"SILENT, {row.outcome}", 0 + is_minor
    if row.is_denied:
        return f"DENIED, {row.outcome}", 2 + is_minor
    ranks = {Outcome.WRONG: 4, Outcome.SPURIOUS: 6, Outcome.OMITTED: 8, Outcome.MISSING: 10}
    return str(row.outcome), ranks[row.outcome] + is_minor


def _named(case: Case, path: str) -> str:
    """A field's true value, with the field's name where the miss is a whole item."""
    name = case.row.path.removeprefix(path).lstrip(".")
    return f"{name} = {case.row.truth}" if name else str(case.row.truth)


def _place(cases: Sequence[Case], truth: Truth, page_no: int | None) -> Place | None:
    """Around the true places on one page: the page where the value was read if it stands there, else the first."""
    places = [place for case in cases for place in truth.places_of(case.row)]
    if not places:
        return None
    pages = {place.page_no for place in places}
    chosen = page_no if page_no in pages else min(pages)
    boxes: list[BBox] = [place.bbox for place in places if place.page_no == chosen]
    around = bounding_box(boxes) if len(cases) > 1 else boxes[0]
    return Place(chosen, around if around.height <= TALLEST else boxes[0])
