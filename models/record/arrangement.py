"""``Arrangement``: what people say of the pages of a file, and the changes that add up to it.

Standard library and pydantic only. Changes are only ever added, as in ``models.record.review``.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, Self

from pydantic import Field as Key
from pydantic import model_validator

from models.record.extraction import PageType
from models.record.review import standing
from models.record.value import Value

Turn = Literal[0, 90, 180, 270]
"""Degrees by which a page is turned clockwise before it is looked at and read."""


class PageChange(Value):
    """One thing that a person did to pages of a file, or the number of the change that it ``withdraws``.

    By page: ``types`` what kind of page it is; ``owners`` the id of the referral that it belongs to, None for nobody's;
    ``turns`` how it lies. ``at`` is UTC.
    """

    number: int = Key(ge=1)
    document_sha256: str
    types: dict[int, PageType] = Key(default_factory=dict)
    owners: dict[int, str | None] = Key(default_factory=dict)
    turns: dict[int, Turn] = Key(default_factory=dict)
    withdraws: int | None = None
    actor: str
    at: datetime

    @model_validator(mode="after")
    def _is_one_of_two(self) -> Self:
        if bool(self.types or self.owners or self.turns) == (self.withdraws is not None):
            raise ValueError("a change says something of pages or withdraws another, and not both")
        return self


class Arrangement(Value):
    """All that people say of the pages of a file, over what the program found.

    ``people``: the pages of each patient in the order of their first ones, None where nobody moved a page. ``moved``:
    the pages whose owner a person named.
    """

    types: dict[int, PageType] = Key(default_factory=dict)
    turns: dict[int, Turn] = Key(default_factory=dict)
    people: tuple[tuple[int, ...], ...] | None = None
    moved: frozenset[int] = frozenset()


def arrange(
    found: Mapping[str, tuple[int, ...]], changes: Iterable[PageChange]
) -> tuple[Arrangement, Mapping[str, tuple[int, ...]]]:
    """What the changes add up to, and the pages of each referral with it, in the order of ``Arrangement.people``.

    ``found``: the pages of each referral as the program gave them out. A referral without pages is left out.
    """
    types: dict[int, PageType] = {}
    turns: dict[int, Turn] = {}
    moved: dict[int, str | None] = {}
    for change in standing(changes):
        types |= change.types
        turns |= change.turns
        moved |= change.owners
    pages = {name: [page for page in own if page not in moved] for name, own in found.items()}
    for page, name in moved.items():
        if name is not None:
            pages.setdefault(name, []).append(page)
    given = sorted(((name, tuple(sorted(own))) for name, own in pages.items() if own), key=lambda one: min(one[1]))
    people = tuple(own for _, own in given) if moved else None
    return Arrangement(types=types, turns=turns, people=people, moved=frozenset(moved)), dict(given)
