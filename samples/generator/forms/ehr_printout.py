"""A printout of an electronic chart's order: label and value in two columns, nothing to fill in."""

import random

from samples.generator import say
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 50.0, 562.0


def _pairs(
    sheet: Sheet, y: float, rows: list[tuple[str | list[Seg], list[Seg]]], x: float = LEFT, gap: float = 120
) -> float:
    for label, value in rows:
        sheet.print(x, y, label, 9, bold=True)
        sheet.print(x + gap, y, value, 9)
        y += 13.5
    return y


def _section(sheet: Sheet, y: float, title: str) -> float:
    sheet.print(LEFT, y, title, 10.5, bold=True)
    sheet.line(LEFT, y + 3, RIGHT, y + 3, 0.8)
    return y + 17


def _directions(case: Case, index: int, rng: random.Random) -> list[Seg]:
    given = [*say.order_leaf(case, index, "dose"), seg(" "), *say.order_leaf(case, index, "route")]
    return [*given, seg(", "), *say.frequency(case, index, rng)]


@register("ehr_printout", "train", "order", ("typed",))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Chart order with an electronic signature."""
    sheet = Sheet("order", look, rng)
    who, style, phone = case.prescriber, "%m/%d/%Y", say.phone_style(rng)
    sheet.print(LEFT, 46, [seg(who.practice, "prescriber.practice")], 14, bold=True)
    sheet.print(LEFT, 60, say.address(who.address, "prescriber.address"), 9)
    sheet.print(
        LEFT,
        72,
        [
            seg("Tel "),
            *say.number(who.phone, "prescriber.phone", phone),
            seg("   Fax "),
            *say.number(who.fax, "prescriber.fax", phone),
        ],
        9,
    )
    sheet.print(RIGHT, 46, "Ambulatory Referral to Infusion", 12, bold=True, align="right")
    sheet.print(RIGHT, 60, f"Order #{rng.randint(10000000, 99999999)}", 9, align="right")
    y = _section(sheet, 96, "Patient")
    top = y
    y = _pairs(
        sheet,
        y,
        [
            ("Name", say.patient(case, "last, first")),
            (
                "DOB",
                [
                    *say.day(case.date_of_birth, "patient.date_of_birth", style),
                    seg(f" ({2026 - case.date_of_birth.year} y.o.)"),
                ],
            ),
            ("Legal sex", say.sex(case)),
            ("MRN", [seg(case.mrn, "patient.mrn")]),
            ("Address", say.street(case.home, "patient.address")),
            ("", say.city(case.home, "patient.address")),
        ],
        gap=64,
    )
    _pairs(
        sheet,
        top,
        [
            ("Home phone", say.number(case.home_phone, "patient.home_phone", phone)),
            ("Mobile", say.number(case.mobile_phone, "patient.mobile_phone", phone)),
            ("E-mail", [seg(case.email, "patient.email")]),
            ("Height", say.height(case, "cm")),
            ("Weight", say.weight(case, "kg")),
            ("PCP", say.doctor(case.primary_care, "first last, credentials", "")),
        ],
        x=330,
        gap=72,
    )
    y = _section(sheet, y + 8, "Allergies")
    sheet.print(LEFT, y, say.allergies(case), 9)
    y = _section(sheet, y + 22, "Coverage")
    y = _pairs(
        sheet,
        y,
        [
            ("Payer / plan", [*say.coverage(case, "payer"), seg(" / "), *say.coverage(case, "plan")]),
            ("Member ID", say.coverage(case, "member_id")),
            ("Group", say.coverage(case, "group_number")),
            (
                "Subscriber",
                [*say.coverage(case, "subscriber_name"), seg(" ("), *say.coverage(case, "relationship"), seg(")")],
            ),
        ],
    )
    y = _section(sheet, y + 8, "Order details")
    rows: list[tuple[str | list[Seg], list[Seg]]] = [
        ("Medication", say.drug(case, "generic (brand)")),
        ("Ordered on", say.order_date(case, style)),
        ("Priority", [Seg(case.priority.capitalize(), say.each_order(case, "priority", case.priority))]),
    ]
    rows += [(say.course(case, index), _directions(case, index, rng)) for index in range(len(case.orders))]
    last = len(case.orders) - 1
    if case.orders[last].duration:
        rows.append(("Duration", say.order_leaf(case, last, "duration")))
    if case.orders[last].refills:
        rows.append(("Refills", say.order_leaf(case, last, "refills")))
    rows.append(("Premedications", say.premedications(case)))
    y = _pairs(sheet, y, rows)
    y = _section(sheet, y + 8, "Diagnoses")
    for index in range(len(case.diagnoses)):
        sheet.print(LEFT, y, [seg(f"{index + 1}. "), *say.diagnosis(case, index, "description")], 9)
        y += 13.5
    y = _section(sheet, y + 8, "Previous treatment")
    for index in range(len(case.priors)):
        sheet.print(LEFT, y, say.prior(case, index), 9)
        y += 13.5
    y += 14
    when = case.order_date.strftime(style)
    who_signed = say.doctor(who)
    if case.is_signed:
        start = len(sheet.drawing.words)
        sheet.print(
            LEFT,
            y,
            [
                seg("Electronically signed by "),
                *who_signed,
                seg(" on "),
                *say.day(case.order_date, "prescriber.signature_date", style),
                seg(" 3:14 PM"),
            ],
            9,
        )
        boxes = [w.box for w in sheet.drawing.words[start:]]
        sheet.say((("prescriber.signature_present", True),), (boxes[0][0], boxes[0][1], boxes[-1][2], boxes[0][3]))
    else:
        sheet.print(LEFT, y, [seg("Authorizing provider: "), *who_signed, seg(" - signature pending")], 9)
    sheet.print(LEFT, y + 14, [seg("Provider NPI: "), *say.npi(who.npi), seg(f"   Group NPI: {who.group_npi}")], 9)
    sheet.print(306, 770, f"Printed {when}   Page 1 of 1", 8, align="center")
    return [sheet]
