"""A chart's order summary as a browser prints it: right-aligned labels, the medicines as a table, signed by wire."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import flow
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

EDGE, VALUE, RIGHT = 150.0, 158.0, 574.0


@register("chart_orders", "retired", "order", ("typed",))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Order summary with the address of the page in its foot."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%d %b %Y", "%Y-%m-%d", "%b %d, %Y"), ("###.###.####", "+1 ###-###-####", "###-###-####")
    a = Answers(
        case, rng, style(rng, dates, phones, ("last, first", "first last"), ("last, first", "first last, credentials"))
    )
    sheet.print(40, 30, case.order_date.strftime("%m/%d/%y, 4:07 PM"), 7.5)
    sheet.print(RIGHT, 30, "Order Summary", 7.5, align="right")
    sheet.print(40, 58, a.sure("name"), 15, bold=True)
    head: list[Seg] = [*a.sure("sex"), seg(", born "), *a.sure("dob"), seg(", MRN "), *a.sure("mrn")]
    sheet.print(40, 72, head, 9)
    sheet.line(40, 79, RIGHT, 79, 1.2)
    y = _pairs(
        sheet,
        a,
        96,
        (
            ("Address", "address"),
            ("Phone", "home"),
            ("Mobile", "mobile"),
            ("Height", "height"),
            ("Weight", "weight"),
            ("Allergies", "allergies"),
            ("Coverage", "payer"),
            ("Policy number", "member"),
            ("Group", "group"),
            ("Subscriber", "subscriber"),
        ),
    )
    y = _pairs(
        sheet,
        a,
        y + 8,
        (
            ("Order date", "order_date"),
            ("Priority", "priority"),
            ("Visit diagnosis", "icd_dx 0"),
            ("Also", "icd_dx 1"),
            ("Performing location", "center"),
            ("Location fax", "center_fax"),
        ),
    )
    y = _table(sheet, case, a, y + 10)
    y = _pairs(
        sheet,
        a,
        y + 12,
        (
            ("Premedications", "premeds"),
            ("Prior treatment", "prior 0"),
            ("Last given", "last"),
            ("Target start", "start"),
        ),
    )
    who: tuple[tuple[str, str], ...] = (
        ("Authorizing provider", "doctor"),
        ("Provider NPI", "npi"),
        ("Department", "practice"),
        ("Department address", "office"),
        ("Department phone", "office_phone"),
        ("Department fax", "office_fax"),
    )
    if a.has("group_npi"):
        who = (*who, ("Billing NPI", "group_npi"))
    if a.has("supervisor"):
        who = (*who, ("Supervising provider", "supervisor"))
    if a.has("pcp"):
        who = (*who, ("PCP", "pcp"))
    y = _pairs(sheet, a, y + 8, who)
    if case.is_signed:
        start = len(sheet.drawing.words)
        sheet.print(
            40, y + 14, [seg("Signed electronically: "), *a("doctor"), seg(" at 15:22 on "), *a("only_sign_date")], 9
        )
        boxes = [word.box for word in sheet.drawing.words[start:]]
        sheet.say((("prescriber.signature_present", True),), (boxes[0][0], boxes[0][1], boxes[-1][2], boxes[0][3]))
    else:
        sheet.print(40, y + 14, "Order status: pended, awaiting signature", 9)
    sheet.print(40, 774, "https://chart.example.com/orders/print", 7.5)
    sheet.print(RIGHT, 774, "1/1", 7.5, align="right")
    return [sheet]


def _pairs(sheet: Sheet, a: Answers, y: float, rows: tuple[tuple[str, str], ...]) -> float:
    for label, key in rows:
        answer = a(key)
        sheet.print(EDGE, y, label + ":", 9, bold=True, align="right")
        if answer:
            y = flow(sheet, VALUE, y, answer, RIGHT - VALUE, 9, 1.3) - 9 * 1.3
        else:
            sheet.print(VALUE, y, answer, 9)
        y += 13
    return y


def _table(sheet: Sheet, case: Case, a: Answers, y: float) -> float:
    edges = (40.0, 206.0, 272.0, 308.0, 470.0, 536.0)
    sheet.shade(40, y, RIGHT, y + 14, 0.85)
    for x, head in zip(edges, ("Medication", "Dose", "Route", "Frequency", "Duration", "Refills"), strict=True):
        sheet.print(x + 3, y + 10, head, 8, bold=True)
    y += 14
    for index in range(len(case.orders)):
        drug = a("drug", "generic (brand)") if index == 0 else [seg("same medication")]
        cells = [
            drug,
            a(f"dose {index}"),
            a(f"route {index}"),
            a(f"frequency {index}"),
            a(f"duration {index}"),
            a(f"refills {index}"),
        ]
        low = y + 13
        for x0, x1, cell in zip(edges, (*edges[1:], RIGHT), cells, strict=True):
            if cell:
                low = max(low, flow(sheet, x0 + 3, y + 11, cell, x1 - x0 - 6, 8.5, 1.2) - 4)
            else:
                sheet.print(x0 + 3, y + 11, cell, 8.5)
        if case.orders[index].course:
            sheet.print(43, low + 8, a(f"course {index}"), 8)
            low += 11
        y = low + 3
        sheet.line(40, y, RIGHT, y, 0.4)
    return y
