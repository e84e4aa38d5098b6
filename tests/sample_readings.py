"""The sample faxes as they are read: what one test has read of a page is there for all others, and for the next run."""

from pathlib import Path

from extractor.artifacts import FolderArtifacts
from extractor.pipeline import Result, extract_file
from models.stages.options import Options

ROOT = Path(__file__).resolve().parents[1]
FAXES = ROOT / "samples" / "faxes"
KEPT = ROOT / "build" / "readings"
"""Beside each reading's key stands the version of all code that read it, so that a change reads again."""


def find_fax(name: str) -> Path:
    """The one fax whose name begins so, such as ``03_``."""
    (found,) = (path for path in FAXES.glob(f"{name}*") if path.suffix in {".tif", ".pdf"})
    return found


def extract_sample(name: str, options: Options | None = None) -> Result:
    """The record of a sample, from readings that are kept; only what was not read before is read."""
    return extract_file(find_fax(name), options or Options(), artifacts=FolderArtifacts(KEPT))
