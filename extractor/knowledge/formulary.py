"""The drugs this program knows: names, codes, usual routes and doses, from ``data/drugs.yaml``."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from models.record import Value

DATA_FILE = "drugs.yaml"


class Drug(Value):
    """One product. ``doses`` are usual ones, for plausibility only; ``icd10`` are prefixes of usual indications."""

    generic: str
    brands: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    hcpcs: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    doses: tuple[str, ...] = ()
    icd10: tuple[str, ...] = ()
    infused: bool

    @property
    def base(self) -> str:
        """The generic name without a biosimilar's four-letter suffix."""
        head, _, suffix = self.generic.rpartition("-")
        return head if head and len(suffix) == 4 and suffix.isalpha() else self.generic


class DrugBook(Value):
    """All products and the ordinary words that look like one."""

    drugs: tuple[Drug, ...]
    not_drugs: frozenset[str]


@cache
def load() -> DrugBook:
    """The packaged drugs, read once a process."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = files(__package__).joinpath("data", DATA_FILE).read_text(encoding="utf-8")
    raw: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader, in C where there is one
    drugs = [Drug(**entry, infused=name == "infused") for name in ("infused", "not_infused") for entry in raw[name]]
    return DrugBook(drugs=tuple(drugs), not_drugs=frozenset(raw["not_drugs"]))


def products(name: str) -> tuple[Drug, ...]:
    """Products whose generic name, brand or alias is ``name``, whatever the case; () where it is none."""
    return _by_name().get(name.casefold().strip(), ())


def is_infused(generic: str) -> bool:
    """Whether an infusion center gives some product of this generic name."""
    return any(drug.infused for drug in products(generic))


def is_usual_dose(name: str, dose: str) -> bool | None:
    """Whether a drug (generic, brand or alias) is usually given so; None where no usual dose is recorded.

    For plausibility only: an unusual dose is a reason to look, never a reason to change it.
    """
    doses = {usual for drug in products(name) for usual in drug.doses}
    return dose in doses if doses else None


def products_by_hcpcs(code: str) -> tuple[Drug, ...]:
    """Products billed under a HCPCS code such as ``J2350``."""
    return tuple(drug for drug in load().drugs if code.strip().upper() in drug.hcpcs)


@cache
def _by_name() -> dict[str, tuple[Drug, ...]]:
    found: dict[str, list[Drug]] = {}
    for drug in load().drugs:
        for name in dict.fromkeys((drug.generic, *drug.brands, *drug.aliases)):
            found.setdefault(name.casefold(), []).append(drug)
    return {name: tuple(drugs) for name, drugs in found.items()}
