"""Reads a faxed infusion referral into a validated record with a confidence for every field.

>>> from extractor import extract
>>> extraction = extract("fax.tif")                                    # doctest: +SKIP
>>> extraction.referrals[0].patient.date_of_birth.value                # doctest: +SKIP
"""

from pathlib import Path
from typing import TYPE_CHECKING

from extractor.version import __version__

if TYPE_CHECKING:
    from models.record import Extraction

__all__ = ["__version__", "extract"]


def extract(path: "str | Path") -> "Extraction":
    """Read one file with the settings of the environment and the settings file.

    Returns the record; pages that could not be read are in its ``failures``. Raises an
    ``extractor.errors.ExtractorError`` when nothing usable is left.
    """
    from extractor.pipeline import extract_file
    from extractor.settings import load_settings

    return extract_file(Path(path), load_settings().options()).extraction
