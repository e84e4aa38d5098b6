"""What ingest says about a file before a pixel is rendered."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from pydantic import Field as Key

from models.record import Failure, Value
from models.record.arrangement import Turn


class MediaType(StrEnum):
    """The media types that are read, told by content."""

    TIFF = "image/tiff"
    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"


class IncomingPage(Value):
    """One page as it lies in the file: size in pixels for images, in points for PDF (both before any turn).

    ``turn``: by how much a person turned it from how it is prepared without them; all that is read of it follows.
    """

    page_no: int = Key(ge=1)
    width: float
    height: float
    turn: Turn = 0


class IncomingDocument(Value):
    """The opened file: what it is and which pages it says it has, with what was wrong already."""

    path: str
    sha256: str
    filename: str
    media_type: MediaType
    pages: tuple[IncomingPage, ...]
    failures: tuple[Failure, ...] = ()

    def turned(self, turns: Mapping[int, Turn]) -> Self:
        """The file with pages turned as people say, by number; pages that are not named lie as they came."""
        pages = tuple(page.model_copy(update={"turn": turns.get(page.page_no, 0)}) for page in self.pages)
        return self.model_copy(update={"pages": pages})

    def turn_of(self, page_no: int) -> Turn:
        """Degrees clockwise."""
        return next((page.turn for page in self.pages if page.page_no == page_no), 0)
