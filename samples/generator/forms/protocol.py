"""A treatment protocol: agents as rows and weeks as columns, who the patient is in a strip down the right margin."""

import itertools
import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import ask, put
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, STRIP, RIGHT = 34.0, 402.0, 580.0
SIDE: tuple[tuple[str, str], ...] = (
    ("Patient", "name"),
    ("Date of birth", "dob"),
    ("Sex at birth", "sex"),
    ("Record number", "mrn"),
    ("Address", "street"),
    ("City, state, zip", "city_state_zip"),
    ("Home / cell", "home+mobile"),
    ("Weight / height", "weight+height"),
    ("Allergies", "allergies"),
    ("Plan", "payer"),
    ("Plan ID", "member"),
    ("Prescriber", "doctor"),
    ("Prescriber NPI", "npi"),
    ("Clinic NPI", "group_npi"),
    ("Clinic", "practice"),
    ("Clinic street", "office_street"),
    ("Clinic city", "office_city"),
    ("Clinic phone", "office_phone"),
    ("Clinic fax", "office_fax"),
)
# Small print with doses and rates that nobody ordered.
NOTE = (
    "Hold for a neutrophil count below 1.0 or a fever. Rate: 25 mL/h for 30 minutes, then double each 30 minutes to "
    "200 mL/h. For a reaction follow the center's own procedure and call the clinic. Saline 0.9% 250 mL as carrier."
)


@register("protocol", "test", "order", ("typed", "hand"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Hospital clinic's protocol sheet."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%d-%b-%Y", "%m/%d/%Y", "%b %-d, %Y"), ("###-###-####", "(###) ###-####")
    a = Answers(case, rng, style(rng, dates, phones, ("last, first",)))
    sheet.print(LEFT, 42, "TREATMENT PROTOCOL", 16, bold=True)
    sheet.print(LEFT, 56, [seg("Administer at "), *a("center"), seg("; fax "), *a("center_fax")], 9)
    sheet.frame(STRIP, 30, RIGHT, 762, 1.2)
    y = 42.0
    for label, key in SIDE:
        sheet.print(STRIP + 6, y, label, 6.5, bold=True)
        put(sheet, STRIP + 8, y + 16, ask(sheet, a, key), RIGHT - STRIP - 16)
        sheet.line(STRIP, y + 22, RIGHT, y + 22, 0.4)
        y += 33
    y = 80.0
    for label, key in (
        ("Protocol for", "icd_dx 0"),
        ("Second problem", "icd_dx 1"),
        ("Written on", "order_date"),
        ("Cycle 1 day 1", "start"),
    ):
        sheet.print(LEFT, y, label, 8.5, bold=True)
        sheet.line(LEFT + 76, y + 2, STRIP - 12, y + 2, 0.4)
        put(sheet, LEFT + 79, y, a(key), STRIP - LEFT - 94)
        y += 19
    y = _agents(sheet, a, y)
    y = _around(sheet, a, y + 20)
    sheet.print(LEFT, y + 20, "Signature of prescriber", 8.5, bold=True)
    sheet.line(LEFT, y + 50, 260, y + 50, 0.6)
    if case.is_signed:
        sheet.sign(LEFT + 16, y + 48, 150, 20)
    sheet.print(274, y + 20, "Date", 8.5, bold=True)
    sheet.line(274, y + 50, STRIP - 12, y + 50, 0.6)
    put(sheet, 278, y + 47, a("only_sign_date"), STRIP - 294)
    sheet.paragraph(LEFT, y + 70, "Second nurse check: ______   Pharmacist: ______   Void after 12 months.", 350, 7.5)
    return [sheet]


def _agents(sheet: Sheet, a: Answers, y: float) -> float:
    """One row an agent, its dose and route beside it, the interval below, and empty columns for the visits."""
    case, edges = a.case, (LEFT, 160.0, 236.0, 272.0, 304.0, 336.0, 368.0, STRIP - 8)
    heads = ("Agent", "Dose", "Route", "V1", "V2", "V3", "V4")
    for x0, x1, head in zip(edges, edges[1:], heads, strict=False):
        sheet.frame(x0, y, x1, y + 15, 0.5)
        sheet.print((x0 + x1) / 2, y + 11, head, 8, bold=True, align="center")
    y += 15
    for index, order in enumerate(case.orders):
        for x0, x1 in itertools.pairwise(edges):
            sheet.frame(x0, y, x1, y + 24, 0.5)
        agent = a("drug") if index == 0 else [seg("same agent")]
        put(sheet, LEFT + 3, y + 15, agent, 120)
        put(sheet, 163, y + 15, a(f"dose {index}"), 70)
        put(sheet, 239, y + 15, a(f"route {index}"), 30)
        sheet.frame(LEFT, y + 24, STRIP - 8, y + 42, 0.5)
        lead: list[Seg] = [*a(f"course {index}"), seg(", timing:")] if order.course else [seg("Timing:")]
        at = sheet.print(LEFT + 3, y + 36, lead, 8) + 4
        put(sheet, at, y + 37, a(f"frequency {index}"), STRIP - at - 12)
        y += 42
    return y


def _around(sheet: Sheet, a: Answers, y: float) -> float:
    last = len(a.case.orders) - 1
    for label, key in (
        ("Duration", f"duration {last}"),
        ("Refills", f"refills {last}"),
        ("Code", "hcpcs"),
        ("Prior agents", "prior 0"),
        ("", "prior 1"),
        ("Supportive care", "premeds"),
    ):
        sheet.print(LEFT, y, label, 8.5, bold=True)
        sheet.line(LEFT + 76, y + 2, STRIP - 12, y + 2, 0.4)
        y = put(sheet, LEFT + 79, y, a(key), STRIP - LEFT - 94, 2 if key == "premeds" else 1, 14) + 19
    return sheet.paragraph(LEFT, y + 4, NOTE, STRIP - LEFT - 14, 7.5)
