"""A hospital's numbered order set: nearly everything is preprinted and marked in check boxes."""

import random

from samples.generator import say
from samples.generator.case import PREMEDICATIONS, Case, drugs
from samples.generator.forms.base import register, standing_orders
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT = 48.0


@register("order_set", "train", "order", ("typed", "hand"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """One page of check boxes with the patient's label in the corner."""
    sheet = Sheet("order", look, rng)
    who, style, phone = case.prescriber, rng.choice(say.DATE_STYLES), say.phone_style(rng)
    shape = rng.choice(("square", "bracket", "circle")) if not sheet.look.other_pen else "square"
    sheet.print(LEFT, 48, case.center.name, 13, bold=True)
    sheet.print(LEFT, 63, "Outpatient Infusion Order Set", 11)
    sheet.print(LEFT, 76, [seg("Fax signed orders to "), *say.number(case.center.fax, style=phone)], 8.5)
    sheet.frame(340, 34, 576, 112, 1.0)
    for index, (label, answer) in enumerate(
        (
            ("Name:", say.patient(case, "last, first")),
            ("DOB:", say.day(case.date_of_birth, "patient.date_of_birth", style)),
            ("MRN:", [seg(case.mrn, "patient.mrn")]),
            ("Tel:", say.number(case.home_phone, "patient.home_phone", phone)),
        )
    ):
        sheet.print(346, 52 + 17 * index, label, 9)
        sheet.fill(378, 52 + 17 * index, answer, 190)
    y = 130.0
    y = _item(sheet, y, "1.", "Priority")
    x = LEFT + 90
    for name in ("routine", "urgent", "stat"):
        x = (
            sheet.check(
                x, y - 17, name.capitalize(), case.priority == name, 9, shape, say.each_order(case, "priority", name)
            )
            + 16
        )
    y = _item(sheet, y, "2.", "Allergies")
    x = sheet.check(
        LEFT + 90, y - 17, "No known allergies", not case.allergies, 9, shape, (("patient.allergies[0]", "NKDA"),)
    )
    x = sheet.check(max(LEFT + 200, x + 8), y - 17, "Yes, list:", bool(case.allergies), 9, shape) + 4
    if case.allergies:
        sheet.fill(x, y - 17, say.allergies(case), 240)
    sheet.line(x, y - 15, 570, y - 15, 0.4)
    y = _item(sheet, y, "3.", "Measured")
    x = sheet.fill(sheet.print(LEFT + 90, y - 17, "Height ", 9), y - 17, say.height(case, "cm"), 80) + 24
    sheet.fill(sheet.print(x, y - 17, "Weight ", 9), y - 17, say.weight(case, "kg"), 80)
    y = _item(sheet, y, "4.", "Diagnosis")
    y = _diagnoses(sheet, case, y, shape)
    y = _item(sheet, y, "5.", "Medication")
    y = _drugs(sheet, case, rng, y, shape)
    y = _item(sheet, y, "6.", "Dose and schedule")
    for index, order in enumerate(case.orders):
        sheet.print(LEFT + 20, y, [*say.course(case, index), seg(":")], 9)
        x = sheet.fill(
            LEFT + 116,
            y,
            [
                *say.order_leaf(case, index, "dose"),
                seg(" "),
                *say.order_leaf(case, index, "route"),
                seg("  "),
                *say.frequency(case, index, rng),
            ],
            300,
        )
        sheet.line(LEFT + 114, y + 2, 420, y + 2, 0.4)
        if order.duration:
            x = max(474.0, sheet.print(430, y, "Valid for:", 9) + 3)
            sheet.fill(x, y, say.order_leaf(case, index, "duration"), 90)
        y += 18
    y = _item(sheet, y + 4, "7.", "Premedication, 30 minutes before the infusion")
    for index, name in enumerate(PREMEDICATIONS):
        is_on = name in case.premedications
        says = say.each_order(case, f"premedications[{case.premedications.index(name)}]", name) if is_on else ()
        sheet.check(LEFT + 20 + (index % 2) * 250, y + (index // 2) * 15, [seg(name)], is_on, 9, shape, says)
    y = _item(sheet, y + 56, "8.", "Laboratory before each infusion")
    x = LEFT + 20
    for name in ("CBC with differential", "CMP", "Hepatitis B surface antigen", "Urinalysis"):
        x = sheet.check(x, y, name, rng.random() < 0.4, 9, shape) + 14
    y += 34
    rows: list[list[tuple[str | list[Seg], float, list[Seg]]]] = [
        [
            ("Provider (print)", 250, say.doctor(who)),
            ("NPI", 110, say.npi(who.npi)),
            ("License", 90, [seg(who.license_number)]),
        ],
        [
            ("Department / practice", 210, [seg(who.practice, "prescriber.practice")]),
            ("Phone", 120, say.number(who.phone, "prescriber.phone", phone)),
            ("Fax", 120, say.number(who.fax, "prescriber.fax", phone)),
        ],
    ]
    for row in rows:
        x = LEFT
        for title, wide, answer in row:
            sheet.print(x, y, title, 8)
            sheet.fill(x + 4, y + 14, answer, wide)
            sheet.line(x, y + 17, x + wide, y + 17, 0.5)
            x += wide + 22
        y += 36
    sheet.print(LEFT, y + 8, "Signature", 8)
    sheet.line(LEFT + 44, y + 10, 330, y + 10, 0.5)
    if case.is_signed:
        sheet.sign(LEFT + 60, y + 8, 130, 18)
    sheet.print(350, y + 8, "Date of order", 8)
    sheet.fill(410, y + 8, say.sign_date(case, style), 150)
    sheet.line(404, y + 10, 570, y + 10, 0.5)
    standing_orders(sheet, y + 40, "train")
    return [sheet]


def _item(sheet: Sheet, y: float, number: str, title: str) -> float:
    sheet.print(LEFT, y, f"{number} {title}", 9.5, bold=True)
    return y + 17


def _diagnoses(sheet: Sheet, case: Case, y: float, shape: str) -> float:
    listed = [tuple(d) for d in case.drug["diagnoses"]]
    listed += [
        tuple(d)
        for d in next(x for x in drugs() if x["brand"] != case.drug["brand"])["diagnoses"]
        if tuple(d) not in listed
    ][:1]
    for index, (code, words) in enumerate(listed):
        is_on = code == case.diagnoses[0][0]
        label = [seg(words, "diagnoses[0].description"), seg(" ("), seg(code, "diagnoses[0].code"), seg(")")]
        sheet.check(
            LEFT + 20, y + index * 14, label, is_on, 8.5, shape, (("diagnoses[0].code", code),) if is_on else ()
        )
    return y + 14 * len(listed) + 5


def _drugs(sheet: Sheet, case: Case, rng: random.Random, y: float, shape: str) -> float:
    brands = [case.drug["brand"], *case.drug["others"][:3]]
    rng.shuffle(brands)
    for index, brand in enumerate(brands):
        at = (LEFT + 20 + (index % 2) * 262, y + (index // 2) * 15)
        known = next((d for d in drugs() if d["brand"] == brand), None)
        vial = f", {known['vial']}" if known else ""
        if brand == case.drug["brand"]:
            sheet.check(*at, [*say.drug(case, "brand (generic)"), seg(vial)], True, 9, shape)
        else:
            sheet.check(*at, f"{brand} ({known['generic']}){vial}" if known else brand, False, 9, shape)
    return y + 35
