"""The record as JSON: the object that ``extractor extract`` prints, with the one referral that is exported.

Its JSON Schema is ``models/record/extraction.schema.json``. Within one ``schema_version`` names, types and units stay
and keys are only added, so a reader has to pass over keys that it does not know. A key that shall go is first marked
``deprecated`` in the schema and filled for at least one more minor version of the program; taking it away, renaming or
re-typing one makes a new ``schema_version``.
"""

from extractor.export.base import ExportContext, Exported, export_name, exporters, require_referral
from models.record import Referral


class JsonExporter:
    """The whole record, so nothing is lost; UTF-8, indented, with a closing newline."""

    media_type = "application/json"
    suffix = ".json"

    def export(self, referral: Referral, context: ExportContext) -> tuple[Exported, ...]:
        """One file: the file's record with this referral alone."""
        require_referral(referral)
        record = context.extraction.model_copy(update={"referrals": (referral,)})
        content = (record.model_dump_json(indent=2) + "\n").encode()
        return (Exported(media_type=self.media_type, filename=export_name(referral, self.suffix), content=content),)


exporters.register("json")(JsonExporter())
