"""A program's enrollment: medical and pharmacy benefit side by side, tinted lines, titles in white on black."""

import random

from samples.generator import hand
from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import ask, each_order, put, sexes, ticks
from samples.generator.ops import seg
from samples.generator.sheet import Look, Sheet

LEFT, MIDDLE, RIGHT = 34.0, 306.0, 578.0
Lines = tuple[tuple[str, str], ...]
PERSON: tuple[tuple[tuple[str, float, str], ...], ...] = (
    (("FIRST", 3, "first"), ("M.I.", 1, "middle"), ("LAST", 3.4, "last_name"), ("BIRTHDAY", 2.6, "dob")),
    (("STREET & UNIT", 4, "street"), ("CITY / STATE / ZIP", 4, "city_state_zip"), ("E-MAIL", 3.4, "email")),
    (("HOME", 2.4, "home"), ("CELL", 2.4, "mobile"), ("WEIGHT", 1.6, "weight"), ("ALLERGIES", 3.6, "allergies")),
)
MEDICAL: Lines = (
    ("Medical insurer", "payer"),
    ("Member / policy ID", "member"),
    ("Employer group", "group"),
    ("Insured person", "subscriber"),
    ("Insured is patient's", "relationship"),
    ("Insurer's phone", "payer_phone"),
)
PHARMACY: Lines = (
    ("Pharmacy plan", "plan"),
    ("Rx BIN", "bin"),
    ("Rx PCN", "pcn"),
    ("Other insurer", "payer2"),
    ("Other insurer's ID", "member2"),
    ("Guarantor", "guarantor"),
)
ORDER: tuple[tuple[str, float, str], ...] = (
    ("", 2.2, "dose #"),
    ("ROUTE", 1.1, "route #"),
    ("HOW OFTEN", 4, "frequency #"),
    ("FOR", 2, "duration #"),
    ("REFILLS", 1.2, "refills #"),
)
OFFICE: tuple[tuple[tuple[str, float, str], ...], ...] = (
    (("PRESCRIBER", 4, "doctor"), ("PRESCRIBER NPI", 2.4, "npi"), ("SITE NPI", 2.4, "group_npi")),
    (("SITE NAME", 4, "practice"), ("SITE PHONE", 2.4, "office_phone"), ("SITE FAX", 2.4, "office_fax")),
    (("SITE STREET", 4, "office_street"), ("SITE CITY / STATE / ZIP", 4.8, "office_city")),
)


@register("two_benefits", "test", "order", ("typed", "hand", "acroform"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Enrollment and prescription of a manufacturer's support program; the patient signs too."""
    sheet = Sheet("enrollment_form", look, rng)
    dates, phones = ("%m/%d/%Y", "%m-%d-%Y", "%b %-d, %Y"), ("(###) ###-####", "###-###-####", "### ### ####")
    a = Answers(case, rng, style(rng, dates, phones))
    sheet.print(LEFT, 40, f"{case.drug['brand']} Together", 17, bold=True)
    sheet.print(LEFT, 53, "Patient enrollment and prescription", 9.5)
    sheet.print(RIGHT, 40, [seg("Fax to "), *a("center_fax")], 9.5, bold=True, align="right")
    sheet.print(RIGHT, 53, [seg("Questions? "), *a("center"), seg(" "), *a("center_phone")], 8.5, align="right")
    y = _rows(sheet, a, 62, "A  ABOUT THE PATIENT", PERSON)
    sheet.print(LEFT, y + 4, "GENDER", 6.5, bold=True)
    ticks(sheet, LEFT + 36, y + 5, sexes(sheet, a), 8.5)
    y = _benefits(sheet, a, y + 14)
    y = _rows(
        sheet,
        a,
        y + 2,
        "C  PRESCRIPTION",
        (
            (
                ("ICD-10", 1.6, "icd 0"),
                ("DIAGNOSIS", 4.4, "dx 0"),
                ("2ND ICD-10", 1.6, "icd 1"),
                ("DATE", 2, "order_date"),
            ),
            (("PRODUCT", 4.4, "drug"), ("FIRST DOSE WANTED", 2.2, "start"), ("LAST TREATED", 2.2, "last")),
            *(tuple(row) for row in each_order(len(case.orders), list(ORDER))),
            (("PREMEDICATION", 5, "premeds"), ("TREATED BEFORE WITH", 5, "prior 0")),
        ),
    )
    y = _rows(sheet, a, y + 2, "D  PRESCRIBER", OFFICE)
    _signatures(sheet, a, y + 10)
    return [sheet]


def _title(sheet: Sheet, x0: float, x1: float, y: float, text: str) -> float:
    sheet.shade(x0, y, x1, y + 13, 0.0)
    sheet.print(x0 + 6, y + 9.5, text, 8.5, bold=True, grey=1.0)
    return y + 15


def _rows(
    sheet: Sheet, a: Answers, y: float, title: str, rows: tuple[tuple[tuple[str, float, str], ...], ...]
) -> float:
    """Tinted lines; the caption hangs under the left end of its line."""
    y = _title(sheet, LEFT, RIGHT, y, title) + 3
    for row in rows:
        x, total = LEFT, sum(share for _, share, _ in row)
        for label, share, key in row:
            end = x + (RIGHT - LEFT) * share / total
            sheet.shade(x, y, end - 6, y + 17, 0.9)
            put(sheet, x + 3, y + 13, ask(sheet, a, key), end - x - 12)
            sheet.print(x, y + 24, label or a("course " + key.split()[1]), 6.5)
            x = end
        y += 29
    return y


def _benefits(sheet: Sheet, a: Answers, y: float) -> float:
    for x0, x1, title, lines in (
        (LEFT, MIDDLE - 4, "B1  MEDICAL BENEFIT", MEDICAL),
        (MIDDLE + 4, RIGHT, "B2  PHARMACY BENEFIT", PHARMACY),
    ):
        low = _title(sheet, x0, x1, y, title) + 12
        for label, key in lines:
            sheet.print(x0 + 4, low, label, 8)
            sheet.line(x0 + 92, low + 2, x1 - 4, low + 2, 0.5)
            put(sheet, x0 + 95, low, ask(sheet, a, key), x1 - x0 - 101)
            low += 17
        sheet.frame(x0, y, x1, low - 8, 0.7)
    return low - 4


def _signatures(sheet: Sheet, a: Answers, y: float) -> None:
    y = _terms(sheet, y)
    for x0, x1, label, is_patient in (
        (LEFT, MIDDLE - 6, "Patient or legal representative", True),
        (MIDDLE + 6, RIGHT, "Prescriber (no stamps)", False),
    ):
        sheet.line(x0, y + 24, x1 - 84, y + 24, 0.6)
        sheet.print(x0, y + 33, label, 7)
        sheet.line(x1 - 76, y + 24, x1, y + 24, 0.6)
        sheet.print(x1 - 76, y + 33, "Date", 7)
        if is_patient:
            strokes, _ = hand.signature(sheet.rng, x0 + 14, y + 21, 110, 15)
            sheet.drawing.ops.extend(strokes)
            sheet.traps.add("patient_signature")
        elif a.case.is_signed:
            sheet.sign(x0 + 14, y + 21, 120, 17)
            put(sheet, x1 - 74, y + 22, a("only_sign_date"), 74)


def _terms(sheet: Sheet, y: float) -> float:
    text = (
        "The patient agrees that the program may share health information with insurers and sites of care. The "
        "prescriber confirms that treatment is medically necessary and asks the program to pass this prescription on."
    )
    return sheet.paragraph(LEFT, y, text, RIGHT - LEFT, 7.5)
