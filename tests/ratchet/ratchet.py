"""What a fixed set of faxes gave, kept in ``figures.json``, and whether it has got worse.

    python tests/ratchet/ratchet.py          # measures the set again and keeps the figures

The set is twelve of the committed samples (21 pages, every tier, typed and handwritten): it needs no fonts and nothing
is drawn, it goes through the whole program from bytes to record, and costs about a minute of CPU. The figures are kept
for each fax, so that old and new are compared on the same faxes, where far smaller changes show than between two sets.
"""

import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from extractor.artifacts import FolderArtifacts
from extractor.evaluate.intervals import resample
from extractor.evaluate.run import judge_folder
from extractor.evaluate.score import summarise
from extractor.evaluate.truth import load_truths
from models.stages.options import Options

ROOT = Path(__file__).resolve().parents[2]
SAMPLES, READINGS = ROOT / "samples" / "faxes", ROOT / "build" / "readings"
FIGURES = Path(__file__).with_name("figures.json")
NUMBERS = ("01", "02", "03", "04", "06", "08", "09", "10", "11", "14", "15", "16")
TOLERANCE = 0.005
"""F1; one recogniser computes a little differently on another processor."""


@dataclass(frozen=True)
class Figures:
    """One fax: ``sha256`` of what is true of it and the counts of all its fields; ``read``: values the record has."""

    name: str
    sha256: str
    correct: int
    read: int
    truths: int
    silent: int
    denied: int


def measure() -> list[Figures]:
    """Read and judge the set."""
    truths = [truth for truth in load_truths(SAMPLES) if truth.name[:2] in NUMBERS]
    measured = []
    for truth, fax in zip(truths, judge_folder(truths, Options(), FolderArtifacts(READINGS)), strict=True):
        counts = summarise(case.row for case in fax.cases)
        told = {name: value for name, value in truth.record.items() if name != "generator"}
        sha256 = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
        rates = (counts.correct, counts.read, counts.truths)
        measured.append(Figures(truth.name, sha256, *rates, counts.silent, counts.denied))
    return measured


def f1(faxes: Sequence[Figures]) -> float:
    """Over all fields of all these faxes."""
    return 2 * sum(fax.correct for fax in faxes) / max(1, sum(fax.read + fax.truths for fax in faxes))


def noise(before: Sequence[Figures], now: Sequence[Figures]) -> float:
    """The standard error of the difference in F1 between two measurements of the same faxes, by resampling faxes."""
    weights = resample(len(now))

    def rates(faxes: Sequence[Figures]) -> np.ndarray:  # type: ignore[type-arg]
        right = weights @ np.array([2.0 * fax.correct for fax in faxes])
        return right / (weights @ np.array([float(fax.read + fax.truths) for fax in faxes]))

    return float(np.std(rates(now) - rates(before), ddof=1))


def find_losses(before: Sequence[Figures], now: Sequence[Figures]) -> list[str]:
    """What got worse, one line each; empty where nothing did."""
    if [(fax.name, fax.sha256) for fax in before] != [(fax.name, fax.sha256) for fax in now]:
        return ["the set or its truth has changed: look at the new figures, then run python tests/ratchet/ratchet.py"]
    losses = []
    fall, allowed = f1(before) - f1(now), max(TOLERANCE, noise(before, now))
    if fall > allowed:
        losses.append(f"F1 fell from {f1(before):.3f} to {f1(now):.3f}, more than its noise ({allowed:.3f})")
    for column in ("silent", "denied"):
        was, is_now = (sum(getattr(fax, column) for fax in faxes) for faxes in (before, now))
        if is_now > was:
            losses.append(f"{column} rose from {was} to {is_now}")
    if losses:
        losses += [
            f"{old.name}: {asdict(old)} is now {asdict(new)}"
            for old, new in zip(before, now, strict=True)
            if old != new
        ]
    return losses


def load() -> list[Figures]:
    """The figures that are kept."""
    return [Figures(**fax) for fax in json.loads(FIGURES.read_text(encoding="utf-8"))["faxes"]]


def main() -> int:
    """Measure and keep; says what got worse, which is then for you to defend."""
    now = measure()
    for loss in find_losses(load(), now) if FIGURES.exists() else ():
        sys.stdout.write(f"{loss}\n")
    kept = {"what": "see ratchet.py", "f1": round(f1(now), 4), "faxes": [asdict(fax) for fax in now]}
    FIGURES.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"F1 {f1(now):.4f}, silent {sum(fax.silent for fax in now)}, kept in {FIGURES.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
