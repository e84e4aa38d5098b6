"""Underlined blanks with the label below each line, and answers to be circled."""

import random

from samples.generator import say
from samples.generator.case import Case
from samples.generator.forms.base import register, standing_orders
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 45.0, 567.0
Parts = list[tuple[str | list[Seg], float, list[Seg]]]


def _row(sheet: Sheet, y: float, parts: Parts) -> float:
    x, total = LEFT, sum(p[1] for p in parts)
    for label, share, answer in parts:
        wide = (RIGHT - LEFT) * share / total
        sheet.line(x, y, x + wide - 10, y, 0.6)
        sheet.fill(x + 5, y - 3, answer, wide - 18)
        sheet.print(x + (wide - 10) / 2, y + 9, label, 7.5, align="center")
        x += wide
    return y + 35


@register("label_below", "retired", "order", ("typed", "hand", "mixed"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Prescription order of a small center."""
    sheet = Sheet("order", look, rng)
    who, style, phone = case.prescriber, rng.choice(say.DATE_STYLES), say.phone_style(rng)
    sheet.print(LEFT, 50, "INFUSION PRESCRIPTION", 16, bold=True)
    sheet.print(RIGHT, 42, case.center.name, 11, bold=True, align="right")
    sheet.print(
        RIGHT,
        54,
        [
            seg("f: "),
            *say.number(case.center.fax, style=phone),
            seg("  p: "),
            *say.number(case.center.phone, style=phone),
        ],
        8.5,
        align="right",
    )
    y = _row(
        sheet,
        92,
        [
            ("Patient (last, first, middle)", 6, say.patient(case, "last, first")),
            ("Birth date", 3, say.day(case.date_of_birth, "patient.date_of_birth", style)),
        ],
    )
    y = _row(
        sheet,
        y,
        [
            ("Home address", 5, say.street(case.home, "patient.address")),
            ("City, state, postal code", 4, say.city(case.home, "patient.address")),
        ],
    )
    y = _row(
        sheet,
        y,
        [
            ("Day phone", 3, say.number(case.home_phone, "patient.home_phone", phone)),
            ("Mobile", 3, say.number(case.mobile_phone, "patient.mobile_phone", phone)),
            ("Height", 1.6, say.height(case, rng.choice(("in", "cm")))),
            ("Weight", 1.6, say.weight(case, rng.choice(("kg", "lb")))),
        ],
    )
    after = sheet.print(LEFT, y - 8, "Circle one:", 9) + 12
    sheet.choose(after, y - 8, [(n.upper(), case.sex == n, (("patient.sex", n),)) for n in ("male", "female")], 9.5)
    after = sheet.print(300, y - 8, "Patient is:", 9) + 12
    is_new = case.last_treatment is None
    sheet.choose(after, y - 8, [("NEW", is_new, ()), ("CONTINUING", not is_new, ())], 9.5)
    y = _row(
        sheet,
        y + 26,
        [
            ("Drug allergies", 5, say.allergies(case)),
            ("Plan name", 4, say.coverage(case, "payer")),
            ("Cardholder ID", 3.4, say.coverage(case, "member_id")),
        ],
    )
    y = _row(
        sheet,
        y,
        [
            ("Reason for treatment", 6, [say.diagnosis(case, 0)[2]]),
            ("ICD-10-CM", 2, say.diagnosis(case, 0, "only")),
            ("Second ICD-10-CM", 2, say.diagnosis(case, 1, "only") if len(case.diagnoses) > 1 else []),
        ],
    )
    y = _row(
        sheet,
        y,
        [
            ("Drug", 6, say.drug(case, rng.choice(("brand", "generic (brand)")))),
            ("Supplied as", 3, [seg(case.drug["vial"])]),
        ],
    )
    for index, order in enumerate(case.orders):
        y = _row(
            sheet,
            y,
            [
                (say.course(case, index), 3, say.order_leaf(case, index, "dose")),
                ("Schedule", 5, say.frequency(case, index, rng)),
                ("Length of therapy", 2.5, say.order_leaf(case, index, "duration")),
            ],
        )
        after = sheet.print(LEFT, y - 10, "Give by:", 9) + 12
        sheet.choose(
            after, y - 10, [(r, order.route == r, ((f"orders[{index}].route", r),)) for r in ("IV", "SC", "IM")], 9.5
        )
        after = sheet.print(300, y - 10, "Refills:", 9) + 12
        sheet.choose(
            after,
            y - 10,
            [(n, order.refills == n, ((f"orders[{index}].refills", n),)) for n in ("0", "1", "3", "5", "11")],
            9.5,
        )
        if not order.refills:
            sheet.blank.append(f"orders[{index}].refills")
        y += 24
    y = _row(
        sheet,
        y,
        [
            ("Before each infusion give", 6, say.premedications(case)),
            (
                "Last given" if not is_new else "First date wanted",
                3,
                say.day(case.last_treatment, "orders[0].last_treatment_date", style)
                if case.last_treatment
                else say.day(case.start_date, "orders[0].start_date", style),
            ),
        ],
    )
    y = _row(
        sheet,
        y,
        [
            ("Prescriber, printed", 5, say.doctor(who)),
            ("Individual NPI", 3, say.npi(who.npi, is_spaced=rng.random() < 0.3)),
            ("Group NPI", 3, [seg(who.group_npi)]),
        ],
    )
    y = _row(
        sheet,
        y,
        [
            ("Office", 5, [seg(who.practice, "prescriber.practice")]),
            ("Office tel", 3, say.number(who.phone, "prescriber.phone", phone)),
            ("Office fax", 3, say.number(who.fax, "prescriber.fax", phone)),
        ],
    )
    y = _row(sheet, y + 6, [("Prescriber's signature", 6, []), ("Date", 3, say.sign_date(case, style))])
    if case.is_signed:
        sheet.sign(LEFT + 30, y - 39, 150, 20)
    standing_orders(sheet, y, "retired")
    return [sheet]
