"""The exporter ``fhir``: one transaction Bundle a referral, checked before it leaves."""

from extractor.export.base import ExportContext, Exported, export_name, exporters, require_referral
from extractor.export.fhir.bundle import resources_of, transaction
from extractor.export.fhir.checking import check_bundle
from extractor.export.fhir.losses import losses_of
from extractor.export.fhir.writer import to_json
from models.record import Referral


class FhirExporter:
    """FHIR R4 (4.0.1). The classes that check it are those of R4B, which differs in no resource that is used here."""

    media_type = "application/fhir+json"
    suffix = ".fhir.json"

    def export(self, referral: Referral, context: ExportContext) -> tuple[Exported, ...]:
        """One Bundle; a ``RecordError`` names the elements that are not valid FHIR, without their values."""
        require_referral(referral)
        resources = resources_of(referral, context)
        content = (to_json(transaction(referral, context, resources)) + "\n").encode()
        check_bundle(content)
        return (
            Exported(
                media_type=self.media_type,
                filename=export_name(referral, self.suffix),
                content=content,
                losses=losses_of(referral, context, resources),
            ),
        )


exporters.register("fhir")(FhirExporter())
