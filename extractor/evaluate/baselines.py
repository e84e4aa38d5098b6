"""Two plain readers on the same faxes: Tesseract, and RapidOCR, each with the same regular expressions.

They get the pages as this program prepares them (upright, straight), which is more than they would have. What an
expression finds is given out: a plain reader has no way of asking, so whatever is wrong is silently wrong.
"""

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from typing import cast

import numpy as np

from extractor import ocr
from extractor.artifacts import Artifacts, artifact_key
from extractor.errors import EngineUnavailable, ExtractorError
from extractor.evaluate.expressions import find_fields
from extractor.evaluate.judge import Judged, judge_fax
from extractor.evaluate.run import Progress
from extractor.evaluate.truth import Truth
from extractor.isolation import Task, WorkerPool
from extractor.pipeline import failed_extraction, start_pool
from extractor.pixels import PageImage
from extractor.reading import KeptReadings, OpenRequest, PageRequest, open_file, prepare_page, reading_version
from extractor.version import __version__
from models.record import BBox, Document, Extraction, Page, Referral, Software, Status, Value
from models.stages.document import IncomingDocument
from models.stages.options import Options

TESSERACT, RAPIDOCR = "Tesseract + expressions", "RapidOCR + expressions"
BASELINES = (TESSERACT, RAPIDOCR)
METHOD = 1
"""Part of the version of a kept page of text; changes with what this file reads."""

Piece = tuple[str, BBox]
"""Text and its box in points."""


class PlainPage(Value):
    """The rows of text of one page, top to bottom, and the CPU seconds that reading took."""

    page_no: int
    rows: tuple[str, ...]
    seconds: float


def judge_baseline(
    name: str,
    truths: Sequence[Truth],
    options: Options,
    artifacts: Artifacts,
    *,
    keys: Sequence[str] = (),
    progress: Progress | None = None,
) -> tuple[Judged, ...]:
    """Read every fax with a plain reader (``BASELINES``) and judge what the expressions find.

    Raises ``EngineUnavailable`` where the reader is not installed.
    """
    judged = []
    _reader(name)
    with start_pool(options) as pool:
        for number, truth in enumerate(truths):
            seconds = 0.0
            try:
                document = _open(truth, options, artifacts, pool)
                pages = _read(name, document, options, artifacts, pool)
                seconds, extraction = sum(page.seconds for page in pages), make_record(name, document, pages)
            except ExtractorError as error:
                extraction = failed_extraction(truth.fax, error, options)
            judged.append(judge_fax(number, truth, extraction, keys=keys, seconds=seconds))
            if progress is not None:
                progress(number + 1, len(truths))
    return tuple(judged)


def make_record(name: str, document: IncomingDocument, pages: Sequence[PlainPage]) -> Extraction:
    """The record of what the expressions find in the pages' text: one referral, everything ``found``."""
    values = find_fields([page.rows for page in pages])
    tree: dict[str, object] = {
        "referral_id": document.sha256[:12],
        "created_at": datetime.now(UTC),
        "kind": "referral",
        "pages": [page.page_no for page in document.pages],
    }
    for path, (value, page_no) in values.items():
        _put(tree, path, {"value": value, "confidence": 1.0, "state": "found", "page_no": page_no, "source": name})
    return Extraction(
        document=Document(
            sha256=document.sha256,
            filename=document.filename,
            media_type=document.media_type,
            page_count=len(document.pages),
            pages=tuple(Page(page_no=page.page_no) for page in document.pages),
        ),
        status=Status.COMPLETE,
        software=Software(version=__version__),
        referrals=(Referral.model_validate(tree),),
    )


def _put(tree: dict[str, object], path: str, leaf: object) -> None:
    """Set ``orders[0].dose`` in nested dictionaries and lists; lists are filled from 0 on."""
    head, _, rest = path.partition(".")
    name, _, index = head.partition("[")
    if index:
        items = cast("list[object]", tree.setdefault(name, []))
        if not rest:
            items.append(leaf)
            return
        if len(items) <= int(index[:-1]):
            items.append({})
        _put(cast("dict[str, object]", items[int(index[:-1])]), rest, leaf)
    elif rest:
        _put(cast("dict[str, object]", tree.setdefault(name, {})), rest, leaf)
    else:
        tree[name] = leaf


def _open(truth: Truth, options: Options, artifacts: Artifacts, pool: WorkerPool) -> IncomingDocument:
    known = KeptReadings(artifacts, options).find_document(truth.fax, options.ingest.max_bytes)
    if known is not None:
        return known
    request = OpenRequest(str(truth.fax.absolute()), options.ingest)
    (_, outcome), *_ = pool.run(open_file, [Task(request, page_no=None, seconds=options.pool.open_seconds)])
    if isinstance(outcome, ExtractorError):
        raise outcome
    return outcome


def _read(
    name: str, document: IncomingDocument, options: Options, artifacts: Artifacts, pool: WorkerPool
) -> tuple[PlainPage, ...]:
    """All pages that could be read, from the artifacts where they are there."""
    version = f"{name} {METHOD} {reading_version(options)}"
    keys = {page.page_no: artifact_key(document.sha256, "plain", version, page.page_no) for page in document.pages}
    kept = {number: artifacts.get(key) for number, key in keys.items()}
    found = {number: PlainPage.model_validate_json(data) for number, data in kept.items() if data is not None}
    tasks = [
        Task((name, PageRequest(document, number, options)), page_no=number, seconds=options.pool.page_seconds)
        for number in keys
        if number not in found
    ]
    for _, outcome in pool.run(read_plainly, tasks):
        if not isinstance(outcome, ExtractorError):
            artifacts.put(keys[outcome.page_no], outcome.model_dump_json().encode())
            found[outcome.page_no] = outcome
    return tuple(found[number] for number in sorted(found))


def read_plainly(request: tuple[str, PageRequest]) -> PlainPage:
    """Read one page with the plain reader of that name; runs in a process that reads pages."""
    name, page = request
    prepared = prepare_page(page.document, page.page_no, page.options)
    start = _cpu()
    rows = join_rows(_reader(name)(prepared))
    return PlainPage(page_no=page.page_no, rows=rows, seconds=round(_cpu() - start, 4))


def join_rows(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """Pieces of text whose heights overlap by half make one row, from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda one: one[1].y_mid):
        box = piece[1]
        last = rows[-1][-1][1] if rows else None
        if last is not None and box.y_overlap(last) > 0.5 * min(box.height, last.height):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return tuple(" ".join(text for text, _ in sorted(row, key=lambda one: one[1].x0)) for row in rows)


def _cpu() -> float:
    """CPU seconds of this process and of the programs that it ran."""
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + child.ru_utime + child.ru_stime


@cache
def _reader(name: str) -> Callable[[PageImage], Sequence[Piece]]:
    return _tesseract() if name == TESSERACT else _rapidocr()


def _tesseract() -> Callable[[PageImage], Sequence[Piece]]:
    engine = ocr.find_engine("tesseract", Options().ocr)
    return lambda page: [(word.text, word.bbox) for word in engine.read(page).words.words]


def _rapidocr() -> Callable[[PageImage], Sequence[Piece]]:
    if find_spec("onnxruntime") is None:
        raise EngineUnavailable("Plain RapidOCR needs its own runtime: pip install onnxruntime.")
    from rapidocr import RapidOCR
    from rapidocr.utils.output import RapidOCROutput

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    engine = RapidOCR(params={**threads, "Global.log_level": "critical"})

    def read(page: PageImage) -> Iterator[Piece]:
        found = engine(np.repeat(page.pixels[:, :, np.newaxis], 3, axis=2))
        if not isinstance(found, RapidOCROutput) or found.boxes is None:
            return
        for text, corners in zip(found.txts or (), found.boxes, strict=True):
            (x0, top), (x1, bottom) = corners.min(axis=0), corners.max(axis=0)
            yield str(text), page.to_points(float(x0), float(top), float(x1), float(bottom))

    return lambda page: tuple(read(page))
