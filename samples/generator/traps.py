"""What may mislead a reader: how often a fax is to carry it, and which traps a finished one really has."""

import re
from typing import TYPE_CHECKING

from samples.generator.case import Case, drugs
from samples.generator.sheet import Sheet

if TYPE_CHECKING:
    from samples.generator.packet import Spec

# For the families that can leave them out; the older ones always show what they show.
CHANCES = {
    "group_npi": 0.5,
    "pcp": 0.4,
    "supervisor": 0.25,
    "emergency": 0.4,
    "guarantor": 0.3,
    "center_npi": 0.3,
    "unticked_drugs": 0.6,
    "unticked_codes": 0.6,
    "crossed_out": 0.15,
    "stat": 0.12,
    "pending": 0.2,
}
CODE = re.compile(r"\b[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?\b")


def found(spec: "Spec", people: list[Case], sheets: list[Sheet]) -> list[str]:
    """The names of the traps on these pages, by looking at what was drawn."""
    names: set[str] = set()
    for sheet in sheets:
        names |= sheet.traps | _on(sheet, people[sheet.owner])
    if not spec.is_npi_valid:
        names.add("npi_fails_check")
    if any(other.is_stray for other in spec.others):
        names.add("stray_page")
    names |= {f"two_patients_{other.relation}" for other in spec.others if not other.is_stray}
    return sorted(names)


def _on(sheet: Sheet, case: Case) -> set[str]:
    text = " ".join(word.text for word in sheet.drawing.words)
    digits = re.sub(r"\D", "", text)
    who, center = case.prescriber, case.center
    numbers = {
        "center_phone": center.phone[2:],
        "center_fax": center.fax[2:],
        "center_npi": center.npi,
        "group_npi": who.group_npi,
        "emergency": case.emergency[2][2:],
    }
    names = {name for name, number in numbers.items() if number in digits}
    people = {
        "pcp": (case.primary_care.first_name, case.primary_care.last_name),
        "supervisor": (case.supervisor.first_name, case.supervisor.last_name),
    }
    names |= {name for name, (first, last) in people.items() if f"{first} {last}" in text or f"{last}, {first}" in text}
    said = {entry.path: entry.value for entry in sheet.drawing.said}
    if said.get("orders[0].priority") == "stat":
        names.add("stat")
    if any(path.endswith(".status") and value == "pending" for path, value in said.items()):
        names.add("pending")
    unticked = " ".join(sheet.unticked)
    if CODE.search(unticked):
        names.add("unticked_codes")
    if any(drug["brand"] in unticked for drug in drugs()):
        names.add("unticked_drugs")
    return names
