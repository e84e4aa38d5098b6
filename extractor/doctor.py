"""What ``extractor doctor`` says: versions, engines, settings, and what is missing."""

import platform
import re
from importlib.metadata import PackageNotFoundError, version

from extractor import ocr
from extractor.settings import load_settings
from extractor.version import __version__

_LIBRARIES = (
    "pydantic", "pdfplumber", "pypdfium2", "pillow", "opencv-python-headless",
    "openvino", "rapidocr", "pytesseract", "spacy",
)  # fmt: skip

_PASSWORD = re.compile(r"(://[^:/?#]*:).*@", re.DOTALL)
"""Between the user's name and the last ``@``, for a password may hold any sign where somebody forgot to encode it."""
_PASSWORD_ENTRY = re.compile(r"([?&;](?:ssl)?password=)[^&;]*", re.IGNORECASE)


def report() -> tuple[list[str], bool]:
    """The lines to print, and whether at least one reading engine works."""
    settings = load_settings()
    lines = [f"referral-extractor {__version__} on Python {platform.python_version()}, {platform.platform()}", ""]
    lines += ["Libraries"] + [f"  {name:24} {_version(name)}" for name in _LIBRARIES]
    engines = ocr.available_engines()
    lines += ["", "Reading engines"]
    lines += [f"  {name:24} {found.version or 'MISSING: ' + found.remedy}" for name, found in sorted(engines.items())]
    lines += ["", "Settings (defaults, extractor.toml, EXTRACTOR_ variables)"]
    for group, values in settings.model_dump().items():
        entries = (
            {f"{group}.{name}": value for name, value in values.items()}
            if isinstance(values, dict)
            else {group: values}
        )
        lines += [f"  {name:28} {_masked(value)}" for name, value in entries.items()]
    readers = {name for name, found in engines.items() if found.version} - {"null", "embedded"}
    if not readers:
        lines += ["", "No engine can read a picture: install the package again, or Tesseract."]
    return lines, bool(readers)


def _masked(value: object) -> object:
    """The value without the passwords of addresses in it, however deep they lie: what is printed here is sent on."""
    if isinstance(value, dict):
        return {name: _masked(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return tuple(map(_masked, value))
    if not isinstance(value, str):
        return value
    return _PASSWORD_ENTRY.sub(r"\1***", _PASSWORD.sub(r"\1***@", value))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "MISSING: install the package again"
