"""Two columns side by side, patient left and prescriber right; the order as a table below."""

import random

from samples.generator import say
from samples.generator.case import Case
from samples.generator.forms.base import register, standing_orders
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

Rows = list[tuple[str | list[Seg], list[Seg]]]


def _column(sheet: Sheet, x0: float, x1: float, y: float, title: str, rows: Rows) -> float:
    sheet.shade(x0, y, x1, y + 15, 0.82)
    sheet.print((x0 + x1) / 2, y + 11, title, 9.5, bold=True, align="center")
    y += 32
    for label, answer in rows:
        start = sheet.print(x0 + 4, y, label, 8.5) + 4
        sheet.line(start, y + 2, x1 - 4, y + 2, 0.4)
        sheet.fill(start + 2, y, answer, x1 - start - 8)
        y += 20
    return y


@register("two_column", "train", "order", ("typed", "hand", "mixed"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Referral and order form of an infusion center."""
    sheet = Sheet("order", look, rng)
    who, style, phone = case.prescriber, rng.choice(say.DATE_STYLES), say.phone_style(rng)
    sheet.print(306, 42, f"{case.center.name} Referral / Order Sheet", 14, bold=True, align="center")
    sheet.print(
        306,
        56,
        [
            seg("Send to fax "),
            *say.number(case.center.fax, style=phone),
            seg("  |  Intake desk "),
            *say.number(case.center.phone, style=phone),
            seg(f"  |  Center NPI {case.center.npi}"),
        ],
        8.5,
        align="center",
    )
    left: Rows = [
        ("Name", say.patient(case, rng.choice(("first last", "last, first")))),
        ("DOB", say.day(case.date_of_birth, "patient.date_of_birth", style)),
        ("Street", say.street(case.home, "patient.address")),
        ("City/State/Zip", say.city(case.home, "patient.address")),
        ("Phone", say.number(case.home_phone, "patient.home_phone", phone)),
        ("Work", say.number(case.work_phone, "patient.work_phone", phone)),
        ("Ins. carrier", say.coverage(case, "payer")),
        ("Policy ID", say.coverage(case, "member_id")),
        ("Group", say.coverage(case, "group_number")),
        ("Insured", [*say.coverage(case, "subscriber_name"), seg(" ("), *say.coverage(case, "relationship"), seg(")")]),
    ]
    right: Rows = [
        ("Provider", say.doctor(who, rng.choice(("first last, credentials", "last, first")))),
        ("Clinic", [seg(who.practice, "prescriber.practice")]),
        ("Street", say.street(who.address, "prescriber.address")),
        ("City/State/Zip", say.city(who.address, "prescriber.address")),
        ("Phone", say.number(who.phone, "prescriber.phone", phone)),
        ("Fax", say.number(who.fax, "prescriber.fax", phone)),
        ("NPI", say.npi(who.npi, is_spaced=rng.random() < 0.4)),
        ("Tax ID", [seg(f"84-{rng.randint(1000000, 9999999)}")]),
        ("Contact", [seg(rng.choice(("Front desk", "Referral nurse")) + ", ext. 12")]),
        ("PCP", say.doctor(case.primary_care, "dr", "")),
    ]
    y = max(_column(sheet, 34, 300, 70, "PATIENT", left), _column(sheet, 312, 578, 70, "ORDERING PROVIDER", right))
    sheet.print(38, y + 4, "Gender:", 9)
    x = 80.0
    for name in ("female", "male"):
        x = sheet.check(x, y + 4, name.capitalize(), case.sex == name, says=(("patient.sex", name),)) + 14
    sheet.print(215, y + 4, "Ht", 9)
    sheet.fill(232, y + 4, say.height(case, rng.choice(("in", "ft"))), 50)
    sheet.print(290, y + 4, "Wt", 9)
    sheet.fill(308, y + 4, say.weight(case, rng.choice(("lb", "kg"))), 60)
    x = max(424.0, sheet.print(380, y + 4, "Allergies", 9) + 3)
    sheet.fill(x, y + 4, say.allergies(case), 574 - x)
    y = _diagnoses(sheet, case, y + 26)
    y = _table(sheet, case, rng, y + 10)
    y += 18
    x = max(132.0, sheet.print(38, y, "Premeds 30 min prior:", 9) + 3)
    sheet.fill(x, y, say.premedications(case), 440)
    y += 22
    x = max(142.0, sheet.print(38, y, "Therapies already tried:", 9) + 3)
    for index in range(min(2, len(case.priors))):
        sheet.fill(x, y, say.prior(case, index), 420)
        y += 19
    y += 24
    for x0, x1, label in ((38, 330, "Provider signature"), (350, 470, "Date signed"), (490, 574, "Time")):
        sheet.line(x0, y, x1, y, 0.6)
        sheet.print(x0, y + 10, label, 8)
    if case.is_signed:
        sheet.sign(60, y - 3, 150, 20)
    sheet.fill(356, y - 3, say.sign_date(case, style), 110)
    standing_orders(sheet, y + 34, "train")
    return [sheet]


def _diagnoses(sheet: Sheet, case: Case, y: float) -> float:
    sheet.print(38, y, "Diagnosis (mark one):", 9, bold=True)
    y += 15
    for code, words in case.drug["diagnoses"]:
        is_on = code == case.diagnoses[0][0]
        label = [seg(code, "diagnoses[0].code"), seg(" "), seg(words, "diagnoses[0].description")]
        sheet.check(38, y, label, is_on, 8.5, says=(("diagnoses[0].code", code),) if is_on else ())
        y += 14
    sheet.check(38, y, "Other: ______________________________", False, 8.5)
    return y + 8


def _table(sheet: Sheet, case: Case, rng: random.Random, y: float) -> float:
    edges = (34, 220, 300, 345, 470, 530, 578)
    heads = ("Medication", "Dose", "Route", "How often", "For", "Refills")
    sheet.shade(34, y, 578, y + 14, 0.88)
    for x, head in zip(edges, heads, strict=False):
        sheet.print(x + 3, y + 10, head, 8, bold=True)
    top = y
    y += 14
    for index in range(len(case.orders)):
        cells = [
            say.drug(case, "brand (generic)")
            if index == 0
            else [seg("same, "), *say.order_leaf(case, index, "course")],
            say.order_leaf(case, index, "dose"),
            say.order_leaf(case, index, "route"),
            say.frequency(case, index, rng),
            say.order_leaf(case, index, "duration"),
            say.order_leaf(case, index, "refills"),
        ]
        for x0, x1, cell in zip(edges[:-1], edges[1:], cells, strict=True):
            sheet.fill(x0 + 3, y + 15, cell, x1 - x0 - 6)
        y += 22
        sheet.line(34, y, 578, y)
    for x in edges:
        sheet.line(x, top, x, y)
    sheet.line(34, top, 578, top)
    return y
