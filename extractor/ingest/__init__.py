"""Bytes to ``IncomingDocument`` and page pixels: TIFF, PDF, PNG, JPEG, told by content."""

from extractor.ingest.render import open_document, render_page

__all__ = ["open_document", "render_page"]
