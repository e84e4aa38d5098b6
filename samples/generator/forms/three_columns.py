"""Three columns side by side, label above the line in each, the order across the foot of the page."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register, standing_orders
from samples.generator.forms.layout import ask, each_order, put, sexes, ticks
from samples.generator.ops import seg
from samples.generator.sheet import Look, Sheet

LEFT, GAP, WIDTH = 36.0, 14.0, 171.0
COLUMNS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "PATIENT",
        (
            ("Legal name", "name"),
            ("Birth date (mm/dd/yyyy)", "dob"),
            ("Street", "street"),
            ("City, State, Zip Code", "city_state_zip"),
            ("Home Ph.", "home"),
            ("Mobile Ph.", "mobile"),
            ("Weight / Height", "weight+height"),
            ("Emergency contact", "emergency"),
            ("Contact Ph.", "emergency_phone"),
        ),
    ),
    (
        "INSURANCE",
        (
            ("Primary carrier", "payer"),
            ("Plan type", "plan"),
            ("Subscriber/Policy ID", "member"),
            ("Group number", "group"),
            ("Policyholder", "subscriber"),
            ("Relationship to patient", "relationship"),
            ("Rx BIN / PCN", "bin+pcn"),
            ("Carrier Ph.", "payer_phone"),
            ("Guarantor", "guarantor"),
        ),
    ),
    (
        "PROVIDER",
        (
            ("Name, credentials", "doctor"),
            ("Individual NPI", "npi"),
            ("Facility", "practice"),
            ("Facility NPI", "group_npi"),
            ("Street", "office_street"),
            ("City, State, Zip Code", "office_city"),
            ("Office Ph.", "office_phone"),
            ("Office Fax", "office_fax"),
            ("PCP (if different)", "pcp"),
        ),
    ),
)
DOSE: list[tuple[str, float, str]] = [
    ("", 62, "dose #"),
    ("Route", 30, "route #"),
    ("Give", 166, "frequency #"),
    ("For", 66, "duration #"),
    ("Refills", 20, "refills #"),
]


@register("three_columns", "train", "order", ("typed", "hand"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Referral sheet with everybody's data at a glance."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%m/%d/%Y", "%m/%d/%y", "%b %d, %Y"), ("(###) ###-####", "###-###-####", "###.###.####")
    a = Answers(case, rng, style(rng, dates, phones, ("last, first", "first last")))
    sheet.print(LEFT, 42, "Outpatient Infusion Referral", 15, bold=True)
    sheet.print(576, 42, [*a("center"), seg("  Fx "), *a("center_fax")], 9, bold=True, align="right")
    for number, (title, cells) in enumerate(COLUMNS):
        x, y = LEFT + number * (WIDTH + GAP), 56.0
        sheet.shade(x, y, x + WIDTH, y + 14, 0.78)
        sheet.print(x + WIDTH / 2, y + 10.5, title, 9.5, bold=True, align="center")
        y += 25
        for label, key in cells:
            sheet.print(x, y, label, 7.5)
            put(sheet, x + 3, y + 16.5, ask(sheet, a, key), WIDTH - 6)
            sheet.line(x, y + 19, x + WIDTH, y + 19, 0.5)
            y += 32
    y = 56 + 25 + 32 * 9 + 12.0
    sheet.print(LEFT, y, "Sex:", 9, bold=True)
    x = ticks(sheet, LEFT + 26, y, sexes(sheet, a))
    sheet.print(x + 8, y, "Allergies:", 9, bold=True)
    put(sheet, x + 58, y, a("allergies"), 570 - x - 58)
    y = _order(sheet, a, y + 24)
    for x0, x1, label in ((LEFT, 300, "Provider signature"), (316, 430, "Date"), (446, 576, "Order date")):
        sheet.line(x0, y + 24, x1, y + 24, 0.6)
        sheet.print(x0, y + 34, label, 7.5)
    if case.is_signed:
        sheet.sign(LEFT + 20, y + 21, 150, 20)
    put(sheet, 320, y + 21, a("only_sign_date"), 106)
    put(sheet, 450, y + 21, a("order_date"), 122)
    standing_orders(sheet, y + 54, "train")
    return [sheet]


def _order(sheet: Sheet, a: Answers, y: float) -> float:
    rows: list[list[tuple[str, float, str]]] = [
        [("ICD-10", 76, "icd 0"), ("Diagnosis", 230, "dx 0"), ("2nd ICD-10", 76, "icd 1")],
        [("Drug", 290, "drug"), ("HCPCS", 80, "hcpcs"), ("Begin", 100, "start")],
    ]
    rows += each_order(len(a.case.orders), DOSE)
    rows += [[("Premedication", 460, "premeds")], [("Prior therapy", 460, "prior 0")]]
    for row in rows:
        x = LEFT
        for label, width, key in row:
            words = label or a("course " + key.split()[1])
            start = sheet.print(x, y, words, 8.5) + 3
            put(sheet, start + 2, y, ask(sheet, a, key), width - 4)
            sheet.line(start, y + 2, start + width, y + 2, 0.5)
            x = start + width + 7
        y += 21
    return y
