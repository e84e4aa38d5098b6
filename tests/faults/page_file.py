"""Opening and rendering as a page worker is told to; on its own, because the worker imports where it stands."""

from pathlib import Path

from extractor.errors import ExtractorError
from extractor.ingest import open_document, render_page
from models.stages.document import IncomingDocument
from models.stages.options import IngestOptions

OPTIONS = IngestOptions()


def open_file(path: str) -> IncomingDocument:
    return open_document(Path(path), OPTIONS)


def render_one(argument: tuple[IncomingDocument, int]) -> int:
    page = render_page(*argument, OPTIONS)
    assert page.pixels.ndim == 2
    assert page.pixels.size <= OPTIONS.max_page_pixels
    return page.page_no


def open_and_render(path: str) -> list[str | None]:
    """The code of each page's error, None for a page that rendered."""
    document = open_file(path)
    codes: list[str | None] = []
    for page in document.pages:
        try:
            render_one((document, page.page_no))
        except ExtractorError as error:
            codes.append(error.code)
        else:
            codes.append(None)
    return codes
