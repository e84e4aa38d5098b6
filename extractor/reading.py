"""What happens to one page inside the process that reads it: render, prepare, read, lay out."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from extractor import image, ingest, layout, ocr
from extractor.artifacts import FolderArtifacts, artifact_key
from extractor.knowledge.labels import label_phrases
from models.record import Page, Quality
from models.stages.document import IncomingDocument
from models.stages.layout import PageReading
from models.stages.options import IngestOptions, OcrOptions, Options
from models.stages.text import Word, Words

T = TypeVar("T")


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
    """What was read, and the upright page as PNG if it was asked for."""

    reading: PageReading
    image: bytes | None


def prepare_worker(options: OcrOptions) -> None:
    """Load the reading engine once a process, before the first page comes."""
    ocr.warm_up(options)


def open_file(request: OpenRequest) -> IncomingDocument:
    """Open a file: see ``ingest.open_document``."""
    return ingest.open_document(Path(request.path), request.options)


def read_page(request: PageRequest) -> PageResult:
    """Bytes to words and layout, for one page."""
    options, clock = request.options, _Clock()
    rendered = clock.time("ingest", lambda: ingest.render_page(request.document, request.page_no, options.ingest))
    page = clock.time(
        "image", lambda: image.prepare_page(rendered, options.image, reads_well=ocr.legibility(options.ocr))
    )
    read = clock.time("ocr", lambda: ocr.read_words(page, options.ocr))
    words = clock.time("labels", lambda: ocr.respell_phrases(read, label_phrases()))
    words = _keep_probabilities(read, words, request)
    header = clock.time("header", lambda: image.find_header(words, page, ocr.line_reader(options.ocr)))
    body = words if header is None else _without(words, header.words)
    laid_out = clock.time("layout", lambda: layout.analyse_page(page, body))
    reading = PageReading(
        page=Page(
            page_no=request.page_no,
            quality=Quality(page.quality),
            rotation=page.rotation,
            width=round(page.width, 2),
            height=round(page.height, 2),
        ),
        words=words,
        layout=laid_out,
        is_blank=image.is_blank(page),
        fax_header=None if header is None else header.header,
        seconds=clock.seconds,
        notes=(*page.notes, *words.notes),
    )
    return PageResult(reading, image.encode_png(page) if options.keep_images else None)


def _keep_probabilities(read: ocr.Reading, words: Words, request: PageRequest) -> Words:
    """Store the recogniser's class probabilities, from which a field can be decoded again without reading the page."""
    folder = request.options.artifact_dir
    data = ocr.pack_probabilities(read) if folder is not None else None
    if folder is None or data is None:
        return words
    key = artifact_key(request.document.sha256, "probabilities", words.version, request.page_no)
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
