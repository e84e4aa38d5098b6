"""FHIR R4: a referral as one transaction Bundle.

``exporter`` is the door; ``bundle`` puts together what ``people``, ``coverages``, ``clinical``, ``labs``, ``orders``,
``lists``, ``paperwork`` and ``provenance`` make; ``terms`` lists every system, code and extension.
"""

from extractor.export.fhir.exporter import FhirExporter

__all__ = ["FhirExporter"]
