"""What an exporter is: records in, bytes out."""

from collections.abc import Sequence
from typing import Protocol

from extractor.registry import Registry
from models.record import Extraction


class Exporter(Protocol):
    """One format. ``media_type`` as registered with IANA, ``suffix`` with its dot."""

    media_type: str
    suffix: str

    def export(self, extractions: Sequence[Extraction]) -> bytes:
        """All records as one file; no records give an empty file of that format. Does no input or output."""
        ...


exporters: Registry[Exporter] = Registry("exporters")
