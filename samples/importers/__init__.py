"""Examples for the system that receives referrals: one small reader a format, standard library only.

Each gives an ``Imported``: the values of a referral by the record's paths (``orders[0].dose``), and the state of every
field that is more than found or absent. They share no code with the program that wrote the files.
"""

from dataclasses import dataclass, field

Scalar = str | float | bool | int


@dataclass(frozen=True)
class Imported:
    """One referral as received: ``values`` by path, ``states`` of fields that are doubtful or absent for a reason."""

    referral_id: str
    revision: int
    values: dict[str, Scalar] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
