"""``python -m extractor.evaluate.calibrate DIR ...``: fit the packaged calibration anew and say what it shows.

Fitted to faxes with truth (``samples``), so that every figure is of forms left out of the fit. ``--others`` are faxes
that other software drew: they count more in the fit, and what is seen on them may only lower confidence and raise
thresholds, because forms that the program was developed on look easier than they are.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from extractor.artifacts import FolderArtifacts
from extractor.confidence import load_calibration
from extractor.confidence.calibrated import Accepted, Calibration, Line
from extractor.confidence.evidence import UNKNOWN_TIER
from extractor.errors import ExtractorError, UsageError
from extractor.evaluate.acceptance import accept, order_levels
from extractor.evaluate.fitting import Floats, fit_calibration, fit_ceiling, fit_line, right_of
from extractor.evaluate.intervals import upper_bound
from extractor.evaluate.reliability import Given, measure_briefly
from extractor.evaluate.samples import Sample, collect_samples, read_samples, write_samples
from extractor.evaluate.truth import load_truths
from extractor.resolve.policy import Policy, load_policy
from models.record import Quality
from models.stages.options import Options

FEWEST = 1000
"""With fewer values than this nothing is fitted."""
_ALIKE = (
    frozenset({Quality.DIGITAL.value, Quality.CLEAN_SCAN.value, UNKNOWN_TIER}),
    frozenset({Quality.FINE_FAX.value, Quality.STANDARD_FAX.value, Quality.DEGRADED.value}),
)
"""Tiers whose errors are of a kind: what a form is taken for, and what its characters are read as."""
LEVELS: Mapping[str, tuple[float, ...]] = {"critical": (0.001, 0.002, 0.005, 0.01, 0.02), "other": (0.01,)}
"""Shares of wrong values for which thresholds are sought, so that a site may allow another than the packaged policy."""
OTHERS_COUNT = 2.0
"""How much a value of another maker's fax counts in the fit."""


@dataclass(frozen=True, slots=True)
class Refit:
    """A calibration, and the probability of each sample from a model that saw no form of its family."""

    calibration: Calibration
    own: tuple[Floats, Sequence[Sample]]
    others: tuple[Floats, Sequence[Sample]]


def calibrate(own: Sequence[Sample], others: Sequence[Sample], version: str, today: datetime) -> Refit:
    """Fit everything. Raises ``UsageError`` where there is too little to fit."""
    if len(own) < FEWEST:
        raise UsageError(f"There are {len(own)} known values and it takes {FEWEST}: give more faxes with truth.")
    samples = (*own, *others)
    right, count = right_of(samples), np.array([*[1.0] * len(own), *[OTHERS_COUNT] * len(others)])
    fitted = fit_calibration(samples, count, version, _card(own, others, today))
    observed = fit_line(fitted.held_out, right, count)
    known = observed.slope * fitted.held_out + observed.shift
    model = fitted.calibration.model_copy(update={"observed": observed})
    model = model.model_copy(update={"transfer": _transfer(known[len(own) :], others)})
    sure = np.array([model.of(float(z), one.evidence.tier) for z, one in zip(fitted.held_out, samples, strict=True)])
    refit = Refit(model, (sure[: len(own)], own), (sure[len(own) :], others))
    policy = load_policy()
    accepted = {
        group: order_levels({share: _accepted(refit, group, share) for share in {*LEVELS[group], allowed}})
        for group, allowed in policy.allowed_error.items()
    }
    model = model.model_copy(update={"accepted": accepted})
    held_out = {
        name: _figures(samples, sure, model, policy)
        for name, (sure, samples) in (("own", refit.own), ("others", refit.others))
    }
    model = model.model_copy(update={"card": {**model.card, "held_out": held_out}})
    return Refit(model, refit.own, refit.others)


def _transfer(known: Floats, others: Sequence[Sample]) -> Mapping[str, Line]:
    """What log-odds on faxes of other makers are, for well and for poorly received tiers."""
    found: dict[str, Line] = {}
    for tiers in _ALIKE:
        at = [n for n, one in enumerate(others) if one.evidence.tier in tiers]
        if at:
            line = fit_ceiling(known[at], right_of([others[n] for n in at]))
            found |= dict.fromkeys(sorted(tiers), line)
    return found


def _accepted(refit: Refit, group: str, allowed: float) -> Mapping[str, Accepted]:
    """Thresholds for one group, from values that no rule disputes: others are shown to a person anyway."""

    def pick(sure: Floats, samples: Sequence[Sample]) -> tuple[Floats, Floats, list[str]]:
        at = [n for n, one in enumerate(samples) if one.group == group and is_undisputed(one)]
        wrong = np.array([float(not samples[n].is_right) for n in at])
        return sure[at], wrong, [samples[n].evidence.tier for n in at]

    sure, wrong, tiers = pick(*refit.own)
    elsewhere = pick(*refit.others)[:2] if refit.others[1] else None
    return accept(sure, wrong, tiers, allowed, elsewhere)


def is_undisputed(sample: Sample) -> bool:
    """Whether no rule sends a person to the value, nor to the list item it belongs to."""
    features, needed = sample.evidence.features, load_policy().evidence
    is_supported = features.get("posterior", 1.0) >= needed.posterior
    return features["undisputed"] >= 1.0 and features["name_undisputed"] >= 1.0 and is_supported


def _card(own: Sequence[Sample], others: Sequence[Sample], today: datetime) -> dict[str, object]:
    def count(samples: Sequence[Sample]) -> dict[str, int]:
        return {
            "values": len(samples),
            "wrong": sum(not one.is_right for one in samples),
            "faxes": len({one.fax for one in samples}),
            "form_families": len({one.form for one in samples}),
        }

    return {
        "what": "Probability that a value of a record is right, and from which probability it may be accepted.",
        "how": "Additive logistic model with rises that never fall, shrunken shifts by field, tier and reason, and two "
        "lines to observed log-odds: on forms left out, and on faxes of other makers (only lowering).",
        "command": "python -m extractor.evaluate.calibrate DIR ... --others DIR --write",
        "own": count(own),
        "others": count(others),
        "limits": "All faxes are synthetic. The program was developed on forms of the own faxes, so their errors are "
        "fewer than on forms never seen; the few faxes of other makers are what corrects for it.",
        "date": today.date().isoformat(),
    }


def report(refit: Refit) -> Iterator[str]:
    """Lines of text: before and after, by tier, on forms left out, and the thresholds with what shows them."""
    before = load_calibration()
    for name, (sure, samples) in (("own faxes", refit.own), ("faxes of other makers", refit.others)):
        if not samples:
            continue
        packaged = np.array([before.probability(one.evidence) for one in samples])
        for title, model, probabilities in (("packaged", before, packaged), ("refitted", refit.calibration, sure)):
            yield f"\n{name}, {title} ({model.version})"
            yield from tabulate(samples, probabilities, model, load_policy())
    yield "\nthresholds: group, tier, probability, values at least so sure, wrong, 95 % bound, basis"
    for group, allowed in load_policy().allowed_error.items():
        for tier, one in refit.calibration.accepted_at(group, allowed).items():
            seen = f"n {one.n}  wrong {one.wrong}  bound {one.bound:.4f}  {one.basis}"
            yield f"{group:9} {tier:13} {one.threshold}  {seen}"


def tabulate(samples: Sequence[Sample], sure: Floats, model: Calibration, policy: Policy) -> Iterator[str]:
    """Lines of text: how sure values are and how many critical ones are accepted, in all and by tier."""
    yield "tier             n  right    ECE  AUROC | critical: accepted  wrong   share wrong  bound"
    for tier in ("all", *(quality.value for quality in Quality)):
        at = [n for n, one in enumerate(samples) if tier in ("all", one.evidence.tier)]
        if at:
            yield _line(tier, [samples[n] for n in at], sure[at], model, policy)


def _line(tier: str, samples: Sequence[Sample], sure: Floats, model: Calibration, policy: Policy) -> str:
    found = _figures(samples, sure, model, policy)
    critical, accepted, wrong = (int(found[name] or 0) for name in ("critical", "accepted", "accepted_wrong"))
    bound = upper_bound(wrong, accepted) if accepted else 1.0
    order = "-" if found["auroc"] is None else f"{found['auroc']:.3f}"
    return (
        f"{tier:13} {len(samples):5}  {found['right']:.3f}  {found['ece']:.3f}  {order:>5} | "
        f"{accepted:5} of {critical:5} ({accepted / max(critical, 1):.0%})  {wrong:3}  "
        f"{wrong / max(accepted, 1):.4f}  {bound:.4f}"
    )


def _figures(samples: Sequence[Sample], sure: Floats, model: Calibration, policy: Policy) -> dict[str, float | None]:
    """Share right, ECE and AUROC of all values; how many critical ones there are, are accepted, and are so wrongly."""
    if not samples:
        return {}
    ece, auroc = measure_briefly([Given(0, float(p), one.is_right) for one, p in zip(samples, sure, strict=True)])
    critical = [(one, p) for one, p in zip(samples, sure, strict=True) if one.group == "critical"]
    thresholds = [policy.threshold_of(model, one.group, one.evidence.tier) for one, _ in critical]
    taken = [
        one
        for (one, p), least in zip(critical, thresholds, strict=True)
        if is_undisputed(one) and least is not None and p >= least
    ]
    return {
        "right": round(sum(one.is_right for one in samples) / len(samples), 4),
        "ece": None if ece is None else round(ece, 4),
        "auroc": None if auroc is None else round(auroc, 4),
        "critical": len(critical),
        "accepted": len(taken),
        "accepted_wrong": sum(not one.is_right for one in taken),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is 0, or that of the error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", nargs="+", type=Path, help="folders of faxes with truth, or files of samples")
    parser.add_argument(
        "--others", nargs="*", type=Path, default=[], help="the same, of faxes that other software drew"
    )
    parser.add_argument("--readings", type=Path, default=Path("build/readings"), help="where readings are kept")
    parser.add_argument("--keep", type=Path, help="write the samples of DIRs into this folder, to fit again quickly")
    parser.add_argument("--version", default=None, help="name of the new calibration")
    parser.add_argument("--write", action="store_true", help="replace the packaged calibration")
    told = parser.parse_args(arguments)
    try:
        own, others = (_samples(paths, told.readings, told.keep) for paths in (told.source, told.others))
        today = datetime.now(UTC)
        refit = calibrate(own, others, told.version or f"calibration-{today:%Y%m%d}", today)
        sys.stdout.writelines(f"{line}\n" for line in report(refit))
        if told.write:
            target = Path(sys.modules[Calibration.__module__].__file__ or "").with_name("calibration.json")
            target.write_text(pack_calibration(refit.calibration), encoding="utf-8")
    except ExtractorError as error:
        sys.stderr.write(f"{error.code}: {error.message}\n")
        return error.exit_code
    return 0


def _samples(paths: Sequence[Path], readings: Path, keep: Path | None) -> tuple[Sample, ...]:
    found: list[Sample] = []
    for path in paths:
        if path.is_file():
            found += read_samples(path)
            continue
        fresh = tuple(collect_samples(load_truths(path), Options(), FolderArtifacts(readings)))
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            write_samples(fresh, keep / f"{path.name}.jsonl")
        found += fresh
    return tuple(found)


def pack_calibration(calibration: Calibration) -> str:
    """One line for each part, so that a change can be read."""
    parts = calibration.model_dump(mode="json")
    return "{\n" + ",\n".join(f" {json.dumps(key)}: {json.dumps(parts[key])}" for key in parts) + "\n}\n"


if __name__ == "__main__":
    sys.exit(main())
