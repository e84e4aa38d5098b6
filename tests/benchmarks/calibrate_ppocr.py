"""Measure the ranges of activations that the int8 form of the ppocr models needs.

    python tests/benchmarks/calibrate_ppocr.py FOLDER [--pages 12] [--seed 1]

FOLDER holds faxes made for this purpose, not those that results are reported on (a generator run with a seed of its
own). Writes ``extractor/ocr/ppocr_ranges.json``: for each weights file, by layer, the 0.01 and 99.99 percentile of what
enters it, mean over the crops.
"""

import argparse
import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
import openvino as ov

from extractor import image, ingest
from extractor.ocr.detection import DETECTION_DPI, Detector, trim_box
from extractor.ocr.quantisation import RANGES_FILE, quantisable
from extractor.ocr.recognition import LINE_HEIGHT, line_tensor, soften
from extractor.ocr.specks import drop_specks
from extractor.ocr.weights import DETECTOR, RECOGNISER, find_weights
from extractor.pixels import PageImage
from models.stages.options import OcrOptions, Options

SIDE = 640
LINES_A_PAGE = 12


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure activation ranges for the int8 models.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    pages = list(_pages(arguments.folder))
    pages = chance.sample(pages, min(len(pages), arguments.pages))
    detector = Detector(OcrOptions(is_eight_bit=False))
    tiles, lines = [], []
    for page in pages:
        pixels = drop_specks(page)
        softened = soften(page, pixels)
        scale = min(1.0, DETECTION_DPI / page.dpi)
        small = cv2.resize(softened, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        tile = np.full((SIDE, SIDE), 255, np.uint8)
        part = small[:SIDE, :SIDE]
        tile[: part.shape[0], : part.shape[1]] = part
        tiles.append((tile.astype(np.float32) / 127.5 - 1.0)[None, None])
        boxes = [trim_box(pixels, box) for box in detector.find_lines(softened, page.dpi)]
        chosen = chance.sample(boxes, min(len(boxes), LINES_A_PAGE))
        lines += [line_tensor(softened[box.top : box.bottom, box.x0 : box.x1]) for box in chosen]
    found = {}
    for name, inputs in ((DETECTOR, tiles), (RECOGNISER, lines)):
        path = find_weights(name)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        found[digest] = {"name": name, "inputs": len(inputs), "ranges": _ranges(path, inputs)}
    card = {
        "what": "Lowest and highest activation entering each convolution that is computed in int8.",
        "made_by": f"python tests/benchmarks/calibrate_ppocr.py FOLDER --pages {len(pages)} --seed {arguments.seed}",
        "data": f"{len(pages)} generated pages, {len(lines)} lines of height {LINE_HEIGHT}; none is in the benchmark",
        "measure": "mean over the inputs of the 0.01 and 99.99 percentile",
        "weights": found,
    }
    target = Path(__file__).parents[2] / "extractor" / "ocr" / RANGES_FILE
    target.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(f"{len(pages)} pages, {len(lines)} lines: wrote {target.name}")


def _pages(folder: Path) -> Iterable[PageImage]:
    options = Options()
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in {".tif", ".tiff", ".pdf", ".png"}:
            continue
        document = ingest.open_document(path, options.ingest)
        for page in document.pages:
            yield image.prepare_page(ingest.render_page(document, page.page_no, options.ingest), options.image)


def _ranges(path: Path, inputs: list[np.ndarray]) -> dict[str, tuple[float, float]]:
    core = ov.Core()
    model = core.read_model(path)
    nodes = quantisable(model)
    names = [node.get_friendly_name() for node in nodes]
    model.add_outputs([node.input_value(0) for node in nodes])
    built = core.compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": 1})
    seen = defaultdict(list)
    for tensor in inputs:
        outputs = built([np.repeat(tensor, 3, axis=1)])
        for place, name in enumerate(names, start=1):
            seen[name].append(np.percentile(outputs[place].ravel()[::7], (0.01, 99.99)))
    return {name: tuple(np.mean(values, axis=0).round(4).tolist()) for name, values in seen.items()}


if __name__ == "__main__":
    main()
