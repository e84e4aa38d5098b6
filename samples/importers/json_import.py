"""Reads the record itself and checks its version; keys that a reader does not know are passed over."""

import json
from collections.abc import Iterator

from samples.importers import Imported, Scalar

PLAIN = {"referral_id", "revision", "supersedes", "created_at", "kind", "pages", "readiness"}
KNOWN_VERSION = "1"


def read_record(content: bytes) -> list[Imported]:
    """Every referral of a record; ``ValueError`` for a version that this reader was not written for."""
    record = json.loads(content)
    if record["schema_version"] != KNOWN_VERSION:
        raise ValueError(f"schema_version {record['schema_version']} is not {KNOWN_VERSION}")
    return [_referral(referral) for referral in record["referrals"]]


def _referral(referral: dict[str, object]) -> Imported:
    values: dict[str, Scalar] = {}
    states: dict[str, str] = {}
    for path, field in _fields({name: part for name, part in referral.items() if name not in PLAIN}, ""):
        if field["value"] is not None:
            values[path] = field["value"]
        if field["state"] not in {"found", "not_on_form"}:
            states[path] = field["state"]
    return Imported(str(referral["referral_id"]), int(str(referral["revision"])), values, states)


def _fields(part: object, path: str) -> Iterator[tuple[str, dict]]:
    if isinstance(part, list):
        for place, item in enumerate(part):
            yield from _fields(item, f"{path}[{place}]")
    elif isinstance(part, dict) and "state" in part and "value" in part:
        yield path, part
    elif isinstance(part, dict):
        for name, inner in part.items():
            yield from _fields(inner, f"{path}.{name}" if path else name)
