"""The record as JSON: what ``extractor extract`` prints."""

from collections.abc import Sequence

from extractor.export.base import exporters
from models.record import Extraction


class JsonExporter:
    """One record as an indented object; several as JSON lines, one object a line."""

    media_type = "application/json"
    suffix = ".json"

    def export(self, extractions: Sequence[Extraction]) -> bytes:
        """UTF-8 with a closing newline."""
        indent = 2 if len(extractions) == 1 else None
        return "".join(extraction.model_dump_json(indent=indent) + "\n" for extraction in extractions).encode()


exporters.register("json")(JsonExporter())
