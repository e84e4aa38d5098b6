"""How hard the faxes are: the share of fields that two plain readers read exactly, by tier and by typed or handwritten.

``python -m samples.generator.anchors DIR [--pages N]`` reads every page that is a picture, turned upright and by its
true skew so that boxes can be compared, with Tesseract and with
PP-OCR as their packages come, and counts a field as read exactly when its text stands in what was read across the
field's box, after NFKC, case folding, collapsed white space and stripped punctuation. Aims: typed 0.27-0.55 and
0.85-1.0 on ``fine_fax``, 0.04-0.20 and 0.60-0.85 on ``standard_fax``; handwritten 0.05-0.20 and 0.50-0.80 on
``fine_fax``; ``degraded`` harder than both.
"""

import argparse
import itertools
import json
import random
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytesseract
from PIL import Image
from rapidocr import RapidOCR

from samples.generator.ops import Box

Line = tuple[str, Box]
Reader = Callable[[Image.Image], list[Line]]
COUNTED = ("patient.", "prescriber.", "orders[", "coverages[", "diagnoses[")


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m samples.generator.anchors", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=10_000, help="read at most this many pages, drawn at random")
    options = parser.parse_args(arguments)
    engine = RapidOCR(params={"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": 1})
    readers: dict[str, Reader] = {"tesseract": read_tesseract, "ppocr": lambda image: read_ppocr(engine, image)}
    right: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    loose: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    kept = sorted(options.folder.glob("*.truth.json"))
    random.Random(1).shuffle(kept)
    for picture, page, fields in itertools.islice(pages(kept), options.pages):
        scale = picture.width / page["width"]
        for name, reader in readers.items():
            lines = reader(picture)
            for is_hand, text, box in fields:
                seen = across(lines, (box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale))
                key = (page["tier"], "handwritten" if is_hand else "typed", name)
                right[key].append(f" {normal(text)} " in f" {normal(seen)} ")
                loose[key].append(normal(text).replace(" ", "") in normal(seen).replace(" ", ""))
    print(f"{'tier':14}{'ink':14}{'reader':12}{'fields':>8}{'exact':>8}{'spaces aside':>15}")
    for key in sorted(right):
        tier, ink_kind, name = key
        exact, near = np.mean(right[key]), np.mean(loose[key])
        print(f"{tier:14}{ink_kind:14}{name:12}{len(right[key]):8d}{exact:8.2f}{near:15.2f}")


def pages(truths: list[Path]) -> Iterator[tuple[Image.Image, dict[str, Any], list[tuple[bool, str, Box]]]]:
    """Every upright picture with its page of ``words.json`` and its fields (handwritten?, text, box)."""
    for path in truths:
        stem = path.with_suffix("").with_suffix("")
        truth = json.loads(path.read_text(encoding="utf-8"))
        words = json.loads(stem.with_suffix(".words.json").read_text(encoding="utf-8"))
        source = next(p for p in (stem.with_suffix(".tif"), stem.with_suffix(".pdf")) if p.exists())
        for index, picture in enumerate(pictures(source)):
            page, about = words["pages"][index], truth["document"]["pages"][index]
            if page["tier"] == "digital":
                continue
            if about["rotation"]:
                picture = picture.rotate(-about["rotation"], expand=True)  # noqa: PLW2901
            picture = picture.rotate(-truth["generator"]["skews"][index], Image.Resampling.BICUBIC, fillcolor=255)  # noqa: PLW2901
            yield picture, page, list(fields(truth, page))


def fields(truth: dict[str, Any], page: dict[str, Any]) -> Iterator[tuple[bool, str, Box]]:
    """The counted fields of a page with the text that stands in their box."""
    for path, places in truth["boxes"].items():
        if not path.startswith(COUNTED) or path.endswith("signature_present"):
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


def read_tesseract(image: Image.Image) -> list[Line]:
    """Words by the ``tesseract`` command with its defaults."""
    data = pytesseract.image_to_data(image, output_type=pytesseract.Output.DICT)
    lines = []
    for text, x, y, w, h in zip(data["text"], data["left"], data["top"], data["width"], data["height"], strict=True):
        if text.strip():
            lines.append((text, (x, y, x + w, y + h)))
    return lines


def read_ppocr(engine: RapidOCR, image: Image.Image) -> list[Line]:
    """Lines by RapidOCR with its defaults."""
    found: Any = engine(np.asarray(image.convert("RGB")))
    if found.boxes is None:
        return []
    return [
        (t, (*b.min(axis=0).tolist(), *b.max(axis=0).tolist())) for t, b in zip(found.txts, found.boxes, strict=True)
    ]


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


if __name__ == "__main__":
    main()
