"""What a form family is, and the door through which each registers itself."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from samples.generator.case import Case
from samples.generator.sheet import Look, Sheet

Draw = Callable[[Case, Look, random.Random], list[Sheet]]


@dataclass(frozen=True)
class Family:
    """One template. ``role`` is the part of a packet it can play: order, cover, face, card, note, labs, blank.

    ``inks`` says how it may be filled in: ``typed``, ``hand`` or ``acroform``.
    """

    name: str
    pool: str
    role: str
    inks: tuple[str, ...]
    draw: Draw


_FAMILIES: dict[str, Family] = {}


def register(name: str, pool: str, role: str, inks: tuple[str, ...] = ("typed",)) -> Callable[[Draw], Draw]:
    """Put a family in the register."""

    def keep(draw: Draw) -> Draw:
        if name in _FAMILIES:
            raise ValueError(f"two families are called {name}")
        _FAMILIES[name] = Family(name, pool, role, inks, draw)
        return draw

    return keep


def family(name: str) -> Family:
    """The family called ``name``."""
    return _FAMILIES[name]


def families(pool: str | None = None, role: str | None = None) -> tuple[Family, ...]:
    """All families of a pool and a role, in the order of their names."""
    found = (f for f in _FAMILIES.values() if pool in (None, f.pool) and role in (None, f.role))
    return tuple(sorted(found, key=lambda f: f.name))


STANDING = {
    "train": (
        "Reaction protocol: for hives, chills or a fall in blood pressure stop the infusion, keep the line "
        "open with normal "
        "saline 500 mL, give diphenhydramine 50 mg IV and hydrocortisone 100 mg IV once, and call the "
        "ordering provider. "
        "Nursing: vital signs before, every 30 minutes during and 30 minutes after the infusion."
    ),
    "tune": (
        "Center protocol applies unless struck out: oxygen 2 L by nasal cannula, famotidine 20 mg IV and "
        "methylprednisolone 125 mg IV for a moderate reaction; restart at half rate once settled. Pregnancy test "
        "before the first dose where it applies. Orders lapse 6 months after the prescriber's date."
    ),
    "retired": (
        "If a severe reaction occurs give epinephrine 0.3 mg IM, repeat once after 5 minutes, call 911. "
        "Flush the line with "
        "10 mL of 0.9% sodium chloride before and after. This request stays valid for 12 months from the "
        "date signed unless "
        "another period is written above. Photocopies and faxes count as originals."
    ),
    "test": (
        "Mild reaction: pause 15 minutes, cetirizine 10 mg by mouth, resume at half the last rate. Severe: stop, "
        "epinephrine 0.5 mg IM into the thigh, hydrocortisone 200 mg IV, transfer by ambulance. Hold and notify for a "
        "temperature of 38.0 C or more, new cough or open wounds. Observe for 60 minutes after doses 1 and 2."
    ),
}


def standing_orders(sheet: Sheet, y: float, pool: str) -> None:
    """Small print that names drugs, doses and periods nobody ordered."""
    sheet.paragraph(46, y, STANDING[pool], 520, 7.5)
