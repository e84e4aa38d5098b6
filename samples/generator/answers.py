"""What one case answers to the questions of one form, in this form's own way of writing.

A form family names what each of its blanks asks for by a key (``dob``, ``member``, ``dose 0``); the answer is text with
the record's value, or a ``Blank`` that says which paths were asked for in vain.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from samples.generator import say
from samples.generator.case import Case
from samples.generator.ops import Seg, seg
from samples.generator.people import Doctor
from samples.generator.say import Blank

# How often a blank stays empty though the office knows the answer.
OPTIONAL = frozenset(
    [
        "middle",
        "suffix",
        "work",
        "mobile",
        "email",
        "mrn",
        "height",
        "weight",
        "group",
        "plan",
        "subscriber",
        "relationship",
        "payer_phone",
        "bin",
        "pcn",
        "hcpcs",
        "start",
        "last",
        "duration",
        "refills",
        "icd1",
        "dx1",
        "prior",
        "credentials",
        "premeds",
    ]
)
NEEDED = frozenset(["home", "allergies", "member", "icd", "office_fax", "office_phone", "practice", "sex"])
OPTIONAL_CHANCE, NEEDED_CHANCE = 0.1, 0.025

Reply = Callable[[], list[Seg]]
# Where people correct themselves.
SLIPS = ("dose 0", "dob", "home", "member", "npi", "weight", "order_date")


@dataclass(frozen=True)
class Style:
    """How one form is written: patterns of dates, telephones and names, codes with their dot or not."""

    date: str = "%m/%d/%Y"
    phone: str = "(###) ###-####"
    name: str = "first last"
    doctor: str = "first last, credentials"
    icd: str = "only"
    is_npi_spaced: bool = False
    height: str = "in"
    weight: str = "lb"
    extension: str = " ext. "


def style(
    rng: random.Random,
    dates: Sequence[str],
    phones: Sequence[str],
    names: Sequence[str] = ("first last", "last, first"),
    doctors: Sequence[str] = ("first last, credentials",),
) -> Style:
    """One of the styles that a form's families of patterns allow."""
    return Style(
        rng.choice(dates),
        rng.choice(phones),
        rng.choice(names),
        rng.choice(doctors),
        rng.choice(("only", "only", "only nodot")),
        rng.random() < 0.25,
        rng.choice(("in", "ft", "cm")),
        rng.choice(("lb", "kg")),
        rng.choice((" ext. ", " x", " Ext ")),
    )


class Slip(list[Seg]):
    """An answer that was first written wrong: ``wrong`` is to be struck out before it."""

    def __init__(self, segs: list[Seg], wrong: str):
        super().__init__(segs)
        self.wrong = wrong


class Answers:
    """Answers by key, ``answers("dose 0")``; what is left out in one blank of a form is left out in all."""

    def __init__(self, case: Case, rng: random.Random, how: Style):
        self.case, self.rng, self.how = case, rng, how
        self._left: dict[str, bool] = {}
        self._slip = rng.choice(SLIPS) if self.has("crossed_out") else ""

    def __call__(self, key: str, variant: str = "") -> list[Seg]:
        """The answer to a key with an optional number after it; ``variant`` overrides the form's style."""
        name, _, number = key.partition(" ")
        index = int(number) if number else 0
        segs = self._answer(name, index, variant)
        if segs and self._is_left(name, index):
            return Blank(tuple(path for piece in segs for path, _ in piece.says))
        if key == self._slip and len(segs) == 1:
            self._slip = ""
            return Slip(segs, _with_wrong_digit(self.rng, segs[0].text))
        return segs

    def sure(self, key: str, variant: str = "") -> list[Seg]:
        """The answer where nothing asks for it, as in a letterhead: it is never left out."""
        name, _, number = key.partition(" ")
        return self._answer(name, int(number or 0), variant)

    def has(self, trap: str) -> bool:
        """Whether this fax is to carry the trap."""
        return trap in self.case.traps

    def _is_left(self, name: str, index: int) -> bool:
        chance = OPTIONAL_CHANCE if name in OPTIONAL else NEEDED_CHANCE if name in NEEDED else 0.0
        key = f"{name} {index}"
        if key not in self._left:
            self._left[key] = self.rng.random() < chance if chance else False
        return self._left[key]

    def _answer(self, name: str, index: int, variant: str) -> list[Seg]:
        tables = (self._patient, self._coverage, self._prescriber, self._others)
        found = next((table for make in tables if name in (table := make(variant))), None)
        return (found or self._order(index, variant))[name]()

    def _patient(self, v: str) -> dict[str, Reply]:
        case, how, home = self.case, self.how, self.case.home
        return {
            "name": lambda: say.patient(case, v or how.name),
            "first": lambda: say.patient(case, "first"),
            "last_name": lambda: say.patient(case, "last"),
            "surname": lambda: say.patient(case, "surname"),
            "suffix": lambda: say.patient(case, "suffix"),
            "middle": lambda: say.patient(case, "middle"),
            "dob": lambda: say.day(case.date_of_birth, "patient.date_of_birth", v or how.date),
            "sex": lambda: say.sex(case, v or "word"),
            "height": lambda: say.height(case, v or how.height),
            "weight": lambda: say.weight(case, v or how.weight),
            "allergies": lambda: say.allergies(case, v or ", "),
            "street": lambda: say.street(home, "patient.address"),
            "line1": lambda: [seg(home.line1, "patient.address.line1")],
            "line2": lambda: _or_blank(home.line2, "patient.address.line2"),
            "city_state_zip": lambda: say.city(home, "patient.address"),
            "city": lambda: [seg(home.city, "patient.address.city")],
            "state": lambda: [seg(home.state, "patient.address.state")],
            "zip": lambda: [seg(home.postal_code, "patient.address.postal_code")],
            "address": lambda: say.address(home, "patient.address"),
            "home": lambda: say.number(case.home_phone, "patient.home_phone", v or how.phone),
            "mobile": lambda: say.number(case.mobile_phone, "patient.mobile_phone", v or how.phone),
            "work": lambda: say.number(case.work_phone, "patient.work_phone", v or how.phone),
            "email": lambda: [seg(case.email, "patient.email")],
            "mrn": lambda: [seg(case.mrn, "patient.mrn")],
        }

    def _coverage(self, v: str) -> dict[str, Reply]:
        case, how = self.case, self.how
        leaves = {
            "payer": "payer",
            "plan": "plan",
            "member": "member_id",
            "group": "group_number",
            "bin": "bin",
            "pcn": "pcn",
            "subscriber": "subscriber_name",
            "relationship": "relationship",
        }
        table: dict[str, Reply] = {
            name: lambda leaf=leaf: say.coverage(case, leaf)  # type: ignore[misc]
            for name, leaf in leaves.items()
        }
        table["payer_phone"] = lambda: say.number(case.payer_phone, "coverages[0].payer_phone", v or how.phone)
        table["payer2"] = lambda: say.second_payer(case)
        table["member2"] = lambda: say.second_member(case)
        return table

    def _order(self, i: int, v: str) -> dict[str, Reply]:
        case, how = self.case, self.how
        return {
            "drug": lambda: say.drug(case, v or "brand (generic)"),
            "hcpcs": lambda: [Seg(case.drug["hcpcs"], say.each_order(case, "hcpcs", case.drug["hcpcs"]))],
            "vial": lambda: [seg(case.drug["vial"])],
            "dose": lambda: say.order_leaf(case, i, "dose"),
            "route": lambda: say.route(case, i, v),
            "frequency": lambda: say.frequency(case, i, self.rng),
            "course": lambda: say.course(case, i),
            "duration": lambda: say.order_leaf(case, i, "duration"),
            "refills": lambda: say.order_leaf(case, i, "refills"),
            "priority": lambda: [
                Seg(
                    case.priority.upper() if v == "caps" else case.priority,
                    say.each_order(case, "priority", case.priority),
                )
            ],
            "premeds": lambda: say.premedications(case, v or "; "),
            "start": lambda: say.day(case.start_date, "orders[0].start_date", v or how.date),
            "last": lambda: (
                say.day(case.last_treatment, "orders[0].last_treatment_date", v or how.date)
                if case.last_treatment
                else Blank(("orders[0].last_treatment_date",))
            ),
            "order_date": lambda: say.order_date(case, v or how.date),
            "sign_date": lambda: say.sign_date(case, v or how.date, True),
            "only_sign_date": lambda: say.sign_date(case, v or how.date, False),
            "icd": lambda: say.diagnosis(case, i, v or how.icd) if i < len(case.diagnoses) else Blank(),
            "dx": lambda: [say.diagnosis(case, i)[2]] if i < len(case.diagnoses) else Blank(),
            "icd_dx": lambda: say.diagnosis(case, i, v or "code description") if i < len(case.diagnoses) else Blank(),
            "prior": lambda: say.prior(case, i) if i < len(case.priors) else Blank(),
        }

    def _prescriber(self, v: str) -> dict[str, Reply]:
        who, how = self.case.prescriber, self.how
        place, path = who.address, "prescriber.address"
        return {
            "doctor": lambda: say.doctor(who, v or how.doctor),
            "doctor_first": lambda: [seg(who.first_name, "prescriber.first_name")],
            "doctor_last": lambda: [seg(who.last_name, "prescriber.last_name")],
            "credentials": lambda: [seg(_dotted(who.credentials, v), "prescriber.credentials", who.credentials)],
            "npi": lambda: say.npi(who.npi, is_spaced=how.is_npi_spaced),
            "practice": lambda: [seg(who.practice, "prescriber.practice")],
            "office": lambda: say.address(place, path),
            "office_street": lambda: say.street(place, path),
            "office_city": lambda: say.city(place, path),
            "office_town": lambda: [seg(place.city, f"{path}.city")],
            "office_state": lambda: [seg(place.state, f"{path}.state")],
            "office_zip": lambda: [seg(place.postal_code, f"{path}.postal_code")],
            "office_phone": lambda: say.number(who.phone, "prescriber.phone", v or how.phone),
            "office_extended": lambda: say.extended(
                who.phone, self._extension(who), "prescriber.phone", how.phone, how.extension
            ),
            "office_fax": lambda: say.number(who.fax, "prescriber.fax", v or how.phone),
            "dea": lambda: [seg(who.dea)],
            "license": lambda: [seg(who.license_number)],
        }

    def _others(self, v: str) -> dict[str, Reply]:
        """Values that are true of somebody else: text without a path. Without their trap the blank stays empty."""
        case, how, center = self.case, self.how, self.case.center
        family, second = case.primary_care, case.supervisor

        def only(trap: str, segs: list[Seg]) -> Reply:
            return lambda: segs if self.has(trap) else Blank()

        table: dict[str, Reply] = {
            "group_npi": only("group_npi", [seg(case.prescriber.group_npi)]),
            "pcp": only("pcp", say.doctor(family, "dr", "")),
            "pcp_phone": only("pcp", say.number(family.phone, style=how.phone)),
            "pcp_npi": only("pcp", [seg(family.npi)]),
            "supervisor": only("supervisor", say.doctor(second, path="")),
            "supervisor_npi": only("supervisor", [seg(second.npi)]),
            "emergency": only("emergency", [seg(f"{case.emergency[0]} ({case.emergency[1]})")]),
            "emergency_phone": only("emergency", say.number(case.emergency[2], style=how.phone)),
            "guarantor": only("guarantor", [seg(case.subscriber)]),
            "center_npi": only("center_npi", [seg(center.npi)]),
        }
        table["center"] = lambda: [seg(center.name)]
        table["center_phone"] = lambda: say.number(center.phone, style=v or how.phone)
        table["center_fax"] = lambda: say.number(center.fax, style=v or how.phone)
        return table

    def _extension(self, who: Doctor) -> str:
        return str(100 + int(who.npi[-3:]) % 800)


def _with_wrong_digit(rng: random.Random, text: str) -> str:
    at = rng.choice([index for index, char in enumerate(text) if char.isdigit()])
    return text[:at] + rng.choice([digit for digit in "123456789" if digit != text[at]]) + text[at + 1 :]


def _or_blank(text: str, path: str) -> list[Seg]:
    return [seg(text, path)] if text else Blank((path,))


def _dotted(credentials: str, variant: str) -> str:
    return ".".join(credentials) + "." if variant == "dots" and credentials in ("MD", "DO", "NP") else credentials
