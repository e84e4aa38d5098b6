"""One invented referral: who, what, why, from whom. Forms decide which of it they show and how."""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from samples.generator import people
from samples.generator.people import Center, Doctor, Home

HERE = Path(__file__).parent
TODAY = date(2026, 11, 20)
ALLERGENS = ("Penicillin", "Sulfa", "Latex", "Codeine", "Shellfish", "Iodinated contrast", "Aspirin", "Vancomycin")
PREMEDICATIONS = (
    "acetaminophen 650 mg PO",
    "diphenhydramine 25 mg PO",
    "methylprednisolone 100 mg IV",
    "loratadine 10 mg PO",
    "famotidine 20 mg IV",
    "diphenhydramine 50 mg IV",
)
OUTCOMES = ("inadequate response", "intolerance", "disease progression", "adverse reaction", "lost response")
SECONDARY = (
    ("I10", "Essential hypertension"),
    ("E78.5", "Hyperlipidemia"),
    ("E03.9", "Hypothyroidism"),
    ("F41.9", "Anxiety disorder"),
)


@dataclass(frozen=True)
class Order:
    """One drug order; ``dose``, ``frequency`` and so on are the record's values."""

    dose: str
    frequency: str
    course: str
    route: str
    duration: str
    refills: str


@dataclass(frozen=True)
class Result:
    """One row of a laboratory report."""

    row: dict[str, Any]
    result: str | None
    flag: str | None
    previous: str
    collected: date

    @property
    def status(self) -> str:
        """``final`` or ``pending``."""
        return "pending" if self.result is None else "final"


@dataclass(frozen=True)
class Case:
    """Everything the packet is about."""

    first_name: str
    middle_name: str
    last_name: str
    suffix: str
    date_of_birth: date
    sex: str
    home: Home
    home_phone: str
    mobile_phone: str
    work_phone: str
    email: str
    mrn: str
    height_in: int
    weight_lb: int
    allergies: tuple[str, ...]
    payer: tuple[str, str, str, str]
    member_id: str
    group_number: str
    payer_phone: str
    subscriber: str
    relationship: str
    second_payer: tuple[str, str] | None
    drug: dict[str, Any]
    orders: tuple[Order, ...]
    order_date: date
    start_date: date
    last_treatment: date | None
    priority: str
    premedications: tuple[str, ...]
    diagnoses: tuple[tuple[str, str], ...]
    prescriber: Doctor
    primary_care: Doctor
    center: Center
    emergency: tuple[str, str, str]
    priors: tuple[tuple[str, str, str, str], ...]
    results: tuple[Result, ...]
    is_signed: bool
    supervisor: Doctor
    traps: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


@cache
def drugs() -> tuple[dict[str, Any], ...]:
    """The drug table."""
    return tuple(yaml.safe_load((HERE / "drugs.yaml").read_text(encoding="utf-8")))


@cache
def panels() -> dict[str, list[dict[str, Any]]]:
    """The laboratory panels."""
    tables: dict[str, list[dict[str, Any]]] = yaml.safe_load((HERE / "tests.yaml").read_text(encoding="utf-8"))
    return tables


def invent(rng: random.Random, brand: str | None = None, is_npi_valid: bool = True, is_signed: bool = True) -> Case:
    """A case; ``brand`` fixes the drug."""
    sex = rng.choice(("female", "male"))
    drug = next(d for d in drugs() if d["brand"] == brand) if brand else rng.choice(drugs())
    home = people.home(rng)
    first, middle = rng.sample(people.FIRST_F if sex == "female" else people.FIRST_M, 2)
    last = rng.choice(people.LAST)
    born = date(rng.randint(1944, 2003), rng.randint(1, 12), rng.randint(1, 28))
    ordered = TODAY - timedelta(days=rng.randint(0, 25))
    payer = rng.choice(people.PAYERS)
    is_own = rng.random() < 0.7
    relationship = "self" if is_own else rng.choice(("spouse", "parent"))
    subscriber = f"{first} {last}" if is_own else f"{rng.choice(people.FIRST_M + people.FIRST_F)} {last}"
    contact = (
        rng.choice(people.FIRST_M + people.FIRST_F) + " " + last,
        rng.choice(("Spouse", "Sister", "Son", "Father")),
        "",
    )
    second = rng.choice(people.PAYERS[:5]) if rng.random() < 0.3 else None
    numbers = rng.sample(range(100), 5)
    phones = [f"+1{home.area}55501{n:02d}" for n in numbers]
    primary = drug["diagnoses"][rng.randrange(len(drug["diagnoses"]))]
    diagnoses = [tuple(primary), *rng.sample(SECONDARY, rng.choice((0, 0, 1, 2)))]
    return Case(
        first_name=first,
        middle_name=middle if rng.random() < 0.5 else "",
        last_name=last,
        suffix=rng.choice(("Jr", "Sr", "III")) if sex == "male" and rng.random() < 0.15 else "",
        date_of_birth=born,
        sex=sex,
        home=home,
        home_phone=phones[0],
        mobile_phone=phones[1],
        work_phone=phones[2],
        email=f"{first[0].lower()}.{last.lower().replace(chr(39), '').replace('-', '')}@example.com",
        mrn=f"{rng.randint(100000, 9999999)}",
        height_in=rng.randint(59, 76),
        weight_lb=rng.randint(105, 275),
        allergies=() if rng.random() < 0.4 else tuple(rng.sample(ALLERGENS, rng.choice((1, 1, 2, 3)))),
        payer=payer,
        member_id=_member(rng, payer[0]),
        group_number=f"{rng.choice(('', 'G', 'GRP'))}{rng.randint(10000, 999999)}",
        payer_phone=f"+1{rng.choice(('800', '888', '877'))}55501{numbers[3]:02d}",
        subscriber=subscriber,
        relationship=relationship,
        second_payer=(second[0], _member(rng, second[0])) if second and second != payer else None,
        drug=drug,
        orders=_orders(rng, drug),
        order_date=ordered,
        start_date=ordered + timedelta(days=rng.randint(7, 30)),
        last_treatment=ordered - timedelta(days=rng.randint(60, 200)) if rng.random() < 0.4 else None,
        priority=rng.choice(("routine", "routine", "urgent", "stat")),
        premedications=tuple(rng.sample(PREMEDICATIONS, rng.choice((0, 2, 2, 3)))),
        diagnoses=tuple(diagnoses),
        prescriber=people.doctor(rng, drug["specialty"], is_npi_valid),
        primary_care=people.doctor(rng, "medicine"),
        center=people.center(rng),
        emergency=(contact[0], contact[1], phones[4]),
        priors=_priors(rng, drug["priors"], ordered),
        results=_results(rng, drug["labs"], ordered),
        is_signed=is_signed,
        # Drawn apart, so that what was drawn before stays as it was.
        supervisor=people.doctor(random.Random(f"{first}/{last}/{born}/{numbers}"), drug["specialty"]),
    )


def trapped(case: Case, traps: frozenset[str]) -> Case:
    """The case with what its traps ask for: a test without its result yet, an order that cannot wait."""
    results = list(case.results)
    if "pending" in traps:
        results[len(results) // 2] = replace(results[len(results) // 2], result=None, flag=None, previous="")
    priority = "stat" if "stat" in traps else case.priority
    return replace(case, traps=traps, results=tuple(results), priority=priority)


def relative(rng: random.Random, first: Case, relation: str) -> Case:
    """A ``twin`` of the first patient, or the ``junior`` (or senior) who shares the name: same home and office."""
    other = replace(
        stranger(rng, first, is_of_same_office=True),
        last_name=first.last_name,
        home=first.home,
        home_phone=first.home_phone,
        payer=first.payer,
        payer_phone=first.payer_phone,
        group_number=first.group_number,
        second_payer=None,
        emergency=first.emergency,
    )
    if relation == "twin":
        return replace(other, date_of_birth=first.date_of_birth, suffix="")
    is_father = first.suffix == "Jr"
    born = first.date_of_birth.replace(year=first.date_of_birth.year + (-27 if is_father else 26))
    born += timedelta(days=rng.randint(20, 200))
    return replace(
        other,
        first_name=first.first_name,
        middle_name=first.middle_name and other.middle_name,
        suffix="Sr" if is_father else "Jr",
        date_of_birth=born,
        sex=first.sex,
    )


def stranger(rng: random.Random, first: Case, is_of_same_office: bool = False) -> Case:
    """A patient of another name; of another office unless said so."""
    found = invent(rng, rng.choice([d["brand"] for d in drugs() if d["specialty"] == first.drug["specialty"]]))
    while {found.last_name, found.first_name} & {first.last_name, first.first_name}:
        found = invent(rng, found.drug["brand"])
    if not is_of_same_office:
        return found
    return replace(
        found,
        prescriber=first.prescriber,
        supervisor=first.supervisor,
        center=first.center,
        order_date=first.order_date,
        is_signed=first.is_signed,
    )


def _member(rng: random.Random, payer: str) -> str:
    if payer == "Medicare":
        # Like a Medicare Beneficiary Identifier: digits and letters in fixed places.
        kinds = {"9": "123456789", "A": "ACDEFGHJKMNPQRTUVWXY", "0": "0123456789"}
        return "".join(rng.choice(kinds[kind]) for kind in "9AA0AA0AA00")
    return "".join(rng.choice("ABCDEHKMPWXZ") for _ in range(3)) + f"{rng.randint(10000000, 999999999)}"


def _orders(rng: random.Random, drug: dict[str, Any]) -> tuple[Order, ...]:
    regimen = rng.choice(drug["regimens"])
    orders = []
    for index, entry in enumerate(regimen):
        is_last = index == len(regimen) - 1
        is_once = entry["frequency"] in ("once", "day 1")
        duration = rng.choice(("12 months", "6 months", "")) if is_last and not is_once else ""
        refills = str(rng.choice((0, 1, 3, 5, 11))) if is_last and not is_once and rng.random() < 0.5 else ""
        orders.append(
            Order(
                entry["dose"], entry["frequency"], entry.get("course", ""), drug.get("route", "IV"), duration, refills
            )
        )
    return tuple(orders)


def _priors(rng: random.Random, names: list[str], before: date) -> tuple[tuple[str, str, str, str], ...]:
    rows = []
    year = before.year - rng.randint(4, 8)
    for name in rng.sample(names, rng.randint(1, len(names))):
        stop = min(year + rng.randint(1, 2), before.year - 1)
        rows.append((name, str(year), str(stop), rng.choice(OUTCOMES)))
        year = stop
    return tuple(rows)


def _results(rng: random.Random, names: list[str], before: date) -> tuple[Result, ...]:
    collected = before - timedelta(days=rng.randint(5, 60))
    return tuple(_result(rng, row, collected) for name in names for row in panels()[name])


def _result(rng: random.Random, row: dict[str, Any], collected: date) -> Result:
    if rng.random() < 0.03:
        return Result(row, None, None, "", collected)
    if "word" in row:
        return Result(row, row["word"][0], None, row["word"][0], collected)
    low, high, places = row["low"], row["high"], row["places"]
    spread = high - low
    value, flag = rng.uniform(low + 0.05 * spread, high - 0.05 * spread), None
    if row["range"] and rng.random() < 0.15:
        value, flag = rng.choice(((high + rng.uniform(0.05, 0.4) * spread, "H"), (max(0, low - 0.1 * spread), "L")))
        if round(value, places) >= low and flag == "L":
            flag = None
        if row["range"].startswith("<") and flag == "L":
            flag = None
    before = rng.uniform(low, high)
    return Result(row, f"{value:.{places}f}", flag, f"{before:.{places}f}", collected)
