"""A hospital's order sheet: ruled lines in columns for date, time and orders, the patient's plate in a corner."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import put
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, TIME, ORDERS, DONE, RIGHT = 40.0, 106.0, 148.0, 500.0, 572.0
STEP = 22.0


@register("order_sheet", "train", "order", ("hand", "typed"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Orders written line by line, noted by nobody yet."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%m/%d/%y", "%-m/%-d/%y", "%m-%d-%Y"), ("###-###-####", "(###)###-####", "###.###.####")
    a = Answers(case, rng, style(rng, dates, phones, ("last, first",), ("first last, credentials",)))
    sheet.print(LEFT, 46, "PHYSICIAN ORDER SHEET", 14, bold=True)
    sheet.print(LEFT, 60, [*a("center"), seg(" - outpatient infusion")], 9)
    sheet.print(LEFT, 72, [seg("Fax "), *a("center_fax"), seg("  Tel "), *a("center_phone")], 9)
    sheet.paragraph(
        LEFT,
        92,
        "Use ball-point pen. Every order needs date, time and signature. Do not use U, IU, QD, QOD or a trailing zero.",
        250,
        7.5,
    )
    sheet.frame(330, 32, RIGHT, 128, 1.2)
    plate = [
        a("name", "LAST, FIRST MIDDLE"),
        [seg("DOB "), *a.sure("dob")],
        [seg("MR# "), *a.sure("mrn"), seg("   "), *a.sure("sex", "letter")],
        a.sure("street"),
        a.sure("city_state_zip"),
        [seg("TEL "), *a.sure("home")],
    ]
    for index, text in enumerate(plate):
        sheet.print(338, 46 + 14.5 * index, text, 9.5)
    y = 140.0
    for x, head in ((LEFT, "DATE"), (TIME, "TIME"), (ORDERS, "ORDERS"), (DONE, "NOTED BY")):
        sheet.print(x + 4, y + 11, head, 8.5, bold=True)
    sheet.line(LEFT, y + 15, RIGHT, y + 15, 1.0)
    lines = _lines(case, a)
    count = max(22, len(lines) + 3)
    for index in range(count):
        line = y + 15 + STEP * (index + 1)
        sheet.line(LEFT, line, RIGHT, line, 0.35)
        if index == 0:
            put(sheet, LEFT + 4, line - 5, a("order_date"), TIME - LEFT - 8)
            put(
                sheet,
                TIME + 4,
                line - 5,
                [seg(f"{rng.randint(7, 17):02d}:{rng.randint(0, 59):02d}")],
                ORDERS - TIME - 8,
            )
        if index < len(lines):
            put(sheet, ORDERS + 6, line - 5, lines[index], DONE - ORDERS - 12)
    bottom = y + 15 + STEP * count
    for x in (LEFT, TIME, ORDERS, DONE, RIGHT):
        sheet.line(x, y, x, bottom, 0.6)
    sheet.line(LEFT, y, RIGHT, y, 0.6)
    if case.is_signed:
        sheet.sign(ORDERS + 80, bottom - STEP - 4, 150, 18)
        put(sheet, DONE + 4, bottom - STEP - 5, a("only_sign_date"), RIGHT - DONE - 8)
    sheet.print(ORDERS + 6, bottom - 6, "Signature of prescriber above this line; signed on at right", 7)
    foot: list[Seg] = [
        *a.sure("practice"),
        seg("   ph "),
        *a.sure("office_phone"),
        seg("   fax "),
        *a.sure("office_fax"),
    ]
    sheet.print(LEFT, bottom + 13, foot, 8.5)
    if a.has("group_npi"):
        sheet.print(RIGHT, bottom + 25, [seg("Organization NPI "), *a("group_npi")], 8, align="right")
    return [sheet]


def _lines(case: Case, a: Answers) -> list[list[Seg]]:
    lines: list[list[Seg]] = [
        [seg("Dx: "), *a("icd_dx 0", "description")],
        [seg("Allergies: "), *a.sure("allergies")],
        [seg("Wt "), *a.sure("weight"), seg("   Ht "), *a.sure("height")],
        a("drug", a.rng.choice(("brand", "brand (generic)", "generic"))),
    ]
    for index, order in enumerate(case.orders):
        name: list[Seg] = [*a(f"course {index}"), seg(": ")] if order.course else []
        lines.append([*name, *a(f"dose {index}"), seg(" "), *a(f"route {index}"), seg(" "), *a(f"frequency {index}")])
        tail = a(f"duration {index}")
        if tail:
            lines.append([seg("for "), *tail])
        refills = a(f"refills {index}")
        if refills:
            lines.append([seg("Refills: "), *refills])
    if case.premedications:
        for index, name_of in enumerate(case.premedications):
            says = tuple((f"orders[{i}].premedications[{index}]", name_of) for i in range(len(case.orders)))
            lines.append([seg("Premed: "), Seg(name_of, says)])
    lines.append([seg("First dose "), *a.sure("start")])
    if a.has("stat"):
        lines.append([seg("Priority "), *a("priority", "caps")])
    lines.append([seg("Call for temp > 100.4 F, BP < 90/60")])
    who: list[Seg] = [*a("doctor"), seg("  NPI "), *a("npi")]
    if a.has("pcp"):
        lines.append([seg("Copy to PCP "), *a("pcp")])
    return [*lines, [], who]
