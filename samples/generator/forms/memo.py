"""A typed memo from a hospital clinic: numbered orders one below the other, identification in the margin block."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import flow
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, TEXT, WIDTH = 64.0, 92.0, 456.0


@register("memo", "tune", "order", ("typed",))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """TO / FROM / RE lines and about ten numbered sentences, signed electronically or by hand."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%B %d, %Y", "%Y-%m-%d", "%d %b %Y"), ("###-###-####", "(###) ### ####", "###.###.####")
    a = Answers(case, rng, style(rng, dates, phones, ("LAST, FIRST MIDDLE", "last, first")))
    sheet.print(LEFT, 54, a.sure("practice"), 13, bold=True)
    sheet.print(LEFT, 67, a("office"), 9)
    sheet.print(LEFT, 96, "MEMORANDUM - TREATMENT ORDERS", 12, bold=True)
    head: list[tuple[str, list[Seg]]] = [
        ("TO:", [*a("center"), seg(", intake, fax "), *a("center_fax")]),
        ("FROM:", [*a("doctor"), seg(", phone "), *a.sure("office_phone"), seg(", fax "), *a.sure("office_fax")]),
        ("DATE:", a("order_date")),
        ("RE:", [*a("name"), seg("   born "), *a("dob"), seg("   chart "), *a("mrn")]),
    ]
    y = 118.0
    for label, text in head:
        sheet.print(LEFT, y, label, 10, bold=True)
        sheet.print(LEFT + 48, y, text, 10)
        y += 15
    sheet.line(LEFT, y - 4, LEFT + WIDTH + 28, y - 4, 1.0)
    y += 16
    for number, text in enumerate(_orders(case, a), 1):
        sheet.print(LEFT, y, f"{number}.", 10.5)
        y = flow(sheet, TEXT, y, text, WIDTH, 10.5, 1.35) + 7
    y += 12
    if case.is_signed and rng.random() < 0.4:
        start = len(sheet.drawing.words)
        signed = [seg("/s/ "), *a("doctor"), seg(", signed electronically "), *a("only_sign_date")]
        sheet.print(TEXT, y, signed, 10)
        boxes = [word.box for word in sheet.drawing.words[start:]]
        sheet.say((("prescriber.signature_present", True),), (boxes[0][0], boxes[0][1], boxes[-1][2], boxes[0][3]))
    else:
        sheet.line(TEXT, y + 16, TEXT + 210, y + 16, 0.6)
        sheet.print(TEXT, y + 27, [*a("doctor"), seg(", NPI "), *a("npi")], 9)
        sheet.line(TEXT + 250, y + 16, TEXT + 370, y + 16, 0.6)
        sheet.print(TEXT + 250, y + 27, "Date signed", 9)
        if case.is_signed:
            sheet.sign(TEXT + 20, y + 13, 140, 20)
        sheet.fill(TEXT + 254, y + 13, a("only_sign_date"), 110)
    sheet.print(306, 766, [seg("NPI of the clinic "), *a("group_npi")] if a.has("group_npi") else [], 8, align="center")
    return [sheet]


def _orders(case: Case, a: Answers) -> list[list[Seg]]:
    """What the memo orders, a sentence or two to each number."""
    found: list[list[Seg]] = [
        [seg("Diagnosis: "), *a("icd_dx 0", "description"), seg(".")],
        [seg("Admit to outpatient infusion. Call the patient at "), *a("home"), seg(" to schedule.")],
    ]
    if not a("home"):
        found.pop()
    for index in range(len(case.orders)):
        given = [*a(f"dose {index}"), seg(" "), *a(f"route {index}", "words"), seg(" "), *a(f"frequency {index}")]
        tail = a(f"duration {index}")
        found.append(
            [
                *(a("drug", "generic (brand)") if index == 0 else [seg("Then the same drug")]),
                seg(", "),
                *(a(f"course {index}") if case.orders[index].course else []),
                seg(" " if case.orders[index].course else ""),
                *given,
                *([seg(" for "), *tail] if tail else []),
                seg("."),
            ]
        )
    found.append(
        [seg("Premedicate with "), *a("premeds", ", "), seg(".")]
        if case.premedications and a("premeds")
        else [seg("Vital signs before and after.")]
    )
    allergies = a("allergies")
    if allergies:
        found.append([seg("Allergies: "), *allergies, seg(".")])
    if a("weight") and a("height"):
        found.append(
            [seg("Weight "), *a("weight"), seg(", height "), *a("height"), seg(", measured at the last visit.")]
        )
    found.append(
        [
            seg(
                "Draw CBC and CMP before every second infusion; hold and call for ANC below 1.0 or a "
                "temperature above 100.4 F."
            )
        ]
    )
    if a("member"):
        found.append([seg("Billing: "), *a("payer"), seg(", ID "), *a("member"), seg(".")])
    if a.has("pcp"):
        found.append([seg("Copy of every infusion record to "), *a("pcp"), seg(", "), *a("pcp_phone"), seg(".")])
    found.append([seg("The NPI for claims is "), *a("npi"), seg(".")])
    return found
