"""Words from pixels or from a PDF's own text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from extractor.errors import EngineUnavailable
from extractor.ocr import null as null
from extractor.ocr import ppocr as ppocr
from extractor.ocr import tesseract as tesseract
from extractor.ocr.base import Engine, Reading, ReadLine, engines, pack_probabilities, unpack_probabilities
from extractor.ocr.embedded import read_page
from extractor.ocr.phrases import respell_phrases
from extractor.ocr.ppocr import PpocrEngine
from extractor.ocr.second import read_second
from extractor.pixels import Gray, PageImage
from models.record import BBox, Quality
from models.stages.options import OcrOptions

__all__ = [
    "Availability", "Engine", "ReadLine", "Reading", "available_engines", "engines", "find_engine",
    "legibility", "line_reader", "missing_engines",
    "pack_probabilities", "read_boxes", "read_second", "read_words", "respell_phrases",
    "unpack_probabilities", "warm_up",
]  # fmt: skip

AUTO = "auto"
LINE_DPI = 200.0
"""Stands in for the resolution of a bare crop, of which nothing but the box's units depends on it."""

PREFERENCE = ("ppocr", "tesseract")
"""What reads pictures under ``auto``, best first, as measured by ``tests/benchmarks/bench_reading.py``."""


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether an engine works here: its ``version``, or None and in ``remedy`` what to do about it."""

    version: str | None
    remedy: str = ""


_built: dict[tuple[str, OcrOptions], Engine] = {}


def find_engine(name: str, options: OcrOptions) -> Engine:
    """The engine of this name, built once a process; ``auto`` is the first of ``PREFERENCE`` that works here.

    Raises ``EngineUnavailable`` naming what to install, and ``UsageError`` for a name nobody registered.
    """
    if name == AUTO:
        return _find_default(options)
    key = (name, options)
    if key not in _built:
        _built[key] = engines.get(name)(options)
    return _built[key]


def read_words(page: PageImage, options: OcrOptions) -> Reading:
    """The words of one page by ``options.engine``.

    ``auto`` believes a PDF's own text where it agrees with the pixels, see ``extractor.ocr.embedded``.
    """
    if options.engine == AUTO:
        return read_page(page, lambda: find_engine(AUTO, options))
    return find_engine(options.engine, options).read(page)


def read_boxes(page: PageImage, boxes: Sequence[BBox], options: OcrOptions) -> tuple[ReadLine, ...]:
    """Read given boxes (points) again, each as one line, from the pixels."""
    return find_engine(options.engine, options).recognise(page, boxes)


def legibility(options: OcrOptions) -> Callable[[Sequence[Gray]], Sequence[float]]:
    """A function that says of line crops how much each reads as text, 0 to 1; 0 for all where nothing can tell."""

    def score(crops: Sequence[Gray]) -> Sequence[float]:
        try:
            engine = find_engine("ppocr", options)
        except EngineUnavailable:
            return [0.0] * len(crops)
        return engine.score_crops(crops) if isinstance(engine, PpocrEngine) else [0.0] * len(crops)

    return score


def line_reader(options: OcrOptions) -> Callable[[Gray], str]:
    """A function that reads a crop as one line of text; empty where nothing can be read."""

    def read(crop: Gray) -> str:
        page = PageImage(1, crop, LINE_DPI, (LINE_DPI, LINE_DPI), is_bilevel=False, quality=Quality.CLEAN_SCAN.value)
        (line,) = find_engine(options.engine, options).recognise(page, [BBox(0, 0, page.width, page.height)])
        return line.text

    return read


def warm_up(options: OcrOptions) -> None:
    """Build the engine of ``options`` now, so that the first page does not wait for it."""
    find_engine(options.engine, options)


def available_engines(options: OcrOptions | None = None) -> dict[str, Availability]:
    """Every registered engine and whether it works here."""
    found = {}
    for name in engines.names():
        try:
            found[name] = Availability(find_engine(name, options or OcrOptions()).version)
        except EngineUnavailable as error:
            found[name] = Availability(None, error.message)
    return found


def missing_engines(options: OcrOptions) -> tuple[str, ...]:
    """A sentence for each engine of ``PREFERENCE`` that ``auto`` has to do without, naming the package to install.

    Cheap: builds no engine, starts no program. Empty where ``options`` ask for one engine by name.
    """
    if options.engine != AUTO or tesseract.is_installed():
        return ()
    return (f"Pages are read by ppocr alone, without its stand-in: {tesseract.REMEDY}.",)


def _find_default(options: OcrOptions) -> Engine:
    missing = []
    for name in PREFERENCE:
        try:
            return find_engine(name, options)
        except EngineUnavailable as error:
            missing.append(error.message)
    raise EngineUnavailable("No engine can read pictures. " + " Or: ".join(missing))
