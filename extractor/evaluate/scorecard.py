"""The scorecard of a set of faxes: every figure, with its interval, from the judged faxes alone."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from extractor.evaluate.expressions import TRIED
from extractor.evaluate.intervals import Estimate, Floats, Proportion, estimate_ratio, resample
from extractor.evaluate.judge import Case, Judged
from extractor.evaluate.patients import Likeness, PatientSplit
from extractor.evaluate.reliability import Given, Reliability, measure_reliability
from extractor.evaluate.roles import is_personal
from extractor.evaluate.score import GIVEN_OUT, Outcome, Pairing, Summary, summarise
from extractor.evaluate.words import WordScore, add_scores
from extractor.resolve.policy import load_policy

Confusion = Mapping[str, Mapping[str, int]]
"""How often each truth (outer) was told as what (inner)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One group of fields: counts, rates with intervals, and how many of the right values point to their place."""

    name: str
    faxes: int
    counts: Summary
    precision: Estimate
    recall: Estimate
    f1: Estimate
    boxes: Proportion


@dataclass(frozen=True, slots=True)
class ItemLine:
    """The items of one kind of list.

    ``silently_omitted``: the record calls the list whole, or empty; ``silent_extra``: a value of it is given out.
    """

    name: str
    stated: int
    paired: int
    omitted: int
    silently_omitted: int
    extra: int
    silent_extra: int


@dataclass(frozen=True, slots=True)
class Harm:
    """What must not happen, each as a count out of its chances; ``merges_of`` by how alike the patients are."""

    silent: Proportion
    denied: Proportion
    critical_silent: Proportion
    merges: Proportion
    merges_of: Mapping[str, Proportion]
    confused: Proportion
    confused_silent: Proportion


@dataclass(frozen=True, slots=True)
class Pages:
    """Facts of pages and patients: how often they are right, and what is taken for what."""

    types: Proportion
    qualities: Proportion
    rotations: Proportion
    splits: Proportion
    splits_of_many: Proportion
    type_confusion: Confusion
    quality_confusion: Confusion


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All figures of one reader on one set of faxes.

    ``plain``: the fields that plain readers try too. ``groups``: a table of lines by its name. ``wall_per_page``:
    seconds that passed in this run, None where that was not measured.
    """

    reader: str
    faxes: int
    failed: int
    pages: int
    total: Line
    critical: Line
    plain: Line
    groups: Mapping[str, tuple[Line, ...]]
    items: tuple[ItemLine, ...]
    harm: Harm
    about_pages: Pages
    states: Confusion
    reliability: Reliability
    words: Mapping[str, WordScore]
    cpu_per_page: Mapping[str, float]
    wall_per_page: float | None


GROUPS: Mapping[str, Callable[[Case], str]] = {
    "tier": lambda case: f"{case.tier}, {case.pen}",
    "tier alone": lambda case: case.tier,
    "pen": lambda case: case.pen,
    "page type": lambda case: case.page_type,
    "field": lambda case: case.row.key,
}


def make_scorecard(reader: str, faxes: Sequence[Judged]) -> Scorecard:
    """Count everything. Figures of fields are over all faxes; a file that failed has its fields missing."""
    weights = resample(len(faxes))
    cases = [case for fax in faxes for case in fax.cases]
    policy = load_policy()
    critical = [case for case in cases if policy.is_critical(case.row.path)]
    given = [
        Given(case.fax, case.row.confidence, case.row.outcome is Outcome.CORRECT)
        for case in cases
        if case.row.confidence is not None and case.row.read is not None
    ]
    return Scorecard(
        reader=reader,
        faxes=len(faxes),
        failed=sum(fax.is_failed for fax in faxes),
        pages=sum(fax.pages for fax in faxes),
        total=_line("all", cases, weights),
        critical=_line("critical", critical, weights),
        plain=_line("plain", [case for case in cases if case.row.key in TRIED], weights),
        groups={name: _lines(cases, key, weights) for name, key in GROUPS.items()},
        items=_items(cases),
        harm=_harm(faxes, cases, critical),
        about_pages=_about_pages(faxes),
        states=_confusion((case.said, case.row.state or "no such item") for case in cases if _has_state(case)),
        reliability=measure_reliability(given, weights),
        words=_words(faxes),
        cpu_per_page=_cpu_per_page(faxes),
        wall_per_page=_wall_per_page(faxes),
    )


def _lines(cases: Iterable[Case], key: Callable[[Case], str], weights: Floats) -> tuple[Line, ...]:
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[key(case)].append(case)
    lines = (_line(name, some, weights) for name, some in sorted(groups.items()))
    return tuple(line for line in lines if line.counts.truths or line.counts.spurious)


def _line(name: str, cases: Sequence[Case], weights: Floats) -> Line:
    counts = summarise(case.row for case in cases)
    by_fax = {outcome: np.zeros(weights.shape[1]) for outcome in Outcome}
    for case in cases:
        by_fax[case.row.outcome][case.fax] += 1
    right, wrong, spurious = (by_fax[one] for one in (Outcome.CORRECT, Outcome.WRONG, Outcome.SPURIOUS))
    read = right + wrong + spurious
    truths = right + wrong + by_fax[Outcome.MISSING] + by_fax[Outcome.OMITTED]
    hits = [case.is_box_hit for case in cases if case.is_box_hit is not None and case.row.outcome is Outcome.CORRECT]
    return Line(
        name=name,
        faxes=int(((read + truths) > 0).sum()),
        counts=counts,
        precision=estimate_ratio(right, read, weights),
        recall=estimate_ratio(right, truths, weights),
        f1=estimate_ratio(2 * right, read + truths, weights),
        boxes=Proportion(sum(hits), len(hits)),
    )


def _items(cases: Iterable[Case]) -> tuple[ItemLine, ...]:
    found: dict[tuple[int, int, str], list[Case]] = defaultdict(list)
    for case in cases:
        if case.row.item_path is not None and case.row.outcome is not Outcome.ABSENT:
            found[case.fax, case.row.referral, case.row.item_path].append(case)
    by_list: dict[str, list[list[Case]]] = defaultdict(list)
    for (_, _, path), some in found.items():
        by_list[path[: path.rindex("[")].rpartition(".")[2]].append(some)
    return tuple(_item_line(name, items) for name, items in sorted(by_list.items()))


def _item_line(name: str, items: Sequence[Sequence[Case]]) -> ItemLine:
    kinds = Counter(item[0].row.item for item in items)
    omitted = [item for item in items if item[0].row.item is Pairing.OMITTED]
    extra = [item for item in items if item[0].row.item is Pairing.EXTRA]
    return ItemLine(
        name=name,
        stated=kinds[Pairing.PAIRED] + len(omitted),
        paired=kinds[Pairing.PAIRED],
        omitted=len(omitted),
        silently_omitted=sum(item[0].row.is_denied for item in omitted),
        extra=len(extra),
        silent_extra=sum(any(case.row.is_silent for case in item) for item in extra),
    )


def _harm(faxes: Sequence[Judged], cases: Sequence[Case], critical: Sequence[Case]) -> Harm:
    all_counts, critical_counts = (summarise(case.row for case in some) for some in (cases, critical))
    personal = [case for case in cases if is_personal(case.row) and case.row.read is not None]
    mixed = [fax.split for fax in faxes if fax.split is not None and fax.split.can_merge]
    return Harm(
        silent=Proportion(all_counts.silent, all_counts.given_out),
        denied=Proportion(all_counts.denied, all_counts.truths),
        critical_silent=Proportion(critical_counts.silent, critical_counts.given_out),
        merges=_merges(mixed),
        merges_of={
            likeness.value: _merges(some)
            for likeness in Likeness
            if (some := [split for split in mixed if split.likeness is likeness])
        },
        confused=Proportion(sum(case.owner is not None for case in personal), len(personal)),
        confused_silent=Proportion(
            sum(case.owner is not None and case.row.is_silent for case in personal),
            sum(case.row.state in GIVEN_OUT for case in personal),
        ),
    )


def _merges(faxes: Sequence[PatientSplit]) -> Proportion:
    return Proportion(sum(fax.merges > 0 for fax in faxes), len(faxes))


def _about_pages(faxes: Sequence[Judged]) -> Pages:
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for fax in faxes:
        for fact in fax.facts:
            if fact.key.startswith("document.pages[].") and fact.truth is not None:
                read = "not read" if fact.read is None else str(fact.read)
                pairs[fact.key.rpartition(".")[2]].append((str(fact.truth), read))
    splits = [fax.split for fax in faxes if fax.split is not None]
    many = [split for split in splits if split.can_merge]
    return Pages(
        **{
            name: Proportion(sum(a == b for a, b in pairs[key]), len(pairs[key]))
            for name, key in (("types", "type"), ("qualities", "quality"), ("rotations", "rotation"))
        },
        splits=Proportion(sum(split.is_exact for split in splits), len(splits)),
        splits_of_many=Proportion(sum(split.is_exact for split in many), len(many)),
        type_confusion=_confusion(pairs["type"]),
        quality_confusion=_confusion(pairs["quality"]),
    )


def _has_state(case: Case) -> bool:
    """List items that only the record has say nothing about absence; neither do counts of lists."""
    return case.row.item is not Pairing.EXTRA and not case.row.path.startswith("lists.")


def _confusion(pairs: Iterable[tuple[str, str]]) -> Confusion:
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for truth, read in pairs:
        table[truth][read] += 1
    return {truth: dict(sorted(table[truth].items())) for truth in sorted(table)}


def _words(faxes: Sequence[Judged]) -> Mapping[str, WordScore]:
    tiers = sorted({tier for fax in faxes for tier in fax.words})
    return {tier: add_scores(fax.words[tier] for fax in faxes if tier in fax.words) for tier in tiers}


def _cpu_per_page(faxes: Sequence[Judged]) -> Mapping[str, float]:
    pages = sum(fax.pages for fax in faxes)
    total: dict[str, float] = defaultdict(float)
    for fax in faxes:
        for stage, seconds in fax.cpu.items():
            total[stage] += seconds
    return {stage: seconds / pages for stage, seconds in total.items()} if pages else {}


def _wall_per_page(faxes: Sequence[Judged]) -> float | None:
    pages, passed = sum(fax.pages for fax in faxes), sum(fax.wall for fax in faxes)
    return passed / pages if pages and passed else None
