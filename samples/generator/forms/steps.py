"""Steps with tinted answer fields: the label stands above each field."""

import random

from samples.generator import say
from samples.generator.case import Case, drugs
from samples.generator.forms.base import register, standing_orders
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 40.0, 572.0


def _fields(sheet: Sheet, y: float, parts: list[tuple[str | list[Seg], float, list[Seg]]]) -> float:
    x, total = LEFT, sum(p[1] for p in parts)
    for label, share, answer in parts:
        wide = (RIGHT - LEFT) * share / total
        sheet.print(x, y, label, 8)
        sheet.shade(x, y + 3, x + wide - 6, y + 20, 0.9)
        sheet.fill(x + 4, y + 15.5, answer, wide - 14)
        x += wide
    return y + 31


def _step(sheet: Sheet, y: float, number: int, title: str) -> float:
    sheet.shade(LEFT, y, RIGHT, y + 15, 0.35)
    sheet.print(LEFT + 6, y + 11, f"STEP {number}: {title}", 9.5, bold=True, grey=1.0)
    return y + 27


@register("steps", "retired", "order", ("typed", "hand", "acroform"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Order form in five steps."""
    sheet = Sheet("order", look, rng)
    who, style, phone = case.prescriber, rng.choice(say.DATE_STYLES), say.phone_style(rng)
    sheet.print(LEFT, 46, "Request for Infusion Services", 15, bold=True)
    sheet.print(RIGHT, 40, case.center.name, 9, align="right")
    sheet.print(RIGHT, 51, [seg("Reply fax "), *say.number(case.center.fax, style=phone)], 9, align="right")
    y = _step(sheet, 60, 1, "WHO IS THE PATIENT?")
    y = _fields(
        sheet,
        y,
        [
            ("Given name", 3, say.patient(case, "first")),
            ("Family name", 3, say.patient(case, "last")),
            ("Born on", 2.4, say.day(case.date_of_birth, "patient.date_of_birth", style)),
            ("Chart no.", 2, [seg(case.mrn, "patient.mrn")]),
        ],
    )
    y = _fields(
        sheet,
        y,
        [
            ("Residence", 5, say.street(case.home, "patient.address")),
            ("Town, state, ZIP", 4, say.city(case.home, "patient.address")),
            ("Best number (cell)", 3, say.number(case.mobile_phone, "patient.mobile_phone", phone)),
        ],
    )
    y = _fields(
        sheet,
        y,
        [
            ("Sex", 2, say.sex(case)),
            ("Height", 2, say.height(case)),
            ("Weight", 2, say.weight(case, rng.choice(("lb", "kg")))),
            ("Allergic to", 6, say.allergies(case)),
        ],
    )
    y = _step(sheet, y, 2, "WHO PAYS?")
    y = _fields(
        sheet,
        y,
        [
            ("Insurer", 4, say.coverage(case, "payer")),
            ("Member number", 3, say.coverage(case, "member_id")),
            ("Group", 2, say.coverage(case, "group_number")),
            ("Card in the name of", 3, say.coverage(case, "subscriber_name")),
        ],
    )
    y = _step(sheet, y, 3, "WHAT IS TREATED?")
    y = _fields(sheet, y, [("ICD-10", 2, say.diagnosis(case, 0, "only")), ("In words", 6, [say.diagnosis(case, 0)[2]])])
    y = _fields(sheet, y, [("Tried before and why stopped", 1, say.prior(case, 0))])
    y = _step(sheet, y, 4, "WHAT IS ORDERED?")
    brands = sorted([case.drug["brand"], *case.drug["others"][:3]])
    x = LEFT
    for brand in brands:
        is_on = brand == case.drug["brand"]
        known = next((d for d in drugs() if d["brand"] == brand), None)
        label = say.drug(case, "brand") if is_on else brand
        x = sheet.check(x, y, label, is_on, 9.5) + 4
        x = sheet.print(x, y, f"({known['vial']})" if known else "", 7) + 16
    y += 17
    for index in range(len(case.orders)):
        y = _fields(
            sheet,
            y,
            [
                (say.course(case, index), 2.2, say.order_leaf(case, index, "dose")),
                ("Route", 1, say.order_leaf(case, index, "route")),
                ("Interval", 4.6, say.frequency(case, index, rng)),
                ("Order good for", 2, say.order_leaf(case, index, "duration")),
                ("Refills", 1, say.order_leaf(case, index, "refills")),
            ],
        )
    y = _fields(
        sheet,
        y,
        [
            ("Premedication", 6, say.premedications(case)),
            ("Start", 2, say.day(case.start_date, "orders[0].start_date", style)),
            ("Date ordered", 2, say.order_date(case, style)),
        ],
    )
    y = _step(sheet, y, 5, "WHO ORDERS?")
    y = _fields(
        sheet,
        y,
        [
            ("Prescriber", 4, say.doctor(who)),
            ("NPI", 2.4, say.npi(who.npi)),
            ("DEA", 2, [seg(who.dea)]),
            ("Practice", 4, [seg(who.practice, "prescriber.practice")]),
        ],
    )
    y = _fields(
        sheet,
        y,
        [
            ("Office street", 4, say.street(who.address, "prescriber.address")),
            ("Office town", 3.6, say.city(who.address, "prescriber.address")),
            ("Telephone", 2.5, say.number(who.phone, "prescriber.phone", phone)),
            ("Fax for replies to you", 2.5, say.number(who.fax, "prescriber.fax", phone)),
        ],
    )
    sheet.print(LEFT, y, "Signature of prescriber", 8)
    sheet.frame(LEFT, y + 3, 350, y + 36, 0.5)
    if case.is_signed:
        sheet.sign(LEFT + 30, y + 28, 150, 20)
    sheet.print(370, y, "Signed on", 8)
    sheet.shade(370, y + 3, 500, y + 20, 0.9)
    sheet.fill(374, y + 15.5, say.sign_date(case, style, False), 120)
    standing_orders(sheet, y + 56, "retired")
    return [sheet]
