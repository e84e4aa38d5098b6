"""What goes over the REST API: bodies of requests and answers."""

from datetime import datetime
from math import isfinite
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, FiniteFloat, model_validator
from pydantic import Field as Key

from extractor.store.drafts import Draft
from extractor.store.links import Linked
from extractor.store.referrals import OPEN, ReferralState
from extractor.store.worklist import Line
from extractor.web.views import FieldView, HistoryLine, PageView, ReadinessView, SectionView
from models.record import BBox, PageType, Value
from models.record.arrangement import Turn
from models.record.review import Answer


def _demand_box(box: BBox) -> BBox:
    """JSON as Python reads it also knows NaN and Infinity, which no stored record may hold."""
    if not all(isfinite(side) for side in box) or box.x1 < box.x0 or box.bottom < box.top:
        raise ValueError("a box has four finite sides, the smaller ones first")
    return box


class WorkAsked(Value):
    """Which lines of the work list are wanted; ``search``: words of a name or a drug, a date of birth, or an NPI."""

    states: tuple[ReferralState, ...] = Key(default=OPEN, min_length=1)
    search: str = Key(default="", max_length=100)
    priority: Literal["stat", "urgent", "routine"] | None = None
    drug: str | None = Key(default=None, max_length=100)
    verdict: Literal["ready", "needs_review", "incomplete"] | None = None
    offset: int = Key(default=0, ge=0, le=1_000_000)


class WorkAnswer(Value):
    """Lines of the work list; ``total`` counts all that match, ``by_state`` everything there is; ``now`` is UTC.

    ``quarantined`` counts the files that could not be read, of which no line tells.
    """

    lines: tuple[Line, ...]
    total: int
    by_state: dict[str, int]
    drugs: tuple[str, ...]
    quarantined: int
    now: datetime


class Sibling(Value):
    """A referral that the same file gave, as pages can be given to it."""

    referral_id: str
    patient: str
    state: str


class ReviewAnswer(Value):
    """A whole review. ``holder`` works on it; ``me`` is who asks, ``is_lead`` whether a lead or more.

    ``sent_before``: another transmission of it that is approved already, so that approving takes an explicit yes.
    """

    referral_id: str
    revision: int
    state: str
    kind: str
    version: int
    me: str
    is_lead: bool
    holder: str | None
    patient: str
    born: str | None
    drug: str | None
    priority: str
    received_at: datetime
    sections: tuple[SectionView, ...]
    fields: tuple[FieldView, ...]
    pages: tuple[PageView, ...]
    siblings: tuple[Sibling, ...]
    can_undo_pages: bool
    can_redo_pages: bool
    drafts: tuple[Draft, ...]
    links: tuple[Linked, ...]
    sent_before: str | None
    readiness: ReadinessView | None
    blocking: tuple[str, ...]
    can_undo: bool
    can_redo: bool


class ChangeAnswer(Value):
    """What a save changed on the screen of a person who saw ``seen``."""

    version: int
    fields: tuple[FieldView, ...]
    gone: tuple[str, ...]
    sections: tuple[SectionView, ...]
    readiness: ReadinessView | None
    blocking: tuple[str, ...]
    can_undo: bool
    can_redo: bool


class Seen(Value):
    """Which state of the review a request is about."""

    revision: int = Key(ge=1)
    seen: int = Key(ge=0)


class Said(Seen):
    """One answer about one field. ``seen`` is the version on the screen; a box is in points on the upright page."""

    path: str = Key(min_length=1, max_length=200)
    action: Answer
    text: str | None = Key(default=None, max_length=400)
    value: str | bool | int | FiniteFloat | None = None
    page_no: int | None = Key(default=None, ge=1, le=10_000)
    bbox: Annotated[BBox, AfterValidator(_demand_box)] | None = None


class AtRevision(Value):
    """Which revision a request is about."""

    revision: int = Key(ge=1)


PageNo = Annotated[int, Key(ge=1, le=10_000)]


class Arranging(AtRevision):
    """What is said of pages, by number: their kinds; the referral each belongs to, ``new`` for one that they are split
    off into, None for nobody's; the degrees by which they are turned clockwise."""

    types: dict[PageNo, PageType] = Key(default_factory=dict, max_length=200)
    owners: dict[PageNo, Annotated[str, Key(max_length=64)] | None] = Key(default_factory=dict, max_length=200)
    turns: dict[PageNo, Turn] = Key(default_factory=dict, max_length=200)

    @model_validator(mode="after")
    def _demand_one(self) -> Self:
        if not (self.types or self.owners or self.turns):
            raise ValueError("nothing is said of any page")
        return self


class Ahead(Value):
    """The referral that somebody is at, None on the work list."""

    after: str | None = Key(default=None, max_length=64)


class Drawn(Value):
    """How many pages are there to be looked at."""

    pages: int


class Arranged(Value):
    """``referral_id``: the one to go on with, another one where no page is left of it; ``remade``: all that got a new
    revision."""

    referral_id: str
    remade: tuple[str, ...]


class Boxed(Value):
    """A box in points on the upright page, and the field that it is to be read for."""

    path: str = Key(min_length=1, max_length=200)
    bbox: Annotated[BBox, AfterValidator(_demand_box)]


class BoxReading(Value):
    """What stands in a box, and the field's value that it would be, or why it is none."""

    text: str
    value: str | None
    problem: str | None


class Drafting(AtRevision):
    """A text as it is being typed; None drops it."""

    path: str = Key(min_length=1, max_length=200)
    text: str | None = Key(max_length=400)
    page_no: PageNo | None = None
    bbox: Annotated[BBox, AfterValidator(_demand_box)] | None = None


class Approving(Seen):
    """``is_refax_confirmed``: approve although another transmission of the referral is approved already."""

    is_refax_confirmed: bool = False


class Override(Approving):
    """``reason``: why the referral may leave with open critical fields."""

    reason: str = Key(min_length=1, max_length=1000)


class Claiming(Value):
    """``take_over``: also from another person."""

    take_over: bool = False


class ClaimAnswer(Value):
    """Who holds the referral now and until when (UTC); None where nobody does."""

    holder: str | None
    until: datetime | None = None


class Released(Value):
    """Who holds the referral now, None where nobody does; ``next_id``: the next one in line, None where none is."""

    holder: str | None
    next_id: str | None


class Approved(Value):
    """``revision`` may leave; ``next_id`` is the next referral in line, None where none is left."""

    revision: int
    next_id: str | None


class StateChange(Value):
    """``held``: nothing happens to it for now; ``closed``: it is no referral; ``review``: back to work."""

    revision: int = Key(ge=1)
    state: Literal["review", "held", "closed"]


class Tried(Value):
    """What a person types, to be read before it is saved."""

    path: str = Key(min_length=1, max_length=200)
    text: str = Key(max_length=400)


class TryAnswer(Value):
    """The value that the text would be, or what is wrong with it."""

    text: str | None
    problem: str | None
    told: str | None = None


class WordView(Value):
    """A word on a page with its box in points."""

    text: str
    box: BBox


class History(Value):
    """Everything that happened to one field."""

    lines: tuple[HistoryLine, ...]


class AuditAnswer(Value):
    """The newest lines of the audit; ``first_broken`` is None while the chain holds."""

    lines: tuple[dict[str, object], ...]
    first_broken: int | None


class Health(Value):
    """Whether the store answers."""

    status: Literal["ok"]


class Problem(Value):
    """Why a request was refused: a stable code and what to do next."""

    code: str
    message: str
