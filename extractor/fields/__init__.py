"""Packet to candidates: one module for each family of fields, behind one Protocol and registry."""

from extractor.fields import diagnoses, orders, patient, prescriber, signature
from extractor.fields.base import Context, FieldFamily, families
from extractor.fields.proposal import attempted_paths, propose

BUILT_IN = (diagnoses, orders, patient, prescriber, signature)
"""Importing them registers their families."""

__all__ = ["BUILT_IN", "Context", "FieldFamily", "attempted_paths", "families", "propose"]
