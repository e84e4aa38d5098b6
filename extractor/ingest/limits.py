"""What a file may ask for, checked from headers before anything is decoded."""

from extractor.errors import LimitExceeded
from models.stages.options import IngestOptions


def check_bytes(size: int, options: IngestOptions) -> None:
    """Raise ``LimitExceeded`` for a file of ``size`` bytes over the limit."""
    if size > options.max_bytes:
        raise LimitExceeded(
            f"The file has {size} bytes and the limit is {options.max_bytes}: split it, or raise ingest max_bytes."
        )


def check_pages(count: int, options: IngestOptions) -> None:
    """Raise ``LimitExceeded`` for more pages than allowed."""
    if count > options.max_pages:
        raise LimitExceeded(f"The file has more than {options.max_pages} pages: split it, or raise ingest max_pages.")


def check_pixels(width: float, height: float, page_no: int, options: IngestOptions) -> None:
    """Raise ``LimitExceeded`` for a page of ``width`` x ``height`` pixels over the limit."""
    if width * height > options.max_page_pixels:
        raise LimitExceeded(
            f"Page {page_no} has {width:.0f} x {height:.0f} pixels and the limit is {options.max_page_pixels}: "
            "send it at a lower resolution, or raise ingest max_page_pixels.",
            page_no=page_no,
        )
