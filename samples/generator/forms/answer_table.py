"""A ruled table with the question left and the answer right, one row each."""

import random

from samples.generator import say
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, MIDDLE, RIGHT = 44.0, 212.0, 568.0


@register("answer_table", "retired", "order", ("typed", "hand"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Faxed order as a table."""
    sheet = Sheet("order", look, rng)
    who, style, phone = case.prescriber, rng.choice(say.DATE_STYLES), say.phone_style(rng)
    sheet.print(LEFT, 44, [seg(who.practice, "prescriber.practice")], 14, bold=True)
    end = sheet.print(LEFT, 57, say.address(who.address, "prescriber.address"), 9)
    center = [seg("Order to: "), seg(case.center.name), seg(", fax "), *say.number(case.center.fax, style=phone)]
    room = RIGHT - end - sum(look.body.width(piece.text, 9) for piece in center)
    sheet.print(RIGHT, 57 if room > 6 else 67.5, center, 9, align="right")
    rows: list[tuple[str | list[Seg], list[Seg]]] = [
        ("Date of this order", say.order_date(case, style)),
        ("Patient", say.patient(case, rng.choice(("last, first", "first last")))),
        (
            "Date of birth / sex",
            [
                *say.day(case.date_of_birth, "patient.date_of_birth", style),
                seg("  /  "),
                *say.sex(case, rng.choice(("word", "letter"))),
            ],
        ),
        ("Patient address", say.address(case.home, "patient.address")),
        (
            "Telephone (H) / (C)",
            [
                *say.number(case.home_phone, "patient.home_phone", phone),
                seg("  /  "),
                *say.number(case.mobile_phone, "patient.mobile_phone", phone),
            ],
        ),
        ("Height / weight", [*say.height(case, "in"), seg("  /  "), *say.weight(case, "kg")]),
        ("Allergies and intolerances", say.allergies(case)),
        ("Insurance", [*say.coverage(case, "payer"), seg(", "), *say.coverage(case, "plan")]),
        ("Insurance ID / group", [*say.coverage(case, "member_id"), seg("  /  "), *say.coverage(case, "group_number")]),
    ]
    rows += [("Diagnosis" if i == 0 else "Also", say.diagnosis(case, i)) for i in range(len(case.diagnoses))]
    rows.append(("Drug to be infused", say.drug(case, rng.choice(("generic (brand)", "brand (generic)", "generic")))))
    for index, order in enumerate(case.orders):
        text = [
            *say.order_leaf(case, index, "dose"),
            seg(" "),
            *say.order_leaf(case, index, "route"),
            seg(" "),
            *say.frequency(case, index, rng),
        ]
        tail = say.order_leaf(case, index, "duration")
        rows.append((say.course(case, index), [*text, *([seg(", for "), *tail] if tail else [])]))
        if order.refills:
            rows.append(("Refills", say.order_leaf(case, index, "refills")))
    rows.append(("Premedication", say.premedications(case)))
    if case.last_treatment:
        rows.append(("Date of last infusion", say.day(case.last_treatment, "orders[0].last_treatment_date", style)))
    rows += [(f"Previous therapy {i + 1}", say.prior(case, i)) for i in range(len(case.priors))]
    rows += [
        ("Prescriber", say.doctor(who)),
        ("NPI (individual)", say.npi(who.npi, is_spaced=rng.random() < 0.3)),
        ("NPI (organization)", [seg(who.group_npi)]),
        ("Office phone", say.number(who.phone, "prescriber.phone", phone)),
        ("Office fax", say.number(who.fax, "prescriber.fax", phone)),
        (
            "Family physician",
            [*say.doctor(case.primary_care, "dr", ""), seg(", "), *say.number(case.primary_care.phone, style=phone)],
        ),
    ]
    y, high = 72.0, 22.5
    for label, answer in rows:
        sheet.frame(LEFT, y, RIGHT, y + high)
        sheet.print(LEFT + 5, y + 14.5, label, 9, bold=True)
        sheet.fill(MIDDLE + 6, y + 15, answer, RIGHT - MIDDLE - 12)
        y += high
    sheet.frame(LEFT, y, RIGHT, y + 36)
    sheet.line(MIDDLE, 72, MIDDLE, y + 36)
    sheet.print(LEFT + 5, y + 20, "Signature and date", 9, bold=True)
    if case.is_signed:
        sheet.sign(MIDDLE + 14, y + 26, 140, 18)
        sheet.fill(MIDDLE + 220, y + 22, say.sign_date(case, style, False), 120)
    return [sheet]
