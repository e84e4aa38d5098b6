"""A dense one-page order set: cells for the patient, three columns of boxes under black bars, cells below."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms import ticked
from samples.generator.forms.base import register, standing_orders
from samples.generator.forms.layout import ask, bar, put, sexes, ticks
from samples.generator.ops import seg
from samples.generator.sheet import Look, Sheet

EDGES = (30.0, 212.0, 402.0, 582.0)
Cells = list[tuple[str, float, str]]
PATIENT: list[Cells] = [
    [("Patient (last, first)", 4, "name"), ("Born", 2, "dob"), ("MR #", 1.6, "mrn"), ("Wt", 1.3, "weight")],
    [("Residence", 5, "address"), ("Home ph", 2.1, "home"), ("Cell ph", 2.1, "mobile")],
    [("Allergic to", 4, "allergies"), ("Ht", 1.2, "height"), ("Payer", 3, "payer"), ("Policy no", 2.4, "member")],
]
OFFICE: list[Cells] = [
    [("Ordering clinician (print)", 4, "doctor"), ("Indiv. NPI", 2.2, "npi"), ("Org. NPI", 2.2, "group_npi")],
    [("Clinic", 4, "practice"), ("Clinic ph", 2.2, "office_phone"), ("Clinic fx", 2.2, "office_fax")],
    [("Clinic address", 5, "office"), ("Supervising MD", 3, "supervisor")],
]


@register("box_columns", "test", "order", ("typed", "hand"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Infusion suite's order set on one page."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%m/%d/%Y", "%-m/%-d/%y", "%m-%d-%y"), ("###-###-####", "(###) ###-####", "###.###.####")
    a = Answers(case, rng, style(rng, dates, phones, ("last, first",)))
    sheet.print(30, 38, f"{case.drug['brand']} Standing Order Set", 13, bold=True)
    sheet.print(582, 38, [*a("center"), seg("   send to fax "), *a("center_fax")], 8.5, align="right")
    y = _strip(sheet, a, 46, PATIENT)
    sheet.print(30, y + 12, "Sex", 8)
    x = ticks(sheet, 50, y + 12, sexes(sheet, a), 8)
    sheet.print(x + 10, y + 12, "Level", 8)
    for level in ("routine", "urgent", "stat"):
        says = tuple((f"orders[{i}].priority", level) for i in range(len(case.orders)))
        x = sheet.check(
            x + 36 if level == "routine" else x + 12, y + 12, level, case.priority == level, 8, "square", says
        )
    top = y + 20
    lows = [_reasons(sheet, a, top), _doses(sheet, a, top), _around(sheet, a, top, rng)]
    low = max(lows) + 2
    for x in EDGES:
        sheet.line(x, top, x, low, 0.8)
    sheet.line(EDGES[0], low, EDGES[-1], low, 0.8)
    y = _strip(sheet, a, low + 6, OFFICE)
    sheet.print(30, y + 26, "Clinician signs", 8)
    sheet.line(90, y + 28, 340, y + 28, 0.6)
    if case.is_signed:
        sheet.sign(110, y + 26, 150, 19)
    sheet.print(352, y + 26, "Signed on", 8)
    sheet.line(392, y + 28, 582, y + 28, 0.6)
    put(sheet, 396, y + 26, a("sign_date"), 150)
    standing_orders(sheet, y + 44, "test")
    return [sheet]


def _strip(sheet: Sheet, a: Answers, y: float, rows: list[Cells]) -> float:
    """Cells with their caption in the lower right corner."""
    for row in rows:
        x, total = EDGES[0], sum(share for _, share, _ in row)
        for label, share, key in row:
            end = x + (EDGES[-1] - EDGES[0]) * share / total
            sheet.frame(x, y, end, y + 25, 0.5)
            put(sheet, x + 4, y + 13, ask(sheet, a, key), end - x - 8)
            sheet.print(end - 3, y + 23, label, 6, align="right")
            x = end
        y += 25
    return y


def _reasons(sheet: Sheet, a: Answers, y: float) -> float:
    x = EDGES[0]
    y = bar(sheet, x, y, EDGES[1], "INDICATION (ICD-10)", 0.0, 8.5) + 14
    y = ticked.stacked_diagnoses(sheet, a, x + 5, y, 4) + 6
    for label, key in (("Also", "icd_dx 1"), ("Also", "icd_dx 2")):
        sheet.print(x + 5, y, label, 8)
        sheet.line(x + 26, y + 2, EDGES[1] - 5, y + 2, 0.4)
        put(sheet, x + 28, y, a(key), EDGES[1] - x - 36)
        y += 17
    sheet.print(x + 5, y + 2, "Tried and stopped", 8, bold=True)
    for key in ("prior 0", "prior 1"):
        y += 17
        sheet.line(x + 5, y + 2, EDGES[1] - 5, y + 2, 0.4)
        put(sheet, x + 7, y, a(key), EDGES[1] - x - 14)
    return y + 10


def _doses(sheet: Sheet, a: Answers, y: float) -> float:
    x, end, case = EDGES[1], EDGES[2], a.case
    y = bar(sheet, x, y, end, "AGENT, DOSE, TIMING", 0.0, 8.5) + 14
    for brand in ticked.brands(a):
        is_on = brand == case.drug["brand"]
        sheet.check(x + 5, y, a("drug", "brand") if is_on else brand, is_on, 9)
        y += 14
    for index, order in enumerate(case.orders):
        y += 4
        if order.course:
            sheet.print(x + 5, y, a(f"course {index}"), 8, bold=True)
            y += 14
        at = sheet.print(x + 5, y, "Dose", 8) + 3
        sheet.line(at, y + 2, x + 100, y + 2, 0.4)
        put(sheet, at + 2, y, a(f"dose {index}"), x + 98 - at)
        at = x + 108
        for route in ("IV", "SC"):
            says = ((f"orders[{index}].route", route),)
            at = sheet.check(at, y, route, order.route == route, 8, "square", says) + 10
        y += 16
        if len(case.orders) == 1:
            y = _intervals(sheet, a, x + 5, y, index)
        else:
            sheet.line(x + 5, y + 2, end - 5, y + 2, 0.4)
            put(sheet, x + 7, y, a(f"frequency {index}"), end - x - 14)
            y += 16
    last = len(case.orders) - 1
    for label, key in (("Good for", f"duration {last}"), ("Refill", f"refills {last}"), ("First visit", "start")):
        at = sheet.print(x + 5, y + 2, label, 8) + 3
        sheet.line(at, y + 4, end - 5, y + 4, 0.4)
        put(sheet, at + 2, y + 2, a(key), end - at - 8)
        y += 16
    return y


def _intervals(sheet: Sheet, a: Answers, x: float, y: float, index: int) -> float:
    wanted = a.case.orders[index].frequency
    for name in dict.fromkeys((*ticked.INTERVALS, wanted)):
        sheet.check(x, y, name, name == wanted, 8, "square", ((f"orders[{index}].frequency", name),))
        y += 12.5
    return y + 2


def _around(sheet: Sheet, a: Answers, y: float, rng: random.Random) -> float:
    x, end = EDGES[2], EDGES[3]
    y = bar(sheet, x, y, end, "BEFORE EACH VISIT", 0.0, 8.5) + 14
    y = ticked.premedications(sheet, a, x + 5, y, 13, 8) + 6
    y = bar(sheet, x, y - 6, end, "LAB WITH VISIT", 0.0, 8.5) + 13
    for name in ("CBC, platelets, diff", "Comprehensive panel", "Urine hCG", "CRP", "IgG, IgA, IgM"):
        sheet.check(x + 5, y, name, rng.random() < 0.35, 8)
        y += 13
    return y
