"""What every request works with; made once when the server starts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from extractor.knowledge.protocols import ProtocolBook
from extractor.resolve.policy import Policy, load_policy
from extractor.resolve.spot_checks import choose_checks
from extractor.store.database import Database
from extractor.store.metadata import utc_now
from extractor.web.pages import PageShelf
from extractor.web.reception import Reception
from extractor.web.sign_on import Provider
from models.record import Referral
from models.stages.options import SiteOptions, WebOptions


@dataclass(frozen=True, slots=True)
class Desk:
    """``receivers``: the names of all that an approved referral is sent to; ``clock`` gives the moment in UTC.

    ``reception``: where files that are sent here go, None where none are taken. ``site`` is what letters say of the
    sender. ``policy``: which fields are critical here, and whether this site is in shadow.
    ``provider``: where people may log in as well, None where only passwords let in.
    """

    database: Database
    pages: PageShelf
    book: ProtocolBook
    options: WebOptions = field(default_factory=WebOptions)
    receivers: tuple[str, ...] = ()
    clock: Callable[[], datetime] = utc_now
    reception: Reception | None = None
    site: SiteOptions = field(default_factory=SiteOptions)
    policy: Policy = field(default_factory=load_policy)
    provider: Provider | None = None

    def choose_checks(self, referral: Referral, today: date) -> Mapping[str, str | None]:
        """The accepted fields that are shown to a person all the same: see ``WebOptions.check_share``."""
        return choose_checks(referral, self.options.check_share, self.options.seeded_share, today)

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
