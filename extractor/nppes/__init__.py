"""The national registry of provider identifiers (NPPES) as a local index: loading it, and looking providers up.

The index is built from the public file of the Centers for Medicare & Medicaid Services and lies outside the program.
Everything works without it.
"""

from extractor.nppes.loading import LoadReport, load_file
from extractor.nppes.matching import Comparison, compare, propose
from extractor.nppes.provider import Provider
from extractor.nppes.registry import NpiRegistry, find_registry

__all__ = [
    "Comparison",
    "LoadReport",
    "NpiRegistry",
    "Provider",
    "compare",
    "find_registry",
    "load_file",
    "propose",
]
