"""Safety-program enrollment forms, one layout for each split: no order, and a signature of the patient's."""

import random

from samples.generator import hand
from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import ask, bar, flow, put, sexes, ticks
from samples.generator.ops import seg
from samples.generator.sheet import Look, Sheet

Rows = tuple[tuple[str, str], ...]
PATIENT: Rows = (("Patient name", "name"), ("Date of birth", "dob"), ("Address", "address"), ("Phone", "home"))
PRESCRIBER: Rows = (
    ("Prescriber name", "doctor"),
    ("NPI", "npi"),
    ("Practice", "practice"),
    ("Phone", "office_phone"),
    ("Fax", "office_fax"),
)


def _signature_of_patient(sheet: Sheet, x: float, y: float, width: float) -> None:
    """A scrawl that is not the prescriber's."""
    strokes, _ = hand.signature(sheet.rng, x, y, width, 16)
    sheet.drawing.ops.extend(strokes)
    sheet.traps.add("patient_signature")


def _rows(sheet: Sheet, a: Answers, x: float, y: float, width: float, rows: Rows, gap: float) -> float:
    for label, key in rows:
        sheet.print(x, y, label, 9)
        sheet.line(x + gap, y + 2.5, x + width, y + 2.5, 0.4)
        put(sheet, x + gap + 3, y, ask(sheet, a, key), width - gap - 5)
        y += 22
    return y


def _signed(sheet: Sheet, a: Answers, x: float, y: float, width: float) -> None:
    for label, is_patient in (("Signature of patient", True), ("Signature of prescriber", False)):
        sheet.line(x, y, x + width, y, 0.6)
        sheet.print(x, y + 10, label, 8)
        sheet.print(x + width + 20, y + 10, "Date", 8)
        sheet.line(x + width + 20, y, x + width + 130, y, 0.6)
        if is_patient:
            _signature_of_patient(sheet, x + 20, y - 3, 120)
        elif a.case.is_signed:
            sheet.sign(x + 20, y - 3, 140, 18)
            put(sheet, x + width + 24, y - 3, a("only_sign_date"), 100)
        y += 46


@register("rems_steps", "train", "rems", ("typed", "hand"))
def draw_steps(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Bars, lines and a list of statements to initial."""
    sheet = Sheet("enrollment_form", look, rng)
    a = Answers(case, rng, style(rng, ("%m/%d/%Y", "%m-%d-%Y"), ("(###) ###-####", "###-###-####")))
    sheet.print(48, 46, f"{case.drug['brand']} REMS Program", 16, bold=True)
    sheet.print(48, 62, "Patient Enrollment Form - fax to 1-866-555-0190", 10)
    y = bar(sheet, 48, 74, 564, "Patient", 0.3) + 20
    y = _rows(sheet, a, 54, y, 500, PATIENT, 90)
    y = bar(sheet, 48, y, 564, "Prescriber", 0.3) + 20
    y = _rows(sheet, a, 54, y, 500, PRESCRIBER, 90)
    y = bar(sheet, 48, y, 564, "Statements", 0.3) + 18
    for text in (
        "I have read the guide for patients.",
        "I know that serious infections and infusion reactions can occur.",
        "I will tell my doctor about new symptoms at once.",
        "I may leave the program at any time.",
    ):
        sheet.check(54, y, text, rng.random() < 0.85, 9.5)
        y += 18
    _signed(sheet, a, 54, y + 40, 280)
    return [sheet]


@register("rems_columns", "tune", "rems", ("typed", "hand"))
def draw_columns(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Patient and prescriber side by side, text in small print, signatures at the foot."""
    sheet = Sheet("enrollment_form", look, rng)
    a = Answers(case, rng, style(rng, ("%Y-%m-%d", "%b %d %Y"), ("###.###.####", "### ### ####")))
    sheet.print(306, 48, f"{case.drug['brand']} risk program: enrollment of a patient", 14, bold=True, align="center")
    sheet.frame(36, 62, 300, 260, 0.8)
    sheet.frame(312, 62, 576, 260, 0.8)
    sheet.print(44, 78, "The patient", 10.5, bold=True)
    sheet.print(320, 78, "The prescriber", 10.5, bold=True)
    _rows(
        sheet,
        a,
        44,
        102,
        250,
        (("Name", "name"), ("Born", "dob"), ("Street", "street"), ("City", "city_state_zip"), ("Cell", "mobile")),
        44,
    )
    _rows(
        sheet,
        a,
        320,
        102,
        250,
        (
            ("Name", "doctor"),
            ("NPI", "npi"),
            ("Site", "practice"),
            ("Site NPI", "group_npi"),
            ("Tel.", "office_phone"),
            ("Fax", "office_fax"),
        ),
        44,
    )
    sheet.print(44, 248, "Sex", 9)
    ticks(sheet, 70, 248, sexes(sheet, a))
    y = flow(
        sheet,
        36,
        288,
        [
            seg(
                "By signing, the patient agrees to the collection of data on infusions, infections and "
                "pregnancies, and the prescriber agrees to check laboratory values before each course "
                "and to report serious events within 24 hours. Enrollment is needed before the first "
                "dose can be shipped."
            )
        ],
        540,
        9.5,
    )
    _signed(sheet, a, 44, y + 50, 270)
    return [sheet]


@register("rems_boxes", "retired", "rems", ("typed", "hand"))
def draw_boxes(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A box to an answer, questions of a checklist at the right."""
    sheet = Sheet("enrollment_form", look, rng)
    a = Answers(case, rng, style(rng, ("%d %b %Y", "%m/%d/%y"), ("###-###-####", "(###) ### ####")))
    sheet.print(40, 44, "SAFETY PROGRAM ENROLLMENT", 15, bold=True)
    sheet.print(40, 59, [seg("Medicine: "), *[seg(case.drug["brand"])], seg("   Program fax 800.555.0191")], 9.5)
    y = 72.0
    for label, key in (
        ("PERSON ENROLLED", "name"),
        ("BIRTH DATE", "dob"),
        ("HOME ADDRESS", "address"),
        ("TELEPHONE", "home"),
        ("PRESCRIBER", "doctor"),
        ("PRESCRIBER'S NPI", "npi"),
        ("PRESCRIBER'S PHONE", "office_phone"),
        ("PRESCRIBER'S FAX", "office_fax"),
    ):
        sheet.frame(40, y, 340, y + 31, 0.6)
        sheet.print(44, y + 9, label, 6.5)
        put(sheet, 46, y + 25, ask(sheet, a, key), 288)
        y += 31
    sheet.print(356, 84, "Checklist", 10.5, bold=True)
    for index, text in enumerate(
        (
            "Vaccinated against meningococci",
            "Screened for hepatitis B",
            "Screened for tuberculosis",
            "Wallet card handed over",
            "Baseline MRI done",
            "Pregnancy excluded",
        )
    ):
        ticks(sheet, 356, 106 + 26 * index, [("Y", rng.random() < 0.7, ()), ("N", False, ())], 8.5, 6)
        sheet.print(416, 106 + 26 * index, text, 8.5)
    _signed(sheet, a, 40, y + 60, 290)
    return [sheet]
