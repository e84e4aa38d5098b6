"""Section titles run up the left margin in black bars; the answers stand in open boxes beside them."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register, standing_orders
from samples.generator.forms.layout import ask, each_order, label_of, put, sexes, ticks
from samples.generator.ops import GlyphOp, WordBox, seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT, BAR = 34.0, 578.0, 18.0
Row = list[tuple[str, float, str]]
PATIENT: list[Row] = [
    [("Last, first, middle:", 5, "name"), ("Birthdate:", 3, "dob")],
    [("Street, apt:", 4, "street"), ("City, state, ZIP:", 4, "city_state_zip")],
    [("Tel. (home):", 3, "home"), ("Tel. (mobile):", 3, "mobile"), ("Tel. (work):", 3, "work")],
    [("Height:", 2, "height"), ("Weight:", 2, "weight"), ("Allergic to:", 5, "allergies")],
]
PLAN: list[Row] = [
    [("Health plan:", 4, "payer"), ("Health care ID:", 3, "member"), ("Group:", 2, "group")],
    [("Name on card:", 4, "subscriber"), ("Plan telephone:", 3, "payer_phone"), ("Guarantor:", 3, "guarantor")],
]
OFFICE: list[Row] = [
    [("Prescriber:", 4, "doctor"), ("NPI no.:", 3, "npi")],
    [("Group practice:", 4, "practice"), ("Group NPI no.:", 3, "group_npi")],
    [("Address:", 1, "office")],
    [("Office tel.:", 3, "office_extended"), ("Office fax:", 3, "office_fax")],
    [("Collaborating physician:", 4, "supervisor"), ("NPI no.:", 3, "supervisor_npi")],
    [("Primary physician:", 4, "pcp"), ("Tel.:", 3, "pcp_phone")],
]
DOSE: Row = [("@course #", 2.4, "dose #"), ("Route:", 1.4, "route #"), ("Schedule:", 4, "frequency #")]


@register("sideways", "retired", "order", ("typed", "hand"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Intake order of an infusion pharmacy."""
    sheet = Sheet("order", look, rng)
    dates, phones = (
        ("%m.%d.%y", "%d %b %Y", "%Y-%m-%d", "%m/%d/%y"),
        ("###.###.####", "(###) ###-####", "1 ### ### ####"),
    )
    a = Answers(case, rng, style(rng, dates, phones, ("last, first", "LAST, FIRST MIDDLE")))
    sheet.print(LEFT, 42, "Intake Order - Infused Medicines", 15, bold=True)
    sheet.print(
        LEFT, 55, [*a("center"), seg("   fax back: "), *a("center_fax"), seg("   voice: "), *a("center_phone")], 8.5
    )
    last = len(case.orders) - 1
    order: list[Row] = [
        [("ICD-10:", 2, "icd 0"), ("Condition:", 6, "dx 0")],
        [("ICD-10:", 2, "icd 1"), ("Condition:", 6, "dx 1")],
        [("Medicine:", 6, "drug"), ("Code:", 2, "hcpcs")],
        *each_order(last + 1, DOSE),
        [
            ("Authorized for:", 3, f"duration {last}"),
            ("Refills:", 2, f"refills {last}"),
            ("First infusion:", 3, "start"),
        ],
        [("Pre-treat with:", 1, "premeds")],
        [("Previously used:", 1, "prior 0")],
    ]
    y = 64.0
    for title, rows in (("PATIENT", PATIENT), ("PLAN", PLAN), ("ORDER", order), ("OFFICE", OFFICE)):
        top = y
        y += 17
        if title == "PATIENT":
            x = sheet.print(LEFT + BAR + 8, y, "Sex:", 8.5) + 8
            x = ticks(sheet, x, y, sexes(sheet, a, "letter"))
            y += 20
        for row in rows:
            y = _row(sheet, a, y, row)
        y -= 6
        sheet.frame(LEFT, top, RIGHT, y, 0.7)
        _turned(sheet, LEFT + 13, top, y, title)
        y += 5
    sheet.frame(LEFT, y, RIGHT, y + 40, 0.7)
    sheet.print(LEFT + 6, y + 14, "Prescriber's signature:", 8.5)
    if case.is_signed:
        sheet.sign(LEFT + 110, y + 30, 150, 20)
    sheet.print(400, y + 14, "Signed (date):", 8.5)
    put(sheet, 462, y + 26, a("sign_date"), 106)
    standing_orders(sheet, y + 54, "retired")
    return [sheet]


def _row(sheet: Sheet, a: Answers, y: float, row: Row) -> float:
    x, total = LEFT + BAR + 8, sum(share for _, share, _ in row)
    room = RIGHT - x - 4
    for label, share, key in row:
        end = x + room * share / total
        start = sheet.print(x, y, label_of(a, label), 8.5) + 4
        sheet.line(start, y + 2.5, end - 6, y + 2.5, 0.3, 0.4)
        put(sheet, start + 2, y, ask(sheet, a, key), end - start - 10)
        x = end
    return y + 19


def _turned(sheet: Sheet, x: float, top: float, bottom: float, title: str) -> None:
    """White capitals that read upwards on a black bar."""
    sheet.shade(LEFT, top, LEFT + BAR, bottom, 0.0)
    face, size = sheet.look.bold, 10.0
    long = face.width(title, size) + 2.0 * len(title)
    y = start = (top + bottom + long) / 2
    for char in title:
        sheet.drawing.ops.append(GlyphOp(x, y, char, face, size, 90.0, 1.0))
        y -= face.width(char, size) + 2.0
    sheet.drawing.words.append(WordBox(title, (x - 9, y + 2, x + 2, start)))
