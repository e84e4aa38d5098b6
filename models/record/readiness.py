"""``Readiness``: the verdict of a drug's protocol; null in a record until that stage has run."""

from datetime import date
from enum import StrEnum

from models.record.geometry import BBox
from models.record.value import Value


class Verdict(StrEnum):
    """Whether the referral can be scheduled."""

    READY = "ready"
    NEEDS_REVIEW = "needs_review"
    INCOMPLETE = "incomplete"


class Severity(StrEnum):
    """Whether a rule stops a referral or only advises."""

    REQUIRED = "required"
    ADVISORY = "advisory"


class RuleOutcome(StrEnum):
    """What a rule found."""

    MET = "met"
    MISSING = "missing"
    EXPIRED = "expired"
    ABNORMAL = "abnormal"
    PENDING = "pending"
    UNREADABLE = "unreadable"
    NEEDS_REVIEW = "needs_review"
    NOT_APPLICABLE = "not_applicable"


class RuleEvidence(Value):
    """The field a rule looked at: its path in the record, and where it was read."""

    path: str
    page_no: int | None = None
    bbox: BBox | None = None


class RuleResult(Value):
    """One rule of one protocol, applied."""

    id: str
    protocol: str
    order_index: int | None = None
    severity: Severity
    title: str
    result: RuleOutcome
    message: str
    source: str
    evidence: tuple[RuleEvidence, ...] = ()


class Readiness(Value):
    """The verdict with every rule's result; ``valid_until`` is the first day it may change by itself."""

    verdict: Verdict
    as_of: date
    valid_until: date | None = None
    rules: tuple[RuleResult, ...] = ()
