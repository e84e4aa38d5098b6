"""Packet to candidates: one module for each family of fields, behind one Protocol and registry."""

from extractor.fields import (
    address_blocks,
    addresses,
    allergies,
    cards,
    coverages,
    demographics,
    diagnoses,
    labs,
    letterheads,
    letters,
    order_codes,
    order_details,
    orders,
    patient,
    patient_paragraphs,
    premedications,
    prescriber,
    prior_therapies,
    signature,
    signers,
)
from extractor.fields.base import Context, FieldFamily, families
from extractor.fields.proposal import attempted_paths, propose

BUILT_IN = (
    address_blocks,
    addresses,
    allergies,
    cards,
    coverages,
    demographics,
    diagnoses,
    labs,
    letterheads,
    letters,
    order_codes,
    order_details,
    orders,
    patient,
    patient_paragraphs,
    premedications,
    prescriber,
    prior_therapies,
    signature,
    signers,
)
"""Importing them registers their families."""

__all__ = ["BUILT_IN", "Context", "FieldFamily", "attempted_paths", "families", "propose"]
