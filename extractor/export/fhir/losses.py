"""What the Bundle cannot say of a referral."""

from collections.abc import Iterator, Sequence

from extractor.export.base import PART, ExportContext, Loss, evidence_losses
from extractor.export.fhir.paperwork import may_travel
from extractor.export.fhir.resource import Resource
from models.record import Referral
from models.record.paths import walk_fields


def losses_of(referral: Referral, context: ExportContext, resources: Sequence[Resource]) -> tuple[Loss, ...]:
    """Every path whose content does not travel, with the reason."""
    return tuple(_losses(referral, context, resources))


def _losses(referral: Referral, context: ExportContext, resources: Sequence[Resource]) -> Iterator[Loss]:
    carried = {path for one in resources for path in one.fields}
    for path, field in walk_fields(referral):
        if path not in carried and field.value is not None:
            yield Loss(path=path, reason="no element of the Bundle holds this field")
    yield from evidence_losses(referral)
    address = (("patient.address", referral.patient.address), ("prescriber.address", referral.prescriber.address))
    for path, one in address:
        if one.line1.value is None and one.line2.value is not None:
            reason = "Address.line is a list: a second line alone reads as the first"
            yield from (Loss(path=f"{path}.{leaf}", reason=reason) for leaf in ("line1", "line2"))
    if referral.readiness is not None and referral.readiness.rules:
        yield Loss(
            path="readiness.rules[*]",
            reason="protocol, order_index, source and evidence of a rule are only in the record",
        )
    if context.original is not None and not may_travel(context):
        yield Loss(
            path="document",
            reason="not every page of the file is known to be this patient's: it is named, not enclosed",
        )
    if referral.revision > 1 and PART not in context.earlier:
        yield Loss(
            path="revision",
            reason="without the earlier revision, items that it had and this has not are not taken back",
        )
    yield Loss(path="document.pages", reason="page types and qualities are only in the record")
    if context.extraction.failures:
        yield Loss(path="failures", reason="what failed while reading is only in the record")
