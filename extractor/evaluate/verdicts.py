"""Readiness on what was read against readiness on what is true, rule by rule: the same rules judge both records.

The dangerous figure is a false ``met``: the rule is settled by what was read and not by what the fax says. A false
``missing`` asks the office for what it has sent.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import get_args

from extractor.artifacts import Artifacts
from extractor.errors import ExtractorError
from extractor.evaluate.intervals import Proportion
from extractor.evaluate.run import Progress
from extractor.evaluate.tables import Table, percent
from extractor.evaluate.truth import UNKNOWN, Place, Truth
from extractor.knowledge.protocols import ProtocolBook, load_protocols
from extractor.pipeline import extract_file, start_pool
from extractor.readiness import assess_readiness
from models.record import (
    Document,
    Extraction,
    Field,
    Page,
    Readiness,
    Referral,
    ReferralKind,
    RuleOutcome,
    RuleResult,
    Severity,
    State,
    Verdict,
)
from models.record.value import Value
from models.stages.options import Options

BUILT_IN, WHOLE = "built in", "verdict"
_OWNER = "patient.last_name"
_ASKS = frozenset({RuleOutcome.NEEDS_REVIEW, RuleOutcome.UNREADABLE})
_FINE = frozenset({RuleOutcome.MET, RuleOutcome.NOT_APPLICABLE})
_STOPS = frozenset({RuleOutcome.MISSING, RuleOutcome.EXPIRED, RuleOutcome.PENDING})
_READY = {Verdict.READY: RuleOutcome.MET, Verdict.NEEDS_REVIEW: RuleOutcome.NEEDS_REVIEW}


@dataclass(frozen=True, slots=True)
class RuleCase:
    """One rule of one referral. ``read`` None: the rule was not applied, as the drug was not read as it is.

    ``tier``: that of the fax's first page.
    """

    fax: str
    tier: str
    kind: str
    rule: str
    severity: Severity
    true: RuleOutcome
    read: RuleOutcome | None

    @property
    def is_false_met(self) -> bool:
        """Whether something is taken for settled that is not: said to be met, or not to be needed."""
        if self.read is RuleOutcome.MET:
            return self.true is not RuleOutcome.MET
        return self.read is RuleOutcome.NOT_APPLICABLE and self.true not in _FINE

    @property
    def is_false_missing(self) -> bool:
        """Whether the office would be asked for what it has sent."""
        return self.read in _STOPS and self.true not in _STOPS

    @property
    def is_asked(self) -> bool:
        """Whether a person decides although the fax is clear."""
        return self.read in _ASKS and self.true not in _ASKS


def compare_faxes(
    truths: Sequence[Truth],
    options: Options,
    artifacts: Artifacts,
    as_of: date,
    progress: Progress = lambda done, total: None,  # noqa: ARG005 - both are for others
) -> tuple[RuleCase, ...]:
    """Read every fax and compare; one that cannot be read gives no rule. ``artifacts`` keeps the readings."""
    book = load_protocols(options.site.protocols)
    found: list[RuleCase] = []
    with start_pool(options) as pool:
        for number, truth in enumerate(truths):
            try:
                read = extract_file(truth.fax, options, pool=pool, artifacts=artifacts).extraction
            except ExtractorError:
                continue
            found.extend(compare_fax(truth, read, book, as_of))
            progress(number + 1, len(truths))
    return tuple(found)


def compare_fax(truth: Truth, read: Extraction, book: ProtocolBook, as_of: date) -> Iterator[RuleCase]:
    """Every rule of every true referral that has an order, beside the one read from most of its pages."""
    document = _true_document(truth.record)
    referrals = truth.record.get("referrals")
    for index, part in enumerate(referrals if isinstance(referrals, Sequence) else ()):
        true = make_true(part, truth.marks[index].places if index < len(truth.marks) else {})
        if true.kind is not ReferralKind.REFERRAL:
            continue
        alike = max(read.referrals, key=lambda one: len(set(one.pages) & set(true.pages)), default=None)
        judged = assess_readiness(true, as_of, book, document)
        other = None if alike is None else assess_readiness(alike, as_of, book, read.document, read.failures)
        yield from _pair(truth, _Judged(true, judged), None if alike is None else (alike, other), book)


def make_true(part: Mapping[str, object], places: Mapping[str, Sequence[Place]] | None = None) -> Referral:
    """A truth's referral as a record in which everything is sure: null is blank, and every page says whose it is.

    ``places``: where values stand, as far as that is known.
    """
    told = {"referral_id": "true", "created_at": datetime(2000, 1, 1, tzinfo=UTC).isoformat()}
    pages = part.get("pages")
    own = frozenset(pages) if isinstance(pages, Sequence) else frozenset()
    known = {path: frozenset(place.page_no for place in some) for path, some in (places or {}).items()}
    grower = _Grower(known | {_OWNER: known.get(_OWNER, frozenset()) | own})
    return Referral.model_validate(told | {key: grower.grow(Referral, key, value, key) for key, value in part.items()})


class _Grower:
    """Makes plain values into fields that are surely known, at their places."""

    def __init__(self, pages: Mapping[str, frozenset[int]]) -> None:
        self._pages = pages

    def grow(self, kind: type[Value], name: str, value: object, path: str) -> object:
        """A plain value of the entry ``name`` as that entry's own shape."""
        annotation: object = kind.model_fields[name].annotation
        if isinstance(value, list):
            return [self._leaf(get_args(annotation)[0], item, f"{path}[{at}]") for at, item in enumerate(value)]
        return self._leaf(annotation, value, path)

    def _leaf(self, kind: object, value: object, path: str) -> object:
        if isinstance(kind, type) and issubclass(kind, Field):
            state = State.BLANK if value is None else State.FOUND
            found = [{"page_no": page_no, "source": "truth"} for page_no in sorted(self._pages.get(path, ()))]
            first = {"page_no": found[0]["page_no"]} if found and value is not None else {}
            sure = None if value is None else 1.0
            return {"value": value, "confidence": sure, "state": state.value, "evidence": found, **first}
        if isinstance(kind, type) and issubclass(kind, Value) and isinstance(value, Mapping):
            return {key: self.grow(kind, key, one, f"{path}.{key}") for key, one in value.items()}
        return value


def _true_document(record: Mapping[str, object]) -> Document:
    told = record.get("document")
    pages = told.get("pages", ()) if isinstance(told, Mapping) else ()
    # How well a page came through is no part of what is true of it.
    kept = [{"page_no": page["page_no"], "type": page.get("type", "other"), "quality": "digital"} for page in pages]
    return Document(sha256=None, filename="", media_type=None, pages=tuple(Page.model_validate(page) for page in kept))


@dataclass(frozen=True, slots=True)
class _Judged:
    referral: Referral
    readiness: Readiness

    def rules(self) -> dict[tuple[str, str, str], RuleResult]:
        """By protocol, rule and, where it is for one of the orders, its drug and how many before it have that."""
        found, seen = {}, Counter[tuple[str, str, str]]()
        for rule in self.readiness.rules:
            drug = "" if rule.order_index is None else str(self.referral.orders[rule.order_index].drug.value)
            key = (rule.protocol, rule.id, drug)
            seen[key] += 1
            found[(rule.protocol, rule.id, f"{drug} {seen[key]}")] = rule
        return found


def _pair(
    truth: Truth, true: _Judged, read: tuple[Referral, Readiness | None] | None, book: ProtocolBook
) -> Iterator[RuleCase]:
    kinds = {(one.protocol, rule.id): str(getattr(rule, "kind", "")) for one in book.protocols for rule in one.rules}
    tier = truth.tiers[min(truth.tiers)] if truth.tiers else UNKNOWN
    others = {} if read is None or read[1] is None else _Judged(read[0], read[1]).rules()
    for key, rule in true.rules().items():
        other = others.get(key)
        kind = kinds.get((rule.protocol, rule.id), BUILT_IN)
        said = None if other is None else other.result
        yield RuleCase(truth.name, tier, kind, rule.id, rule.severity, rule.result, said)
    verdict = None if read is None or read[1] is None else read[1].verdict
    given = None if verdict is None else _as_outcome(verdict)
    expected = _as_outcome(true.readiness.verdict)
    yield RuleCase(truth.name, tier, WHOLE, WHOLE, Severity.REQUIRED, expected, given)


def _as_outcome(verdict: Verdict) -> RuleOutcome:
    return _READY.get(verdict, RuleOutcome.MISSING)


def make_tables(cases: Iterable[RuleCase]) -> Iterator[Table]:
    """By kind of rule, with all of them and the verdict; then by tier."""
    found = tuple(cases)
    rules = [case for case in found if case.kind != WHOLE]
    groups = _group(rules, lambda case: case.kind)
    groups += [
        ("all rules", rules),
        ("required rules", [case for case in rules if case.severity is Severity.REQUIRED]),
        ("verdict (met: ready)", [case for case in found if case.kind == WHOLE]),
    ]
    yield _table("Readiness by kind of rule", groups, _NOTE)
    yield _table("Readiness by tier", _group(rules, lambda case: case.tier), "")


_HEADINGS = (
    "", "n", "same", "asked", "not applied", "other", "said met", "FALSE MET", "of said met", "at most (95 %)",
    "said missing", "FALSE MISSING",
)  # fmt: skip
_NOTE = (
    "same: the outcome is that of the true record. asked: a person decides though the fax is clear. not applied: "
    "the drug is not read right. FALSE MET: met, or not needed, by what was read and not by what is true; of said met: "
    "its share, and the share's one-sided exact bound as if rules were independent. said missing: missing, expired or "
    "pending; FALSE MISSING: and by what is true neither."
)


def _group(cases: Sequence[RuleCase], key: Callable[[RuleCase], str]) -> list[tuple[str, Sequence[RuleCase]]]:
    return [(name, [case for case in cases if key(case) == name]) for name in sorted({key(case) for case in cases})]


def _table(title: str, groups: Iterable[tuple[str, Sequence[RuleCase]]], note: str) -> Table:
    return Table(title, _HEADINGS, tuple(_line(name, some) for name, some in groups), note)


def _line(name: str, cases: Sequence[RuleCase]) -> tuple[str, ...]:
    same = sum(case.read is case.true for case in cases)
    asked = sum(case.is_asked for case in cases)
    absent = sum(case.read is None for case in cases)
    false = [case for case in cases if case.is_false_met]
    # What is rightly not needed would make the share of errors look small.
    met = Proportion(len(false), sum(case.read is RuleOutcome.MET or case in false for case in cases))
    counts = (len(cases), same, asked, absent, len(cases) - same - asked - absent, met.n, met.count)
    missing = (sum(case.read in _STOPS for case in cases), sum(case.is_false_missing for case in cases))
    return (name, *map(str, counts), percent(met.value), percent(met.upper), *map(str, missing))
