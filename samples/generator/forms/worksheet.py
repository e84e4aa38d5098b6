"""A worksheet in three columns, item, answer and what the receiving nurse writes, every second row shaded."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import ask, label_of, put
from samples.generator.ops import seg
from samples.generator.sheet import Look, Sheet

LEFT, ANSWER, STAFF, RIGHT = 36.0, 176.0, 470.0, 576.0
TOP: tuple[tuple[str, str], ...] = (
    ("Individual's name", "name"),
    ("Birth date", "dob"),
    ("Sex", "sex"),
    ("Home address", "address"),
    ("Daytime number (home)", "home"),
    ("Cell number", "mobile"),
    ("Height; weight", "height+weight"),
    ("Allergies", "allergies"),
    ("Insurer; plan", "payer+plan"),
    ("Insurance ID; group", "member+group"),
    ("Insured; relationship", "subscriber+relationship"),
    ("Diagnosis", "icd_dx 0"),
    ("Further diagnosis", "icd_dx 1"),
    ("Infusion requested", "drug"),
)
END: tuple[tuple[str, str], ...] = (
    ("Premedication", "premeds"),
    ("Date of order; first dose", "order_date+start"),
    ("Drug tried before", "prior 0"),
    ("Further drug tried", "prior 1"),
    ("HCP name", "doctor"),
    ("HCP NPI", "npi"),
    ("Site NPI", "group_npi"),
    ("Site name", "practice"),
    ("Site address", "office"),
    ("Site phone", "office_phone"),
    ("Site fax", "office_fax"),
    ("PCP; phone", "pcp+pcp_phone"),
)


@register("worksheet", "retired", "order", ("typed", "hand"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Nurse navigator's worksheet that doubles as the order."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%Y-%m-%d", "%d %b %Y", "%m/%d/%Y"), ("### ### ####", "###-###-####", "(###) ###.####")
    a = Answers(case, rng, style(rng, dates, phones))
    sheet.print(LEFT, 40, "Treatment worksheet and order", 14, bold=True)
    sheet.print(RIGHT, 40, [*a("center"), seg("  fax "), *a("center_fax")], 9, align="right")
    doses = [(f"@course {i}", f"dose {i}+route {i}+frequency {i}") for i in range(len(case.orders))]
    ends = [("Order ends after; refills", f"duration {len(case.orders) - 1}+refills {len(case.orders) - 1}")]
    y, high = 50.0, 19.6
    for x, head in ((LEFT, "Item"), (ANSWER, "Answer"), (STAFF, "Center staff")):
        sheet.print(x + 4, y + 11, head, 8.5, bold=True)
    y += 15
    top = y
    for index, (label, key) in enumerate((*TOP, *doses, *ends, *END)):
        if index % 2:
            sheet.shade(LEFT, y, RIGHT, y + high, 0.9)
        sheet.print(LEFT + 4, y + 13, label_of(a, label), 8.5)
        put(sheet, ANSWER + 5, y + 13.5, ask(sheet, a, key), STAFF - ANSWER - 9)
        if key.split("+")[0] in ("payer", "drug"):
            sheet.print(STAFF + 4, y + 13, "verified  ___ / ___", 7.5)
        y += high
    for x in (LEFT, ANSWER, STAFF, RIGHT):
        sheet.line(x, top, x, y, 0.6)
    sheet.line(LEFT, top, RIGHT, top, 0.6)
    sheet.line(LEFT, y, RIGHT, y, 0.6)
    sheet.print(LEFT, y + 28, "HCP signature", 8.5)
    sheet.line(LEFT + 62, y + 30, 350, y + 30, 0.5)
    if case.is_signed:
        sheet.sign(LEFT + 80, y + 28, 150, 18)
    sheet.print(366, y + 28, "Date", 8.5)
    sheet.line(388, y + 30, 520, y + 30, 0.5)
    put(sheet, 392, y + 28, a("only_sign_date"), 120)
    sheet.print(LEFT, y + 46, f"Center use: accepted by ________   chair ____   {case.center.name}", 7.5)
    return [sheet]
