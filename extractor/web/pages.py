"""Pages to look at: the upright picture that all boxes are drawn on, and the words on it.

Both come from the stored original through the same preparation as when it was read, in a process of their own, because
hostile bytes meet native libraries there; both are kept by the file's sha256.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from extractor.artifacts import Artifacts, artifact_key
from extractor.errors import ExtractorError
from extractor.image import encode_png
from extractor.isolation import Task, WorkerPool
from extractor.reading import (
    KeptReadings,
    OpenRequest,
    PageRequest,
    open_file,
    prepare_page,
    read_page,
    reading_version,
)
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


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """Draw one page of an opened file."""

    document: IncomingDocument
    page_no: int
    options: Options


def draw_page(request: DrawRequest) -> bytes:
    """The upright page as PNG: the whole of it is the page's width and height in points."""
    return encode_png(prepare_page(request.document, request.page_no, request.options))


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

    def picture(self, sha256: str, page_no: int) -> bytes:
        """The upright page as PNG. Raises what opening or preparing raises, ``FileUnavailable`` for a lost original."""
        key = artifact_key(sha256, "upright", self._version, page_no)
        kept = self._artifacts.get(key)
        if kept is None:
            with self._lock:
                kept = self._artifacts.get(key) or self._draw(sha256, page_no)
            self._artifacts.put(key, kept)
        return kept

    def words(self, sha256: str, page_no: int) -> tuple[Word, ...]:
        """The words of the page as they were read; they are read again where the reading was not kept."""
        with self._lock:
            document = self._open(sha256)
            reading = self._kept.find_page(document, page_no)
            if reading is None:
                request = PageRequest(document, page_no, self._options.model_copy(update={"keep_images": False}))
                reading = self._run(read_page, request, page_no).reading
                self._kept.keep_page(document, reading)
        return reading.words.words

    def close(self) -> None:
        """End the process beside the server."""
        with self._lock:
            if self._pool is not None:
                self._pool.close()
            self._pool = None

    def _draw(self, sha256: str, page_no: int) -> bytes:
        return self._run(draw_page, DrawRequest(self._open(sha256), page_no, self._options), page_no)

    def _open(self, sha256: str) -> IncomingDocument:
        path = self._originals.path(sha256)
        known = self._kept.find_document(path, self._options.ingest.max_bytes)
        if known is None:
            known = self._run(open_file, OpenRequest(str(path.absolute()), self._options.ingest), None)
            self._kept.keep_document(known)
        return known

    def _run(self, function: Callable[[A], R], argument: A, page_no: int | None) -> R:
        """One task in the process beside the server; its error is raised."""
        limits = self._options.pool
        if self._pool is None:
            self._pool = WorkerPool(processes=1, memory_bytes=limits.memory_bytes, initialise=None, argument=None)
        task = Task(argument, page_no=page_no, seconds=limits.page_seconds)
        ((_, outcome),) = self._pool.run(function, [task])
        if isinstance(outcome, ExtractorError):
            raise outcome
        return outcome
