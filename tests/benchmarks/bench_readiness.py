"""The verdict of records against the verdict of the truth, by kind of rule; what is falsely met is counted apart.

    extractor extract FAXES/*.pdf --out RECORDS && python tests/benchmarks/bench_readiness.py FAXES RECORDS

FAXES holds NAME.truth.json beside each fax, RECORDS the record NAME.SUFFIX.json of each (patient data). The same rules
are applied to both, with every value of the truth found and every list complete. *agrees*: the same result; *asked*: a
person is asked (needs_review, unreadable) about what the truth settles; *false met*: met, and by the truth it is not;
*other*: any other difference. Both are judged as of the day the record was made.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from extractor.evaluate.fields import pair_referrals
from extractor.knowledge.protocols import ProtocolBook, load_protocols
from extractor.readiness import assess_readiness
from models.record import Document, Extraction, Field, Lists, Page, Readiness, Referral, RuleOutcome, State

ASKED = frozenset({RuleOutcome.NEEDS_REVIEW, RuleOutcome.UNREADABLE})
FINE = frozenset({RuleOutcome.MET, RuleOutcome.NOT_APPLICABLE})


def as_fields(kind: Any, truth: object, path: str, boxes: Mapping[str, Any]) -> Any:
    """A truth's plain values as a value of the record, everything found."""
    if isinstance(kind, type) and issubclass(kind, Field):
        if truth is None:
            return kind()
        place = boxes.get(path) or [{"page_no": None, "bbox": None}]
        pages = [{"page_no": one["page_no"], "bbox": one["bbox"], "source": "truth"} for one in place]
        return kind(value=truth, confidence=1.0, state=State.FOUND, evidence=pages, **pages[0])
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        known = truth if isinstance(truth, Mapping) else {}
        return kind(
            **{
                name: as_fields(info.annotation, known.get(name), f"{path}.{name}" if path else name, boxes)
                for name, info in kind.model_fields.items()
            }
        )
    items = truth if isinstance(truth, list) else []
    return tuple(as_fields(kind.__args__[0], item, f"{path}[{index}]", boxes) for index, item in enumerate(items))


def true_referral(truth: Mapping[str, Any], boxes: Mapping[str, Any], created_at: datetime) -> Referral:
    """One referral of a truth, with complete lists."""
    parts = {
        name: as_fields(info.annotation, truth.get(name), name, boxes)
        for name, info in Referral.model_fields.items()
        if name in {"patient", "coverages", "orders", "diagnoses", "prescriber", "prior_therapies", "labs"}
    }
    kind = truth.get("kind", "referral")
    plain = {"referral_id": "truth", "created_at": created_at, "kind": kind, "pages": tuple(truth.get("pages", ()))}
    referral = Referral(**plain, **parts)
    counts = {name: len(getattr(referral, name)) for name in Lists.model_fields if hasattr(referral, name)}
    counts["allergies"] = len(referral.patient.allergies)
    counts["premedications"] = len({one.value for order in referral.orders for one in order.premedications})
    lists = {
        name: {"value": count, "confidence": 1.0, "state": State.FOUND, "source": "truth"}
        for name, count in counts.items()
    }
    return referral.model_copy(update={"lists": Lists.model_validate(lists)})


def compare(faxes: Path, records: Path, book: ProtocolBook) -> tuple[dict[str, Counter[str]], Counter[tuple[str, str]]]:
    """Counts by kind of rule, and the verdicts as (true, read)."""
    kinds = {(p.protocol, rule.id): rule.kind for p in book.protocols for rule in p.rules}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    verdicts: Counter[tuple[str, str]] = Counter()
    for path in sorted(faxes.rglob("*.truth.json")):
        name = path.name.removesuffix(".truth.json")
        found = [one for one in records.glob(f"{name}.*json") if not one.name.endswith(".truth.json")]
        if not found:
            continue
        truth = json.loads(path.read_text(encoding="utf-8"))
        extraction = Extraction.model_validate_json(found[0].read_text(encoding="utf-8"))
        document = Document(
            sha256=None,
            filename=name,
            media_type=None,
            pages=tuple(
                Page(quality="digital", **{k: p[k] for k in ("page_no", "type")}) for p in truth["document"]["pages"]
            ),
        )
        boxes = [truth.get("boxes") or {}, *((other.get("boxes") or {}) for other in truth.get("others", ()))]
        for index, (true, read) in enumerate(pair_referrals(truth["referrals"], extraction.referrals)):
            if not true or read is None:
                continue
            as_of = read.created_at.date()
            expected = assess_readiness(
                true_referral(true, boxes[index] if index < len(boxes) else {}, read.created_at), as_of, book, document
            )
            given = assess_readiness(read, as_of, book, extraction.document, extraction.failures)
            verdicts[expected.verdict.value, given.verdict.value] += 1
            _count(expected, given, kinds, counts, name if "-v" in sys.argv else None)
    return counts, verdicts


def _count(
    expected: Readiness,
    given: Readiness,
    kinds: Mapping[tuple[str, str], str],
    counts: dict[str, Counter[str]],
    shown: str | None,
) -> None:
    truth = {(rule.protocol, rule.id, rule.order_index): rule for rule in expected.rules}
    for rule in given.rules:
        true = truth.get((rule.protocol, rule.id, rule.order_index))
        kind = kinds.get((rule.protocol, rule.id), "built in")
        if true is None or kind == "confirm" or rule.id == "all_pages":
            continue
        is_false = rule.result in FINE and true.result not in FINE
        outcome = (
            "agrees"
            if rule.result is true.result
            else "false met"
            if is_false
            else "asked"
            if rule.result in ASKED
            else "other"
        )
        counts[kind][outcome] += 1
        counts["all"][outcome] += 1
        if shown is not None and outcome in {"false met", "other"}:
            print(outcome, shown, rule.protocol, rule.id, rule.order_index, "true", true.result, "read", rule.result)
            print("    T:", true.message, "\n    R:", rule.message)


def main() -> None:
    counts, verdicts = compare(Path(sys.argv[1]), Path(sys.argv[2]), load_protocols())
    print(f"{'kind':16} {'rules':>6} {'agrees':>7} {'asked':>6} {'other':>6} {'false met':>10}")
    for kind, found in sorted(counts.items(), key=lambda pair: (pair[0] == "all", pair[0])):
        total = sum(found.values())
        share = f"{found['false met']:4} {100 * found['false met'] / total:4.1f} %"
        print(f"{kind:16} {total:6} {found['agrees']:7} {found['asked']:6} {found['other']:6} {share:>10}")
    for (true, read), count in sorted(verdicts.items()):
        print(f"verdict: {true} read as {read}: {count}")


if __name__ == "__main__":
    main()
