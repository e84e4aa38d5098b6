"""The standard columns of the tables: stable names, one for each place of the record.

A list has a fixed number of places (``PLACES``); what a record has beyond them is in the export report. Columns are
only added, at the end of their table.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from pydantic import BaseModel

from models.record import (
    Address,
    Coverage,
    Diagnosis,
    Field,
    Lab,
    Lists,
    Order,
    Patient,
    Prescriber,
    PriorTherapy,
)

PLACES: Mapping[str, int] = MappingProxyType(
    {"allergies": 12, "coverages": 3, "orders": 4, "premedications": 6, "diagnoses": 8, "prior_therapies": 6}
)
_SINGULAR = {
    "coverages": "coverage",
    "orders": "order",
    "diagnoses": "diagnosis",
    "prior_therapies": "prior_therapy",
    "patient_allergies": "allergy",
    "premedications": "premedication",
}
STATES = "states"
"""The column that says why cells are empty or doubtful: ``path=state`` pairs, joined by ``; ``."""


class Column(NamedTuple):
    """A column's name and the path of its cells."""

    name: str
    path: str


def _leaves(model: type[BaseModel], path: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Field):
            yield f"{path}.{name}"
        elif kind is Address:
            yield from _leaves(Address, f"{path}.{name}")
        else:
            yield from (f"{path}.{name}[{place}]" for place in range(PLACES[name]))


def _referral_paths() -> Iterator[str]:
    yield from ("referral_id", "revision", "supersedes", "created_at", "kind", "pages", "document.sha256")
    yield from ("readiness.verdict", "readiness.as_of", "readiness.valid_until")
    yield from _leaves(Patient, "patient")
    yield from _leaves(Prescriber, "prescriber")
    items: Mapping[str, type[BaseModel]] = {
        "orders": Order,
        "diagnoses": Diagnosis,
        "coverages": Coverage,
        "prior_therapies": PriorTherapy,
    }
    for name, model in items.items():
        for place in range(PLACES[name]):
            yield from _leaves(model, f"{name}[{place}]")
    yield from _leaves(Lists, "lists")
    yield STATES


def _name(path: str) -> str:
    """``orders[0].premedications[1]`` gives ``order_1_premedication_2``."""
    words: list[str] = []
    for part in path.split("."):
        name, _, place = part.removesuffix("]").partition("[")
        key = "patient_allergies" if name == "allergies" and place else name
        words += [_SINGULAR.get(key, name), str(int(place) + 1)] if place else [name]
    return "_".join(words)


REFERRAL_COLUMNS: tuple[Column, ...] = tuple(Column(_name(path), path) for path in _referral_paths())
LAB_COLUMNS: tuple[Column, ...] = tuple(
    Column(name, name) for name in ("referral_id", "revision", "lab_no", *Lab.model_fields, STATES)
)
"""``lab_no`` counts the laboratory rows of a referral from 1."""
