"""From an outbox item to what is sent: the approved revision in the receiver's format, checked once more."""

from collections.abc import Callable

from extractor.delivery.base import Shipment
from extractor.delivery.destinations import Destination
from extractor.errors import RecordError
from extractor.export import ExportContext, Hl7Exporter
from extractor.export.hl7v2_check import check_message
from extractor.store import approvals, documents, outbox, referrals
from extractor.store.database import Connection
from extractor.store.outbox import OutboxItem
from models.record import Referral

Originals = Callable[[str], bytes | None]
"""The bytes of an incoming file by its SHA-256, None where they shall not travel."""


def build_shipments(
    connection: Connection, item: OutboxItem, destination: Destination, originals: Originals | None = None
) -> tuple[Shipment, ...]:
    """The parts in the order in which they go. The same item gives the same bytes, whenever it is built.

    Raises ``RecordError`` where the revision or its file's record is gone, or the format cannot carry it.
    """
    stored = referrals.find(connection, item.referral_id, item.revision)
    sha256 = None if stored is None else stored.summary.document_sha256
    extraction = None if sha256 is None else documents.find_extraction(connection, sha256)
    if stored is None or sha256 is None or extraction is None:
        raise RecordError("The store has lost this revision or what was read of its file: restore it from a backup.")
    approval = approvals.find_approval(connection, item.referral_id, item.revision)
    context = ExportContext(
        extraction=extraction,
        sender=destination.sender,
        receiver=destination.party,
        original=originals(sha256) if originals is not None and destination.is_original_sent else None,
        approved_by=None if approval is None else approval.actor,
        earlier=_earlier(connection, item),
        is_enhanced=destination.is_enhanced,
        mapping=destination.mapping,
    )
    shipments = []
    checked = {*item.accepted_parts, item.unsure_part}
    for exported in destination.exporter.export(stored.record, context):
        if exported.media_type == Hl7Exporter.media_type and exported.part not in checked:
            check_message(exported.content)
        shipments.append(
            Shipment(
                key=f"{item.idempotency_key}-{exported.part}",
                referral_id=item.referral_id,
                revision=item.revision,
                part=exported.part,
                media_type=exported.media_type,
                filename=exported.filename,
                content=exported.content,
            )
        )
    return tuple(shipments)


def _earlier(connection: Connection, item: OutboxItem) -> dict[str, Referral]:
    """For each part the last revision before this one that the receiver has accepted."""
    known: dict[str, Referral] = {}
    for other in outbox.list_stream(connection, item.referral_id, item.receiver):
        if other.revision < item.revision and other.accepted_parts:
            stored = referrals.find(connection, other.referral_id, other.revision)
            if stored is not None:
                known |= dict.fromkeys(other.accepted_parts, stored.record)
    return known
