"""The gate: what stops a referral from leaving. Pure; whoever delivers asks it, and a lead's override is audited there.

Which fields are critical and whether the policy is in shadow are those of ``extractor.resolve.policy``; they come in as
``GateRules``, because exporting stands below resolving.
"""

from collections.abc import Iterator
from enum import StrEnum

from models.record import Referral, ReferralKind, Value
from models.record.list_places import unplaced
from models.record.paths import walk_fields

_IDENTITY = ("patient.last_name", "patient.date_of_birth")


class GateRules(Value):
    """``critical``: paths without places (``orders[].dose``); ``is_shadow``: nothing leaves without a human's yes."""

    critical: frozenset[str]
    is_shadow: bool = True


class BlockCode(StrEnum):
    """Why a referral stays."""

    NOT_A_REFERRAL = "not_a_referral"
    NO_ORDER = "no_order"
    NO_IDENTITY = "no_identity"
    NEEDS_HUMAN = "needs_human"
    NOT_APPROVED = "not_approved"


_FINAL = frozenset({BlockCode.NOT_A_REFERRAL, BlockCode.NOT_APPROVED})
"""No override lifts these: a supplement is no referral, and an approval is given, not waived."""


class Block(Value):
    """One reason to stay, with the field it is about; never a value of the record."""

    code: BlockCode
    path: str | None = None
    text: str

    @property
    def can_be_overridden(self) -> bool:
        """Whether a lead may send the referral all the same, with a reason."""
        return self.code not in _FINAL


class Override(Value):
    """A lead's decision to send a referral in spite of its blocks: the account and the reason, for the audit."""

    actor: str
    reason: str


def find_blocks(
    referral: Referral, rules: GateRules, *, approved_by: str | None = None, override: Override | None = None
) -> tuple[Block, ...]:
    """What stops ``referral`` from leaving now; nothing where it may leave.

    ``approved_by``: the account that approved exactly this revision. An ``override`` needs a reason in words, else it
    lifts nothing.
    """
    found = tuple(_blocks(referral, rules, approved_by))
    if override is None or not override.reason.strip():
        return found
    return tuple(block for block in found if not block.can_be_overridden)


def _blocks(referral: Referral, rules: GateRules, approved_by: str | None) -> Iterator[Block]:
    if referral.kind is not ReferralKind.REFERRAL:
        yield Block(code=BlockCode.NOT_A_REFERRAL, text=f"This is a {referral.kind}: only a referral is sent.")
        return
    if not referral.orders:
        yield Block(code=BlockCode.NO_ORDER, path="orders", text="No order was found: enter it or close the referral.")
    for path, field in walk_fields(referral):
        if unplaced(path) in rules.critical and field.needs_person:
            yield Block(
                code=BlockCode.NEEDS_HUMAN, path=path, text=f"A person has to look at it first ({field.state})."
            )
        elif path in _IDENTITY and field.value is None:
            yield Block(
                code=BlockCode.NO_IDENTITY, path=path, text="Nobody can tell whose referral this is without it."
            )
    if rules.is_shadow and approved_by is None:
        yield Block(code=BlockCode.NOT_APPROVED, text="Every referral needs a person's approval before it leaves.")
