"""What opening a file of any kind gives."""

from typing import NamedTuple

from extractor.errors import ExtractorError
from models.record import Failure
from models.stages.document import IncomingPage


class Listing(NamedTuple):
    """All pages the file says it has, and what is wrong with the file as a whole.

    What is wrong with one page is told when that page is rendered.
    """

    pages: tuple[IncomingPage, ...]
    failures: tuple[Failure, ...] = ()


def failure(error: ExtractorError) -> Failure:
    """The record's entry for an error met while opening."""
    return Failure(stage="ingest", code=error.code, page_no=error.page_no, message=error.message)
