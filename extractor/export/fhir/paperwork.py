"""The original as a DocumentReference, and the readiness verdict as a Task."""

import base64
import hashlib
from collections.abc import Sequence

from extractor.export.base import ExportContext
from extractor.export.fhir import terms
from extractor.export.fhir.elements import Element, coding, concept, identifier, us_core
from extractor.export.fhir.resource import Shelf
from models.record import Document, RuleResult


def add_paperwork(shelf: Shelf, context: ExportContext) -> None:
    """The document and, where the referral has a verdict, the Task."""
    document = context.extraction.document
    shelf.add(
        "DocumentReference",
        "document",
        {
            **us_core("documentreference", is_met=document.sha256 is not None),
            "identifier": [identifier(terms.SHA256, document.sha256)],
            "extension": [
                {"url": terms.extension_url("page"), "valuePositiveInt": page} for page in shelf.referral.pages
            ],
            "status": "current",
            "type": concept("Referral note", coding(terms.LOINC, "57133-1")),
            "category": [
                concept(
                    None,
                    coding(
                        "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category", "clinical-note"
                    ),
                )
            ],
            "subject": shelf.refer("patient"),
            "date": shelf.referral.created_at.isoformat(),
            "content": [{"attachment": _attachment(document, context)}],
        },
    )
    if shelf.referral.readiness is not None:
        _add_task(shelf)


def may_travel(context: ExportContext) -> bool:
    """Whether the original may go inside: only where every page of it is known to be this patient's.

    A page that could not be read belongs to nobody, so it may be a stranger's.
    """
    extraction = context.extraction
    if context.original is None or len(extraction.referrals) != 1:
        return False
    return extraction.document.page_count > 0 and set(range(1, extraction.document.page_count + 1)) <= set(
        extraction.referrals[0].pages
    )


def _attachment(document: Document, context: ExportContext) -> Element:
    """The bytes where they may travel; else the file by its SHA-256 as a URI (RFC 6920).

    ``hash`` is SHA-1 because FHIR R4 says so; what identifies the file is the SHA-256 identifier.
    """
    original = context.original
    if original is not None and may_travel(context):
        digest = hashlib.sha1(original, usedforsecurity=False).digest()
        return {
            "contentType": document.media_type,
            "data": base64.b64encode(original).decode(),
            "size": len(original),
            "hash": base64.b64encode(digest).decode(),
            "title": document.filename,
        }
    link = None if document.sha256 is None else _named_by_hash(document.sha256)
    return {"contentType": document.media_type, "url": link, "title": document.filename}


def _named_by_hash(sha256: str) -> str:
    return "ni:///sha-256;" + base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")


def _add_task(shelf: Shelf) -> None:
    readiness = shelf.referral.readiness
    if readiness is None:
        return
    outputs: list[Element] = [{"type": {"text": "as of"}, "valueDate": readiness.as_of.isoformat()}]
    if readiness.valid_until is not None:
        outputs.append({"type": {"text": "valid until"}, "valueDate": readiness.valid_until.isoformat()})
    shelf.add(
        "Task",
        "readiness",
        {
            "status": terms.TASK_STATUS[readiness.verdict],
            "businessStatus": concept(
                readiness.verdict.value.replace("_", " "), coding(terms.VERDICT, readiness.verdict.value)
            ),
            "intent": "order",
            "code": concept("Check that the referral can be scheduled"),
            "focus": shelf.refer(""),
            "for": shelf.refer("patient"),
            "authoredOn": shelf.referral.created_at.isoformat(),
            "output": [*outputs, *_rules(readiness.rules)],
        },
    )


def _rules(rules: Sequence[RuleResult]) -> list[Element]:
    return [
        {
            "extension": [{"url": terms.extension_url("severity"), "valueCode": rule.severity.value}],
            "type": concept(rule.title, coding(terms.RULE, rule.id)),
            "valueCodeableConcept": concept(rule.message, coding(terms.RULE_OUTCOME, rule.result.value)),
        }
        for rule in rules
    ]
