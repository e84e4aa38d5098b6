"""Whose page is whose: a page is a patient's by what it says, and never only by the pages it stands between.

Pages whose patient is clearly another are split: other names with other dates of birth, twins (one birthday, other
first names), father and son (one name, other birthdays). A page that agrees with one patient is theirs. Any other page
goes with the page before it (the first ones with the page after), and what it says is for a person to check:
``Person.guessed`` where it names nobody, ``Person.contested`` where something on it speaks against the patient.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from extractor.packet.answer import Answer
from extractor.packet.continuation import continues
from extractor.packet.likeness import Verdict
from extractor.packet.page_owner import Statement, compare_pages, is_back_of, read_statement
from extractor.packet.page_type import ORDER_PAGES
from models.record import PageType
from models.stages.candidate import Person
from models.stages.layout import PageReading


@dataclass
class _Group:
    """One patient while pages are given out: the pages that are surely theirs, and the verdicts on all of them."""

    members: list[Statement]
    pages: dict[int, Verdict] = field(default_factory=dict)


def group_people(pages: Sequence[PageReading], answers: Sequence[Sequence[Answer]]) -> tuple[Person, ...]:
    """The people of a file in the order of their first pages; one person where nothing says otherwise."""
    if not pages:
        return ()
    statements = [read_statement(page, asked) for page, asked in zip(pages, answers, strict=True)]
    groups = _find_patients(statements)
    if not groups:
        return (_nobody(pages, statements),)
    placed = [_place(statement, groups) for statement in statements]
    _give_out(pages, statements, placed, groups)
    kept = [group for group in groups if group.pages]
    return tuple(_person(group) for group in sorted(kept, key=lambda group: min(group.pages)))


def _find_patients(statements: Sequence[Statement]) -> list[_Group]:
    """A group for each patient with the pages that agree, those first that say most and most surely."""
    stated = [one for one in statements if not one.identity.is_empty]
    stated.sort(key=lambda one: (not one.identity.is_whole, not one.identity.is_sure))
    groups: list[_Group] = []
    left: list[Statement] = []
    for one in stated:
        verdicts = [_weigh(one, group) for group in groups]
        if verdicts.count(Verdict.AGREES) == 1:
            groups[verdicts.index(Verdict.AGREES)].members.append(one)
        elif all(verdict is Verdict.DISAGREES for verdict in verdicts):
            groups.append(_Group(members=[one]))
        else:
            left.append(one)
    for one in left:
        verdicts = [_weigh(one, group) for group in groups]
        if verdicts.count(Verdict.AGREES) == 1:
            groups[verdicts.index(Verdict.AGREES)].members.append(one)
    return groups


def _weigh(one: Statement, group: _Group) -> Verdict:
    """The verdict over all pages of a group: agreement with one that no other contradicts."""
    verdicts = {compare_pages(one, member) for member in group.members if member is not one}
    if not verdicts:
        return Verdict.AGREES
    if Verdict.AGREES in verdicts:
        return Verdict.UNSURE if Verdict.DISAGREES in verdicts else Verdict.AGREES
    return next(verdict for verdict in (Verdict.UNSURE, Verdict.DISAGREES, Verdict.NOTHING) if verdict in verdicts)


def _place(one: Statement, groups: Sequence[_Group]) -> tuple[int | None, Verdict]:
    """The group a page belongs to, None where it does not say enough; and the verdict."""
    for place, group in enumerate(groups):
        if any(member is one for member in group.members):
            return place, Verdict.AGREES
    verdicts = [_weigh(one, group) for group in groups]
    for wanted in (Verdict.AGREES, Verdict.UNSURE):
        if verdicts.count(wanted) == 1:
            return verdicts.index(wanted), wanted
        if wanted in verdicts:
            return None, Verdict.UNSURE
    return None, Verdict.NOTHING


def _give_out(
    pages: Sequence[PageReading],
    statements: Sequence[Statement],
    placed: Sequence[tuple[int | None, Verdict]],
    groups: Sequence[_Group],
) -> None:
    """Put every page into a group; one that tells of nobody goes with the page before it."""
    owner = _first_owner(pages, placed)
    for number, (page, (place, verdict)) in enumerate(zip(pages, placed, strict=True)):
        is_known = False
        if place is None and verdict is Verdict.NOTHING:
            is_known = len(groups) == 1 and _is_about_all(page, statements[number])
            before = pages[number - 1] if number else None
            if before is not None and groups[owner].pages.get(before.page.page_no) is Verdict.AGREES:
                is_next = continues(before, page, len(pages))
                is_known = is_known or is_next or is_back_of(statements[number - 1], statements[number])
        owner = owner if place is None else place
        groups[owner].pages[page.page.page_no] = Verdict.AGREES if is_known else verdict


def _first_owner(pages: Sequence[PageReading], placed: Sequence[tuple[int | None, Verdict]]) -> int:
    """The group of first pages that tell of nobody: that of the next page, a cover sheet's that of the first order."""
    kinds = [page.page.type for page in pages]
    given = [(kind in ORDER_PAGES, place) for kind, (place, _) in zip(kinds, placed, strict=True) if place is not None]
    if kinds[0] is PageType.COVER_SHEET:
        given.sort(key=lambda one: not one[0])
    return given[0][1] if given else 0


def _is_about_all(page: PageReading, statement: Statement) -> bool:
    """Whether a page holds nothing of one patient: a blank one, our own letter, the cover sheet of the transmission."""
    is_cover = page.page.page_no == 1 and page.page.type is PageType.COVER_SHEET and not statement.has_facts
    return page.page.type is PageType.BLANK or page.page.letter_id is not None or is_cover


def _nobody(pages: Sequence[PageReading], statements: Sequence[Statement]) -> Person:
    """The one person of a file that names nobody: several pages may be of several people."""
    numbers = tuple(page.page.page_no for page in pages)
    both = zip(pages, statements, strict=True)
    telling = tuple(page.page.page_no for page, statement in both if not _is_about_all(page, statement))
    return Person(pages=numbers, guessed=telling if len(telling) > 1 else ())


def _person(group: _Group) -> Person:
    pages = sorted(group.pages)
    return Person(
        pages=tuple(pages),
        guessed=tuple(page for page in pages if group.pages[page] is Verdict.NOTHING),
        contested=tuple(page for page in pages if group.pages[page] is Verdict.UNSURE),
    )
