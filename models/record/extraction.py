"""``Extraction``: what one incoming file gave; the top of the record."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field as Key

from models.record.referral import Referral
from models.record.value import Value

SCHEMA_VERSION = "1"


class DocumentKind(StrEnum):
    """What the whole file is."""

    REFERRAL = "referral"
    SUPPLEMENT = "supplement"
    PRIOR_AUTH_REPLY = "prior_auth_reply"
    CANCELLATION = "cancellation"
    MISDIRECTED = "misdirected"
    OTHER = "other"


class PageType(StrEnum):
    """What one page is."""

    COVER_SHEET = "cover_sheet"
    ORDER = "order"
    ENROLLMENT_FORM = "enrollment_form"
    DEMOGRAPHICS = "demographics"
    INSURANCE_CARD = "insurance_card"
    CLINICAL_NOTE = "clinical_note"
    LAB_REPORT = "lab_report"
    IMAGING_REPORT = "imaging_report"
    MEDICATION_LIST = "medication_list"
    PRIOR_AUTHORIZATION = "prior_authorization"
    BLANK = "blank"
    OTHER = "other"


class Quality(StrEnum):
    """How well a page came through; ``degraded`` wins over all others."""

    DIGITAL = "digital"
    CLEAN_SCAN = "clean_scan"
    FINE_FAX = "fine_fax"
    STANDARD_FAX = "standard_fax"
    DEGRADED = "degraded"


class PageStatus(StrEnum):
    """Whether the page was read."""

    OK = "ok"
    FAILED = "failed"


class Page(Value):
    """One page of the file. ``rotation``: clockwise degrees by which it was turned to read upright.

    ``width`` and ``height`` are points of the upright page, null where the page failed. ``letter_id``: this page is
    our own letter of that id, which came back; nothing on it is taken for a value.
    """

    page_no: int = Key(ge=1)
    type: PageType = PageType.OTHER
    quality: Quality | None = None
    rotation: int = 0
    status: PageStatus = PageStatus.OK
    message: str | None = None
    width: float | None = None
    height: float | None = None
    letter_id: str | None = None


class FaxHeader(Value):
    """The transmit header line that the sending machine prints; ``sender_number`` in E.164, ``sent_at`` local time."""

    sender: str | None = None
    sender_number: str | None = None
    sent_at: datetime | None = None
    page_total: int | None = None


class Document(Value):
    """The file as received."""

    sha256: str | None
    filename: str
    media_type: str | None
    page_count: int = 0
    kind: DocumentKind = DocumentKind.OTHER
    pages: tuple[Page, ...] = ()
    fax_header: FaxHeader | None = None


class Status(StrEnum):
    """``partial`` when something was lost, ``failed`` when nothing usable is left."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"


class Failure(Value):
    """Something that went wrong: the stage, a stable code, the page if it was one page, and what to do next."""

    stage: str
    code: str
    page_no: int | None = None
    message: str


class Software(Value):
    """What made the record, so that a figure can be traced to a version."""

    version: str
    models: dict[str, str] = Key(default_factory=dict)
    calibration: str | None = None
    policy: str | None = None


class Extraction(Value):
    """One processed file: the object that ``extractor extract`` prints."""

    schema_version: str = SCHEMA_VERSION
    document: Document
    status: Status
    failures: tuple[Failure, ...] = ()
    software: Software
    referrals: tuple[Referral, ...] = ()
