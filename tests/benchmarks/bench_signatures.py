"""Signature ink on real pages (Tobacco800, ``../shared/data/signatures``): precision, recall, box hits.

    python tests/benchmarks/bench_signatures.py [--half tune|report|both] [--engine auto|tesseract|null]

A page counts as signed where ``find_signature_ink`` gives a box. Pages are split by the hash of their file name:
one half was looked at while the detector was made, the other is only reported on.
"""

import argparse
import hashlib
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from extractor import image, ingest, ocr
from extractor.layout.signatures import find_signature_ink
from extractor.pixels import PageImage
from models.record import BBox
from models.stages.options import ImageOptions, IngestOptions, OcrOptions
from models.stages.text import Words

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "signatures"
HIT = 0.4
"""A box hits the truth when it covers this share of it, or the other way round."""


@dataclass
class Score:
    """Counts over pages."""

    true_positive: int = 0
    false_positive: int = 0
    false_negative: int = 0
    true_negative: int = 0
    hits: int = 0
    first_hits: int = 0

    def add(self, truth: BBox | None, found: tuple[BBox, ...]) -> str:
        """Count one page; the outcome in a word."""
        if truth is None:
            self.false_positive += bool(found)
            self.true_negative += not found
            return "FALSE ALARM" if found else "ok, none"
        self.true_positive += bool(found)
        self.false_negative += not found
        hit = [covers(box, truth) for box in found]
        self.hits += any(hit)
        self.first_hits += bool(hit) and hit[0]
        return "hit" if any(hit) else "elsewhere" if found else "MISSED"

    def lines(self, name: str) -> str:
        """The figures of one half."""
        signed = self.true_positive + self.false_negative
        told = self.true_positive + self.false_positive
        return (
            f"{name:7} pages {told + self.true_negative + self.false_negative:3}  "
            f"precision {self.true_positive / max(1, told):.2f}  recall {self.true_positive / max(1, signed):.2f}  "
            f"box hit {self.hits / max(1, signed):.2f}  first box hit {self.first_hits / max(1, signed):.2f}"
        )


def covers(box: BBox, truth: BBox) -> bool:
    """Whether two boxes are about the same place."""
    return box.intersection_area(truth) > HIT * min(box.area, truth.area)


def half_of(name: str) -> str:
    """``tune`` or ``report``, by the hash of the file's name."""
    return "tune" if int(hashlib.sha256(name.encode()).hexdigest(), 16) % 2 == 0 else "report"


def read_page(path: Path, engine: str) -> tuple[PageImage, Words, tuple[float, float]]:
    """The page, its words, and the size in pixels of the file, to which the truth refers."""
    document = ingest.open_document(path, IngestOptions())
    page = image.prepare_page(ingest.render_page(document, 1, IngestOptions()), ImageOptions())
    return (
        page,
        ocr.read_words(page, OcrOptions(engine=engine)).words,
        (document.pages[0].width, document.pages[0].height),
    )


def main() -> int:
    """Print a row a page and the figures of each half."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=["tune", "report", "both"], default="both")
    parser.add_argument("--engine", default="auto")
    chosen = parser.parse_args()
    if not FOLDER.is_dir():
        print(f"No pages at {FOLDER.name}: nothing measured.")
        return 0
    truths = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))
    scores: dict[str, Score] = {}
    seconds = 0.0
    for name, truth in sorted(truths.items()):
        half = half_of(name)
        if chosen.half not in (half, "both"):
            continue
        page, words, (width, height) = read_page(FOLDER / name, chosen.engine)
        start = time.process_time()
        found = find_signature_ink(page, words)
        seconds += time.process_time() - start
        outcome = scores.setdefault(half, Score()).add(
            to_points(truth["bbox_xyxy"], page.width / width, page.height / height), found
        )
        print(f"{half:7} {name:36} {truth['label']:13} {len(found)} box(es)  {outcome}")
    for half, score in sorted(scores.items()):
        print(score.lines(half))
    pages = sum(s.true_positive + s.false_positive + s.true_negative + s.false_negative for s in scores.values())
    print(f"CPU seconds a page (pixels only, words given): {seconds / max(1, pages):.3f}")
    return 0


def to_points(box: list[float] | None, across: float, down: float) -> BBox | None:
    """A truth box in the file's pixels to points of the page."""
    return None if box is None else BBox(box[0] * across, box[1] * down, box[2] * across, box[3] * down)


if __name__ == "__main__":
    sys.exit(main())
