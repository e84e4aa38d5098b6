"""What a receiver is: where approved referrals go, and how much of what happened on the way can be known.

The rule behind all of it: what may have arrived is never sent again to a receiver that would take it for a second one.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from pydantic import SecretStr

from extractor.registry import Registry
from models.record import Value
from models.stages.options import ReceiverOptions

Clock = Callable[[], datetime]
"""Now, in UTC."""


class Shipment(Value):
    """One part of one revision on its way. ``key`` is the same every time this part is sent, ``content`` too."""

    key: str
    referral_id: str
    revision: int
    part: str
    media_type: str
    filename: str
    content: bytes


class Outcome(StrEnum):
    """What sending came to."""

    ACCEPTED = "accepted"
    """The receiver has it and says so."""
    COMMITTED = "committed"
    """It keeps it for certain, and says later (within ``after`` seconds) what its application makes of it."""
    REFUSED = "refused"
    """It does not have it, and the same again would be refused again: a person has to look."""
    TRY_AGAIN = "try_again"
    """It does not have it for certain; later may do."""
    UNKNOWN = "unknown"
    """It may have it: no answer came, or one that leaves it open."""


class Sent(Value):
    """An outcome with a short code for lists and the audit (``http_500``, ``ack_ae``); never text of the receiver.

    ``after``: seconds that the receiver asks to wait, or that its last word is awaited.
    """

    outcome: Outcome
    code: str
    after: float | None = None


class Answer(StrEnum):
    """What a receiver says when it is asked whether it has a shipment."""

    HAS = "has"
    HAS_NOT = "has_not"
    SILENT = "silent"
    """It did not answer: ask again later."""


class Recovery(StrEnum):
    """What may be done about a shipment of which nobody knows whether it arrived."""

    RESEND = "resend"
    """The receiver makes nothing of a repetition: send it again."""
    ASK = "ask"
    """The receiver says whether it has it."""
    PERSON = "person"
    """Neither: a person has to find out (``needs_check``)."""


class Receiver(Protocol):
    """One place to deliver to; ``recovery`` says whether it deduplicates, can be asked, or neither."""

    recovery: Recovery

    def prepare(self, shipment: Shipment) -> Sent | None:
        """All that can be done before anything may arrive; None, or why it has to wait (``TRY_AGAIN``)."""
        ...

    def send(self, shipment: Shipment) -> Sent:
        """Send, within the receiver's time limits. Raises nothing for what a network or a receiver may do."""
        ...

    def ask(self, shipment: Shipment) -> Answer:
        """Whether it has what was sent before under doubt; called only where ``recovery`` is ``ASK``, and not at once:
        the receiver may still be at work on it."""
        ...


ReceiverFactory = Callable[[ReceiverOptions, SecretStr | None, Clock], Receiver]
"""Options, the receiver's secret from the environment, a clock; raises ``UsageError`` for options that cannot work."""

receivers: Registry[ReceiverFactory] = Registry("receivers")


def accepted(code: str) -> Sent:
    """The receiver has it."""
    return Sent(outcome=Outcome.ACCEPTED, code=code)


def committed(code: str, after: float) -> Sent:
    """The receiver keeps it; the last word comes within ``after`` seconds."""
    return Sent(outcome=Outcome.COMMITTED, code=code, after=after)


def refused(code: str) -> Sent:
    """The receiver does not want it."""
    return Sent(outcome=Outcome.REFUSED, code=code)


def try_again(code: str, after: float | None = None) -> Sent:
    """The receiver does not have it yet."""
    return Sent(outcome=Outcome.TRY_AGAIN, code=code, after=after)


def unknown(code: str, after: float | None = None) -> Sent:
    """The receiver may have it."""
    return Sent(outcome=Outcome.UNKNOWN, code=code, after=after)
