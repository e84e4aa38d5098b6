"""``propose``: every family reads every page."""

from datetime import date

from extractor.fields.bare_answers import with_bare_answers
from extractor.fields.base import Context, families
from extractor.fields.orderers import demote_referrers
from extractor.fields.prose import ReadEntities, read_page_entities
from extractor.fields.receiver import find_receiver_npis, find_receiver_phones
from extractor.packet import read_answers
from models.record import PageStatus
from models.stages.candidate import Candidate, Packet
from models.stages.entities import LocatedEntity
from models.stages.layout import PageReading
from models.stages.options import SiteOptions


def propose(packet: Packet, options: SiteOptions, today: date) -> tuple[Candidate, ...]:
    """All candidates of a packet, by page, then by family name.

    ``options`` names the receiving site's own numbers; ``today`` bounds birth dates and dates of events.
    """
    asked = {page.page.page_no: with_bare_answers(page, read_answers(page), today) for page in packet.pages}
    answers = demote_referrers(asked, packet.pages)
    context = Context(
        today=today,
        site=options,
        answers=answers,
        receiver_phones=find_receiver_phones(packet.pages, answers, options),
        receiver_npis=find_receiver_npis(packet.pages, answers, options),
        read_entities=_entity_reader(today),
        pages=packet.pages,
    )
    readable = [page for page in packet.pages if page.page.status is PageStatus.OK]
    return tuple(candidate for page in readable for family in families for candidate in family.propose(page, context))


def _entity_reader(today: date) -> ReadEntities:
    """Entities of a page, found once however many families ask."""
    known: dict[int, tuple[LocatedEntity, ...]] = {}

    def read(page: PageReading) -> tuple[LocatedEntity, ...]:
        number = page.page.page_no
        if number not in known:
            known[number] = read_page_entities(page, today=today)
        return known[number]

    return read


def attempted_paths() -> frozenset[str]:
    """The paths that the registered families read, list places as ``[]`` or ``[*]``: all others are not read."""
    return frozenset(path for family in families for path in family.paths)
