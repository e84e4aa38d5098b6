"""A registration screen printed as framed boxes with a shaded title each."""

import random

from samples.generator import say
from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

Rows = list[tuple[str, list[Seg]]]


@register("face_table", "tune", "face", ("typed",))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Patient, contacts, coverage, providers."""
    sheet = Sheet("demographics", look, rng)
    dates, phones = ("%Y-%m-%d", "%m-%d-%Y"), ("###.###.####", "(###) ### ####", "### ### ####")
    a = Answers(case, rng, style(rng, dates, phones, ("LAST, FIRST MIDDLE",)))
    sheet.print(48, 46, "Patient Registration Summary", 14, bold=True)
    sheet.print(564, 46, a.sure("practice"), 10, align="right")
    relation = case.relationship.capitalize()
    patient: Rows = [
        ("Name", a("name")),
        ("Born", a("dob")),
        ("Sex at birth", a("sex")),
        ("Marital status", [seg(rng.choice(("Single", "Married", "Widowed")))]),
        ("Account no.", a.sure("mrn")),
        ("Language", [seg("English")]),
    ]
    contact: Rows = [
        ("Street", a("street")),
        ("City", a("city_state_zip")),
        ("Home tel.", a("home")),
        ("Cell tel.", a("mobile")),
        ("Work tel.", a("work")),
        ("E-mail", a("email")),
    ]
    bill: Rows = [
        ("Guarantor", [seg(case.subscriber)]),
        ("Relation", [seg(relation)]),
        ("Employer", [seg("Linden & Co.")]),
        ("Address", [seg(case.home.line1)]),
    ]
    kin: Rows = [
        ("Emergency contact", [seg(case.emergency[0])]),
        ("Relation", [seg(case.emergency[1])]),
        ("Tel.", say.number(case.emergency[2], style=a.how.phone)),
    ]
    first: Rows = [
        ("Carrier", [Seg(case.payer[0], (("coverages[0].payer", case.payer[0]), ("coverages[0].rank", "primary")))]),
        ("Product", a("plan")),
        ("Member no.", a.sure("member")),
        ("Group no.", a("group")),
        ("Subscriber", a("subscriber")),
        ("Relation", a("relationship")),
    ]
    second: Rows = [("Carrier", a("payer2")), ("Member no.", a("member2"))]
    care: Rows = [
        ("Referring", a("doctor")),
        ("Primary care", say.doctor(case.primary_care, "last, first", "")),
        ("PCP tel.", say.number(case.primary_care.phone, style=a.how.phone)),
        ("PCP NPI", [seg(case.primary_care.npi)]),
    ]
    sheet.traps.add("guarantor")
    y = 62.0
    for left, right in (
        (("Patient", patient), ("Contact", contact)),
        (("Guarantor", bill), ("In case of emergency", kin)),
        (("Insurance 1", first), ("Insurance 2", second)),
        (("Providers", care), ("Allergies on file", [("", a("allergies"))])),
    ):
        y = max(_box(sheet, x, y, title, rows) for x, (title, rows) in ((48.0, left), (312.0, right)))
    return [sheet]


def _box(sheet: Sheet, x: float, y: float, title: str, rows: Rows) -> float:
    bottom = y + 26 + 15 * len(rows)
    sheet.frame(x, y + 6, x + 252, bottom, 0.7)
    sheet.shade(x, y + 6, x + 252, y + 20, 0.85)
    sheet.print(x + 6, y + 16.5, title, 9, bold=True)
    for index, (label, answer) in enumerate(rows):
        base = y + 33 + 15 * index
        sheet.print(x + 8, base, label, 8.5)
        sheet.print(x + (92 if label else 8), base, answer, 9)
    return bottom + 14
