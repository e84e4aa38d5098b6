"""Reads the two tables of the standard CSV export."""

import csv
import io
import re

from samples.importers import Imported, Scalar

NUMBERS = {"patient.height_cm", "patient.weight_kg"}
PLAIN = re.compile(r"referral_id|revision|supersedes|created_at|kind|pages|document_|readiness_|states")
SINGULAR = {
    "order": "orders",
    "coverage": "coverages",
    "diagnosis": "diagnoses",
    "prior_therapy": "prior_therapies",
    "premedication": "premedications",
    "allergy": "allergies",
}
ITEM = re.compile(r"(order|coverage|diagnosis|prior_therapy)_(\d+)_(?:(premedication)_(\d+)|(.+))")


def read_tables(referrals: bytes, labs: bytes) -> list[Imported]:
    """Every referral of one table with its laboratory rows of the other."""
    lab_rows: dict[str, list[dict[str, str]]] = {}
    for row in _rows(labs):
        lab_rows.setdefault(row["referral_id"], []).append(row)
    return [_referral(row, lab_rows.get(row["referral_id"], [])) for row in _rows(referrals)]


def _rows(table: bytes) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline=""), strict=True)
    return [{name: _unquoted(cell) for name, cell in row.items()} for row in reader]


def _unquoted(cell: str) -> str:
    """One leading apostrophe keeps spreadsheets from calculating; it is no part of the value."""
    return cell.removeprefix("'")


def _referral(row: dict[str, str], labs: list[dict[str, str]]) -> Imported:
    values = {_path(name): cell for name, cell in row.items() if cell and not PLAIN.match(name)}
    states = _states(row["states"], "")
    for lab in labs:
        start = f"labs[{int(lab['lab_no']) - 1}]."
        own = {name for name in lab if name not in {"referral_id", "revision", "lab_no", "states"}}
        values |= {start + name: lab[name] for name in own if lab[name]}
        states |= _states(lab["states"], start)
    typed = {path: _typed(path, cell) for path, cell in values.items()}
    return Imported(row["referral_id"], int(row["revision"]), typed, states)


def _states(cell: str, start: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in cell.split("; ") if pair)
    return {start + path: state for path, _, state in pairs}


def _path(name: str) -> str:
    if item := ITEM.fullmatch(name):
        kind, place, nested, nested_place, leaf = item.groups()
        start = f"{SINGULAR[kind]}[{int(place) - 1}]"
        return f"{start}.{SINGULAR[nested]}[{int(nested_place) - 1}]" if nested else f"{start}.{leaf}"
    if allergy := re.fullmatch(r"patient_allergy_(\d+)", name):
        return f"patient.allergies[{int(allergy[1]) - 1}]"
    start, _, leaf = name.partition("_")
    return f"{start}.address.{leaf.removeprefix('address_')}" if leaf.startswith("address_") else f"{start}.{leaf}"


def _typed(path: str, cell: str) -> Scalar:
    if path in NUMBERS:
        return float(cell)
    if path == "prescriber.signature_present":
        return cell == "true"
    return int(cell) if path.startswith("lists.") else cell
