"""Records to bytes: a Protocol, a registry, and the built-in formats, which enter it when they are imported.

The overlay (``export.overlay``) is apart: it needs the page images, which no other format has.
"""

from extractor.export.base import Exporter, exporters
from extractor.export.json import JsonExporter

__all__ = ["Exporter", "JsonExporter", "exporters"]
