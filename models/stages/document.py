"""What ingest says about a file before a pixel is rendered."""

from enum import StrEnum

from pydantic import Field as Key

from models.record import Failure, Value


class MediaType(StrEnum):
    """The media types that are read, told by content."""

    TIFF = "image/tiff"
    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"


class IncomingPage(Value):
    """One page as it lies in the file: size in pixels for images, in points for PDF (both before any turn)."""

    page_no: int = Key(ge=1)
    width: float
    height: float


class IncomingDocument(Value):
    """The opened file: what it is and which pages it says it has, with what was wrong already."""

    path: str
    sha256: str
    filename: str
    media_type: MediaType
    pages: tuple[IncomingPage, ...]
    failures: tuple[Failure, ...] = ()
