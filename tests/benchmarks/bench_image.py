"""Measures page preparation: skew, direction, quality, CPU.

``OMP_NUM_THREADS=1 python tests/benchmarks/bench_image.py [skew|direction|quality|tiers|cpu] [--step N]``; without a
name all five. ``tiers`` compares the quality told with the tier that generated faxes were made in (``--faxes FOLDER``,
by default the samples). Drawn pages have exact truth. Real scans (``../shared/data`` beside the repository, if there)
have a skew of their own: each is turned by known angles and the change of the estimate is compared. ``--step N`` takes
every Nth real page or fax.
"""

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from extractor import ingest, ocr
from extractor.image import prepare_page
from extractor.image.deskew import estimate_skew
from extractor.image.ink import find_parts, working_ink
from extractor.pixels import RenderedPage
from models.stages.options import ImageOptions, IngestOptions, OcrOptions

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/unit/image"))
from drawn_pages import (  # noqa: E402
    DRAWINGS,
    add_scan_edges,
    add_streaks,
    drop_rows,
    fade,
    fax,
    lose_toner,
    quarter_turned,
    replace_pixels,
    scan,
    speckle,
    spread_toner,
    turn,
)

DATA = ROOT.parent / "shared/data"
OPTIONS = ImageOptions()
DRAWN_ANGLES = (-5, -4.2, -3.3, -2.1, -1, -0.5, -0.2, 0, 0.2, 0.4, 0.9, 1.7, 2.6, 3.7, 4.6, 5)
REAL_ANGLES = (-4.5, -2.3, -0.7, 0.8, 1.9, 3.9)
SIDEWAYS = frozenset({"wfg55f00_2.tif", "xik90c00_2.tif", "xlx69d00-page07_3.tif"})
"""Pages of the signature set that were filed turned by 90 degrees, by eye."""


def real_pages(step: int) -> Iterator[tuple[str, str, RenderedPage]]:
    """Set, name, page."""
    sets = {"signatures": "signatures/*.tif", "funsd": "funsd_training/images/*.png", "ocr_pages": "ocr_pages/*3B.tif"}
    for family, pattern in sets.items():
        for path in sorted(DATA.glob(pattern))[::step]:
            with Image.open(path) as image:
                pixels = np.array(image.convert("L"))
                x_dpi, y_dpi = image.info.get("dpi", (pixels.shape[1] / 8.5,) * 2)
                yield family, path.name, RenderedPage(1, pixels, float(x_dpi), float(y_dpi), image.mode == "1")


def estimate(page: RenderedPage) -> float:
    """Skew in degrees clockwise."""
    mask = working_ink(page.pixels, page.x_dpi, page.y_dpi, is_bilevel=page.is_bilevel)
    return estimate_skew(find_parts(mask), OPTIONS.max_skew).angle


def turn_stored(page: RenderedPage, degrees: float) -> RenderedPage:
    """Turned clockwise on paper, whatever the pixels' shape; one-bit stays one-bit."""
    height, width = page.pixels.shape
    to_square = np.diag([1.0, page.x_dpi / page.y_dpi, 1.0])
    middle = (width / 2, height / 2 * page.x_dpi / page.y_dpi)
    rotation = np.vstack([cv2.getRotationMatrix2D(middle, -degrees, 1.0), [0, 0, 1]])
    matrix = (np.linalg.inv(to_square) @ rotation @ to_square)[:2]
    pixels = cv2.warpAffine(page.pixels, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=255)
    return replace_pixels(page, np.where(pixels < 128, 0, 255).astype(np.uint8) if page.is_bilevel else pixels)


def report_errors(name: str, errors: list[float]) -> None:
    """One line of figures."""
    size = np.abs(errors)
    print(
        f"{name:24} n {len(size):4}  mean {size.mean():.3f}  p95 {np.percentile(size, 95):.3f}  "
        f"max {size.max():.3f}  over 0.3: {np.count_nonzero(size > 0.3)}"
    )


def bench_skew(step: int) -> None:
    """Error in degrees."""
    print("Skew error, degrees (drawn pages: against truth; real: change of estimate against the turn)")
    drawn: dict[str, list[float]] = defaultdict(list)
    for draw in DRAWINGS.values():
        for seed, angle in enumerate(DRAWN_ANGLES):
            sheet = turn(draw(seed), angle)
            fine = fax(sheet)
            ways = {
                "clean scan": scan(sheet, 200),
                "fine fax": fine,
                "standard fax": fax(sheet, 204, 98),
                "fine fax, 2 % noise": speckle(fine, 0.02),
                "fine fax, dark edges": add_scan_edges(fine),
            }
            for name, page in ways.items():
                drawn[name].append(estimate(page) - angle)
    for name, errors in drawn.items():
        report_errors(name, errors)
    found: dict[str, list[float]] = defaultdict(list)
    for family, name, page in real_pages(step):
        if name in SIDEWAYS:
            continue
        own = estimate(page)
        for angle in REAL_ANGLES:
            if abs(own + angle) <= 5:
                found[family].append(estimate(turn_stored(page, angle)) - own - angle)
    for family, errors in found.items():
        report_errors(f"real: {family}", errors)


def bench_direction(step: int) -> None:
    """Right turns out of all, by letters alone and with the recogniser."""
    pages = [(family, page, 1 if name in SIDEWAYS else 0) for family, name, page in real_pages(step)]
    for draw in DRAWINGS.values():
        sheet = draw(7)
        fine = fax(sheet)
        ways = (fine, fax(sheet, 204, 98), speckle(fine, 0.02), add_scan_edges(fine), fax(lose_toner(sheet, 0.6)))
        pages.extend(("drawn", page, 0) for page in (*ways, fax(spread_toner(sheet, 5)), fax(turn(sheet, 4))))
    for title, reads_well in (("letters alone", None), ("with recogniser", ocr.legibility(OcrOptions()))):
        right, total, seconds = Counter[str](), Counter[str](), 0.0
        for family, page, needs in pages:
            for quarters in range(4):
                stored = quarter_turned(page, quarters)
                start = time.process_time()
                rotation = prepare_page(stored, OPTIONS, reads_well).rotation
                seconds += time.process_time() - start
                total[family] += 1
                right[family] += rotation == (needs - quarters) % 4 * 90
        figures = ", ".join(f"{family} {right[family]}/{total[family]}" for family in total)
        print(f"Direction right, {title}: {figures}; CPU {seconds / total.total():.3f} s a page")


def bench_quality(step: int) -> None:
    """What each damage is called, and what real pages are called."""
    print("Quality: damage -> classes over letter, form, capitals, lab report")
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for draw in DRAWINGS.values():
        for seed in (11, 12):
            sheet = draw(seed)
            fine, standard = fax(sheet), fax(sheet, 204, 98)
            ways = {
                "gray 200 dpi": scan(sheet, 200),
                "one-bit 300 dpi": fax(sheet, 300, 300),
                "204x196": fine,
                "204x196, skewed 2": fax(turn(sheet, 2)),
                "204x98": standard,
                "204x98, lines doubled": RenderedPage(1, np.repeat(standard.pixels, 2, axis=0), 204, 196, True),
                "noise 0.1 %": speckle(fine, 0.001),
                "noise 0.3 %": speckle(fine, 0.003),
                "noise 1 %, 204x98": speckle(standard, 0.01),
                "light 0.5": fax(lose_toner(sheet, 0.5)),
                "light 0.6, 204x98": fax(lose_toner(sheet, 0.6), 204, 98),
                "heavy 3 px": fax(spread_toner(sheet, 3)),
                "heavy 5 px": fax(spread_toner(sheet, 5)),
                "heavy 7 px, 204x98": fax(spread_toner(sheet, 7), 204, 98),
                "lost lines 10 %": drop_rows(fine, 0.1),
                "4 streaks": add_streaks(fine, 4),
                "faded gray": fade(scan(sheet, 200), 190, 130),
            }
            for name, page in ways.items():
                table[name][prepare_page(page, OPTIONS).quality] += 1
    for family, _, page in real_pages(step):
        table[f"real: {family}"][prepare_page(page, OPTIONS).quality] += 1
    for name, classes in table.items():
        print(f"{name:24} {dict(classes)}")


def bench_tiers(step: int, folders: Sequence[Path]) -> None:
    """True tier against quality told, over pages of generated faxes; ``step`` takes every Nth file."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    reads_well = ocr.legibility(OcrOptions())
    for truth in [path for folder in folders for path in sorted(folder.glob("*.words.json"))[::step]]:
        tiers = {page["page_no"]: page["tier"] for page in json.loads(truth.read_text(encoding="utf-8"))["pages"]}
        stem = truth.name.removesuffix(".words.json")
        path = next(p for p in truth.parent.glob(f"{stem}.*") if p.suffix != ".json")
        document = ingest.open_document(path, IngestOptions())
        for page in document.pages:
            rendered = ingest.render_page(document, page.page_no, IngestOptions())
            table[tiers[page.page_no]][prepare_page(rendered, OPTIONS, reads_well).quality] += 1
    print("Quality told: true tier -> classes")
    for tier, classes in table.items():
        print(f"{tier:24} {classes[tier]} of {classes.total()} right: {dict(classes)}")


def bench_cpu(step: int) -> None:
    """CPU seconds a page of all of prepare_page, pages as stored."""
    reads_well = ocr.legibility(OcrOptions())
    reads_well([np.full((40, 200), 255, np.uint8)])
    seconds: dict[str, list[float]] = defaultdict(list)
    pages = [(family, page) for family, _, page in real_pages(step)]
    for draw in DRAWINGS.values():
        pages += [("drawn fine fax", fax(draw(3))), ("drawn standard fax", fax(draw(3), 204, 98))]
        pages += [("drawn fine fax, skewed", fax(turn(draw(3), 2))), ("drawn gray 300 dpi", scan(draw(3), 300))]
    for family, page in pages:
        start = time.process_time()
        prepare_page(page, OPTIONS, reads_well)
        seconds[family].append(time.process_time() - start)
    for family, spent in seconds.items():
        print(f"CPU s a page, {family:24} mean {np.mean(spent):.3f}  p95 {np.percentile(spent, 95):.3f}")


BENCHES = {"skew": bench_skew, "direction": bench_direction, "quality": bench_quality, "cpu": bench_cpu}
NAMES = (*BENCHES, "tiers")


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], default=[])
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--faxes", type=Path, nargs="+", default=[ROOT / "samples/faxes"], help="for tiers")
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    for name in chosen.names or NAMES:
        if name == "tiers":
            bench_tiers(chosen.step, chosen.faxes)
        else:
            BENCHES[name](chosen.step)


if __name__ == "__main__":
    main()
