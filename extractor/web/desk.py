"""What every request works with; made once when the server starts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from extractor.knowledge.protocols import ProtocolBook
from extractor.store.database import Database
from extractor.store.metadata import utc_now
from extractor.web.pages import PageShelf
from models.stages.options import WebOptions


@dataclass(frozen=True, slots=True)
class Desk:
    """``receivers``: the names of all that an approved referral is sent to; ``clock`` gives the moment in UTC."""

    database: Database
    pages: PageShelf
    book: ProtocolBook
    options: WebOptions = field(default_factory=WebOptions)
    receivers: tuple[str, ...] = ()
    clock: Callable[[], datetime] = utc_now

    @property
    def idle(self) -> timedelta:
        """How long a session may lie unused."""
        return timedelta(minutes=self.options.idle_minutes)

    @property
    def longest(self) -> timedelta:
        """How long a session may last."""
        return timedelta(hours=self.options.session_hours)

    @property
    def claim_lasts(self) -> timedelta:
        """How long a claim holds without use."""
        return timedelta(minutes=self.options.claim_minutes)
