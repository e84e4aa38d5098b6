"""Pages to look at: the upright picture that all boxes are drawn on, and the words on it.

Both come from the stored original through the same preparation as when it was read, turned as people say, in a process
of their own, because hostile bytes meet native libraries there; both are kept by the file's sha256.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

from extractor.artifacts import Artifacts, artifact_key
from extractor.errors import ExtractorError
from extractor.isolation import Task, WorkerPool
from extractor.letter import Place
from extractor.pipeline import extract_file
from extractor.reading import (
    CropRequest,
    KeptReadings,
    OpenRequest,
    PageRequest,
    crop_page,
    open_file,
    read_page,
    reading_version,
)
from extractor.web.drawing import BoxRequest, DrawRequest, draw_page, read_box
from models.record import BBox, Extraction
from models.record.arrangement import Arrangement, Turn
from models.stages.document import IncomingDocument
from models.stages.options import Options
from models.stages.text import Word

A = TypeVar("A")
R = TypeVar("R")


class Originals(Protocol):
    """Where the files lie as they came."""

    def path(self, sha256: str) -> Path:
        """The file; ``FileUnavailable`` where there is none."""
        ...


class PageShelf:
    """Pictures and words of pages. Thread safe; pages are made one at a time, in one process beside the server."""

    def __init__(self, originals: Originals, options: Options, artifacts: Artifacts) -> None:
        self._originals = originals
        self._options = options
        self._artifacts = artifacts
        self._kept = KeptReadings(artifacts, options)
        self._version = reading_version(options)
        self._lock = threading.Lock()
        self._pool: WorkerPool | None = None

    def picture(self, sha256: str, page_no: int, turn: Turn = 0) -> bytes:
        """The upright page as PNG. Raises what opening or preparing raises, ``FileUnavailable`` for a lost original."""
        # A stage of its own for each turn: to know the key, the file need not be opened.
        key = artifact_key(sha256, f"upright{turn or ''}", self._version, page_no)
        kept = self._artifacts.get(key)
        if kept is None:
            with self._lock:
                kept = self._artifacts.get(key) or self._draw(sha256, page_no, turn)
            self._artifacts.put(key, kept)
        return kept

    def words(self, sha256: str, page_no: int, turn: Turn = 0) -> tuple[Word, ...]:
        """The words of the page as they were read; they are read again where the reading was not kept."""
        with self._lock:
            document = self._open(sha256).turned({page_no: turn})
            reading = self._kept.find_page(document, page_no)
            if reading is None:
                request = PageRequest(document, page_no, self._options.model_copy(update={"keep_images": False}))
                reading = self._run(read_page, request, page_no).reading
                self._kept.keep_page(document, reading)
        return reading.words.words

    def cut(self, sha256: str, places: Iterable[Place], turns: Mapping[int, Turn]) -> dict[Place, bytes]:
        """Boxes of pages as PNG; what cannot be rendered or lies off its page is left out."""
        by_page: dict[int, list[Place]] = defaultdict(list)
        for place in places:
            by_page[place.page_no].append(place)
        found: dict[Place, bytes] = {}
        for page_no, some in by_page.items():
            try:
                with self._lock:
                    boxes = tuple(place.bbox for place in some)
                    request = CropRequest(self._open(sha256).turned(turns), page_no, boxes, self._options)
                    pictures = self._run(crop_page, request, page_no)
            except ExtractorError:
                continue
            found |= {place: picture for place, picture in zip(some, pictures, strict=True) if picture}
        return found

    def extract(self, sha256: str, said: Arrangement) -> Extraction:
        """The file put together anew from its pages as they were read, with what people ``said`` of them."""
        with self._lock:
            file = self._originals.path(sha256)
            return extract_file(
                file, self._options, pool=self._pages_pool(), artifacts=self._artifacts, said=said
            ).extraction

    def read_box(self, sha256: str, page_no: int, box: BBox, turn: Turn) -> str:
        """What stands inside a box of the upright page, read from its pixels; empty where nothing can be read."""
        with self._lock:
            request = BoxRequest(self._open(sha256).turned({page_no: turn}), page_no, box, self._options)
            return self._run(read_box, request, page_no)

    def close(self) -> None:
        """End the process beside the server."""
        with self._lock:
            if self._pool is not None:
                self._pool.close()
            self._pool = None

    def _draw(self, sha256: str, page_no: int, turn: Turn) -> bytes:
        document = self._open(sha256).turned({page_no: turn})
        return self._run(draw_page, DrawRequest(document, page_no, self._options), page_no)

    def _open(self, sha256: str) -> IncomingDocument:
        path = self._originals.path(sha256)
        known = self._kept.find_document(path, self._options.ingest.max_bytes)
        if known is None:
            known = self._run(open_file, OpenRequest(str(path.absolute()), self._options.ingest), None)
            self._kept.keep_document(known)
        return known

    def _run(self, function: Callable[[A], R], argument: A, page_no: int | None) -> R:
        """One task in the process beside the server; its error is raised."""
        task = Task(argument, page_no=page_no, seconds=self._options.pool.page_seconds)
        ((_, outcome),) = self._pages_pool().run(function, [task])
        if isinstance(outcome, ExtractorError):
            raise outcome
        return outcome

    def _pages_pool(self) -> WorkerPool:
        if self._pool is None:
            memory = self._options.pool.memory_bytes
            self._pool = WorkerPool(processes=1, memory_bytes=memory, initialise=None, argument=None)
        return self._pool
