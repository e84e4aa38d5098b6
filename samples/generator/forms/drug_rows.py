"""A specialty pharmacy's referral for one disease: all drugs of it as the rows of a table, the wanted one ticked."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case, drugs
from samples.generator.forms import ticked
from samples.generator.forms.base import register, standing_orders
from samples.generator.forms.layout import ask, put, sexes, ticks
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 36.0, 576.0
COLUMNS: tuple[tuple[str, float], ...] = (
    ("Drug", 36.0),
    ("Strength supplied", 150.0),
    ("Dose and route", 232.0),
    ("Directions", 334.0),
    ("Time", 476.0),
    ("Refill", 540.0),
)
Pairs = tuple[tuple[str, str], ...]
PATIENT: Pairs = (
    ("Patient name", "name"),
    ("DOB", "dob"),
    ("Address", "address"),
    ("Phone (home)", "home"),
    ("Phone (cell)", "mobile"),
    ("Weight", "weight"),
    ("Allergies", "allergies"),
)
PRESCRIBER: Pairs = (
    ("Prescriber", "doctor"),
    ("NPI", "npi"),
    ("Group NPI", "group_npi"),
    ("Office", "practice"),
    ("Address", "office"),
    ("Tel", "office_phone"),
    ("Fax", "office_fax"),
)
AREAS = {
    "neurology": "Multiple Sclerosis and Neurology",
    "rheumatology": "Rheumatology",
    "gastroenterology": "Crohn's Disease and Ulcerative Colitis",
    "hematology": "Hematology",
    "nephrology": "Nephrology",
    "endocrinology": "Bone and Endocrine",
    "immunology": "Allergy and Immunology",
}


@register("drug_rows", "test", "order", ("typed", "hand"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Referral form by disease."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%m/%d/%Y", "%m/%d/%y", "%m.%d.%Y"), ("(###) ###-####", "###-###-####", "###.###.####")
    a = Answers(case, rng, style(rng, dates, phones))
    sheet.print(LEFT, 42, f"{AREAS[case.drug['specialty']]} Referral", 15, bold=True)
    sheet.print(RIGHT, 36, a("center"), 10, bold=True, align="right")
    sheet.print(RIGHT, 48, [seg("P "), *a("center_phone"), seg("   F "), *a("center_fax")], 8.5, align="right")
    y = 66.0
    start = sheet.print(LEFT, y, "Date of referral", 8.5) + 3
    sheet.line(start, y + 2, start + 110, y + 2, 0.5)
    put(sheet, start + 2, y, a("order_date"), 106)
    start = sheet.print(start + 124, y, "Needed by", 8.5) + 3
    sheet.line(start, y + 2, start + 100, y + 2, 0.5)
    put(sheet, start + 2, y, a("start"), 96)
    ticks(sheet, start + 114, y, sexes(sheet, a), 8.5)
    y += 12
    low = y
    for x0, x1, pairs in ((LEFT, 302.0, PATIENT), (310.0, RIGHT, PRESCRIBER)):
        low = y
        for label, key in pairs:
            sheet.frame(x0, low, x1, low + 18, 0.5)
            sheet.shade(x0 + 0.5, low + 0.5, x0 + 62, low + 17.5, 0.88)
            sheet.print(x0 + 3, low + 12, label, 7.5)
            put(sheet, x0 + 66, low + 13, ask(sheet, a, key), x1 - x0 - 69)
            low += 18
    y = low + 14
    for label, key, x, width in (
        ("Insurer", "payer", LEFT, 160),
        ("ID no.", "member", 250, 140),
        ("Group no.", "group", 448, 90),
    ):
        at = sheet.print(x, y, label, 8.5) + 3
        sheet.line(at, y + 2, min(at + width, RIGHT), y + 2, 0.5)
        put(sheet, at + 2, y, a(key), min(width, RIGHT - at) - 4)
    y += 18
    sheet.print(LEFT, y, "Diagnosis", 9, bold=True)
    y = ticked.diagnoses(sheet, a, LEFT + 62, y, 4, 13, "circle") + 7
    for label, key in (("Also", "icd_dx 1"), ("Failed drugs", "prior 0"), ("", "prior 1")):
        at = sheet.print(LEFT + 62, y, label, 8.5) + 3 if label else LEFT + 120
        sheet.line(at, y + 2, RIGHT, y + 2, 0.4)
        put(sheet, at + 2, y, a(key), RIGHT - at - 4)
        y += 17
    y = _table(sheet, a, y - 4)
    sheet.print(LEFT, y + 16, "Premedication per prescriber:", 8.5, bold=True)
    y = ticked.premedications(sheet, a, LEFT + 140, y + 16, 12, 8, 4) + 12
    sheet.print(LEFT, y + 12, "Prescriber's signature", 8.5)
    sheet.line(LEFT + 94, y + 14, 380, y + 14, 0.6)
    if case.is_signed:
        sheet.sign(LEFT + 112, y + 12, 150, 20)
    sheet.print(392, y + 12, "Signed on", 8.5)
    sheet.line(434, y + 14, RIGHT, y + 14, 0.6)
    put(sheet, 438, y + 12, a("only_sign_date"), RIGHT - 442)
    standing_orders(sheet, y + 34, "test")
    return [sheet]


def _table(sheet: Sheet, a: Answers, y: float) -> float:
    case, top = a.case, y
    sheet.shade(LEFT, y, RIGHT, y + 14, 0.82)
    for head, x in COLUMNS:
        sheet.print(x + 3, y + 10, head, 8, bold=True)
    y += 14
    for brand in ticked.brands(a):
        known = next((drug for drug in drugs() if drug["brand"] == brand), None)
        is_on = brand == case.drug["brand"]
        sheet.check(LEFT + 3, y + 13, a("drug", "brand") if is_on else brand, is_on, 8.5)
        sheet.print(153, y + 13, known["vial"] if known else "as supplied", 8)
        high = 19.0
        if is_on:
            for index, order in enumerate(case.orders):
                _line(sheet, a, y, index)
                if order.course:
                    sheet.print(337, y + 24, a(f"course {index}"), 7)
                y, high = (y + 28.0, 0.0) if order.course else (y + 19.0, 0.0)
        y += high
        sheet.line(LEFT, y, RIGHT, y, 0.5)
    for x in (*(x for _, x in COLUMNS), RIGHT):
        sheet.line(x, top, x, y, 0.5)
    return y


def _line(sheet: Sheet, a: Answers, y: float, index: int) -> None:
    ends = [x for _, x in COLUMNS][3:]
    given: list[Seg] = [*a(f"dose {index}"), seg(" "), *a(f"route {index}")]
    put(sheet, 236, y + 14, given, ends[0] - 239)
    for key, x, end in zip(("frequency", "duration", "refills"), ends, (*ends[1:], RIGHT), strict=True):
        put(sheet, x + 3, y + 14, a(f"{key} {index}"), end - x - 6)
