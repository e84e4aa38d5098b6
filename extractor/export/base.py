"""What an exporter is: one referral in, the files of one format out, and a report of what that format could not say."""

import hashlib
import re
from typing import Protocol

from pydantic import Field as Key

from extractor.errors import RecordError
from extractor.export.mapping import SiteMapping
from extractor.registry import Registry
from models.record import Extraction, Referral, ReferralKind, Value
from models.record.paths import walk_fields

PART = "record"
"""The part of a format that makes one file a referral."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class Loss(Value):
    """What a format could not say: the path in the record (``coverages[0].bin``) and why."""

    path: str
    reason: str


class Exported(Value):
    """One file or message. ``filename`` holds the referral's id and revision, never patient data; the losses of all
    files of one export together are its report. ``part``: which of them this is, the same name in every revision."""

    media_type: str
    filename: str
    content: bytes
    losses: tuple[Loss, ...] = ()
    part: str = PART


class Party(Value):
    """Who sends or receives: the names both sides agreed on, and the sender's NPI where it has one."""

    application: str
    facility: str | None = None
    npi: str | None = None


class ExportContext(Value):
    """What a referral needs beside itself to be exported.

    ``extraction``: the file's record that the referral stands in (its own ``referrals`` are not looked at).
    ``original``: the bytes of the incoming file where they shall travel inside the export, else the file is named by
    its SHA-256 only. ``approved_by``: the account that approved this revision, an id and no name. ``earlier``: for each
    part the last revision that the receiver has accepted of it, so that a format can say what is new and what changed.
    ``mapping``: a site's own tables. ``is_enhanced``: a commit and an application acknowledgment are asked for (HL7).
    """

    extraction: Extraction
    sender: Party = Party(application="referral-extractor")
    receiver: Party | None = None
    original: bytes | None = None
    approved_by: str | None = None
    earlier: dict[str, Referral] = Key(default_factory=dict)
    mapping: SiteMapping | None = None
    is_enhanced: bool = False


class Exporter(Protocol):
    """One format. ``media_type`` as registered with IANA, ``suffix`` with its dot."""

    media_type: str
    suffix: str

    def export(self, referral: Referral, context: ExportContext) -> tuple[Exported, ...]:
        """The files or messages of one referral, at least one, in the order in which they are to be sent.

        The same referral and context give the same bytes; does no input or output and reads no clock
        (``referral.created_at`` is the time of the revision). Raises ``RecordError`` for a referral that the format
        cannot carry at all.
        """
        ...


exporters: Registry[Exporter] = Registry("exporters")

_EVIDENCE = ("raw", "alternatives", "evidence", "reasons")


def evidence_losses(referral: Referral) -> tuple[Loss, ...]:
    """What only the record itself holds of its fields: text as read, runners-up, further places, reasons."""
    fields = [field for _, field in walk_fields(referral)]
    return tuple(
        Loss(path=f"*.{part}", reason="evidence for a human: only in the record")
        for part in _EVIDENCE
        if any(getattr(field, part) for field in fields)
    )


def require_referral(referral: Referral) -> None:
    """Only a referral is exported as one: a ``RecordError`` for a supplement or a stray."""
    if referral.kind is not ReferralKind.REFERRAL:
        raise RecordError(f"This is a {referral.kind} and no referral: it belongs to another one or to nobody here.")


def export_name(referral: Referral, suffix: str, part: str | None = None) -> str:
    """``<referral_id>-r<revision>[-part]<suffix>``; an id that is no plain file name is hashed."""
    known = referral.referral_id
    stem = known if _PLAIN_NAME.fullmatch(known) else hashlib.sha256(known.encode()).hexdigest()[:32]
    return f"{stem}-r{referral.revision}{'' if part is None else '-' + part}{suffix}"
