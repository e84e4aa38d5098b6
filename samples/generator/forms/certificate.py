"""A statement of medical necessity: one running declaration, what each blank asks for in brackets under it."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register, standing_orders
from samples.generator.forms.layout import ask, put, ticks
from samples.generator.ops import seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 54.0, 558.0
# Words, the key of the blank after them, the caption under it and the blank's width.
Piece = tuple[str, str, str, float]
OPENING: tuple[tuple[Piece, ...], ...] = (
    (("I,", "doctor", "(clinician, degree)", 210), ("identified by", "npi", "(individual NPI)", 150)),
    (("practicing at", "practice", "(name of practice)", 220), ("and", "group_npi", "(NPI of practice)", 120)),
    (("located at", "office", "(practice address)", 430),),
    (
        ("reached at", "office_phone", "(practice telephone)", 170),
        ("and by facsimile", "office_fax", "(practice fax)", 150),
    ),
)
PATIENT: tuple[tuple[Piece, ...], ...] = (
    (("declare that", "name", "(beneficiary)", 230), ("born", "dob", "(month, day, year)", 150)),
    (("residing at", "address", "(beneficiary's address)", 430),),
    (
        ("telephone", "home", "(beneficiary's telephone)", 150),
        ("weighing", "weight", "(kg or lb)", 70),
        ("tall", "height", "(in or cm)", 70),
    ),
    (("insured by", "payer", "(carrier)", 190), ("under", "member", "(policy number)", 150)),
    (("allergic to", "allergies", "(or none known)", 410),),
    (("is under my care for", "icd_dx 0", "(ICD-10-CM and words)", 370),),
    (("and for", "icd_dx 1", "(ICD-10-CM and words)", 410),),
)
AFTER: tuple[Piece, ...] = (
    ("valid for", "duration #", "(period)", 110),
    ("with", "refills #", "(refills)", 60),
    ("from", "start", "(first dose)", 130),
)
END: tuple[tuple[Piece, ...], ...] = (
    (("after", "prior 0", "(drug tried, years, result)", 430),),
    (("with", "premeds", "(premedication)", 430),),
)


@register("certificate", "test", "order", ("typed", "hand", "mixed"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Certificate that a payer and a center accept as an order."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%B %-d, %Y", "%m/%d/%Y", "%-m/%-d/%Y"), ("(###) ###-####", "###-###-####", "### ### ####")
    a = Answers(case, rng, style(rng, dates, phones, ("first last",)))
    sheet.print(306, 46, "STATEMENT OF MEDICAL NECESSITY AND ORDER", 13, bold=True, align="center")
    sheet.print(306, 59, [seg("Filed with "), *a("center"), seg(", facsimile "), *a("center_fax")], 8.5, align="center")
    y = 92.0
    for pieces in (*OPENING, *PATIENT):
        y = _sentence(sheet, a, y, pieces)
    x = sheet.print(LEFT, y, "and that the following is needed:", 9.5) + 6
    sheet.line(x, y + 2, RIGHT, y + 2, 0.5)
    put(sheet, x + 3, y, a("drug"), RIGHT - x - 6)
    sheet.print((x + RIGHT) / 2, y + 9, "(drug)", 6.5, align="center")
    y += 29
    for index in range(len(case.orders)):
        named = a(f"course {index}")
        row: tuple[Piece, ...] = (
            ("", f"dose {index}", "(amount)", 90),
            ("by", f"route {index}", "(route)", 46),
            ("given", f"frequency {index}", "(interval)", 180),
        )
        at = sheet.print(LEFT, y, named if case.orders[index].course else "in a dose of", 9.5) + 5
        y = _sentence(sheet, a, y, row, at)
    last = len(case.orders) - 1
    after = tuple((words, key.replace("#", str(last)), caption, width) for words, key, caption, width in AFTER)
    for pieces in (after, *END):
        y = _sentence(sheet, a, y, pieces)
    x = sheet.print(LEFT, y, "The matter is", 9.5) + 8
    options = [
        (level, case.priority == level, tuple((f"orders[{i}].priority", level) for i in range(len(case.orders))))
        for level in ("routine", "urgent", "stat")
    ]
    ticks(sheet, x, y, options, 9, 12, "circle")
    sheet.line(LEFT, y + 32, 350, y + 32, 0.6)
    sheet.print((LEFT + 350) / 2, y + 41, "(signature of the clinician)", 6.5, align="center")
    if case.is_signed:
        sheet.sign(LEFT + 50, y + 30, 160, 20)
    sheet.line(380, y + 32, RIGHT, y + 32, 0.6)
    sheet.print((380 + RIGHT) / 2, y + 41, "(date)", 6.5, align="center")
    put(sheet, 388, y + 30, a("sign_date"), RIGHT - 396)
    standing_orders(sheet, y + 54, "test")
    return [sheet]


def _sentence(sheet: Sheet, a: Answers, y: float, pieces: tuple[Piece, ...], x: float = LEFT) -> float:
    for words, key, caption, width in pieces:
        start = sheet.print(x, y, words, 9.5) + 4 if words else x
        end = min(start + width, RIGHT)
        sheet.line(start, y + 2, end, y + 2, 0.5)
        put(sheet, start + 3, y, ask(sheet, a, key), end - start - 6)
        sheet.print((start + end) / 2, y + 9.5, caption, 6.5, align="center")
        x = end + 6
    return y + 29
