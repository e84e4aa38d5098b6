"""A referral form in lettered sections, two or three labelled lines to a row, as payers make them."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register, standing_orders
from samples.generator.forms.layout import bar, is_answered, put, sexes, ticks
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 40.0, 572.0
Cell = tuple[str, float, list[Seg]]


def _row(sheet: Sheet, y: float, cells: list[Cell]) -> float:
    x, total = LEFT, sum(share for _, share, _ in cells)
    for label, share, answer in cells:
        end = x + (RIGHT - LEFT) * share / total
        start = sheet.print(x + 3, y, label, 8.5) + 4
        sheet.line(start, y + 2.5, end - 6, y + 2.5, 0.4)
        put(sheet, start + 2, y, answer, end - start - 10)
        x = end
    return y + 19.5


@register("lettered", "tune", "order", ("typed", "hand"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Sections A to F; request, member, plan, prescriber, treatment, attestation."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%m-%d-%y", "%Y-%m-%d", "%b %d %Y", "%m/%d/%y"), ("###.###.####", "### ### ####", "1-###-###-####")
    a = Answers(case, rng, style(rng, dates, phones, ("first last", "LAST, FIRST MIDDLE")))
    sheet.print(LEFT, 42, "SPECIALTY INFUSION REFERRAL REQUEST", 14, bold=True)
    fax_to = [
        seg("Submit both sides to "),
        *a("center"),
        seg(" at fax "),
        *a("center_fax"),
        seg(" or call "),
        *a("center_phone"),
    ]
    sheet.print(LEFT, 55, fax_to, 8.5)
    y = bar(sheet, LEFT, 62, RIGHT, "A.  REQUEST", 0.8) + 13
    is_new = case.last_treatment is None
    x = ticks(sheet, LEFT + 4, y, [("New start", is_new, ()), ("Continuing treatment", not is_new, ())])
    sheet.print(x + 10, y, "Turnaround:", 8.5)
    marks = [
        (n.capitalize(), case.priority == n, tuple((f"orders[{i}].priority", n) for i in range(len(case.orders))))
        for n in ("routine", "urgent", "stat")
    ]
    ticks(sheet, x + 66, y, marks)
    y = _row(
        sheet,
        y + 19,
        [
            ("Request date", 3, a("order_date")),
            ("Wanted start", 3, a("start")),
            ("Date of last treatment", 4, a("last")),
        ],
    )
    y = bar(sheet, LEFT, y - 9, RIGHT, "B.  MEMBER", 0.8) + 15
    y = _row(sheet, y, [("Member's name", 5, a("name")), ("Member birth date", 4, a("dob"))])
    y = _row(sheet, y, [("Residence", 5, a("street")), ("City / ST / ZIP", 5, a("city_state_zip"))])
    y = _row(sheet, y, [("Evening phone", 3, a("home")), ("Cell phone", 3, a("mobile")), ("Work phone", 3, a("work"))])
    sheet.print(LEFT + 3, y, "Sex", 8.5)
    ticks(sheet, LEFT + 24, y, sexes(sheet, a, "letter"), gap=8)
    _partial(
        sheet, 130, y, [("Height", 110, a("height")), ("Current weight", 140, a("weight")), ("E-mail", 170, a("email"))]
    )
    y = _row(sheet, y + 19.5, [("Drug allergies", 1, a("allergies"))])
    y = bar(sheet, LEFT, y - 9, RIGHT, "C.  PLAN", 0.8) + 15
    y = _row(
        sheet,
        y,
        [("Carrier", 4, a("payer")), ("Identification #", 3.4, a("member")), ("Policy/group #", 3, a("group"))],
    )
    y = _row(
        sheet,
        y,
        [
            ("Insured", 4, a("subscriber")),
            ("Relation to member", 3.4, a("relationship")),
            ("Carrier phone", 3, a("payer_phone")),
        ],
    )
    y = _row(sheet, y, [("Other coverage: carrier", 5, a("payer2")), ("ID #", 3, a("member2"))])
    y = bar(sheet, LEFT, y - 9, RIGHT, "D.  REQUESTING PRESCRIBER", 0.8) + 15
    y = _row(sheet, y, [("First name", 3, a("doctor_first")), ("Last name", 3, a("doctor_last"))])
    sheet.print(LEFT + 3, y, "(Check one)", 8.5)
    titles = [
        (t, is_answered(sheet, a, "credentials") and case.prescriber.credentials == t, (("prescriber.credentials", t),))
        for t in ("MD", "DO", "NP", "PA-C", "APRN")
    ]
    ticks(sheet, LEFT + 58, y, titles, gap=9)
    _partial(sheet, 330, y, [("Lic #", 96, a("license")), ("UPIN", 120, [])])
    y = _row(sheet, y + 19.5, [("NPI #", 3, a("npi")), ("DEA #", 3, a("dea")), ("Group NPI #", 3, a("group_npi"))])
    y = _row(sheet, y, [("Practice name", 5, a("practice")), ("Under direction of Dr.", 4, a("supervisor"))])
    y = _row(sheet, y, [("Address", 5, a("office_street")), ("City / ST / ZIP", 5, a("office_city"))])
    y = _row(
        sheet,
        y,
        [("Phone", 4, a("office_extended") if rng.random() < 0.4 else a("office_phone")), ("Fax", 3, a("office_fax"))],
    )
    y = bar(sheet, LEFT, y - 9, RIGHT, "E.  TREATMENT", 0.8) + 15
    y = _row(sheet, y, [("Primary ICD code", 3, a("icd 0")), ("Description", 7, a("dx 0"))])
    y = _row(sheet, y, [("Other ICD code", 3, a("icd 1")), ("Description", 7, a("dx 1"))])
    y = _row(sheet, y, [("Request is for", 6, a("drug")), ("HCPCS", 2, a("hcpcs")), ("Strength", 3, a("vial"))])
    for index in range(len(case.orders)):
        start = sheet.print(LEFT + 3, y, a(f"course {index}"), 8.5) + 4
        sheet.line(start, y + 2.5, LEFT + 170, y + 2.5, 0.4)
        put(sheet, start + 2, y, a(f"dose {index}"), LEFT + 166 - start)
        _partial(sheet, LEFT + 176, y, [("Via", 60, a(f"route {index}")), ("How often", 290, a(f"frequency {index}"))])
        y += 19.5
    last = len(case.orders) - 1
    y = _row(
        sheet,
        y,
        [
            ("Approval period", 3, a(f"duration {last}")),
            ("Refills", 2, a(f"refills {last}")),
            ("Premedicate", 6, a("premeds")),
        ],
    )
    y = _row(sheet, y, [("Tried and failed", 1, a("prior 0"))])
    y = bar(sheet, LEFT, y - 9, RIGHT, "F.  ATTESTATION", 0.8) + 30
    sheet.print(LEFT + 3, y, "Prescriber signature", 8.5)
    sheet.line(LEFT + 92, y + 2.5, 400, y + 2.5, 0.4)
    if case.is_signed:
        sheet.sign(LEFT + 110, y, 140, 18)
    sheet.print(410, y, "Date", 8.5)
    sheet.line(432, y + 2.5, RIGHT - 6, y + 2.5, 0.4)
    put(sheet, 436, y, a("only_sign_date"), 120)
    standing_orders(sheet, y + 18, "tune")
    return [sheet]


def _partial(sheet: Sheet, x: float, y: float, cells: list[Cell]) -> None:
    """Labelled lines of given widths from ``x`` on."""
    for label, room, answer in cells:
        start = sheet.print(x, y, label, 8.5) + 4
        sheet.line(start, y + 2.5, x + room - 4, y + 2.5, 0.4)
        put(sheet, start + 2, y, answer, x + room - start - 8)
        x += room
