"""The two independent validators as functions from bundles to issues."""

import contextlib
import io
import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import definitions
from pyrofile_validator import Validator
from pyrofile_validator.config import ValidatorConfig

from extractor.export.fhir.definitions import extension_definitions
from extractor.export.fhir.writer import to_json

_OUTPUT = re.compile(r"Task\.output\[(?P<place>\d+)\]\.value\[x\]")

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"

EXPLAINED: Mapping[str, str] = {
    r"invariant\.dom-6": "a narrative is good practice for readers of text; these bundles are read by programs",
    r"modifierExtension\.present": "pyrofile says so of elements that modify by definition, such as status",
    r"datatype\.unknown-field: Unknown field \w+ in Element": "pyrofile does not know elements that are nested twice",
    r'Invalid reference: got "urn:uuid:': "@medplum/core does not look inside the transaction for the target's type",
}
"""What the validators warn of and why it stays, by a pattern of path and text."""


class Issue(NamedTuple):
    """One complaint: ``error`` or ``warning``, where, what."""

    severity: str
    path: str
    text: str


@cache
def _pyrofile(folder: Path) -> Validator:
    own = folder / "own"
    own.mkdir(exist_ok=True)
    for definition in extension_definitions():
        (own / f"{definition['id']}.json").write_text(to_json(definition), encoding="utf-8")
    paths = [str(own)] + ([str(definitions.unpacked())] if definitions.is_installed() else [])
    settings = {"fhirVersion": "4.0.1", "localPackagePaths": paths, "terminology": {"mode": "local"}}
    return Validator(ValidatorConfig.load_dict(settings))


def _checkable(bundle: Mapping[str, object]) -> dict[str, object]:
    """The bundle without claims of profiles whose definitions no package here has: only Patient's and
    MedicationRequest's of US Core are there. What the others make mandatory is in ``tests/unit/export/us_core.py``.
    """
    entries = []
    for entry in bundle["entry"]:
        resource = dict(entry["resource"])
        meta = dict(resource.get("meta", {}))
        known = [url for url in meta.pop("profile", ()) if _is_defined(url)]
        meta |= {"profile": known} if known else {}
        resource |= {"meta": meta} if meta else {}
        if not meta:
            resource.pop("meta", None)
        entries.append({**entry, "resource": resource})
    return {**bundle, "entry": entries}


@cache
def _is_defined(url: str) -> bool:
    name = f"StructureDefinition-{url.rpartition('/')[2]}.json"
    return not url.startswith(US_CORE) or (definitions.unpacked() / name).exists()


def pyrofile_issues(bundle: Mapping[str, object], folder: Path) -> list[Issue]:
    """What pyrofile says of a bundle; with HL7's definitions where they are installed, else with its own."""
    with contextlib.redirect_stdout(io.StringIO()):
        report = _pyrofile(folder).validate_resource(_checkable(bundle))
    said = [Issue(issue.severity.value, str(issue.path), f"{issue.code}: {issue.message}") for issue in report.issues]
    return [issue for issue in said if not _is_mistaken(issue, bundle)]


def _is_mistaken(issue: Issue, bundle: Mapping[str, object]) -> bool:
    """pyrofile 0.3 misses the value of a Task's output, because it looks for one that is called ``value[x]``."""
    found = _OUTPUT.fullmatch(issue.path)
    if found is None or not issue.text.startswith("cardinality.min"):
        return False
    tasks = [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Task"]
    return all(
        sum(name.startswith("value") for name in task["output"][int(found["place"])]) == 1
        for task in tasks
        if int(found["place"]) < len(task["output"])
    )


def medplum_issues(bundles: Sequence[Mapping[str, object]], folder: Path) -> list[list[Issue]]:
    """What @medplum/core says of each bundle."""
    files = []
    for number, bundle in enumerate(bundles):
        files.append(folder / f"bundle-{number}.json")
        files[-1].write_text(json.dumps(_checkable(bundle)), encoding="utf-8")
    script = Path(__file__).with_name("medplum.mjs")
    done = subprocess.run(
        ["node", str(script), str(definitions.FOLDER), *map(str, files)], check=True, capture_output=True, text=True
    )
    return [
        [Issue(one["severity"], one.get("path") or "", one.get("text") or "") for one in json.loads(line)["issues"]]
        for line in done.stdout.splitlines()
    ]


def errors(issues: Sequence[Issue]) -> list[Issue]:
    """Only what makes a bundle invalid."""
    return [issue for issue in issues if issue.severity not in {"warning", "information"}]


def unexplained(issues: Sequence[Issue]) -> list[str]:
    """The warnings that nothing in ``EXPLAINED`` accounts for."""
    told = [f"{issue.path} {issue.text}" for issue in issues if issue.severity == "warning"]
    return [text for text in told if not any(re.search(known, text) for known in EXPLAINED)]
