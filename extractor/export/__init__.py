"""Records to bytes: a Protocol, a registry, and the built-in formats, which enter it when they are imported.

The overlay (``export.overlay``) is apart: it needs the page images, which no other format has.
"""

from extractor.export.base import ExportContext, Exported, Exporter, Loss, Party, exporters
from extractor.export.csv import CsvExporter
from extractor.export.fhir import FhirExporter
from extractor.export.hl7v2 import Hl7Exporter
from extractor.export.json import JsonExporter

__all__ = [
    "CsvExporter",
    "ExportContext",
    "Exported",
    "Exporter",
    "FhirExporter",
    "Hl7Exporter",
    "JsonExporter",
    "Loss",
    "Party",
    "exporters",
]
