"""What a family of fields is, and what it is given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from extractor.fields.prose import ReadEntities, read_page_entities
from extractor.packet import Answer
from extractor.registry import Registry
from models.stages.candidate import Candidate
from models.stages.layout import PageReading
from models.stages.options import SiteOptions


@dataclass(frozen=True, slots=True)
class Context:
    """What a family may know beside the page: the answers of every page, whose numbers are the receiver's, the day.

    ``answers`` is by page number. ``receiver_phones`` are E.164; ``receiver_npis`` ten digits. ``read_entities`` gives
    what a page's running text names; it costs something only for pages it is asked for. ``pages`` are all pages, for
    a page that goes on where the one before it ends.
    """

    today: date
    site: SiteOptions
    answers: Mapping[int, tuple[Answer, ...]]
    receiver_phones: frozenset[str]
    receiver_npis: frozenset[str]
    read_entities: ReadEntities = read_page_entities
    pages: tuple[PageReading, ...] = ()

    @property
    def country(self) -> str:
        """ISO 3166 alpha-2 of numbers printed without a country code."""
        return "US"


class FieldFamily(Protocol):
    """Reads some fields of one page. Registered in ``families``; ``paths`` are those it may propose."""

    @property
    def name(self) -> str:
        """The name it is registered under."""
        ...

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths it may propose, list places as ``[]`` (or ``[*]``: for all items)."""
        ...

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        """All readings of the family's fields on one page, in any order."""
        ...


families: Registry[FieldFamily] = Registry("fields")
