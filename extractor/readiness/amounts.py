"""Doses as numbers: whether an ordered dose is a usual one, by the patient's size where it goes by size."""

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from extractor.readiness.case import Case

TOLERANCE = 0.1
"""Doses by weight are rounded to whole vials: 10 % either way is the same dose (HOPA dose-rounding position, 2018)."""
_ROUNDING = 1e-6
_AMOUNT = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[A-Za-z]+(?: units)?)(?:/(?P<per>kg|m2))?", re.IGNORECASE)
_MILLIGRAMS = {"mg": 1.0, "g": 1000.0, "mcg": 0.001}


class Match(StrEnum):
    """How an ordered dose compares; ``no_weight``: only the patient's weight or surface could tell."""

    SAME = "same"
    OTHER = "other"
    NO_WEIGHT = "no_weight"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Amount:
    """A dose: grams and micrograms as milligrams; ``per`` is ``kg``, ``m2`` or empty."""

    number: float
    unit: str
    per: str


def read_amount(text: str) -> Amount | None:
    """A dose as the record writes it: ``400 mg``, ``5 mg/kg``, ``0.4 g/kg``; None where it is none."""
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        return None
    unit = found["unit"].casefold()
    factor = _MILLIGRAMS.get(unit)
    number = float(found["number"])
    per = (found["per"] or "").casefold()
    return Amount(number, unit, per) if factor is None else Amount(number * factor, "mg", per)


@dataclass(frozen=True, slots=True)
class Body:
    """The patient's weight in kg and surface in m2, None where it is not surely known."""

    weight_kg: float | None
    surface_m2: float | None

    def measure(self, per: str) -> float | None:
        """By how much a dose ``per`` kg or m2 is multiplied; 1 for a flat dose."""
        return {"kg": self.weight_kg, "m2": self.surface_m2}.get(per, 1.0)


def sure_body(case: Case) -> Body:
    """What is surely known of the patient's size; surface after Mosteller (1987): sqrt(cm * kg / 3600)."""
    weight, height = case.referral.patient.weight_kg, case.referral.patient.height_cm
    kilograms = weight.value if case.is_sure(weight) and (weight.value or 0.0) > 0 else None
    centimetres = height.value if case.is_sure(height) and (height.value or 0.0) > 0 else None
    has_both = kilograms is not None and centimetres is not None
    return Body(kilograms, math.sqrt((kilograms or 0.0) * (centimetres or 0.0) / 3600) if has_both else None)


def compare_doses(ordered: str, usual: tuple[str, ...], body: Body) -> Match:
    """Whether ``ordered`` is one of ``usual``."""
    amount = read_amount(ordered)
    known = [one for one in map(read_amount, usual) if one is not None]
    if amount is None or not known:
        return Match.UNKNOWN
    found = {_compare(amount, one, body) for one in known}
    return next((match for match in (Match.SAME, Match.NO_WEIGHT) if match in found), Match.OTHER)


def _compare(ordered: Amount, usual: Amount, body: Body) -> Match:
    if ordered.unit != usual.unit:
        return Match.OTHER
    if ordered.per == usual.per:
        return Match.SAME if abs(ordered.number - usual.number) <= _ROUNDING * usual.number else Match.OTHER
    given, wanted = body.measure(ordered.per), body.measure(usual.per)
    if given is None or wanted is None:
        return Match.NO_WEIGHT
    expected = usual.number * wanted
    return Match.SAME if abs(ordered.number * given - expected) <= TOLERANCE * expected else Match.OTHER
