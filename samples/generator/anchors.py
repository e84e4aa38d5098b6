"""How hard the faxes are: the share of fields that two plain readers read exactly, by tier and by typed or handwritten.

``python -m samples.generator.anchors DIR [--check] [--pages N] [--cache DIR] [--forms DIR]`` reads every scanned page
of a form that was filled in (printed lists and prose have no blanks), turned upright and by its true skew so that
boxes can be compared, with Tesseract and with PP-OCR as their packages come. A field that truth calls legible is read
exactly when its text stands in what was read across its box, after NFKC, case folding, collapsed white space and
stripped punctuation. ``AIMS`` are the shares that faxes of each tier should have; ``degraded`` has to be harder than
``standard_fax`` for both readers. ``--check`` fails where a tier is easier than that. ``--forms`` reads real scans
beside them (``images`` and ``annotations`` laid out as in FUNSD, Jaume et al. 2019), whose answers are the fields.
``--keep`` writes the figures where every build checks them (``kept_anchors``).
"""

import argparse
import hashlib
import itertools
import json
import random
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytesseract
from PIL import Image
from rapidocr import RapidOCR

from samples.generator import kept_anchors
from samples.generator.ops import Box

Line = tuple[str, Box]
Reader = Callable[[Image.Image], list[Line]]
Key = tuple[str, str, str, str]
COUNTED = ("patient.", "prescriber.", "orders[", "coverages[", "diagnoses[")
AIMS = {
    ("fine_fax", "typed", "tesseract"): (0.27, 0.55),
    ("fine_fax", "typed", "ppocr"): (0.85, 1.0),
    ("standard_fax", "typed", "tesseract"): (0.04, 0.20),
    ("standard_fax", "typed", "ppocr"): (0.60, 0.85),
    ("fine_fax", "handwritten", "tesseract"): (0.05, 0.20),
    ("fine_fax", "handwritten", "ppocr"): (0.50, 0.80),
}
FORMS = ("order", "enrollment_form")
FEWEST = 30


@dataclass(frozen=True)
class Page:
    """An upright picture and its fields (handwritten?, text, box in pixels)."""

    split: str
    tier: str
    picture: Image.Image
    fields: tuple[tuple[bool, str, Box], ...]


@dataclass
class Count:
    """Fields of one kind, how many were read exactly, and how many but for spaces."""

    exact: list[bool] = field(default_factory=list)
    near: list[bool] = field(default_factory=list)


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 when asked to check and a tier is easier than its aim."""
    parser = argparse.ArgumentParser(prog="python -m samples.generator.anchors", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="exit with 1 where a tier is easier than its aim")
    parser.add_argument("--pages", type=int, default=10_000, help="read at most this many pages, drawn at random")
    parser.add_argument("--cache", type=Path, default=None, help="folder that keeps what was read, by picture")
    parser.add_argument("--forms", type=Path, default=None, help="folder of real forms in FUNSD's layout")
    parser.add_argument("--keep", action="store_true", help=f"write the figures into {kept_anchors.FILE.name}")
    options = parser.parse_args(arguments)
    kept = sorted(options.folder.glob("*.truth.json"))
    random.Random(1).shuffle(kept)
    found: Iterator[Page] = itertools.islice(pages(kept), options.pages)
    if options.forms is not None:
        found = itertools.chain(found, itertools.islice(forms(options.forms), options.pages))
    counts = count(found, readers(options.cache))
    print(f"{'split':8}{'tier':16}{'ink':13}{'reader':11}{'fields':>7}{'exact':>7}{'spaces aside':>14}{'aim':>12}")
    easier = 0
    rows: list[kept_anchors.Row] = []
    for key in sorted(counts):
        split, tier, ink, reader = key
        low, high = aim(key, counts)
        exact, near = float(np.mean(counts[key].exact)), float(np.mean(counts[key].near))
        is_shown = high < 1 or low > 0
        verdict = "easier" if exact > high else "harder" if exact < low else ""
        if len(counts[key].exact) < FEWEST:
            verdict = "few"
        easier += verdict == "easier"
        wanted = f"{low:.2f}-{high:.2f}" if is_shown else ""
        row = f"{split:8}{tier:16}{ink:13}{reader:11}{len(counts[key].exact):7d}{exact:7.2f}{near:14.2f}{wanted:>12}"
        print(f"{row}  {verdict}".rstrip())
        rows.append(
            {
                "split": split,
                "tier": tier,
                "ink": ink,
                "reader": reader,
                "fields": len(counts[key].exact),
                "exact": round(exact, 3),
                "aim": (round(low, 3), round(high, 3)),
            }
        )
    if options.keep:
        kept_anchors.keep(rows)
    if easier:
        print(f"{easier} easier than the aim", file=sys.stderr)
    return 1 if options.check and easier else 0


def aim(key: Key, counts: dict[Key, Count]) -> tuple[float, float]:
    """The lowest and highest share wanted of a row."""
    split, tier, ink, reader = key
    coarse = counts.get((split, "standard_fax", ink, reader))
    if tier == "degraded" and coarse is not None:
        return 0.0, float(np.mean(coarse.exact))
    return AIMS.get((tier, ink, reader), (0.0, 1.0))


def count(found: Iterator[Page], how: dict[str, Reader]) -> dict[Key, Count]:
    """The fields read, by split, tier, ink and reader."""
    counts: dict[Key, Count] = defaultdict(Count)
    for page in found:
        for name, reader in how.items():
            lines = reader(page.picture)
            for is_hand, text, box in page.fields:
                seen, wanted = normal(across(lines, box)), normal(text)
                row = counts[page.split, page.tier, "handwritten" if is_hand else "typed", name]
                row.exact.append(f" {wanted} " in f" {seen} ")
                row.near.append(wanted.replace(" ", "") in seen.replace(" ", ""))
    return counts


def pages(truths: list[Path]) -> Iterator[Page]:
    """Every page of the faxes that is a picture and has fields."""
    for path in truths:
        stem = path.with_suffix("").with_suffix("")
        truth = json.loads(path.read_text(encoding="utf-8"))
        words = json.loads(stem.with_suffix(".words.json").read_text(encoding="utf-8"))
        source = next(p for p in (stem.with_suffix(".tif"), stem.with_suffix(".pdf")) if p.exists())
        for index, picture in enumerate(pictures(source)):
            page, about = words["pages"][index], truth["document"]["pages"][index]
            if page["tier"] == "digital" or about["type"] not in FORMS:
                continue
            if about["rotation"]:
                picture = picture.rotate(-about["rotation"], expand=True)  # noqa: PLW2901
            picture = picture.rotate(-truth["generator"]["skews"][index], Image.Resampling.BICUBIC, fillcolor=255)  # noqa: PLW2901
            scale = picture.width / page["width"]
            places = tuple((hand, text, _scaled(box, scale)) for hand, text, box in fields(truth, page))
            if places:
                yield Page(truth["generator"]["split"], page["tier"], picture, places)


def forms(folder: Path) -> Iterator[Page]:
    """Real scans with the answers that were typed or written on them; which of both is not said."""
    kept = sorted((folder / "annotations").glob("*.json"))
    random.Random(1).shuffle(kept)
    for path in kept:
        entries = json.loads(path.read_text(encoding="utf-8"))["form"]
        places = tuple((False, str(e["text"]), _scaled(e["box"], 1.0)) for e in entries if e["label"] == "answer")
        with Image.open(folder / "images" / f"{path.stem}.png") as image:
            yield Page("real", folder.name, image.convert("L"), tuple(p for p in places if normal(p[1])))


def fields(truth: dict[str, Any], page: dict[str, Any]) -> Iterator[tuple[bool, str, Box]]:
    """The counted fields of a page with the text that stands in their box."""
    for path, places in truth["boxes"].items():
        is_counted = path.startswith(COUNTED) and not path.endswith("signature_present")
        if not is_counted or not truth["legible"].get(path, True):
            continue
        for place in places:
            if place["page_no"] != page["page_no"]:
                continue
            box = tuple(place["bbox"])
            inside = [w for w in page["words"] if is_inside(w["bbox"], box) and not w.get("is_header")]
            if inside:
                yield inside[0]["is_handwritten"], " ".join(w["text"] for w in inside), box


def is_inside(word: list[float], box: Box) -> bool:
    """Whether a word's middle lies in a box."""
    x, y = (word[0] + word[2]) / 2, (word[1] + word[3]) / 2
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1


def pictures(path: Path) -> Iterator[Image.Image]:
    """The pages with square pixels."""
    if path.suffix == ".pdf":
        for page in pypdfium2.PdfDocument(path):
            yield page.render(scale=204 / 72).to_pil().convert("L")
        return
    with Image.open(path) as image:
        for index in range(getattr(image, "n_frames", 1)):
            image.seek(index)
            picture = image.convert("L")
            is_coarse = picture.height < picture.width * 0.9 and picture.width == 1728
            y_dpi = picture.width / 8.47 if picture.width != 1728 else 98 if is_coarse else 196
            high = round(picture.height * (204 / y_dpi if picture.width == 1728 else 1))
            yield picture.resize((picture.width, high), Image.Resampling.BICUBIC)


def readers(cache: Path | None) -> dict[str, Reader]:
    """Both readers by name; what they read is kept in ``cache``."""
    engine: list[RapidOCR] = []

    def read_ppocr(image: Image.Image) -> list[Line]:
        if not engine:
            settings = {"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": 1}
            engine.append(RapidOCR(params=settings))
        found: Any = engine[0](np.asarray(image.convert("RGB")))
        if found.boxes is None:
            return []
        corners = [(*b.min(axis=0).tolist(), *b.max(axis=0).tolist()) for b in found.boxes]
        return list(zip(found.txts, corners, strict=True))

    both: dict[str, Reader] = {"tesseract": read_tesseract, "ppocr": read_ppocr}
    if cache is None:
        return both
    cache.mkdir(parents=True, exist_ok=True)
    return {name: _cached(reader, cache, name) for name, reader in both.items()}


def _cached(reader: Reader, cache: Path, name: str) -> Reader:
    def read(image: Image.Image) -> list[Line]:
        path = cache / f"{hashlib.sha256(image.tobytes()).hexdigest()}.{name}.json"
        if not path.exists():
            path.write_text(json.dumps(reader(image)), encoding="utf-8")
        return [(text, (x0, y0, x1, y1)) for text, (x0, y0, x1, y1) in json.loads(path.read_text(encoding="utf-8"))]

    return read


def read_tesseract(image: Image.Image) -> list[Line]:
    """Words by the ``tesseract`` command with its defaults."""
    data = pytesseract.image_to_data(image, output_type=pytesseract.Output.DICT)
    lines = []
    for text, x, y, w, h in zip(data["text"], data["left"], data["top"], data["width"], data["height"], strict=True):
        if text.strip():
            lines.append((text, (x, y, x + w, y + h)))
    return lines


def across(lines: list[Line], box: Box) -> str:
    """What was read across a box, from left to right."""
    hits = []
    for text, (x0, y0, x1, y1) in lines:
        middle = (y0 + y1) / 2
        if x1 > box[0] and x0 < box[2] and box[1] - 8 < middle < box[3] + 8:
            hits.append((x0, text))
    return " ".join(text for _, text in sorted(hits))


def normal(text: str) -> str:
    """NFKC, case folded, punctuation away, white space collapsed."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(c if c.isalnum() or c.isspace() or c in "./%" else " " if c in "-,;:()" else "" for c in folded)
    return " ".join(kept.replace(".", " ").split())


def _scaled(box: Sequence[float], scale: float) -> Box:
    return (box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale)


if __name__ == "__main__":
    raise SystemExit(main())
