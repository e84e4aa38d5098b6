"""The story of one file: the stages in order.

A file is opened and each of its pages is read in a process of its own, because that is where hostile bytes meet native
libraries; what comes back are values, and the rest of the story runs here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from extractor import confidence, fields, packet, readiness, resolve
from extractor.artifacts import Artifacts, NoArtifacts
from extractor.decode import looker
from extractor.errors import DamagedDocument, ExtractorError
from extractor.isolation import Task, WorkerPool
from extractor.knowledge.protocols import load_protocols
from extractor.nppes import find_registry
from extractor.reading import (
    KeptReadings,
    OpenRequest,
    PageRequest,
    PageResult,
    file_sha256,
    open_file,
    prepare_worker,
    read_page,
)
from extractor.resolve.registration import check_registration
from extractor.resolve.retired_codes import propose_successors
from extractor.version import __version__
from models.record import (
    Document,
    DocumentKind,
    Extraction,
    Failure,
    Page,
    PageStatus,
    Software,
    Status,
)
from models.record.arrangement import Arrangement
from models.stages.document import IncomingDocument
from models.stages.layout import PageReading
from models.stages.options import Options

Progress = Callable[[int, int], None]
"""Called with (pages done, pages in all)."""


@dataclass(frozen=True, slots=True)
class Result:
    """The record, and what it was made from: readings, and page images as PNG by page number if they were kept."""

    extraction: Extraction
    readings: tuple[PageReading, ...]
    images: Mapping[int, bytes]


def extract_file(
    path: Path,
    options: Options,
    *,
    pool: WorkerPool | None = None,
    progress: Progress | None = None,
    artifacts: Artifacts | None = None,
    said: Arrangement | None = None,
) -> Result:
    """Read one file into a record.

    ``pool`` is reused if given (a watcher keeps one), else made for this file. ``artifacts`` keeps what was read of
    each page (patient data), and a page that was read before is taken from there. ``said``: what people say of kinds,
    owners and turns of pages. Raises an ``ExtractorError`` when nothing usable is left; anything less is a ``Failure``
    in the record.
    """
    if pool is None:
        with start_pool(options) as own:
            return extract_file(path, options, pool=own, progress=progress, artifacts=artifacts, said=said)
    now = datetime.now(UTC)
    kept = None if artifacts is None else KeptReadings(artifacts, options)
    incoming = _open(path, options, pool, kept).turned({} if said is None else said.turns)
    results, failures = _read_pages(incoming, options, pool, progress, kept)
    if not results:
        raise _as_error(failures)
    readings = tuple(results[number].reading for number in sorted(results))
    pages, found = packet.assemble(incoming.sha256, readings, len(incoming.pages), said or Arrangement())
    failures = (*failures, *found)
    candidates = fields.propose(pages, options.site, now.date())
    scored = confidence.score(candidates, pages)
    packed = {number: result.packed for number, result in results.items() if result.packed is not None}
    look_again = looker(incoming, options, pool, artifacts or NoArtifacts(), packed)
    referrals = resolve.assemble_referrals(pages, scored, failures, options, now, look_again=look_again)
    registry = find_registry(options.site.npi_index)
    referrals = tuple(check_registration(propose_successors(one, now.date()), registry) for one in referrals)
    images = {number: result.image for number, result in results.items() if result.image is not None}
    extraction = Extraction(
        document=_document(incoming, pages.pages, failures, pages.kind, readings),
        status=Status.PARTIAL if failures else Status.COMPLETE,
        failures=failures,
        software=_software(readings, options),
        referrals=referrals,
    )
    judged = readiness.add_readiness(extraction, now.date(), load_protocols(options.site.protocols))
    return Result(judged, pages.pages, images)


def failed_extraction(path: Path, error: ExtractorError, options: Options) -> Extraction:
    """The record of a file that gave nothing: ``status: failed`` and why."""
    return Extraction(
        document=Document(sha256=file_sha256(path, options.ingest.max_bytes), filename=path.name, media_type=None),
        status=Status.FAILED,
        failures=(Failure(stage="ingest", code=error.code, page_no=error.page_no, message=error.message),),
        software=Software(version=__version__),
    )


def start_pool(options: Options) -> WorkerPool:
    """The processes that open files and read pages."""
    return WorkerPool(
        processes=options.pool.processes,
        memory_bytes=options.pool.memory_bytes,
        initialise=prepare_worker,
        argument=options.ocr,
    )


def _open(path: Path, options: Options, pool: WorkerPool, kept: KeptReadings | None) -> IncomingDocument:
    known = None if kept is None else kept.find_document(path, options.ingest.max_bytes)
    if known is not None:
        return known
    request = OpenRequest(str(path.absolute()), options.ingest)
    (_, outcome), *_ = pool.run(open_file, [Task(request, page_no=None, seconds=options.pool.open_seconds)])
    if isinstance(outcome, ExtractorError):
        raise outcome
    if kept is not None:
        kept.keep_document(outcome)
    return outcome


def _read_pages(
    incoming: IncomingDocument,
    options: Options,
    pool: WorkerPool,
    progress: Progress | None,
    kept: KeptReadings | None,
) -> tuple[dict[int, PageResult], tuple[Failure, ...]]:
    results = {} if kept is None or options.keep_images else _known_pages(incoming, kept)
    tasks = [
        Task(PageRequest(incoming, page.page_no, options), page_no=page.page_no, seconds=options.pool.page_seconds)
        for page in incoming.pages
        if page.page_no not in results
    ]
    failures = list(incoming.failures)
    for done, (index, outcome) in enumerate(pool.run(read_page, tasks), start=len(results) + 1):
        page_no = tasks[index].argument.page_no
        if isinstance(outcome, ExtractorError):
            stage = "ingest" if isinstance(outcome, DamagedDocument) else "read"
            failures.append(Failure(stage=stage, code=outcome.code, page_no=page_no, message=outcome.message))
        else:
            results[page_no] = outcome
            if kept is not None:
                kept.keep_page(incoming, outcome.reading)
        if progress is not None:
            progress(done, len(incoming.pages))
    return results, tuple(sorted(failures, key=lambda failure: failure.page_no or 0))


def _known_pages(incoming: IncomingDocument, kept: KeptReadings) -> dict[int, PageResult]:
    """The pages that were read before."""
    found = {page.page_no: kept.find_page(incoming, page.page_no) for page in incoming.pages}
    return {page_no: PageResult(reading, None) for page_no, reading in found.items() if reading is not None}


def _as_error(failures: tuple[Failure, ...]) -> ExtractorError:
    """The error of the first page that failed, raised when no page is left."""
    kinds = {kind.code: kind for kind in _all_errors(ExtractorError)}
    if not failures:
        return DamagedDocument("The file holds no page: ask the sender to send it again.")
    first = failures[0]
    return kinds.get(first.code, DamagedDocument)(first.message, page_no=first.page_no)


def _all_errors(kind: type[ExtractorError]) -> list[type[ExtractorError]]:
    return [kind, *(deep for child in kind.__subclasses__() for deep in _all_errors(child))]


def _document(
    incoming: IncomingDocument,
    typed: tuple[PageReading, ...],
    failures: tuple[Failure, ...],
    kind: DocumentKind,
    readings: tuple[PageReading, ...],
) -> Document:
    by_number = {reading.page.page_no: reading.page for reading in typed}
    reasons = {failure.page_no: failure.message for failure in failures if failure.page_no is not None}
    pages = tuple(
        by_number.get(page.page_no)
        or Page(page_no=page.page_no, status=PageStatus.FAILED, message=reasons.get(page.page_no))
        for page in incoming.pages
    )
    headers = [reading.fax_header for reading in readings if reading.fax_header is not None]
    return Document(
        sha256=incoming.sha256,
        filename=incoming.filename,
        media_type=incoming.media_type,
        page_count=len(incoming.pages),
        kind=kind,
        pages=pages,
        fax_header=headers[0] if headers else None,
    )


def _software(readings: tuple[PageReading, ...], options: Options) -> Software:
    policy = resolve.load_policy(options.policy)
    engines = {reading.words.engine: reading.words.version for reading in readings}
    return Software(
        version=__version__,
        models={f"ocr:{engine}": version for engine, version in sorted(engines.items())},
        calibration=policy.load_calibration().version,
        policy=resolve.name_policy(policy),
    )
