"""Pictures of places on the pages of faxes, cut in the processes that read pages, and kept."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from extractor.artifacts import Artifacts, artifact_key
from extractor.errors import ExtractorError
from extractor.isolation import Task, WorkerPool
from extractor.pipeline import start_pool
from extractor.reading import CropRequest, KeptReadings, crop_page, reading_version
from models.record import BBox
from models.stages.document import IncomingDocument
from models.stages.options import Options

MARGIN = BBox(90.0, 12.0, 40.0, 12.0)
"""Points around a place that are shown with it: left (where labels stand), above, right, below."""


class View(NamedTuple):
    """A place on a page of a fax, in points."""

    fax: Path
    page_no: int
    bbox: BBox


def view_around(fax: Path, page_no: int, bbox: BBox) -> View:
    """The place with a margin, in whole points."""
    x0, top = max(0.0, bbox.x0 - MARGIN.x0), max(0.0, bbox.top - MARGIN.top)
    box = BBox(x0, top, bbox.x1 + MARGIN.x1, bbox.bottom + MARGIN.bottom)
    return View(fax, page_no, BBox(*(float(round(edge)) for edge in box)))


def cut_views(views: Iterable[View], options: Options, artifacts: Artifacts) -> Mapping[View, bytes]:
    """Each view as PNG; those that cannot be had (a page that failed) are left out.

    Only pages of files that were read with the same ``artifacts`` are found.
    """
    kept, version = KeptReadings(artifacts, options), reading_version(options)
    by_fax: dict[Path, list[View]] = defaultdict(list)
    for view in dict.fromkeys(views):
        by_fax[view.fax].append(view)
    found: dict[View, bytes] = {}
    with start_pool(options) as pool:
        for fax, some in by_fax.items():
            document = kept.find_document(fax, options.ingest.max_bytes)
            if document is None:
                continue
            keys = {view: _key(document, view, version) for view in some}
            found |= {view: data for view in some if (data := artifacts.get(keys[view])) is not None}
            for view, data in _cut([view for view in some if view not in found], document, options, pool):
                artifacts.put(keys[view], data)
                found[view] = data
    return {view: data for view, data in found.items() if data}


def _cut(
    views: list[View], document: IncomingDocument, options: Options, pool: WorkerPool
) -> Iterator[tuple[View, bytes]]:
    by_page: dict[int, list[View]] = defaultdict(list)
    for view in views:
        by_page[view.page_no].append(view)
    pages = list(by_page.values())
    tasks = [
        Task(
            CropRequest(document, some[0].page_no, tuple(view.bbox for view in some), options),
            page_no=some[0].page_no,
            seconds=options.pool.page_seconds,
        )
        for some in pages
    ]
    for index, outcome in pool.run(crop_page, tasks):
        if not isinstance(outcome, ExtractorError):
            yield from zip(pages[index], outcome, strict=True)


def _key(document: IncomingDocument, view: View, version: str) -> str:
    box = hashlib.sha256(repr(tuple(view.bbox)).encode()).hexdigest()[:12]
    return artifact_key(document.sha256, f"crop-{box}", version, view.page_no)
