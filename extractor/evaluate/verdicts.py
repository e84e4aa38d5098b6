"""Readiness on what was read against readiness on what is true, rule by rule: the same rules judge both records.

The dangerous figure is a false ``met``: the rule is met by what was read and not by what the fax says.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import get_args

from extractor.artifacts import Artifacts
from extractor.errors import ExtractorError
from extractor.evaluate.run import Progress
from extractor.evaluate.tables import Table
from extractor.evaluate.truth import Truth
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
    State,
    Verdict,
)
from models.record.value import Value
from models.stages.options import Options

BUILT_IN, WHOLE = "built in", "verdict"
_ASKS = frozenset({RuleOutcome.NEEDS_REVIEW, RuleOutcome.UNREADABLE})
_READY = {Verdict.READY: RuleOutcome.MET, Verdict.NEEDS_REVIEW: RuleOutcome.NEEDS_REVIEW}


@dataclass(frozen=True, slots=True)
class RuleCase:
    """One rule of one referral. ``read`` None: the rule was not applied, as the drug was not read as it is."""

    fax: str
    kind: str
    rule: str
    true: RuleOutcome
    read: RuleOutcome | None

    @property
    def is_false_met(self) -> bool:
        """Whether something is taken for settled that is not."""
        return self.read is RuleOutcome.MET and self.true is not RuleOutcome.MET

    @property
    def is_asked(self) -> bool:
        """Whether a person decides although the fax is clear."""
        return self.read in _ASKS and self.true not in _ASKS


def compare_folder(
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
    for part in referrals if isinstance(referrals, Sequence) else ():
        true = make_true(part)
        if true.kind is not ReferralKind.REFERRAL:
            continue
        alike = max(read.referrals, key=lambda one: len(set(one.pages) & set(true.pages)), default=None)
        judged = assess_readiness(true, as_of, book, document)
        other = None if alike is None else assess_readiness(alike, as_of, book, read.document, read.failures)
        yield from _pair(truth.name, _Judged(true, judged), None if alike is None else (alike, other), book)


def make_true(part: Mapping[str, object]) -> Referral:
    """A truth's referral as a record in which everything is sure: null is blank."""
    told = {"referral_id": "true", "created_at": datetime(2000, 1, 1, tzinfo=UTC).isoformat()}
    return Referral.model_validate(told | {key: _grow(Referral, key, value) for key, value in part.items()})


def _grow(kind: type[Value], name: str, value: object) -> object:
    """A plain value of the entry ``name`` as that entry's own shape."""
    annotation: object = kind.model_fields[name].annotation
    if isinstance(value, list):
        return [_leaf(get_args(annotation)[0], item) for item in value]
    return _leaf(annotation, value)


def _leaf(kind: object, value: object) -> object:
    if isinstance(kind, type) and issubclass(kind, Field):
        return {"value": value, "confidence": None if value is None else 1.0, "state": _state(value)}
    if isinstance(kind, type) and issubclass(kind, Value) and isinstance(value, Mapping):
        return {key: _grow(kind, key, one) for key, one in value.items()}
    return value


def _state(value: object) -> str:
    return (State.BLANK if value is None else State.FOUND).value


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
    fax: str, true: _Judged, read: tuple[Referral, Readiness | None] | None, book: ProtocolBook
) -> Iterator[RuleCase]:
    kinds = {(one.protocol, rule.id): str(getattr(rule, "kind", "")) for one in book.protocols for rule in one.rules}
    others = {} if read is None or read[1] is None else _Judged(read[0], read[1]).rules()
    for key, rule in true.rules().items():
        other = others.get(key)
        kind = kinds.get((rule.protocol, rule.id), BUILT_IN)
        yield RuleCase(fax, kind, rule.id, rule.result, None if other is None else other.result)
    verdict = None if read is None or read[1] is None else read[1].verdict
    yield RuleCase(
        fax, WHOLE, WHOLE, _as_outcome(true.readiness.verdict), None if verdict is None else _as_outcome(verdict)
    )


def _as_outcome(verdict: Verdict) -> RuleOutcome:
    return _READY.get(verdict, RuleOutcome.MISSING)


def make_table(cases: Iterable[RuleCase]) -> Table:
    """A line for each kind of rule, all rules, and the verdict."""
    found = tuple(cases)
    rules = [case for case in found if case.kind != WHOLE]
    kinds = sorted({case.kind for case in rules})
    groups = [(kind, [case for case in rules if case.kind == kind]) for kind in kinds]
    groups += [("all rules", rules), ("verdict (met: ready)", [case for case in found if case.kind == WHOLE])]
    return Table(
        "Readiness by kind of rule",
        ("", "n", "same", "asked", "not applied", "other", "said met", "FALSE MET", "of said met"),
        tuple(_line(name, some) for name, some in groups),
        "same: the outcome is that of the true record. asked: a person decides though the fax is clear. not applied: "
        "the drug is not read right. FALSE MET: met by what was read and not by what is true; of said met: its share.",
    )


def _line(name: str, cases: Sequence[RuleCase]) -> tuple[str, ...]:
    same = sum(case.read is case.true for case in cases)
    asked = sum(case.is_asked for case in cases)
    absent = sum(case.read is None for case in cases)
    met = sum(case.read is RuleOutcome.MET for case in cases)
    false = sum(case.is_false_met for case in cases)
    counts = (len(cases), same, asked, absent, len(cases) - same - asked - absent, met, false)
    return (name, *map(str, counts), f"{false / met:.2%}" if met else "-")
