"""What a rule looks at: one referral, one of its orders, the day, and how sure each field is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.record import Failure, Field, Order, Page, Quality, Referral, RuleEvidence, RuleOutcome, State
from models.record.field import HAS_NO_VALUE, HAS_VALUE
from models.record.paths import AnyField

HARMLESS = frozenset({"pages_repeated"})
"""Codes of failures that lose nothing: the page that is there twice was read."""


class Certainty(StrEnum):
    """How far a rule may rest on a field."""

    SURE = "sure"
    ABSENT = "absent"
    UNREADABLE = "unreadable"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Used:
    """A field with its path in the record."""

    path: str
    field: AnyField

    @property
    def evidence(self) -> RuleEvidence:
        """Where it was read."""
        return RuleEvidence(path=self.path, page_no=self.field.page_no, bbox=self.field.bbox)

    @property
    def place(self) -> str:
        """``page 3`` or ``the record``: where a person would look."""
        return f"page {self.field.page_no}" if self.field.page_no is not None else "the record"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, said as a sentence.

    ``used`` are the fields and ``pages`` the pages it looked at; ``changes_on``: days on which it may change by itself.
    """

    outcome: RuleOutcome
    message: str
    used: tuple[Used, ...] = ()
    changes_on: tuple[date, ...] = ()
    pages: tuple[int, ...] = ()

    @property
    def is_met(self) -> bool:
        """Whether nothing is left to do."""
        return self.outcome is RuleOutcome.MET

    @property
    def evidence(self) -> tuple[RuleEvidence, ...]:
        """Where a person would look."""
        pages = (RuleEvidence(path=f"document.pages[{page - 1}]", page_no=page) for page in self.pages)
        return (*(one.evidence for one in self.used), *pages)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The day from which time is counted back: the later of the start date and the day of judging.

    ``is_sure`` is false where a start date may stand on the pages and is not surely read: a later one would make more
    expire.
    """

    day: date
    is_start: bool
    is_sure: bool

    @property
    def words(self) -> str:
        """As a sentence names it."""
        return f"the start date {self.day.isoformat()}" if self.is_start else f"today ({self.day.isoformat()})"


@dataclass(frozen=True, slots=True)
class Case:
    """A referral with the pages of its file, and the order that a rule is applied to (None: the whole referral)."""

    referral: Referral
    pages: tuple[Page, ...]
    failures: tuple[Failure, ...]
    as_of: date
    order_index: int | None = None

    @property
    def order(self) -> Order | None:
        """The order in question."""
        return None if self.order_index is None else self.referral.orders[self.order_index]

    @property
    def is_whole(self) -> bool:
        """Whether every page arrived and was read, so that absence is a finding."""
        return all(failure.code in HARMLESS for failure in self.failures)

    def judge(self, field: AnyField) -> Certainty:
        """How far a rule may rest on ``field``."""
        if field.state in HAS_VALUE:
            return Certainty.SURE
        if field.state is State.ILLEGIBLE:
            return Certainty.UNREADABLE
        return Certainty.ABSENT if self._is_proven_absent(field) else Certainty.UNSURE

    def _is_proven_absent(self, field: AnyField) -> bool:
        """Whether a person says that it is not there, or a form asks for it and its own text has nothing there.

        That nothing asks for it is no proof: addresses and dates stand without a label. Nor is a place that looks empty
        on a picture of a page, where writing may not have been seen.
        """
        if field.source == "staff":
            return field.state in HAS_NO_VALUE
        page = next((one for one in self.pages if one.page_no == field.page_no), None)
        is_text = field.page_no is None or (page is not None and page.quality is Quality.DIGITAL)
        return field.state is State.BLANK and is_text and self.is_whole

    def is_sure(self, field: AnyField) -> bool:
        """Whether a rule may be met by ``field``."""
        return field.state in HAS_VALUE

    def is_doubtful(self, field: AnyField) -> bool:
        """Whether something stands there that was not read surely; nothing found at all is no doubt about a value."""
        is_silent = field.value is None and field.state in {State.NEEDS_REVIEW, *HAS_NO_VALUE}
        return not is_silent and not self.is_sure(field)

    def is_complete(self, name: str) -> bool:
        """Whether all items of a list are known to be in the record."""
        count: Field[int] = getattr(self.referral.lists, name)
        items = self.items(name)
        if self.judge(count) is Certainty.SURE:
            return count.value == len(items)
        is_none = count.state in HAS_NO_VALUE and (self.is_whole or count.source == "staff")
        return is_none and not items

    def items(self, name: str) -> Sequence[object]:
        """The items of a list by its name in ``lists``."""
        if name == "allergies":
            return self.referral.patient.allergies
        if name == "premedications":
            fields = [field for order in self.referral.orders for field in order.premedications]
            return tuple(dict.fromkeys(field.value if field.value is not None else field for field in fields))
        found: Sequence[object] = getattr(self.referral, name)
        return found

    def field(self, path: str) -> Used:
        """The field at ``path``; ``order.dose`` is that of the order in question."""
        head, _, rest = path.partition(".")
        if head == "order":
            path = f"orders[{self.order_index or 0}].{rest}"
        value: object = self.referral
        for name, index in re.findall(r"(\w+)(?:\[(\d+)\])?", path):
            value = getattr(value, name)
            if index:
                assert isinstance(value, tuple)
                value = value[int(index)]
        assert isinstance(value, Field)
        return Used(path=path, field=value)

    @property
    def anchor(self) -> Anchor:
        """From which day time is counted back for this order, or for the first dose of all orders."""
        orders = self.referral.orders if self.order is None else (self.order,)
        starts = [read_day(order.start_date) for order in orders if self.is_sure(order.start_date)]
        known = [start for start in starts if start is not None]
        is_sure = len(known) == len(starts) and all(
            self.judge(order.start_date) in {Certainty.SURE, Certainty.ABSENT} for order in orders
        )
        first = min(known, default=self.as_of)
        return Anchor(day=max(first, self.as_of), is_start=bool(known) and first >= self.as_of, is_sure=is_sure)


def read_day(field: AnyField) -> date | None:
    """The whole date that a field holds, None where it holds none."""
    try:
        return date.fromisoformat(field.value) if isinstance(field.value, str) else None
    except ValueError:
        return None
