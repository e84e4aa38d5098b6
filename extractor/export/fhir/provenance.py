"""Where every field came from: one Provenance for what the machine read, one for what staff said.

A field of state ``not_on_form`` that nobody touched has no entry; every other field has one.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from extractor.export.base import ExportContext
from extractor.export.fhir import terms
from extractor.export.fhir.elements import Element, Json, coding, concept, pruned
from extractor.export.fhir.resource import Resource, full_url
from models.record import STAFF, Referral, State
from models.record.paths import AnyField, walk_fields


def provenances(referral: Referral, resources: Sequence[Resource], context: ExportContext) -> Mapping[str, Element]:
    """The Provenance resources by key: ``machine`` always, ``staff`` where a human said anything."""
    fields = dict(walk_fields(referral))
    is_staff = any(field.source == STAFF for field in fields.values()) or context.approved_by is not None
    made = {"machine": _provenance(referral, resources, fields, context, is_staff=False)}
    if is_staff:
        made["staff"] = _provenance(referral, resources, fields, context, is_staff=True)
    return made


def _provenance(
    referral: Referral,
    resources: Sequence[Resource],
    fields: Mapping[str, AnyField],
    context: ExportContext,
    *,
    is_staff: bool,
) -> Element:
    targets: list[Json] = []
    for one in resources:
        told = [_origin(path, fields[path]) for path in one.fields if _belongs(fields[path], is_staff=is_staff)]
        if told or not is_staff or one.key == "":
            reference = {"reference": full_url(referral.referral_id, one.key)}
            targets.append({**reference, "extension": told} if told else reference)
    head = pruned(
        {
            "resourceType": "Provenance",
            "meta": {"tag": [{"system": terms.REVISION_ID, "code": revision_code(referral, is_staff=is_staff)}]},
            "recorded": referral.created_at.isoformat(),
            "activity": concept("Checked by staff" if is_staff else "Read from the fax by a program"),
            "agent": [
                {
                    "type": concept(
                        None,
                        coding(
                            f"{terms.TERMINOLOGY}/provenance-participant-type", "verifier" if is_staff else "assembler"
                        ),
                    ),
                    "who": _staff(context) if is_staff else _machine(context),
                }
            ],
            "entity": [{"role": "source", "what": {"reference": full_url(referral.referral_id, "document")}}],
        }
    )
    return {**head, "target": targets}


def revision_code(referral: Referral, *, is_staff: bool) -> str:
    """The tag by which a Provenance, which has no identifier in R4, is found again."""
    return f"{referral.referral_id}-r{referral.revision}-{STAFF if is_staff else 'machine'}"


def _machine(context: ExportContext) -> Element:
    software = context.extraction.software
    return {"type": "Device", "display": f"{context.sender.application} {software.version}"}


def _staff(context: ExportContext) -> Element:
    account = context.approved_by
    return {
        "identifier": None if account is None else {"system": f"{terms.BASE}:account", "value": account},
        "display": STAFF,
    }


def _belongs(field: AnyField, *, is_staff: bool) -> bool:
    if field.state is State.NOT_ON_FORM and field.source is None and field.page_no is None:
        return False
    return (field.source == STAFF) is is_staff


def _origin(path: str, field: AnyField) -> Element:
    box = None if field.bbox is None else " ".join(f"{side:.1f}" for side in field.bbox)
    confidence = None if field.confidence is None else Decimal(str(round(field.confidence, 4)))
    parts: tuple[tuple[str, str, Json], ...] = (
        ("path", "valueString", path),
        ("state", "valueCode", field.state.value),
        ("confidence", "valueDecimal", confidence),
        ("source", "valueString", field.source),
        ("page", "valuePositiveInt", field.page_no),
        ("box", "valueString", box),
    )
    told = [{"url": name, kind: value} for name, kind, value in parts if value is not None]
    return {"url": terms.extension_url("field"), "extension": told}
