"""What happens to one page inside the process that reads it: render, prepare, read, lay out; and readings kept."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from extractor import image, ingest, layout, ocr
from extractor.artifacts import Artifacts, FolderArtifacts, artifact_key, code_version
from extractor.image import PackedPage
from extractor.knowledge.labels import label_phrases
from extractor.pixels import PageImage, RenderedPage
from models.record import BBox, Page, Quality, Value
from models.record.arrangement import Turn
from models.stages.document import IncomingDocument
from models.stages.layout import Layout, PageReading
from models.stages.options import IngestOptions, OcrOptions, Options, PolicyOptions, PoolOptions, SiteOptions
from models.stages.text import Word, Words

SCREEN_DPI = 110
GRAY_STEP = 17

T = TypeVar("T")
V = TypeVar("V", bound=Value)


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """Open the file at ``path``."""

    path: str
    options: IngestOptions


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Read one page of an opened file."""

    document: IncomingDocument
    page_no: int
    options: Options


@dataclass(frozen=True, slots=True)
class PageResult:
    """What was read, and the upright page as PNG if it was asked for.

    ``packed``: the page to look at again where it was read from pixels; None for one that was read before.
    """

    reading: PageReading
    image: bytes | None
    packed: PackedPage | None = None


@dataclass(frozen=True, slots=True)
class CropRequest:
    """Cut these boxes (points on the upright page) out of one page of an opened file."""

    document: IncomingDocument
    page_no: int
    boxes: tuple[BBox, ...]
    options: Options


def prepare_worker(options: OcrOptions) -> None:
    """Load the reading engine once a process, before the first page comes."""
    ocr.warm_up(options)


def open_file(request: OpenRequest) -> IncomingDocument:
    """Open a file: see ``ingest.open_document``."""
    return ingest.open_document(Path(request.path), request.options)


def read_page(request: PageRequest) -> PageResult:
    """Bytes to words and layout, for one page."""
    options, clock = request.options, _Clock()
    rendered = _render(request.document, request.page_no, options, clock)
    page = _prepare(rendered, request.document.turn_of(request.page_no), options, clock)
    read = clock.time("ocr", lambda: ocr.read_words(page, options.ocr))
    words = clock.time("labels", lambda: ocr.respell_phrases(read, label_phrases()))
    words = _keep_probabilities(read, words, request)
    header = clock.time("header", lambda: image.find_header(words, page, ocr.line_reader(options.ocr)))
    body = words if header is None else _without(words, header.words)
    header_bottom = 0.0 if header is None else max(word.bbox.bottom for word in header.words)
    is_letter = image.says_letter(" ".join(word.text for word in body.words))
    letter_id = clock.time("header", lambda: image.find_letter_id(rendered, is_letter=is_letter))
    # What this program wrote itself says nothing of the patient: it only repeats what was read before.
    laid_out = (
        Layout(page_no=page.page_no) if letter_id else clock.time("layout", lambda: layout.analyse_page(page, body))
    )
    reading = PageReading(
        page=Page(
            page_no=request.page_no,
            quality=Quality(page.quality),
            rotation=page.rotation,
            width=round(page.width, 2),
            height=round(page.height, 2),
            letter_id=letter_id,
        ),
        words=words,
        layout=laid_out,
        is_blank=image.is_blank(page),
        fax_header=None if header is None else header.header,
        page_print=clock.time("print", lambda: image.make_print(page, header_bottom)),
        seconds=clock.seconds,
        notes=(*page.notes, *words.notes),
    )
    is_read_from_pixels = any(word.source != "embedded" for word in words.words)
    packed = clock.time("pack", lambda: image.pack_page(page)) if is_read_from_pixels else None
    return PageResult(reading, image.encode_png(page) if options.keep_images else None, packed)


def crop_page(request: CropRequest) -> tuple[bytes, ...]:
    """Each box of the upright page as PNG, to look at on a screen; empty where the box lies off the page."""
    page = prepare_page(request.document, request.page_no, request.options)
    return tuple(_picture(page, box) for box in request.boxes)


def _picture(page: PageImage, box: BBox) -> bytes:
    """Near ``SCREEN_DPI``: each pixel the mean of a square of the page's, in few grays because that packs well."""
    step = max(1, round(page.dpi / SCREEN_DPI))
    crop = page.crop(box)
    height, width = crop.shape[0] // step, crop.shape[1] // step
    if not height or not width:
        return b""
    squares = crop[: height * step, : width * step].reshape(height, step, width, step)
    grays = squares.mean(axis=(1, 3)).astype("uint8") // GRAY_STEP * GRAY_STEP
    return image.encode_png(replace(page, pixels=grays, margin=(0, 0, 0, 0)))


def prepare_page(document: IncomingDocument, page_no: int, options: Options) -> PageImage:
    """One page of an opened file, upright and straight."""
    clock = _Clock()
    return _prepare(_render(document, page_no, options, clock), document.turn_of(page_no), options, clock)


def _render(document: IncomingDocument, page_no: int, options: Options, clock: "_Clock") -> RenderedPage:
    return clock.time("ingest", lambda: ingest.render_page(document, page_no, options.ingest))


def _prepare(rendered: RenderedPage, turn: Turn, options: Options, clock: "_Clock") -> PageImage:
    reads_well = ocr.legibility(options.ocr)
    return clock.time("image", lambda: image.prepare_page(rendered, options.image, reads_well, turn))


def _keep_probabilities(read: ocr.Reading, words: Words, request: PageRequest) -> Words:
    """Store the recogniser's class probabilities, from which a field can be decoded again without reading the page."""
    folder = request.options.artifact_dir
    data = ocr.pack_probabilities(read) if folder is not None else None
    if folder is None or data is None:
        return words
    key = page_key(request.document, "probabilities", words.version, request.page_no)
    FolderArtifacts(Path(folder)).put(key, data)
    return words.model_copy(update={"probabilities": key})


def _without(words: Words, dropped: tuple[Word, ...]) -> Words:
    """All words but these."""
    return words.model_copy(update={"words": tuple(word for word in words.words if word not in dropped)})


class _Clock:
    """CPU seconds of this process by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def time(self, stage: str, work: Callable[[], T]) -> T:
        start = time.process_time()
        try:
            return work()
        finally:
            self.seconds[stage] = round(time.process_time() - start, 4)


class KeptReadings:
    """Opened files and readings of pages, kept from one run to the next. They are patient data.

    A key holds the file's sha256, the page, its turn and ``reading_version``, so what comes back is what reading would
    give.
    """

    def __init__(self, artifacts: Artifacts, options: Options) -> None:
        self._artifacts = artifacts
        self._version = reading_version(options)

    def find_document(self, path: Path, max_bytes: int) -> IncomingDocument | None:
        """The file at ``path`` as opened before, None where it was not or cannot be opened."""
        sha256 = file_sha256(path, max_bytes)
        data = None if sha256 is None else self._artifacts.get(artifact_key(sha256, "document", self._version))
        kept = _parse(IncomingDocument, data)
        return kept and kept.model_copy(update={"path": str(path.absolute()), "filename": path.name})

    def keep_document(self, document: IncomingDocument) -> None:
        """Keep an opened file's description."""
        self._put(artifact_key(document.sha256, "document", self._version), document.model_dump_json())

    def find_page(self, document: IncomingDocument, page_no: int) -> PageReading | None:
        """The page as read before, None where it was not."""
        data = self._artifacts.get(page_key(document, "reading", self._version, page_no))
        return _parse(PageReading, data)

    def keep_page(self, document: IncomingDocument, reading: PageReading) -> None:
        """Keep one page's reading."""
        key = page_key(document, "reading", self._version, reading.page.page_no)
        self._put(key, reading.model_dump_json())

    def _put(self, key: str, text: str) -> None:
        self._artifacts.put(key, text.encode())


def page_key(document: IncomingDocument, stage: str, version: str, page_no: int) -> str:
    """The key of what is made of one page as it is turned."""
    turn = document.turn_of(page_no)
    return artifact_key(document.sha256, stage, f"{version} turned by {turn}" if turn else version, page_no)


def _parse(kind: type[V], data: bytes | None) -> V | None:
    """The value that was kept, None where there is none or its file is damaged."""
    try:
        return None if data is None else kind.model_validate_json(data)
    except ValidationError:
        return None


@cache
def reading_version(options: Options) -> str:
    """All that a reading depends on besides the file: the code and libraries, the engines, and the options."""
    engines = {name: found.version for name, found in ocr.available_engines(options.ocr).items()}
    told = options.model_copy(
        update={"keep_images": False, "pool": PoolOptions(), "site": SiteOptions(), "policy": PolicyOptions()}
    )
    return f"{code_version(__name__)} {sorted(engines.items())} {told.model_dump_json(exclude={'ocr': {'cache_dir'}})}"


def file_sha256(path: Path, max_bytes: int) -> str | None:
    """The file's hash, so that even a failed file can be told apart; None where it cannot be had within the limit."""
    try:
        if not path.is_file() or path.stat().st_size > max_bytes:
            return None
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError:
        return None
