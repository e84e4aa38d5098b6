"""A narrow shaded column of labels at the left of every row, bars with white section titles across the page."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import ask, bar, each_order, label_of, put
from samples.generator.ops import seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT, COLUMN = 50.0, 562.0, 104.0
Row = list[tuple[str, float, str]]
SECTIONS: list[tuple[str, list[Row]]] = [
    (
        "Who is to be treated",
        [
            [("Name", 5, "name"), ("Birthdate", 3, "dob")],
            [("Address", 1, "address")],
            [("Cell", 3, "mobile"), ("Home", 3, "home")],
            [("Sex", 1, "sex"), ("Height", 1, "height"), ("Weight", 1, "weight")],
            [("Allergy list", 1, "allergies")],
        ],
    ),
    (
        "Benefits",
        [
            [("Plan", 4, "payer"), ("Cardholder ID", 3, "member")],
            [("Cardholder", 4, "subscriber"), ("Group", 3, "group")],
            [("Responsible party", 1, "guarantor")],
        ],
    ),
]
DOSE: Row = [("@course #", 2, "dose #"), ("Route", 1, "route #"), ("Schedule", 4, "frequency #")]


@register("label_column", "tune", "order", ("typed", "hand", "mixed"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Referral sheet of a regional infusion provider."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%-m/%-d/%y", "%b. %-d, %Y", "%Y/%m/%d"), ("(###) ###-####", "###/###-####", "###-###-####")
    a = Answers(
        case, rng, style(rng, dates, phones, ("last, first", "first last"), ("last, first", "first last, credentials"))
    )
    sheet.print(LEFT, 44, a("center"), 15, bold=True)
    sheet.print(LEFT, 58, "Referral and standing infusion order", 10)
    sheet.print(RIGHT, 44, [seg("F "), *a("center_fax")], 9.5, align="right")
    sheet.print(RIGHT, 57, [seg("P "), *a("center_phone")], 9.5, align="right")
    y = 68.0
    last = len(case.orders) - 1
    treatment: list[Row] = [
        [("ICD-10-CM", 2, "icd 0"), ("Indication", 6, "dx 0")],
        [("Second ICD", 2, "icd 1"), ("Indication", 6, "dx 1")],
        [("Infusion drug", 5, "drug"), ("Written on", 3, "order_date")],
        *each_order(len(case.orders), DOSE),
        [("Order lasts", 3, f"duration {last}"), ("Refill count", 2, f"refills {last}"), ("First visit", 3, "start")],
        [("Given before", 6, "premeds")],
        [("Earlier drugs", 6, "prior 0")],
    ]
    prescriber: list[Row] = [
        [("Prescriber", 4, "doctor"), ("NPI", 3, "npi")],
        [("Clinic", 4, "practice"), ("Clinic NPI", 3, "group_npi")],
        [("Clinic address", 1, "office")],
        [("Clinic phone", 3, "office_phone"), ("Clinic fax", 3, "office_fax")],
        [("Family doctor", 3, "pcp"), ("Phone", 3, "pcp_phone")],
    ]
    for title, rows in (*SECTIONS, ("Treatment", treatment), ("Ordering clinic", prescriber)):
        y = bar(sheet, LEFT, y, RIGHT, title, 0.25, 9.5)
        for row in rows:
            y = _row(sheet, a, y, row)
        y += 5
    sheet.shade(LEFT, y, LEFT + COLUMN, y + 34, 0.87)
    sheet.frame(LEFT, y, RIGHT, y + 34, 0.5)
    sheet.print(LEFT + 5, y + 20, "Sign here / date", 8.5)
    if case.is_signed:
        sheet.sign(LEFT + COLUMN + 20, y + 27, 150, 19)
    put(sheet, 420, y + 22, a("only_sign_date"), 130)
    return [sheet]


def _row(sheet: Sheet, a: Answers, y: float, row: Row, high: float = 20.0) -> float:
    """The first label stands in the shaded column, later ones in shaded cells of their own."""
    total, x = sum(share for _, share, _ in row), LEFT
    room = RIGHT - LEFT - COLUMN - 62.0 * (len(row) - 1)
    for index, (label, share, key) in enumerate(row):
        width = COLUMN if index == 0 else 62.0
        sheet.shade(x, y, x + width, y + high, 0.87)
        sheet.print(x + 5, y + 13.5, label_of(a, label), 8.5 if index == 0 else 8)
        end = x + width + room * share / total
        put(sheet, x + width + 5, y + 14, ask(sheet, a, key), end - x - width - 8)
        sheet.line(x + width, y, x + width, y + high, 0.4)
        x = end
    sheet.frame(LEFT, y, RIGHT, y + high, 0.5)
    return y + high
