"""The two doors of ingest: open a file, render one page of it. Both belong in a worker process."""

from pathlib import Path

from extractor.errors import FileUnavailable
from extractor.ingest.image import list_image_pages, render_image_page
from extractor.ingest.listing import Listing
from extractor.ingest.pdf import list_pdf_pages, render_pdf_page
from extractor.ingest.sniff import sniff
from extractor.ingest.source import digest, read_source
from extractor.ingest.tiff import list_tiff_pages, render_tiff_page
from extractor.pixels import RenderedPage
from models.stages.document import IncomingDocument, MediaType
from models.stages.options import IngestOptions


def open_document(path: Path, options: IngestOptions) -> IncomingDocument:
    """Say what a file is and list its pages, without rendering any.

    ``pages`` are all the file says it has; ``failures`` tell what is wrong with the file as a whole (cut off, pages
    lost), while a fault of one page is raised when that page is rendered. Raises ``UnsupportedMediaType``,
    ``EncryptedDocument``, ``DamagedDocument``, ``LimitExceeded`` or ``FileUnavailable`` when no page can be tried.
    """
    data = read_source(path, options)
    media_type = sniff(data)
    listing = _list(data, media_type, options)
    return IncomingDocument(
        path=str(path),
        sha256=digest(data),
        filename=path.name,
        media_type=media_type,
        pages=listing.pages,
        failures=listing.failures,
    )


def render_page(document: IncomingDocument, page_no: int, options: IngestOptions) -> RenderedPage:
    """One page (1-based) as gray pixels with its true resolution and, for PDF, its embedded text.

    Raises ``DamagedDocument`` or ``LimitExceeded`` with the page number, ``FileUnavailable`` when the file has gone
    or is not the one that was opened.
    """
    data = read_source(Path(document.path), options)
    if digest(data) != document.sha256:
        # Pages of two files in one record would be a referral that nobody sent.
        raise FileUnavailable("The file was changed while it was read: wait until it is written, then try again.")
    if document.media_type is MediaType.PDF:
        return render_pdf_page(data, page_no, options)
    if document.media_type is MediaType.TIFF:
        return render_tiff_page(data, page_no, options)
    return render_image_page(data, page_no, options)


def _list(data: bytes, media_type: MediaType, options: IngestOptions) -> Listing:
    if media_type is MediaType.PDF:
        return list_pdf_pages(data, options)
    if media_type is MediaType.TIFF:
        return list_tiff_pages(data, options)
    return list_image_pages(data, options)
