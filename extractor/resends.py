"""Second transmissions, known by the pages themselves: also where a name or a date of birth was not read.

Only a proposal to the human who looks, who sees the difference field by field: nothing is merged. Two patients' pages
of one form, sent by one office, can differ in a few words only, so that a picture proves nothing where both dates of
birth are sure and differ.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from extractor.image import Ink, compare_prints, open_print
from extractor.store import prints, referrals
from extractor.store.database import Connection, Database
from extractor.store.links import Link, Relation, add_link, list_links
from extractor.store.prints import StoredPrint
from extractor.store.referrals import StoredReferral
from models.record import PageType, Referral, State

MOST_DIFFERENT = 0.15
"""The share of a page's words that may differ. Of 180 pairs of generated second transmissions (other resolution, skew,
header line, noise) 176 lie below; of 5310 pairs of different pages, 235 of them of one form, none."""

_WITHIN = timedelta(days=60)
_CANDIDATES = 40
_SAY_LITTLE = {PageType.COVER_SHEET, PageType.BLANK, PageType.INSURANCE_CARD, PageType.OTHER}
"""Such pages look alike for many patients, or are too small to tell."""


def link_resent(database: Database, sha256: str, *, now: datetime) -> int:
    """Link the referrals of a document with those of earlier or later transmissions of it; how many links are new."""
    with database.read() as connection:
        pages = _telling(prints.list_prints(connection, sha256))
        others = prints.list_similar_documents(connection, sha256, now - _WITHIN, _CANDIDATES) if pages else ()
        mine = _of_document(connection, sha256) if others else []
    own = [(page, open_print(page.page_print)) for page in pages] if others else []
    matched: dict[str, dict[int, int]] = {}
    for other in others:
        with database.read() as connection:
            theirs = _telling(prints.list_prints(connection, other))
            people = _of_document(connection, other) if theirs else []
        # Pictures cost more than records: those are looked at first.
        if all(_are_two_people(one.record, two.record) for one in mine for two in people):
            continue
        pairs = _match(own, theirs)
        if 2 * len(pairs) >= min(len(own), len(theirs)) and pairs:
            matched[other] = pairs
    count = 0
    if matched:
        with database.begin() as connection:
            for other, pairs in matched.items():
                count += _link(connection, sha256, other, pairs, now)
    return count


def _telling(pages: Iterable[StoredPrint]) -> tuple[StoredPrint, ...]:
    return tuple(page for page in pages if page.page_type not in _SAY_LITTLE)


def _match(own: Iterable[tuple[StoredPrint, Ink]], theirs: tuple[StoredPrint, ...]) -> dict[int, int]:
    """Our pages and the pages of theirs that are the same, each at most once."""
    by_type = defaultdict(list)
    for page in theirs:
        by_type[page.page_type].append(page)
    found: dict[int, int] = {}
    for page, ink in own:
        for other in by_type[page.page_type]:
            if other.page_no in found.values():
                continue
            share = compare_prints(ink, open_print(other.page_print), MOST_DIFFERENT)
            if share is not None and share <= MOST_DIFFERENT:
                found[page.page_no] = other.page_no
                break
    return found


def _link(connection: Connection, sha256: str, other: str, pairs: dict[int, int], now: datetime) -> int:
    count = 0
    for mine in _of_document(connection, sha256):
        known = {one for link in list_links(connection, mine.record.referral_id) for one in _ends(link)}
        for their in _of_document(connection, other):
            is_shared = any(
                first in mine.record.pages and second in their.record.pages for first, second in pairs.items()
            )
            if not is_shared or their.record.referral_id in known or _are_two_people(mine.record, their.record):
                continue
            later, earlier = sorted((mine, their), key=lambda one: one.summary.received_at, reverse=True)
            link = Link(
                referral_id=later.record.referral_id,
                earlier_id=earlier.record.referral_id,
                relation=Relation.REFAX,
                linked_at=now,
            )
            count += add_link(connection, link)
    return count


def _of_document(connection: Connection, sha256: str) -> list[StoredReferral]:
    """The referrals of a document as they stand now, those that have not gone over to another document."""
    ids = dict.fromkeys(line.referral_id for line in referrals.list_by_document(connection, sha256))
    found = (referrals.latest(connection, referral_id) for referral_id in ids)
    return [stored for stored in found if stored is not None and stored.summary.document_sha256 == sha256]


def _ends(link: Link) -> tuple[str, str]:
    return link.referral_id, link.earlier_id


def _are_two_people(first: Referral, second: Referral) -> bool:
    born, other = first.patient.date_of_birth, second.patient.date_of_birth
    return born.state is State.FOUND and other.state is State.FOUND and born.value != other.value
