"""Each vendor library is used where this table says and nowhere else; one that is not in it is not used at all."""

import sys
from functools import cache

from tree import PACKAGES, imports, module_name, python_files

HOMES: dict[str, tuple[str, ...]] = {
    "alembic": ("extractor.store",),
    "authlib": ("extractor.web.sign_on",),
    "argon2": ("extractor.store.accounts",),
    "PIL": ("extractor.ingest", "extractor.image", "extractor.ocr", "extractor.layout"),
    "dbos": ("extractor.jobs.engine",),
    "cv2": ("extractor.ingest", "extractor.image", "extractor.ocr", "extractor.layout"),
    "fastapi": ("extractor.web",),
    "fhir": ("extractor.export.fhir",),
    "hl7apy": ("extractor.export.hl7v2_check",),
    "httpx": ("extractor.delivery", "extractor.web.sign_on"),
    "joserfc": ("extractor.web.sign_on",),
    "jinja2": ("extractor.web",),
    "numpy": (
        "extractor.pixels",
        "extractor.ingest",
        "extractor.image",
        "extractor.ocr",
        "extractor.layout",
        "extractor.evaluate",
    ),
    "obstore": ("extractor.store.bucket.client",),
    "openvino": ("extractor.ocr",),
    "pdfplumber": ("extractor.ingest",),
    "phonenumbers": ("extractor.knowledge", "extractor.image", "extractor.fields"),
    "pydantic": ("extractor", "models"),
    "pydantic_settings": ("extractor.settings",),
    "pypdfium2": ("extractor.ingest",),
    "pytesseract": ("extractor.ocr",),
    "rapidfuzz": ("extractor",),
    "rapidocr": ("extractor.evaluate.baselines",),
    "reportlab": ("extractor.export.overlay", "extractor.letter"),
    "rich": ("extractor.cli",),
    "simple_icd_10_cm": ("extractor.knowledge.build_icd10cm",),
    "spacy": ("extractor.ner",),
    "sqlalchemy": ("extractor.store", "extractor.jobs.engine"),
    "starlette": ("extractor.web",),
    "typer": ("extractor.cli",),
    "uvicorn": ("extractor.web",),
    "yaml": ("extractor",),
}


@cache
def _uses() -> tuple[tuple[str, str], ...]:
    """Each of our modules with each vendor library that it imports."""
    return tuple(
        (module_name(path), name)
        for path in python_files(*PACKAGES)
        for name in sorted({imported.split(".")[0] for imported in imports(path)})
        if name not in sys.stdlib_module_names and name not in PACKAGES
    )


def _is_home(module: str, vendor: str) -> bool:
    return any(module == home or module.startswith(home + ".") for home in HOMES.get(vendor, ()))


def test_every_vendor_library_stays_at_home() -> None:
    assert [f"{module} imports {vendor}" for module, vendor in _uses() if not _is_home(module, vendor)] == []


def test_the_table_names_no_library_that_is_not_used() -> None:
    assert set(HOMES) - {vendor for _, vendor in _uses()} == set()
