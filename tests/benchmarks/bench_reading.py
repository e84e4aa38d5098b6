"""How well and how fast words are read: our engines beside plain Tesseract and plain RapidOCR, same pages, one run.

    python tests/benchmarks/bench_reading.py samples/faxes ../shared/data/ocr_pages ../shared/data/funsd_training
    python tests/benchmarks/bench_reading.py samples/faxes --readers ppocr,ppocr-f32 --limit 8
    python tests/benchmarks/bench_reading.py samples/faxes --stages

Truth is ``<name>.words.json`` (words with boxes), ``<name>.txt`` beside an image, or FUNSD's ``annotations`` folder.
The two plain readers get the page as we prepared it (upright, straight, square pixels), one thread. Words are compared
without regard to their order, for readers order them differently: WER is position-independent (Tillmann et al. 1997),
max(missing, extra) / words; CER pairs the words that differ, closest first. F1 is of the bags of words. Case counts;
tokens of punctuation alone do not. CPU is user and system seconds a page, of child processes too.
"""

import argparse
import itertools
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
from rapidfuzz.distance import Levenshtein

from extractor import image, ingest, ocr
from extractor.errors import ExtractorError
from extractor.ocr.detection import trim_box
from extractor.ocr.lines import make_words
from extractor.ocr.ppocr import PpocrEngine
from extractor.ocr.recognition import recognise_crop, soften
from extractor.ocr.specks import drop_specks
from extractor.pixels import PageImage
from models.stages.options import OcrOptions, Options

Reader = Callable[[PageImage], list[str]]
SUFFIXES = {".tif", ".tiff", ".pdf", ".png", ".jpg"}
ALL_READERS = ("default", "ppocr", "ppocr-f32", "tesseract", "plain-tesseract", "plain-rapidocr")


@dataclass(frozen=True)
class TruePage:
    """A prepared page and its words."""

    name: str
    tier: str
    page: PageImage
    words: tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """Counts of one page, and the CPU seconds it took."""

    words: int
    read: int
    matched: int
    characters: int
    wrong_characters: int
    seconds: float


def find_pages(folder: Path) -> Iterator[TruePage]:
    """Every page of the folder that has truth."""
    if (folder / "annotations").is_dir():
        for path in sorted((folder / "annotations").glob("*.json")):
            form = json.loads(path.read_text(encoding="utf-8"))["form"]
            words = [word["text"] for entry in form for word in entry["words"]]
            for page in _prepare(folder / "images" / f"{path.stem}.png"):
                yield TruePage(path.stem, "funsd", page, _tokens(words))
        return
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in SUFFIXES:
            continue
        boxed, plain = path.with_suffix(".words.json"), path.with_suffix(".txt")
        if boxed.exists():
            truth = json.loads(boxed.read_text(encoding="utf-8"))["pages"]
            for page, entry in zip(_prepare(path), truth, strict=False):
                tier = f"{entry['tier']}/{entry.get('kind', 'typed')}"
                words = [word["text"] for word in entry["words"]]
                yield TruePage(f"{path.stem} p{entry['page_no']}", tier, page, _tokens(words))
        elif plain.exists():
            words = plain.read_text(encoding="utf-8", errors="replace").split()
            for page in _prepare(path):
                yield TruePage(path.stem, folder.name, page, _tokens(words))


def _prepare(path: Path) -> Iterator[PageImage]:
    options = Options()
    try:
        document = ingest.open_document(path, options.ingest)
        for page in document.pages:
            rendered = ingest.render_page(document, page.page_no, options.ingest)
            yield image.prepare_page(rendered, options.image, reads_well=ocr.legibility(options.ocr))
    except ExtractorError as error:
        print(f"{path.name}: {error.code}", file=sys.stderr)


def _tokens(words: Sequence[str]) -> tuple[str, ...]:
    plain = str.maketrans("\u2018\u2019\u201c\u201d\u2013\u2014", "''\"\"--")
    text = " ".join(unicodedata.normalize("NFKC", word).translate(plain) for word in words).replace("_", " ")
    return tuple(token for token in text.split() if any(character.isalnum() for character in token))


def make_reader(name: str) -> Reader:
    """The reader of that name; built before the clock starts."""
    if name == "plain-tesseract":
        return _read_with_command
    if name == "plain-rapidocr":
        return _rapidocr()
    if name == "default":
        return lambda page: [word.text for word in ocr.read_words(page, OcrOptions()).words.words]
    options = OcrOptions(is_eight_bit=name != "ppocr-f32")
    engine = ocr.find_engine(name.removesuffix("-f32"), options)
    return lambda page: [word.text for word in engine.read(page).words.words]


def _read_with_command(page: PageImage) -> list[str]:
    with tempfile.NamedTemporaryFile(suffix=".png") as handle:
        cv2.imwrite(handle.name, page.pixels)
        command = ["tesseract", handle.name, "-", "--dpi", str(round(page.dpi))]
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin"}
        )
    return done.stdout.split()


def _rapidocr() -> Reader:
    from rapidocr import RapidOCR

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    engine = RapidOCR(params={**threads, "Global.log_level": "critical"})

    def read(page: PageImage) -> list[str]:
        found = engine(cv2.cvtColor(page.pixels, cv2.COLOR_GRAY2BGR))
        return " ".join(found.txts or ()).split()

    return read


def score(truth: Sequence[str], read: Sequence[str], seconds: float) -> Score:
    """Compare two bags of words."""
    missing, extra = Counter(truth) - Counter(read), Counter(read) - Counter(truth)
    matched = len(truth) - missing.total()
    left, right = list(missing.elements()), list(extra.elements())
    pairs = sorted(
        (Levenshtein.distance(a, b), i, j)
        for i, a in enumerate(left)
        for j, b in enumerate(right)
        if abs(len(a) - len(b)) <= max(len(a), len(b)) // 2
    )
    wrong, done_left, done_right = 0, set(), set()
    for distance, i, j in pairs:
        if i not in done_left and j not in done_right and distance < max(len(left[i]), len(right[j])):
            wrong += distance
            done_left.add(i)
            done_right.add(j)
    wrong += sum(len(word) for i, word in enumerate(left) if i not in done_left)
    wrong += sum(len(word) for j, word in enumerate(right) if j not in done_right)
    return Score(len(truth), len(read), matched, sum(map(len, truth)), wrong, seconds)


def print_table(results: dict[str, dict[str, list[Score]]], tiers: dict[str, int]) -> None:
    """One row a tier and reader."""
    print(f"{'tier':26} {'reader':16} {'pages':>5} {'words':>6} {'WER':>7} {'CER':>7} {'F1':>7} {'CPU s':>6}")
    for tier in [*tiers, "all"]:
        for reader, by_tier in results.items():
            scores = [one for key, some in by_tier.items() if tier in (key, "all") for one in some]
            words, read = sum(s.words for s in scores), sum(s.read for s in scores)
            matched = sum(s.matched for s in scores)
            wer = sum(max(s.words, s.read) - s.matched for s in scores) / max(1, words)
            cer = sum(s.wrong_characters for s in scores) / max(1, sum(s.characters for s in scores))
            f1, cpu = 2 * matched / max(1, words + read), sum(s.seconds for s in scores) / max(1, len(scores))
            print(f"{tier:26} {reader:16} {len(scores):5} {words:6} {wer:7.4f} {cer:7.4f} {f1:7.4f} {cpu:6.2f}")
    totals = {r: sum(s.seconds for some in by.values() for s in some) for r, by in results.items()}
    for reader, seconds in totals.items():
        ratios = [f"{seconds / totals[o]:.2f} of {o}" for o in ("plain-tesseract", "plain-rapidocr") if totals.get(o)]
        print(f"CPU {reader}: {', '.join(ratios)}")


def print_stages(pages: Sequence[TruePage]) -> None:
    """Where the CPU time of the ppocr engine goes, and what starting it costs."""
    start = time.process_time()
    engine = PpocrEngine(OcrOptions())
    print(f"{'start: build recogniser':34} {time.process_time() - start:.3f} s")
    totals: dict[str, float] = defaultdict(float)
    sizes, lines = set(), 0
    for entry in pages:
        clock = [time.process_time()]
        pixels = drop_specks(entry.page)
        softened = soften(entry.page, pixels)
        clock.append(time.process_time())
        if (pixels.shape, entry.page.dpi) not in sizes:
            engine.detector.find_lines(softened, entry.page.dpi)
            sizes.add((pixels.shape, entry.page.dpi))
            spent = time.process_time() - clock[-1]
            totals["build detector and first run"] += spent
            clock = [moment + spent for moment in clock]
        boxes = [trim_box(pixels, box) for box in engine.detector.find_lines(softened, entry.page.dpi)]
        clock.append(time.process_time())
        places = [(slice(box.top, box.bottom), slice(box.x0, box.x1)) for box in boxes]
        matrices = [recognise_crop(engine.recogniser, softened[place]) for place in places]
        clock.append(time.process_time())
        for box, place, matrix in zip(boxes, places, matrices, strict=True):
            make_words(
                entry.page, box, pixels[place], matrix, engine.recogniser.alphabet, source="ocr:ppocr", segment=0
            )
        clock.append(time.process_time())
        for stage, begin, end in zip(("specks", "detect", "recognise", "words"), clock, clock[1:], strict=False):
            totals[stage] += end - begin
        lines += len(boxes)
    for stage, seconds in totals.items():
        print(f"{stage + ', a page':34} {seconds / len(pages):.3f} s")
    print(f"{len(pages)} pages, {lines / len(pages):.0f} lines a page, {len(sizes)} sizes")


def measure_memory(paths: Sequence[Path]) -> int:
    """Peak resident MiB of a fresh process that reads these files' first pages one after another."""
    for path in paths:
        for page in _prepare(path):
            ocr.read_words(page, OcrOptions(engine="ppocr"))
            break
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description="Word accuracy and CPU time of the readers.")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--readers", default=",".join(ALL_READERS))
    parser.add_argument("--limit", type=int, default=None, help="pages a folder")
    parser.add_argument("--stages", action="store_true", help="where the time of ppocr goes, and its peak memory")
    arguments = parser.parse_args()
    pages = [page for folder in arguments.folders for page in itertools.islice(find_pages(folder), arguments.limit)]
    if arguments.stages:
        print_stages([page for page in pages if page.page.embedded is None])
        files = [path for folder in arguments.folders for path in sorted(folder.rglob("*.tif"))][:6]
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(f"{'peak memory of a process':34} {pool.apply(measure_memory, (files,))} MiB")
        return
    results: dict[str, dict[str, list[Score]]] = {}
    for name in arguments.readers.split(","):
        reader, results[name] = make_reader(name), defaultdict(list)
        reader(pages[0].page)
        for entry in pages:
            before = _cpu()
            words = reader(entry.page)
            results[name][entry.tier].append(score(entry.words, _tokens(words), _cpu() - before))
        print(f"{name}: {len(pages)} pages read", file=sys.stderr)
    print_table(results, dict.fromkeys(page.tier for page in pages))


def _cpu() -> float:
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + child.ru_utime + child.ru_stime


if __name__ == "__main__":
    main()
