"""What could not be read, and where it stands on this patient's pages."""

from collections.abc import Iterable, Iterator, Set
from typing import NamedTuple

from extractor.readiness.words import join_words, name_leaf
from models.record import BBox, Referral, RuleOutcome, RuleResult, Severity, State
from models.record.paths import AnyField, walk_fields

ASKED = frozenset({RuleOutcome.MISSING, RuleOutcome.EXPIRED, RuleOutcome.PENDING, RuleOutcome.UNREADABLE})
"""What the office can help with; the rest is for the center's own people."""

MARGIN = BBox(110.0, 7.0, 24.0, 7.0)
"""Points around a place that are shown with it: left (where labels stand), above, right, below."""

_WIDEST, _HIGHEST = 400.0, 60.0


class Place(NamedTuple):
    """A box on a page of the fax, in points on the upright page."""

    page_no: int
    bbox: BBox


class Unread(NamedTuple):
    """Fields of one rule that stand together and cannot be read; ``place`` None where it is not known."""

    title: str
    names: tuple[str, ...]
    page_no: int | None
    place: Place | None

    @property
    def words(self) -> str:
        """``the fax number on page 2 of your fax``."""
        where = "" if self.page_no is None else f" on page {self.page_no} of your fax"
        return f"the {join_words(self.names)}{where}"


def asked_rules(referral: Referral) -> tuple[RuleResult, ...]:
    """The rules that the office is asked about, required ones first."""
    rules = () if referral.readiness is None else referral.readiness.rules
    return tuple(
        sorted(
            (rule for rule in rules if rule.result in ASKED), key=lambda rule: rule.severity is not Severity.REQUIRED
        )
    )


def illegible_fields(referral: Referral) -> dict[str, AnyField]:
    """What stands on a page and cannot be read, by path; how many items a list has stands nowhere."""
    every = walk_fields(referral)
    return {path: field for path, field in every if field.state is State.ILLEGIBLE and not path.startswith("lists.")}


def find_places(referral: Referral, foreign_pages: Set[int] = frozenset()) -> tuple[Place, ...]:
    """Every place that the letter would show, with its margin, in whole points.

    Only on pages of this patient and of nobody else: ``foreign_pages`` are those that another referral of the file also
    claims.
    """
    places = (one.place for one in find_unread(referral) if one.place is not None)
    return tuple(dict.fromkeys(place for place in places if place.page_no not in foreign_pages))


def find_unread(referral: Referral) -> tuple[Unread, ...]:
    """The illegible fields that asked rules rest on, each once, those of required rules first."""
    left = illegible_fields(referral)
    found: list[Unread] = []
    for rule in asked_rules(referral):
        paths = dict.fromkeys(evidence.path for evidence in rule.evidence if evidence.path in left)
        found += _group(rule.title, [(path, left.pop(path)) for path in paths], frozenset(referral.pages))
    return tuple(found)


def _group(title: str, fields: Iterable[tuple[str, AnyField]], pages: frozenset[int]) -> Iterator[Unread]:
    """Neighbours are shown in one picture."""
    groups: list[tuple[list[str], int | None, BBox | None]] = []
    for path, field in fields:
        page_no = field.page_no if field.page_no in pages else None
        box = field.bbox if page_no is not None else None
        last = groups[-1] if groups else None
        if last is not None and last[1] == page_no:
            joined = None if box is None or last[2] is None else last[2].union(box)
            if joined is None and box is None and last[2] is None:
                last[0].append(name_leaf(path))
                continue
            if joined is not None and joined.width <= _WIDEST and joined.height <= _HIGHEST:
                groups[-1] = ([*last[0], name_leaf(path)], page_no, joined)
                continue
        groups.append(([name_leaf(path)], page_no, box))
    for names, page_no, box in groups:
        place = None if page_no is None or box is None else Place(page_no, _widen(box))
        yield Unread(title, tuple(dict.fromkeys(names)), page_no, place)


def _widen(box: BBox) -> BBox:
    x0, top = max(0.0, box.x0 - MARGIN.x0), max(0.0, box.top - MARGIN.top)
    return BBox(
        float(round(x0)), float(round(top)), float(round(box.x1 + MARGIN.x1)), float(round(box.bottom + MARGIN.bottom))
    )
